//! keyflip finds an AWS IAM access key, switches it off or on, proves it, and
//! writes it down.
#![allow(dead_code, unused_imports)] // lifted when the rooms are connected

mod aws;
mod changes;
mod cli;
mod commands;
mod config;
mod demo;
mod filter;
mod inventory;
mod model;
mod reads;
mod sessions;
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
