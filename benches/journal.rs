//! Changes, undos and the start of the screen with journals of 0 to 1,000,000 former changes, by
//! turns against `keyflip demo`, beside those with an empty one; and how fast `keyflip journal`
//! prints it all: `cargo bench --bench journal`; numbers behind it (`-- 0 1000`) are the former
//! changes. The journals are files in the directory for temporary files, 770 MB for a million
//! changes.
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

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use support::demo::Demo;
use support::home::Home;
use support::process::Exit;

/// Numbers of former changes.
const CHANGES: [usize; 5] = [0, 1_000, 10_000, 100_000, 1_000_000];

/// Measured rounds, after one that brings programs and files into the page cache.
const ROUNDS: usize = 15;

/// How many times the time with an empty journal a long one may take.
const BUDGET: f64 = 1.2;

/// An active key of the demo, and the name of its account.
const KEY: &str = "AKIARZPUZDIKFYHOWX26";
const ACCOUNT_NAME: &str = "acme-prod";

/// The journal, in the home directory.
const JOURNAL: &str = ".local/state/keyflip/journal.jsonl";

/// What is measured in each round.
const NAMES: [&str; 3] = ["deactivate --yes", "undo --yes", "screen up to the account's name"];

/// The program with a journal.
struct Subject {
    home: Home,
    changes: usize,
    times: [Vec<Duration>; NAMES.len()],
}

fn main() {
    let chosen: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let sample = sample_change(&demo);
    let mut subjects: Vec<_> = if chosen.is_empty() { CHANGES.to_vec() } else { chosen }
        .into_iter()
        .map(|changes| {
            let home = Home::new();
            write_journal(&home.path(JOURNAL), &sample, changes);
            Subject { home, changes, times: Default::default() }
        })
        .collect();
    for round in 0..=ROUNDS {
        for subject in &mut subjects {
            let times = measure(&demo, &subject.home);
            if round > 0 {
                for (all, time) in subject.times.iter_mut().zip(times) {
                    all.push(time);
                }
            }
        }
    }
    for (at, name) in NAMES.iter().enumerate() {
        let medians: Vec<_> = subjects.iter_mut().map(|it| median(&mut it.times[at])).collect();
        for (subject, time) in subjects.iter().zip(&medians) {
            let times = time / medians[0];
            println!(
                "{name:32} {:>9} changes {time:>7.1} ms, {times:.2} times the first; budget {BUDGET}",
                subject.changes
            );
        }
    }
    for subject in subjects.iter().filter(|subject| subject.changes > 0) {
        print_all(subject);
    }
}

/// Changes a key with an empty journal, and returns the two lines of it.
fn sample_change(demo: &Demo) -> [Value; 2] {
    let home = Home::new();
    for command in ["deactivate", "undo"] {
        run(demo, &home, &[command, KEY, "--yes"]);
    }
    let journal = home.read(JOURNAL);
    let mut lines = journal.lines().map(|line| serde_json::from_str(line).unwrap());
    [lines.next().unwrap(), lines.next().unwrap()]
}

/// Writes a journal of former changes.
fn write_journal(path: &Path, sample: &[Value; 2], changes: usize) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = BufWriter::new(File::create(path).unwrap());
    let mut lines = sample.clone();
    for number in 0..changes {
        for line in &mut lines {
            line["id"] =
                format!("20260101T08{:02}00Z-{:05}", number / 100_000, number % 100_000).into();
            line["time"] = "2026-01-01T08:00:00Z".into();
            for field in ["deadline", "verified_at"] {
                if let Some(time) = line.get_mut(field) {
                    *time = "2026-01-01T08:01:00Z".into();
                }
            }
            writeln!(file, "{line}").unwrap();
        }
    }
    file.flush().unwrap();
}

/// Deactivates a key, activates it again, and starts the screen. Returns how long each took.
fn measure(demo: &Demo, home: &Home) -> [Duration; NAMES.len()] {
    let change = run(demo, home, &["deactivate", KEY, "--yes"]);
    let undo = run(demo, home, &["undo", "--yes"]);
    let begun = Instant::now();
    let mut pty = demo.screen(home, &[]).on_pty(120, 40);
    pty.wait_for(ACCOUNT_NAME);
    let start = begun.elapsed();
    pty.press("q");
    pty.exit();
    [change, undo, start]
}

/// Runs a command that succeeds. Returns how long it took.
fn run(demo: &Demo, home: &Home, words: &[&str]) -> Duration {
    let launch = demo.screen(home, words);
    let begun = Instant::now();
    let finished = launch.run();
    let took = begun.elapsed();
    assert!(finished.exit == Exit::Code(0), "{words:?}: {}", finished.stderr);
    took
}

/// Prints how long `keyflip journal` takes to print every change, and its peak memory.
fn print_all(subject: &Subject) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyflip"));
    command.args(["journal", "--format", "json"]).env_clear().env("HOME", subject.home.path(""));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak.max(peak_memory(child.id()).unwrap_or_default());
        thread::sleep(Duration::from_millis(5));
    }
    let took = begun.elapsed().as_secs_f64();
    let size = fs::metadata(subject.home.path(JOURNAL)).unwrap().len() / 1_000_000;
    println!("journal --format json: {size} MB in {took:.2} s, {peak} KiB of memory at most");
}

/// Returns the peak of a process's resident memory in KiB; `None` once it has ended.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns the median in milliseconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}
