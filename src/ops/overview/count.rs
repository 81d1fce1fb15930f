//! Counts of the bars.

use jiff::{SignedDuration, Timestamp};

use super::bars::{
    AGE, AGE_LIMITS, BarId, GROUPS, KEYS_OF_USER, LAST_USE, MAX_BARS, MFA, OWNER, QUARANTINE,
    USE_LIMITS,
};
use crate::filter::{FilterRow, RowAccount, RowKeys};
use crate::inventory::{Inventory, ReportState, UserFacts, UserIndex};
use crate::model::{AccessKey, CredentialReport, KeyStatus, LastUse, ReportRow, ReportedKey};

/// Distribution of the active keys of an account, or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overview {
    /// Time from which ages count back.
    pub counted_at: Timestamp,
    /// All active keys.
    pub total: BarCount,
    /// Users whose keys are known only from the credential report.
    pub reported_users: usize,
    /// Users of whose keys nothing is known: those listed, and those that neither the list of users
    /// nor the report has, as far as the account is known to have more.
    pub unknown_users: usize,
    /// Whether the list of users is complete. Users that it lacks count as the report has them.
    pub is_list_complete: bool,
    /// When the report was generated, if there is one.
    pub report: Option<Timestamp>,
    /// What is known of root's keys.
    pub root: RootKeys,
    /// Whether IAM has listed root's keys, so that a filter finds them.
    pub is_root_listed: bool,
    counts: [[BarCount; MAX_BARS]; GROUPS.len()],
    /// Number of users, with root, who have keys in a bar.
    users: [[usize; MAX_BARS]; GROUPS.len()],
}

/// Number of keys of a bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BarCount {
    /// Keys that IAM has listed: the rows that the bar's filter finds.
    pub listed: usize,
    /// Keys that are known only from the credential report, which has no key IDs.
    pub reported: usize,
}

/// What is known of root's keys; of several accounts, what is known least counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RootKeys {
    /// Root has none.
    None,
    /// Root has inactive keys only.
    Inactive,
    /// The active ones are counted.
    Active,
    /// Root has a key, by GetAccountSummary; its status is not known.
    Present,
    /// Nothing.
    Unknown,
}

/// Source of the keys of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeySource {
    Listed,
    Reported,
}

/// What the bars depend on.
struct KeyFacts<'a> {
    created: Option<Timestamp>,
    last_use: Option<&'a LastUse>,
    /// Number of active keys of the user.
    active_keys: usize,
    row: FilterRow<'a>,
}

impl BarCount {
    /// Returns the number of all keys.
    pub(crate) fn total(self) -> usize {
        self.listed + self.reported
    }

    fn add(&mut self, other: Self) {
        self.listed += other.listed;
        self.reported += other.reported;
    }

    fn add_key(&mut self, source: KeySource) {
        match source {
            KeySource::Listed => self.listed += 1,
            KeySource::Reported => self.reported += 1,
        }
    }
}

impl Overview {
    /// Counts the active keys of an account. Ages count back from `now`.
    ///
    /// Keys of users who are not listed, or whose keys were not read, denied or failed, count as
    /// the credential report has them, if it has a row for the user. So do those of root.
    #[cfg(test)]
    pub(crate) fn from_inventory(inventory: &Inventory, now: Timestamp) -> Self {
        let mut overview = Self::empty(now);
        for (index, facts) in inventory.users() {
            overview.add_user(index, facts, inventory);
        }
        overview.add_account_facts(inventory);
        overview
    }

    /// Adds what belongs to no listed user: rows of the report without one, root, and the coverage.
    pub(super) fn add_account_facts(&mut self, inventory: &Inventory) {
        let coverage = inventory.coverage();
        self.report = match inventory.report() {
            ReportState::Read { generated, .. } => Some(*generated),
            _ => None,
        };
        self.is_list_complete = coverage.is_list_complete;
        for row in inventory.unlisted_report_rows() {
            self.add_row(row);
        }
        self.count_root(inventory);
        if !coverage.is_list_complete {
            let in_account = coverage.users_in_account.unwrap_or_default();
            let known = coverage.users + inventory.unlisted_report_rows().count();
            self.unknown_users += in_account.saturating_sub(known);
        }
    }

