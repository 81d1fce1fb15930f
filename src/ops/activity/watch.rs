//! Watch of what CloudTrail records of a key after it was changed.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{KeyId, KeyStatus, TrailEvent, format_utc};
use crate::ops::activity::coverage::{RegionActivity, RegionState};
use crate::ops::activity::messages;
use crate::ops::activity::summary::Activity;

/// Time between two polls of CloudTrail for one key.
const ACTIVITY_INTERVAL: Duration = Duration::from_secs(30);

/// Watch of one changed key.
#[derive(Clone, Debug)]
pub(crate) struct ActivityWatch {
    /// The key.
    pub key: KeyId,
    /// Status that the change was verified to have set.
    status: KeyStatus,
    /// Time of the verified change: only later calls count.
    pub since: Timestamp,
    /// Time of the next poll; `None` while a reply is awaited.
    next: Option<Duration>,
    end: Duration,
    /// The last poll with a reply.
    pub last_poll: Option<WatchPoll>,
}

/// A poll: what CloudTrail has recorded of a key since it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WatchPoll {
    /// Time of the poll.
    pub at: Timestamp,
    /// Number of calls.
    pub calls: usize,
    /// Number of calls in the minutes before the change.
    pub earlier: usize,
    /// The last call.
    pub last: Option<LastCall>,
    /// Regions that were read.
    pub regions: Vec<String>,
    /// Regions that could not be read.
    pub unread: Vec<String>,
}

/// The last call of a watched key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastCall {
    /// Its time.
    pub time: Timestamp,
    /// Service and operation: `s3 ListBuckets`.
    pub operation: String,
    /// IP address or service that it came from.
    pub source: String,
}

impl LastCall {
    fn from_event(event: &TrailEvent) -> Self {
        Self {
            time: event.time,
            operation: format!("{} {}", event.service, event.name),
            source: event.source_ip.as_deref().unwrap_or("an unknown source").to_owned(),
        }
    }
}

/// `the last 2026-11-24 14:02:16Z s3 ListBuckets from 203.0.113.77`.
impl fmt::Display for LastCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the last {} {} from {}", format_utc(self.time), self.operation, self.source)
    }
}

impl WatchPoll {
    /// Returns what a reading has found.
    fn from_activity(activity: &Activity, since: Timestamp) -> Self {
        let is_unread = |region: &&RegionActivity| {
            let stopped = matches!(region.state, RegionState::Stopped { oldest: None });
            stopped || matches!(region.state, RegionState::Failed { .. })
        };
        let (failed, read): (Vec<_>, Vec<_>) = activity.regions().iter().partition(is_unread);
        let names = |regions: Vec<&RegionActivity>| {
            regions.into_iter().map(|region| region.region.to_string()).collect()
        };
        let later = || activity.events().iter().filter(|event| event.time > since);
        Self {
            at: activity.query().until,
            calls: later().count(),
            earlier: activity.events().len() - later().count(),
            last: later().next().map(|event| LastCall::from_event(event)),
            regions: names(read),
            unread: names(failed),
        }
    }
}

impl ActivityWatch {
    /// Returns a watch that lasts for `length` from now on; the first poll is due at once.
    /// `verified` is the status that the key was verified to have, and when.
    pub(crate) fn new(
        key: KeyId,
        verified: (KeyStatus, Timestamp),
        now: Duration,
        length: Duration,
    ) -> Self {
        let (status, since) = verified;
        Self { key, status, since, next: Some(now), end: now + length, last_poll: None }
    }

    /// Returns the time at which the watch must be looked at next.
    pub(crate) fn deadline(&self) -> Duration {
        self.next.unwrap_or(self.end).min(self.end)
    }

    /// Returns whether a poll is due, and notes that it was sent.
    pub(crate) fn take_due(&mut self, now: Duration) -> bool {
        let is_due = self.next.is_some_and(|next| next <= now) && now < self.end;
        if is_due {
            self.next = None;
        }
        is_due
    }

    /// Returns whether the watch is over.
    pub(crate) fn is_over(&self, now: Duration) -> bool {
        now >= self.end
    }

    /// Notes that a poll had no reply; it is sent again.
    pub(crate) fn retry(&mut self, now: Duration) {
        self.next = Some(now + ACTIVITY_INTERVAL);
    }

    /// Applies the reply to a poll; returns whether it has calls that those before did not have.
    pub(crate) fn apply_poll(&mut self, activity: &Activity, now: Duration) -> bool {
        let poll = WatchPoll::from_activity(activity, self.since);
        let known = self.last_poll.as_ref().map_or(0, |poll| poll.calls);
        self.next = Some(now + ACTIVITY_INTERVAL);
        let has_new = poll.calls > known;
        self.last_poll = Some(poll);
        has_new
    }

    /// Returns a sentence on calls after the new status was verified.
    pub(crate) fn recorded_after(&self) -> String {
        let Self { key, status, .. } = self;
        let Some(poll) = &self.last_poll else { return String::new() };
        let calls = messages::calls(poll.calls);
        let last = poll.last.as_ref().map(|last| format!(", {last}"));
        format!(
            "{key} was used after it was verified {status}: CloudTrail has recorded {calls}{}.",
            last.unwrap_or_default()
        )
    }

    /// Returns what CloudTrail has recorded of the key since it was changed, as a line for a
    /// ticket.
    pub(crate) fn line(&self) -> String {
        let (key, since) = (&self.key, format_utc(self.since));
        let Some(poll) = &self.last_poll else {
            return format!("{key}: CloudTrail has not answered yet since {since}.");
        };
        if poll.calls == 0 && poll.at.as_second() <= self.since.as_second() {
            return messages::not_watched_long_enough(key, self.since);
        }
        let regions = messages::region_names(&poll.regions);
        let unread = if poll.unread.is_empty() {
            String::new()
        } else {
            format!("; not read: {}", messages::region_names(&poll.unread))
        };
        let recorded = match &poll.last {
            None => "nothing recorded yet".to_owned(),
            Some(last) => format!("{} recorded, {last}", messages::calls(poll.calls)),
        };
        let earlier = match poll.earlier {
            0 => String::new(),
            earlier => format!(" {}", messages::shortly_before_change(earlier)),
        };
        format!(
            "{key}: {recorded} in CloudTrail between {since} and {} by this computer's clock \
             ({regions}{unread}).{earlier} Events may come up to 15 minutes late; data events are not \
             included.",
            format_utc(poll.at)
        )
    }
}
