//! Spinner and label shown while something loads for longer than a moment.

use std::time::Duration;

use crate::tui::context::{SessionPhase, Shared};
use crate::tui::messages::status as messages;

/// Time before loading is shown, and between two frames of the spinner.
const SPINNER_INTERVAL: Duration = Duration::from_millis(250);

/// Frames of the spinner.
const SPINNER_FRAMES: [&str; 4] = ["⠋", "⠙", "⠸", "⠴"];

/// Activity indicator in the status area.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LoadingIndicator {
    since: Option<Duration>,
    /// Number of intervals passed since loading began.
    steps: u32,
}

impl LoadingIndicator {
    /// Updates the indicator.
    pub(crate) fn settle(&mut self, shared: &Shared, now: Duration) {
        self.advance(is_busy(shared), shared.options.animation, now);
    }

    /// Takes the steps until now; without animation one and no more.
    fn advance(&mut self, busy: bool, animated: bool, now: Duration) {
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
    pub(crate) fn deadline(&self, animated: bool) -> Option<Duration> {
        let since = self.since?;
        (animated || self.steps == 0).then(|| since + SPINNER_INTERVAL * (self.steps + 1))
    }
}

/// Returns the text before the coverage while something loads: a spinner if animated, and a label
/// unless other text says what is loading. `None` before the first interval has passed.
pub(super) fn loading_text(indicator: LoadingIndicator, shared: &Shared) -> Option<String> {
    let steps = indicator.steps.checked_sub(1)?;
    let word = match &shared.session.phase {
        SessionPhase::Opening(_) => messages::OPENING,
        _ if !shared.change_queue.in_flight().is_empty() => messages::CHANGING,
        _ if shared.inventory.scan_progress().is_some() => "",
        _ => messages::READING,
    };
    let spinner = if shared.options.animation {
        SPINNER_FRAMES[steps as usize % SPINNER_FRAMES.len()]
    } else {
        ""
    };
    Some(if spinner.is_empty() { word.to_owned() } else { format!("{spinner} {word}") })
}

/// Returns whether something is loading now.
fn is_busy(shared: &Shared) -> bool {
    matches!(shared.session.phase, SessionPhase::Opening(_))
        || !shared.change_queue.in_flight().is_empty()
        // The outstanding reads of a session that has ended may never be answered.
        || shared.session_context().is_some() && shared.inventory.is_reading()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_spinner_turns_only_while_loading() {
        let mut busy = LoadingIndicator::default();
        busy.advance(true, true, at(1_000));
        assert_eq!((busy.steps, busy.deadline(true)), (0, Some(at(1_250))));
        busy.advance(true, true, at(1_300));
        assert_eq!((busy.steps, busy.deadline(true)), (1, Some(at(1_500))));
        busy.advance(false, true, at(1_400));
        assert_eq!((busy.steps, busy.deadline(true)), (0, None));
    }

    #[test]
    fn without_animation_the_word_is_drawn_once() {
        let mut busy = LoadingIndicator::default();
        busy.advance(true, false, at(0));
        assert_eq!(busy.deadline(false), Some(SPINNER_INTERVAL));
        busy.advance(true, false, at(3_000));
        assert_eq!((busy.steps, busy.deadline(false)), (1, None));
    }
}
