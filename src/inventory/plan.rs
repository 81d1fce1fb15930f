//! What to read next. Computed anew whenever a slot is free, so that there is
//! no queue from which questions would have to be taken back.

use std::time::Duration;

use crate::inventory::{Inventory, ReportState, UserFacts, UserIndex};
use crate::model::{Known, Now, Read, UserName};

/// An account with at most so many users is read whole without being asked.
const SMALL_ACCOUNT: usize = 50;

/// What the one who looks wants to know, most wanted first.
#[derive(Clone, Debug, Default, PartialEq)]
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
        if now.mono < self.screen_hold.until {
            plan.free.screen = 0;
        }
        if now.mono < self.sweep_hold.until {
            plan.free.sweep = 0;
        }
        self.plan_again(&mut plan);
        self.plan_selected(&mut plan, wanted);
        self.plan_account(&mut plan, wanted, now);
        self.plan_rows(&mut plan, wanted);
        self.plan_detail(&mut plan, wanted);
        if !wanted.pause_sweep {
            self.plan_sweep(&mut plan);
        }
        plan.reads
    }

    /// When to ask for the next questions although no answer has come.
    pub(crate) fn wakes(&self, wanted: &Wanted, now: Now) -> Option<Duration> {
        if self.stopped.is_some() {
            return None;
        }
        let holds = [self.screen_hold.until, self.sweep_hold.until];
        let held = holds.into_iter().filter(|until| now.mono < *until);
        let report = match self.report {
            ReportState::Underway { next, .. } if wanted.report && next > now.mono => Some(next),
            _ => None,
        };
        held.chain(report).min()
    }

    fn plan_again(&mut self, plan: &mut Plan) {
        for read in std::mem::take(&mut self.again) {
            if self.flying.contains_key(&read) || !plan.ask(Lane::Screen, &read) {
                self.again.push(read);
            } else {
                self.flying.insert(read, Lane::Screen);
            }
        }
    }

    fn plan_selected(&mut self, plan: &mut Plan, wanted: &Wanted) {
        for read in &wanted.asked {
            self.ask(plan, Lane::Screen, read.clone());
        }
        if let Some(user) = &wanted.selected {
            self.ask_of_user(plan, user);
        }
    }

    fn plan_account(&mut self, plan: &mut Plan, wanted: &Wanted, now: Now) {
        if wanted.users && self.listing.done.is_none() && self.listing.trouble.is_none() {
            self.ask(plan, Lane::Screen, Read::Users { from: self.listing.next.clone() });
        }
        if !self.alias.is_settled() {
            self.ask(plan, Lane::Screen, Read::Alias);
        }
        if wanted.users && !self.summary.is_settled() {
            self.ask(plan, Lane::Screen, Read::Summary);
        }
        if wanted.report {
            match self.report {
                ReportState::NotRead => self.ask(plan, Lane::Screen, Read::MakeReport),
                // The report only adds to users that are listed, so the list
                // comes first.
                ReportState::Underway { next, .. } if now.mono >= next && self.listing.done.is_some() => {
                    self.ask(plan, Lane::Screen, Read::Report);
                }
                _ => {}
            }
        }
    }

    fn plan_rows(&mut self, plan: &mut Plan, wanted: &Wanted) {
        for user in &wanted.in_view {
            if plan.free.screen == 0 {
                return;
            }
            self.ask_of_user(plan, user);
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

    /// A user's keys, and then their last use.
    fn ask_of_user(&mut self, plan: &mut Plan, user: &UserName) {
        let Some(facts) = self.user(user) else { return };
        for read in facts.unread(true) {
            self.ask(plan, Lane::Screen, read);
        }
    }

    fn plan_sweep(&mut self, plan: &mut Plan) {
        let small = self.listed() && self.users.len() <= SMALL_ACCOUNT;
        if !self.sweeping && !small {
            return;
        }
        // A big account's last uses come from the report, where there is one:
        // a call for each key is kept for the rows in view.
        let live_uses = small || !matches!(self.report, ReportState::Read { .. } | ReportState::Underway { .. });
        // Users before `sweep_from` have been seen to; the others are gone
        // through again, since some of theirs may be in flight or put back.
        let mut all_before = true;
        let mut index = self.sweep_from;
        while plan.free.sweep > 0 && (index as usize) < self.users.len() {
            let reads = self.at(UserIndex(index)).unread(live_uses);
            if reads.is_empty() {
                self.sweep_from += u32::from(all_before);
            } else {
                all_before = false;
            }
            for read in reads {
                self.ask(plan, Lane::Sweep, read);
            }
            index += 1;
        }
        if self.listed() && self.sweep_from as usize == self.users.len() {
            self.sweeping = false;
        }
    }

    fn ask(&mut self, plan: &mut Plan, lane: Lane, read: Read) {
        if !self.flying.contains_key(&read) && plan.ask(lane, &read) {
            self.flying.insert(read, lane);
        }
    }
}

impl UserFacts {
    /// What the service has not told of the user's keys: the list, or else
    /// the last use of each.
    fn unread(&self, live_uses: bool) -> Vec<Read> {
        match &self.keys {
            Known::Live { .. } if !live_uses => Vec::new(),
            Known::Live { value, .. } => value
                .iter()
                .filter(|key| !key.last_use.is_settled())
                .map(|key| Read::LastUse { key: key.id.clone() })
                .collect(),
            keys if keys.is_settled() || self.is_gone() => Vec::new(),
            _ => vec![Read::Keys { user: self.sent_name() }],
        }
    }
}

/// A plan in the making.
struct Plan {
    free: Free,
    reads: Vec<(Lane, Read)>,
}

impl Plan {
    /// Takes the question in if its lane has room.
    fn ask(&mut self, lane: Lane, read: &Read) -> bool {
        let free = match lane {
            Lane::Screen => &mut self.free.screen,
            Lane::Sweep => &mut self.free.sweep,
        };
        if *free == 0 {
            return false;
        }
        *free -= 1;
        self.reads.push((lane, read.clone()));
        true
    }
}
