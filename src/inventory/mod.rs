//! The account as it is known: a plain value that applies replies and plans the next reads. It has
//! no I/O and no clock.
//!
//! Everything is keyed by what is unique in IAM (user names regardless of case, key IDs). A reply
//! whose read was sent before a known fact was read changes nothing, so late, repeated and
//! reordered replies are harmless.

mod apply;
mod coverage;
mod filter_row;
mod full_scan;
mod future_times;
mod index;
mod key_owners;
mod messages;
mod rate_limiter;
mod read_plan;
mod read_scheduler;
mod report_merge;
mod report_polling;
mod scan_state;
mod sort_order;
mod user_facts;
mod user_listing;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{
    AccessKey, AccountId, IamRead, IamSummary, KeyId, Known, OddReportRow, ROOT_USER_NAME,
    ReadFailure, ReportRow, User, UserName,
};

use rate_limiter::RateLimiter;

pub(crate) use apply::is_stale_reply;
pub(crate) use coverage::Coverage;
pub(crate) use full_scan::{MAX_SMALL_ACCOUNT_USERS, ScanProgress};
pub(crate) use index::{KeyIndex, UserIndex};
pub(crate) use read_plan::{Lane, LaneSlots};
pub(crate) use read_scheduler::ReadWishes;
pub(crate) use report_polling::report_poll_interval;
use scan_state::FullScan;
pub(crate) use scan_state::ScanStage;
pub(crate) use sort_order::{SortBy, SortDirection, SortOrder};
pub(crate) use user_facts::UserFacts;
use user_listing::UserListing;

/// For each key that several users have listed, those users in the order of first appearance.
pub(super) type ContestedKeys = HashMap<KeyId, Vec<UserIndex>>;

/// A read in flight.
#[derive(Clone, Copy, Debug)]
struct InFlightRead {
    lane: Lane,
    /// Whether it was requested although its facts are known.
    refresh: bool,
}

/// The known facts of one account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inventory {
    users: Vec<UserFacts>,
    /// For each user, the revision in which its facts last changed.
    changed: Vec<u64>,
    /// Number of users by what is known about them.
    coverage: Coverage,
    by_name: HashMap<UserName, UserIndex>,
    /// The owner of each key.
    owners: HashMap<KeyId, UserIndex>,
    /// The users whose lists have the same key.
    contested_owners: ContestedKeys,
    /// Every key that was ever listed, with its owner.
    keys: Vec<(UserIndex, KeyId)>,
    by_key: HashMap<KeyId, KeyIndex>,
    /// The account, and its name if that is known.
    account: Option<(AccountId, Option<Arc<str>>)>,
    /// The account's alias.
    alias: Known<Option<Arc<str>>>,
    summary: Known<IamSummary>,
    /// The account's root user, if the caller is root.
    root: Option<UserIndex>,
    /// Root's row of the credential report, if the caller is not root.
    root_report: Option<(ReportRow, Timestamp)>,
    listing: UserListing,
    report: ReportState,
    /// Rows of the credential report whose users are not listed yet.
    pending_report_rows: HashMap<UserName, (ReportRow, Timestamp)>,
    /// Reads in flight.
    in_flight_reads: HashMap<IamRead, InFlightRead>,
    /// Reads requested although their facts are known, in the order of the requests.
    refresh_queue: VecDeque<IamRead>,
    /// The same reads.
    queued_refreshes: HashSet<IamRead>,
    /// The full scan.
    full_scan: FullScan,
    /// Rate limiters of the lanes.
    screen_rate_limiter: RateLimiter,
    scan_rate_limiter: RateLimiter,
    /// Why no last use can be read: the service does not have GetAccessKeyLastUsed.
    last_use_unsupported: Option<ReadFailure>,
    /// The error that ended the session, after which nothing is read.
    stopped: Option<ReadFailure>,
    /// Number of applied replies and reports, so that readers detect changes.
    revision: u64,
}

