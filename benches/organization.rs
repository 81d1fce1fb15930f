//! The Organization view of the whole program on a terminal against `keyflip demo --organization
//! 500 --latency 50ms`, whose portal takes 20 calls a second: time to fill it, beside what the
//! portal allows; key to frame meanwhile; memory. `cargo bench --bench organization`; a number
//! behind it (`-- 50`) takes so many accounts.
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

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use support::demo::Demo;
use support::home::Home;
use support::pty::Pty;
use support::screen_cells;

/// Calls a second that the portal of AWS takes in total.
const PORTAL_RATE: f64 = 20.0;

/// The operations of the portal.
const PORTAL_OPERATIONS: [&str; 3] = ["ListAccounts", "ListAccountRoles", "GetRoleCredentials"];

/// Pause between two keys.
const KEY_INTERVAL: Duration = Duration::from_millis(100);

fn main() {
    let accounts: u32 =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(500);
    let home = Home::new();
    let (count, files) = (accounts.to_string(), home.path(".aws"));
    let files = files.to_str().expect("the path is text");
    let demo =
        Demo::start(&home, &["--organization", &count, "--latency", "50ms", "--files", files]);
    home.write(
        ".config/keyflip/config.toml",
        "[reach]\nsso_roles = [\"IncidentResponder\", \"ReadOnlyAccess\"]\n",
    );
    println!("{accounts} accounts, 50 ms round trip, {PORTAL_RATE} portal calls a second");

    let mut pty = demo.screen(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()).on_pty(120, 40);
    wait(&pty, "keys of 42 read", Duration::from_mins(1));
    let (before, cpu) = (memory(&pty, "VmRSS"), pty.cpu_time());
    let begun = Instant::now();
    pty.press("o");
    wait(&pty, "team-0001", Duration::from_mins(1));
    let mut times = Vec::new();
    while !pty.screen().contains("~ credential reports") {
        assert!(begun.elapsed() < Duration::from_mins(20), "{}", pty.screen());
        times.push(key_to_frame(&mut pty, if times.len() % 2 == 0 { "j" } else { "k" }));
        std::thread::sleep(KEY_INTERVAL);
    }
    let took = begun.elapsed().as_secs_f64();
    print_fill(took, &demo.calls());
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "key to frame meanwhile, with the terminal's own time: p50 {:?}, p99 {:?}, max {:?} of {}",
        at(50),
        at(99),
        at(100),
        times.len()
    );
    println!(
        "memory: {before} KiB before, {} KiB resident, {} KiB at most",
        memory(&pty, "VmRSS"),
        memory(&pty, "VmHWM")
    );
    println!("CPU time of the process: {:.2} s", pty.cpu_time().saturating_sub(cpu).as_secs_f64());
    pty.press("q");
    pty.exit();
}

/// Presses a key and returns the time until the cursor has moved.
fn key_to_frame(pty: &mut Pty, key: &str) -> Duration {
    let before = cursor_line(&pty.screen());
    let begun = Instant::now();
    pty.press(key);
    pty.wait_until("the cursor to move", |cells| cursor_line(&screen_cells::text(cells)) != before);
    begun.elapsed()
}

/// Returns the line of the selected row.
fn cursor_line(screen: &str) -> Option<usize> {
    screen.lines().position(|line| line.contains('▸'))
}

/// Waits until the screen shows the text.
fn wait(pty: &Pty, text: &str, limit: Duration) {
    let end = Instant::now() + limit;
    while !pty.screen().contains(text) {
        assert!(Instant::now() < end, "waited for {text:?}:\n{}", pty.screen());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Prints the time beside what the rate of the portal allows for the calls that were made.
fn print_fill(took: f64, calls: &[Value]) {
    let of_portal =
        |call: &&Value| PORTAL_OPERATIONS.iter().any(|operation| call["operation"] == *operation);
    let portal: Vec<_> = calls.iter().filter(of_portal).collect();
    let throttled = portal.iter().filter(|call| call["status"] == 429).count();
    let done = portal.len() - throttled;
    let allowed = f64::from(u32::try_from(done).expect("a few calls")) / PORTAL_RATE;
    println!(
        "filled: {took:.1} s, {done} portal calls, {throttled} more throttled, {} calls of IAM and \
         STS; the portal allows {allowed:.1} s (times {:.2})",
        calls.len() - portal.len(),
        took / allowed
    );
}

/// A line of the process's status, in KiB.
fn memory(pty: &Pty, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", pty.pid())).unwrap_or_default();
    let line = status.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
