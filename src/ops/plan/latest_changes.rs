//! The latest changes of keys by the journal: a list of keys may lag behind them.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::changes::{ChangeEffect, Intent, OutcomeRecord};
use crate::model::{Direction, EscapedText, KeyId};

/// A deactivation that a list of keys may not show yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deactivation {
    /// It may be in flight until then.
    InFlight(Timestamp),
    /// It was made then, or may have been.
    Made(Timestamp),
}

/// The latest changes of keys, from the journal's lines in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct LatestChanges {
    of_key: HashMap<KeyId, LatestChange>,
    /// The key and the direction of each change without an outcome.
    open: HashMap<EscapedText, (KeyId, Direction)>,
}

#[derive(Clone, Debug, Default)]
struct LatestChange {
    /// The latest change without an outcome.
    open: Option<Box<Intent>>,
    /// The latest change that had an effect, or may have had one, and when.
    made: Option<(Direction, Timestamp)>,
}

impl LatestChanges {
    /// Takes a change that has begun.
    pub(super) fn begin(&mut self, intent: &Intent) {
        self.open.insert(intent.id.clone(), (intent.key.clone(), intent.direction));
        let latest = self.of_key.entry(intent.key.clone()).or_default();
        latest.open = Some(Box::new(intent.clone()));
    }

    /// Takes the outcome of a change.
    pub(super) fn end(&mut self, outcome: &OutcomeRecord) {
        let Some((key, direction)) = self.open.remove(&outcome.id) else { return };
        let latest = self.of_key.entry(key).or_default();
        latest.open.take_if(|open| open.id == outcome.id);
        if outcome.effect(direction) != ChangeEffect::Nothing {
            let at = outcome.verified_at.unwrap_or(outcome.time);
            latest.made = Some((direction, at));
        }
    }

    /// Returns the deactivation of a key, if its latest change is one.
    pub(super) fn deactivation_of(&self, key: &KeyId, now: Timestamp) -> Option<Deactivation> {
        let latest = self.of_key.get(key)?;
        match (&latest.open, latest.made) {
            (Some(open), _) if open.direction == Direction::Deactivate => {
                Some(if open.may_be_in_flight(now) {
                    Deactivation::InFlight(open.effective_deadline())
                } else {
                    Deactivation::Made(open.time)
                })
            }
            (None, Some((Direction::Deactivate, at))) => Some(Deactivation::Made(at)),
            _ => None,
        }
    }
}
