//! keyflip finds an AWS IAM access key, deactivates or activates it, verifies the result with IAM
//! and records it in a journal.
//!
//! All modules are private, so that rustc reports dead code. `docs/architecture.md` has what each
//! contains and may use, which a test checks, the way of a keypress and of a change through them,
//! the invariants, and a glossary.

mod aws;
mod changes;
mod cli;
mod commands;
mod config;
mod demo;
mod filter;
mod inventory;
mod model;
mod ops;
mod private_files;
mod session_factory;
mod tui;

/// Runs a command line and returns the exit code. `args` begins with the program's name.
#[must_use]
pub fn run(args: &[String]) -> u8 {
    commands::run(args).code()
}

/// Measures the terminal UI and prints the results, for `benches/screen.rs`.
#[cfg(feature = "bench")]
#[doc(hidden)]
pub fn bench() {
    tui::bench::run();
}
