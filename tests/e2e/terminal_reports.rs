//! Tests of terminal reports and replies, complete and truncated: none swallows a key or triggers
//! an action.

use std::time::Duration;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::screen_steps::KEY;

/// Report of a change to dark colors.
const COLOURS: &str = "\x1b[?997;1n";

/// Complete reports and replies.
const WHOLE: [&str; 8] = [
    COLOURS,
    "\x1b[?2026;2$y",
    "\x1b[?62;1;6c",
    "\x1b[12;40R",
    "\x1b[I",
    "\x1bP>|terminal 1.2\x1b\\",
    "\x1b]11;rgb:ffff/ffff/ffff\x07",
    "\x1b_Gi=1;OK\x1b\\",
];

/// Truncated reports and replies, each in a different parser state.
const CUT: [&str; 8] = [
    "\x1b[",
    "\x1b[?997;1",
    "\x1b[?2026;2$",
    "\x1b[M!",
    "\x1bO",
    "\x1bP>|ter",
    "\x1b]11;rgb:f",
    "\x1b_Gi=1",
];

fn ready(demo: &Demo, home: &Home) -> Pty {
    let pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty
}

fn opens_and_closes_help(pty: &mut Pty) {
    pty.press("?");
    pty.wait_for("v pager");
    pty.press("esc");
    pty.wait_gone("v pager");
}

#[test]
fn a_terminal_report_is_ignored_and_the_next_key_works() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    for report in WHOLE {
        pty.wait_quiet(Duration::from_millis(300));
        pty.send(report);
        pty.assert_silent(Duration::from_millis(100));
        opens_and_closes_help(&mut pty);
    }
    // All of them at once are not a paste either.
    pty.send(WHOLE.concat());
    opens_and_closes_help(&mut pty);
    assert!(!pty.words().contains("Ignored pasted text"), "{}", pty.screen());
}

#[test]
fn a_terminal_report_does_not_affect_an_open_dialog() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    for report in WHOLE.iter().chain(&CUT) {
        // A key sent directly after a truncated report can be parsed as its end.
        let first = if CUT.contains(report) { "esc" } else { "n" };
        pty.ask("d");
        pty.send(report);
        pty.press(first);
        pty.press("c");
        pty.press("y");
        pty.wait_gone("access key?");
        pty.press("esc");
        pty.wait_quiet(Duration::from_millis(100));
    }
    assert_eq!(demo.changes(), []);
    assert!(home.journal().is_empty());

    pty.ask("d");
    pty.send(WHOLE.concat());
    pty.assert_silent(Duration::from_millis(100));
    pty.press("y");
    pty.wait_for("IAM reports");
    assert_eq!(demo.changes(), [(KEY.to_owned(), "Inactive".to_owned())]);
}

#[test]
fn esc_and_ctrl_c_work_after_a_truncated_report() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    for report in CUT {
        for call in ["esc", "ctrl-c"] {
            pty.press("f");
            pty.wait_for("Find");
            pty.wait_quiet(Duration::from_millis(100));
            pty.send(report);
            pty.press(call);
            pty.wait_until("the line to close", vt100::Screen::hide_cursor);
            opens_and_closes_help(&mut pty);
        }
    }
}

#[test]
fn esc_ends_an_unterminated_paste_without_effect() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = ready(&demo, &home);
    pty.press("?");
    pty.wait_for("v pager");
    pty.wait_quiet(Duration::from_millis(300));
    for bytes in ["\x1b[200~esc", "q", "\x1b[B", "y"] {
        pty.send(bytes);
        pty.assert_silent(Duration::from_millis(50));
    }
    let is_left = (0..300).any(|_| {
        pty.press("esc");
        pty.comes(Duration::from_millis(200), |text| !text.contains("v pager"))
    });
    assert!(is_left, "{}", pty.screen());
    opens_and_closes_help(&mut pty);
    pty.paste(&format!("{}{KEY}", " ".repeat(5 << 20)));
    pty.wait_for_words("The pasted text is longer than 4 MiB");
}
