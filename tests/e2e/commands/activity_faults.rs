//! Tests of `activity` under faults of CloudTrail, and in other accounts.

use std::collections::HashMap;

use rustix::process::Signal;
use serde_json::{Value, json as value};

use super::other_accounts::{member, organization};
use super::{KEY, MEMBER_KEY, OPERATOR, assert_plain, at, ends, json, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::wait_until;

/// A session that the leaked key has issued.
const SESSION: &str = "ASIARZPUZDIKKMIQ6UFP";

#[test]
fn a_session_key_is_read_without_asking_for_its_last_use() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words = ["activity", SESSION, "--regions", "all", "--format", "json"];
    let read = json(&ends(at(&home, &demo, &words), 0).stdout);
    assert!(!read["events"].as_array().unwrap().is_empty(), "{read}");
    assert!(read["regions"].as_array().unwrap().len() > 30, "{read}");
    assert_eq!(demo.calls_of("LookupEvents").len(), read["regions"].as_array().unwrap().len());
    assert!(!operations(&demo).contains(&"GetAccessKeyLastUsed".to_owned()));
}

#[test]
fn a_key_of_another_account_is_read_there() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let words = ["activity", MEMBER_KEY, "--any-account", "--format", "json"];
    let read = ends(member(&home, &demo, &words), 0);
    assert!(read.stderr.contains("300098765431"), "{}", read.stderr);
    assert!(!json(&read.stdout)["events"].as_array().unwrap().is_empty(), "{}", read.stdout);
}

#[test]
fn a_record_has_the_activity_of_another_account_with_the_option() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let words = ["deactivate", MEMBER_KEY, KEY, "--any-account", "--yes"];
    ends(member(&home, &demo, &words), 0);
    let record = |words: &[&str], code| {
        let record = ["journal", "--format", "markdown", "--activity"];
        ends(member(&home, &demo, &[&record[..], words].concat()), code)
    };
    let missing = record(&[MEMBER_KEY], 1);
    let why = "the key belongs to account 300098765431; to look there, add --any-account.";
    assert!(missing.stdout.starts_with(&format!("# Incident record: access key {MEMBER_KEY}\n")));
    assert!(missing.stdout.contains(&format!("Not read: {why}")), "{}", missing.stdout);
    let told = format!("Could not read the activity of {MEMBER_KEY}: {why}");
    assert!(missing.stderr.contains(&told), "{}", missing.stderr);
    let both = record(&["--any-account", "--regions", "eu-west-1"], 0).stdout;
    for account in ["300098765431", "123456789012"] {
        let heading = format!("- **Account:** {account} as ");
        assert_eq!(both.matches(&heading).count(), 1, "{both}");
    }
    assert!(both.contains("- **Read, without events:** eu-west-1"), "{both}");
    let of_account = record(&["--account", "300098765431"], 0).stdout;
    assert!(of_account.contains(MEMBER_KEY) && !of_account.contains(KEY), "{of_account}");
    demo.faults(&value!({"cloudtrail": {"denied_regions": ["eu-west-2"]}}));
    let partly = record(&[KEY, "--regions", "eu-west-2"], 1).stderr;
    assert!(
        partly.contains(&format!("Could not read all activity of {KEY}. eu-west-2")),
        "{partly}"
    );
}

#[test]
fn denied_and_disabled_regions_are_named_with_the_reason() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({"cloudtrail": {
        "denied_regions": ["eu-west-2"], "disabled_regions": ["ap-east-1"],
    }}));
    let words = ["activity", KEY, "--since", "24h", "--regions", "eu-west-2,ap-east-1"];
    let read = ends(at(&home, &demo, &words), 1).stdout;
    let read: String = read.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "eu-west-2 was not read",
        "ap-east-1 was not read",
        "may not have enabled ap-east-1",
        "Read to the end: us-east-1",
    ] {
        assert!(read.contains(part), "{part}: {read}");
    }
}

#[test]
fn an_unknown_region_of_the_last_use_is_noted() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({"permissions": {"deny": ["GetAccessKeyLastUsed"]}}));
    let read = ends(at(&home, &demo, &["activity", KEY, "--since", "24h"]), 0);
    let note = format!("The Region in which {KEY} was last used is not known");
    assert!(read.stderr.contains(&note), "{}", read.stderr);
    assert!(read.stderr.contains("iam:GetAccessKeyLastUsed"), "{}", read.stderr);
}

#[test]
fn hostile_events_are_plain_text_in_every_format() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({"cloudtrail": {"hostile": true}}));
    for format in ["table", "json", "jsonl", "csv", "markdown"] {
        // Some events have no ID or time.
        let words = ["activity", KEY, "--since", "4h", "--format", format];
        let read = ends(at(&home, &demo, &words), 1);
        assert_plain(&read.stdout);
        assert_plain(&read.stderr);
        let told = format!("{}{}", read.stdout, read.stderr);
        assert!(told.contains("could not be read") || format == "json", "{told}");
        if format == "json" {
            json(&read.stdout);
        }
        if format == "jsonl" {
            read.stdout.lines().for_each(|line| drop(json(line)));
        }
    }
}

