//! Model test of the whole screen: random runs of keys, pastes, resizes, replies,
//! changes and signals, with all invariants of the design checked after each
//! batch. A failing run is shortened and written to `target/`;
//! `KEYFLIP_MODEL_REPLAY=FILE` replays it.
//!
//! `KEYFLIP_MODEL_EVENTS` is the number of events (100,000 in `.ci/run`),
//! `KEYFLIP_MODEL_SEED` the seed.

mod activity;
mod change_steps;
mod confirm;
mod event;
mod expected_calls;
mod fake_accounts;
mod invariants;
mod other_accounts;
mod palette;
mod replies;
mod runner;
mod sessions;
mod simultaneous_keys;
mod stats;
mod undo;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use event::ModelEvent;
use runner::ModelScreen;
use stats::RunStats;

/// Number of events of a run, from a fresh start of the program.
const EVENTS_PER_RUN: usize = 500;

fn env_number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.replace('_', "").parse().unwrap())
}

/// An invariant that a run has violated, with the message of the assertion.
#[derive(Debug)]
struct Violation(String);

/// Applies the events of a run. Returns an error if an invariant was violated.
fn run_events(run: &[ModelEvent]) -> Result<RunStats, Violation> {
    let stats = catch_unwind(AssertUnwindSafe(|| {
        let mut screen = ModelScreen::new(run.first().map_or(0, |event| event.n));
        for event in run {
            screen.apply(*event);
        }
        screen.end()
    }));
    stats.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Violation(text.unwrap_or_default())
    })
}

/// Returns the shortest part found of a failing run that still fails.
fn shortened(mut run: Vec<ModelEvent>) -> Vec<ModelEvent> {
    let mut chunk = run.len() / 2;
    while chunk > 0 {
        let (mut at, before) = (0, run.len());
        while at < run.len() {
            let mut shorter = run.clone();
            shorter.drain(at..(at + chunk).min(run.len()));
            if run_events(&shorter).is_err() { run = shorter } else { at += chunk }
        }
        if chunk > 1 || run.len() == before {
            chunk /= 2;
        }
    }
    run
}

/// Shortens a failing run, writes it to a file, and panics.
fn report_failure(run: Vec<ModelEvent>, seed: u64) {
    // Print only the failure of the shortest run.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let run = shortened(run);
    let Violation(message) = run_events(&run).expect_err("the shortened run passes");
    std::panic::set_hook(hook);
    let file =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("target/model-{seed}.events"));
    let text: String = run.iter().map(|event| event.to_string() + "\n").collect();
    std::fs::write(&file, &text).unwrap();
    panic!("{message}\nKEYFLIP_MODEL_REPLAY={}\n{text}", file.display());
}

#[test]
fn only_confirmed_changes_are_sent_and_none_is_lost() {
    let (events, first_seed) = (
        env_number("KEYFLIP_MODEL_EVENTS").unwrap_or(10_000),
        env_number("KEYFLIP_MODEL_SEED").unwrap_or(1),
    );
    let mut all = RunStats::default();
    for seed in first_seed..first_seed + events.div_ceil(EVENTS_PER_RUN as u64) {
        let run = ModelEvent::random_run(seed.wrapping_mul(0x2545_f491_4f6c_dd1d), EVENTS_PER_RUN);
        match run_events(&run) {
            Ok(stats) => all += stats,
            Err(_) => report_failure(run, seed),
        }
    }
    println!("{events} events: {all:?}");
    // Runs without confirmations would test nothing.
    assert!(
        all.confirmed * 200 > usize::try_from(events).unwrap(),
        "too few confirmations: {all:?}"
    );
    assert!(all.received * 2 > all.confirmed && all.unjournaled > 0, "{all:?}");
    let seen = [
        all.undone,
        all.undone_after_restart,
        all.foreign_reports,
        all.clipped_dialogs,
        all.watched_batches,
        all.required_reports,
        all.read_only_sessions,
        all.dialogs_of_several_accounts,
        all.confirmed_elsewhere,
        all.entered,
        all.readings,
        all.run_by_palette,
    ];
    let seen =
        seen.into_iter().chain([all.closed_by_renewal, all.caller_changes, all.late_confirmations]);
    assert!(seen.clone().all(|seen| seen > 0), "a kind of event never occurred: {all:?}");
}

#[test]
fn a_failed_run_can_be_replayed() {
    let Some(file) = std::env::var_os("KEYFLIP_MODEL_REPLAY") else {
        let run = ModelEvent::random_run(7, 100);
        let text: String = run.iter().map(|event| event.to_string() + "\n").collect();
        assert_eq!(ModelEvent::parse_run(&text), run, "a run does not round-trip");
        return;
    };
    let run = ModelEvent::parse_run(&std::fs::read_to_string(file).unwrap());
    if let Err(Violation(message)) = run_events(&run) {
        panic!("{message}");
    }
}
