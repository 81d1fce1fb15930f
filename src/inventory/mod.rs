//! The account as it is known: one plain value, which takes in answers and
//! says what to read next. It asks nobody and has no clock.
//!
//! Everything is keyed by what IAM calls unique (user names ignoring case, key
//! IDs), and an answer that was asked before what is already known was read
//! changes nothing: late, repeated and reordered answers do no harm.

mod apply;
mod coverage;
mod filter_row;
mod full_scan;
mod key_owners;
mod rate_limiter;
mod read_scheduler;
mod report_merge;
mod sort_order;
mod user_facts;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{
    AccessKey, IamRead, KeyId, Known, Marker, ROOT_USER_NAME, ReadFailure, ReportRow, User,
    UserName,
};

use key_owners::ContestedKeys;
use rate_limiter::RateLimiter;

pub(crate) use apply::is_stale_reply;
pub(crate) use coverage::Coverage;
use full_scan::FullScan;
pub(crate) use full_scan::ScanStage;
pub(crate) use read_scheduler::{Lane, LaneSlots, ReadWishes};
pub(crate) use sort_order::SortOrder;
pub(crate) use user_facts::UserFacts;

/// Names a user's place in the inventory. Places are given in the order of
/// first sight and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UserIndex(u32);

/// Names a key's place in the inventory. Places are given in the order in
/// which lists first showed the keys, and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyIndex(u32);

impl UserIndex {
    /// The place, counted from 0.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

impl KeyIndex {
    /// The place, counted from 0.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

/// A question that is out.
#[derive(Clone, Copy, Debug)]
struct InFlightRead {
    lane: Lane,
    /// Whether it was answered before and is asked again.
    refresh: bool,
}

/// What is known of one account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inventory {
    users: Vec<UserFacts>,
    /// For each user, the revision in which the facts last changed.
    changed: Vec<u64>,
    /// The users' count by what is known of them.
    coverage: Coverage,
    by_name: HashMap<UserName, UserIndex>,
    /// Whose a key is.
    owners: HashMap<KeyId, UserIndex>,
    /// Who else has listed a key.
    rivals: ContestedKeys,
    /// Every key that a list has shown, with its owner.
    keys: Vec<(UserIndex, KeyId)>,
    by_key: HashMap<KeyId, KeyIndex>,
    /// The account's alias.
    alias: Known<Option<Arc<str>>>,
    /// How many users IAM counts, and whether root has a key.
    summary: Known<(u32, bool)>,
    /// The row of the account's root user, where the caller is root.
    root: Option<UserIndex>,
    listing: UserListing,
    report: ReportState,
    /// Rows of the report whose users are not listed yet.
    pending_report_rows: HashMap<UserName, (ReportRow, Timestamp)>,
    /// Questions that are out.
    in_flight_reads: HashMap<IamRead, InFlightRead>,
    /// Questions to ask again although they were answered.
    refresh_queue: Vec<IamRead>,
    /// The reading of the whole account.
    full_scan: FullScan,
    /// How fast each lane may ask.
    screen_rate_limiter: RateLimiter,
    scan_rate_limiter: RateLimiter,
    /// Why no question leaves at all: the session has ended.
    stopped: Option<ReadFailure>,
    /// Counts what was taken in, so that a reader knows whether to look again.
    revision: u64,
}

/// How far the list of users is.
#[derive(Clone, Debug, Default, PartialEq)]
struct UserListing {
    /// Which listing it is; a second one finds out who has gone.
    round: u32,
    /// Where the next page begins.
    next: Option<Marker>,
    /// How many pages have come.
    pages: usize,
    /// Where the pages that came began.
    markers: HashSet<Marker>,
    /// When the last page of this round came.
    done: Option<Timestamp>,
    /// What stopped it.
    failure: Option<ReadFailure>,
    /// When the round's first question left: a user first seen by another
    /// way since then is not missing from the list.
    begun: Option<Timestamp>,
}

/// How far the credential report is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ReportState {
    /// Not asked for.
    #[default]
    NotRead,
    /// Being made, or on its way; asked again at the given time.
    Pending {
        /// When to ask again.
        next: Duration,
        /// How often it has been asked for.
        asked: u32,
    },
    /// Taken in.
    Read {
        /// When AWS made it.
        made: Timestamp,
    },
    /// Refused or failed; everything works without it.
    Unavailable(ReadFailure),
}

