//! Tests of the document, and of the file of exceptions.

use jiff::Timestamp;
use proptest::prelude::*;

use super::{KEYS, id, plan, planned, used};
use crate::changes::test_fixtures::time;
use crate::model::{LastUse, UserName};
use crate::ops::plan::document::MAX_PLAN_BYTES;
use crate::ops::plan::{Exceptions, Plan, PlanError};

fn json(plan: &Plan) -> serde_json::Value {
    serde_json::to_value(plan).unwrap()
}

fn parse(value: &serde_json::Value) -> Result<Plan, PlanError> {
    Plan::parse(value.to_string().as_bytes())
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let mut written = plan(vec![
        planned(KEYS[0], "ann", Some(used("11:00:00"))),
        planned(KEYS[1], "bob", Some(LastUse::Never)),
        planned(KEYS[2], "zoe", None),
    ]);
    written.reason = Some("OPS-7".into());
    assert_eq!(parse(&json(&written)).unwrap(), written);
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let mut with_secret = json(&written);
    with_secret["reason"] = format!("leaked key={secret}").into();
    let reason = parse(&with_secret).unwrap().reason;
    assert_eq!(reason.as_deref(), Some("leaked key=** hidden **"));
    let uses: Vec<_> = written.keys.iter().map(|key| key.last_use.value()).collect();
    assert_eq!(uses, [Some(used("11:00:00")), Some(LastUse::Never), None]);
}

#[test]
fn a_plan_that_cannot_be_carried_out_as_a_whole_is_refused() {
    let good = json(&plan(vec![planned(KEYS[0], "ann", None), planned(KEYS[1], "ann", None)]));
    assert!(parse(&good).is_ok());
    let mut wrong: Vec<(&str, serde_json::Value, &str)> = vec![
        ("/v", 2.into(), "version 2, and this keyflip reads version 1. Use a newer keyflip"),
        ("/v", 0.into(), "version 0, and this keyflip reads version 1"),
        ("/id", "x".into(), "not the ID of a plan"),
        ("/account", "acme".into(), "not an account ID"),
        ("/account", "210987654321".into(), "a key of account 123456789012"),
        ("/keys/1/key", KEYS[0].into(), "in it twice"),
        ("/keys/1/key", "ASIAY34FZKBOKMUTVV7A".into(), "not a long-term"),
        ("/keys/1/status", "Inactive".into(), "only active keys"),
        ("/keys/1/key", 7.into(), "invalid type"),
        ("/keys/1/last_use/at", "2026-11-24T12:00:00Z".into(), "contradicts itself"),
        ("/keys/1/last_use/region", "eu-west-1".into(), "contradicts itself"),
    ];
    for (path, value, expected) in wrong.drain(..) {
        let mut plan = good.clone();
        *plan.pointer_mut(path).unwrap() = value;
        let error = parse(&plan).unwrap_err().to_string();
        assert!(error.contains(expected), "{path}: {error}");
    }
    for path in ["", "/keys/0", "/created_by", "/coverage", "/keys/0/last_use"] {
        let mut plan = good.clone();
        plan.pointer_mut(path).unwrap()["surprise"] = 1.into();
        let error = parse(&plan).unwrap_err().to_string();
        assert!(error.contains("unknown field `surprise`"), "{path}: {error}");
    }
    assert!(matches!(Plan::parse(&vec![b' '; MAX_PLAN_BYTES + 1]), Err(PlanError::TooLarge)));
}

#[test]
fn exceptions_are_keys_names_and_patterns_with_their_reasons() {
    let text = format!(
        "# deployments, ask ops\nci-*\nbackup  # restore drill\n\n{}\nnobody # gone\n",
        KEYS[0]
    );
    let mut exceptions = Exceptions::parse(&text).unwrap();
    let mut find = |user: &str, key: &str| {
        let found = exceptions.find(&UserName::from_service(user), &id(key));
        found.map(|(pattern, reason)| (pattern.to_string(), reason.map(|it| it.to_string())))
    };
    let found =
        |pattern: &str, reason: Option<&str>| Some((pattern.to_owned(), reason.map(str::to_owned)));
    assert_eq!(find("CI-deploy", KEYS[1]), found("ci-*", Some("deployments, ask ops")));
    assert_eq!(find("backup", KEYS[1]), found("backup", Some("restore drill")));
    assert_eq!(find("ann", KEYS[0]), found(KEYS[0], None));
    assert_eq!(find("ann", KEYS[1]), None);
    assert_eq!(exceptions.unused().collect::<Vec<_>>(), [(6, "nobody")]);
    let error = Exceptions::parse("ann\nbob, zoe/x\n").unwrap_err();
    assert_eq!((error.line, &*error.text), (2, "bob, zoe/x"));
    for mangled in [
        "akiarzpuzdikfyhowx26",
        "AKIARZPUZDIKFYHOWX2",
        "AKIARZPUZDIK*",
        "ASIAY34FZKBOKMUTVV7A",
        "Akiarzpuzdikfyhowx2",
    ] {
        let error = Exceptions::parse(&format!("ann\n{mangled} # keep\n")).unwrap_err();
        assert_eq!((error.line, &*error.text), (2, mangled));
    }
    for name in ["asia-*", "asia-pacific-deployment", "akiabot", "ASIA_deploy"] {
        assert!(Exceptions::parse(name).is_ok(), "{name}");
    }
}

#[test]
fn times_of_plans_are_whole_seconds() {
    let plan = plan(Vec::new());
    let created: Timestamp = "2026-11-24T12:00:00.75Z".parse().unwrap();
    let made =
        Plan::new(plan.id, created, plan.created_by, (plan.account, plan.caller, plan.endpoint));
    assert_eq!(made.created, time("12:00:00"));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fail_otherwise_than_with_a_sentence(text in ".{0,200}", cut in 0_usize..2_000) {
        let _ = Plan::parse(text.as_bytes()).map_err(|error| error.to_string());
        let written = json(&plan(vec![planned(KEYS[0], "ann", None)])).to_string();
        let cut = cut.min(written.len() - 1);
        prop_assert!(Plan::parse(&written.as_bytes()[..cut]).is_err());
        let _ = Exceptions::parse(&text).map_err(|error| error.to_string());
    }
}
