//! The latest changes of keys by the journal. A list of keys may not show them yet.

use std::collections::HashMap;

use jiff::Timestamp;

use super::change_origin::ChangeOrigin;
use super::journal::entry::{Intent, JournalEntry, JournalLine};
use super::journal::outcome::{OutcomeKind, OutcomeRecord};
use super::journal::{Journal, JournalError};
use crate::model::{ChangeEffect, Direction, EscapedText, KeyId, LIST_MAY_LAG};

/// A change that a list of keys may not show yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecentChange {
    /// What it was to do.
    pub direction: Direction,
    /// When it was last tried or confirmed.
    pub at: Timestamp,
}

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
pub(crate) struct LatestChanges {
    /// The keys of the changes without a certain outcome, by the IDs of the changes.
    open: HashMap<EscapedText, KeyId>,
    of_key: HashMap<KeyId, KeyChanges>,
}

/// The changes of a key that may have set its status.
#[derive(Clone, Debug, Default)]
struct KeyChanges {
    /// Those without a certain outcome.
    open: Vec<OpenChange>,
    /// The latest one that was certainly made, and when.
    made: Option<(Direction, Timestamp)>,
}

#[derive(Clone, Debug)]
struct OpenChange {
    intent: Box<Intent>,
    /// Time of the latest outcome, none of which is certain.
    tried: Option<Timestamp>,
}

/// Returns whether a list that is read at `now` may not show a change of that time yet. One from
/// the future was written before the clock was set back.
fn may_lag(changed: Timestamp, now: Timestamp) -> bool {
    changed <= now && now.duration_since(changed) < LIST_MAY_LAG
}

/// Returns the latest changes of this account, as far back as a list may not show them yet.
///
/// # Errors
/// Returns an error if the journal cannot be read.
pub(crate) fn recent_changes(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    now: Timestamp,
) -> Result<LatestChanges, JournalError> {
    let oldest = now.checked_sub(LIST_MAY_LAG).unwrap_or(Timestamp::MIN);
    let add_line = |latest: &mut LatestChanges, _, line: &JournalLine| match line {
        JournalLine::Intent(intent) if !intent.matches(change_origin) => {}
        _ => latest.add_line(line),
    };
    let (latest, _) = journal.scan_back_to(oldest, 0, add_line)?;
    Ok(latest)
}

impl LatestChanges {
    /// Takes the next line. An intent that was taken before, and the outcome of one that was not,
    /// change nothing.
    pub(crate) fn add_line(&mut self, line: &JournalLine) {
        match line {
            JournalLine::Intent(intent) if self.open.contains_key(&intent.id) => {}
            JournalLine::Intent(intent) => {
                self.open.insert(intent.id.clone(), intent.key.clone());
                let of_key = self.of_key.entry(intent.key.clone()).or_default();
                of_key.open.push(OpenChange { intent: Box::new(intent.clone()), tried: None });
            }
            JournalLine::Outcome(outcome) => {
                let of_key = self.open.get(&outcome.id).and_then(|key| self.of_key.get_mut(key));
                if of_key.is_some_and(|changes| changes.add_outcome(outcome)) {
                    self.open.remove(&outcome.id);
                }
            }
        }
    }

    /// Returns the deactivation of a key that may still hold: only an activation that was certainly
    /// made later ends it.
    pub(crate) fn deactivation_of(&self, key: &KeyId, now: Timestamp) -> Option<Deactivation> {
        let of_key = self.of_key.get(key)?;
        let in_flight = of_key
            .open_in(Direction::Deactivate)
            .filter(|change| change.tried.is_none() && change.intent.may_be_in_flight(now))
            .map(|change| change.intent.effective_deadline());
        in_flight
            .max()
            .map(Deactivation::InFlight)
            .or_else(|| of_key.times(Direction::Deactivate).max().map(Deactivation::Made))
    }

