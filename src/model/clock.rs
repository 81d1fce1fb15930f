//! The time, as a caller hands it in.

use std::time::Duration;

use jiff::Timestamp;

/// One moment, by both clocks. The wall clock can jump; waits and limits go
/// by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// The wall clock, UTC.
    pub wall: Timestamp,
    /// Time since the program started, never going back.
    pub mono: Duration,
}
