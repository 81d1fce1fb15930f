//! How far a sweep is, on standard error, where that is a terminal.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use crate::commands::output;

/// It is drawn at most so often.
const REDRAW_INTERVAL: Duration = Duration::from_millis(100);

/// Columns of the bar.
const BAR_COLUMNS: usize = 24;

/// A line that is drawn over itself.
pub(super) struct ProgressBar {
    shown: bool,
    on: bool,
    due: Duration,
}

impl ProgressBar {
    /// Nothing is shown yet.
    pub(super) fn new() -> Self {
        Self { shown: false, on: io::stderr().is_terminal(), due: Duration::ZERO }
    }

    /// Shows how many of how many are done, if it is time to; `mono` is now.
    pub(super) fn show(&mut self, done: usize, of: usize, what: &str, mono: Duration) {
        if !self.on || mono < self.due {
            return;
        }
        self.due = mono + REDRAW_INTERVAL;
        self.shown = true;
        let full = (BAR_COLUMNS * done.min(of)).checked_div(of).unwrap_or(0);
        let bar = format!("{}{}", "#".repeat(full), "-".repeat(BAR_COLUMNS - full));
        output::draw_over(&format!("[{bar}] {done} of {of} {what}"));
    }

    /// Takes it away.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            output::draw_over("");
        }
    }
}