    /// Returns the last change of a key in that direction that may still hold, if a list that is
    /// read at `now` may not show it yet: only a change of the opposite direction that was
    /// certainly made later ends it.
    pub(crate) fn recent(
        &self,
        key: &KeyId,
        direction: Direction,
        now: Timestamp,
    ) -> Option<RecentChange> {
        let times = self.of_key.get(key)?.times(direction);
        let at = times.filter(|at| may_lag(*at, now)).max()?;
        Some(RecentChange { direction, at })
    }
}

impl KeyChanges {
    /// Takes an outcome of an open change, and returns whether it is certain.
    fn add_outcome(&mut self, outcome: &OutcomeRecord) -> bool {
        let Some(number) = self.open.iter().position(|it| it.intent.id == outcome.id) else {
            return true;
        };
        let (direction, at) = (self.open[number].intent.direction, outcome.at());
        let is_done = outcome.effect(direction) == ChangeEffect::Done;
        // A later read shows nothing if the list may lag behind a change of the opposite direction.
        let may_be_old = outcome.kind == OutcomeKind::Settled
            && is_done
            && self.made.is_some_and(|(made, then)| made != direction && may_lag(then, at));
        if may_be_old || !outcome.kind.is_final() {
            self.open[number].tried = Some(at);
            return false;
        }
        self.open.swap_remove(number);
        if is_done && self.made.is_none_or(|(_, before)| before <= at) {
            self.made = Some((direction, at));
        }
        true
    }

    /// Returns the changes in that direction without a certain outcome.
    fn open_in(&self, direction: Direction) -> impl Iterator<Item = &OpenChange> {
        self.open.iter().filter(move |change| change.intent.direction == direction)
    }

    /// Returns when those changes in that direction were made or last tried, that no change of the
    /// opposite direction has certainly ended.
    fn times(&self, direction: Direction) -> impl Iterator<Item = Timestamp> {
        let made_in = |wanted| self.made.filter(|(it, _)| *it == wanted).map(|(_, at)| at);
        let (made, ended) = (made_in(direction), made_in(direction.reversed()));
        let tried = self.open_in(direction).map(|it| it.tried.unwrap_or(it.intent.time));
        tried.filter(move |at| ended.is_none_or(|ended| ended < *at)).chain(made)
    }
}

impl JournalEntry {
    /// Returns whether a list that is read at `now` may not show this change yet.
    pub(crate) fn may_not_show(&self, now: Timestamp) -> bool {
        self.intent.may_be_in_flight(now) || may_lag(self.tried_at(), now)
    }

    /// Returns from when on a list shows this change, if it was made.
    pub(crate) fn shown_from(&self) -> Timestamp {
        let shown = self.tried_at().checked_add(LIST_MAY_LAG).unwrap_or(Timestamp::MAX);
        shown.max(self.intent.effective_deadline())
    }

