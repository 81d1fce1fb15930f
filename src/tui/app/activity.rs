//! Whether something is loading, long enough to be worth a word, and how far
//! the spinner has turned.

use std::time::Duration;

use crate::tui::app::{SessionPhase, State};

/// What takes less than this is not told; the spinner turns no faster.
const SPINNER_INTERVAL: Duration = Duration::from_millis(250);

/// The spinner's turns.
const SPINNER_FRAMES: [&str; 4] = ["⠋", "⠙", "⠸", "⠴"];

/// What is loading.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ActivityIndicator {
    since: Option<Duration>,
    /// How many steps it has taken so far.
    steps: u32,
}

impl ActivityIndicator {
    /// Takes in whether something is loading now; a still picture counts one
    /// step and no more.
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

    /// When the picture changes next, if nothing else happens.
    pub(super) fn deadline(&self, animated: bool) -> Option<Duration> {
        let since = self.since?;
        (animated || self.steps == 0).then(|| since + SPINNER_INTERVAL * (self.steps + 1))
    }
}

impl State {
    /// What stands before the coverage while something loads that takes long:
    /// a spinner where it may turn, and a word where nothing else says it.
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

    /// What the change under way waits for. One of another account, from
    /// before a switch of profiles, is not told of among this one's keys.
    pub(super) fn change_progress(&self) -> Option<String> {
        let (change, _) = self.change_queue.in_flight().first()?;
        self.is_of_this_account(change.session)
            .then(|| self.change_queue.progress(self.settled))
            .flatten()
    }

    /// Whether something is loading now.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.session.phase, SessionPhase::Opening(_))
            || !self.change_queue.in_flight().is_empty()
            // What a session that has ended had asked for may never come.
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
