//! Progress on standard error, if that is a terminal and the work takes longer than a second.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::commands::messages::report as messages;
use crate::commands::output;

/// Time after which progress is shown.
const SHOWN_AFTER: Duration = Duration::from_secs(1);

/// The shortest time between two redraws.
const REDRAW_INTERVAL: Duration = Duration::from_millis(250);

/// Silence after which a command that waits for one response says so.
const SHOWN_WHILE_WAITING_AFTER: Duration = Duration::from_secs(3);

/// Number of lines that commands show by themselves.
static LINES: AtomicUsize = AtomicUsize::new(0);

/// The width of a bar in columns.
const BAR_COLUMNS: usize = 24;

/// A line that is redrawn in place. It is cleared when it is dropped.
pub(super) struct ProgressLine {
    is_on: bool,
    /// Whether any other line is shown rather than this one.
    yields: bool,
    is_shown: Cell<bool>,
    start: Instant,
    due: Cell<Instant>,
}

impl ProgressLine {
    /// A line that is not shown yet. The time counts from now.
    pub(super) fn new() -> Self {
        Self::start(output::shows_progress())
    }

    /// A line that is never shown.
    pub(super) fn hidden() -> Self {
        Self::start(false)
    }

    /// A line for work that waits for a response, and that may be a part of work with a line of its
    /// own.
    fn waiting() -> Self {
        Self::with(output::shows_progress(), true, SHOWN_WHILE_WAITING_AFTER)
    }

    fn start(is_on: bool) -> Self {
        LINES.fetch_add(usize::from(is_on), Ordering::Relaxed);
        Self::with(is_on, false, SHOWN_AFTER)
    }

    fn with(is_on: bool, yields: bool, shown_after: Duration) -> Self {
        let start = Instant::now();
        Self {
            is_on,
            yields,
            is_shown: Cell::new(false),
            start,
            due: Cell::new(start + shown_after),
        }
    }

    /// Returns the time since the line was created.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Does the work, and redraws the line meanwhile. The line stays until [`Self::clear`].
    pub(super) async fn during<T>(
        &self,
        work: impl Future<Output = T>,
        text: impl Fn() -> String,
    ) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = sleep_until(self.due.get()), if self.is_on => {
                    self.due.set(Instant::now() + REDRAW_INTERVAL);
                    if self.yields && LINES.load(Ordering::Relaxed) > 0 {
                        continue;
                    }
                    self.is_shown.set(true);
                    output::overwrite_line(&text());
                }
            }
        }
    }

    /// Clears the line.
    pub(super) fn clear(&self) {
        if self.is_shown.take() {
            output::overwrite_line("");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
        if self.is_on && !self.yields {
            LINES.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Waits for a response, and says so on a terminal after some seconds.
pub(super) fn during_wait<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    // Boxed first, since many large futures contain this one.
    let work = Box::pin(work);
    async move {
        let line = ProgressLine::waiting();
        line.during(work, || messages::waiting_for_response(line.elapsed())).await
    }
}

/// Reads a credential report, and shows how long it takes: IAM may generate it for minutes.
pub(super) async fn during_report<T>(read: impl Future<Output = T>) -> T {
    let line = ProgressLine::new();
    line.during(Box::pin(read), || messages::waiting_for_report(line.elapsed())).await
}

/// Returns a bar: how many of them are done. None is known before they are listed.
pub(super) fn bar(done: usize, of: usize, what: &str) -> String {
    if of == 0 {
        return format!("Listing {what}");
    }
    let full = BAR_COLUMNS * done.min(of) / of;
    let bar = format!("{}{}", "#".repeat(full), "-".repeat(BAR_COLUMNS - full));
    format!("[{bar}] {done} of {of} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_line_is_drawn_while_the_work_lasts() {
        let line = ProgressLine::start(true);
        let drawn = Cell::new(0);
        let text = || {
            drawn.set(drawn.get() + 1);
            String::new()
        };
        line.during(tokio::time::sleep(SHOWN_AFTER / 2), text).await;
        assert_eq!(drawn.get(), 0, "short work shows nothing");
        line.during(tokio::time::sleep(SHOWN_AFTER / 2 + REDRAW_INTERVAL * 3), text).await;
        assert_eq!(drawn.get(), 3, "drawn without any event");
        let off = ProgressLine::hidden();
        off.during(tokio::time::sleep(SHOWN_AFTER * 9), text).await;
        assert_eq!(drawn.get(), 3);
    }

    #[test]
    fn a_bar_is_full_at_the_end_and_absent_without_a_total() {
        assert_eq!(
            bar(1, 2, "users"),
            format!("[{0}{1}] 1 of 2 users", "#".repeat(12), "-".repeat(12))
        );
        assert_eq!(bar(0, 0, "users"), "Listing users");
        assert!(bar(3, 2, "users").contains("#] 3 of 2"));
    }
}
