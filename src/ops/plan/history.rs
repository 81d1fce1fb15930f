//! What the journal says of a plan.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::changes::{ChangeEffect, ChangeOrigin, Intent, JournalLine};
use crate::model::{Direction, EscapedText, KeyId};
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
}

/// The changes of a plan, collected from the journal's lines.
pub(crate) struct PlanHistory<'a> {
    plan: &'a Plan,
    change_origin: &'a ChangeOrigin,
    /// The changes of the plan, and those that undo one of them, by their numbers in the journal.
    changes: HashMap<usize, PlanChange>,
    /// The number of the change with that ID.
    numbers: HashMap<EscapedText, usize>,
}

struct PlanChange {
    intent: Box<Intent>,
    /// The effect, and when it was recorded; `None` without an outcome.
    outcome: Option<(ChangeEffect, Timestamp)>,
}

impl<'a> PlanHistory<'a> {
    /// Collects the changes of `plan` in `change_origin`.
    pub(crate) fn new(plan: &'a Plan, change_origin: &'a ChangeOrigin) -> Self {
        Self { plan, change_origin, changes: HashMap::new(), numbers: HashMap::new() }
    }

    /// Takes the next line, which belongs to change `number`.
    pub(crate) fn add_line(&mut self, number: usize, line: &JournalLine) {
        match line {
            JournalLine::Intent(intent) => {
                let is_of_plan = intent.plan.as_ref() == Some(&self.plan.id)
                    && intent.direction == Direction::Deactivate
                    && intent.matches(self.change_origin);
                let undoes = intent.undoes.as_ref().is_some_and(|id| self.numbers.contains_key(id));
                if is_of_plan || undoes {
                    self.numbers.insert(intent.id.clone(), number);
                    let intent = Box::new(intent.clone());
                    self.changes.insert(number, PlanChange { intent, outcome: None });
                }
            }
            JournalLine::Outcome(outcome) => {
                if let Some(change) = self.changes.get_mut(&number) {
                    let effect = outcome.effect(change.intent.direction);
                    let at = outcome.verified_at.unwrap_or(outcome.time);
                    change.outcome = Some((effect, at));
                }
            }
        }
    }

    /// Returns the state of each key that the plan has changed, or may have. A key is changed by a
    /// plan once: an earlier change that had an effect counts, even if later ones had none.
    pub(crate) fn states(&self, now: Timestamp) -> HashMap<KeyId, AppliedState> {
        let mut numbers: Vec<_> = self.changes.keys().copied().collect();
        numbers.sort_unstable();
        let mut states = HashMap::new();
        for change in numbers.iter().filter_map(|number| self.changes.get(number)) {
            let key = &change.intent.key;
            let before = states.get(key).copied();
            if let Some(state) = change.state(before, now) {
                states.insert(key.clone(), state);
            }
        }
        states
    }
}

impl PlanChange {
    /// Returns the state of the key after this change, given the one before.
    fn state(&self, before: Option<AppliedState>, now: Timestamp) -> Option<AppliedState> {
        let is_undo = self.intent.direction == Direction::Activate;
        match (self.outcome, before) {
            (None, _) if self.intent.may_be_in_flight(now) => {
                Some(AppliedState::InFlight(self.intent.effective_deadline()))
            }
            (Some((ChangeEffect::Done, at)), _) if is_undo => Some(AppliedState::Undone(at)),
            (Some((ChangeEffect::Done, at)), _) => Some(AppliedState::Applied(at)),
            (Some((ChangeEffect::Unknown, at)), None) => Some(AppliedState::Unknown(at)),
            (None, None) => Some(AppliedState::Unknown(self.intent.time)),
            (_, before) => before,
        }
    }
}
