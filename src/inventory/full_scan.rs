//! Going through the whole account: every user's keys, and then the last use
//! of those keys that no report tells of.

use std::cmp::Reverse;
use std::time::Duration;

use crate::inventory::read_scheduler::ReadPlan;
use crate::inventory::{Inventory, Lane, ReportState, UserFacts, UserIndex};
use crate::model::{IamRead, Known};

/// An account with at most so many users is read whole without being asked.
const SMALL_ACCOUNT_USERS: usize = 50;

/// How far the full scan is.
#[derive(Clone, Debug, Default)]
pub(super) struct FullScan {
    on: bool,
    /// Number of the full scan; the users that it has asked for carry its number.
    number: u32,
    /// Whether keys that were read before it are read again.
    refresh: bool,
    /// Whether those come first who were made last.
    newest_first: bool,
    stage: ScanStage,
    /// The users in the order of the full scan, as far as they are listed.
    order: Vec<UserIndex>,
    /// All users before this place of the order have been seen to.
    from: usize,
}

/// What a full scan is after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ScanStage {
    /// The users' keys.
    #[default]
    Keys,
    /// The keys' last uses.
    LastUses,
}

/// How far a full scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScanProgress {
    /// What it is after.
    pub stage: ScanStage,
    /// How many users have been seen to.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// How long the rest takes at the rate that the service lets through, once
    /// that is being found out.
    pub left: Option<Duration>,
}

impl Inventory {
    /// Reads the whole account: every user's keys. Once all of them are known
    /// it reads them again. `newest_first` begins with those users who were
    /// made last, also if the full scan is already under way.
    pub(crate) fn start_full_scan(&mut self, newest_first: bool) {
        let again = !self.coverage().is_open();
        let full_scan = &mut self.full_scan;
        if !full_scan.on {
            *full_scan = FullScan {
                on: true,
                number: full_scan.number + 1,
                refresh: again,
                newest_first,
                ..FullScan::default()
            };
            if again {
                self.restart_listing();
            }
        } else if newest_first && !full_scan.newest_first {
            full_scan.newest_first = true;
            full_scan.order.clear();
            full_scan.from = 0;
        }
    }

    /// Stops reading the whole account; what is known stays.
    pub(crate) fn stop_full_scan(&mut self) {
        self.full_scan.on = false;
    }

    /// Whether the whole account is being read.
    pub(crate) fn is_scanning(&self) -> bool {
        self.full_scan.on
    }

    /// How far the full scan is that is under way.
    pub(crate) fn scan_progress(&self) -> Option<ScanProgress> {
        let listed = self.users.len();
        let counted = self.summary.value().and_then(|(users, _)| usize::try_from(*users).ok());
        let of = if self.listed() { listed } else { counted.unwrap_or_default().max(listed) };
        let FullScan { stage, from: done, .. } = self.full_scan;
        let left = self.scan_rate_limiter.time_for(of.saturating_sub(done));
        self.full_scan.on.then_some(ScanProgress { stage, done, of, left })
    }

    /// Whose keys a full scan has asked for is noted with the answer.
    pub(super) fn note_scanned(&mut self, index: UserIndex) {
        self.users[index.number()].scanned_in = self.full_scan.number;
    }

    pub(super) fn plan_full_scan(&mut self, plan: &mut ReadPlan) {
        if self.full_scan.on {
            self.queue_newcomers();
            self.plan_stage(plan);
            if self.full_scan.stage == ScanStage::Keys
                && self.stage_is_over()
                && self.report_is_decided()
            {
                self.full_scan.stage = ScanStage::LastUses;
                self.full_scan.from = 0;
                self.plan_stage(plan);
            }
            if self.full_scan.stage == ScanStage::LastUses && self.stage_is_over() {
                self.full_scan.on = false;
            }
        } else if self.listed() && self.users.len() <= SMALL_ACCOUNT_USERS {
            for index in (0..self.users.len()).filter_map(|index| u32::try_from(index).ok()) {
                for read in self.at(UserIndex(index)).unread(LastUseScope::All) {
                    self.ask(plan, Lane::FullScan, read);
                }
            }
        }
    }

    /// Users come page by page; those not yet seen to are put in order anew.
    fn queue_newcomers(&mut self) {
        let full_scan = &mut self.full_scan;
        let known = full_scan.order.len();
        if known == self.users.len() {
            return;
        }
        let came = (0..self.users.len()).skip(known).filter_map(|index| u32::try_from(index).ok());
        full_scan.order.extend(came.map(UserIndex));
        if full_scan.newest_first {
            let created = |index: &UserIndex| {
                self.users[index.number()].user.value().and_then(|user| user.created)
            };
            full_scan.order[full_scan.from..].sort_by_cached_key(|index| Reverse(created(index)));
        }
    }

    /// Asks for what the stage wants, from the first user on who has not been
    /// seen to: of the next ones, some may be in flight or put back.
    fn plan_stage(&mut self, plan: &mut ReadPlan) {
        let mut all_before = true;
        let mut place = self.full_scan.from;
        while plan.has_room(Lane::FullScan)
            && let Some(index) = self.full_scan.order.get(place).copied()
        {
            let reads = self.full_scan_reads(self.at(index));
            if reads.is_empty() {
                self.full_scan.from += usize::from(all_before);
            } else {
                all_before = false;
            }
            for read in reads {
                self.ask(plan, Lane::FullScan, read);
            }
            place += 1;
        }
    }

    fn full_scan_reads(&self, facts: &UserFacts) -> Vec<IamRead> {
        let open = match &facts.keys {
            _ if facts.is_gone() => false,
            Known::NotRead | Known::Reported { .. } => true,
            Known::Failed(_) => facts.scanned_in != self.full_scan.number,
            _ => self.full_scan.refresh && facts.scanned_in != self.full_scan.number,
        };
        match self.full_scan.stage {
            ScanStage::Keys if open => vec![facts.read_of_keys()],
            ScanStage::Keys => Vec::new(),
            ScanStage::LastUses => facts.unread_uses(LastUseScope::Unreported),
        }
    }

    /// Whether all users of the stage have been seen to, and no more come.
    fn stage_is_over(&self) -> bool {
        let no_more_come = self.listed() || self.listing.failure.is_some();
        no_more_come && self.full_scan.from == self.users.len()
    }

    /// Whether it is known for which keys the report tells the last use.
    pub(super) fn report_is_decided(&self) -> bool {
        !matches!(self.report, ReportState::Pending { .. }) || self.report.is_overdue()
    }
}

/// Which of the keys' last uses are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastUseScope {
    /// All that IAM itself has not told.
    All,
    /// Those that no report tells either.
    Unreported,
    /// None.
    None,
}

impl UserFacts {
    /// The question for the user's keys.
    pub(super) fn read_of_keys(&self) -> IamRead {
        IamRead::Keys { user: self.sent_name() }
    }

    /// What IAM has not told of the user's keys: the list, or else the last
    /// use of each.
    pub(super) fn unread(&self, uses: LastUseScope) -> Vec<IamRead> {
        if self.keys.is_settled() || self.is_gone() {
            return self.unread_uses(uses);
        }
        vec![self.read_of_keys()]
    }

    fn unread_uses(&self, uses: LastUseScope) -> Vec<IamRead> {
        let keys =
            if uses == LastUseScope::None || self.is_gone() { &[] } else { self.live_keys() };
        let open = keys.iter().filter(|key| match &key.last_use {
            Known::NotRead => true,
            Known::Reported { .. } => uses == LastUseScope::All,
            _ => false,
        });
        open.map(|key| IamRead::LastUse { key: key.id.clone() }).collect()
    }
}
