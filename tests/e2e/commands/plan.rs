//! Tests of plans: made, reviewed, applied, interrupted, resumed and undone.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{KEY, OPERATOR, OTHER_KEY, USER, at, ends, journal, json as parsed};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::{Exit, Finished};
use crate::support::wait_until;

pub(super) const JOURNAL: &str = ".local/state/keyflip/journal.jsonl";

/// Number of keys of the large plan.
const KEYS: usize = 300;

/// Makes a plan in the file `plan.json`, and returns it.
pub(super) fn plan(home: &Home, demo: &Demo, arguments: &[&str]) -> Value {
    let made = ends(at(home, demo, &[&["plan"], arguments].concat()), 0);
    home.write("plan.json", &made.stdout);
    parsed(&made.stdout)
}

pub(super) fn path(home: &Home) -> String {
    home.path("plan.json").to_str().unwrap().to_owned()
}

pub(super) fn apply(home: &Home, demo: &Demo, code: i32) -> Finished {
    let path = path(home);
    ends(at(home, demo, &["apply", &path, "--yes", "--pause", "0s"]), code)
}

/// Returns the state of each key by `plan status`.
pub(super) fn states(home: &Home, demo: &Demo) -> BTreeMap<String, String> {
    let path = path(home);
    let shown = ends(at(home, demo, &["plan", "status", &path, "--format", "json"]), 0).stdout;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = parsed(&shown);
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| (text(row, "AccessKeyId"), text(row, "State")))
        .collect()
}

pub(super) fn keys_of(plan: &Value) -> BTreeSet<String> {
    let keys = plan["keys"].as_array().unwrap().iter();
    keys.map(|key| key["key"].as_str().unwrap().to_owned()).collect()
}

