//! Tests of the first reads, which are sent beside the caller's identity.

use serde_json::{Value, json};

use super::{KEY, OPERATOR, SECRET, USER, at, ends, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;

/// Delay of GetCallerIdentity, in milliseconds.
const IDENTITY_DELAY: u64 = 1_500;

/// Starts a demo that takes so long to name the caller.
fn slow_identity(home: &Home) -> Demo {
    let demo = Demo::start(home, &[]);
    let delay = std::time::Duration::from_millis(IDENTITY_DELAY).as_secs_f64();
    let on = json!({"operations": ["GetCallerIdentity"]});
    demo.faults(&json!({"latency": {"fixed": delay, "on": on}}));
    demo
}

fn call<'a>(calls: &'a [Value], operation: &str) -> &'a Value {
    let call = calls.iter().find(|call| call["operation"] == operation);
    call.unwrap_or_else(|| panic!("no {operation}: {calls:?}"))
}

#[test]
fn the_first_read_of_a_command_is_sent_before_the_caller_is_known() {
    for (words, first) in [
        (&["find", KEY][..], "GetAccessKeyLastUsed"),
        (&["find", KEY, "--any-account"], "GetAccessKeyLastUsed"),
        (&["list", "user:svc-billing-0042"], "ListUsers"),
    ] {
        let home = Home::new();
        let demo = slow_identity(&home);
        let finished = ends(at(&home, &demo, words), 0);
        assert!(finished.stdout.contains(USER), "{finished:?}");
        let calls = demo.calls();
        let arrived = |operation| call(&calls, operation)["at_ms"].as_u64().unwrap();
        let answered = arrived("GetCallerIdentity") + IDENTITY_DELAY;
        assert!(arrived(first) < answered, "{words:?}: {calls:?}");
        let number = calls.iter().filter(|call| call["operation"] == first).count();
        assert_eq!(number, 1, "{words:?}: {calls:?}");
    }
}

#[test]
fn nothing_that_was_read_is_printed_if_the_caller_is_not_identified() {
    for words in [&["find", KEY][..], &["find", KEY, "--any-account"], &["list"]] {
        let home = Home::new();
        let demo = Demo::start(&home, &[]);
        let on = json!({"operations": ["GetCallerIdentity"]});
        demo.faults(&json!({
            "latency": {"fixed": 0.5, "on": on},
            "errors": [{"status": 403, "code": "InvalidClientTokenId", "message": "no", "on": on}],
        }));
        let finished = at(&home, &demo, words).run();
        let printed = finished.stdout.clone() + &finished.stderr;
        assert!(printed.contains("GetCallerIdentity"), "{finished:?}");
        assert!(!printed.contains(USER), "{finished:?}");
        assert!(demo.calls().len() > 1, "the first read was sent");
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
    let demo = slow_identity(&home);
    let pty = demo.screen(&home, &[KEY]).on_pty(120, 40);
    pty.wait_until("the replies to the first reads", |_| {
        let calls = demo.calls();
        ["GetAccessKeyLastUsed", "ListUsers"].iter().all(|first| {
            calls.iter().any(|call| call["operation"] == *first && call["status"] == 200)
        })
    });
    let screen = pty.screen();
    let identity = call(&demo.calls(), "GetCallerIdentity")["status"].clone();
    assert_eq!(identity, Value::Null, "they did not wait for it");
    assert!(screen.contains("Identifying the caller") && !screen.contains(USER), "{screen}");
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
