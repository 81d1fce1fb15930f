//! Runs the real program and SDK on a failing network, with faults and a user generated from a
//! seed. Afterwards the endpoint's call log, the journal and the screen must agree.
//!
//! `KEYFLIP_CHAOS_RUNS` is the number of runs, `KEYFLIP_CHAOS_SEED` the first seed; a failing run
//! prints its seed.

mod consistency;
mod faults;
pub(crate) mod user;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use rustix::process::Signal;
use serde_json::json;

use crate::credentials::identity_change;
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::screen_steps::KEY;
use consistency::ConsistencyCheck;
use user::User;

/// Reads a number from the environment, or returns the default.
pub(crate) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// Random number generator, deterministic for a seed (SplitMix64).
pub(crate) struct Rng(u64);

impl Rng {
    /// Creates the generator for a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ bits >> 31) % end as u64).unwrap()
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Totals of all runs.
#[derive(Debug, Default)]
struct Tally {
    confirmed: usize,
    calls: usize,
    carried_out: usize,
    /// Calls in member accounts of the organization.
    in_members: usize,
    outcomes: BTreeMap<String, usize>,
    open: usize,
    ends: BTreeMap<&'static str, usize>,
}

/// Number of concurrent runs; they mostly wait.
const CONCURRENT_RUNS: u64 = 4;

#[test]
fn calls_journal_and_screen_agree_under_any_network_faults() {
    let (runs, first) = (number("KEYFLIP_CHAOS_RUNS", 8), number("KEYFLIP_CHAOS_SEED", 1));
    let tally = Mutex::new(Tally::default());
    let worker = &|number: u64| {
        for seed in (first..first + runs).filter(|seed| seed % CONCURRENT_RUNS == number) {
            let run = catch_unwind(AssertUnwindSafe(|| run(seed, &tally)));
            assert!(run.is_ok(), "KEYFLIP_CHAOS_SEED={seed} KEYFLIP_CHAOS_RUNS=1 shows it again");
        }
    };
    std::thread::scope(|scope| {
        (0..CONCURRENT_RUNS).for_each(|number| drop(scope.spawn(move || worker(number))));
    });
    let tally = tally.into_inner().unwrap();
    println!("{runs} runs from seed {first}: {tally:?}");
    assert!(
        tally.calls > 0 && tally.confirmed > 0,
        "a run in which nothing is changed proves nothing: {tally:?}"
    );
}

fn run(seed: u64, tally: &Mutex<Tally>) {
    let mut rng = Rng::new(seed);
    let home = Home::new();
    let demo = Demo::start(&home, &["--organization", "3"]);
    home.write(".config/keyflip/config.toml", user::REACH);
    let started = Timestamp::now();
    let mut launch = demo.screen(&home, &["--cli-read-timeout", "1", "--cli-connect-timeout", "2"]);
    let expires = seed.is_multiple_of(4);
    if expires {
        let session = demo
            .apply(&json!({"open_session": {"user": "operator", "seconds": 3600, "mfa": true}}));
        let text = |name: &str| session[name].as_str().unwrap().to_owned();
        launch = launch.signed_by(&text("AccessKeyId"), &text("SecretAccessKey"));
        launch = launch.env("AWS_SESSION_TOKEN", text("SessionToken"));
    }
    // In some runs the credentials change, to another key of the operator's or to another
    // account's.
    let turns = seed % 5 == 2;
    let mut keys = vec![consistency::OPERATOR_KEY.to_owned(), consistency::STAGING_KEY.to_owned()];
    if turns {
        identity_change::configure(&home, &demo);
        for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
            launch = launch.without(variable);
        }
        let second = demo.apply(&json!({"add_key": {"user": "operator"}}))["key"]
            .as_str()
            .unwrap()
            .to_owned();
        keys.extend([second.clone(), second]);
    }
    let pty = launch.on_pty(120, 40);
    pty.wait_ready(KEY);
    let faults = faults::any(&mut rng);
    println!("seed {seed}: {faults}");
    demo.faults(&faults);
    let mut user = User::new(pty, &demo, &user::KNOWN).with_members();
    let actions = 8 + rng.below(8);
    for action in 0..actions {
        if expires && action == actions - 2 {
            demo.apply(&json!({"expire_sessions": {}}));
        }
        if turns && rng.below(3) == 0 {
            identity_change::hand_out(&home, rng.one::<String>(&keys));
        }
        user.act(&mut rng);
    }
    let end =
        *rng.one(&["quit", "quit", "quit in calm", "quit in calm", "kill", "terminate", "hang up"]);
    let screen = leave(&mut user, &demo, end);
    let killed = end == "kill";
    let check = ConsistencyCheck { home: &home, demo: &demo, started, user: &user, killed };
    demo.faults(&json!({}));
    check.agree(&screen);
    let mut tally = tally.lock().unwrap();
    *tally.ends.entry(end).or_default() += 1;
    tally.confirmed += user.confirmed.len();
    check.count(&mut tally);
}

/// Ends the program in that way; returns its last screen, which lists the outcomes.
fn leave(user: &mut User<'_>, demo: &Demo, end: &str) -> String {
    match end {
        "kill" => {
            user.pty.signal(Signal::KILL);
            assert_eq!(user.pty.exit(), Exit::Signal(Signal::KILL.as_raw()));
            return String::new();
        }
        "terminate" => user.pty.signal(Signal::TERM),
        "hang up" => user.pty.hang_up(),
        _ => {
            if end == "quit in calm" {
                demo.faults(&json!({}));
            }
            return user.quit();
        }
    }
    // The program waits up to 10 s for outcomes; changes without one stay open.
    let exit = user.pty.ended(Duration::from_secs(20));
    assert!(exit.is_some(), "it did not end after {end}:\n{}", user.pty.screen());
    String::new()
}
