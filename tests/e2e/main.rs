//! End to end: the real binary, on a real terminal or none, against the demo
//! endpoint and against moto, which is an IAM that others wrote.
//!
//! One crate, so that all of it links once. A topic is a module beside this
//! file; what the topics stand on is in `support/`, and `harness` checks that
//! it holds.
#![expect(clippy::print_stdout, reason = "a seeded run says which seed it was")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml allows these in tests, but not in what tests stand on: a broken fixture has to fail its test"
)]

mod bad_input;
mod chaos;
mod commands;
mod crash_recovery;
mod credentials;
mod dependencies;
mod dialog;
mod faults;
mod hostile_responses;
mod incident_walkthrough;
mod journal;
mod large_account;
mod layering;
mod rendering;
mod screenshots;
mod secrets;
mod shutdown;
mod soak;
mod support;
mod support_selftest;
mod terminal;
mod terminal_reports;
