//! Lanes, and the plan of the next reads.

use crate::model::IamRead;

/// Lane of a read; each has its own SDK client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// For what the screen shows.
    Screen,
    /// For the full scan; slows down under throttling.
    FullScan,
}

/// Free slots of the lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneSlots {
    /// Slots of the screen's lane.
    pub screen: usize,
    /// Slots of the full scan's lane.
    pub full_scan: usize,
}

/// Selection of the last uses to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastUseScope {
    /// All that were not read live.
    All,
    /// Those that the report lacks as well.
    Unreported,
    /// None.
    None,
}

/// A plan under construction.
pub(super) struct ReadPlan {
    pub(super) free: LaneSlots,
    pub(super) reads: Vec<(Lane, IamRead)>,
}

impl ReadPlan {
    /// Returns whether the lane has a free slot.
    pub(super) fn has_room(&self, lane: Lane) -> bool {
        match lane {
            Lane::Screen => self.free.screen > 0,
            Lane::FullScan => self.free.full_scan > 0,
        }
    }

    /// Adds the read if its lane has a free slot, and returns whether it did.
    pub(super) fn try_add(&mut self, lane: Lane, read: &IamRead) -> bool {
        if !self.has_room(lane) {
            return false;
        }
        match lane {
            Lane::Screen => self.free.screen -= 1,
            Lane::FullScan => self.free.full_scan -= 1,
        }
        self.reads.push((lane, read.clone()));
        true
    }
}
