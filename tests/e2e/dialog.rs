//! Tests of the confirmation dialog: which input confirms a change, and which must not.

use std::time::Duration;

use serde_json::json;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::screen_steps::KEY;

fn ready(demo: &Demo, home: &Home) -> Pty {
    let pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty
}

#[test]
fn a_fresh_dialog_is_cancelled_by_n_esc_and_enter() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    for key in ["n", "esc", "enter"] {
        pty.ask("t");
        pty.press(key);
        pty.wait_gone("access key?");
        pty.wait_for("Cancelled. Nothing was changed.");
    }
    assert_eq!(demo.changes(), []);
    assert!(home.journal().is_empty());
}

#[test]
fn input_typed_ahead_or_pasted_confirms_nothing() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    for bytes in ["ty", "tyyyyyyyy", "security", "t\r", "t\ty\r"] {
        pty.send(bytes);
        pty.wait_quiet(Duration::from_millis(500));
        if pty.screen().contains("access key?") {
            pty.press("esc");
            pty.wait_gone("access key?");
        }
        // Undo any other effect of the letters.
        pty.press("esc");
        pty.press("esc");
    }
    assert_eq!(demo.changes(), []);
    assert!(home.journal().is_empty());
}

#[test]
fn the_call_is_for_the_key_that_the_dialog_shows() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    // Replies still pending when the dialog opens arrive late.
    demo.faults(&json!({"latency": {"fixed": 0.6}}));
    pty.press("r");
    pty.ask("t");
    pty.press("r");
    pty.press("s");
    pty.press("S");
    pty.wait_quiet(Duration::from_millis(100));
    let before = pty.bytes_written();
    pty.resize(100, 30);
    // Wait for the frame of the new size, not the terminal's reflow of the old one.
    while pty.bytes_written() < before + 1_000 {
        pty.wait_quiet(Duration::from_millis(50));
    }
    demo.apply(&json!({"add_user": {"user": "aaa-first-by-name"}}));
    pty.wait_quiet(Duration::from_millis(500));
    pty.wait_armed();
    assert!(pty.screen().contains(&format!("Key         {KEY}")), "{}", pty.screen());
    pty.press("y");
    pty.wait_for("IAM reports");
    assert_eq!(demo.changes(), [(KEY.to_owned(), "Inactive".to_owned())]);
}

#[test]
fn a_change_is_not_sent_if_the_status_has_changed() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    pty.ask("t");
    demo.apply(&json!({"set_status": {"key": KEY, "status": "Inactive"}}));
    pty.wait_quiet(Duration::from_millis(1_100));
    pty.press("y");
    pty.wait_for_words("IAM reports it Inactive now: it was changed since.");
    assert_eq!(demo.changes(), []);
    assert!(home.journal().is_empty(), "undo would go by a status that was not so");
    pty.wait_for("○ Inactive");
}

#[test]
fn activating_asks_for_the_last_four_characters() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.apply(&json!({"set_status": {"key": KEY, "status": "Inactive"}}));
    let mut pty = ready(&demo, &home);
    pty.ask("t");
    pty.press("y");
    pty.press("enter");
    pty.wait_for("“Y” is not the key's last four characters.");
    pty.press("7 f q d");
    pty.wait_for("then enter: 7FQD");
    pty.press("enter");
    pty.wait_for("IAM reports");
    assert_eq!(demo.changes(), [(KEY.to_owned(), "Active".to_owned())]);
}