    /// Counts the active keys of a credential report, with those of root. Ages count back from
    /// `now`. Rows that could not be read are of users of whose keys nothing is known.
    pub(crate) fn of_report(report: &CredentialReport, now: Timestamp) -> Self {
        let root = report.rows.iter().find(|row| row.user.is_none());
        let mut overview = Self {
            report: Some(report.generated),
            is_list_complete: true,
            root: root.map_or(RootKeys::Unknown, |root| RootKeys::of(statuses(&root.keys))),
            // Without a row of root, one of these is root's.
            unknown_users: report.unread_users().saturating_sub(usize::from(root.is_none())),
            ..Self::empty(now)
        };
        for row in &report.rows {
            overview.add_row(row);
        }
        overview
    }

    pub(crate) fn empty(now: Timestamp) -> Self {
        Self {
            counted_at: now,
            total: BarCount::default(),
            reported_users: 0,
            unknown_users: 0,
            report: None,
            is_list_complete: false,
            root: RootKeys::Unknown,
            is_root_listed: false,
            counts: [[BarCount::default(); MAX_BARS]; GROUPS.len()],
            users: [[0; MAX_BARS]; GROUPS.len()],
        }
    }

    /// Returns the counts of several accounts together. The oldest report and the earliest time
    /// count for all; without an account, there are no counts.
    pub(crate) fn sum<'a>(overviews: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        overviews.into_iter().fold(None, |sum: Option<Self>, overview| match sum {
            None => Some(overview.clone()),
            Some(mut sum) => {
                sum.add_account(overview);
                Some(sum)
            }
        })
    }

    fn add_account(&mut self, other: &Self) {
        self.counted_at = self.counted_at.min(other.counted_at);
        self.is_list_complete &= other.is_list_complete;
        self.report = self.report.into_iter().chain(other.report).min();
        self.root = self.root.max(other.root);
        self.is_root_listed &= other.is_root_listed;
        self.add_counts(other);
    }

    /// Adds the numbers of keys and users.
    pub(super) fn add_counts(&mut self, other: &Self) {
        self.total.add(other.total);
        self.reported_users += other.reported_users;
        self.unknown_users += other.unknown_users;
        for (users, others) in self.users.iter_mut().flatten().zip(other.users.iter().flatten()) {
            *users += others;
        }
        for (counts, others) in self.counts.iter_mut().flatten().zip(other.counts.iter().flatten())
        {
            counts.add(*others);
        }
    }

    /// Returns the number of keys of a bar.
    pub(crate) fn count(&self, bar: BarId) -> BarCount {
        self.counts[bar.group][bar.bar]
    }

    /// Returns the number of users, with root, who have keys in a bar. Users of whose keys nothing
    /// is known are in the bars of what is not known.
    pub(crate) fn users(&self, bar: BarId) -> usize {
        let unknown = if bar.spec().filter.is_none() { self.unknown_users } else { 0 };
        self.users[bar.group][bar.bar] + unknown
    }

    /// Returns whether a bar is one for keys that exist, or may exist, and are not known.
    pub(crate) fn is_at_least(&self, bar: BarId) -> bool {
        if bar == BarId::ROOT {
            return self.is_root_unknown();
        }
        let has_unknown_users = !self.is_list_complete || self.unknown_users > 0;
        has_unknown_users && (bar == BarId::IAM_USERS || bar.spec().filter.is_none())
    }

    /// Returns whether the account may have more active keys than are counted.
    pub(crate) fn may_be_more(&self) -> bool {
        !self.is_list_complete || self.unknown_users > 0 || self.is_root_unknown()
    }

    /// Returns whether root may have active keys that are not counted.
    fn is_root_unknown(&self) -> bool {
        matches!(self.root, RootKeys::Present | RootKeys::Unknown)
    }

    /// Counts the keys of a user: those that IAM has listed, which are the rows of the list of all
    /// keys, or else those that the credential report has.
    pub(super) fn add_user(&mut self, index: UserIndex, facts: &UserFacts, inventory: &Inventory) {
        let is_row = |key: &&AccessKey| key.status.is_active() && inventory.owns(index, &key.id);
        let row = facts.row(RowAccount::default(), false);
        let keys = facts.live_keys().iter().filter(is_row);
        let keys = keys.map(|key| (key.created, key.last_use.value()));
        self.add_keys(row, keys, KeySource::Listed);
        if facts.is_deleted() || facts.is_root {
            return;
        }
        match row.keys {
            RowKeys::Live(_) => {}
            RowKeys::Reported(keys) => {
                self.reported_users += 1;
                self.add_reported(row, keys);
            }
            RowKeys::Unknown => self.unknown_users += 1,
        }
    }

    /// Counts root's keys as the credential report has them, unless IAM has listed them.
    fn count_root(&mut self, inventory: &Inventory) {
        if let Some(keys) = inventory.root().and_then(|root| root.keys.live_value()) {
            self.root = RootKeys::of(keys.iter().map(|key| &key.status));
            self.is_root_listed = true;
            return;
        }
        self.root = match (inventory.root_report(), inventory.root_has_key()) {
            // The summary is newer than the report, and contradicts it.
            (Some((row, generated)), Some((has_key, read)))
                if read >= *generated && has_key == row.keys.is_empty() =>
            {
                if has_key {
                    RootKeys::Present
                } else {
                    RootKeys::None
                }
            }
            (Some((row, _)), _) => {
                self.add_row(row);
                RootKeys::of(statuses(&row.keys))
            }
            (None, Some((true, _))) => RootKeys::Present,
            (None, Some((false, _))) => RootKeys::None,
            (None, None) => RootKeys::Unknown,
        };
    }

    /// Counts the keys of a row of the credential report.
    fn add_row(&mut self, row: &ReportRow) {
        self.reported_users += usize::from(row.user.is_some());
        self.add_reported(FilterRow::reported(RowAccount::default(), row, None), &row.keys);
    }

    fn add_reported(&mut self, row: FilterRow<'_>, keys: &[ReportedKey]) {
        let keys = keys.iter().filter(|key| key.status.is_active());
        let keys = keys.map(|key| (key.created, key.last_use.value()));
        self.add_keys(row, keys, KeySource::Reported);
    }

    /// Counts active keys of a user, each with creation and last use.
    fn add_keys<'a>(
        &mut self,
        row: FilterRow<'a>,
        keys: impl Iterator<Item = (Option<Timestamp>, Option<&'a LastUse>)>,
        source: KeySource,
    ) {
        let active_keys = active_keys(row.keys);
        let mut has_key = [[false; MAX_BARS]; GROUPS.len()];
        for (created, last_use) in keys {
            self.total.add_key(source);
            let key = KeyFacts { created, last_use, active_keys, row };
            for (group, bar) in key.bars(self.counted_at).into_iter().enumerate() {
                self.counts[group][bar].add_key(source);
                self.users[group][bar] += usize::from(!has_key[group][bar]);
                has_key[group][bar] = true;
            }
        }
    }
}

