//! Counts of the bars.

use jiff::{SignedDuration, Timestamp};

use super::bars::{
    AGE, AGE_LIMITS, BarId, GROUPS, KEYS_OF_USER, LAST_USE, MAX_BARS, MFA, OWNER, QUARANTINE,
    USE_LIMITS,
};
use crate::filter::{FilterRow, RowAccount, RowKeys};
use crate::inventory::{Inventory, ReportState, UserFacts, UserIndex};
use crate::model::{CredentialReport, KeyStatus, LastUse, ReportedKey};

/// Distribution of the active keys of an account, or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overview {
    /// Time from which ages count back.
    pub counted_at: Timestamp,
    /// All active keys.
    pub total: BarCount,
    /// Users whose keys are known only from the credential report.
    pub reported_users: usize,
    /// Users of whose keys nothing is known.
    pub unknown_users: usize,
    /// When the report was generated, if there is one.
    pub report: Option<Timestamp>,
    /// What is known of root's keys.
    pub root: RootKeys,
    counts: [[BarCount; MAX_BARS]; GROUPS.len()],
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
    /// Root has none, by GetAccountSummary or the report.
    None,
    /// They are counted: root has signed in, or the report has them.
    Listed,
    /// Root has a key, by GetAccountSummary; its status is not known.
    Present,
    /// Nothing.
    Unknown,
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
}

impl Overview {
    /// Counts the active keys of an account. Ages count back from `now`.
    ///
    /// Keys of users whose list was not read, was denied or failed count as the credential report has
    /// them, if it has a row for the user.
    pub(crate) fn of(inventory: &Inventory, now: Timestamp) -> Self {
        let mut overview = Self {
            report: match inventory.report() {
                ReportState::Read { generated, .. } => Some(*generated),
                _ => None,
            },
            root: RootKeys::of(inventory),
            ..Self::empty(now)
        };
        overview.count_listed(inventory);
        overview.count_reported(inventory);
        overview
    }

    /// Counts the active keys of a credential report, with those of root. Ages count back from `now`.
    pub(crate) fn of_report(report: &CredentialReport, now: Timestamp) -> Self {
        let mut overview = Self { report: Some(report.generated), ..Self::empty(now) };
        for row in &report.rows {
            let keys = RowKeys::Reported(&row.keys);
            overview.reported_users += usize::from(row.user.is_some());
            let filter_row = FilterRow {
                account: RowAccount::default(),
                user: row.user.as_ref(),
                user_id: None,
                path: None,
                mfa: row.mfa.value().copied(),
                quarantined: None,
                keys,
                key: None,
                marked: false,
            };
            overview.add_reported(&row.keys, filter_row);
            if row.user.is_none() {
                overview.root = if row.keys.is_empty() { RootKeys::None } else { RootKeys::Listed };
            }
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
            root: RootKeys::Unknown,
            counts: [[BarCount::default(); MAX_BARS]; GROUPS.len()],
        }
    }

    /// Returns the counts of several accounts together. The oldest report and the earliest time count
    /// for all; without an account, there are no counts.
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
        self.total.add(other.total);
        self.reported_users += other.reported_users;
        self.unknown_users += other.unknown_users;
        self.report = self.report.into_iter().chain(other.report).min();
        self.root = self.root.max(other.root);
        for (counts, others) in self.counts.iter_mut().flatten().zip(other.counts.iter().flatten())
        {
            counts.add(*others);
        }
    }

    /// Returns the number of keys of a bar.
    pub(crate) fn count(&self, bar: BarId) -> BarCount {
        self.counts[bar.group][bar.bar]
    }

    /// Returns whether the bar of root's keys counts them. Only root can list them.
    pub(crate) fn lists_root(&self) -> bool {
        self.root == RootKeys::Listed || self.count(BarId::ROOT).total() > 0
    }

    /// Counts the keys that IAM has listed: the rows of the list of all keys.
    fn count_listed(&mut self, inventory: &Inventory) {
        // The keys of a user are side by side.
        let mut user: Option<(UserIndex, usize, FilterRow<'_>)> = None;
        for (_, owner, id) in inventory.keys() {
            let facts = inventory.at(owner);
            let Some(key) = facts.key(id).filter(|key| key.status == KeyStatus::Active) else {
                continue;
            };
            let (_, active_keys, row) = *match &mut user {
                Some(known) if known.0 == owner => known,
                other => {
                    let row = facts.row(RowAccount::default(), false);
                    other.insert((owner, active_keys(row.keys), row))
                }
            };
            let (created, last_use) = (key.created, key.last_use.value());
            self.add(&KeyFacts { created, last_use, active_keys, row }, |count| count.listed += 1);
        }
    }

    /// Counts the keys that only the credential report has.
    fn count_reported(&mut self, inventory: &Inventory) {
        for (_, facts) in inventory.users().filter(|(_, facts)| !facts.is_deleted()) {
            let row = facts.row(RowAccount::default(), false);
            let keys = match row.keys {
                RowKeys::Live(_) => continue,
                RowKeys::Reported(keys) => keys,
                RowKeys::Unknown => {
                    self.unknown_users += usize::from(!facts.is_root);
                    continue;
                }
            };
            self.reported_users += usize::from(!facts.is_root);
            self.add_reported(keys, row);
        }
    }

    /// Counts the keys of a user that only the credential report has.
    fn add_reported(&mut self, keys: &[ReportedKey], row: FilterRow<'_>) {
        let active_keys = active_keys(row.keys);
        for key in keys.iter().filter(|key| key.status == KeyStatus::Active) {
            let (created, last_use) = (key.created, key.last_use.value());
            let facts = KeyFacts { created, last_use, active_keys, row };
            self.add(&facts, |count| count.reported += 1);
        }
    }

    fn add(&mut self, key: &KeyFacts<'_>, add: impl Fn(&mut BarCount)) {
        add(&mut self.total);
        for (counts, bar) in self.counts.iter_mut().zip(key.bars(self.counted_at)) {
            add(&mut counts[bar]);
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
    let is_active = |status: &KeyStatus| *status == KeyStatus::Active;
    match keys {
        RowKeys::Live(keys) => keys.iter().filter(|key| is_active(&key.status)).count(),
        RowKeys::Reported(keys) => keys.iter().filter(|key| is_active(&key.status)).count(),
        RowKeys::Unknown => 0,
    }
}

impl RootKeys {
    fn of(inventory: &Inventory) -> Self {
        let is_listed = |facts: &UserFacts| facts.is_root && facts.keys.live_value().is_some();
        if inventory.users().any(|(_, facts)| is_listed(facts)) {
            return Self::Listed;
        }
        match inventory.root_has_key() {
            Some(true) => Self::Present,
            Some(false) => Self::None,
            None => Self::Unknown,
        }
    }
}