/// Returns how often the demo has carried out a change of each key to that status.
pub(super) fn carried_out(demo: &Demo, status: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in demo.calls() {
        let params = &call["params"];
        if call["operation"] == "UpdateAccessKey"
            && call["carried_out"] == true
            && params["Status"] == status
        {
            *counts.entry(params["AccessKeyId"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Activates both keys of a user, and records a use of each: of `OTHER_KEY` first.
pub(super) fn use_both_keys(demo: &Demo) {
    demo.apply(&json!({ "set_status": { "key": OTHER_KEY, "status": "Active" } }));
    for key in [OTHER_KEY, KEY] {
        demo.apply(
            &json!({ "record_use": { "key": key, "service": "s3", "region": "us-east-1" } }),
        );
        // The demo's times are whole seconds.
        thread::sleep(Duration::from_millis(1_100));
    }
}

/// Moves the journal ten minutes into the past, so that no change in it is in flight.
pub(super) fn age_journal(home: &Home) {
    let mut lines = journal(home);
    for line in &mut lines {
        for field in ["time", "deadline"] {
            if let Some(time) = line[field].as_str() {
                let time: jiff::Timestamp = time.parse().unwrap();
                line[field] = (time - jiff::SignedDuration::from_mins(10)).to_string().into();
            }
        }
    }
    let lines: Vec<_> = lines.iter().map(|line| line.to_string() + "\n").collect();
    home.write(JOURNAL, &lines.concat());
}

/// Waits until the journal has changes of that number of keys. Under throttling that takes minutes.
fn wait_for_intents(home: &Home, keys: usize) {
    let end = Instant::now() + Duration::from_mins(10);
    let changed = || {
        let lines = if home.path(JOURNAL).exists() { home.read(JOURNAL) } else { String::new() };
        let keys = lines.lines().filter_map(|line| line.split_once("\"key\":\""));
        keys.map(|(_, key)| key[..20].to_owned()).collect::<BTreeSet<_>>().len()
    };
    while changed() < keys {
        assert!(Instant::now() < end, "waited for changes of {keys} keys");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn three_hundred_keys_are_changed_once_each_despite_throttling_and_two_kills() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "600"]);
    let everything = plan(&home, &demo, &["age>0s", "-user:operator", "--reason", "OPS-7"]);
    let mut some = everything.clone();
    some["keys"].as_array_mut().unwrap().truncate(KEYS);
    let planned = keys_of(&some);
    assert_eq!(planned.len(), KEYS, "{}", keys_of(&everything).len());
    home.write("plan.json", &some.to_string());
    let file = path(&home);
    let run = ["apply", &file, "--yes", "--pause", "0s", "--keep-used-within", "0s"];
    demo.faults(&json!({ "throttle": { "probability": 0.3 } }));
    for killed_after in [40, 150] {
        let running = at(&home, &demo, &run).start();
        wait_for_intents(&home, killed_after);
        running.signal(Signal::KILL);
        assert_eq!(running.finish().exit, Exit::Signal(Signal::KILL.as_raw()));
        let done = carried_out(&demo, "Inactive").len();
        assert!(done < KEYS, "{done} were done before the kill");
        age_journal(&home);
    }
    // Nobody has activated a key since a kill.
    let run = [&run[..], &["--retry-interrupted"]].concat();
    let running = at(&home, &demo, &run).start();
    wait_for_intents(&home, KEYS);
    let finished = running.finish();
    assert_eq!(finished.exit, Exit::Code(0), "{finished:?}");
    assert!(finished.stderr.contains("deactivated by this plan before"), "{}", finished.stderr);
    let once: BTreeMap<_, _> = planned.iter().map(|key| (key.clone(), 1)).collect();
    assert_eq!(carried_out(&demo, "Inactive"), once, "each key once, and no others");
    let intents = journal(&home);
    let intents: Vec<_> = intents.iter().filter(|line| line["line"] == "intent").collect();
    assert!(intents.iter().all(|line| line["plan"] == some["id"] && line["reason"] == "OPS-7"));

    // Each key is read again.
    demo.faults(&json!({}));
    let again = ends(at(&home, &demo, &run), 0);
    assert!(again.stderr.contains("300 keys were deactivated by this plan before"), "{again:?}");
    assert!(states(&home, &demo).values().all(|state| state == "applied"));
    ends(at(&home, &demo, &["undo", "--plan", &file, "--yes"]), 0);
    assert_eq!(carried_out(&demo, "Active"), once, "each key once, and no others");
    assert_eq!(carried_out(&demo, "Inactive"), once, "nothing is done again");
    assert!(states(&home, &demo).values().all(|state| state == "undone"));
    let id = some["id"].as_str().unwrap();
    let told = ends(at(&home, &demo, &["undo", "--plan", id, "--yes"]), 1).stderr;
    assert!(told.contains("all are undone"), "{told}");
}

#[test]
fn a_plan_has_the_keys_of_the_list_except_those_left_out_with_their_reasons() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let except = "# deployments\nci-*\nno-such-user # gone\n";
    home.write("keep.txt", except);
    let keep = home.path("keep.txt").to_str().unwrap().to_owned();
    let made = ends(at(&home, &demo, &["plan", "age>1d", "-user:operator", "--except", &keep]), 0);
    let plan = parsed(&made.stdout);
    let listed = ends(
        at(
            &home,
            &demo,
            &["list", "age>1d", "-user:operator", "status:active", "--format", "json"],
        ),
        0,
    );
    let listed = parsed(&listed.stdout);
    let (mut wanted, mut left_out) = (BTreeSet::new(), BTreeSet::new());
    for row in listed.as_array().unwrap() {
        let key = row["AccessKeyId"].as_str().unwrap().to_owned();
        let is_ci = row["UserName"].as_str().unwrap().starts_with("ci-");
        if is_ci {
            left_out.insert(key)
        } else {
            wanted.insert(key)
        };
    }
    assert!(!left_out.is_empty() && wanted.contains(KEY), "{listed}");
    assert_eq!(keys_of(&plan), wanted);
    for row in plan["left_out"].as_array().unwrap() {
        assert!(left_out.remove(row["key"].as_str().unwrap()), "{row}");
        assert_eq!((&row["exception"], &row["reason"]), (&json!("ci-*"), &json!("deployments")));
    }
    assert!(left_out.is_empty(), "{left_out:?}");
    assert!(made.stderr.contains("Line 3 of the exceptions, “no-such-user”"), "{}", made.stderr);
    assert_eq!(plan["coverage"]["complete"], true);
    let entry = plan["keys"].as_array().unwrap().iter().find(|row| row["key"] == KEY).unwrap();
    let why = entry["why"].as_str().unwrap();
    assert!(why.contains("created 20") && why.contains("status Active"), "{why}");
    assert_eq!((&entry["user"], &entry["status"]), (&json!(USER), &json!("Active")));
    assert_eq!(demo.changes(), []);

    home.write("plan.json", &made.stdout);
    let file = path(&home);
    for (format, expected) in [
        ("table", "Left out by exceptions"),
        ("markdown", "| ci-"),
        ("csv", "exception ci-*: deployments"),
        ("json", "\"left_out\""),
    ] {
        let shown = ends(at(&home, &demo, &["plan", "show", &file, "--format", format]), 0).stdout;
        assert!(shown.contains(KEY) && shown.contains(expected), "{format}: {shown}");
    }
}

#[test]
fn a_key_whose_facts_are_unknown_is_not_planned_but_named() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({ "permissions": { "deny": ["GetAccessKeyLastUsed"] } }));
    let made = ends(at(&home, &demo, &["plan", "unused>1d", &format!("user:{USER}")]), 1);
    let plan = parsed(&made.stdout);
    assert_eq!(keys_of(&plan), BTreeSet::new());
    assert_eq!(
        (&plan["coverage"]["complete"], &plan["coverage"]["undecided"]),
        (&json!(false), &json!(1))
    );
    assert!(made.stderr.contains(KEY), "{}", made.stderr);
    // The last use does not matter to this filter, but to the change.
    let made = ends(at(&home, &demo, &["plan", "age>1d", &format!("user:{USER}")]), 0);
    home.write("plan.json", &made.stdout);
    let told = apply(&home, &demo, 1).stdout;
    assert!(told.contains("its last use could not be read"), "{told}");
    assert_eq!(demo.changes(), []);
}

#[test]
fn keys_used_or_changed_since_the_plan_are_skipped_and_named() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let made = plan(&home, &demo, &["age>1d", "-user:operator"]);
    let keys: Vec<String> = keys_of(&made).into_iter().collect();
    assert!(keys.len() > 3, "{keys:?}");
    demo.apply(
        &json!({ "record_use": { "key": keys[0], "service": "s3", "region": "us-east-1" } }),
    );
    demo.apply(&json!({ "set_status": { "key": keys[1], "status": "Inactive" } }));
    demo.apply(&json!({ "delete_key": { "key": keys[2] } }));
    let file = path(&home);
    let run = ["apply", &file, "--yes", "--pause", "0s", "--keep-used-within", "0s"];
    let told = ends(at(&home, &demo, &run), 1);
    for (key, expected) in keys.iter().zip(["was used since", "is Inactive now", "no longer in"]) {
        let line = told.stdout.lines().find(|line| line.contains(key)).unwrap();
        assert!(line.contains("is skipped") && line.contains(expected), "{line}");
    }
    let wanted: BTreeSet<_> = keys[3..].iter().cloned().collect();
    assert_eq!(carried_out(&demo, "Inactive").into_keys().collect::<BTreeSet<_>>(), wanted);
    // One that someone needs again stays active, whatever is run again.
    demo.apply(&json!({ "set_status": { "key": keys[3], "status": "Active" } }));
    let before = demo.changes().len();
    ends(at(&home, &demo, &run), 1);
    assert_eq!(demo.changes().len(), before);
    let states = states(&home, &demo);
    let state = |at: usize| states[&keys[at]].as_str();
    assert_eq!(
        [state(0), state(1), state(2), state(3)],
        ["used since", "status changed", "deleted", "activated again"]
    );
}

