//! Tests of crashes: the program is killed at each step of a change, and the next start recovers.
//! Also tests concurrent processes that share one journal.

use std::collections::BTreeSet;
use std::fs::File;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::screen_steps::{JOURNAL, KEY, lines, outcomes};
use crate::support::wait_until;

const UPDATE: &str = "UpdateAccessKey";
const LIST: &str = "ListAccessKeys";

/// A demo account, and a command that deactivates the key of its first user.
struct Scene {
    home: Home,
    demo: Demo,
}

impl Scene {
    fn under(faults: &Value) -> Self {
        let home = Home::new();
        let demo = Demo::start(&home, &["--faults", &faults.to_string()]);
        Self { home, demo }
    }

    fn deactivate(&self, key: &str) -> Launch {
        self.demo.screen(&self.home, &["deactivate", key, "--yes"])
    }

    /// Locks the journal, so that no other process can write it.
    fn hold_journal(&self) -> File {
        if !self.home.path(JOURNAL).exists() {
            self.home.write(JOURNAL, "");
        }
        let file = File::options().append(true).open(self.home.path(JOURNAL)).unwrap();
        file.lock().unwrap();
        file
    }

    /// Returns the number of answered calls of that operation.
    fn answered(&self, operation: &str) -> usize {
        self.demo
            .calls()
            .iter()
            .filter(|call| call["operation"] == operation && call["status"] == 200)
            .count()
    }

    fn arrived(&self, operation: &str) -> usize {
        self.demo.calls_of(operation).len()
    }

    /// Starts the change, and kills the process as soon as `ready` returns true.
    fn killed_when(&self, what: &str, ready: impl FnMut() -> bool) {
        let running = self.deactivate(KEY).start();
        wait_until(what, ready);
        running.signal(Signal::KILL);
        assert_eq!(running.finish().exit, Exit::Signal(Signal::KILL.as_raw()), "{what}");
    }

    /// Returns the key's status in the account.
    fn status(&self) -> String {
        let listed = self.demo.screen(&self.home, &["find", KEY, "--format", "jsonl"]).run();
        let rows = lines(&listed.stdout);
        rows[0]["Status"].as_str().unwrap_or_else(|| panic!("{listed:?}")).to_owned()
    }

    /// Reads the journal ten minutes later: an open change is resolved by a read, and no change
    /// is sent.
    fn recovers(&self, step: &str) {
        let aged: String =
            self.home.journal().iter_mut().map(|line| older(line).to_string() + "\n").collect();
        self.home.write(JOURNAL, &aged);
        self.demo.faults(&json!({}));
        let (calls, status) = (self.arrived(UPDATE), self.status());
        let shown = self.demo.screen(&self.home, &["journal"]).run();
        assert_eq!(shown.exit, Exit::Code(0), "{step}: {shown:?}");
        let journal = self.home.journal();
        assert_eq!(
            (journal.len(), outcomes(&journal)),
            (2, vec!["settled"]),
            "{step}: {journal:?}"
        );
        assert_eq!(journal[1]["status_seen"], status, "{step}");
        assert_eq!(self.arrived(UPDATE), calls, "{step}: recovery never sends");
    }
}

fn older(line: &mut Value) -> &Value {
    for field in ["time", "deadline"] {
        if let Some(time) = line[field].as_str() {
            let time: jiff::Timestamp = time.parse().unwrap();
            line[field] = (time - jiff::SignedDuration::from_mins(10)).to_string().into();
        }
    }
    line
}

#[test]
fn a_process_killed_before_its_intent_has_sent_nothing() {
    let setup = Scene::under(&json!({}));
    let held = setup.hold_journal();
    setup.killed_when("the keys to be read", || setup.answered(LIST) > 0);
    drop(held);
    assert_eq!((setup.home.read(JOURNAL).as_str(), setup.arrived(UPDATE)), ("", 0));
    // The key is not locked: the next change succeeds.
    assert_eq!(setup.deactivate(KEY).run().exit, Exit::Code(0));
    assert_eq!(outcomes(&setup.home.journal()), ["verified"]);
}

