//! Tests of commands under throttling and transient faults: the requested change is still made.

use std::collections::BTreeSet;

use rustix::process::Signal;
use serde_json::json;

use super::{KEY, at, ends, journal, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::screen_steps::{lines, outcomes};
use crate::support::wait_until;

/// Number of processes, each of which changes one key.
const PROCESSES: usize = 40;

#[test]
fn forty_throttled_processes_change_forty_keys() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "60"]);
    let listed = ends(
        at(&home, &demo, &["list", "status:active", "-user:operator", "--format", "jsonl"]),
        0,
    )
    .stdout;
    let keys = lines(&listed)
        .iter()
        .map(|row| row["AccessKeyId"].as_str().unwrap().to_owned())
        .collect::<Vec<_>>();
    let keys = &keys[..PROCESSES];
    demo.faults(&json!({ "throttle": { "probability": 0.3 } }));
    let started: Vec<_> =
        keys.iter().map(|key| at(&home, &demo, &["deactivate", key, "--yes"]).start()).collect();
    for running in started {
        let finished = running.finish();
        assert_eq!(finished.exit, Exit::Code(0), "{finished:?}");
    }
    let journal = journal(&home);
    assert_eq!(outcomes(&journal), vec!["verified"; PROCESSES]);
    let changed: BTreeSet<_> = journal.iter().filter_map(|line| line["key"].as_str()).collect();
    assert_eq!(changed, keys.iter().map(String::as_str).collect());
    let done = demo
        .calls()
        .iter()
        .filter(|call| call["operation"] == "UpdateAccessKey" && call["carried_out"] == true)
        .count();
    assert_eq!(done, PROCESSES, "each once");
}

#[test]
fn throttled_calls_are_retried_beyond_the_sdks_attempts() {
    for operation in
        ["GetCallerIdentity", "GetAccessKeyLastUsed", "ListAccessKeys", "UpdateAccessKey"]
    {
        let home = Home::new();
        let demo = Demo::start(&home, &[]);
        demo.faults(&json!({ "throttle": { "operations": [operation], "times": 4 } }));
        let finished = ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
        assert!(finished.stdout.starts_with("IAM reports"), "{operation}: {finished:?}");
        let outcome = &journal(&home)[1];
        let sent = operations(&demo).iter().filter(|asked| *asked == "UpdateAccessKey").count();
        assert_eq!(outcome["attempts"], sent, "{operation}: {outcome}");
    }
}

#[test]
fn find_and_undo_retry_throttled_and_truncated_calls() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    demo.faults(&json!({ "truncate": { "operations": ["GetAccessKeyLastUsed"], "times": 2 },
        "server_error": { "operations": ["ListAccessKeys"], "times": 4 } }));
    let found = ends(at(&home, &demo, &["find", KEY]), 0).stdout;
    assert!(found.contains("it is Inactive"), "{found}");
    demo.faults(&json!({ "throttle": { "operations": ["ListAccessKeys"], "times": 4 } }));
    ends(at(&home, &demo, &["undo", "--yes"]), 0);
}

#[test]
fn waiting_for_throttling_can_be_interrupted() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({ "throttle": { "operations": ["GetAccessKeyLastUsed"] } }));
    let running = at(&home, &demo, &["deactivate", KEY, "--yes"]).start();
    // Three attempts each time: two reads failed, and the third is in progress.
    wait_until("a third round of attempts", || {
        operations(&demo).iter().filter(|operation| *operation == "GetAccessKeyLastUsed").count()
            >= 7
    });
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.exit, Exit::Code(130), "{finished:?}");
    assert!(
        finished.stderr.contains("Retrying for up to a minute; ctrl-c stops it."),
        "{finished:?}"
    );
    assert!(!operations(&demo).contains(&"UpdateAccessKey".to_owned()));
}
