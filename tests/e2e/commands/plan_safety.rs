//! Tests of what a plan must not change: after a kill, beside another run, and by a filter or a
//! file that means something else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::plan::{
    JOURNAL, age_journal, apply, carried_out, keys_of, path, plan, states, use_both_keys,
};
use super::{KEY, OTHER_KEY, USER, at, ends, journal};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;

/// Sets the journal to the intents alone of a plan: its run was killed in the middle of the changes
/// of these keys.
fn kill_in_the_middle(home: &Home, keys: &[&str]) {
    let mut lines = journal(home);
    lines.retain(|line| line["line"] == "intent" && keys.iter().any(|key| line["key"] == *key));
    let lines: Vec<_> = lines.iter().map(|line| line.to_string() + "\n").collect();
    home.write(JOURNAL, &lines.concat());
}

#[test]
fn a_run_that_is_resumed_at_once_keeps_the_last_active_key() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    use_both_keys(&demo);
    plan(&home, &demo, &["age>1d", &format!("user:{USER}")]);
    apply(&home, &demo, 1);
    // The kill came between the intent and the call.
    kill_in_the_middle(&home, &[OTHER_KEY]);
    demo.apply(&json!({ "set_status": { "key": OTHER_KEY, "status": "Active" } }));
    let before = demo.changes();
    let told = apply(&home, &demo, 1);
    assert!(
        told.stdout.contains(&format!("{KEY} of {USER} is skipped: it may be the last")),
        "{told:?}"
    );
    assert!(told.stderr.contains("0 deactivated, 2 in progress"), "{told:?}");
    assert_eq!(demo.changes(), before, "nothing is sent");
}

#[test]
fn a_key_that_someone_activated_after_a_kill_is_changed_only_after_a_question() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    plan(&home, &demo, &["age>1d", &format!("user:{USER}")]);
    let file = path(&home);
    let run = ["apply", &file, "--keep-used-within", "0s"];
    let yes = [&run[..], &["--yes"]].concat();
    ends(at(&home, &demo, &yes), 0);
    kill_in_the_middle(&home, &[KEY]);
    age_journal(&home);
    demo.apply(&json!({ "set_status": { "key": KEY, "status": "Active" } }));
    let before = demo.changes().len();
    let told = ends(at(&home, &demo, &yes), 1);
    assert!(told.stdout.contains("has a change of this plan with an unknown outcome"), "{told:?}");
    let next = "apply FILE --keep-used-within 0s --yes --retry-interrupted".replace("FILE", &file);
    assert!(told.stderr.contains(&next), "{told:?}");
    assert_eq!(demo.changes().len(), before, "nothing is sent");
    let mut pty = at(&home, &demo, &run).on_pty(160, 60);
    pty.wait_for("Check this before you deactivate it again");
    pty.wait_for("Type y");
    pty.send("y\n");
    assert_eq!(pty.exit(), Exit::Code(0));
    assert_eq!(demo.changes()[before..], [(KEY.to_owned(), "Inactive".to_owned())]);
}

#[test]
fn what_was_applied_and_undone_during_the_question_is_not_done_again() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let made = plan(&home, &demo, &["age>1d", "user:ci-*"]);
    let number = keys_of(&made).len();
    assert!(number > 1);
    let file = path(&home);
    let run = ["apply", &file, "--pause", "0s", "--keep-used-within", "0s"];
    let mut pty = at(&home, &demo, &run).on_pty(160, 60);
    pty.wait_for("Type their number");
    ends(at(&home, &demo, &[&run[..], &["--yes"]].concat()), 0);
    ends(at(&home, &demo, &["undo", "--plan", &file, "--yes"]), 0);
    pty.send(format!("{number}\n"));
    assert_eq!(pty.exit(), Exit::Code(1));
    let once: BTreeMap<_, _> = keys_of(&made).into_iter().map(|key| (key, 1)).collect();
    assert_eq!(carried_out(&demo, "Inactive"), once);
}

