//! The whole program on a terminal against `keyflip demo --users 5000 --latency
//! 50ms --rate 20 --burst 40`: time, calls, throttled calls, connections and
//! memory, beside what the rate allows. `cargo bench --bench account`; a number
//! behind it (`-- 500`) uses that many users.
#![allow(missing_docs, reason = "a program for a person")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    reason = "shares the end-to-end helpers and prints results"
)]

#[path = "../tests/e2e/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use support::demo::Demo;
use support::home::Home;
use support::launch::Launch;
use support::pty::Pty;

const RATE: u32 = 20;
const BURST: u32 = 40;

fn main() {
    let users: u32 =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(5_000);
    let home = Home::new();
    let (count, rate, burst) = (users.to_string(), RATE.to_string(), BURST.to_string());
    let demo = Demo::start(
        &home,
        &["--users", &count, "--latency", "50ms", "--rate", &rate, "--burst", &burst],
    );
    println!("{users} users, 50 ms round trip, {RATE} calls a second, burst {BURST}");

    let begun = Instant::now();
    let launch = Launch::keyflip(&home, &["--endpoint-url", demo.url()]);
    let mut pty = launch
        .signed_by("AKIARZPUZDIKDEMOOPER", "demo-secret-that-opens-nothing-anywhere0")
        .on_pty(120, 40);
    wait(&pty, &format!("Users {users}"), Duration::from_mins(1));
    wait(&pty, "~ report of", Duration::from_mins(1));
    let shown = begun.elapsed();
    let calls = demo.calls();
    let report = calls.iter().position(|call| call["operation"] == "GetCredentialReport");
    println!(
        "every row with report facts: {:.2} s, {} calls",
        shown.as_secs_f64(),
        report.map_or(0, |at| at + 1)
    );

    let before = calls.len();
    let begun = Instant::now();
    pty.press("R");
    wait(&pty, &format!("keys of {users} read"), Duration::from_mins(15));
    let took = begun.elapsed();
    print_throughput("the whole account", took, &demo.calls().split_off(before));
    println!(
        "memory: {} KiB resident, {} KiB at most",
        memory(&pty, "VmRSS"),
        memory(&pty, "VmHWM")
    );
    println!("CPU time of the process: {:.2} s", pty.cpu_time().as_secs_f64());
    pty.press("q");
    pty.exit();
}

/// Waits until the screen shows the text.
fn wait(pty: &Pty, text: &str, limit: Duration) {
    let end = Instant::now() + limit;
    while !pty.screen().contains(text) {
        assert!(Instant::now() < end, "waited for {text:?}:\n{}", pty.screen());
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn print_throughput(what: &str, took: Duration, calls: &[Value]) {
    let throttled = calls.iter().filter(|call| call["code"] == "Throttling").count();
    let done = calls.len() - throttled;
    let connections: BTreeSet<_> =
        calls.iter().filter_map(|call| call["connection"].as_u64()).collect();
    let allowed = f64::from(u32::try_from(done).unwrap().saturating_sub(BURST)) / f64::from(RATE);
    println!(
        "{what}: {:.1} s for {done} calls, {throttled} more throttled, {} connections; the rate allows {allowed:.1} s \
         (times {:.2})",
        took.as_secs_f64(),
        connections.len(),
        took.as_secs_f64() / allowed
    );
}

/// A line of the process's status, in KiB.
fn memory(pty: &Pty, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", pty.pid())).unwrap_or_default();
    let line = status.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
