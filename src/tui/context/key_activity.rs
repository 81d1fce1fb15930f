//! What keys have done, as far as CloudTrail's event history was read.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{KeyId, Region, ServiceError, SessionId};
use crate::ops::activity::{Activity, ActivityProgress, ActivityQuery, RegionState};

/// Readings that are kept once they have ended: that of a key, and that of credentials which the
/// key has issued.
const MAX_KEPT: usize = 2;

/// Progress of reading the activity of a key.
#[derive(Clone, Debug)]
pub(crate) enum ActivityUpdate {
    /// Reading begins, with this window and these Regions.
    Started(Box<ActivityQuery>),
    /// A piece was read.
    Progress(ActivityProgress),
    /// Reading has ended.
    Ended,
    /// Reading could not begin.
    Failed(Arc<ServiceError>),
}

/// Activity of a key, as far as read.
#[derive(Clone, Debug)]
pub(crate) struct KeyActivity {
    /// Number of the reading.
    pub number: u64,
    /// Session that reads it.
    pub session: SessionId,
    /// The key.
    pub key: KeyId,
    /// Whether every Region of the partition was asked for.
    pub is_of_all_regions: bool,
    /// What was read.
    pub state: ActivityState,
    /// Whether the reading goes on.
    pub is_running: bool,
}

/// State of a reading.
#[derive(Clone, Debug)]
pub(crate) enum ActivityState {
    /// It was requested.
    Requested,
    /// It has begun.
    Read(Box<Activity>),
    /// It could not begin.
    Failed(Arc<ServiceError>),
}

/// Activity of the keys that were opened last.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyActivities {
    last_number: u64,
    /// The latest last.
    readings: Vec<KeyActivity>,
    /// Regions of each key that the readings which have ended could read, each once.
    read_regions: HashMap<KeyId, Vec<Region>>,
}

impl KeyActivity {
    /// Returns what was read; `None` before the reading has begun.
    pub(crate) fn activity(&self) -> Option<&Activity> {
        match &self.state {
            ActivityState::Read(activity) => Some(activity),
            ActivityState::Requested | ActivityState::Failed(_) => None,
        }
    }

    fn apply(&mut self, update: ActivityUpdate) {
        match (update, &mut self.state) {
            (ActivityUpdate::Started(query), state) => {
                *state = ActivityState::Read(Box::new(Activity::new(*query)));
            }
            (ActivityUpdate::Progress(progress), ActivityState::Read(activity)) => {
                activity.apply(progress);
            }
            (ActivityUpdate::Progress(_), _) => {}
            (ActivityUpdate::Ended, _) => self.is_running = false,
            (ActivityUpdate::Failed(error), state) => {
                *state = ActivityState::Failed(error);
                self.is_running = false;
            }
        }
    }
}

impl KeyActivities {
    /// Returns the activity of a key.
    pub(crate) fn get(&self, key: &KeyId) -> Option<&KeyActivity> {
        self.readings.iter().find(|reading| reading.key == *key)
    }

    /// Replaces the activity of a key by a new reading; returns its number, and that of the former
    /// one if it goes on.
    pub(crate) fn start(
        &mut self,
        session: SessionId,
        key: KeyId,
        is_of_all_regions: bool,
    ) -> (u64, Option<u64>) {
        self.last_number += 1;
        let number = self.last_number;
        let former = self.readings.iter().find(|reading| reading.key == key);
        let former = former.filter(|reading| reading.is_running).map(|reading| reading.number);
        self.readings.retain(|reading| reading.key != key);
        let state = ActivityState::Requested;
        let is_running = true;
        let reading = KeyActivity { number, session, key, is_of_all_regions, state, is_running };
        self.readings.push(reading);
        (number, former)
    }

    /// Takes progress of a reading; returns whether it is still wanted.
    pub(crate) fn apply(&mut self, number: u64, update: ActivityUpdate) -> bool {
        let reading = self.readings.iter_mut().find(|reading| reading.number == number);
        let is_wanted = reading.is_some();
        if let Some(reading) = reading {
            reading.apply(update);
            if let (false, Some(activity)) = (reading.is_running, reading.activity()) {
                let known = self.read_regions.entry(reading.key.clone()).or_default();
                let regions = activity.regions().iter();
                let read = regions.filter(|it| !matches!(it.state, RegionState::Failed { .. }));
                for region in read.map(|it| &it.region) {
                    if !known.contains(region) {
                        known.push(region.clone());
                    }
                }
            }
        }
        is_wanted
    }

    /// Returns the Regions in which the activity of a key was read; empty before the first reading
    /// has ended.
    pub(crate) fn read_regions(&self, key: &KeyId) -> &[Region] {
        self.read_regions.get(key).map_or(&[], Vec::as_slice)
    }

    /// Drops running reads of keys that are not shown, and all but the last two finished ones.
    /// Returns the numbers of the reads to cancel.
    pub(crate) fn drop_unshown(&mut self, shown: &[KeyId]) -> Vec<u64> {
        let is_left = |reading: &KeyActivity| reading.is_running && !shown.contains(&reading.key);
        let left = self.readings.iter().filter(|reading| is_left(reading));
        let left = left.map(|reading| reading.number).collect();
        self.readings.retain(|reading| !is_left(reading));
        let surplus = self.readings.len().saturating_sub(MAX_KEPT);
        let mut dropped = 0;
        self.readings.retain(|reading| {
            let drops = dropped < surplus && !shown.contains(&reading.key);
            dropped += usize::from(drops);
            !drops
        });
        left
    }

    /// Drops everything. The sessions end the readings that go on.
    pub(crate) fn clear(&mut self) {
        self.readings.clear();
        self.read_regions.clear();
    }
}
