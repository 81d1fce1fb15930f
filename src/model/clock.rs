//! The current time, as callers pass it in.

use std::time::Duration;

use jiff::Timestamp;

/// One moment by both clocks. The wall clock can jump, so waits and limits use the monotonic one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// The wall clock, UTC.
    pub wall: Timestamp,
    /// Monotonic time since the program started.
    pub mono: Duration,
}