#[test]
fn every_page_is_read_once_under_throttling() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({
        "throttle": {"operations": ["LookupEvents"], "probability": 0.5},
        "cloudtrail": {"events": 300},
    }));
    let words = ["activity", KEY, "--since", "24h", "--regions", "eu-west-1", "--format", "json"];
    let read = json(&ends(at(&home, &demo, &words), 0).stdout);
    let mut pages: HashMap<_, usize> = HashMap::new();
    let mut throttled = 0;
    for call in demo.calls_of("LookupEvents") {
        let page = ["Region", "NextToken"].map(|name| call["params"][name].to_string());
        let read = pages.entry(page).or_default();
        if call["status"] == 200 { *read += 1 } else { throttled += 1 }
    }
    assert!(pages.len() >= 6 && throttled > 0, "{} pages, {throttled} throttled", pages.len());
    assert!(pages.values().all(|read| *read == 1), "{pages:?}");
    let of_regions = read["regions"].as_array().unwrap().iter();
    let counted: u64 = of_regions.map(|region| region["events"].as_u64().unwrap()).sum();
    assert_eq!(read["summary"]["events"], counted);
}

#[test]
fn an_interrupt_prints_what_was_read() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({"cloudtrail": {"events": 5_000}}));
    let running = at(&home, &demo, &["activity", KEY, "--format", "json"]).start();
    wait_until("two pages of a Region", || demo.calls_of("LookupEvents").len() >= 4);
    running.signal(Signal::INT);
    let ended = running.finish();
    assert_eq!(ended.exit, Exit::Code(130), "{}", ended.stderr);
    let read = json(&ended.stdout);
    assert!(read["events"].as_array().unwrap().len() >= 100, "{read}");
    assert!(ended.stdout.contains("interrupted"), "{}", read["regions"]);
}

#[test]
fn an_interrupt_of_a_record_prints_what_was_read_and_names_what_is_missing() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    demo.faults(&value!({"cloudtrail": {"events": 5_000}}));
    let words = ["journal", KEY, OPERATOR, "--format", "markdown", "--activity"];
    let running = at(&home, &demo, &words).start();
    wait_until("two pages of a Region", || demo.calls_of("LookupEvents").len() >= 4);
    running.signal(Signal::INT);
    let ended = running.finish();
    assert_eq!(ended.exit, Exit::Code(130), "{}", ended.stderr);
    let change = ended.stdout.find("## 1. ").unwrap();
    let partly = ended.stdout.find(&format!("## Activity of `{KEY}`")).unwrap();
    let unread = ended.stdout.find(&format!("## Activity of `{OPERATOR}`")).unwrap();
    assert!(change < partly && partly < unread, "{}", ended.stdout);
    let (read, missing) = ended.stdout[partly..].split_at(unread - partly);
    assert!(read.contains("back to") && read.contains("interrupted"), "{read}");
    assert!(missing.contains("Not read: interrupted."), "{missing}");
}

/// Reads events of the leaked key in two Regions up to the limit; returns the output and the peak
/// of memory in MiB.
fn read_many(most: usize) -> (Value, u64) {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({
        "cloudtrail": {"events": 50_000}, "cloudtrail_rate": {"per_second": 100_000},
    }));
    let most = most.to_string();
    let words = ["activity", KEY, "--since", "24h", "--regions", "eu-west-1", "--max-events"];
    let words = [&words[..], &[&most, "--format", "json"]].concat();
    let running = at(&home, &demo, &words).start();
    let mut peak = 0;
    while let Some(memory) = running.peak_memory() {
        peak = peak.max(memory);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let ended = running.finish();
    assert_eq!(ended.exit, Exit::Code(1), "{}", ended.stderr);
    (json(&ended.stdout), peak)
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn the_limit_of_events_stops_the_reading_and_says_so() {
    let (read, peak) = read_many(1_000);
    assert_eq!(read["events"].as_array().unwrap().len(), 1_000);
    let caveats = read["caveats"].to_string();
    assert!(caveats.contains("the limit of 1000 events was reached"), "{caveats}");
    assert!(peak <= 150, "{peak} MiB");
}

#[test]
#[ignore = "CloudTrail's two calls per second and Region make it five minutes"]
fn the_memory_for_50_000_events_is_bounded() {
    let (read, peak) = read_many(50_000);
    assert_eq!(read["events"].as_array().unwrap().len(), 50_000);
    assert!(peak <= 300, "{peak} MiB");
    println!("50,000 events: {peak} MiB");
}
