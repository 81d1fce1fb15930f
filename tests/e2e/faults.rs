//! Tests of network and IAM faults: the messages on the screen, and which data is kept.

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::{Exit, descriptors};
use crate::support::pty::Pty;
use crate::support::screen_cells;
use crate::support::screen_steps::{KEY, USER, outcomes};

const UPDATE: &str = "UpdateAccessKey";

/// Starts a demo account with these faults, and a screen on it.
fn under(faults: &Value, options: &[&str]) -> (Home, Demo, Pty) {
    let home = Home::new();
    let demo = Demo::start(&home, &["--faults", &faults.to_string()]);
    let pty = demo.screen(&home, options).on_pty(120, 40);
    (home, demo, pty)
}

/// Confirms the change of the first user's key under these faults.
fn change_under(faults: &Value, options: &[&str]) -> (Home, Demo, Pty) {
    let (home, demo, mut pty) = under(&json!({}), options);
    pty.wait_ready(KEY);
    demo.faults(faults);
    pty.ask("t");
    pty.press("y");
    (home, demo, pty)
}

#[test]
fn throttling_is_shown_as_a_rate_and_loses_no_call() {
    let (_home, demo, pty) =
        under(&json!({"throttle": {"operations": ["ListUsers", "GetUser"], "times": 3}}), &[]);
    pty.wait_until("a rate", |cells| {
        let text = screen_cells::text(cells);
        text.lines().any(|line| line.contains("/s throttled"))
    });
    pty.wait_for("42 users · keys of 42 read");
    pty.wait_gone("/s throttled");
    assert!(demo.calls().iter().any(|call| call["code"] == "Throttling"));
}

#[test]
fn denied_and_vanished_rows_are_counted() {
    let faults = json!({"vanish": {"users": ["break-glass"]}, "permissions": {"deny": ["GetCredentialReport"]}});
    let (home, demo, mut pty) = under(&faults, &[]);
    pty.wait_for("1 deleted");
    pty.wait_for("keys of 41 read");
    pty.press("!");
    pty.wait_for("newest first");
    pty.wait_for_words("iam:GetCredentialReport");
    pty.press("esc");
    pty.wait_gone("newest first");
    // Data read before the denial stays, with its time; the rest is denied.
    demo.faults(&json!({"permissions": {"deny": ["ListAccessKeys"]}}));
    pty.press("r");
    pty.wait_for(", refresh failed ");
    assert!(pty.screen().contains(KEY));
    let fresh = demo.screen(&home, &[]).on_pty(120, 40);
    fresh.wait_for("42 denied");
    fresh.wait_for("keys of 0 read");
}

#[test]
fn a_denied_change_names_the_missing_permission() {
    let (home, demo, pty) = change_under(&json!({"permissions": {"deny": [UPDATE]}}), &[]);
    pty.wait_for_words("IAM refused to deactivate");
    pty.wait_for_words("iam:UpdateAccessKey");
    assert_eq!((outcomes(&home.journal()), demo.changes().len()), (vec!["refused"], 1));
}

#[test]
fn a_missing_or_invalid_response_is_resolved_by_reads() {
    let once = json!({"operations": [UPDATE], "times": 1});
    for fault in ["reset_after", "truncate", "junk", "cut", "server_error_after"] {
        let (home, _demo, pty) = change_under(&json!({fault: once}), &[]);
        pty.wait_for(&format!("IAM reports {KEY} of {USER}"));
        assert_eq!(outcomes(&home.journal()), ["verified"], "{fault}");
    }
}

#[test]
fn a_failure_before_the_change_is_retried() {
    let once = json!({"operations": [UPDATE], "times": 1});
    for fault in ["reset", "server_error", "throttle"] {
        let (home, demo, pty) = change_under(&json!({fault: once}), &[]);
        pty.wait_for("IAM reports");
        assert_eq!(outcomes(&home.journal()), ["verified"], "{fault}");
        assert_eq!(demo.changes().len(), 2, "{fault}");
    }
}

#[test]
fn a_hanging_call_times_out_and_is_resolved_by_reads() {
    let (home, _demo, pty) = change_under(
        &json!({"hang_after": {"operations": [UPDATE]}}),
        &["--cli-read-timeout", "1"],
    );
    pty.wait_for("IAM reports");
    assert_eq!(outcomes(&home.journal()), ["verified"]);
}

#[test]
fn a_stale_read_verifies_nothing() {
    let (home, demo, pty) = change_under(&json!({"stale": {"seconds": 2}}), &[]);
    pty.wait_for("IAM reports");
    let reads = demo.calls().iter().rev().take_while(|call| call["operation"] != UPDATE).count();
    assert!(reads > 1, "it has read again until the change showed");
    let outcome = &home.journal()[1];
    assert!(outcome["took_ms"].as_u64().unwrap() >= 1_500, "{outcome}");
}

