//! Tests of `keyflip deactivate`, `activate` and `undo`.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use super::{KEY, OPERATOR, OTHER_KEY, USER, at, ends, journal, json as parsed, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;

/// An active key of ci-deploy-0007.
const THIRD_KEY: &str = "AKIARZPUZDIKNHN4FYRQ";

#[test]
fn a_deactivation_takes_five_calls_in_four_round_trips() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "50ms"]);
    let finished = ends(at(&home, &demo, &["deactivate", KEY, "--yes", "--reason", "INC-42"]), 0);
    assert!(
        finished
            .stdout
            .starts_with(&format!("IAM reports {KEY} of {USER} Inactive in 123456789012")),
        "{finished:?}"
    );
    let calls = demo.calls();
    let mut first: Vec<_> =
        calls[..2].iter().map(|call| call["operation"].as_str().unwrap()).collect();
    first.sort_unstable();
    assert_eq!(first, ["GetAccessKeyLastUsed", "GetCallerIdentity"]);
    assert_eq!(operations(&demo)[2..], ["ListAccessKeys", "UpdateAccessKey", "ListAccessKeys"]);
    let at = |index: usize| calls[index]["at_ms"].as_u64().unwrap();
    assert!(at(1) - at(0) < 50, "the first two are out at once: {calls:?}");
    let lines = journal(&home);
    assert_eq!(
        (&lines[0]["reason"], &lines[0]["status_before"]),
        (&"INC-42".into(), &"Active".into())
    );
    assert_eq!(lines[1]["outcome"], "verified");
}

#[test]
fn a_batch_with_an_unknown_key_succeeds_partially() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let input = format!("{KEY}\n\n  {OTHER_KEY}\nAKIARZPUZDIKAAAAAAAA\n{KEY}\n");
    let launch = at(&home, &demo, &["deactivate", "-", "--yes", "--format", "json"]).stdin(&input);
    let results = parsed(&ends(launch, 1).stdout);
    let outcome = |id: &str| {
        let mut rows = results.as_array().unwrap().iter().filter(|row| row["AccessKeyId"] == id);
        let outcome = rows.next().unwrap()["Outcome"].as_str().unwrap().to_owned();
        assert!(rows.next().is_none(), "{id} twice");
        outcome
    };
    assert_eq!(
        [KEY, OTHER_KEY, "AKIARZPUZDIKAAAAAAAA"].map(outcome),
        ["verified", "already", "not sent"]
    );
    let verified = results.as_array().unwrap().iter().filter(|row| row["VerifiedAt"].is_string());
    assert_eq!(verified.count(), 1, "{results}");
    assert_eq!(
        operations(&demo).iter().filter(|operation| *operation == "UpdateAccessKey").count(),
        1
    );
}

#[test]
fn several_keys_end_with_a_summary_that_names_those_that_are_unchanged() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let unknown = "AKIARZPUZDIKAAAAAAAA";
    let summary = |words: &[&str], code| {
        let finished = ends(at(&home, &demo, words), code);
        finished.stderr.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(
        summary(&["deactivate", KEY, unknown, OTHER_KEY, THIRD_KEY, "--yes"], 1),
        format!(
            "keyflip: 4 keys: 2 deactivated, 1 already Inactive, 1 unchanged: {unknown} \
             (AccessDenied)."
        )
    );
    assert_eq!(summary(&["undo", "--yes"], 0), "keyflip: 2 keys: 2 activated.");
    assert!(!summary(&["deactivate", KEY, "--yes"], 0).contains("1 key"), "one key needs none");
    demo.faults(&json!({ "permissions": { "deny": ["UpdateAccessKey"] } }));
    let line = summary(&["activate", KEY, OTHER_KEY, "--yes"], 254);
    assert!(line.starts_with("keyflip: 2 keys: 0 activated, 2 unchanged: "), "{line}");
    for key in [KEY, OTHER_KEY] {
        assert!(line.contains(&format!("{key} (AccessDenied)")), "{line}");
    }
}

#[test]
fn key_ids_in_utf16_are_read() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let text = format!("{KEY}\r\n{OTHER_KEY}\r\n");
    let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16).collect();
    let utf8 = format!("\u{feff}{text}").into_bytes();
    for (input, command) in [(utf16, "deactivate"), (utf8, "activate")] {
        let launch = at(&home, &demo, &[command, "-", "--yes"]).stdin(input);
        let finished = ends(launch, 0);
        assert!(finished.stdout.contains(&format!("IAM reports {KEY}")), "{finished:?}");
    }
}

#[test]
fn an_invalid_key_id_stops_the_batch_before_any_call() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for wrong in
        ["svc-billing", "ASIAY34FZKBOKMUTVV7A", "AKIARZPUZDIKFYHOWX26, AKIARZPUZDIKNHN4FYRQ"]
    {
        let launch =
            at(&home, &demo, &["deactivate", "-", "--yes"]).stdin(format!("{KEY}\n{wrong}\n"));
        let finished = ends(launch, 252);
        assert!(
            finished.stderr.contains("Line 2") && finished.stderr.contains("Nothing was sent."),
            "{finished:?}"
        );
    }
    ends(at(&home, &demo, &["deactivate", KEY]), 252);
    assert_eq!(operations(&demo), [""; 0]);
}

