//! What to read next. Computed anew whenever a slot is free, so that there is
//! no queue from which questions would have to be taken back.

use std::time::Duration;

use crate::inventory::sweep::Uses;
use crate::inventory::{Flight, Inventory, ReportState};
use crate::model::{Now, Read, UserName};

/// What the one who looks wants to know, most wanted first.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub(crate) struct Wanted {
    /// The user under the cursor.
    pub selected: Option<UserName>,
    /// The users whose rows are in view.
    pub in_view: Vec<UserName>,
    /// Questions that somebody has asked in so many words.
    pub asked: Vec<Read>,
    /// The user whose detail is wanted: the selected one, after a rest.
    pub detail: Option<UserName>,
    /// Whether the list of users is wanted.
    pub users: bool,
    /// Whether the credential report is wanted.
    pub report: bool,
    /// Whether the account is to be shown in few calls first: the rows in view
    /// wait for list and report, and take their last uses from there.
    pub spare_calls: bool,
    /// Whether the sweep must wait: a dialog is open or a change in flight.
    pub pause_sweep: bool,
}

/// Which client asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// For what somebody is looking at.
    Screen,
    /// For reading the whole account; slows down under throttling.
    Sweep,
}

/// How many more questions each lane can have in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Free {
    /// The screen's lane.
    pub screen: usize,
    /// The sweep's lane.
    pub sweep: usize,
}

impl Inventory {
    /// The questions to ask now, each with its lane; they count as in flight
    /// from here on.
    pub(crate) fn next(&mut self, wanted: &Wanted, free: Free, now: Now) -> Vec<(Lane, Read)> {
        let mut plan = Plan { free, reads: Vec::new() };
        if self.stopped.is_some() {
            return plan.reads;
        }
        plan.free.screen = plan.free.screen.min(self.screen_pace.room(now.mono));
        plan.free.sweep = plan.free.sweep.min(self.sweep_pace.room(now.mono));
        self.plan_again(&mut plan);
        self.plan_selected(&mut plan, wanted);
        self.plan_account(&mut plan, wanted, now);
        if !self.is_opening(wanted) {
            self.plan_rows(&mut plan, wanted);
            self.plan_detail(&mut plan, wanted);
        }
        if !wanted.pause_sweep {
            self.plan_sweep(&mut plan);
        }
        for (lane, _) in &plan.reads {
            self.pace_of(*lane).asked(now.mono);
        }
        plan.reads
    }

    /// When, after the given time, to ask for the next questions although no
    /// answer has come.
    pub(crate) fn wakes(&self, after: Duration) -> Option<Duration> {
        if self.stopped.is_some() {
            return None;
        }
        let report = match self.report {
            ReportState::Underway { next, .. } => Some(next),
            _ => None,
        };
        let times = [self.screen_pace.wakes(), self.sweep_pace.wakes(), report];
        times.into_iter().flatten().filter(|time| *time > after).min()
    }

    /// Whether the account is just being opened: the first list of users and
    /// the report are on their way. They show most rows in few calls, and the
    /// rows' own questions would only take the rate from them.
    fn is_opening(&self, wanted: &Wanted) -> bool {
        let listing = wanted.users && self.listing.done.is_none() && self.listing.trouble.is_none();
        let reporting = [Read::MakeReport, Read::Report].iter().any(|read| self.flying.contains_key(read));
        wanted.spare_calls && self.listing.round == 0 && !self.screen_pace.is_limited() && (listing || reporting)
    }

    fn plan_again(&mut self, plan: &mut Plan) {
        for read in std::mem::take(&mut self.again) {
            if self.flying.contains_key(&read) || !plan.ask(Lane::Screen, &read) {
                self.again.push(read);
            } else {
                self.flying.insert(read, Flight { lane: Lane::Screen, again: true });
            }
        }
    }

    fn plan_selected(&mut self, plan: &mut Plan, wanted: &Wanted) {
        for read in &wanted.asked {
            self.ask(plan, Lane::Screen, read.clone());
        }
        if let Some(user) = &wanted.selected {
            let uses = if self.is_opening(wanted) { Uses::Nobodys } else { Uses::All };
            self.ask_of_user(plan, user, uses);
        }
    }

    fn plan_account(&mut self, plan: &mut Plan, wanted: &Wanted, now: Now) {
        if wanted.users && self.listing.done.is_none() && self.listing.trouble.is_none() {
            self.ask(plan, Lane::Screen, Read::Users { from: self.listing.next.clone() });
        }
        if wanted.report {
            match self.report {
                ReportState::NotRead => self.ask(plan, Lane::Screen, Read::MakeReport),
                ReportState::Underway { next, .. } if now.mono >= next => {
                    self.ask(plan, Lane::Screen, Read::Report);
                }
                _ => {}
            }
        }
        if !self.alias.is_settled() {
            self.ask(plan, Lane::Screen, Read::Alias);
        }
        if wanted.users && !self.summary.is_settled() {
            self.ask(plan, Lane::Screen, Read::Summary);
        }
    }

    /// The keys of the rows in view, and their last uses; if calls are to be
    /// spared, only where the report does not tell them.
    fn plan_rows(&mut self, plan: &mut Plan, wanted: &Wanted) {
        let uses = match (wanted.spare_calls, self.report_is_decided()) {
            (false, _) => Uses::All,
            (true, true) => Uses::Unreported,
            (true, false) => Uses::Nobodys,
        };
        for user in &wanted.in_view {
            if !plan.has_room(Lane::Screen) {
                return;
            }
            self.ask_of_user(plan, user, uses);
        }
    }

    fn plan_detail(&mut self, plan: &mut Plan, wanted: &Wanted) {
        let Some(user) = &wanted.detail else { return };
        let Some(facts) = self.user(user).filter(|facts| !facts.is_gone() && !facts.is_root) else { return };
        let parts: Vec<_> = facts.unread_parts().collect();
        for part in parts {
            self.ask(plan, Lane::Screen, Read::Detail { user: user.clone(), part });
        }
    }

    fn ask_of_user(&mut self, plan: &mut Plan, name: &UserName, uses: Uses) {
        let Some(facts) = self.user(name) else { return };
        for read in facts.unread(uses) {
            self.ask(plan, Lane::Screen, read);
        }
    }

    pub(super) fn ask(&mut self, plan: &mut Plan, lane: Lane, read: Read) {
        if !self.flying.contains_key(&read) && plan.ask(lane, &read) {
            self.flying.insert(read, Flight { lane, again: false });
        }
    }
}

/// A plan in the making.
pub(super) struct Plan {
    free: Free,
    reads: Vec<(Lane, Read)>,
}

impl Plan {
    /// Whether the lane has room for another question.
    pub(super) fn has_room(&self, lane: Lane) -> bool {
        match lane {
            Lane::Screen => self.free.screen > 0,
            Lane::Sweep => self.free.sweep > 0,
        }
    }

    /// Takes the question in if its lane has room.
    fn ask(&mut self, lane: Lane, read: &Read) -> bool {
        if !self.has_room(lane) {
            return false;
        }
        match lane {
            Lane::Screen => self.free.screen -= 1,
            Lane::Sweep => self.free.sweep -= 1,
        }
        self.reads.push((lane, read.clone()));
        true
    }
}
