//! The latest changes of keys by the journal: a list of keys may lag behind them.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::changes::{Intent, OutcomeRecord};
use crate::model::{ChangeEffect, Direction, EscapedText, KeyId};

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
    /// Changes without a certain outcome, by their IDs.
    open: HashMap<EscapedText, OpenChange>,
    of_key: HashMap<KeyId, KeyChanges>,
}

#[derive(Clone, Debug)]
struct OpenChange {
    intent: Box<Intent>,
    /// Time of the latest outcome, none of which is certain.
    tried: Option<Timestamp>,
}

#[derive(Clone, Debug, Default)]
struct KeyChanges {
    /// IDs of the deactivations without a certain outcome.
    open: Vec<EscapedText>,
    /// The latest change that was certainly made, and when.
    made: Option<(Direction, Timestamp)>,
}

impl LatestChanges {
    /// Takes a change that has begun. One that was taken before changes nothing.
    pub(super) fn begin(&mut self, intent: &Intent) {
        if self.open.contains_key(&intent.id) {
            return;
        }
        if intent.direction == Direction::Deactivate {
            let of_key = self.of_key.entry(intent.key.clone()).or_default();
            of_key.open.push(intent.id.clone());
        }
        let change = OpenChange { intent: Box::new(intent.clone()), tried: None };
        self.open.insert(intent.id.clone(), change);
    }

    /// Takes an outcome of a change, which may not be the last.
    pub(super) fn end(&mut self, outcome: &OutcomeRecord) {
        let Some(change) = self.open.get_mut(&outcome.id) else { return };
        let at = outcome.at();
        if !outcome.kind.is_final() {
            change.tried = Some(at);
            return;
        }
        let (key, direction) = (change.intent.key.clone(), change.intent.direction);
        self.open.remove(&outcome.id);
        let of_key = self.of_key.entry(key).or_default();
        of_key.open.retain(|id| *id != outcome.id);
        let is_latest = of_key.made.is_none_or(|(_, before)| before <= at);
        if is_latest && outcome.effect(direction) == ChangeEffect::Done {
            of_key.made = Some((direction, at));
        }
    }

    /// Returns the deactivation of a key that may still hold: only an activation that was certainly
    /// made later ends it.
    pub(super) fn deactivation_of(&self, key: &KeyId, now: Timestamp) -> Option<Deactivation> {
        let of_key = self.of_key.get(key)?;
        let open = || of_key.open.iter().filter_map(|id| self.open.get(id));
        let in_flight = open()
            .filter(|change| change.tried.is_none() && change.intent.may_be_in_flight(now))
            .map(|change| change.intent.effective_deadline());
        if let Some(until) = in_flight.max() {
            return Some(Deactivation::InFlight(until));
        }
        let tried = open().map(|change| change.tried.unwrap_or(change.intent.time));
        let made = of_key.made.filter(|(direction, _)| *direction == Direction::Deactivate);
        let activated = of_key
            .made
            .filter(|(direction, _)| *direction == Direction::Activate)
            .map(|(_, at)| at);
        tried
            .filter(|at| activated.is_none_or(|activated| activated < *at))
            .chain(made.map(|(_, at)| at))
            .max()
            .map(Deactivation::Made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::OutcomeKind;
    use crate::changes::test_fixtures::{change, intent, time};
    use crate::model::KeyStatus;

    /// Begins a change of the key, and takes its outcomes.
    fn add(
        latest: &mut LatestChanges,
        direction: Direction,
        begun: &str,
        outcomes: &[(OutcomeKind, &str, Option<KeyStatus>)],
    ) {
        let intent = intent(&crate::model::KeyChange { direction, ..change() }, begun);
        latest.begin(&intent);
        for (kind, at, seen) in outcomes {
            let mut outcome = OutcomeRecord::new(&intent.id, *kind, time(at));
            outcome.status_seen.clone_from(seen);
            latest.end(&outcome);
        }
    }

    fn made(latest: &LatestChanges) -> Option<Deactivation> {
        latest.deactivation_of(&change().key, time("13:00:00"))
    }

    #[test]
    fn the_last_outcome_of_a_change_counts() {
        let unknown = (OutcomeKind::Unknown, "12:00:10", None);
        let mut latest = LatestChanges::default();
        add(&mut latest, Direction::Deactivate, "12:00:00", std::slice::from_ref(&unknown));
        assert_eq!(made(&latest), Some(Deactivation::Made(time("12:00:10"))));
        let active = (OutcomeKind::Settled, "12:05:00", Some(KeyStatus::Active));
        let mut latest = LatestChanges::default();
        add(&mut latest, Direction::Deactivate, "12:00:00", &[unknown.clone(), active]);
        assert_eq!(made(&latest), None, "it was not made");
        let inactive = (OutcomeKind::Settled, "12:09:00", Some(KeyStatus::Inactive));
        let mut latest = LatestChanges::default();
        add(&mut latest, Direction::Deactivate, "12:00:00", &[unknown, inactive]);
        assert_eq!(made(&latest), Some(Deactivation::Made(time("12:09:00"))));
    }

    #[test]
    fn only_an_activation_that_was_made_ends_a_deactivation() {
        let verified = |at| (OutcomeKind::Verified, at, None);
        for (outcomes, ends) in [
            (vec![], false),
            (vec![(OutcomeKind::Unknown, "12:01:10", None)], false),
            (vec![(OutcomeKind::Refused, "12:01:10", None)], false),
            (vec![verified("12:01:10")], true),
        ] {
            let mut latest = LatestChanges::default();
            add(&mut latest, Direction::Deactivate, "12:00:00", &[verified("12:00:10")]);
            add(&mut latest, Direction::Activate, "12:01:00", &outcomes);
            let before = Deactivation::Made(time("12:00:10"));
            assert_eq!(made(&latest), (!ends).then_some(before), "{outcomes:?}");
        }
    }
}
