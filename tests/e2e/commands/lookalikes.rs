//! Tests with services that offer only a part of the IAM and STS APIs.

use super::{KEY, USER, at, ends, journal, json};
use crate::support::demo::Demo;
use crate::support::home::Home;

/// Makes the demo a service without the operations that name owners, accounts and callers.
fn without_lookups(demo: &Demo, code: &str, status: u16) {
    let operations = ["GetAccessKeyLastUsed", "GetCallerIdentity", "GetAccessKeyInfo"];
    demo.faults(&serde_json::json!({ "errors": [
        { "on": { "operations": operations }, "status": status, "code": code, "message": "no such action" }
    ] }));
}

#[test]
fn the_owner_is_found_in_the_lists_of_users() {
    let home = Home::new();
    for (code, status) in [("InvalidAction", 400), ("NotImplemented", 501)] {
        let demo = Demo::start(&home, &[]);
        without_lookups(&demo, code, status);
        let found = json(&ends(at(&home, &demo, &["find", KEY, "--format", "json"]), 0).stdout);
        assert_eq!((&found[0]["UserName"], &found[0]["Status"]), (&USER.into(), &"Active".into()));
        let sentence = found[0]["Sentence"].as_str().unwrap();
        assert!(sentence.ends_with("Its last use is not known."), "{sentence}");
        let missing = ["find", "AKIARZPUZDIKAAAAAAAA", "--format", "json"];
        let found = json(&ends(at(&home, &demo, &missing), 1).stdout);
        assert_eq!(found[0]["Finding"], "not here", "{found}");
    }
}

#[test]
fn a_key_is_deactivated_and_activated_without_sts() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    without_lookups(&demo, "InvalidAction", 400);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    ends(at(&home, &demo, &["activate", KEY, "--yes"]), 0);
    let outcomes = journal(&home).into_iter().filter(|line| line["line"] == "outcome");
    let outcomes: Vec<_> = outcomes.map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["verified", "verified"], "{:?}", journal(&home));
}

#[test]
fn a_key_in_the_lists_of_two_users_is_not_changed_on_a_guess() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    without_lookups(&demo, "InvalidAction", 400);
    demo.apply(&serde_json::json!({ "list_key_too": { "key": KEY, "user": "ci-deploy-0007" } }));
    let finished = ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 1);
    assert!(finished.stdout.contains("ci-deploy-0007"), "{finished:?}");
    assert!(finished.stdout.contains("Nothing was sent"), "{finished:?}");
    assert!(!super::operations(&demo).contains(&"UpdateAccessKey".to_owned()));
}

#[test]
fn a_list_says_that_last_uses_are_not_known_and_asks_once() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    without_lookups(&demo, "InvalidAction", 400);
    let rows = json(&ends(at(&home, &demo, &["list", "--format", "json"]), 1).stdout);
    assert!(rows.as_array().unwrap().len() > 40, "{rows}");
    let asked =
        super::operations(&demo).iter().filter(|name| *name == "GetAccessKeyLastUsed").count();
    assert!(asked <= 16, "{asked} calls: at most those that were in flight at once");
}
