//! Watch of the changed keys.

use std::time::Duration;

use crate::model::{KeyId, LastUse};

/// Interval between reads of the changed keys.
const WATCH_INTERVAL: Duration = Duration::from_mins(1);

/// Watch of the changed keys: when they are read next, and what was reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyWatch {
    next: Option<Duration>,
    /// Latest use of each key that has been reported.
    reported_uses: Vec<(KeyId, LastUse)>,
}

impl KeyWatch {
    /// Returns whether the changed keys are watched.
    pub(crate) fn is_on(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the time of the next read.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.next
    }

    /// Starts watching; the first read is due at once.
    pub(crate) fn start(&mut self, now: Duration) {
        self.next = Some(now);
    }

    /// Stops watching; returns whether keys were watched.
    pub(crate) fn stop(&mut self) -> bool {
        self.next.take().is_some()
    }

    /// Returns whether a read is due, and schedules the one after it.
    pub(crate) fn take_due(&mut self, now: Duration) -> bool {
        let is_due = self.next.is_some_and(|next| next <= now);
        if is_due {
            self.next = Some(now + WATCH_INTERVAL);
        }
        is_due
    }

    /// Notes that a use is reported; returns whether it is new.
    pub(crate) fn note_use(&mut self, key: &KeyId, last_use: &LastUse) -> bool {
        let report = (key.clone(), last_use.clone());
        let is_new = !self.reported_uses.contains(&report);
        if is_new {
            self.reported_uses.push(report);
        }
        is_new
    }
}