#[test]
fn a_process_killed_after_its_intent_is_recovered_by_a_read() {
    let once = json!({"operations": [UPDATE], "times": 1});
    // Kill as soon as the intent is written, whether or not the call was sent.
    let setup = Scene::under(&json!({"latency": {"fixed": 0.05}}));
    setup.killed_when("the intent", || !setup.home.journal().is_empty());
    setup.recovers("intent");
    // The call was sent, but never applied.
    let setup = Scene::under(&json!({"hang": once}));
    setup.killed_when("the call", || setup.arrived(UPDATE) > 0);
    setup.recovers("call");
    assert_eq!(setup.status(), "Active");
    // The call was applied, but its reply was lost.
    let setup = Scene::under(&json!({"hang_after": once}));
    setup.killed_when("the change", || {
        setup
            .demo
            .calls()
            .iter()
            .any(|call| call["operation"] == UPDATE && call["carried_out"] == true)
    });
    setup.recovers("change");
    assert_eq!(setup.status(), "Inactive");
    // The call was accepted, but no read shows it yet.
    let setup = Scene::under(&json!({"stale": {"seconds": 60}}));
    setup.killed_when("two reads after it", || setup.answered(LIST) > 2);
    setup.recovers("proof");
    assert_eq!(setup.status(), "Inactive");
}

#[test]
fn a_process_killed_after_verification_is_recovered() {
    let setup = Scene::under(&json!({"latency": {"fixed": 0.2, "on": {"operations": [UPDATE]}}}));
    let mut held = None;
    setup.killed_when("the proof", || {
        if held.is_none() && setup.arrived(UPDATE) > 0 {
            held = Some(setup.hold_journal());
        }
        held.is_some() && setup.answered(LIST) > 1
    });
    drop(held);
    assert_eq!(setup.home.journal().len(), 1);
    setup.recovers("outcome");

    let setup = Scene::under(&json!({}));
    let running = setup.deactivate(KEY).start();
    wait_until("the outcome", || setup.home.journal().len() == 2);
    running.signal(Signal::KILL);
    running.finish();
    let journal = setup.home.read(JOURNAL);
    let calls = setup.demo.calls().len();
    assert_eq!(setup.demo.screen(&setup.home, &["journal"]).run().exit, Exit::Code(0));
    assert_eq!(
        (setup.home.read(JOURNAL), setup.demo.calls().len()),
        (journal, calls),
        "nothing is asked or written"
    );
}

#[test]
fn concurrent_processes_lose_no_journal_line() {
    let setup = Scene::under(&json!({"latency": {"fixed": 0.02, "jitter": 0.05}}));
    let listed =
        setup.demo.screen(&setup.home, &["list", "status:active", "--format", "jsonl"]).run();
    let ids: BTreeSet<_> = listed
        .stdout
        .split('"')
        .filter(|word| word.len() == 20 && word.starts_with("AKIA"))
        .collect();
    let keys: Vec<_> =
        ids.into_iter().filter(|id| *id != "AKIARZPUZDIKDEMOOPER").take(12).collect();
    assert_eq!(keys.len(), 12, "{}", listed.stdout);
    let running: Vec<_> = keys.iter().map(|key| setup.deactivate(key).start()).collect();
    let ends: Vec<_> = running.into_iter().map(|running| running.finish().exit).collect();
    let text = setup.home.read(JOURNAL);
    let journal = lines(&text);
    assert_eq!(text.lines().count(), journal.len(), "no line is torn:\n{text}");
    let done = ends.iter().filter(|exit| **exit == Exit::Code(0)).count();
    // A process that waited for the journal for more than a second sends nothing.
    assert_eq!((journal.len(), setup.arrived(UPDATE)), (2 * done, done), "{ends:?}");
    assert!(done > 6, "{ends:?}");
}

#[test]
fn concurrent_processes_change_a_key_one_at_a_time() {
    let setup = Scene::under(&json!({"latency": {"fixed": 0.5, "on": {"operations": [UPDATE]}}}));
    let running: Vec<_> = (0..6).map(|_| setup.deactivate(KEY).start()).collect();
    let finished: Vec<_> =
        running.into_iter().map(crate::support::process::Running::finish).collect();
    let journal = setup.home.journal();
    let mut open = BTreeSet::new();
    for line in &journal {
        let id = line["id"].as_str().unwrap();
        match line["line"].as_str() {
            Some("intent") => {
                assert!(open.is_empty() && open.insert(id), "two at once: {journal:?}");
            }
            _ => assert!(open.remove(id), "{journal:?}"),
        }
    }
    assert_eq!(journal.len(), 2 * setup.arrived(UPDATE), "{finished:?}");
}
