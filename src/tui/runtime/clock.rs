//! The clocks, read at one place.

use std::time::Instant;

use jiff::Timestamp;

use crate::model::Now;

/// Tells the time since it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    /// A clock that begins now.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time by both clocks.
    pub(crate) fn now(self) -> Now {
        Now { wall: Timestamp::now(), mono: self.0.elapsed() }
    }

    /// The moment of that time since the start.
    pub(crate) fn at(self, mono: std::time::Duration) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.0 + mono)
    }
}