#[test]
fn the_last_active_key_is_kept_if_it_was_used_lately() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    use_both_keys(&demo);
    let made = plan(&home, &demo, &["age>1d", &format!("user:{USER}")]);
    assert_eq!(keys_of(&made).len(), 2);
    let told = apply(&home, &demo, 1).stdout;
    assert!(
        told.contains(&format!("{KEY} of {USER} is skipped: it is the last active key")),
        "{told}"
    );
    assert_eq!(demo.changes(), [(OTHER_KEY.to_owned(), "Inactive".to_owned())]);
    let file = path(&home);
    ends(at(&home, &demo, &["apply", &file, "--yes", "--keep-used-within", "0s"]), 0);
    assert_eq!(carried_out(&demo, "Inactive").len(), 2);
}

#[test]
fn a_plan_does_not_take_the_key_that_signs_and_asks_for_the_number_of_the_others() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let made = plan(&home, &demo, &["age>1d"]);
    assert!(keys_of(&made).contains(OPERATOR), "{made}");
    let (file, targets) = (path(&home), keys_of(&made).len() - 1);
    let run = ["apply", &file, "--pause", "0s", "--keep-used-within", "0s"];
    let told = ends(at(&home, &demo, &run), 252).stderr;
    assert!(told.contains("There is no terminal"), "{told}");
    let mut pty = at(&home, &demo, &run).on_pty(250, 60);
    pty.wait_for("Type their number");
    pty.wait_for(&format!("{targets} of {} keys to deactivate, 1 skipped", targets + 1));
    pty.send(format!("{targets}\n"));
    assert_eq!(pty.exit(), Exit::Code(1));
    let changed = carried_out(&demo, "Inactive");
    assert!(!changed.contains_key(OPERATOR) && changed.len() == targets, "{changed:?}");
}

