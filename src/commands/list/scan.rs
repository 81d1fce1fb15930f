//! Decides which users' keys must be read for a list, and which rows are
//! complete. Does no I/O: it names the users, and the inventory schedules the
//! reads. A user is done as soon as the filter can decide.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::filter::{Filter, FilterRow, Match, MatchRank, RowKeys, Searcher};
use crate::inventory::{
    Inventory, MAX_SMALL_ACCOUNT_USERS, ReadWishes, ReportState, UserFacts, UserIndex,
};
use crate::model::{AccessKey, IamRead, Known, ServiceError, UserDetailPart};
use crate::ops::list_row::{FactSource, ListRow};

/// The number of users that are read at the same time: enough for all slots.
const MAX_USERS_IN_WINDOW: usize = 64;

/// The numbers of users and rows by their result.
#[derive(Clone, Debug, Default)]
pub(super) struct ScanCounts {
    /// Users that are done.
    pub(super) done: usize,
    /// Users whose keys were read.
    pub(super) read: usize,
    /// Users that the filter excluded by name or path alone.
    pub(super) excluded: usize,
    /// Users whose keys IAM refused to list.
    pub(super) denied: usize,
    /// Users whose keys could not be read for another reason.
    pub(super) failed: usize,
    /// Users that were deleted since they were listed.
    pub(super) deleted: usize,
    /// Rows for which the filter depends on unknown data.
    pub(super) undecided: usize,
    /// The first error of reading a user's keys, or another fact that the filter needs.
    pub(super) first_failure: Option<Arc<ServiceError>>,
}

/// The users of a list that are not done, and the rows that are ready.
pub(super) struct ListScan<'a> {
    /// Which rows are listed.
    pub(super) filter: &'a Filter,
    /// Whether the last use of each key that may match is read from IAM.
    needs_last_use: bool,
    searcher: Searcher,
    /// The number of users of the inventory that have been queued.
    queued: usize,
    queue: VecDeque<UserIndex>,
    /// Users whose keys or last uses are being read.
    window: Vec<UserIndex>,
    /// Users of whose detail a part is being read.
    details: Vec<(UserIndex, UserDetailPart)>,
    /// Users that only wait for the credential report.
    waiting_for_report: Vec<UserIndex>,
    /// The results so far.
    pub(super) counts: ScanCounts,
    ready: Vec<ListRow>,
}

/// The data that a user still needs.
enum MissingData {
    Reads,
    Detail(UserDetailPart),
    Report,
    Nothing,
}

impl<'a> ListScan<'a> {
    /// A scan for this filter.
    pub(super) fn new(filter: &'a Filter) -> Self {
        Self {
            filter,
            needs_last_use: filter.needs_last_use(),
            searcher: Searcher::default(),
            queued: 0,
            queue: VecDeque::new(),
            window: Vec::new(),
            details: Vec::new(),
            waiting_for_report: Vec::new(),
            counts: ScanCounts::default(),
            ready: Vec::new(),
        }
    }

    /// A scan that reads the last use of each key that may match from IAM, not from the credential
    /// report.
    pub(super) fn with_last_uses(filter: &'a Filter) -> Self {
        Self { needs_last_use: true, ..Self::new(filter) }
    }

    /// Returns what must be read.
    pub(super) fn wanted(&self, inventory: &Inventory) -> ReadWishes {
        let name = |index: UserIndex| inventory.facts(index).name.clone();
        let detail = |(index, part): &_| IamRead::Detail { user: name(*index), part: *part };
        ReadWishes {
            users: true,
            report: self.wants_report(inventory),
            in_view: self.window.iter().map(|index| name(*index)).collect(),
            requested: self.details.iter().map(detail).collect(),
            ..ReadWishes::default()
        }
    }