impl KeyFacts<'_> {
    /// Returns the index of the key's bar in each group.
    fn bars(&self, now: Timestamp) -> [usize; GROUPS.len()] {
        let mut bars = [0; GROUPS.len()];
        bars[AGE] = match self.created {
            Some(created) => range(created, &AGE_LIMITS, now),
            None => AGE_LIMITS.len() + 1,
        };
        bars[LAST_USE] = match self.last_use {
            Some(LastUse::Used { at, .. }) => range(*at, &USE_LIMITS, now),
            Some(LastUse::Never) => USE_LIMITS.len() + 1,
            None => USE_LIMITS.len() + 2,
        };
        bars[KEYS_OF_USER] = usize::from(self.active_keys < 2);
        bars[MFA] = self.row.mfa.map_or(2, usize::from);
        bars[QUARANTINE] = self.row.quarantined.map_or(2, |quarantined| usize::from(!quarantined));
        bars[OWNER] = usize::from(self.row.user.is_some());
        bars
    }
}

/// Returns the index of the first limit that a moment is not older than, or the number of limits.
fn range(moment: Timestamp, limits: &[i64], now: Timestamp) -> usize {
    let is_within = |days: &i64| {
        let limit = now.checked_sub(SignedDuration::from_hours(days * 24));
        moment >= limit.unwrap_or(Timestamp::MIN)
    };
    limits.iter().position(is_within).unwrap_or(limits.len())
}

fn active_keys(keys: RowKeys<'_>) -> usize {
    let is_active = |status: &KeyStatus| status.is_active();
    match keys {
        RowKeys::Live(keys) => keys.iter().filter(|key| is_active(&key.status)).count(),
        RowKeys::Reported(keys) => keys.iter().filter(|key| is_active(&key.status)).count(),
        RowKeys::Unknown => 0,
    }
}

fn statuses(keys: &[ReportedKey]) -> impl Iterator<Item = &KeyStatus> {
    keys.iter().map(|key| &key.status)
}

impl RootKeys {
    /// Returns what the statuses of all keys of root say.
    fn of<'a>(statuses: impl Iterator<Item = &'a KeyStatus>) -> Self {
        statuses
            .map(|status| match status {
                KeyStatus::Active => Self::Active,
                _ => Self::Inactive,
            })
            .max()
            .unwrap_or(Self::None)
    }
}
