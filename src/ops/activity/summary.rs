//! The activity of a key: what was read so far, and its summary.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{EscapedText, KeyId, Region, ServiceError, TrailEvent};
use crate::ops::activity::coverage::{RegionActivity, RegionState};
use crate::ops::activity::histogram::Histogram;
use crate::ops::activity::issued::{Issued, IssuedStatus};
use crate::ops::activity::query::{ActivityProgress, ActivityQuery};
use crate::ops::activity::records::RecordCounts;
use crate::ops::activity::tactic::{Tactic, tactic_of};
use crate::ops::activity::tally::{Count, Source, Tally};

/// What was read so far of the calls of one key. It is in order after each page, and a page costs
/// about as much as it has events.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    query: ActivityQuery,
    regions: Vec<RegionActivity>,
    events: Vec<Arc<TrailEvent>>,
    ids: HashSet<EscapedText>,
    sources: Tally<Source>,
    services: Tally<EscapedText>,
    errors: Tally<EscapedText>,
    suspect_calls: Vec<SuspectCall>,
    issued: Vec<Issued>,
    issued_keys: HashSet<KeyId>,
    records: RecordCounts,
    generation: u64,
}

/// A call that may keep access, widen permissions, plant code or stop logging.
#[derive(Clone, Debug)]
pub(crate) struct SuspectCall {
    /// The call.
    pub event: Arc<TrailEvent>,
    /// What it may be for.
    pub tactic: Tactic,
}

impl Activity {
    /// Returns the activity of which nothing was read yet.
    pub(crate) fn new(query: ActivityQuery) -> Self {
        let regions = query.regions.iter().cloned().map(RegionActivity::new).collect();
        Self {
            query,
            regions,
            events: Vec::new(),
            ids: HashSet::new(),
            sources: Tally::default(),
            services: Tally::default(),
            errors: Tally::default(),
            suspect_calls: Vec::new(),
            issued: Vec::new(),
            issued_keys: HashSet::new(),
            records: RecordCounts::default(),
            generation: 0,
        }
    }

    /// Takes in a page, or what became of a Region.
    pub(crate) fn apply(&mut self, progress: ActivityProgress) {
        self.generation += 1;
        match progress {
            ActivityProgress::Page { region, events, unreadable, is_last } => {
                self.apply_page(region, events, unreadable, is_last);
            }
            ActivityProgress::Throttled(region) => self.region_mut(region).throttled += 1,
            ActivityProgress::Stopped(region) => {
                let region = self.region_mut(region);
                if region.state.is_reading() {
                    region.state = RegionState::Stopped { oldest: region.state.oldest() };
                }
            }
            ActivityProgress::Failed(region, error) => {
                let region = self.region_mut(region);
                if region.state.is_reading() {
                    region.state = RegionState::Failed { error, oldest: region.state.oldest() };
                }
            }
        }
    }

    fn apply_page(
        &mut self,
        region: Region,
        events: Vec<TrailEvent>,
        unreadable: usize,
        is_last: bool,
    ) {
        let oldest = events.iter().map(|event| event.time).min();
        let (mut page, is_over_limit) = self.new_events(events);
        page.sort_by(|one, other| order(one, other));
        for event in &page {
            self.count(event);
        }
        let added = page.len();
        self.merge(page);
        self.sources.settle_latest_first();
        self.services.settle();
        self.errors.settle();
        let region = self.region_mut(region);
        region.events += added;
        region.unreadable += unreadable;
        if region.state.is_reading() {
            let oldest = oldest.into_iter().chain(region.state.oldest()).min();
            region.state = match (is_over_limit, is_last) {
                (true, _) => RegionState::Stopped { oldest },
                (false, true) => RegionState::Complete,
                (false, false) => RegionState::Reading { oldest },
            };
        }
    }