#[test]
fn a_plan_that_is_damaged_or_of_another_account_changes_nothing() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let good = plan(&home, &demo, &["age>1d", "user:ci-*"]);
    let before = demo.calls().len();
    let mut extra = good.clone();
    extra["keys"][0]["extra"] = true.into();
    let cut = good.to_string();
    for (text, expected) in [
        (extra.to_string(), "unknown field `extra`"),
        (cut[..cut.len() / 2].to_owned(), "EOF while parsing"),
        (good.to_string().replace("\"v\":1", "\"v\":2"), "Use a newer keyflip"),
        (good.to_string().replace("\"v\":1", "\"v\":0"), "it has version 0"),
    ] {
        home.write("plan.json", &text);
        let told = apply(&home, &demo, 252).stderr;
        assert!(
            told.contains("is not a plan that can be used") && told.contains(expected),
            "{told}"
        );
    }
    assert_eq!(demo.calls().len(), before, "nothing is sent");
    let mut elsewhere = good.clone();
    elsewhere["endpoint"] = "aws".into();
    home.write("plan.json", &elsewhere.to_string());
    let told = apply(&home, &demo, 255).stderr;
    assert!(told.contains("but this session is in") && told.contains("endpoint differs"), "{told}");
    assert!(told.contains("leave out --endpoint-url") && !told.contains("--account"), "{told}");
    let mut elsewhere = good;
    elsewhere["account"] = "210987654321".into();
    elsewhere["keys"] = json!([]);
    elsewhere["left_out"] = json!([]);
    home.write("plan.json", &elsewhere.to_string());
    let told = apply(&home, &demo, 255).stderr;
    assert!(told.contains("--account 210987654321"), "{told}");
    let file = home.path("plan.json");
    let undo = ["undo", "--plan", file.to_str().unwrap(), "--yes"];
    let told = ends(at(&home, &demo, &undo), 1).stderr;
    assert!(told.contains("The plan is for account 210987654321: add --account 210987654321."));
    assert_eq!(demo.changes(), []);
}

#[test]
fn a_run_stops_after_failures_in_a_row_and_goes_on_later() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "60"]);
    let made = plan(&home, &demo, &["age>0s", "-user:operator"]);
    let number = keys_of(&made).len();
    assert!(number > 20);
    demo.faults(&json!({ "permissions": { "deny": ["UpdateAccessKey"] } }));
    let file = path(&home);
    let run = ["apply", &file, "--yes", "--pause", "0s", "--keep-used-within", "0s"];
    let told = ends(at(&home, &demo, &run), 1).stderr;
    assert!(told.contains("Stopped after 3 failures in a row"), "{told}");
    assert!(told.contains("To go on: keyflip apply"), "{told}");
    assert!(demo.changes().len() < 8, "{:?}", demo.changes());
    demo.faults(&json!({}));
    ends(at(&home, &demo, &run), 0);
    assert_eq!(carried_out(&demo, "Inactive").len(), number);
}

#[test]
fn an_interrupt_finishes_what_is_in_flight_and_the_rest_is_resumed() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "60"]);
    let made = plan(&home, &demo, &["age>0s", "-user:operator"]);
    demo.faults(&json!({ "latency": { "fixed": 0.05 } }));
    let file = path(&home);
    let run = ["apply", &file, "--yes", "--pause", "50ms", "--keep-used-within", "0s"];
    let running = at(&home, &demo, &run).start();
    wait_until("a change", || !demo.changes().is_empty());
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.exit, Exit::Code(130), "{finished:?}");
    let lines = journal(&home);
    let of_kind = |kind: &str| lines.iter().filter(|line| line["line"] == kind).count();
    assert_eq!(of_kind("intent"), of_kind("outcome"), "each has its outcome");
    assert!(of_kind("intent") < keys_of(&made).len());
    demo.faults(&json!({}));
    ends(at(&home, &demo, &run), 0);
    let once: BTreeMap<_, _> = keys_of(&made).into_iter().map(|key| (key, 1)).collect();
    assert_eq!(carried_out(&demo, "Inactive"), once);
}

#[test]
fn a_filter_of_inactive_keys_says_that_only_active_ones_are_planned() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let made = ends(at(&home, &demo, &["plan", "status:inactive", "--quiet"]), 0);
    assert!(keys_of(&parsed(&made.stdout)).is_empty());
    assert!(made.stderr.contains("only active keys are planned"), "{made:?}");
}
