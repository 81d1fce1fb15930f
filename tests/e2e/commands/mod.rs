//! Tests of the commands without a screen, on the demo endpoint and on moto.

mod activity;
mod activity_faults;
mod all_accounts;
mod aws_cli_parity;
mod find;
pub(crate) mod help;
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
mod set_status;
mod terminal_output;
mod throttling;
mod undo;
mod update_access_key;

use serde_json::Value;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::{Exit, Finished};

/// The access key ID of the demo's operator, who signs.
const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";

/// An active key of svc-billing-0042, who also has an inactive one.
const KEY: &str = "AKIARZPUZDIKFYHOWX26";
const USER: &str = "svc-billing-0042";
const OTHER_KEY: &str = "AKIARZPUZDIKJ3TBYUFZ";

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
