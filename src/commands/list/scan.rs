//! Which users' keys are still to be read for a list, and which rows are
//! known. Pure: the inventory plans the reads, this only says whom they are
//! wanted of, and takes a user out once the filter has decided.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::commands::list::row::{self, ListRow};
use crate::filter::{Filter, FilterRow, Match, Rank, RowKeys, Searcher};
use crate::inventory::{Inventory, ReadWishes, ReportState, UserFacts, UserIndex};
use crate::model::{AccessKey, Known, ServiceError};

/// So many users are looked at side by side: enough to keep all slots busy.
const MAX_USERS_IN_WINDOW: usize = 64;

/// With at most so many users each key's last use is asked for; with more the
/// credential report tells it, which is two calls instead of thousands.
const SMALL_ACCOUNT_USERS: usize = 50;

/// What became of the users and rows.
#[derive(Clone, Debug, Default)]
pub(super) struct ScanCounts {
    /// Users that were looked at to the end.
    pub(super) settled: usize,
    /// Users whose keys were read.
    pub(super) read: usize,
    /// Users whom the filter ruled out by their name or path alone.
    pub(super) ruled_out: usize,
    /// Users whose keys IAM refused to list.
    pub(super) denied: usize,
    /// Users whose keys could not be read for another reason.
    pub(super) failed: usize,
    /// Users who were gone when asked.
    pub(super) gone: usize,
    /// Rows for which the filter rests on something that is not known.
    pub(super) undecided: usize,
    /// The first failure of a user's keys.
    pub(super) first_failure: Option<Arc<ServiceError>>,
}

/// The users of a list on their way.
pub(super) struct ListScan<'a> {
    filter: &'a Filter,
    searcher: Searcher,
    /// How many users of the inventory have been queued.
    queued: usize,
    queue: VecDeque<UserIndex>,
    /// Those whose reads are wanted.
    window: Vec<UserIndex>,
    /// Those who only wait for the credential report.
    parked: Vec<UserIndex>,
    pub(super) counts: ScanCounts,
    ready: Vec<ListRow>,
}

/// What a user still needs.
enum MissingData {
    Reads,
    Report,
    Nothing,
}

impl<'a> ListScan<'a> {
    /// A sweep for the filter.
    pub(super) fn new(filter: &'a Filter) -> Self {
        Self {
            filter,
            searcher: Searcher::default(),
            queued: 0,
            queue: VecDeque::new(),
            window: Vec::new(),
            parked: Vec::new(),
            counts: ScanCounts::default(),
            ready: Vec::new(),
        }
    }

    /// What is to be read.
    pub(super) fn wanted(&self, inventory: &Inventory) -> ReadWishes {
        ReadWishes {
            users: true,
            report: self.wants_report(inventory),
            in_view: self.window.iter().map(|index| inventory.at(*index).name.clone()).collect(),
            ..ReadWishes::default()
        }
    }

    /// Looks at what has come, and hands out the rows that are known now.
    pub(super) fn settle(&mut self, inventory: &Inventory) -> Vec<ListRow> {
        let known = inventory.users().count();
        self.queue.extend(inventory.users().skip(self.queued).map(|(index, _)| index));
        self.queued = known;
        let waiting = std::mem::take(&mut self.window);
        for index in waiting {
            self.examine(inventory, index);
        }
        if !self.report_is_due(inventory) {
            for index in std::mem::take(&mut self.parked) {
                self.examine(inventory, index);
            }
        }
        while self.window.len() < MAX_USERS_IN_WINDOW
            && let Some(index) = self.queue.pop_front()
        {
            self.examine(inventory, index);
        }
        std::mem::take(&mut self.ready)
    }

    /// Whether every user that is listed has been looked at to the end.
    pub(super) fn is_over(&self) -> bool {
        self.queue.is_empty() && self.window.is_empty() && self.parked.is_empty()
    }

    /// How many users are not looked at to the end.
    pub(super) fn open(&self) -> usize {
        self.queue.len() + self.window.len() + self.parked.len()
    }

    /// The report spares thousands of calls in a big account, and alone tells
    /// the MFA devices of all users.
    fn wants_report(&self, inventory: &Inventory) -> bool {
        self.filter.needs_mfa() || (is_big(inventory) && !self.filter.needs_last_use())
    }

