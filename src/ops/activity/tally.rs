//! Counts of the events by what they have in common: source, service, error code.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use crate::model::{EscapedText, TrailEvent};

/// Number of entries that a list of counts has at most. Further events are only counted.
const MAX_ENTRIES: usize = 1_000;

/// Where calls came from: source IP and user agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// IP address, or the name of the AWS service that called.
    pub ip: Option<EscapedText>,
    /// User agent.
    pub user_agent: Option<EscapedText>,
    /// Number of calls.
    pub events: usize,
    /// Number of these that failed.
    pub failed: usize,
    /// Time of the first call.
    pub first: Timestamp,
    /// Time of the last call.
    pub last: Timestamp,
}

/// A service that was called.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// Name without the DNS suffix: `iam`.
    pub name: EscapedText,
    /// Number of calls.
    pub events: usize,
    /// Number of these that failed.
    pub failed: usize,
    calls: Tally<Call>,
}

/// An operation that was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Name of the operation: `CreateUser`.
    pub name: EscapedText,
    /// Number of calls.
    pub events: usize,
    /// Number of these that failed.
    pub failed: usize,
}

/// An error code with which calls failed.
#[derive(Clone, Debug)]
pub(crate) struct ErrorCount {
    /// The code: `AccessDenied`.
    pub code: EscapedText,
    /// Number of calls.
    pub events: usize,
    calls: Tally<Call>,
}

impl Service {
    /// Returns the calls by operation, the most frequent first.
    pub(crate) fn calls(&self) -> &[Call] {
        self.calls.entries()
    }

    /// Returns the number of calls whose operation is not listed, since there are too many.
    pub(super) fn calls_of_other_operations(&self) -> usize {
        self.calls.uncounted()
    }
}

impl ErrorCount {
    /// Returns the calls by operation, the most frequent first.
    pub(crate) fn calls(&self) -> &[Call] {
        self.calls.entries()
    }

    /// Returns the number of calls whose operation is not listed, since there are too many.
    pub(super) fn calls_of_other_operations(&self) -> usize {
        self.calls.uncounted()
    }
}

/// An entry of a list of counts.
pub(super) trait Entry {
    /// What the events of an entry have in common.
    type Key: Clone + Eq + Hash;

    /// Returns the key of an event.
    fn key_of(event: &TrailEvent) -> Option<Self::Key>;

    /// Returns the entry for the first event with its key, not yet counted.
    fn new(event: &TrailEvent) -> Option<Self>
    where
        Self: Sized;

    /// Counts an event.
    fn count(&mut self, event: &TrailEvent);

    /// Returns the key.
    fn key(&self) -> Self::Key;

    /// Compares the places in the list; equal only for the same key.
    fn order(&self, other: &Self) -> Ordering;

    /// Orders what is in the entry.
    fn settle(&mut self) {}
}

/// A list of counts that is in order after each page. Its length is limited, and so are the costs of
/// a page.
#[derive(Clone, Debug)]
pub(super) struct Tally<E: Entry> {
    entries: Vec<E>,
    positions: HashMap<E::Key, usize>,
    uncounted: usize,
    is_settled: bool,
}

impl<E: Entry> Default for Tally<E> {
    fn default() -> Self {
        Self { entries: Vec::new(), positions: HashMap::new(), uncounted: 0, is_settled: true }
    }
}

impl<E: Entry> Tally<E> {
    /// Counts an event.
    pub(super) fn count(&mut self, event: &TrailEvent) {
        let Some(key) = E::key_of(event) else { return };
        let known = self.positions.get(&key).copied();
        let position = match known {
            Some(position) => position,
            None if self.entries.len() < MAX_ENTRIES => {
                let Some(entry) = E::new(event) else { return };
                self.entries.push(entry);
                self.positions.insert(key, self.entries.len() - 1);
                self.entries.len() - 1
            }
            None => {
                self.uncounted += 1;
                return;
            }
        };
        if let Some(entry) = self.entries.get_mut(position) {
            entry.count(event);
            self.is_settled = false;
        }
    }

