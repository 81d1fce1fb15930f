//! Words of the status bar.

use std::time::Duration;

/// A session is being opened.
pub(crate) const OPENING: &str = "opening · ";

/// A change is in flight.
pub(crate) const CHANGING: &str = "changing · ";

/// Something is being read.
pub(crate) const READING: &str = "reading · ";

/// Returns an estimate of time: in steps of ten seconds, or in minutes.
pub(crate) fn time_left(left: Duration) -> String {
    match left.as_secs() {
        seconds @ ..90 => format!("{} s", seconds.div_ceil(10).max(1) * 10),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