    /// Whether the report is wanted and may still come before long.
    fn report_is_due(&self, inventory: &Inventory) -> bool {
        let report = inventory.report();
        self.wants_report(inventory)
            && matches!(report, ReportState::NotRead | ReportState::Pending { .. })
            && !report.is_overdue()
    }

    fn examine(&mut self, inventory: &Inventory, index: UserIndex) {
        let facts = inventory.at(index);
        match self.needs(inventory, facts) {
            MissingData::Reads => self.window.push(index),
            MissingData::Report => self.parked.push(index),
            MissingData::Nothing => self.counts.settled += usize::from(!facts.is_root),
        }
    }

    fn needs(&mut self, inventory: &Inventory, facts: &UserFacts) -> MissingData {
        if facts.is_gone() {
            self.counts.gone += 1;
            return MissingData::Nothing;
        }
        if !facts.keys.is_settled() {
            // The report may be hours old: it rules nobody out.
            let unread = FilterRow { keys: RowKeys::Unknown, ..facts.row(false) };
            if self.filter.matches(&unread, &mut self.searcher) == Match::No {
                self.counts.ruled_out += 1;
                return MissingData::Nothing;
            }
            return MissingData::Reads;
        }
        if self.filter.needs_mfa() && self.report_is_due(inventory) {
            return MissingData::Report;
        }
        let Known::Live { value: keys, .. } = &facts.keys else {
            self.take_unread(facts);
            return MissingData::Nothing;
        };
        match self.uses(inventory, facts, keys) {
            MissingData::Nothing => {
                self.counts.read += usize::from(!facts.is_root);
                self.take_keys(facts, keys);
                MissingData::Nothing
            }
            needs => needs,
        }
    }

    /// What the last uses of the keys still need, of those keys that the
    /// filter has not ruled out already.
    fn uses(
        &mut self,
        inventory: &Inventory,
        facts: &UserFacts,
        keys: &[AccessKey],
    ) -> MissingData {
        let open = keys.iter().filter(|key| !key.last_use.is_settled());
        let mut open = open.filter(|key| {
            self.filter.matches(&facts.key_row(key, false), &mut self.searcher) != Match::No
        });
        if open.next().is_none() {
            return MissingData::Nothing;
        }
        let no_more_come = inventory.listed() || inventory.listing_failure().is_some();
        let few = !is_big(inventory) && no_more_come;
        match inventory.report() {
            _ if self.filter.needs_last_use() || few => MissingData::Reads,
            ReportState::Read { .. } => MissingData::Nothing,
            ReportState::Unavailable(_) => MissingData::Reads,
            report if report.is_overdue() => MissingData::Reads,
            // Until the list ends nobody knows whether there are many.
            ReportState::NotRead | ReportState::Pending { .. } => MissingData::Report,
        }
    }

    fn take_keys(&mut self, facts: &UserFacts, keys: &[AccessKey]) {
        if keys.is_empty() {
            let found = self.filter.matches(&facts.row(false), &mut self.searcher);
            self.take(found, |rank| ListRow::live(named(facts), None, "live", rank));
        }
        for key in keys {
            let found = self.filter.matches(&facts.key_row(key, false), &mut self.searcher);
            self.take(found, |rank| ListRow::live(named(facts), Some(key), "live", rank));
        }
    }

    /// A user whose keys could not be read has a row that says so.
    fn take_unread(&mut self, facts: &UserFacts) {
        match &facts.keys {
            Known::Denied(_) => self.counts.denied += 1,
            _ => self.counts.failed += 1,
        }
        if self.counts.first_failure.is_none() {
            self.counts.first_failure =
                facts.keys.failure().map(|failure| Arc::clone(&failure.error));
        }
        let unread = FilterRow { keys: RowKeys::Unknown, ..facts.row(false) };
        let found = self.filter.matches(&unread, &mut self.searcher);
        self.take(found, |rank| {
            ListRow::live(named(facts), None, row::source_label(&facts.keys), rank)
        });
    }

    fn take(&mut self, found: Match, row: impl FnOnce(Rank) -> ListRow) {
        match found {
            Match::Yes(rank) => self.ready.push(row(rank)),
            Match::Unknown => self.counts.undecided += 1,
            Match::No => {}
        }
    }
}

/// The user whom a row names: none for root.
fn named(facts: &UserFacts) -> Option<&UserFacts> {
    (!facts.is_root).then_some(facts)
}

fn is_big(inventory: &Inventory) -> bool {
    inventory.users().nth(SMALL_ACCOUNT_USERS).is_some()
}