    /// Examines the new data, and returns the rows that are complete.
    pub(super) fn advance(&mut self, inventory: &Inventory) -> Vec<ListRow> {
        let known = inventory.users().count();
        self.queue.extend(inventory.users().skip(self.queued).map(|(index, _)| index));
        self.queued = known;
        if self.filter.asks_for_account() && !inventory.is_account_named() {
            return Vec::new();
        }
        let waiting = std::mem::take(&mut self.window);
        let details = std::mem::take(&mut self.details).into_iter().map(|(index, _)| index);
        for index in waiting.into_iter().chain(details) {
            self.examine(inventory, index);
        }
        if !self.report_is_due(inventory) {
            for index in std::mem::take(&mut self.waiting_for_report) {
                self.examine(inventory, index);
            }
        }
        while self.window.len() + self.details.len() < MAX_USERS_IN_WINDOW
            && let Some(index) = self.queue.pop_front()
        {
            self.examine(inventory, index);
        }
        std::mem::take(&mut self.ready)
    }

    /// Returns whether all listed users are done.
    pub(super) fn is_done(&self) -> bool {
        self.remaining_users() == 0
    }

    /// Returns the number of users that are not done.
    pub(super) fn remaining_users(&self) -> usize {
        let reading = self.window.len() + self.details.len();
        self.queue.len() + reading + self.waiting_for_report.len()
    }

    /// Returns whether the report is needed: it saves thousands of calls in a
    /// large account, and only it has the MFA devices of all users.
    fn wants_report(&self, inventory: &Inventory) -> bool {
        self.filter.needs_mfa() || (is_large(inventory) && !self.needs_last_use)
    }

    /// Returns whether the report is needed and may still come soon.
    fn report_is_due(&self, inventory: &Inventory) -> bool {
        let report = inventory.report();
        self.wants_report(inventory)
            && matches!(report, ReportState::NotRead | ReportState::Pending { .. })
            && !report.is_overdue()
    }

    fn examine(&mut self, inventory: &Inventory, index: UserIndex) {
        let facts = inventory.facts(index);
        match self.missing_data(inventory, index) {
            MissingData::Reads => self.window.push(index),
            MissingData::Detail(part) => self.details.push((index, part)),
            MissingData::Report => self.waiting_for_report.push(index),
            MissingData::Nothing => self.counts.done += usize::from(!facts.is_root),
        }
    }

    fn missing_data(&mut self, inventory: &Inventory, index: UserIndex) -> MissingData {
        let facts = inventory.facts(index);
        if facts.is_deleted() {
            self.counts.deleted += 1;
            return MissingData::Nothing;
        }
        if !facts.keys.has_reply() {
            // The report may be hours old, so it excludes nobody.
            let unread =
                FilterRow { keys: RowKeys::Unknown, ..facts.row(inventory.row_account(), false) };
            if self.filter.matches(&unread, &mut self.searcher) == Match::No {
                self.counts.excluded += 1;
                return MissingData::Nothing;
            }
            return MissingData::Reads;
        }
        if self.filter.needs_mfa() && self.report_is_due(inventory) {
            return MissingData::Report;
        }
        let rows = rows(inventory, index);
        let missing = self.missing_last_uses(inventory, facts);
        if !matches!(missing, MissingData::Nothing) {
            return missing;
        }
        if let Some(part) = self.missing_detail(facts, &rows) {
            return MissingData::Detail(part);
        }
        self.count_user(facts);
        for (row, key) in rows {
            let found = self.filter.matches(&row, &mut self.searcher);
            self.add_match(found, |rank| {
                ListRow::live(unless_root(facts), key, FactSource::from_known(&facts.keys), rank)
            });
        }
        MissingData::Nothing
    }

