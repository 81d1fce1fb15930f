//! Pauses before a call is repeated.

use std::time::Duration;

use crate::model::ErrorKind;

/// First and longest pause. Each pause is twice as long as the one before.
const PAUSE_BOUNDS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// First and longest pause after throttling.
const THROTTLED_PAUSE_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(2), Duration::from_secs(8));

/// Exponential backoff; holds the next pause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(PAUSE_BOUNDS.0)
    }
}

impl Backoff {
    /// Returns the pause before the next call. `failure` is the kind of error if the last call
    /// failed.
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
