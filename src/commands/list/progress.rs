//! A progress bar on standard error, if that is a terminal.

use std::time::Duration;

use crate::commands::output;

/// The shortest time between two redraws.
const REDRAW_INTERVAL: Duration = Duration::from_millis(100);

/// The width of the bar in columns.
const BAR_COLUMNS: usize = 24;

/// A line that is redrawn in place.
pub(in crate::commands) struct ProgressBar {
    shown: bool,
    on: bool,
    due: Duration,
}

impl ProgressBar {
    /// A bar that is not shown.
    pub(in crate::commands) fn new() -> Self {
        Self { shown: false, on: output::shows_progress(), due: Duration::ZERO }
    }

    /// A bar that is never shown.
    pub(in crate::commands) fn hidden() -> Self {
        Self { on: false, ..Self::new() }
    }

    /// Redraws the bar, unless the last redraw was too recent; `mono` is the time
    /// now.
    pub(in crate::commands) fn show(&mut self, done: usize, of: usize, what: &str, mono: Duration) {
        if !self.on || mono < self.due {
            return;
        }
        self.due = mono + REDRAW_INTERVAL;
        self.shown = true;
        let full = (BAR_COLUMNS * done.min(of)).checked_div(of).unwrap_or(0);
        let bar = format!("{}{}", "#".repeat(full), "-".repeat(BAR_COLUMNS - full));
        output::overwrite_line(&format!("[{bar}] {done} of {of} {what}"));
    }

    /// Clears the line.
    pub(in crate::commands) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            output::overwrite_line("");
        }
    }
}
