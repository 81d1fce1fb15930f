//! keyflip finds an AWS IAM access key, deactivates or activates it, verifies the result with IAM
//! and records it in a journal.
//!
//! # Modules
//!
//! All modules are private, so that rustc reports dead code. A test checks that each uses only what
//! the table allows. `docs/architecture.md` has a diagram and a glossary.
//!
//! | module | contents | may use |
//! |---|---|---|
//! | `cli` | command line, as clap types | – |
//! | `model` | key IDs, users, what is known of them, changes and outcomes; no I/O, no SDK, no clock | – |
//! | `config` | file, environment and options → settings with their sources | `cli` `model` |
//! | `filter` | filter language with three-valued logic | `model` |
//! | `inventory` | what is known of an account: applies replies, chooses the next reads | `model` `filter` |
//! | `aws` | profiles, credentials, clients, IAM and STS calls, errors; the only user of the SDK | `model` |
//! | `private_files` | files and directories that only their owner can read | – |
//! | `changes` | journal; one change from intent to verification; undo; recovery after a crash | `model` `aws` `private_files` |
//! | `ops` | rules that the screen and the commands share: key look-up | `model` |
//! | `demo` | IAM and STS in memory, over HTTP on the loopback interface | – |
//! | `session_factory` | settings → open session | all of the above |
//! | `commands` | the commands, one file or folder each | all |
//! | `tui` | terminal UI: `app`, `panes`, `popups` (state, update and view side by side, no I/O), `runtime` (event loop) | all but `commands` |
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
//! - `model::Known<T>` distinguishes not read, access denied, deleted, from the credential report,
//!   and read live. None of them turns into another by accident.
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
