//! How long to wait before something is asked again.

use std::time::Duration;

use crate::model::ErrorKind;

/// The first pause, and the longest; each is twice as long as the one before.
const PAUSE_BOUNDS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// The same after an answer that asks to go slower.
const THROTTLED_PAUSE_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(2), Duration::from_secs(8));

/// The pauses between repeated questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(PAUSE_BOUNDS.0)
    }
}

impl Backoff {
    /// The pause after an answer that did not settle the matter; `failure` is
    /// its kind where it was an error.
    pub(crate) fn pause(&mut self, failure: Option<ErrorKind>) -> Duration {
        let (first, longest) = if failure == Some(ErrorKind::Throttled) {
            THROTTLED_PAUSE_BOUNDS
        } else {
            PAUSE_BOUNDS
        };
        let pause = self.0.clamp(first, longest);
        self.0 = (pause * 2).min(longest);
        pause
    }
}
