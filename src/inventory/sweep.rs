//! Going through the whole account: every user's keys, and then the last use
//! of those keys that no report tells of.

use std::cmp::Reverse;
use std::time::Duration;

use crate::inventory::plan::Plan;
use crate::inventory::{Inventory, Lane, ReportState, UserFacts, UserIndex};
use crate::model::{Known, Read};

/// An account with at most so many users is read whole without being asked.
const SMALL_ACCOUNT: usize = 50;

/// How far the sweep is.
#[derive(Clone, Debug, Default)]
pub(super) struct Sweep {
    on: bool,
    /// Which sweep it is; the users that it has asked for carry its number.
    number: u32,
    /// Whether keys that were read before it are read again.
    again: bool,
    /// Whether those come first who were made last.
    newest_first: bool,
    stage: Stage,
    /// The users in the order of the sweep, as far as they are listed.
    order: Vec<UserIndex>,
    /// All users before this place of the order have been seen to.
    from: usize,
}

/// What a sweep is after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The users' keys.
    #[default]
    Keys,
    /// The keys' last uses.
    LastUses,
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// What it is after.
    pub stage: Stage,
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
    /// made last, also if the sweep is already under way.
    pub(crate) fn sweep(&mut self, newest_first: bool) {
        let again = !self.coverage().is_open();
        let sweep = &mut self.sweep;
        if !sweep.on {
            *sweep = Sweep { on: true, number: sweep.number + 1, again, newest_first, ..Sweep::default() };
            if again {
                self.list_again();
            }
        } else if newest_first && !sweep.newest_first {
            sweep.newest_first = true;
            sweep.order.clear();
            sweep.from = 0;
        }
    }

    /// Stops reading the whole account; what is known stays.
    pub(crate) fn stop_sweep(&mut self) {
        self.sweep.on = false;
    }

    /// Whether the whole account is being read.
    pub(crate) fn sweeping(&self) -> bool {
        self.sweep.on
    }

    /// How far the sweep is that is under way.
    pub(crate) fn progress(&self) -> Option<Progress> {
        let listed = self.users.len();
        let counted = self.summary.value().and_then(|(users, _)| usize::try_from(*users).ok());
        let of = if self.listed() { listed } else { counted.unwrap_or_default().max(listed) };
        let Sweep { stage, from: done, .. } = self.sweep;
        let left = self.sweep_pace.time_for(of.saturating_sub(done));
        self.sweep.on.then_some(Progress { stage, done, of, left })
    }

    /// Whose keys a sweep has asked for is noted with the answer.
    pub(super) fn note_swept(&mut self, index: UserIndex) {
        self.users[index.number()].swept_in = self.sweep.number;
    }

    pub(super) fn plan_sweep(&mut self, plan: &mut Plan) {
        if self.sweep.on {
            self.queue_newcomers();
            self.plan_stage(plan);
            if self.sweep.stage == Stage::Keys && self.stage_is_over() && self.report_is_decided() {
                self.sweep.stage = Stage::LastUses;
                self.sweep.from = 0;
                self.plan_stage(plan);
            }
            if self.sweep.stage == Stage::LastUses && self.stage_is_over() {
                self.sweep.on = false;
            }
        } else if self.listed() && self.users.len() <= SMALL_ACCOUNT {
            for index in (0..self.users.len()).filter_map(|index| u32::try_from(index).ok()) {
                for read in self.at(UserIndex(index)).unread(Uses::All) {
                    self.ask(plan, Lane::Sweep, read);
                }
            }
        }
    }

    /// Users come page by page; those not yet seen to are put in order anew.
    fn queue_newcomers(&mut self) {
        let sweep = &mut self.sweep;
        let known = sweep.order.len();
        if known == self.users.len() {
            return;
        }
        let came = (0..self.users.len()).skip(known).filter_map(|index| u32::try_from(index).ok());
        sweep.order.extend(came.map(UserIndex));
        if sweep.newest_first {
            let created = |index: &UserIndex| self.users[index.number()].user.value().and_then(|user| user.created);
            sweep.order[sweep.from..].sort_by_cached_key(|index| Reverse(created(index)));
        }
    }

    /// Asks for what the stage wants, from the first user on who has not been
    /// seen to: of the next ones, some may be in flight or put back.
    fn plan_stage(&mut self, plan: &mut Plan) {
        let mut all_before = true;
        let mut place = self.sweep.from;
        while plan.has_room(Lane::Sweep)
            && let Some(index) = self.sweep.order.get(place).copied()
        {
            let reads = self.wanted_by_sweep(self.at(index));
            if reads.is_empty() {
                self.sweep.from += usize::from(all_before);
            } else {
                all_before = false;
            }
            for read in reads {
                self.ask(plan, Lane::Sweep, read);
            }
            place += 1;
        }
    }

    fn wanted_by_sweep(&self, facts: &UserFacts) -> Vec<Read> {
        let open = match &facts.keys {
            _ if facts.is_gone() => false,
            Known::NotRead | Known::Reported { .. } => true,
            Known::Failed(_) => facts.swept_in != self.sweep.number,
            _ => self.sweep.again && facts.swept_in != self.sweep.number,
        };
        match self.sweep.stage {
            Stage::Keys if open => vec![facts.read_of_keys()],
            Stage::Keys => Vec::new(),
            Stage::LastUses => facts.unread_uses(Uses::Unreported),
        }
    }

    /// Whether all users of the stage have been seen to, and no more come.
    fn stage_is_over(&self) -> bool {
        let no_more_come = self.listed() || self.listing.trouble.is_some();
        no_more_come && self.sweep.from == self.users.len()
    }

    /// Whether it is known for which keys the report tells the last use.
    pub(super) fn report_is_decided(&self) -> bool {
        !matches!(self.report, ReportState::Underway { .. }) || self.report.is_overdue()
    }
}

/// Which of the keys' last uses are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uses {
    /// All that IAM itself has not told.
    All,
    /// Those that no report tells either.
    Unreported,
    /// None.
    Nobodys,
}

impl UserFacts {
    /// The question for the user's keys.
    pub(super) fn read_of_keys(&self) -> Read {
        Read::Keys { user: self.sent_name() }
    }

    /// What IAM has not told of the user's keys: the list, or else the last
    /// use of each.
    pub(super) fn unread(&self, uses: Uses) -> Vec<Read> {
        if self.keys.is_settled() || self.is_gone() {
            return self.unread_uses(uses);
        }
        vec![self.read_of_keys()]
    }

    fn unread_uses(&self, uses: Uses) -> Vec<Read> {
        let keys = if uses == Uses::Nobodys || self.is_gone() { &[] } else { self.live_keys() };
        let open = keys.iter().filter(|key| match &key.last_use {
            Known::NotRead => true,
            Known::Reported { .. } => uses == Uses::All,
            _ => false,
        });
        open.map(|key| Read::LastUse { key: key.id.clone() }).collect()
    }
}
