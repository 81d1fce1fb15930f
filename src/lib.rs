//! keyflip finds an AWS IAM access key, switches it off or on, proves it, and
//! writes it down.
//!
//! This is the map of the house. Every room is private but for [`run`], so
//! that the compiler tells of dead code.
//!
//! | room | what is in it | may use |
//! |---|---|---|
//! | `cli` | the command line as clap types, and nothing else | – |
//! | `model` | key IDs, users, statuses, what is known of them, a change and its outcome; no I/O, no SDK, no clock | – |
//! | `config` | file, environment and flags → settings, each with its source | `cli` `model` |
//! | `filter` | the filter language, three-valued | `model` |
//! | `inventory` | the account as known: one value with `apply(answer)` and `next(wanted)` | `model` `filter` |
//! | `aws` | the one room that names the SDK: profiles, credentials, clients, calls, errors | `model` |
//! | `private_files` | files and directories for their owner only | – |
//! | `changes` | the journal; one change from intent to proof; undo; recovery | `model` `aws` `private_files` |
//! | `demo` | an IAM and STS account in memory, behind HTTP on loopback | – |
//! | `session_factory` | settings → an opened session, with a writer or without | all of the above |
//! | `commands` | the commands, one file or folder each | all |
//! | `tui` | the screen: `keymap` (the table of keys), `layout`, `app` (pure), `view`, `runtime` (the loop) | all but `commands` |
//!
//! # The life of one keypress
//!
//! `tui::runtime` waits for input, news of its tasks, signals and the next
//! deadline. `runtime::input` makes keys of the terminal's bytes, and leaves out
//! what the terminal reports by itself. Everything that is ready becomes `Message`s, taken in one after
//! the other by `State::update`; a key goes through the table in
//! `tui::keymap` to an action. Then `State::settle` brings order, filter,
//! selection, windows and the wanted reads up to date, once. Both give back
//! `Effect`s as data, which `runtime::effects` carries out as tasks. Then
//! there is one draw, by a backend that writes nothing for a frame that
//! changes nothing. There is no tick: `State::deadline` says when to wake.
//!
//! `t` opens a dialog that holds its targets by value. `y` counts when it
//! comes alone, after the dialog's first frame has reached the terminal and a
//! quarter of a second has passed without input: then the changes are taken
//! out of the dialog, once, and become `Effect::Change`. `changes::execute`
//! writes the intent to the journal and waits for the disk, calls
//! UpdateAccessKey, reads the key back until IAM reports the wanted status,
//! and writes the outcome; its receipt comes back as a message, and the row
//! and the status line show it.
//!
//! # What keeps it honest
//!
//! - `model::Known<T>` tells apart what was not read, denied, gone, known from
//!   the credential report, and read live; nothing turns one into another.
//! - Every effect and answer carries its `SessionId`: an answer of a session
//!   that was left can't be taken for one of the present.
//! - A read-only session has no writer to call.
//! - The seam for tests is HTTP: the demo endpoint and moto exercise the
//!   SDK's whole path.

mod aws;
mod changes;
mod cli;
mod commands;
mod config;
mod demo;
mod filter;
mod inventory;
mod model;
mod private_files;
mod session_factory;
mod tui;

/// Runs a command line, the program's name first, and gives its exit code.
#[must_use]
pub fn run(args: &[String]) -> u8 {
    commands::run(args).code()
}

/// Measures the screen and prints the figures; for `benches/screen.rs`.
#[cfg(feature = "bench")]
#[doc(hidden)]
pub fn bench() {
    tui::bench::run();
}
