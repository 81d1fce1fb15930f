//! What is asked of CloudTrail, and what comes back piece by piece.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::{KeyId, Region, ServiceError, TrailEvent};

/// How far back CloudTrail's event history goes: 90 days. It is the window if no start is given.
const HISTORY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How far this computer's clock may be wrong: a time that is counted from it is sent to CloudTrail
/// that much earlier if it starts a window, and later if it ends one. AWS refuses calls that are
/// signed with a time more than 5 minutes from its own, some services 15:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>.
pub(crate) const CLOCK_MARGIN: SignedDuration = SignedDuration::from_mins(15);

/// Which events of which key are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActivityQuery {
    /// Account, caller and endpoint of the session that reads, for display.
    pub account: Arc<str>,
    /// What is not certain of the Regions, in sentences.
    pub notes: Vec<String>,
    /// The key that signed the calls, long-term or temporary.
    pub key: KeyId,
    /// Start of the window; CloudTrail's event history has 90 days.
    pub since: Timestamp,
    /// End of the window: the time that the user has given, or now by this computer's clock.
    pub until: Timestamp,
    /// Whether the end is now. Events up to [`CLOCK_MARGIN`] later are read, too.
    pub ends_now: bool,
    /// The Regions to ask, the most important first, each once.
    pub regions: Vec<Region>,
    /// Number of events after which reading stops, over all Regions; the newest come first.
    pub max_events: usize,
    /// Whether the record of every event is kept, however long; else those within the limits of
    /// [`Activity`](super::Activity).
    pub keeps_all_records: bool,
}

impl ActivityQuery {
    /// Returns the end of the window that is sent to CloudTrail. It is the same for every page.
    pub(crate) fn sent_until(&self) -> Timestamp {
        let latest = self.until.checked_add(CLOCK_MARGIN).unwrap_or(self.until);
        if self.ends_now { latest } else { self.until }
    }
}

/// Returns the earliest time that it can be by AWS's clock if it is `at` by this computer's.
pub(crate) fn earliest_true_time(at: Timestamp) -> Timestamp {
    at.checked_sub(CLOCK_MARGIN).unwrap_or(at)
}

/// Returns the start of the event history if it is `now` by this computer's clock.
pub(crate) fn history_start(now: Timestamp) -> Timestamp {
    let earliest = earliest_true_time(now);
    earliest.checked_sub(HISTORY).unwrap_or(earliest)
}

/// Progress of reading the activity of a key.
#[derive(Clone, Debug)]
pub(crate) enum ActivityProgress {
    /// A page of a Region, its newest event first.
    Page {
        /// The Region.
        region: Region,
        /// The events.
        events: Vec<TrailEvent>,
        /// Number of events of the page that could not be read: without ID, time or name.
        unreadable: usize,
        /// Whether it was the last page of the Region.
        is_last: bool,
    },
    /// A call was throttled; it is repeated.
    Throttled(Region),
    /// A Region is not read further, since the maximum number of events was reached.
    Stopped(Region),
    /// A Region could not be read, or not to the end.
    Failed(Region, Arc<ServiceError>),
}