    /// Returns when the change was last tried.
    fn tried_at(&self) -> Timestamp {
        self.outcomes.last().map_or(self.intent.time, OutcomeRecord::at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::test_fixtures::{change, change_origin, entry, intent, time};
    use crate::model::{AccountId, KeyChange, KeyStatus};

    /// Returns the directions of the recent changes of the key at 12:00, by a journal with these
    /// changes.
    fn recent(changes: &[(Direction, &str, Option<OutcomeKind>)]) -> Vec<Direction> {
        let entries: Vec<_> = changes
            .iter()
            .map(|(direction, at, kind)| {
                entry(&KeyChange { direction: *direction, ..change() }, at, *kind)
            })
            .collect();
        let journal = Journal::with_entries(&entries);
        let found = recent_changes(&journal, &change_origin(), time("12:00:00")).unwrap();
        directions_of(&found, "12:00:00")
    }

    fn directions_of(latest: &LatestChanges, now: &str) -> Vec<Direction> {
        let directions = [Direction::Activate, Direction::Deactivate];
        let recent = |it| latest.recent(&change().key, it, time(now));
        directions.into_iter().filter_map(recent).map(|change| change.direction).collect()
    }

    #[test]
    fn the_last_change_that_may_have_had_an_effect_counts_for_ten_minutes() {
        use Direction::{Activate, Deactivate};
        let verified = Some(OutcomeKind::Verified);
        let cases = [
            (vec![], vec![]),
            (vec![(Activate, "11:59:00", verified)], vec![Activate]),
            (vec![(Activate, "11:59:00", Some(OutcomeKind::Accepted))], vec![Activate]),
            (vec![(Activate, "11:59:00", Some(OutcomeKind::Unknown))], vec![Activate]),
            (vec![(Activate, "11:59:00", None)], vec![Activate]),
            (vec![(Activate, "11:59:00", Some(OutcomeKind::Refused))], vec![]),
            (vec![(Activate, "11:49:00", verified)], vec![]),
            (vec![(Activate, "12:01:00", verified)], vec![]),
            (
                vec![(Activate, "11:58:00", verified), (Deactivate, "11:59:00", verified)],
                vec![Deactivate],
            ),
            (
                vec![
                    (Activate, "11:58:00", verified),
                    (Deactivate, "11:59:00", Some(OutcomeKind::Refused)),
                ],
                vec![Activate],
            ),
            (
                vec![
                    (Activate, "11:58:00", verified),
                    (Deactivate, "11:59:00", Some(OutcomeKind::Unknown)),
                ],
                vec![Activate, Deactivate],
            ),
        ];
        for (changes, expected) in cases {
            assert_eq!(recent(&changes), expected, "{changes:?}");
        }
    }

    #[test]
    fn changes_of_other_accounts_do_not_count() {
        let mut foreign = entry(&change(), "11:59:00", Some(OutcomeKind::Verified));
        foreign.intent.account = Some(AccountId::from_number(1));
        let journal = Journal::with_entries(&[foreign]);
        let found = recent_changes(&journal, &change_origin(), time("12:00:00")).unwrap();
        assert!(directions_of(&found, "12:00:00").is_empty());
    }

    #[test]
    fn a_settled_change_without_effect_does_not_count() {
        let mut settled = entry(&change(), "11:59:00", Some(OutcomeKind::Settled));
        settled.outcomes[0].status_seen = Some(KeyStatus::Active);
        let journal = Journal::with_entries(&[settled]);
        let found = recent_changes(&journal, &change_origin(), time("12:00:00")).unwrap();
        assert!(directions_of(&found, "12:00:00").is_empty());
    }

    /// Begins a change of the key, and takes its outcomes.
    fn add(
        latest: &mut LatestChanges,
        direction: Direction,
        begun: &str,
        outcomes: &[(OutcomeKind, &str, Option<KeyStatus>)],
    ) {
        let intent = intent(&KeyChange { direction, ..change() }, begun);
        latest.add_line(&JournalLine::Intent(intent.clone()));
        for (kind, at, seen) in outcomes {
            let mut outcome = OutcomeRecord::new(&intent.id, *kind, time(at));
            outcome.status_seen.clone_from(seen);
            latest.add_line(&JournalLine::Outcome(outcome));
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

    #[test]
    fn a_read_soon_after_the_opposite_change_is_not_certain() {
        use Direction::{Activate, Deactivate};
        let unknown = (OutcomeKind::Unknown, "12:01:10", None);
        let read = |at| (OutcomeKind::Settled, at, Some(KeyStatus::Inactive));
        for (read_at, is_certain) in [("12:09:00", false), ("12:10:10", true)] {
            let mut latest = LatestChanges::default();
            add(&mut latest, Activate, "12:00:00", &[(OutcomeKind::Verified, "12:00:10", None)]);
            add(&mut latest, Deactivate, "12:01:00", &[unknown.clone(), read(read_at)]);
            let recent = directions_of(&latest, "12:10:00");
            assert_eq!(recent.contains(&Activate), !is_certain, "{read_at}: {recent:?}");
            assert_eq!(made(&latest), Some(Deactivation::Made(time(read_at))));
        }
    }
}