    /// Returns the events of a page that were not in another one, and whether some were left out
    /// since there are as many as were asked for.
    fn new_events(&mut self, events: Vec<TrailEvent>) -> (Vec<Arc<TrailEvent>>, bool) {
        let mut page = Vec::with_capacity(events.len());
        for mut event in events {
            if self.ids.contains(&event.id) {
                continue;
            }
            if self.ids.len() >= self.query.max_events {
                return (page, true);
            }
            self.ids.insert(event.id.clone());
            self.records.count(&mut event, self.query.keeps_all_records);
            event.index();
            page.push(Arc::new(event));
        }
        (page, false)
    }

    fn count(&mut self, event: &Arc<TrailEvent>) {
        self.sources.count(Source::of(event), event);
        self.services.count_with_operation(event.service.clone(), event);
        if let Some(code) = &event.error_code {
            self.errors.count_with_operation(code.clone(), event);
        }
        if let Some(tactic) = tactic_of(event) {
            let earlier = |known: &SuspectCall| order(&known.event, event).is_gt();
            let position = self.suspect_calls.partition_point(earlier);
            self.suspect_calls.insert(position, SuspectCall { event: Arc::clone(event), tactic });
        }
        if let Some(issued) = Issued::from_event(event)
            && self.issued_keys.insert(issued.key.clone())
        {
            let earlier = |known: &Issued| (known.time, &known.key) < (issued.time, &issued.key);
            let position = self.issued.partition_point(earlier);
            self.issued.insert(position, issued);
        }
    }

    /// Puts a page that is in order among the events before and after it. Only the events that are
    /// older than its newest are moved.
    fn merge(&mut self, page: Vec<Arc<TrailEvent>>) {
        let Some(newest) = page.first() else { return };
        let start = self.events.partition_point(|known| order(known, newest).is_lt());
        let mut tail = self.events.split_off(start).into_iter();
        self.events.reserve(page.len() + tail.len());
        for event in page {
            let before = tail.as_slice().partition_point(|known| order(known, &event).is_lt());
            self.events.extend(tail.by_ref().take(before));
            self.events.push(event);
        }
        self.events.extend(tail);
    }

    fn region_mut(&mut self, region: Region) -> &mut RegionActivity {
        let known = self.regions.iter().position(|known| known.region == region);
        let position = known.unwrap_or_else(|| {
            self.regions.push(RegionActivity::new(region));
            self.regions.len() - 1
        });
        &mut self.regions[position]
    }

    /// Ends the reading where it is: Regions that are not at their end count as failed. Used when
    /// the user has stopped it.
    pub(crate) fn stop(&mut self, error: &Arc<ServiceError>) {
        self.generation += 1;
        for region in self.regions.iter_mut().filter(|region| region.state.is_reading()) {
            let (error, oldest) = (Arc::clone(error), region.state.oldest());
            region.state = RegionState::Failed { error, oldest };
        }
    }

    /// Returns what was asked.
    pub(crate) fn query(&self) -> &ActivityQuery {
        &self.query
    }

    /// Returns a number that grows with each change, for views that keep what they have made of it.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns whether pages are still to come.
    pub(crate) fn is_reading(&self) -> bool {
        self.regions.iter().any(|region| region.state.is_reading())
    }

    /// Returns whether every Region was read to the start of the window, and every event with its
    /// record.
    pub(crate) fn is_complete(&self) -> bool {
        let is_whole =
            |region: &RegionActivity| region.state.is_complete() && region.unreadable == 0;
        self.records.unread() == 0 && self.regions.iter().all(is_whole)
    }

    /// Returns the events of all Regions, the newest first; those of one second by Region and ID.
    pub(crate) fn events(&self) -> &[Arc<TrailEvent>] {
        &self.events
    }

    /// Returns the time of the first call that was read.
    pub(crate) fn first(&self) -> Option<Timestamp> {
        self.events.last().map(|event| event.time)
    }

