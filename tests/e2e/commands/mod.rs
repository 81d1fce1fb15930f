//! Tests of the commands without a screen, on the demo endpoint and on moto.

mod activity;
mod activity_faults;
mod all_accounts;
mod aws_cli_parity;
mod confirmation;
mod find;
pub(crate) mod help;
mod interrupts;
mod journal_and_config;
mod journal_faults;
mod key_owners;
mod list;
mod lookalikes;
mod mangled_text;
pub(crate) mod other_accounts;
mod plan;
mod plan_safety;
mod report;
mod round_trips;
mod routes;
mod set_status;
mod terminal_output;
mod throttling;
mod undo;
mod update_access_key;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::{Exit, Finished};
use crate::support::screen_steps::JOURNAL;

/// The access key ID of the demo's operator, who signs.
const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";

/// An active key of svc-billing-0042, who also has an inactive one.
const KEY: &str = "AKIARZPUZDIKFYHOWX26";
const USER: &str = "svc-billing-0042";
const OTHER_KEY: &str = "AKIARZPUZDIKJ3TBYUFZ";

/// A key of member 1 of the demo's organization.
const MEMBER_KEY: &str = "AKIAULX2HYJ3VNYBDUQ4";

/// Launches keyflip on the demo, as its operator.
fn at(home: &Home, demo: &Demo, arguments: &[&str]) -> Launch {
    Launch::keyflip(home, arguments).signed_by(OPERATOR, SECRET).env("AWS_ENDPOINT_URL", demo.url())
}

/// Runs it; fails unless it exits with that code.
fn ends(launch: Launch, code: i32) -> Finished {
    let finished = launch.run();
    assert_eq!(finished.exit, Exit::Code(code), "{finished:?}");
    finished
}

/// Fails if a character is there that a terminal does not show, but acts on.
fn assert_plain(text: &str) {
    let acts = |c: char| c.is_control() && c != '\n';
    let hides = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let hidden = text.lines().find(|line| line.contains(|c| acts(c) || hides(c)));
    assert!(hidden.is_none(), "{}", hidden.unwrap_or_default().escape_debug());
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Returns the operations called on the demo.
fn operations(demo: &Demo) -> Vec<String> {
    demo.calls().iter().map(|call| call["operation"].as_str().unwrap().to_owned()).collect()
}

/// Returns the journal's lines.
fn journal(home: &Home) -> Vec<Value> {
    home.read(".local/state/keyflip/journal.jsonl").lines().map(json).collect()
}

/// Launches keyflip on the demo from a shell, with this script text before and after it.
fn by_shell(home: &Home, demo: &Demo, before: &str, arguments: &str) -> Launch {
    let program = std::env::var("KEYFLIP_PROGRAM")
        .unwrap_or_else(|_| env!("CARGO_BIN_EXE_keyflip").to_owned());
    let line = format!("{before} exec \"$KEYFLIP\" {arguments}");
    Launch::program(home, "sh", &["-c", &line])
        .signed_by(OPERATOR, SECRET)
        .env("AWS_ENDPOINT_URL", demo.url())
        .env("KEYFLIP", program)
}

/// Returns an intent of another process, written that long ago.
fn intent(number: usize, key: &str, age: SignedDuration) -> Value {
    let time = Timestamp::now() - age;
    json!({
        "v": 1, "line": "intent", "id": format!("other-{number}"), "time": time,
        "deadline": time + SignedDuration::from_mins(1), "account": "123456789012",
        "caller": "arn:aws:iam::123456789012:user/operator", "endpoint": "aws", "host": "elsewhere",
        "os_user": "bob", "pid": number, "user": "ci-deploy-0007", "key": key, "status_before": "Active",
        "status_after": "Inactive", "verification": "read",
    })
}

/// Writes a journal with these intents, made at the demo's endpoint.
fn write_journal(home: &Home, demo: &Demo, intents: impl Iterator<Item = Value>) {
    let lines = intents.map(|mut intent| {
        intent["endpoint"] = format!("NOT AWS {}", demo.url()).into();
        format!("{intent}\n")
    });
    home.write(JOURNAL, &lines.collect::<String>());
}
