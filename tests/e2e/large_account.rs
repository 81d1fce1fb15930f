//! Tests of a large account under a low request rate: which calls are made, how often, and what
//! is lost.

use serde_json::Value;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;
use crate::support::pty::Pty;

fn screen(home: &Home, demo: &Demo) -> Pty {
    let screen = Launch::keyflip(home, &["--endpoint-url", demo.url()]);
    screen
        .signed_by("AKIARZPUZDIKDEMOOPER", "demo-secret-that-opens-nothing-anywhere0")
        .on_pty(120, 40)
}

fn operation(call: &Value) -> &str {
    call["operation"].as_str().unwrap_or_default()
}

fn is_done(call: &Value) -> bool {
    call["status"] == 200
}

/// Returns true for calls that do not read the details of one user.
fn of_account(call: &Value) -> bool {
    !["ListAccessKeys", "GetAccessKeyLastUsed"].contains(&operation(call))
}

#[test]
fn five_thousand_users_get_report_data_in_twelve_calls() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "5000", "--rate", "20", "--burst", "40"]);
    let mut pty = screen(&home, &demo);
    pty.wait_for("~ report of");
    pty.wait_for("Users 5000");
    let calls = demo.calls();
    let report = calls
        .iter()
        .position(|call| operation(call) == "GetCredentialReport" && is_done(call))
        .unwrap();
    let list = calls.iter().rposition(|call| operation(call) == "ListUsers").unwrap();
    let until = &calls[..=report.max(list)];
    assert!(until.len() <= 12, "{} calls: {until:#?}", until.len());
    assert!(until.iter().all(is_done), "none of them was throttled: {until:#?}");
    assert_eq!(until.iter().filter(|call| operation(call) == "ListUsers").count(), 5);
    assert!(until.iter().filter(|call| of_account(call)).count() >= 9);
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn a_full_scan_under_rate_limits_makes_every_call_once() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "500", "--rate", "50", "--burst", "40"]);
    let mut pty = screen(&home, &demo);
    pty.wait_for("~ report of");
    pty.press("R");
    pty.wait_for("keys of 500 read");
    let calls = demo.calls();
    let mut read: Vec<_> = calls
        .iter()
        .filter(|call| operation(call) == "ListAccessKeys" && is_done(call))
        .map(|call| call["params"]["UserName"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(read.len(), 500);
    read.sort();
    read.dedup();
    assert_eq!(read.len(), 500, "each user's keys were read once");
    assert!(calls.iter().any(|call| call["code"] == "Throttling"), "the limit was felt");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn a_change_during_a_full_scan_is_verified_first() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "500", "--rate", "60", "--burst", "60"]);
    let mut pty = screen(&home, &demo);
    pty.wait_for("~ report of");
    pty.press("v");
    pty.wait_gone("OLDEST");
    pty.press("/");
    pty.send("svc status:active");
    pty.press("enter");
    pty.wait_for("esc clear filter");
    pty.wait_for("● Active");
    pty.press("t");
    pty.wait_for("y Deactivate");
    pty.wait_gone("one moment");
    let before = demo.calls().len();
    pty.press("y");
    pty.wait_for("IAM reports");
    let calls = demo.calls().split_off(before);
    let change = calls.iter().position(|call| operation(call) == "UpdateAccessKey").unwrap();
    let (user, between) = (&calls[change]["params"]["UserName"], &calls[..change]);
    assert!(
        between.iter().all(|call| call["params"]["UserName"] == *user),
        "the sweep waited: {between:#?}"
    );
    pty.press("esc");
    pty.wait_for("keys of 500 read");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
}