    /// Returns the time of the last call that was read.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        self.events.first().map(|event| event.time)
    }

    /// Returns how far each Region was read, in the order in which they are asked.
    pub(crate) fn regions(&self) -> &[RegionActivity] {
        &self.regions
    }

    /// Returns the sources, those with the most calls first, then the latest.
    pub(crate) fn sources(&self) -> &[Count<Source>] {
        self.sources.entries()
    }

    /// Returns the number of calls whose source is not listed, since there are too many.
    pub(crate) fn calls_of_other_sources(&self) -> usize {
        self.sources.uncounted()
    }

    /// Returns the number of calls whose service is not listed, since there are too many.
    pub(super) fn calls_of_other_services(&self) -> usize {
        self.services.uncounted()
    }

    /// Returns the number of failed calls whose error code is not listed, since there are too many.
    pub(super) fn calls_with_other_errors(&self) -> usize {
        self.errors.uncounted()
    }

    /// Returns the number of calls whose operation is not listed for its service or its error code,
    /// since there are too many.
    pub(super) fn calls_of_other_operations(&self) -> usize {
        let others = |counts: &[Count<EscapedText>]| {
            counts.iter().map(|count| count.calls.uncounted()).sum::<usize>()
        };
        others(self.services()).max(others(self.errors()))
    }

    /// Returns the services, those with the most calls first.
    pub(crate) fn services(&self) -> &[Count<EscapedText>] {
        self.services.entries()
    }

    /// Returns the error codes, the most frequent first.
    pub(crate) fn errors(&self) -> &[Count<EscapedText>] {
        self.errors.entries()
    }

    /// Returns the number of calls that failed, without those of which that is not known.
    pub(crate) fn failed(&self) -> usize {
        let listed = self.errors.entries().iter().map(|error| error.events).sum::<usize>();
        listed + self.errors.uncounted()
    }

    /// Returns the calls that may keep access, widen permissions, plant code or stop logging, the
    /// oldest first. Not all of them were carried out.
    pub(crate) fn suspect_calls(&self) -> &[SuspectCall] {
        &self.suspect_calls
    }

    /// Returns the issued credentials, the oldest first, each once.
    pub(crate) fn issued(&self) -> &[Issued] {
        &self.issued
    }

    /// Returns the issued credentials, those that may still be in use first, then the latest.
    pub(crate) fn issued_by_risk(&self, now: Timestamp) -> Vec<&Issued> {
        let mut issued: Vec<_> = self.issued.iter().collect();
        issued.sort_by_key(|issued| {
            let has_ended = matches!(issued.status(now), IssuedStatus::Ended(_));
            (has_ended, std::cmp::Reverse(issued.time))
        });
        issued
    }

    /// Returns the number of events that are later than this computer's clock was when the reading
    /// began.
    pub(super) fn later_than_clock(&self) -> usize {
        self.events.partition_point(|event| event.time > self.query.until)
    }

    /// Returns the error of the first Region if none could be read at all.
    pub(crate) fn refusal(&self) -> Option<&Arc<ServiceError>> {
        let mut errors = self.regions.iter().map(|region| match &region.state {
            RegionState::Failed { error, oldest: None } if region.events == 0 => Some(error),
            _ => None,
        });
        let first = errors.next()??;
        errors.all(|error| error.is_some()).then_some(first)
    }

    /// Returns the numbers of events without their record.
    pub(crate) fn records(&self) -> &RecordCounts {
        &self.records
    }

    /// Returns the calls per hour of the last `hours` hours of activity, up to the last call.
    pub(crate) fn calls_per_hour(&self, hours: usize) -> Histogram {
        let end = self.last().unwrap_or(self.query.until);
        Histogram::per_hour(&self.events, end, hours)
    }

    /// Returns the number of calls over time in `columns` equal slices, from the first call to the
    /// end of the window.
    pub(crate) fn histogram(&self, columns: usize) -> Histogram {
        let (since, until) = (self.query.since, self.query.until);
        let end = self.last().map_or(until, |last| last.max(until));
        Histogram::from_events(&self.events, self.first().unwrap_or(since), end, columns)
    }
}

/// Compares the places of two events: newest first, then by Region and ID.
fn order(one: &TrailEvent, other: &TrailEvent) -> std::cmp::Ordering {
    (other.time, &one.region, &one.id).cmp(&(one.time, &other.region, &other.id))
}
