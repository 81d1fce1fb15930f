//! Counts of the events by what they have in common: source, service, operation, error code.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use crate::model::{CallOutcome, EscapedText, TrailEvent};

/// Number of entries that a list of counts has at most. Further events are only counted.
const MAX_ENTRIES: usize = 1_000;

/// Where calls came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Source {
    /// IP address, or the name of the AWS service that called.
    pub ip: Option<EscapedText>,
    /// User agent.
    pub user_agent: Option<EscapedText>,
}

impl Source {
    /// Returns the source of an event.
    pub(super) fn of(event: &TrailEvent) -> Self {
        Self { ip: event.source_ip.clone(), user_agent: event.user_agent.clone() }
    }
}

/// Calls that have the key in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Count<K: Eq + Hash> {
    /// What they have in common: the source, or the name of the service (`iam`), the operation
    /// (`CreateUser`) or the error code (`AccessDenied`).
    pub key: K,
    /// Number of calls.
    pub events: usize,
    /// Number of these that failed.
    pub failed: usize,
    /// Number of these of which it is not known whether they failed.
    pub outcome_not_known: usize,
    /// Time of the first call.
    pub first: Timestamp,
    /// Time of the last call.
    pub last: Timestamp,
    /// The calls by operation; counted for services and error codes only.
    pub(super) calls: Tally<EscapedText>,
}

impl<K: Eq + Hash> Count<K> {
    /// Returns the calls by operation, the most frequent first.
    pub(crate) fn calls(&self) -> &[Count<EscapedText>] {
        self.calls.entries()
    }
}

/// A list of counts that is in order after each page. Its length is limited, and so are the costs
/// of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tally<K: Eq + Hash> {
    entries: Vec<Count<K>>,
    positions: HashMap<K, usize>,
    uncounted: usize,
    is_settled: bool,
}

impl<K: Eq + Hash> Default for Tally<K> {
    fn default() -> Self {
        Self { entries: Vec::new(), positions: HashMap::new(), uncounted: 0, is_settled: true }
    }
}

impl<K: Clone + Eq + Hash + Ord> Tally<K> {
    /// Counts an event. Returns its entry, or `None` if the list is full.
    pub(super) fn count(&mut self, key: K, event: &TrailEvent) -> Option<&mut Count<K>> {
        let position = match self.positions.get(&key) {
            Some(position) => *position,
            None if self.entries.len() < MAX_ENTRIES => {
                let (first, last, calls) = (event.time, event.time, Tally::default());
                self.positions.insert(key.clone(), self.entries.len());
                let (failed, outcome_not_known) = (0, 0);
                let entry = Count { key, events: 0, failed, outcome_not_known, first, last, calls };
                self.entries.push(entry);
                self.entries.len() - 1
            }
            None => {
                self.uncounted += 1;
                return None;
            }
        };
        let entry = self.entries.get_mut(position)?;
        entry.events += 1;
        match event.outcome() {
            CallOutcome::Done => {}
            CallOutcome::Failed(_) => entry.failed += 1,
            CallOutcome::NotKnown => entry.outcome_not_known += 1,
        }
        entry.first = entry.first.min(event.time);
        entry.last = entry.last.max(event.time);
        self.is_settled = false;
        Some(entry)
    }

    /// Counts an event, and its operation within its entry.
    pub(super) fn count_with_operation(&mut self, key: K, event: &TrailEvent) {
        if let Some(entry) = self.count(key, event) {
            entry.calls.count(event.name.clone(), event);
        }
    }

    /// Puts the most frequent first, then by key. Called after each page.
    pub(super) fn settle(&mut self) {
        self.settle_by(|one, other| {
            (Reverse(one.events), &one.key).cmp(&(Reverse(other.events), &other.key))
        });
    }

    /// Puts the most frequent first, then the latest. Called after each page.
    pub(super) fn settle_latest_first(&mut self) {
        self.settle_by(|one, other| {
            let place = (Reverse(one.events), Reverse(one.last), &one.key);
            place.cmp(&(Reverse(other.events), Reverse(other.last), &other.key))
        });
    }

    fn settle_by(&mut self, order: impl Fn(&Count<K>, &Count<K>) -> Ordering) {
        if std::mem::replace(&mut self.is_settled, true) {
            return;
        }
        for entry in &mut self.entries {
            entry.calls.settle();
        }
        if self.entries.is_sorted_by(|one, other| order(one, other).is_le()) {
            return;
        }
        // No two entries are equal: the order ends with the key.
        self.entries.sort_unstable_by(order);
        for (position, entry) in self.entries.iter().enumerate() {
            self.positions.insert(entry.key.clone(), position);
        }
    }
}

impl<K: Eq + Hash> Tally<K> {
    /// Returns the entries in order.
    pub(super) fn entries(&self) -> &[Count<K>] {
        &self.entries
    }

    /// Returns the number of events that are in no entry, since the list was full.
    pub(super) fn uncounted(&self) -> usize {
        self.uncounted
    }
}
