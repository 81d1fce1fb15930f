//! What to read next. Computed anew whenever a slot is free, so that there is
//! no queue from which questions would have to be taken back.

use std::time::Duration;

use crate::inventory::full_scan::LastUseScope;
use crate::inventory::{InFlightRead, Inventory, ReportState};
use crate::model::{IamRead, Now, UserName};

/// What the one who looks wants to know, most wanted first.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub(crate) struct ReadWishes {
    /// The user under the cursor.
    pub selected: Option<UserName>,
    /// The users whose rows are in view.
    pub in_view: Vec<UserName>,
    /// Questions that somebody has asked in so many words.
    pub requested: Vec<IamRead>,
    /// The user whose detail is wanted: the selected one, after a rest.
    pub detail: Option<UserName>,
    /// Whether the list of users is wanted.
    pub users: bool,
    /// Whether the credential report is wanted.
    pub report: bool,
    /// Whether the account is to be shown in few calls first: the rows in view
    /// wait for list and report, and take their last uses from there.
    pub spare_calls: bool,
    /// Whether the full scan must wait: a dialog is open or a change in flight.
    pub pause_full_scan: bool,
}

/// Which client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// For what somebody is looking at.
    Screen,
    /// For reading the whole account; slows down under throttling.
    FullScan,
}

/// How many more questions each lane can have in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneSlots {
    /// The screen's lane.
    pub screen: usize,
    /// The full-scan lane.
    pub full_scan: usize,
}

impl Inventory {
    /// The questions to ask now, each with its lane; they count as in flight
    /// from here on.
    pub(crate) fn next(
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

    /// When, after the given time, to ask for the next questions although no
    /// answer has come.
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

    /// Whether the account is just being opened: the first list of users and
    /// the report are on their way. They show most rows in few calls, and the
    /// rows' own questions would only take the rate from them.
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

    fn plan_refreshes(&mut self, plan: &mut ReadPlan) {
        for read in std::mem::take(&mut self.refresh_queue) {
            if self.in_flight_reads.contains_key(&read) || !plan.try_add(Lane::Screen, &read) {
                self.refresh_queue.push(read);
            } else {
                self.in_flight_reads
                    .insert(read, InFlightRead { lane: Lane::Screen, refresh: true });
            }
        }
    }

    fn plan_selected(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes) {
        for read in &wanted.requested {
            self.ask(plan, Lane::Screen, read.clone());
        }
        if let Some(user) = &wanted.selected {
            let uses = if self.is_opening(wanted) { LastUseScope::None } else { LastUseScope::All };
            self.ask_of_user(plan, user, uses);
        }
    }

    fn plan_account(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes, now: Now) {
        if wanted.users && self.listing.done.is_none() && self.listing.failure.is_none() {
            self.ask(plan, Lane::Screen, IamRead::Users { from: self.listing.next.clone() });
        }
        if wanted.report {
            match self.report {
                ReportState::NotRead => self.ask(plan, Lane::Screen, IamRead::GenerateReport),
                ReportState::Pending { next, .. } if now.mono >= next => {
                    self.ask(plan, Lane::Screen, IamRead::Report);
                }
                _ => {}
            }
        }
        if !self.alias.is_settled() {
            self.ask(plan, Lane::Screen, IamRead::Alias);
        }
        if wanted.users && !self.summary.is_settled() {
            self.ask(plan, Lane::Screen, IamRead::Summary);
        }
    }

    /// The keys of the rows in view, and their last uses; if calls are to be
    /// spared, only where the report does not tell them.
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
            self.ask_of_user(plan, user, uses);
        }
    }

    fn plan_detail(&mut self, plan: &mut ReadPlan, wanted: &ReadWishes) {
        let Some(user) = &wanted.detail else { return };
        let Some(facts) = self.user(user).filter(|facts| !facts.is_gone() && !facts.is_root) else {
            return;
        };
        let parts: Vec<_> = facts.unread_parts().collect();
        for part in parts {
            self.ask(plan, Lane::Screen, IamRead::Detail { user: user.clone(), part });
        }
    }

    fn ask_of_user(&mut self, plan: &mut ReadPlan, name: &UserName, uses: LastUseScope) {
        let Some(facts) = self.user(name) else { return };
        for read in facts.unread(uses) {
            self.ask(plan, Lane::Screen, read);
        }
    }

    pub(super) fn ask(&mut self, plan: &mut ReadPlan, lane: Lane, read: IamRead) {
        if !self.in_flight_reads.contains_key(&read) && plan.try_add(lane, &read) {
            self.in_flight_reads.insert(read, InFlightRead { lane, refresh: false });
        }
    }
}

/// A plan in the making.
pub(super) struct ReadPlan {
    free: LaneSlots,
    reads: Vec<(Lane, IamRead)>,
}

impl ReadPlan {
    /// Whether the lane has room for another question.
    pub(super) fn has_room(&self, lane: Lane) -> bool {
        match lane {
            Lane::Screen => self.free.screen > 0,
            Lane::FullScan => self.free.full_scan > 0,
        }
    }

    /// Takes the question in if its lane has room.
    fn try_add(&mut self, lane: Lane, read: &IamRead) -> bool {
        if !self.has_room(lane) {
            return false;
        }
        match lane {
            Lane::Screen => self.free.screen -= 1,
            Lane::FullScan => self.free.full_scan -= 1,
        }
        self.reads.push((lane, read.clone()));
        true
    }
}