/// Nothing is kept waiting for a report that was asked for so often.
const OVERDUE_AFTER_POLLS: u32 = 6;

/// A report that is not made when it was asked for so often, for some five
/// minutes, is given up.
const GIVE_UP_AFTER_POLLS: u32 = 64;

impl ReportState {
    /// Whether it is being made for so long that nobody should wait for it.
    pub(crate) fn is_overdue(&self) -> bool {
        matches!(self, Self::Pending { asked, .. } if *asked >= OVERDUE_AFTER_POLLS)
    }
}

impl Inventory {
    /// Every user, in the order of first sight.
    pub(crate) fn users(&self) -> impl Iterator<Item = (UserIndex, &UserFacts)> {
        (0..).map(UserIndex).zip(&self.users)
    }

    /// The facts of the user at a place.
    ///
    /// # Panics
    /// Never for an index that this inventory gave out.
    pub(crate) fn at(&self, index: UserIndex) -> &UserFacts {
        &self.users[index.number()]
    }

    /// The user of that name.
    pub(crate) fn user(&self, name: &UserName) -> Option<&UserFacts> {
        self.by_name.get(name).map(|index| self.at(*index))
    }

    /// The place of the user of that name.
    pub(crate) fn index(&self, name: &UserName) -> Option<UserIndex> {
        self.by_name.get(name).copied()
    }

    /// The key of that ID, where a list of keys has shown it.
    pub(crate) fn key(&self, id: &KeyId) -> Option<&AccessKey> {
        self.owner(id).and_then(|index| self.at(index).key(id))
    }

