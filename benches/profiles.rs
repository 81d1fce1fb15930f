//! CPU and wall clock time of `keyflip` with 50 to 10,000 profiles in the AWS files, against
//! `keyflip demo --latency 50ms`: `cargo bench --bench profiles`; numbers behind it (`-- 50 500`)
//! take so many profiles. `KEYFLIP=PATH` measures another program than the one built with it.
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

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::demo::Demo;
use support::home::Home;

/// The access key of the demo's operator.
const OPERATOR: &str = "AKIARZPUZDIKDEMOOPER";
const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";

/// A key whose ID names the account of the demo, 123456789012.
const KEY: &str = "AKIARZPUZDIKFYHOWX26";

/// A key whose ID names no account, and which does not exist: every account is asked.
const OLD_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// Numbers of profiles.
const PROFILES: [usize; 5] = [50, 500, 1_000, 2_000, 10_000];

fn main() {
    let chosen: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "50ms"]);
    println!("{:>8}  {:34} {:>10} {:>10} {:>7}", "profiles", "command", "CPU", "wall", "calls");
    for profiles in if chosen.is_empty() { PROFILES.to_vec() } else { chosen } {
        let home = Home::new();
        write_profiles(&home, profiles);
        for (name, words) in [
            ("find KEY (one profile)", &["find", KEY, "--profile", "team-00000"][..]),
            ("find --all-profiles, account named", &["find", KEY, "--all-profiles"]),
            ("find --all-profiles, none named", &["find", OLD_KEY, "--all-profiles"]),
        ] {
            let before = demo.calls().len();
            let (cpu, wall) = run(&home, &demo, words);
            let calls = demo.calls().len() - before;
            println!("{profiles:>8}  {name:34} {cpu:>8.3} s {wall:>8.3} s {calls:>7}");
        }
    }
}

/// Writes profiles of as many accounts. The first is the demo's; the keys of all are the
/// operator's.
fn write_profiles(home: &Home, profiles: usize) {
    let (mut config, mut credentials) = (String::new(), String::new());
    for number in 0..profiles {
        let account = 123_456_789_012 + number;
        writeln!(
            config,
            "[profile team-{number:05}]\nregion = eu-west-1\noutput = json\n\
             aws_account_id = {account}"
        )
        .unwrap();
        writeln!(
            credentials,
            "[team-{number:05}]\naws_access_key_id = {OPERATOR}\naws_secret_access_key = {SECRET}"
        )
        .unwrap();
    }
    home.write(".aws/config", &config);
    home.write(".aws/credentials", &credentials);
}

/// Runs the program, and returns its CPU time and its wall clock time in seconds.
fn run(home: &Home, demo: &Demo, words: &[&str]) -> (f64, f64) {
    let program =
        std::env::var("KEYFLIP").unwrap_or_else(|_| env!("CARGO_BIN_EXE_keyflip").to_owned());
    let mut command = Command::new(program);
    command.args(words).env_clear().env("HOME", home.path("")).env("AWS_ENDPOINT_URL", demo.url());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let before = cpu_time_of_children();
    let begun = Instant::now();
    command.status().unwrap();
    let wall = begun.elapsed();
    (cpu_time_of_children().saturating_sub(before).as_secs_f64(), wall.as_secs_f64())
}

/// Returns the CPU time of the programs that have ended, in steps of 10 ms (proc(5), cutime and
/// cstime).
fn cpu_time_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks = after_name.split_whitespace().skip(13).take(2);
    Duration::from_millis(ticks.map(|field| field.parse::<u64>().unwrap()).sum::<u64>() * 10)
}
