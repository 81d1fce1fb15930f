//! What is asked of CloudTrail, and what comes back piece by piece.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::{KeyId, Region, ServiceError, TrailEvent};

/// How far back CloudTrail's event history goes: 90 days. It is the window if no start is given.
pub(crate) const HISTORY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Number of events after which reading stops unless the user asks for more. At two pages of 50 per
/// second and Region, one Region takes 100 s for them.
pub(crate) const DEFAULT_MAX_EVENTS: usize = 10_000;

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
    /// End of the window.
    pub until: Timestamp,
    /// The Regions to ask, the most important first, each once.
    pub regions: Vec<Region>,
    /// Number of events after which reading stops, over all Regions; the newest come first.
    pub max_events: usize,
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
