//! What the journal says of a plan.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::changes::{ChangeOrigin, Deactivation, Intent, JournalLine, LatestChanges, OutcomeKind};
use crate::model::{ChangeEffect, Direction, EscapedText, KeyId};
use crate::ops::plan::document::Plan;

/// State of a planned key by the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppliedState {
    /// A change of it may be in flight until then.
    InFlight(Timestamp),
    /// This plan has deactivated it then.
    Applied(Timestamp),
    /// This plan has deactivated it then, which was undone.
    Undone(Timestamp),
    /// The effect of a change of this plan is not known.
    Unknown(Timestamp),
    /// A change of this plan was interrupted, and a later read showed the old status: it was not
    /// made, or someone has reversed it since.
    Interrupted(Timestamp),
}

/// The changes of a plan, collected from the journal's lines.
#[derive(Clone, Debug)]
pub(crate) struct PlanHistory {
    /// The plan's ID.
    plan: EscapedText,
    change_origin: ChangeOrigin,
    /// The changes of the plan, and those that undo one of them, in the order of the journal.
    changes: Vec<PlanChange>,
    /// The number of the change with that ID.
    numbers: HashMap<EscapedText, usize>,
    /// The numbers of the changes of each key.
    of_key: HashMap<KeyId, Vec<usize>>,
    /// The latest changes of the account's keys, by whomever.
    latest: LatestChanges,
}

#[derive(Clone, Debug)]
struct PlanChange {
    intent: Box<Intent>,
    /// The outcome, and when it was recorded; `None` without one.
    outcome: Option<(PlanOutcome, Timestamp)>,
}

/// The outcome of a change of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlanOutcome {
    Effect(ChangeEffect),
    /// A read after an interruption showed the old status.
    Interrupted,
}

impl PlanHistory {
    /// Collects the changes of `plan` in `change_origin`.
    pub(crate) fn new(plan: &Plan, change_origin: ChangeOrigin) -> Self {
        Self {
            plan: plan.id.clone(),
            change_origin,
            changes: Vec::new(),
            numbers: HashMap::new(),
            of_key: HashMap::new(),
            latest: LatestChanges::default(),
        }
    }

    /// Returns whether these are the changes of that plan.
    pub(crate) fn is_of(&self, plan: &Plan) -> bool {
        self.plan == plan.id
    }

    /// Takes the next line of the journal. A line that was taken before changes nothing.
    pub(crate) fn add_line(&mut self, line: &JournalLine) {
        match line {
            JournalLine::Intent(intent) if self.numbers.contains_key(&intent.id) => {}
            JournalLine::Intent(intent) => {
                let is_here = intent.matches(&self.change_origin);
                if is_here {
                    self.latest.add_line(line);
                }
                let is_of_plan = is_here
                    && intent.plan.as_ref() == Some(&self.plan)
                    && intent.direction == Direction::Deactivate;
                let undoes = intent.undoes.as_ref().is_some_and(|id| self.numbers.contains_key(id));
                if is_of_plan || undoes {
                    let number = self.changes.len();
                    self.numbers.insert(intent.id.clone(), number);
                    self.of_key.entry(intent.key.clone()).or_default().push(number);
                    let intent = Box::new(intent.clone());
                    self.changes.push(PlanChange { intent, outcome: None });
                }
            }
            JournalLine::Outcome(outcome) => {
                self.latest.add_line(line);
                let number = self.numbers.get(&outcome.id);
                if let Some(change) = number.and_then(|number| self.changes.get_mut(*number)) {
                    let effect = outcome.effect(change.intent.direction);
                    let is_interrupted =
                        outcome.kind == OutcomeKind::Settled && effect == ChangeEffect::Nothing;
                    let outcome_of_plan = if is_interrupted {
                        PlanOutcome::Interrupted
                    } else {
                        PlanOutcome::Effect(effect)
                    };
                    let at = outcome.at();
                    change.outcome = Some((outcome_of_plan, at));
                }
            }
        }
    }

    /// Returns the state of a key; `None` if the plan has not changed it. A key is changed by a
    /// plan once: an earlier change that had an effect counts, even if later ones had none.
    pub(crate) fn state_of(&self, key: &KeyId, now: Timestamp) -> Option<AppliedState> {
        let changes = self.of_key.get(key).into_iter().flatten();
        changes
            .filter_map(|number| self.changes.get(*number))
            .fold(None, |before, change| change.state(before, now))
    }

    /// Returns whether a key is being deactivated, or was, by any change: a list of keys may not
    /// show it yet.
    pub(crate) fn deactivation_of(&self, key: &KeyId, now: Timestamp) -> Option<Deactivation> {
        self.latest.deactivation_of(key, now)
    }
}

impl PlanChange {
    /// Returns the state of the key after this change, given the one before.
    fn state(&self, before: Option<AppliedState>, now: Timestamp) -> Option<AppliedState> {
        use PlanOutcome::{Effect, Interrupted};
        let is_undo = self.intent.direction == Direction::Activate;
        match (self.outcome, before) {
            (None, _) if self.intent.may_be_in_flight(now) => {
                Some(AppliedState::InFlight(self.intent.effective_deadline()))
            }
            (Some((Effect(ChangeEffect::Done), at)), _) if is_undo => {
                Some(AppliedState::Undone(at))
            }
            (Some((Effect(ChangeEffect::Done), at)), _) => Some(AppliedState::Applied(at)),
            (Some((Effect(ChangeEffect::Unknown), at)), None) => Some(AppliedState::Unknown(at)),
            (Some((Interrupted, _)), None) => Some(AppliedState::Interrupted(self.intent.time)),
            (None, None) => Some(AppliedState::Unknown(self.intent.time)),
            (_, before) => before,
        }
    }
}
