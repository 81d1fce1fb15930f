//! keyflip finds an AWS IAM access key, deactivates or activates it, verifies the result with IAM
//! and records it in a journal.
//!
//! All modules are private, so that rustc reports dead code. `docs/architecture.md` has what each
//! contains and may use, which a test checks, a diagram and a glossary.
//!
//! # The life of one keypress
//!
//! 1. `tui::runtime` waits for terminal input, task events, signals and the next deadline, and
//!    converts what is ready to messages.
//! 2. `App::update` handles each message: it routes it to a handler, a pane or the popup, which get
//!    the shared data in a `Context`.
//! 3. `App::settle` then brings derived state up to date, once.
//! 4. Both collect effects as data. `runtime::tasks` runs them, and the results return as messages.
//! 5. One frame is drawn. The backend writes nothing if the frame has not changed.
//!
//! There is no tick: `App::deadline` is the next time to run without input.
//!
//! # Safeguards
//!
//! - `model::Known<T>` distinguishes not read, access denied, failed, deleted, from the credential
//!   report, and read live. None of them turns into another by accident.
//! - Every effect and reply carries its `SessionId`, so a late reply of a closed session cannot
//!   apply to the open one.
//! - A read-only session has no writer.
//! - Tests replace AWS at the HTTP level, with the demo endpoint and moto, so they exercise the
//!   SDK's whole code path.

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
