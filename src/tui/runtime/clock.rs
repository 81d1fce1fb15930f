//! The wall clock and the monotonic clock.

use std::time::Instant;

use jiff::Timestamp;

use crate::model::Now;

/// The clocks; the monotonic time counts from its creation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    /// Starts a clock.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the current time by both clocks.
    pub(crate) fn now(self) -> Now {
        Now { wall: Timestamp::now(), mono: self.0.elapsed() }
    }

    /// Converts a monotonic time into an instant.
    pub(crate) fn at(self, mono: std::time::Duration) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.0 + mono)
    }
}

/// Waits until that time; for ever without one.
pub(super) async fn sleep_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