    /// Puts the entries in order. Called after each page.
    pub(super) fn settle(&mut self) {
        if std::mem::replace(&mut self.is_settled, true) {
            return;
        }
        for entry in &mut self.entries {
            entry.settle();
        }
        if self.entries.is_sorted_by(|one, other| one.order(other).is_le()) {
            return;
        }
        self.entries.sort_by(E::order);
        for (position, entry) in self.entries.iter().enumerate() {
            self.positions.insert(entry.key(), position);
        }
    }

    /// Returns the entries in order.
    pub(super) fn entries(&self) -> &[E] {
        &self.entries
    }

    /// Returns the number of events that are in no entry, since the list was full.
    pub(super) fn uncounted(&self) -> usize {
        self.uncounted
    }
}

impl Entry for Source {
    type Key = (Option<EscapedText>, Option<EscapedText>);

    fn key_of(event: &TrailEvent) -> Option<Self::Key> {
        Some((event.source_ip.clone(), event.user_agent.clone()))
    }

    fn new(event: &TrailEvent) -> Option<Self> {
        let (ip, user_agent) = Self::key_of(event)?;
        Some(Self { ip, user_agent, events: 0, failed: 0, first: event.time, last: event.time })
    }

    fn count(&mut self, event: &TrailEvent) {
        self.events += 1;
        self.failed += usize::from(event.error_code.is_some());
        self.first = self.first.min(event.time);
        self.last = self.last.max(event.time);
    }

    fn key(&self) -> Self::Key {
        (self.ip.clone(), self.user_agent.clone())
    }

    fn order(&self, other: &Self) -> Ordering {
        let place = |it: &Self| {
            (Reverse(it.events), Reverse(it.last), it.ip.clone(), it.user_agent.clone())
        };
        place(self).cmp(&place(other))
    }
}

impl Entry for Service {
    type Key = EscapedText;

    fn key_of(event: &TrailEvent) -> Option<EscapedText> {
        Some(event.service.clone())
    }

    fn new(event: &TrailEvent) -> Option<Self> {
        let name = event.service.clone();
        Some(Self { name, events: 0, failed: 0, calls: Tally::default() })
    }

    fn count(&mut self, event: &TrailEvent) {
        self.events += 1;
        self.failed += usize::from(event.error_code.is_some());
        self.calls.count(event);
    }

    fn key(&self) -> EscapedText {
        self.name.clone()
    }

    fn order(&self, other: &Self) -> Ordering {
        (Reverse(self.events), &self.name).cmp(&(Reverse(other.events), &other.name))
    }

    fn settle(&mut self) {
        self.calls.settle();
    }
}

impl Entry for Call {
    type Key = EscapedText;

    fn key_of(event: &TrailEvent) -> Option<EscapedText> {
        Some(event.name.clone())
    }

    fn new(event: &TrailEvent) -> Option<Self> {
        Some(Self { name: event.name.clone(), events: 0, failed: 0 })
    }

    fn count(&mut self, event: &TrailEvent) {
        self.events += 1;
        self.failed += usize::from(event.error_code.is_some());
    }

    fn key(&self) -> EscapedText {
        self.name.clone()
    }

    fn order(&self, other: &Self) -> Ordering {
        (Reverse(self.events), &self.name).cmp(&(Reverse(other.events), &other.name))
    }
}

impl Entry for ErrorCount {
    type Key = EscapedText;

    fn key_of(event: &TrailEvent) -> Option<EscapedText> {
        event.error_code.clone()
    }

    fn new(event: &TrailEvent) -> Option<Self> {
        Some(Self { code: event.error_code.clone()?, events: 0, calls: Tally::default() })
    }

    fn count(&mut self, event: &TrailEvent) {
        self.events += 1;
        self.calls.count(event);
    }

    fn key(&self) -> EscapedText {
        self.code.clone()
    }

    fn order(&self, other: &Self) -> Ordering {
        (Reverse(self.events), &self.code).cmp(&(Reverse(other.events), &other.code))
    }

    fn settle(&mut self) {
        self.calls.settle();
    }
}