/// State of the credential report.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ReportState {
    /// Not requested.
    #[default]
    NotRead,
    /// Being generated, or to be fetched.
    Pending {
        /// When to fetch it next, on the monotonic clock.
        next: Duration,
        /// Number of fetches so far.
        fetches: u32,
    },
    /// Applied.
    Read {
        /// When AWS generated it.
        generated: Timestamp,
        /// Rows that could not be read.
        odd: Vec<OddReportRow>,
    },
    /// Denied or failed. Everything works without it.
    Unavailable(ReadFailure),
}

/// Number of fetches after which nothing waits for the report.
const OVERDUE_AFTER_POLLS: u32 = 6;

impl ReportState {
    /// Returns whether it takes so long that nothing should wait for it.
    pub(crate) fn is_overdue(&self) -> bool {
        matches!(self, Self::Pending { fetches, .. } if *fetches >= OVERDUE_AFTER_POLLS)
    }
}

impl Inventory {
    /// Returns the coverage of the account.
    pub(crate) fn coverage(&self) -> Coverage {
        Coverage {
            has_root: self.root.is_some(),
            is_list_complete: self.is_listing_complete(),
            users_in_account: self.summary.value().map(|summary| summary.users),
            ..self.coverage.clone()
        }
    }

    /// Returns every user in the order of first appearance.
    pub(crate) fn users(&self) -> impl Iterator<Item = (UserIndex, &UserFacts)> {
        (0..).map(UserIndex).zip(&self.users)
    }

    /// Returns the facts of the user at an index.
    ///
    /// # Panics
    /// Panics if the index is not of this inventory.
    pub(crate) fn facts(&self, index: UserIndex) -> &UserFacts {
        &self.users[index.number()]
    }

    /// Returns the facts of the user with that name.
    pub(crate) fn user(&self, name: &UserName) -> Option<&UserFacts> {
        self.by_name.get(name).map(|index| self.facts(*index))
    }

    /// Returns the facts of an owner of keys; `None` is root, if the caller is root.
    pub(crate) fn facts_of(&self, owner: Option<&UserName>) -> Option<&UserFacts> {
        match owner {
            Some(name) => self.user(name),
            None => self.root.map(|index| self.facts(index)),
        }
    }

    /// Returns the index of the user with that name.
    pub(crate) fn index(&self, name: &UserName) -> Option<UserIndex> {
        self.by_name.get(name).copied()
    }

    /// Returns the key with that ID if its owner's list has it.
    pub(crate) fn key(&self, id: &KeyId) -> Option<&AccessKey> {
        self.owner(id).and_then(|index| self.facts(index).key(id))
    }

