//! Spinner and label shown while something loads for longer than a moment.

use std::time::Duration;

use crate::tui::app::{SessionPhase, State};

/// Time before loading is shown, and between two frames of the spinner.
const SPINNER_INTERVAL: Duration = Duration::from_millis(250);

/// Frames of the spinner.
const SPINNER_FRAMES: [&str; 4] = ["⠋", "⠙", "⠸", "⠴"];

/// Activity indicator in the status area.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ActivityIndicator {
    since: Option<Duration>,
    /// Number of intervals passed since loading began.
    steps: u32,
}

impl ActivityIndicator {
    /// Updates the indicator; without animation it takes one step and no more.
    pub(super) fn settle(&mut self, busy: bool, animated: bool, now: Duration) {
        if !busy {
            *self = Self::default();
            return;
        }
        let passed = now.saturating_sub(*self.since.get_or_insert(now));
        let steps =
            u32::try_from(passed.as_millis() / SPINNER_INTERVAL.as_millis()).unwrap_or(u32::MAX);
        self.steps = if animated { steps } else { steps.min(1) };
    }

    /// Returns the time at which the indicator changes next.
    pub(super) fn deadline(&self, animated: bool) -> Option<Duration> {
        let since = self.since?;
        (animated || self.steps == 0).then(|| since + SPINNER_INTERVAL * (self.steps + 1))
    }
}

impl State {
    /// Returns the text before the coverage while something loads: a spinner if animated, and a
    /// label unless other text says what is loading. `None` before the first interval has passed.
    pub(crate) fn activity_text(&self) -> Option<String> {
        let steps = self.activity.steps.checked_sub(1)?;
        let word = match &self.session.phase {
            SessionPhase::Opening(_) => "opening · ",
            _ if !self.change_queue.in_flight().is_empty() => "changing · ",
            _ if self.inventory.scan_progress().is_some() => "",
            _ => "reading · ",
        };
        let turn = if self.options.animation {
            SPINNER_FRAMES[steps as usize % SPINNER_FRAMES.len()]
        } else {
            ""
        };
        Some(if turn.is_empty() { word.to_owned() } else { format!("{turn} {word}") })
    }

    /// Returns the progress of the changes in flight. Changes of another account, begun before a
    /// change of profile, are not shown among this account's keys.
    pub(super) fn change_progress(&self) -> Option<String> {
        let (change, _) = self.change_queue.in_flight().first()?;
        self.is_of_this_account(change.session)
            .then(|| self.change_queue.progress(self.settled))
            .flatten()
    }

    /// Returns whether something is loading now.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.session.phase, SessionPhase::Opening(_))
            || !self.change_queue.in_flight().is_empty()
            // The outstanding reads of a session that has ended may never be answered.
            || self.session.session_context().is_some() && self.inventory.is_reading()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_spinner_turns_four_times_a_second_while_something_loads_and_then_never() {
        let mut busy = ActivityIndicator::default();
        busy.settle(true, true, at(1_000));
        assert_eq!((busy.steps, busy.deadline(true)), (0, Some(at(1_250))));
        busy.settle(true, true, at(1_300));
        assert_eq!((busy.steps, busy.deadline(true)), (1, Some(at(1_500))));
        busy.settle(false, true, at(1_400));
        assert_eq!((busy.steps, busy.deadline(true)), (0, None));
    }

    #[test]
    fn without_animation_the_word_comes_once_and_stays() {
        let mut busy = ActivityIndicator::default();
        busy.settle(true, false, at(0));
        assert_eq!(busy.deadline(false), Some(SPINNER_INTERVAL));
        busy.settle(true, false, at(3_000));
        assert_eq!((busy.steps, busy.deadline(false)), (1, None));
    }
}