#[test]
fn the_order_of_the_keys_is_that_of_their_last_uses_and_not_of_the_plan() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    use_both_keys(&demo);
    demo.faults(&json!({ "permissions": { "deny": ["GetAccessKeyLastUsed"] } }));
    let made = plan(&home, &demo, &["age>1d", &format!("user:{USER}")]);
    assert!(made["keys"].as_array().unwrap().iter().all(|key| key["last_use"]["known"] == false));
    demo.faults(&json!({}));
    apply(&home, &demo, 1);
    assert_eq!(demo.changes(), [(OTHER_KEY.to_owned(), "Inactive".to_owned())]);
}

#[test]
fn the_status_of_a_key_that_could_not_be_read_is_not_applied() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    plan(&home, &demo, &["age>1d", &format!("user:{USER}")]);
    let file = path(&home);
    // A key that every run skips is not open.
    assert_eq!(states(&home, &demo)[KEY], "last active key");
    ends(at(&home, &demo, &["apply", &file, "--yes", "--keep-used-within", "0s"]), 0);
    assert_eq!(states(&home, &demo)[KEY], "applied");
    demo.apply(&json!({ "set_status": { "key": KEY, "status": "Active" } }));
    demo.faults(&json!({ "permissions": { "deny": ["ListAccessKeys"] } }));
    for format in ["table", "csv", "markdown", "json"] {
        let told = ends(at(&home, &demo, &["plan", "status", &file, "--format", format]), 1);
        assert!(told.stdout.contains("applied, not read"), "{told:?}");
        assert!(told.stdout.contains("123456789012"), "{told:?}");
        assert!(told.stdout.contains("NOT AWS"), "{told:?}");
    }
}

#[test]
fn a_saved_filter_is_expanded_and_words_are_refused() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let config = format!("[filters]\nbilling = \"user:{USER} age>1d\"\n");
    home.write(".config/keyflip/config.toml", &config);
    let made = plan(&home, &demo, &["@billing"]);
    assert_eq!(keys_of(&made), BTreeSet::from([KEY.to_owned()]));
    assert_eq!(made["filter"], format!("user:{USER} age>1d (typed: @billing)"));
    for (filter, expected) in [
        ("@biling", "@biling"),
        ("billing age>1d", "A plan takes terms only"),
        (KEY, "A plan takes terms only"),
    ] {
        let told = ends(at(&home, &demo, &["plan", filter]), 252);
        assert!(told.stderr.contains(expected), "{told:?}");
        assert_eq!(told.stdout, "");
    }
    // A hyphen in the name of a term does not make it an option.
    ends(at(&home, &demo, &["plan", "age>1d", "-user-id:AIDA*"]), 0);
}

#[test]
fn undo_of_an_older_plan_leaves_what_a_newer_plan_has_retired() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let older = plan(&home, &demo, &["age>1d", "user:ci-*"]);
    let run = ["--yes", "--pause", "0s", "--keep-used-within", "0s"];
    let file = path(&home);
    ends(at(&home, &demo, &[&["apply", &file], &run[..]].concat()), 0);
    let retired = keys_of(&older).into_iter().next().unwrap();
    ends(at(&home, &demo, &["activate", &retired, "--yes"]), 0);
    let newer = plan(&home, &demo, &["age>1d", &format!("key:{retired}")]);
    ends(at(&home, &demo, &[&["apply", &file], &run[..]].concat()), 0);
    let id = older["id"].as_str().unwrap();
    let before = demo.changes().len();
    let told = ends(at(&home, &demo, &["undo", "--plan", id, "--yes"]), 1);
    let newer = newer["id"].as_str().unwrap();
    let line = told.stderr.lines().find(|line| line.contains(&retired)).unwrap();
    assert!(line.contains(&format!("of plan {newer} is later")), "{told:?}");
    let undone: BTreeSet<_> = demo.changes()[before..].iter().map(|(key, _)| key.clone()).collect();
    let mut others = keys_of(&older);
    others.remove(&retired);
    assert_eq!(undone, others);
}
