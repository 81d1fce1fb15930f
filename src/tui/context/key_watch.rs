//! Watch of the changed keys.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{KeyId, LastUse};
use crate::ops::activity::{Activity, ActivityWatch};

/// Interval between reads of the changed keys.
const WATCH_INTERVAL: Duration = Duration::from_mins(1);

/// Watch of the changed keys: when they are read next, and what was reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyWatch {
    next: Option<Duration>,
    /// Latest use of each key that has been reported.
    reported_uses: Vec<(KeyId, LastUse)>,
    /// Keys for which CloudTrail is polled.
    activity: Vec<ActivityWatch>,
    /// Every key for which CloudTrail was polled since the watch was started, and the verification
    /// since which it was last.
    watched: Vec<(KeyId, Timestamp)>,
    /// What CloudTrail had recorded at the end of each watch, for tickets.
    lines: Vec<String>,
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
    pub(crate) fn start(&mut self, now: Duration) {
        self.next = Some(now);
        self.watched.clear();
    }

    /// Polls CloudTrail for a key, too. A watch since an earlier change of the key ends, as calls
    /// after that change say nothing about the status that the key has now; its line is kept.
    pub(crate) fn watch(&mut self, watch: ActivityWatch) {
        let ended: Vec<_> = self.activity.extract_if(.., |it| it.key == watch.key).collect();
        self.keep_lines(&ended);
        self.watched.retain(|(key, _)| *key != watch.key);
        self.watched.push((watch.key.clone(), watch.since));
        self.activity.push(watch);
    }

    /// Returns every key for which CloudTrail was polled since the watch was started.
    pub(crate) fn watched(&self) -> impl Iterator<Item = &KeyId> + Clone {
        self.watched.iter().map(|(key, _)| key)
    }

    /// Returns the verification since which CloudTrail was last polled for a key.
    pub(crate) fn watched_since(&self, key: &KeyId) -> Option<Timestamp> {
        self.watched.iter().find(|(known, _)| known == key).map(|(_, since)| *since)
    }

    /// Stops watching; returns a line on each key for which CloudTrail was polled, or `None` if
    /// nothing was watched.
    pub(crate) fn stop(&mut self) -> Option<Vec<String>> {
        self.next.take()?;
        let ended = std::mem::take(&mut self.activity);
        Some(self.keep_lines(&ended))
    }

    /// Ends the watch for good, and returns every line so far.
    pub(crate) fn into_lines(mut self) -> Vec<String> {
        self.stop();
        self.lines
    }

    /// Forgets what was watched, except for the lines.
    pub(crate) fn reset(&mut self) {
        self.stop();
        *self = Self { lines: std::mem::take(&mut self.lines), ..Self::default() };
    }

    fn keep_lines(&mut self, ended: &[ActivityWatch]) -> Vec<String> {
        let lines: Vec<_> = ended.iter().map(ActivityWatch::line).collect();
        self.lines.extend(lines.iter().cloned());
        lines
    }

    /// Returns the keys for which CloudTrail must be polled now.
    pub(crate) fn take_due_activity(&mut self, now: Duration) -> Vec<ActivityWatch> {
        let due =
            self.activity.iter_mut().filter_map(|watch| watch.take_due(now).then(|| watch.clone()));
        due.collect()
    }

    /// Applies the reply to a poll for a key; returns its watch if it has new calls.
    pub(crate) fn apply_poll(
        &mut self,
        key: &KeyId,
        activity: &Activity,
        now: Duration,
    ) -> Option<&ActivityWatch> {
        let watch = self.activity.iter_mut().find(|watch| watch.key == *key)?;
        let has_new = watch.apply_poll(activity, now);
        has_new.then_some(&*watch)
    }

    /// Ends the watches of CloudTrail whose time is over, and returns a line on each.
    pub(crate) fn end_expired_watches(&mut self, now: Duration) -> Vec<String> {
        let ended: Vec<_> = self.activity.extract_if(.., |watch| watch.is_over(now)).collect();
        self.keep_lines(&ended)
    }

    /// Notes that a poll for a key had no reply; it is sent again.
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
