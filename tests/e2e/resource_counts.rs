//! What a change costs whatever the machine: calls, threads, and how often files are opened.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::demo::Demo;
use crate::support::file_opens::FileOpens;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;

const KEY: &str = "AKIARZPUZDIKFYHOWX26";
const OWNER: &str = "svc-billing-0042";
const PROFILE: &str = "[profile prod]\nregion = us-east-1\nendpoint_url = URL\n";
const KEYS: &str = "[prod]\naws_access_key_id = AKIARZPUZDIKDEMOOPER\n\
    aws_secret_access_key = demo-secret-that-opens-nothing-anywhere0\n";

/// What a command took.
struct Cost {
    calls: Vec<String>,
    threads: u64,
    opens: BTreeMap<String, usize>,
    /// How often the journal was opened; twice in a row without closing it counts once.
    journal_opens: usize,
}

/// Runs a command with a profile of the files and a journal.
fn cost(arguments: &[&str]) -> Cost {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".aws/config", &PROFILE.replace("URL", demo.url()));
    home.write(".aws/credentials", KEYS);
    let launch = |words: &[&str]| Launch::keyflip(&home, &[words, &["--profile", "prod"]].concat());
    // The journal is there, with a change of the key.
    let first = ["update-access-key", "--access-key-id", KEY, "--status", "Active"];
    let first = launch(&[&first[..], &["--user-name", OWNER]].concat());
    assert_eq!(first.run().exit, Exit::Code(0));
    let before = demo.calls().len();
    // It stays in the call for long enough to be looked at.
    demo.faults(&json!({"latency": {"fixed": 0.3, "on": {"operations": ["UpdateAccessKey"]}}}));
    let (files, journal) =
        (FileOpens::of(&home.path(".aws")), FileOpens::of(&home.path(".local/state/keyflip")));
    let running = launch(arguments).start();
    let mut threads = 0;
    while let Some(number) = running.threads() {
        threads = threads.max(number);
    }
    assert_eq!(running.finish().exit, Exit::Code(0));
    let calls = demo.calls().split_off(before);
    let calls = calls.iter().map(|call| call["operation"].as_str().unwrap().to_owned());
    Cost {
        calls: calls.collect(),
        threads,
        opens: files.counts(),
        journal_opens: journal.counts().into_values().sum(),
    }
}

/// Asserts what is the same for each command, and how often it opens the journal: to look for changes
/// in flight, and to write each of two lines.
fn assert_small(cost: &Cost, journal_opens: usize) {
    assert_eq!(cost.opens, BTreeMap::from([("config".into(), 1), ("credentials".into(), 1)]));
    assert_eq!(cost.journal_opens, journal_opens);
    // The event loop, the thread that counts signals, and one or two that read and write files.
    assert!((1..=4).contains(&cost.threads), "{} threads", cost.threads);
}

#[test]
fn update_access_key_makes_one_call_and_opens_each_aws_file_once() {
    let command = ["update-access-key", "--access-key-id", KEY, "--status", "Inactive"];
    let cost = cost(&[&command[..], &["--user-name", OWNER]].concat());
    assert_eq!(cost.calls, ["UpdateAccessKey"]);
    assert_small(&cost, 3);
}

#[test]
fn deactivate_makes_five_calls_and_opens_each_aws_file_once() {
    let mut cost = cost(&["deactivate", KEY, "--yes"]);
    // The first two are made at the same time.
    cost.calls[..2].sort();
    assert_eq!(
        cost.calls,
        [
            "GetAccessKeyLastUsed",
            "GetCallerIdentity",
            "ListAccessKeys",
            "UpdateAccessKey",
            "ListAccessKeys"
        ]
    );
    // It also looks for unfinished changes.
    assert_small(&cost, 4);
}