#[test]
fn an_expired_token_is_reported_once_and_keeps_the_view() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let session = demo.apply(&json!({"open_session": {"role": "ReadOnly", "seconds": 3600}}));
    let session = match session {
        Value::Object(session) => session,
        other => panic!("{other}"),
    };
    let text = |name: &str| session[name].as_str().unwrap().to_owned();
    let launch = demo.screen(&home, &[]).signed_by(&text("AccessKeyId"), &text("SecretAccessKey"));
    let mut pty = launch.env("AWS_SESSION_TOKEN", text("SessionToken")).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.wait_for("42 users · keys of 42 read");
    pty.wait_quiet(std::time::Duration::from_millis(300));
    demo.apply(&json!({"expire_sessions": {}}));
    pty.press("r");
    pty.wait_for_words("Nothing more is read until you press r");
    assert!(pty.screen().contains(KEY) && !pty.screen().contains("more: !"), "{}", pty.screen());
    // Calls that were in flight still arrive.
    let mut calls = 0;
    while demo.calls().len() != calls {
        calls = demo.calls().len();
        pty.wait_quiet(std::time::Duration::from_millis(300));
    }
    pty.press("G");
    pty.wait_quiet(std::time::Duration::from_millis(600));
    assert_eq!(demo.calls().len(), calls, "no read after the token had expired");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn a_reopened_session_keeps_nothing_of_the_old_one() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    let mut most = 0;
    for turn in 0..8 {
        demo.apply(&json!({"set_status": {"key": "AKIARZPUZDIKDEMOOPER", "status": "Inactive"}}));
        pty.press("r");
        pty.wait_for_words("Nothing more is read until you press r");
        demo.apply(&json!({"set_status": {"key": "AKIARZPUZDIKDEMOOPER", "status": "Active"}}));
        pty.press("esc");
        pty.wait_gone("Nothing more is read");
        let calls = demo.calls().len();
        pty.press("r");
        pty.wait_until("reads by the new session", |_| {
            demo.calls()[calls..].iter().any(|call| call["status"] == 200)
        });
        pty.wait_quiet(std::time::Duration::from_millis(300));
        let now = descriptors(pty.pid());
        most = if turn < 2 { now.max(most) } else { most };
        assert!(now <= most + 8, "{now} descriptors after {turn} turns, {most} at first");
    }
}

#[test]
fn slow_replies_do_not_block_the_keyboard() {
    let faults = json!({"latency": {"fixed": 0.3}, "report": {"takes": 600}});
    let (_home, _demo, mut pty) = under(&faults, &[]);
    pty.wait_for("Users");
    pty.press("?");
    pty.wait_for("v pager");
    pty.press("esc");
    pty.wait_gone("v pager");
    pty.wait_for(KEY);
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn an_interrupted_list_is_reported_and_can_be_resumed() {
    let faults = json!({"page_size": 10, "truncate": {"operations": ["ListUsers"], "skip": 1}});
    let (_home, demo, mut pty) = under(&faults, &[]);
    pty.wait_for_words("The user list is incomplete.");
    pty.wait_for("10 of 42 users");
    demo.faults(&json!({}));
    pty.press("r");
    pty.wait_for("42 users · keys of 42 read");
}

#[test]
fn an_incomplete_response_is_asked_for_again() {
    let home = Home::new();
    let faults = json!({"truncate": {"operations": ["ListUsers", "ListAccessKeys"], "times": 2}});
    let demo = Demo::start(&home, &["--faults", &faults.to_string()]);
    let listed = demo.screen(&home, &["list"]).run();
    assert_eq!(listed.exit, Exit::Code(0), "{listed:?}");
}

#[test]
fn hostile_names_keep_their_columns() {
    let (_home, _demo, mut pty) = under(&json!({"hostile": {"names": true}}), &[]);
    pty.wait_for("48 users");
    pty.press("/");
    pty.send("hostile");
    pty.press("backspace backspace backspace backspace backspace backspace backspace");
    for name in ["escape", "bidi", "zero", "line", "long-", "combining"] {
        pty.send(name);
        pty.wait_for(&format!("▸ {name}"));
        let text = pty.screen();
        let row = text.lines().find(|row| row.contains(&format!("▸ {name}"))).unwrap();
        let frame = text.lines().find(|row| row.contains("USER")).unwrap();
        let column =
            |row: &str| row.chars().position(|c| c == '│').map(|_| row.matches('│').count());
        assert_eq!(column(row), column(frame), "{text}");
        for hidden in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{9b}'] {
            assert!(!text.contains(hidden), "{text}");
        }
        name.chars().for_each(|_| pty.press("backspace"));
    }
    pty.press("esc");
    pty.press("esc");
    pty.wait_for("48 users");
}
