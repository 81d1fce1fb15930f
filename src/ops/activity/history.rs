//! The events of a key, as far as read, and their summary.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::calls::{Calls, ErrorCount, IssuedCall, ServiceCalls, Source};
use super::coverage::{RegionActivity, RegionState};
use super::persistence::persistence_kind;
use super::query::{ActivityProgress, ActivityQuery};
use crate::model::{EscapedText, KeyKind, Region, ServiceError, TrailEvent};

/// Size of all records that are kept, in bytes. Later events are kept without their record.
const MAX_RECORD_BYTES: usize = 32 * 1024 * 1024;

/// Activity of one key, as far as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    query: ActivityQuery,
    regions: Vec<RegionActivity>,
    /// The newest first.
    events: Vec<Arc<TrailEvent>>,
    ids: HashSet<EscapedText>,
    calls: Calls,
    /// The oldest first.
    persistence: Vec<Arc<TrailEvent>>,
    record_bytes: usize,
    /// Number of events whose record was not kept.
    without_record: usize,
    /// Counts in order, as of the events read.
    sources: Vec<Source>,
    services: Vec<ServiceCalls>,
    errors: Vec<ErrorCount>,
}

/// Calls in equal parts of the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// Start of the first part.
    pub from: Timestamp,
    /// Length of a part.
    pub part: SignedDuration,
    /// Number of calls in each part.
    pub calls: Vec<u32>,
}

/// Returns the order of the timeline: the newest first.
fn timeline_order(event: &TrailEvent) -> (std::cmp::Reverse<Timestamp>, &str) {
    (std::cmp::Reverse(event.time), &event.id)
}

