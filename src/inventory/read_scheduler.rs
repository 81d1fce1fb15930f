//! Plan of the next reads. Computed again whenever a slot is free, so that there is no queue to
//! cancel reads from.

use std::time::Duration;

use crate::inventory::read_plan::{Lane, LaneSlots, LastUseScope, ReadPlan};
use crate::inventory::{InFlightRead, Inventory, ReportState};
use crate::model::{IamRead, Now, UserName};

/// Reads that the caller wants, by priority.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub(crate) struct ReadWishes {
    /// The user under the cursor.
    pub selected: Option<UserName>,
    /// The users whose rows are in view.
    pub in_view: Vec<UserName>,
    /// Reads that the user has requested explicitly.
    pub requested: Vec<IamRead>,
    /// The user whose detail is wanted: the selected one, after a pause.
    pub detail: Option<UserName>,
    /// Whether the list of users is wanted.
    pub users: bool,
    /// Whether the credential report is wanted.
    pub report: bool,
    /// Whether to show the account with few calls first: the rows in view wait for the list and the
    /// report, and take their last uses from the report.
    pub spare_calls: bool,
    /// Whether the full scan must wait, since a dialog is open or a change is in flight.
    pub pause_full_scan: bool,
}

impl Inventory {
    /// Returns the reads to send now, each with its lane. They count as in flight from here on.
    pub(crate) fn take_next_reads(
        &mut self,
        wanted: &ReadWishes,
        free: LaneSlots,
        now: Now,
    ) -> Vec<(Lane, IamRead)> {
        let mut plan = ReadPlan { free, reads: Vec::new() };
        if self.stopped.is_some() {
            return plan.reads;
        }
        plan.free.screen = plan.free.screen.min(self.screen_rate_limiter.available(now.mono));
        plan.free.full_scan = plan.free.full_scan.min(self.scan_rate_limiter.available(now.mono));
        self.plan_refreshes(&mut plan);
        self.plan_selected(&mut plan, wanted);
        self.plan_account(&mut plan, wanted, now);
        if !self.is_opening(wanted) {
            self.plan_rows(&mut plan, wanted);
            self.plan_detail(&mut plan, wanted);
        }
        if !wanted.pause_full_scan {
            self.plan_full_scan(&mut plan);
        }
        for (lane, _) in &plan.reads {
            self.rate_limiter_of(*lane).record_sent(now.mono);
        }
        plan.reads
    }

    /// Returns when, after the given time, to call [`Self::take_next_reads`] again although no
    /// reply has come.
    pub(crate) fn next_read_at(&self, after: Duration) -> Option<Duration> {
        if self.stopped.is_some() {
            return None;
        }
        let report = match self.report {
            ReportState::Pending { next, .. } => Some(next),
            _ => None,
        };
        let times = [
            self.screen_rate_limiter.next_slot_at(),
            self.scan_rate_limiter.next_slot_at(),
            report,
        ];
        times.into_iter().flatten().filter(|time| *time > after).min()
    }

    /// Returns whether the account is just being opened: the first list of users and the report are
    /// in flight. They show most rows in few calls, and the rows' own reads would only compete for
    /// the rate.
    fn is_opening(&self, wanted: &ReadWishes) -> bool {
        let listing = wanted.users && self.listing.done.is_none() && self.listing.failure.is_none();
        let reporting = [IamRead::GenerateReport, IamRead::Report]
            .iter()
            .any(|read| self.in_flight_reads.contains_key(read));
        wanted.spare_calls
            && self.listing.round == 0
            && !self.screen_rate_limiter.is_limited()
            && (listing || reporting)
    }

    /// Plans requested reads until the lane is full. One that is in flight waits for its reply and
    /// is then sent again.
    fn plan_refreshes(&mut self, plan: &mut ReadPlan) {
        let mut waiting = Vec::new();
        while plan.has_room(Lane::Screen)
            && let Some(read) = self.refresh_queue.pop_front()
        {
            if self.in_flight_reads.contains_key(&read) {
                waiting.push(read);
                continue;
            }
            plan.try_add(Lane::Screen, &read);
            self.queued_refreshes.remove(&read);
            self.in_flight_reads.insert(read, InFlightRead { lane: Lane::Screen, refresh: true });
        }
        waiting.into_iter().rev().for_each(|read| self.refresh_queue.push_front(read));
    }

    fn plan_selected(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes) {
        for read in &wanted.requested {
            self.request(plan, Lane::Screen, read.clone());
        }
        if let Some(user) = &wanted.selected {
            let uses = if self.is_opening(wanted) { LastUseScope::None } else { LastUseScope::All };
            self.request_user_reads(plan, user, uses);
        }
    }

    fn plan_account(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes, now: Now) {
        if wanted.users && self.listing.done.is_none() && self.listing.failure.is_none() {
            self.request(plan, Lane::Screen, IamRead::Users { from: self.listing.next.clone() });
        }
        if wanted.report {
            match self.report {
                ReportState::NotRead => self.request(plan, Lane::Screen, IamRead::GenerateReport),
                ReportState::Pending { next, .. } if now.mono >= next => {
                    self.request(plan, Lane::Screen, IamRead::Report);
                }
                _ => {}
            }
        }
        if !self.alias.has_reply() {
            self.request(plan, Lane::Screen, IamRead::Alias);
        }
        if wanted.users && !self.summary.has_reply() {
            self.request(plan, Lane::Screen, IamRead::Summary);
        }
    }

    /// Plans the keys of the rows in view and their last uses; with `spare_calls`, only the last
    /// uses that the report lacks.
    fn plan_rows(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes) {
        let uses = match (wanted.spare_calls, self.report_is_decided()) {
            (false, _) => LastUseScope::All,
            (true, true) => LastUseScope::Unreported,
            (true, false) => LastUseScope::None,
        };
        for user in &wanted.in_view {
            if !plan.has_room(Lane::Screen) {
                return;
            }
            self.request_user_reads(plan, user, uses);
        }
    }

    fn plan_detail(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes) {
        let Some(user) = &wanted.detail else { return };
        let Some(facts) = self.user(user).filter(|facts| !facts.is_deleted() && !facts.is_root)
        else {
            return;
        };
        let parts: Vec<_> = facts.unread_parts().collect();
        for part in parts {
            self.request(plan, Lane::Screen, IamRead::Detail { user: user.clone(), part });
        }
    }

    fn request_user_reads(&mut self, plan: &mut ReadPlan, name: &UserName, uses: LastUseScope) {
        let Some(facts) = self.user(name) else { return };
        for read in facts.unread(uses) {
            self.request(plan, Lane::Screen, read);
        }
    }

    /// Adds a read to the plan if it is not in flight and its lane has a free slot.
    pub(super) fn request(&mut self, plan: &mut ReadPlan, lane: Lane, read: IamRead) {
        if !self.in_flight_reads.contains_key(&read) && plan.try_add(lane, &read) {
            self.in_flight_reads.insert(read, InFlightRead { lane, refresh: false });
        }
    }
}