#[test]
fn the_sessions_own_key_comes_last_and_needs_its_own_option() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let keys = ["deactivate", OPERATOR, KEY, THIRD_KEY, "--yes"];
    let finished = ends(at(&home, &demo, &keys), 252);
    assert!(finished.stderr.contains("--yes-lock-me-out"), "{}", finished.stderr);
    assert!(!operations(&demo).contains(&"UpdateAccessKey".to_owned()));
    let finished = ends(at(&home, &demo, &[&keys[..], &["--yes-lock-me-out"]].concat()), 0);
    let last = finished.stdout.lines().last().unwrap();
    assert!(last.starts_with(&format!("IAM now refuses {OPERATOR}")), "{finished:?}");
    let updates: Vec<_> =
        demo.calls().into_iter().filter(|call| call["operation"] == "UpdateAccessKey").collect();
    assert_eq!(updates.last().unwrap()["params"]["AccessKeyId"], OPERATOR);
}

#[test]
fn a_possible_signing_key_is_changed_before_the_actual_one() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(
        ".aws/credentials",
        &format!("[old]\naws_access_key_id = {KEY}\naws_secret_access_key = x\n"),
    );
    let words = ["deactivate", OPERATOR, KEY, "--yes", "--yes-lock-me-out"];
    let finished = ends(at(&home, &demo, &words), 0);
    let said: Vec<_> = finished.stdout.lines().collect();
    assert!(said[0].starts_with(&format!("IAM reports {KEY}")), "{finished:?}");
    assert!(said[1].starts_with(&format!("IAM now refuses {OPERATOR}")), "{finished:?}");
}

#[test]
fn a_terminal_user_must_type_the_confirmation() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = at(&home, &demo, &["deactivate", KEY]).on_pty(200, 30);
    pty.wait_for("Type y:");
    pty.send("n\n");
    assert_eq!(pty.exit(), Exit::Code(1));
    let mut pty = at(&home, &demo, &["activate", OTHER_KEY]).on_pty(200, 30);
    pty.wait_for("last four characters:");
    pty.press("ctrl-c");
    assert_eq!(pty.exit(), Exit::Code(130));
    assert!(!operations(&demo).contains(&"UpdateAccessKey".to_owned()));
    let mut pty = at(&home, &demo, &["activate", OTHER_KEY]).on_pty(200, 30);
    pty.wait_for("last four characters:");
    pty.send("yufz\n");
    pty.wait_for("IAM reports");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn input_typed_before_the_question_confirms_nothing() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "400ms"]);
    let mut pty = at(&home, &demo, &["deactivate", KEY]).on_pty(200, 30);
    pty.send("y\n");
    pty.wait_for("Type y:");
    pty.send("n\n");
    assert_eq!(pty.exit(), Exit::Code(1));
    assert!(!operations(&demo).contains(&"UpdateAccessKey".to_owned()));
}

#[test]
fn input_typed_before_the_second_question_does_not_answer_it() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let mut pty = at(&home, &demo, &["deactivate", KEY, OPERATOR]).on_pty(200, 30);
    pty.wait_for("Type their number:");
    pty.send(format!("2\n{}\n", &OPERATOR[16..]));
    pty.wait_for_words("last four characters:");
    pty.send("n\n");
    assert_eq!(pty.exit(), Exit::Code(1));
    assert!(!operations(&demo).contains(&"UpdateAccessKey".to_owned()));
}

#[test]
fn an_interrupt_stops_the_look_up_of_owners() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({ "hang": { "operations": ["GetAccessKeyLastUsed"] } }));
    let running = at(&home, &demo, &["deactivate", KEY, "--yes"]).start();
    while !operations(&demo).contains(&"GetAccessKeyLastUsed".to_owned()) {
        std::thread::yield_now();
    }
    let asked = std::time::Instant::now();
    running.signal(Signal::INT);
    assert_eq!(running.finish().exit, Exit::Code(130));
    assert!(
        asked.elapsed() < std::time::Duration::from_secs(6),
        "it has not waited for the call's time to pass"
    );
}

#[test]
fn an_interrupt_waits_for_the_change_in_flight() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "150ms"]);
    let running = at(&home, &demo, &["deactivate", KEY, "--yes"]).start();
    while demo.calls().last().is_none_or(|call| call["operation"] != "UpdateAccessKey") {
        std::thread::yield_now();
    }
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.exit, Exit::Code(130), "{finished:?}");
    assert!(finished.stdout.starts_with("IAM reports"), "{finished:?}");
    assert!(
        finished.stderr.contains("Waiting for the outcomes of the changes that were sent"),
        "{finished:?}"
    );
    assert_eq!(journal(&home)[1]["outcome"], "verified");
}