impl Activity {
    /// Returns the activity before anything was read.
    pub(crate) fn new(query: ActivityQuery) -> Self {
        let regions = query.regions.iter().cloned().map(RegionActivity::new).collect();
        Self {
            query,
            regions,
            events: Vec::new(),
            ids: HashSet::new(),
            calls: Calls::new(),
            persistence: Vec::new(),
            record_bytes: 0,
            without_record: 0,
            sources: Vec::new(),
            services: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Takes progress of the reading. The cost depends on the page, not on what was read before.
    pub(crate) fn apply(&mut self, progress: ActivityProgress) {
        match progress {
            ActivityProgress::Page { region, events, unreadable, is_last } => {
                self.apply_page(&region, events, unreadable, is_last);
            }
            ActivityProgress::Throttled(region) => {
                self.region_mut(&region).into_iter().for_each(|region| region.throttled += 1);
            }
            ActivityProgress::Stopped(region) => self.end(&region, RegionState::Stopped),
            ActivityProgress::Failed(region, error) => {
                self.end(&region, RegionState::Failed(error));
            }
        }
    }

    fn end(&mut self, region: &Region, state: RegionState) {
        if let Some(region) = self.region_mut(region) {
            region.state = state;
        }
    }

    fn region_mut(&mut self, region: &Region) -> Option<&mut RegionActivity> {
        self.regions.iter_mut().find(|known| known.region == *region)
    }

    fn apply_page(
        &mut self,
        region: &Region,
        events: Vec<TrailEvent>,
        unreadable: usize,
        is_last: bool,
    ) {
        let mut new = Vec::with_capacity(events.len());
        for mut event in events {
            if !self.ids.insert(event.id.clone()) {
                continue;
            }
            let size = event.record.as_ref().map_or(0, |record| record.len());
            if self.record_bytes + size > MAX_RECORD_BYTES {
                event.record = None;
            }
            self.record_bytes += event.record.as_ref().map_or(0, |record| record.len());
            self.without_record += usize::from(event.record.is_none());
            self.calls.add(&event);
            let event = Arc::new(event);
            if persistence_kind(&event).is_some() {
                let order = |event: &TrailEvent| (event.time, event.id.clone());
                let key = order(&event);
                let at = self.persistence.partition_point(|other| order(other) < key);
                self.persistence.insert(at, Arc::clone(&event));
            }
            new.push(event);
        }
        if let Some(known) = self.region_mut(region) {
            known.events += new.len();
            known.unreadable += unreadable;
            let oldest = new.iter().map(|event| event.time).min();
            known.oldest = known.oldest.into_iter().chain(oldest).min();
            known.state = if is_last { RegionState::Complete } else { RegionState::Reading };
        }
        self.merge(new);
        self.sources = self.calls.sources();
        self.services = self.calls.services();
        self.errors = self.calls.errors();
    }

    /// Merges events into the timeline. Pages of one Region come in its order, so that only its end
    /// is sorted.
    fn merge(&mut self, mut new: Vec<Arc<TrailEvent>>) {
        new.sort_by(|a, b| timeline_order(a).cmp(&timeline_order(b)));
        let Some(newest) = new.first() else { return };
        let newest = timeline_order(newest);
        let at = self.events.partition_point(|event| timeline_order(event) <= newest);
        let mut rest = self.events.split_off(at).into_iter().peekable();
        let mut new = new.into_iter().peekable();
        while let (Some(old), Some(added)) = (rest.peek(), new.peek()) {
            let next = if timeline_order(old) <= timeline_order(added) {
                rest.next()
            } else {
                new.next()
            };
            self.events.extend(next);
        }
        self.events.extend(rest.chain(new));
    }

    /// Returns what was asked.
    pub(crate) fn query(&self) -> &ActivityQuery {
        &self.query
    }

    /// Returns the events of all Regions, the newest first.
    pub(crate) fn events(&self) -> &[Arc<TrailEvent>] {
        &self.events
    }

    /// Returns how far each Region was read, in the order of the query.
    pub(crate) fn regions(&self) -> &[RegionActivity] {
        &self.regions
    }

    /// Returns whether more pages will come.
    pub(crate) fn is_reading(&self) -> bool {
        self.regions.iter().any(RegionActivity::is_reading)
    }

    /// Returns whether every event of every Region asked was read.
    pub(crate) fn is_complete(&self) -> bool {
        self.regions.iter().all(RegionActivity::is_complete)
    }

    /// Returns the error of the first Region if no Region could be read at all.
    pub(crate) fn refusal(&self) -> Option<&Arc<ServiceError>> {
        let has_read = |region: &RegionActivity| region.error().is_none() || region.events > 0;
        if self.regions.iter().any(has_read) {
            return None;
        }
        self.regions.first().and_then(RegionActivity::error)
    }

    /// Returns the time of the first call.
    pub(crate) fn first(&self) -> Option<Timestamp> {
        self.events.last().map(|event| event.time)
    }

    /// Returns the time of the last call.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.events.first().map(|event| event.time)
    }

    /// Returns the sources of the calls, those with most calls first.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Returns the calls by service, those called most first.
    pub(crate) fn services(&self) -> &[ServiceCalls] {
        &self.services
    }

    /// Returns the calls that were refused, by error code, the most frequent first.
    pub(crate) fn errors(&self) -> &[ErrorCount] {
        &self.errors
    }

    /// Returns the calls that keep or widen access, or hide it, oldest first.
    pub(crate) fn persistence(&self) -> &[Arc<TrailEvent>] {
        &self.persistence
    }

    /// Returns the credentials that calls have issued, in the order of time.
    pub(crate) fn issued(&self) -> &[IssuedCall] {
        self.calls.issued()
    }

    /// Returns the number of events whose record was too long to keep, or missing.
    pub(crate) fn without_record(&self) -> usize {
        self.without_record
    }

    /// Returns whether the key itself is one of a session.
    pub(crate) fn is_of_session(&self) -> bool {
        self.query.key.kind() == KeyKind::Temporary
    }

    /// Returns the calls from the first to the last one in at most that many equal parts of at least
    /// a minute; `None` if there are no calls.
    pub(crate) fn histogram(&self, parts: usize) -> Option<Histogram> {
        let (first, last) = (self.first()?, self.last()?);
        let seconds = last.as_second().saturating_sub(first.as_second()).max(0) + 1;
        let parts = i64::try_from(parts.max(1)).unwrap_or(i64::MAX);
        let part = round_up(seconds.div_euclid(parts) + i64::from(seconds.rem_euclid(parts) > 0));
        let count = usize::try_from(seconds.div_euclid(part)).unwrap_or(0) + 1;
        let mut calls = vec![0_u32; count];
        for event in &self.events {
            let at = event.time.as_second().saturating_sub(first.as_second()).div_euclid(part);
            if let Some(calls) = usize::try_from(at).ok().and_then(|at| calls.get_mut(at)) {
                *calls += 1;
            }
        }
        Some(Histogram { from: first, part: SignedDuration::from_secs(part), calls })
    }
}

/// Rounds a number of seconds up to a length that people use: a minute, an hour, a day.
fn round_up(seconds: i64) -> i64 {
    const LENGTHS: [i64; 13] = [
        60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
    ];
    LENGTHS.into_iter().find(|length| *length >= seconds).unwrap_or(seconds)
}
