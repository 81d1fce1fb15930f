//! Tests of `activity` and of `journal --activity`, on the CloudTrail of the demo.

use std::collections::HashSet;

use serde_json::{Value, json as value};

use super::{KEY, MEMBER_KEY, assert_plain, at, ends, json};
use crate::support::demo::Demo;
use crate::support::home::Home;

/// Returns the number of calls of LookupEvents, throttled or not.
fn lookups(demo: &Demo) -> usize {
    demo.calls_of("LookupEvents").len()
}

#[test]
fn each_format_has_the_activity_without_hidden_characters() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let whole = json(&ends(at(&home, &demo, &["activity", KEY, "--format", "json"]), 0).stdout);
    let events = whole["events"].as_array().unwrap();
    assert!(events.len() > 10, "{whole}");
    assert_eq!(whole["summary"]["events"], events.len());
    assert!(whole["summary"]["sources"].as_array().unwrap().len() > 1, "{whole}");
    assert!(!whole["summary"]["suspectCalls"].as_array().unwrap().is_empty(), "{whole}");
    assert!(!whole["summary"]["issuedCredentials"].as_array().unwrap().is_empty(), "{whole}");

    let lines = ends(at(&home, &demo, &["activity", KEY, "--format", "jsonl"]), 0);
    assert_eq!(lines.stdout.lines().count(), events.len());
    assert!(lines.stderr.contains("Only management events"), "{}", lines.stderr);
    let ids: HashSet<_> =
        lines.stdout.lines().map(|line| json(line)["eventID"].to_string()).collect();
    assert_eq!(ids.len(), events.len());

    let csv = ends(at(&home, &demo, &["activity", KEY, "--format", "csv"]), 0).stdout;
    assert_eq!(csv.lines().count(), events.len() + 1);
    let markdown = ends(at(&home, &demo, &["activity", KEY, "--format", "markdown"]), 0).stdout;
    assert!(markdown.starts_with("# Activity of `AKIARZPUZDIKFYHOWX26`\n"), "{markdown}");
    let table = ends(at(&home, &demo, &["activity", KEY]), 0).stdout;
    for heading in ["SOURCE IP", "MAY BE FOR", "Issued credentials", "Only management events"] {
        assert!(table.contains(heading), "{table}");
    }
    for text in [&lines.stdout, &csv, &markdown, &table] {
        assert_plain(text);
    }
}

#[test]
fn throttling_loses_no_page_and_reads_none_twice() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words = ["activity", KEY, "--format", "json"];
    let whole = json(&ends(at(&home, &demo, &words), 0).stdout);
    let calls = lookups(&demo);
    demo.faults(&value!({"throttle": {"operations": ["LookupEvents"], "times": 2}}));
    let again = json(&ends(at(&home, &demo, &words), 0).stdout);
    assert_eq!(again["summary"]["events"], whole["summary"]["events"]);
    assert_eq!(lookups(&demo), 2 * calls + 2);
}

#[test]
fn a_denied_region_is_named_and_exits_with_1() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({"cloudtrail": {"denied_regions": ["eu-west-1"]}}));
    let words = ["activity", KEY, "--regions", "eu-west-1", "--format", "json"];
    let partial = json(&ends(at(&home, &demo, &words), 1).stdout);
    let regions = partial["regions"].as_array().unwrap();
    let denied: Vec<&Value> = regions.iter().filter(|it| it["state"] == "failed").collect();
    assert_eq!(denied.len(), 1, "{partial}");
    assert_eq!(denied[0]["region"], "eu-west-1");
}

#[test]
fn without_the_permission_it_is_named_and_the_exit_code_is_254() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&value!({"permissions": {"deny": ["LookupEvents"]}}));
    let denied = ends(at(&home, &demo, &["activity", KEY]), 254);
    assert!(denied.stderr.contains("cloudtrail:LookupEvents"), "{}", denied.stderr);
}

#[test]
fn a_limit_stops_the_reading_and_exits_with_1() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words = ["activity", KEY, "--max-events", "5", "--format", "json"];
    let stopped = json(&ends(at(&home, &demo, &words), 1).stdout);
    assert_eq!(stopped["events"].as_array().unwrap().len(), 5);
}

#[test]
fn a_key_of_another_account_is_not_read_without_the_option() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let elsewhere = ends(at(&home, &demo, &["activity", MEMBER_KEY]), 1);
    assert!(elsewhere.stderr.contains("--any-account"), "{}", elsewhere.stderr);
    assert_eq!(lookups(&demo), 0);
}

#[test]
fn words_that_are_not_valid_send_nothing() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for words in [
        &["activity", KEY, "--since", "soon"][..],
        &["activity", KEY, "--since", "1h", "--until", "2h"],
        &["activity", KEY, "--regions", "eu west"],
        &["activity", "AKIA"],
        &["activity", KEY, "--max-events", "0"],
        &["journal", "--activity"],
        &["journal", "--any-account"],
        &["journal", "--account", "acme-prod"],
    ] {
        ends(at(&home, &demo, words), 252);
    }
    assert_eq!(demo.calls().len(), 0);
}

#[test]
fn the_incident_record_has_the_activity_of_the_changed_key() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    let words = ["journal", KEY, "--format", "markdown", "--activity", "--since", "30d"];
    let record = ends(at(&home, &demo, &words), 0).stdout;
    let change = record.find("## 1. ").unwrap();
    let activity = record.find("## Activity of `AKIARZPUZDIKFYHOWX26`").unwrap();
    assert!(change < activity, "{record}");
    let words = ["journal", KEY, "--format", "markdown", "--activity", "--since", "soon"];
    let wrong = ends(at(&home, &demo, &words), 252);
    assert!(wrong.stdout.is_empty() && wrong.stderr.contains("--since"), "{wrong:?}");
    let other = ends(at(&home, &demo, &["journal", MEMBER_KEY]), 0);
    assert!(other.stdout.is_empty() && other.stderr.contains("no change of these keys"));
}

#[test]
fn an_id_that_aws_does_not_write_so_is_refused_or_warned_of() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for command in ["activity", "journal"] {
        let refused = ends(at(&home, &demo, &[command, &KEY.to_lowercase()]), 252);
        assert!(refused.stderr.contains("in capital letters"), "{refused:?}");
        let warned = ends(at(&home, &demo, &[command, &KEY[..19]]), 0);
        assert!(warned.stderr.contains("it looks cut off"), "{warned:?}");
    }
    assert_eq!(lookups(&demo), 1, "nothing is sent for the refused ID");
}