#[test]
fn an_interrupt_before_the_change_is_sent_ends_the_command() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let arguments = ["deactivate", KEY, "--cli-read-timeout", "0"];
    let mut pty = at(&home, &demo, &arguments).on_pty(200, 30);
    pty.wait_for("Type y:");
    // A status that is older than a second is read again before the change, and that read hangs.
    pty.wait_quiet(Duration::from_millis(1_100));
    demo.faults(&json!({"hang": {"operations": ["ListAccessKeys"]}}));
    let calls = demo.calls().len();
    pty.send("y\n");
    while demo.calls().len() == calls {
        std::thread::yield_now();
    }
    pty.signal(Signal::INT);
    assert_eq!(pty.exit(), Exit::Code(130));
    let screen = pty.words();
    assert!(!screen.contains("Waiting for the outcomes"), "{screen}");
    assert!(screen.contains("keyflip was interrupted before it sent the change"), "{screen}");
    assert!(journal(&home).is_empty(), "nothing was recorded");
}

#[test]
fn a_second_interrupt_ends_the_wait_for_an_outcome() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({"hang": {"operations": ["UpdateAccessKey"]}}));
    let pty = at(&home, &demo, &["deactivate", KEY, "--yes"]).on_pty(200, 30);
    while journal(&home).is_empty() {
        std::thread::yield_now();
    }
    pty.signal(Signal::INT);
    pty.wait_for_words("press ctrl-c again");
    pty.signal(Signal::INT);
    assert_eq!(pty.exit(), Exit::Code(130));
    let screen = pty.screen();
    assert!(
        screen.contains("Outcome unknown: keyflip was interrupted while it changed"),
        "{screen}"
    );
    assert_eq!(journal(&home).len(), 1, "the intent, for the recovery");
}

#[test]
fn a_read_only_session_sends_no_change() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".config/keyflip/config.toml", "[accounts.123456789012]\nread_only = true\n");
    let finished = ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 255);
    assert!(finished.stderr.contains("read-only"), "{}", finished.stderr);
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    ends(at(&home, &demo, &words), 255);
    ends(at(&home, &demo, &words).env("AWS_ACCOUNT_ID", "222222222222"), 255);
    ends(at(&home, &demo, &["undo", "--yes", "--read-only"]), 255);
    assert!(!operations(&demo).contains(&"UpdateAccessKey".to_owned()));
}

#[test]
fn only_the_root_user_can_change_root_keys() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let root = "AKIATCH6YDSYQDEMROOT";
    let by = |signer: &str, more: &[&str]| {
        at(&home, &demo, &[&["deactivate", root, "--yes"], more].concat())
            .signed_by(signer, super::SECRET)
    };
    let finished = ends(by("AKIATCH6YDSYQDEMOOPS", &[]), 254);
    assert!(finished.stdout.contains("Only root can see its status and change it"), "{finished:?}");
    ends(by(root, &["--yes-lock-me-out"]), 0);
    let update =
        demo.calls().into_iter().find(|call| call["operation"] == "UpdateAccessKey").unwrap();
    assert_eq!(update["params"].get("UserName"), None);
}

#[test]
fn an_undo_runs_once_and_not_over_someone_elses_change() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let run = |words: &[&str], code| ends(at(&home, &demo, words), code);
    run(&["undo", "--yes"], 1);
    run(&["deactivate", KEY, "--yes"], 0);
    run(&["undo", "--yes"], 0);
    let finished = run(&["undo", "--yes"], 1);
    assert!(finished.stderr.contains("all are undone"), "{}", finished.stderr);
    run(&["deactivate", THIRD_KEY, "--yes"], 0);
    demo.apply(&serde_json::json!({ "set_status": { "key": THIRD_KEY, "status": "Active" } }));
    let finished = run(&["undo", "--yes"], 1);
    assert!(finished.stderr.contains("so someone else changed it"), "{}", finished.stderr);
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    run(&words, 0);
    assert!(run(&["undo", "--yes"], 252).stderr.contains("--to Active"));
    run(&["undo", "--yes", "--to", "Active"], 0);
    assert!(
        run(&["undo", KEY, "--yes"], 1).stderr.contains(&format!("no change of {KEY} to undo"))
    );
    run(&["deactivate", KEY, "--yes"], 0);
    run(&["deactivate", THIRD_KEY, "--yes"], 0);
    assert!(run(&["undo", KEY, "--yes"], 0).stdout.contains(KEY));
}

#[test]
fn the_result_goes_to_standard_error_if_standard_output_is_full() {
    for format in ["text", "json"] {
        let home = Home::new();
        let demo = Demo::start(&home, &[]);
        let arguments = ["deactivate", KEY, "--yes", "--quiet", "--format", format];
        let finished = ends(at(&home, &demo, &arguments).with_full_disk(), 255);
        let result = format!("IAM reports {KEY} of {USER} Inactive in 123456789012");
        assert!(finished.stderr.contains(&result), "{finished:?}");
        assert!(finished.stderr.contains("Could not write to standard output"), "{finished:?}");
    }
}
