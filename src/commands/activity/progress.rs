//! A line with the progress on standard error, if that is a terminal and it takes long.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

use crate::commands::messages::activity as sentences;
use crate::commands::output;
use crate::ops::activity::Activity;

/// Time after which progress is shown.
const SHOWN_AFTER: Duration = Duration::from_secs(2);

/// The shortest time between two redraws.
const REDRAW_INTERVAL: Duration = Duration::from_millis(200);

/// A line that is redrawn in place.
pub(super) struct Progress {
    is_on: bool,
    start: Instant,
    due: Cell<Duration>,
    is_shown: Cell<bool>,
}

impl Progress {
    /// A line that is not shown yet. The time counts from now.
    pub(super) fn new() -> Self {
        Self {
            is_on: output::shows_progress(),
            start: Instant::now(),
            due: Cell::new(SHOWN_AFTER),
            is_shown: Cell::new(false),
        }
    }

    /// Redraws the line, unless the last redraw was too recent.
    pub(super) fn show(&self, activity: &Activity) {
        let elapsed = self.start.elapsed();
        if !self.is_on || elapsed < self.due.get() {
            return;
        }
        self.due.set(elapsed + REDRAW_INTERVAL);
        self.is_shown.set(true);
        output::overwrite_line(&sentences::progress(activity));
    }

    /// Clears the line.
    pub(super) fn clear(&self) {
        if self.is_shown.take() {
            output::overwrite_line("");
        }
    }
}
