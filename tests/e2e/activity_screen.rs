//! The activity of a key on the screen: read, exported, left amid reading, opened again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::pty::Pty;
use crate::support::screen_steps::{KEY, outcomes};
use crate::support::{screen_cells, wait_until};

/// The key of the demo's incident, and its user.
const LEAKED: &str = "AKIARZPUZDIKFYHOWX26";
const OWNER: &str = "svc-billing-0042";

/// Presses keys and counts them.
struct Hand {
    pty: Pty,
    pressed: usize,
}

impl Hand {
    fn press(&mut self, keys: &str) {
        self.pressed += keys.split(' ').count();
        self.pty.press(keys);
    }
}

/// Opens the screen and pastes the leaked key.
fn at_leaked_key(demo: &Demo, home: &Home) -> Pty {
    let mut pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.paste(LEAKED);
    pty.wait_for(&format!("▸ {LEAKED}"));
    pty
}

/// Waits until the activity was read to its end.
fn wait_read(pty: &Pty) {
    pty.wait_until("the whole activity", |cells| {
        let text = screen_cells::text(cells);
        text.contains("summary, ") && !text.contains(", reading")
    });
}

/// Returns the window and the token of each call of LookupEvents.
fn lookups(demo: &Demo) -> Vec<(Value, Value)> {
    let calls = demo.calls_of("LookupEvents").into_iter();
    calls
        .map(|call| (call["params"]["EndTime"].clone(), call["params"]["NextToken"].clone()))
        .collect()
}

#[test]
fn an_incident_takes_five_keys_from_paste_to_record() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({"cloudtrail_rate": {"per_second": 1_000}}));
    let mut hand = Hand { pty: at_leaked_key(&demo, &home), pressed: 0 };
    hand.press("d");
    hand.pty.wait_armed();
    hand.press("y");
    hand.pty.wait_for_words(&format!("IAM reports {LEAKED} of {OWNER} Inactive"));
    hand.press("c");
    wait_read(&hand.pty);
    hand.press("e");
    hand.pty.wait_for_words("enter writes a new file");
    hand.press("enter");
    hand.pty.wait_for_words("Written to");
    assert_eq!(hand.pressed, 5);
    let files = fs::read_dir(home.path("")).unwrap().map(|entry| entry.unwrap().path());
    let records: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|it| it == "md")).collect();
    assert_eq!(records.len(), 1, "{records:?}");
    let mode = fs::metadata(&records[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let record = fs::read_to_string(&records[0]).unwrap();
    let change = record.find("## 1. ").unwrap_or_else(|| panic!("no change: {record}"));
    let activity = record.find(&format!("## Activity of `{LEAKED}`"));
    let activity = activity.unwrap_or_else(|| panic!("no activity: {record}"));
    assert!(change < activity, "{record}");
    for part in ["verified", "203.0.113.77", "CreateAccessKey", "Only management events"] {
        assert!(record.contains(part), "{part}: {record}");
    }
    assert_eq!(outcomes(&home.journal()), ["verified"]);
}

#[test]
fn esc_ends_a_reading_and_c_begins_another() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({"cloudtrail": {"events": 20_000},
        "latency": {"fixed": 0.2, "on": {"operations": ["LookupEvents"]}}}));
    let mut pty = at_leaked_key(&demo, &home);
    pty.press("c");
    wait_until("some pages", || lookups(&demo).len() >= 6);
    pty.press("esc");
    pty.wait_gone("Activity of");
    let first = lookups(&demo);
    let end = first[0].0.clone();
    assert!(first.iter().all(|(other, _)| *other == end), "one window: {first:?}");
    pty.press("c");
    pty.wait_for("Activity of");
    // A reading that went on would keep pace with the new one. Its call in flight may be logged.
    let is_of_first = |lookup: &&(Value, Value)| lookup.0 == end;
    wait_until("pages of the second reading", || {
        lookups(&demo).iter().filter(|lookup| !is_of_first(lookup)).count() >= 8
    });
    let late = lookups(&demo).iter().filter(is_of_first).count() - first.len();
    assert!(late <= 1, "{late} calls after esc");
    pty.wait_for(", reading");
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit(), Exit::Code(130));
    pty.assert_restored();
}
