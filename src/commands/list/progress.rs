//! How far a sweep is, on standard error, where that is a terminal.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use crate::commands::out;

/// It is drawn at most so often.
const PACE: Duration = Duration::from_millis(100);

/// Columns of the bar.
const WIDTH: usize = 24;

/// A line that is drawn over itself.
pub(super) struct Progress {
    shown: bool,
    on: bool,
    due: Duration,
}

impl Progress {
    /// Nothing is shown yet.
    pub(super) fn new() -> Self {
        Self { shown: false, on: io::stderr().is_terminal(), due: Duration::ZERO }
    }

    /// Shows how many of how many are done, if it is time to; `mono` is now.
    pub(super) fn show(&mut self, done: usize, of: usize, what: &str, mono: Duration) {
        if !self.on || mono < self.due {
            return;
        }
        self.due = mono + PACE;
        self.shown = true;
        let full = (WIDTH * done.min(of)).checked_div(of).unwrap_or(0);
        let bar = format!("{}{}", "#".repeat(full), "-".repeat(WIDTH - full));
        out::draw_over(&format!("[{bar}] {done} of {of} {what}"));
    }

    /// Takes it away.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            out::draw_over("");
        }
    }
}
