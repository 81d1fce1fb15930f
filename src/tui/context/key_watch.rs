//! Watch of the changed keys.

use std::time::Duration;

use crate::model::{KeyId, LastUse};
use crate::ops::activity::{ActivityWatch, WatchAnswer};

/// Interval between reads of the changed keys.
const WATCH_INTERVAL: Duration = Duration::from_mins(1);

/// Watch of the changed keys: when they are read next, and what was reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyWatch {
    next: Option<Duration>,
    /// Latest use of each key that has been reported.
    reported_uses: Vec<(KeyId, LastUse)>,
    /// Keys that CloudTrail is asked about.
    activity: Vec<ActivityWatch>,
}

impl KeyWatch {
    /// Returns whether the changed keys are watched.
    pub(crate) fn is_on(&self) -> bool {
        self.next.is_some()
    }

    /// Returns the time of the next read.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let activity = self.activity.iter().map(ActivityWatch::deadline);
        self.next.into_iter().chain(activity).min()
    }

    /// Starts watching; the first reads are due at once.
    pub(crate) fn start(&mut self, now: Duration, activity: Vec<ActivityWatch>) {
        self.next = Some(now);
        self.activity = activity;
    }

    /// Stops watching; returns what CloudTrail was asked about, or `None` if nothing was watched.
    pub(crate) fn stop(&mut self) -> Option<Vec<ActivityWatch>> {
        self.next.take()?;
        Some(std::mem::take(&mut self.activity))
    }

    /// Returns the keys that CloudTrail must be asked about now.
    pub(crate) fn take_due_activity(&mut self, now: Duration) -> Vec<ActivityWatch> {
        let due =
            self.activity.iter_mut().filter_map(|watch| watch.take_due(now).then(|| watch.clone()));
        due.collect()
    }

    /// Takes the answer about a key; returns it with the watch if it has new calls.
    pub(crate) fn take_answer(
        &mut self,
        key: &KeyId,
        answer: WatchAnswer,
        now: Duration,
    ) -> Option<&ActivityWatch> {
        let watch = self.activity.iter_mut().find(|watch| watch.key == *key)?;
        let has_new = watch.take_answer(answer, now);
        has_new.then_some(&*watch)
    }

    /// Ends the watches of CloudTrail whose time is over, and returns them.
    pub(crate) fn take_ended_activity(&mut self, now: Duration) -> Vec<ActivityWatch> {
        self.activity.extract_if(.., |watch| watch.is_over(now)).collect()
    }

    /// Notes that CloudTrail could not be asked about a key now; it is asked again.
    pub(crate) fn retry_activity(&mut self, key: &KeyId, now: Duration) {
        if let Some(watch) = self.activity.iter_mut().find(|watch| watch.key == *key) {
            watch.retry(now);
        }
    }

    /// Ends the watch of CloudTrail of a key; returns whether there was one.
    pub(crate) fn end_activity(&mut self, key: &KeyId) -> bool {
        let before = self.activity.len();
        self.activity.retain(|watch| watch.key != *key);
        self.activity.len() != before
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
