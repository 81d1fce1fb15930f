//! The full scan: every user's keys, then the last use of the keys that the credential report
//! lacks.

use std::cmp::Reverse;
use std::time::Duration;

use crate::inventory::read_plan::{LastUseScope, ReadPlan};
use crate::inventory::scan_state::{FullScan, ScanStage};
use crate::inventory::{Inventory, Lane, ReportState, UserFacts, UserIndex};
use crate::model::{IamRead, Known};

/// Largest number of users of a small account, which is read in full, key by key, without a
/// request.
pub(crate) const MAX_SMALL_ACCOUNT_USERS: usize = 50;

/// Progress of a full scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScanProgress {
    /// The current stage.
    pub stage: ScanStage,
    /// Number of users done in this stage.
    pub done: usize,
    /// Number of users in total.
    pub total: usize,
    /// Time left at the current rate limit; `None` without one.
    pub left: Option<Duration>,
}

impl Inventory {
    /// Starts a full scan of every user's keys. Reads them again if all are known. `newest_first`
    /// puts the users created last first, also if a scan is already running.
    pub(crate) fn start_full_scan(&mut self, newest_first: bool) {
        let again = !self.coverage().has_unread_users();
        let full_scan = &mut self.full_scan;
        if !full_scan.is_running {
            *full_scan = FullScan {
                is_running: true,
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
            full_scan.done_until = 0;
        }
    }

    /// Stops the full scan. Known facts stay.
    pub(crate) fn stop_full_scan(&mut self) {
        self.full_scan.is_running = false;
    }

    /// Returns whether a full scan is running.
    pub(crate) fn is_scanning(&self) -> bool {
        self.full_scan.is_running
    }

    /// Returns the progress of the running full scan.
    pub(crate) fn scan_progress(&self) -> Option<ScanProgress> {
        let listed = self.users.len();
        let counted = self.summary.value().map(|summary| summary.users);
        let total = if self.is_listing_complete() {
            listed
        } else {
            counted.unwrap_or_default().max(listed)
        };
        let FullScan { stage, done_until: done, .. } = self.full_scan;
        let left = self.scan_rate_limiter.time_for(total.saturating_sub(done));
        self.full_scan.is_running.then_some(ScanProgress { stage, done, total, left })
    }

    /// Records that the current scan has a reply for the user.
    pub(super) fn record_scanned(&mut self, index: UserIndex) {
        self.users[index.number()].scanned_in = self.full_scan.number;
    }

    /// Plans the reads of the full scan, or of a small account.
    pub(super) fn plan_full_scan(&mut self, plan: &mut ReadPlan) {
        if self.full_scan.is_running {
            self.queue_new_users();
            self.plan_stage(plan);
            if self.full_scan.stage == ScanStage::Keys
                && self.stage_is_over()
                && self.report_is_decided()
            {
                self.full_scan.stage = ScanStage::LastUses;
                self.full_scan.done_until = 0;
                self.plan_stage(plan);
            }
            if self.full_scan.stage == ScanStage::LastUses && self.stage_is_over() {
                self.full_scan.is_running = false;
            }
        } else if self.is_listing_complete() && self.users.len() <= MAX_SMALL_ACCOUNT_USERS {
            for index in (0..self.users.len()).filter_map(|index| u32::try_from(index).ok()) {
                for read in self.facts(UserIndex(index)).unread(LastUseScope::All) {
                    self.request(plan, Lane::FullScan, read);
                }
            }
        }
    }

    /// Adds newly listed users to the order, and sorts those not done yet.
    fn queue_new_users(&mut self) {
        let full_scan = &mut self.full_scan;
        let known = full_scan.order.len();
        if known == self.users.len() {
            return;
        }
        let new = (0..self.users.len()).skip(known).filter_map(|index| u32::try_from(index).ok());
        full_scan.order.extend(new.map(UserIndex));
        if full_scan.newest_first {
            let created = |index: &UserIndex| {
                self.users[index.number()].user.value().and_then(|user| user.created)
            };
            full_scan.order[full_scan.done_until..]
                .sort_by_cached_key(|index| Reverse(created(index)));
        }
    }

    /// Plans the reads of the current stage, beginning with the first user not done: of the next
    /// ones, some may be in flight or waiting after throttling.
    fn plan_stage(&mut self, plan: &mut ReadPlan) {
        let mut all_before = true;
        let mut position = self.full_scan.done_until;
        while plan.has_room(Lane::FullScan)
            && let Some(index) = self.full_scan.order.get(position).copied()
        {
            let reads = self.full_scan_reads(self.facts(index));
            if reads.is_empty() {
                self.full_scan.done_until += usize::from(all_before);
            } else {
                all_before = false;
            }
            for read in reads {
                self.request(plan, Lane::FullScan, read);
            }
            position += 1;
        }
    }

    fn full_scan_reads(&self, facts: &UserFacts) -> Vec<IamRead> {
        let open = match &facts.keys {
            _ if facts.is_deleted() => false,
            Known::NotRead | Known::Reported { .. } => true,
            Known::Failed(_) => facts.scanned_in != self.full_scan.number,
            _ => self.full_scan.refresh && facts.scanned_in != self.full_scan.number,
        };
        match self.full_scan.stage {
            ScanStage::Keys if open => vec![facts.keys_read()],
            ScanStage::Keys => Vec::new(),
            ScanStage::LastUses => facts.unread_uses(LastUseScope::Unreported),
        }
    }

    /// Returns whether all users are done in this stage and no more will be listed.
    fn stage_is_over(&self) -> bool {
        let no_more_come = self.is_listing_complete() || self.listing.failure.is_some();
        no_more_come && self.full_scan.done_until == self.users.len()
    }

    /// Returns whether it is known which last uses the report has.
    pub(super) fn report_is_decided(&self) -> bool {
        !matches!(self.report, ReportState::Pending { .. }) || self.report.is_overdue()
    }
}

impl UserFacts {
    /// Returns the read of the user's keys; that of root has no name.
    pub(crate) fn keys_read(&self) -> IamRead {
        IamRead::Keys { user: self.sent_name() }
    }

    /// Returns the reads that the user's keys lack: the list, or else the last uses.
    pub(super) fn unread(&self, uses: LastUseScope) -> Vec<IamRead> {
        if self.keys.has_reply() || self.is_deleted() {
            return self.unread_uses(uses);
        }
        vec![self.keys_read()]
    }

    fn unread_uses(&self, uses: LastUseScope) -> Vec<IamRead> {
        let keys =
            if uses == LastUseScope::None || self.is_deleted() { &[] } else { self.live_keys() };
        let open = keys.iter().filter(|key| match &key.last_use {
            Known::NotRead => true,
            Known::Reported { .. } => uses == LastUseScope::All,
            _ => false,
        });
        open.map(|key| IamRead::LastUse { key: key.id.clone() }).collect()
    }
}