    /// Returns what the last uses of the keys still need, except of keys that the
    /// filter has excluded.
    fn missing_last_uses(&mut self, inventory: &Inventory, facts: &UserFacts) -> MissingData {
        let unread = facts.live_keys().iter().filter(|key| !key.last_use.has_reply());
        let mut unread = unread.filter(|key| {
            self.filter
                .matches(&facts.key_row(inventory.row_account(), key, false), &mut self.searcher)
                != Match::No
        });
        if unread.next().is_none() {
            return MissingData::Nothing;
        }
        let is_listed = inventory.is_listing_complete() || inventory.listing_failure().is_some();
        let is_small = !is_large(inventory) && is_listed;
        match inventory.report() {
            _ if self.needs_last_use || is_small => MissingData::Reads,
            ReportState::Read { .. } => MissingData::Nothing,
            ReportState::Unavailable(_) => MissingData::Reads,
            report if report.is_overdue() => MissingData::Reads,
            // The size of the account is unknown until the list of users ends.
            ReportState::NotRead | ReportState::Pending { .. } => MissingData::Report,
        }
    }

    /// Returns the part of the detail that the filter needs to decide a row of the user, if it was
    /// not read.
    fn missing_detail(
        &mut self,
        facts: &UserFacts,
        rows: &[(FilterRow<'_>, Option<&AccessKey>)],
    ) -> Option<UserDetailPart> {
        let (policies, mfa) = (&facts.detail.attached_policies, &facts.detail.mfa);
        let needs_mfa = self.filter.needs_mfa() && facts.mfa().value().is_none();
        let needed = [
            (self.filter.needs_quarantine(), UserDetailPart::AttachedPolicies, policies),
            (needs_mfa, UserDetailPart::Mfa, mfa),
        ];
        let needed = needed.into_iter().filter(|(is_needed, ..)| *is_needed && !facts.is_root);
        let is_undecided = |row: &FilterRow<'_>, searcher: &mut Searcher| {
            self.filter.matches(row, searcher) == Match::Unknown
        };
        if !rows.iter().any(|(row, _)| is_undecided(row, &mut self.searcher)) {
            return None;
        }
        for (_, part, names) in needed {
            if !names.has_reply() {
                return Some(part);
            }
            self.counts.add_failure(names);
        }
        None
    }

    /// Counts a user by what was read of the keys.
    fn count_user(&mut self, facts: &UserFacts) {
        match &facts.keys {
            Known::Live { .. } => self.counts.read += usize::from(!facts.is_root),
            Known::Denied(_) => self.counts.denied += 1,
            _ => self.counts.failed += 1,
        }
        if facts.keys.live_value().is_none() {
            self.counts.add_failure(&facts.keys);
        }
    }

    fn add_match(&mut self, found: Match, row: impl FnOnce(MatchRank) -> ListRow) {
        match found {
            Match::Yes(rank) => self.ready.push(row(rank)),
            Match::Unknown => self.counts.undecided += 1,
            Match::No => {}
        }
    }
}

/// Returns the rows of a user whose keys IAM has answered for: one for each key that is the user's,
/// else one for a user without keys, or whose keys are not known.
fn rows(inventory: &Inventory, index: UserIndex) -> Vec<(FilterRow<'_>, Option<&AccessKey>)> {
    let (facts, account) = (inventory.facts(index), inventory.row_account());
    match &facts.keys {
        Known::Live { value: keys, .. } if keys.is_empty() => {
            vec![(facts.row(account, false), None)]
        }
        Known::Live { value: keys, .. } => keys
            .iter()
            .filter(|key| inventory.owns(index, &key.id))
            .map(|key| (facts.key_row(account, key, false), Some(key)))
            .collect(),
        _ => vec![(FilterRow { keys: RowKeys::Unknown, ..facts.row(account, false) }, None)],
    }
}

impl ScanCounts {
    /// Keeps the first error.
    fn add_failure<T>(&mut self, unread: &Known<T>) {
        if self.first_failure.is_none() {
            self.first_failure = unread.failure().map(|failure| Arc::clone(&failure.error));
        }
    }
}

/// Returns the facts for a row; `None` for the root user.
fn unless_root(facts: &UserFacts) -> Option<&UserFacts> {
    (!facts.is_root).then_some(facts)
}

/// Returns whether the account is large. Its last uses come from the credential report then: two
/// calls instead of thousands.
fn is_large(inventory: &Inventory) -> bool {
    inventory.users().nth(MAX_SMALL_ACCOUNT_USERS).is_some()
}
