//! How far each Region was read.

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{Region, ServiceError};

/// Activity of a key in one Region, as far as read.
#[derive(Clone, Debug)]
pub(crate) struct RegionActivity {
    /// The Region.
    pub region: Region,
    /// State of the reading.
    pub state: RegionState,
    /// Number of events.
    pub events: usize,
    /// Number of events that could not be read: without ID, time or name.
    pub unreadable: usize,
    /// Number of throttled calls, which were repeated.
    pub throttled: usize,
    /// Time of the oldest event: nothing is known about the time before until the Region is complete.
    pub oldest: Option<Timestamp>,
}

/// State of reading a Region.
#[derive(Clone, Debug)]
pub(crate) enum RegionState {
    /// No page has come yet.
    Waiting,
    /// Pages have come, and more will.
    Reading,
    /// Every page was read.
    Complete,
    /// It was not read further, since there are more events than the maximum.
    Stopped,
    /// It could not be read, or not to the end.
    Failed(Arc<ServiceError>),
}

impl RegionActivity {
    /// Returns the state of a Region that will be read.
    pub(super) fn new(region: Region) -> Self {
        Self {
            region,
            state: RegionState::Waiting,
            events: 0,
            unreadable: 0,
            throttled: 0,
            oldest: None,
        }
    }

    /// Returns why the Region could not be read.
    pub(crate) fn error(&self) -> Option<&Arc<ServiceError>> {
        match &self.state {
            RegionState::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Returns whether every event of the Region was read.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.state, RegionState::Complete) && self.unreadable == 0
    }

    /// Returns whether more pages will come.
    pub(crate) fn is_reading(&self) -> bool {
        matches!(self.state, RegionState::Waiting | RegionState::Reading)
    }
}
