//! How far the event history of each Region was read.

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{Region, ServiceError};

/// What was read of a Region.
#[derive(Clone, Debug)]
pub(crate) struct RegionActivity {
    /// The Region.
    pub region: Region,
    /// How far it was read.
    pub state: RegionState,
    /// Number of events, each counted once.
    pub events: usize,
    /// Number of events that could not be read: without ID, time or name.
    pub unreadable: usize,
    /// Number of calls that were throttled, and repeated.
    pub throttled: usize,
}

/// How far a Region was read. `oldest` is the time of the oldest event read: what came before it in
/// the window is not known.
#[derive(Clone, Debug)]
pub(crate) enum RegionState {
    /// No page has come yet.
    Waiting,
    /// There are more pages.
    Reading {
        /// Time of the oldest event read.
        oldest: Option<Timestamp>,
    },
    /// Read to the start of the window.
    Complete,
    /// Not read further, since the maximum number of events was reached.
    Stopped {
        /// Time of the oldest event read.
        oldest: Option<Timestamp>,
    },
    /// A call failed.
    Failed {
        /// The error.
        error: Arc<ServiceError>,
        /// Time of the oldest event read.
        oldest: Option<Timestamp>,
    },
}

impl RegionState {
    /// Returns whether pages are still to come.
    pub(crate) fn is_reading(&self) -> bool {
        matches!(self, Self::Waiting | Self::Reading { .. })
    }

    /// Returns whether the Region was read to the start of the window.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self, Self::Complete)
    }

    /// Returns the time of the oldest event read, unless the Region was read to the end.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting | Self::Complete => None,
            Self::Reading { oldest } | Self::Stopped { oldest } | Self::Failed { oldest, .. } => {
                *oldest
            }
        }
    }
}

impl RegionActivity {
    pub(super) fn new(region: Region) -> Self {
        Self { region, state: RegionState::Waiting, events: 0, unreadable: 0, throttled: 0 }
    }
}
