//! Soak test: half an hour of use, with memory, descriptors and journal size measured. Ignored by
//! default:
//!
//! ```sh
//! cargo test --locked --test e2e -- --ignored --nocapture soak::
//! ```
//!
//! `KEYFLIP_SOAK_MINUTES` is the duration, `KEYFLIP_SOAK_SEED` the seed of the simulated user.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chaos::user::User;
use crate::chaos::{Rng, number};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::{Exit, descriptors};

/// The access key that signs.
const SIGNS: &str = "AKIARZPUZDIKDEMOOPER";

/// Resource usage of the program at one time.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Duration,
    /// Resident memory in KiB.
    memory: u64,
    descriptors: u64,
    /// Size of the journal in bytes.
    journal: u64,
}

impl Sample {
    fn take(user: &User<'_>, home: &Home, since: Instant) -> Self {
        let status = fs::read_to_string(format!("/proc/{}/status", user.pty.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        let journal = home.read(crate::support::screen_steps::JOURNAL).len() as u64;
        Self {
            at: since.elapsed(),
            memory: line.split_whitespace().nth(1).unwrap().parse().unwrap(),
            descriptors: descriptors(user.pty.pid()),
            journal,
        }
    }
}

/// Returns the mean memory and the maximum number of descriptors in that part of the time.
fn part(samples: &[Sample], whole: Duration, from: f64, to: f64) -> (u64, u64) {
    let within: Vec<_> = samples
        .iter()
        .filter(|sample| (whole.mul_f64(from)..whole.mul_f64(to)).contains(&sample.at))
        .collect();
    assert!(!within.is_empty(), "no sample from {from} to {to}");
    let memory = within.iter().map(|sample| sample.memory).sum::<u64>() / within.len() as u64;
    (memory, within.iter().map(|sample| sample.descriptors).max().unwrap())
}

/// Returns a random set of intermittent faults.
fn faults(rng: &mut Rng) -> Value {
    match rng.below(3) {
        0 => json!({"latency": {"fixed": 0.02}}),
        1 => json!({"latency": {"fixed": 0.05, "jitter": 0.3}, "throttle": {"probability": 0.3},
            "stale": {"seconds": 3}}),
        _ => json!({"throttle": {"probability": 0.1}, "server_error": {"probability": 0.1},
            "reset": {"probability": 0.1}, "truncate": {"probability": 0.05}, "junk": {"probability": 0.05},
            "cut": {"probability": 0.05}, "vanish": {"share": 0.02},
            "hang_after": {"operations": ["UpdateAccessKey"], "probability": 0.1}}),
    }
}

/// Runs one round of use: movement, a filter, the other view, full reads, changes, undo.
fn round(user: &mut User<'_>, rng: &mut Rng) {
    let key = |user: &mut User<'_>, key: &str| {
        user.pty.press(key);
        user.pty.comes(Duration::from_millis(30), |_| false);
    };
    for _ in 0..20 {
        let pressed = rng.one(&["j", "k", "down", "up", "pgdn", "pgup", "G", "g"]);
        key(user, pressed);
    }
    key(user, "/");
    let filter = *rng.one(&[
        "svc status:active",
        "ci unused>30d",
        "-user:svc-* keys>1",
        "age>90d mfa:no",
        "0042",
    ]);
    for c in filter.chars() {
        user.pty.send(c.to_string());
        user.pty.comes(Duration::from_millis(30), |_| false);
    }
    key(user, "enter");
    for _ in 0..10 {
        let pressed = rng.one(&["j", "k", "s", "v", "tab"]);
        key(user, pressed);
    }
    for _ in 0..6 {
        user.act(rng);
    }
}

#[test]
#[ignore = "it takes half an hour"]
fn memory_and_descriptors_stay_flat_for_half_an_hour() {
    let whole = Duration::from_secs(60 * number("KEYFLIP_SOAK_MINUTES", 30));
    let mut rng = Rng::new(number("KEYFLIP_SOAK_SEED", 1));
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "5000", "--rate", "100", "--burst", "200"]);
    let listed = demo.screen(&home, &["list", "user:*-001*", "--format", "jsonl"]).run();
    let words =
        listed.stdout.split('"').filter(|word| word.len() == 20 && word.starts_with("AKIA"));
    let known: Vec<_> = words.take(6).chain([SIGNS]).collect();
    assert_eq!(known.len(), 7, "{listed:?}");
    let launch = demo.screen(&home, &["--cli-read-timeout", "2", "--cli-connect-timeout", "2"]);
    let mut user = User::new(launch.on_pty(120, 40), &demo, &known);
    user.pty.wait_for("Users 5000");
    let begun = Instant::now();
    // Read everything once, so that memory no longer grows by first reads.
    user.pty.press("R");
    let (mut samples, mut rounds) = (Vec::new(), 0);
    while begun.elapsed() < whole {
        demo.faults(&faults(&mut rng));
        round(&mut user, &mut rng);
        // The simulated user may have deactivated the signing key or stopped the full read:
        // resume.
        demo.apply(&json!({"set_status": {"key": SIGNS, "status": "Active"}}));
        demo.faults(&json!({}));
        user.close();
        user.pty.press("r");
        user.pty.comes(Duration::from_secs(3), |_| false);
        rounds += 1;
        let sample = Sample::take(&user, &home, begun);
        let ended = user.pty.ended(Duration::ZERO);
        assert!(ended.is_none(), "it has ended: {ended:?}\n{}", user.pty.screen());
        println!(
            "{:4} s  {} KiB  {} descriptors  journal {} bytes  {} confirmed",
            sample.at.as_secs(),
            sample.memory,
            sample.descriptors,
            sample.journal,
            user.confirmed.len()
        );
        samples.push(sample);
    }
    let last = user.quit();
    assert_eq!(user.pty.exit(), Exit::Code(0), "{last}");
    user.pty.assert_restored();

    let (warm, end) = (part(&samples, whole, 0.4, 0.6), part(&samples, whole, 0.8, 2.0));
    let journal = home.journal();
    println!(
        "{rounds} rounds, {} changes confirmed, {} lines in the journal",
        user.confirmed.len(),
        journal.len()
    );
    println!(
        "memory {} KiB then, {} KiB at the end; descriptors {} then, {} at the end",
        warm.0, end.0, warm.1, end.1
    );
    assert!(end.0 <= warm.0 + warm.0 / 10, "memory grows: {} KiB, then {} KiB", warm.0, end.0);
    assert!(end.1 <= warm.1 + 6, "descriptors grow: {}, then {}", warm.1, end.1);
    let intents = journal.iter().filter(|line| line["line"] == "intent").count();
    assert!(intents > 0 && intents <= user.confirmed.len(), "{intents} intents");
    let settled = journal.iter().filter(|line| line["outcome"] == "settled").count();
    println!("{intents} intents, {settled} unknown outcomes settled by a later read");
    assert_eq!(
        journal.len(),
        2 * intents + settled,
        "each intent has its outcome, and there is nothing else"
    );
    let bytes = home.read(crate::support::screen_steps::JOURNAL).len();
    assert!(bytes < 1_500 * journal.len(), "{bytes} bytes in {} lines", journal.len());
}