    /// Every key that lists have shown, in the order of first sight; those
    /// included that later lists no longer have.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (KeyIndex, UserIndex, &KeyId)> {
        (0..).map(KeyIndex).zip(&self.keys).map(|(index, (owner, id))| (index, *owner, id))
    }

    /// The owner's place and the ID of the key at a place.
    ///
    /// # Panics
    /// Never for an index that this inventory gave out.
    pub(crate) fn key_at(&self, index: KeyIndex) -> (UserIndex, &KeyId) {
        let (owner, id) = &self.keys[index.number()];
        (*owner, id)
    }

    /// The place of the key of that ID, where a list has shown it.
    pub(crate) fn key_index(&self, id: &KeyId) -> Option<KeyIndex> {
        self.by_key.get(id).copied()
    }

    /// The users whose facts have changed since a revision.
    pub(crate) fn changed_since(&self, revision: u64) -> impl Iterator<Item = UserIndex> {
        (0..)
            .map(UserIndex)
            .zip(&self.changed)
            .filter(move |(_, changed)| **changed > revision)
            .map(|(index, _)| index)
    }

    /// The account's alias.
    pub(crate) fn alias(&self) -> &Known<Option<Arc<str>>> {
        &self.alias
    }

    /// The credential report.
    pub(crate) fn report(&self) -> &ReportState {
        &self.report
    }

    /// Why nothing is read any more, if so.
    pub(crate) fn stopped(&self) -> Option<&ReadFailure> {
        self.stopped.as_ref()
    }

    /// What stopped the list of users before its end.
    pub(crate) fn listing_failure(&self) -> Option<&ReadFailure> {
        self.listing.failure.as_ref()
    }

    /// Whether the list of users has come to its end.
    pub(crate) fn listed(&self) -> bool {
        self.listing.done.is_some()
    }

    /// Whether a question is out.
    pub(crate) fn is_reading(&self) -> bool {
        !self.in_flight_reads.is_empty()
    }

    /// For how long by now the service has answered the screen's lane with
    /// nothing but throttling.
    pub(crate) fn throttled_for(&self, now: Duration) -> Duration {
        self.screen_rate_limiter.refused_for(now)
    }

    /// How many questions of that lane are out.
    pub(crate) fn in_flight(&self, lane: Lane) -> usize {
        self.in_flight_reads.values().filter(|flight| flight.lane == lane).count()
    }

    /// Whether this question is out.
    pub(crate) fn is_in_flight(&self, read: &IamRead) -> bool {
        self.in_flight_reads.contains_key(read)
    }

    /// Grows with everything taken in.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Asks a question again, before all others.
    pub(crate) fn refresh(&mut self, read: IamRead) {
        if !self.refresh_queue.contains(&read) {
            self.refresh_queue.push(read);
        }
    }

    /// Whether such questions still wait for their answers.
    pub(crate) fn is_refreshing(&self) -> bool {
        !self.refresh_queue.is_empty() || self.in_flight_reads.values().any(|flight| flight.refresh)
    }

    /// Reads the list of users again from its beginning.
    pub(crate) fn restart_listing(&mut self) {
        self.listing = UserListing { round: self.listing.round + 1, ..UserListing::default() };
    }

    /// Goes on with the list of users where it was stopped.
    pub(crate) fn resume_listing(&mut self) {
        self.listing.failure = None;
    }

    /// Goes on after the session had ended and was renewed.
    pub(crate) fn resume(&mut self) {
        self.stopped = None;
        // Answers to what the former session asked are not taken in any more.
        let lost = std::mem::take(&mut self.in_flight_reads)
            .into_iter()
            .filter(|(_, flight)| flight.refresh);
        self.refresh_queue.extend(lost.map(|(read, _)| read));
        self.screen_rate_limiter = RateLimiter::default();
        self.scan_rate_limiter = RateLimiter::default();
    }

    /// Gives the account's root user a row: the caller is root, and only root
    /// can list root's keys.
    pub(crate) fn add_root(&mut self) {
        if self.root.is_none() {
            let name = UserName::from_service(ROOT_USER_NAME);
            let index = self.index_or_insert(&name);
            self.change(index, |facts| facts.is_root = true);
            self.root = Some(index);
        }
    }

    /// The place of that user, or of root where there is none; added if need
    /// be.
    fn index_of(&mut self, user: Option<&UserName>) -> Option<UserIndex> {
        match user {
            Some(name) => Some(self.index_or_insert(name)),
            None => self.root,
        }
    }

    fn rate_limiter_of(&mut self, lane: Lane) -> &mut RateLimiter {
        match lane {
            Lane::Screen => &mut self.screen_rate_limiter,
            Lane::FullScan => &mut self.scan_rate_limiter,
        }
    }

    /// The place of that user, who is added if not yet known.
    fn index_or_insert(&mut self, name: &UserName) -> UserIndex {
        let next = UserIndex(u32::try_from(self.users.len()).unwrap_or(u32::MAX));
        let index = *self.by_name.entry(name.clone()).or_insert(next);
        if index == next {
            let facts = UserFacts::named(name.clone());
            self.coverage.add(&facts);
            self.users.push(facts);
            self.changed.push(self.revision);
        }
        index
    }

    /// Changes what is known of a user. The one way to do so: it keeps count.
    fn change<R>(&mut self, index: UserIndex, change: impl FnOnce(&mut UserFacts) -> R) -> R {
        let facts = &mut self.users[index.number()];
        self.coverage.remove(facts);
        let result = change(facts);
        self.coverage.add(facts);
        self.changed[index.number()] = self.revision;
        result
    }

    /// Takes in one user of a list.
    fn take_user(&mut self, user: User, at: Timestamp) {
        let round = self.listing.round;
        let index = self.index_or_insert(&user.name);
        self.change(index, |facts| facts.take_user(user, at, round));
        self.take_pending_report_row(index);
    }
}
