//! Tests of the first reads, which are sent beside the caller's identity.

use serde_json::{Value, json};

use super::{KEY, OPERATOR, SECRET, USER, at, ends, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::wait_until;

/// Starts a demo that names the caller only once its faults are replaced.
fn held_identity(home: &Home) -> Demo {
    let demo = Demo::start(home, &[]);
    demo.faults(&json!({"hold": {"operations": ["GetCallerIdentity"]}}));
    demo
}

/// Waits until the demo has answered a call of that operation, but not said who the caller is.
fn wait_for_reply(demo: &Demo, operation: &str) {
    let status = |calls: &[Value], operation: &str| {
        let call = calls.iter().find(|call| call["operation"] == operation);
        call.map(|call| call["status"].clone()).unwrap_or_default()
    };
    wait_until(operation, || status(&demo.calls(), operation) == 200);
    assert_eq!(status(&demo.calls(), "GetCallerIdentity"), Value::Null);
}

#[test]
fn the_first_read_of_a_command_is_sent_before_the_caller_is_known() {
    for (words, first) in [
        (&["find", KEY][..], "GetAccessKeyLastUsed"),
        (&["find", KEY, "--any-account"], "GetAccessKeyLastUsed"),
        (&["list", "user:svc-billing-0042"], "ListUsers"),
    ] {
        let home = Home::new();
        let demo = held_identity(&home);
        let command = at(&home, &demo, words).start();
        wait_for_reply(&demo, first);
        demo.faults(&json!({}));
        let finished = command.finish();
        assert!(finished.exit == Exit::Code(0) && finished.stdout.contains(USER), "{finished:?}");
        let calls = operations(&demo);
        assert_eq!(calls.iter().filter(|it| *it == first).count(), 1, "{words:?}: {calls:?}");
    }
}

#[test]
fn nothing_that_was_read_is_printed_if_the_caller_is_not_identified() {
    for (words, first) in [
        (&["find", KEY][..], "GetAccessKeyLastUsed"),
        (&["find", KEY, "--any-account"], "GetAccessKeyLastUsed"),
        (&["list"], "ListUsers"),
    ] {
        let home = Home::new();
        let demo = Demo::start(&home, &[]);
        let on = json!({"operations": ["GetCallerIdentity"]});
        let refusal =
            json!([{"status": 403, "code": "InvalidClientTokenId", "message": "no", "on": on}]);
        demo.faults(&json!({"hold": on, "errors": refusal}));
        let command = at(&home, &demo, words).start();
        wait_for_reply(&demo, first);
        demo.faults(&json!({"errors": refusal}));
        let finished = command.finish();
        let printed = finished.stdout.clone() + &finished.stderr;
        assert!(printed.contains("GetCallerIdentity"), "{finished:?}");
        assert!(!printed.contains(USER), "{finished:?}");
    }
}

#[test]
fn the_first_reads_are_not_waited_for_if_the_caller_is_not_identified() {
    let deactivate = ["deactivate", KEY, "--any-account", "--yes"];
    for words in [&["find", KEY][..], &["find", KEY, "--any-account"], &deactivate] {
        let home = Home::new();
        let demo = Demo::start(&home, &[]);
        let on = json!({"operations": ["GetCallerIdentity"]});
        demo.faults(&json!({
            "latency": {"fixed": 6.0, "on": {"operations": ["GetAccessKeyLastUsed"]}},
            "errors": [{"status": 403, "code": "InvalidClientTokenId", "message": "no", "on": on}],
        }));
        let finished = at(&home, &demo, words).run();
        let printed = finished.stdout.clone() + &finished.stderr;
        assert!(printed.contains("GetCallerIdentity"), "{finished:?}");
        let calls = demo.calls();
        let mut reads = calls.iter().filter(|call| call["operation"] == "GetAccessKeyLastUsed");
        assert!(reads.all(|call| call["status"] == Value::Null), "{words:?}: {calls:?}");
    }
}

#[test]
fn no_report_is_generated_before_the_account_is_known() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let on = json!({"operations": ["GetCallerIdentity"]});
    demo.faults(&json!({
        "errors": [{"status": 403, "code": "InvalidClientTokenId", "message": "no", "on": on}],
    }));
    let finished = at(&home, &demo, &["list", "--report"]).run();
    assert!(finished.stderr.contains("GetCallerIdentity"), "{finished:?}");
    assert_eq!(operations(&demo), ["GetCallerIdentity"]);
}

#[test]
fn an_endpoint_that_cannot_be_reached_is_reported_once() {
    let home = Home::new();
    let key = format!("aws_access_key_id = {OPERATOR}\naws_secret_access_key = {SECRET}\n");
    home.write(".aws/credentials", &format!("[default]\n{key}"));
    for options in [&[][..], &["--any-account"], &["--all-profiles"]] {
        let words = [&["find", KEY], options].concat();
        let keyflip = Launch::keyflip(&home, &words).env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        let finished = keyflip.run();
        assert_eq!(finished.stderr.matches("Retrying").count(), 1, "{words:?}: {finished:?}");
    }
}

#[test]
fn the_screen_shows_nothing_of_an_account_before_the_caller_is_known() {
    let home = Home::new();
    let demo = held_identity(&home);
    let pty = demo.screen(&home, &[KEY]).on_pty(120, 40);
    for first in ["GetAccessKeyLastUsed", "ListUsers"] {
        wait_for_reply(&demo, first);
    }
    pty.wait_for("Identifying the caller");
    let screen = pty.screen();
    assert!(!screen.contains(USER), "{screen}");
    demo.faults(&json!({}));
    pty.wait_ready(KEY);
    let calls = demo.calls();
    let of_key = |call: &&Value| {
        call["operation"] == "GetAccessKeyLastUsed" && call["params"]["AccessKeyId"] == KEY
    };
    // Once its list is read, its last use is read for its row.
    let before_list = calls.iter().take_while(|call| call["operation"] != "ListAccessKeys");
    assert_eq!(before_list.filter(of_key).count(), 1, "{calls:?}");
    let pages = calls.iter().filter(|call| call["operation"] == "ListUsers");
    assert_eq!(pages.count(), 1, "{calls:?}");
}

#[test]
fn the_permission_to_look_up_owners_is_checked_once_for_all_keys() {
    let unknown = ["AKIARZPUZDIKAAAAAAAA", "AKIARZPUZDIKBBBBBBBB", "AKIARZPUZDIKCCCCCCCC"];
    for (ids, own_reads) in [(unknown.to_vec(), 1), ([&unknown[..], &[KEY]].concat(), 0)] {
        let home = Home::new();
        let demo = Demo::start(&home, &[]);
        let finished = ends(at(&home, &demo, &[&["find"], &ids[..]].concat()), 1);
        assert!(finished.stdout.contains("IAM refused to name its owner"), "{finished:?}");
        assert!(!finished.stdout.contains("never existed"), "{finished:?}");
        let calls = operations(&demo);
        let reads = calls.iter().filter(|it| *it == "GetAccessKeyLastUsed").count();
        assert_eq!(reads, ids.len() + own_reads, "{calls:?}");
    }
}
