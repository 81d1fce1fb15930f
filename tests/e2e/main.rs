//! End-to-end tests: the real binary, with or without a terminal, against the demo endpoint and
//! against moto, an independent implementation of IAM.
//!
//! All tests are one crate, which links once. Each topic is a module in this directory; shared
//! helpers are in `support/`, and `support_selftest` tests them.
#![expect(clippy::print_stdout, reason = "a seeded run says which seed it was")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml allows these in tests, but not in what tests stand on: a broken fixture has to fail its test"
)]

mod activity_screen;
mod bad_input;
mod chaos;
mod commands;
mod crash_recovery;
mod credentials;
mod demo_cloudtrail;
mod dependencies;
mod dialog;
mod faults;
mod gallery;
mod hostile_responses;
mod incident_walkthrough;
mod journal;
mod kept_screen;
mod large_account;
mod layering;
mod organization;
mod rendering;
#[cfg(target_os = "linux")]
mod resource_counts;
mod screenshots;
mod secrets;
mod shutdown;
mod soak;
mod support;
mod support_selftest;
mod terminal;
mod terminal_reports;