    /// Returns every key that was ever listed in the order of first appearance, also those that
    /// later lists no longer have.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (KeyIndex, UserIndex, &KeyId)> {
        (0..).map(KeyIndex).zip(&self.keys).map(|(index, (owner, id))| (index, *owner, id))
    }

    /// Returns the owner's index and the ID of the key at an index.
    ///
    /// # Panics
    /// Panics if the index is not of this inventory.
    pub(crate) fn key_at(&self, index: KeyIndex) -> (UserIndex, &KeyId) {
        let (owner, id) = &self.keys[index.number()];
        (*owner, id)
    }

    /// Returns the index of the key with that ID if it was ever listed.
    pub(crate) fn key_index(&self, id: &KeyId) -> Option<KeyIndex> {
        self.by_key.get(id).copied()
    }

    /// Returns the users whose facts have changed since a revision.
    pub(crate) fn changed_since(&self, revision: u64) -> impl Iterator<Item = UserIndex> {
        (0..)
            .map(UserIndex)
            .zip(&self.changed)
            .filter(move |(_, changed)| **changed > revision)
            .map(|(index, _)| index)
    }

    /// Returns the account's alias.
    pub(crate) fn alias(&self) -> &Known<Option<Arc<str>>> {
        &self.alias
    }

    /// Returns whether the account's root user has a key by GetAccountSummary, and when that was
    /// read; `None` if that is not known.
    pub(crate) fn root_has_key(&self) -> Option<(bool, Timestamp)> {
        Some((self.summary.value()?.root_has_key?, self.summary.at()?))
    }

    /// Returns the state of the credential report.
    pub(crate) fn report(&self) -> &ReportState {
        &self.report
    }

    /// Returns the error that ended the session, if one did.
    pub(crate) fn stopped(&self) -> Option<&ReadFailure> {
        self.stopped.as_ref()
    }

    /// Returns the error that stopped the list of users before its end.
    pub(crate) fn listing_failure(&self) -> Option<&ReadFailure> {
        self.listing.failure.as_ref()
    }

    /// Returns whether the list of users is complete.
    pub(crate) fn is_listing_complete(&self) -> bool {
        self.listing.done.is_some()
    }

    /// Returns whether any read is in flight.
    pub(crate) fn is_reading(&self) -> bool {
        !self.in_flight_reads.is_empty()
    }

    /// Returns for how long every reply to the screen's lane has been throttling.
    pub(crate) fn throttled_for(&self, now: Duration) -> Duration {
        self.screen_rate_limiter.throttled_for(now)
    }

    /// Returns the number of reads in flight in a lane.
    pub(crate) fn in_flight(&self, lane: Lane) -> usize {
        self.in_flight_reads.values().filter(|flight| flight.lane == lane).count()
    }

    /// Returns whether this read is in flight.
    pub(crate) fn is_in_flight(&self, read: &IamRead) -> bool {
        self.in_flight_reads.contains_key(read)
    }

    /// Returns a number that grows with every applied reply.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Requests a read before all others, although its facts are known.
    pub(crate) fn refresh(&mut self, read: IamRead) {
        if self.queued_refreshes.insert(read.clone()) {
            self.refresh_queue.push_back(read);
        }
    }

    /// Returns whether requested reads have not been answered yet.
    pub(crate) fn is_refreshing(&self) -> bool {
        !self.refresh_queue.is_empty() || self.in_flight_reads.values().any(|flight| flight.refresh)
    }

    /// Starts the list of users again.
    pub(crate) fn restart_listing(&mut self) {
        self.listing = self.listing.next_round();
    }

    /// Continues the list of users where it was stopped.
    pub(crate) fn resume_listing(&mut self) {
        self.listing.failure = None;
    }

    /// Continues after the session was renewed.
    pub(crate) fn resume(&mut self) {
        self.stopped = None;
        // Replies to the former session are no longer applied.
        for (read, flight) in std::mem::take(&mut self.in_flight_reads) {
            if flight.refresh {
                self.refresh(read);
            }
        }
        self.screen_rate_limiter = RateLimiter::default();
        self.scan_rate_limiter = RateLimiter::default();
    }

    /// Adds the account's root user. Called if the caller is root, since only root can list root's
    /// keys.
    pub(crate) fn add_root(&mut self) {
        if self.root.is_none() {
            let name = UserName::from_service(ROOT_USER_NAME);
            let index = self.index_or_insert(&name);
            let report = self.root_report.take();
            self.change(index, |facts| {
                facts.is_root = true;
                facts.report = report;
            });
            self.root = Some(index);
        }
    }

    /// Returns the index of that user, who is added if unknown, or of root for `None`.
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

    /// Returns the index of that user, who is added if unknown.
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

    /// Changes the facts of a user. All changes go through here, so that coverage and revision stay
    /// correct.
    fn change<R>(&mut self, index: UserIndex, change: impl FnOnce(&mut UserFacts) -> R) -> R {
        let facts = &mut self.users[index.number()];
        self.coverage.remove(facts);
        let result = change(facts);
        self.coverage.add(facts);
        self.changed[index.number()] = self.revision;
        result
    }

    /// Applies one user of a list.
    fn apply_user(&mut self, user: User, at: Timestamp) {
        let round = self.listing.round;
        let index = self.index_or_insert(&user.name);
        self.change(index, |facts| facts.apply_user(user, at, round));
        self.apply_pending_report_row(index);
    }
}
