//! Changes that a list of keys may not show yet.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::change_origin::ChangeOrigin;
use super::journal::entry::{JournalEntry, JournalLine};
use super::journal::outcome::OutcomeRecord;
use super::journal::{Journal, JournalError, search_from_end};
use crate::model::{ChangeEffect, Direction, KeyId};

/// Time after a change for which a list of keys that shows the status before may be out of date.
pub(crate) const LIST_MAY_LAG: SignedDuration = SignedDuration::from_mins(10);

/// Bytes of the journal that are searched at most for recent changes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The last change of a key that had, or may have had, an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecentChange {
    /// What it was to do.
    pub direction: Direction,
    /// When it was last tried or confirmed.
    pub at: Timestamp,
}

/// Returns whether a list that is read at `now` may not show a change of that time yet. One from the
/// future was written before the clock was set back.
fn may_lag(changed: Timestamp, now: Timestamp) -> bool {
    changed <= now && now.duration_since(changed) < LIST_MAY_LAG
}

/// Returns the keys of this account whose last change a list may not show yet.
///
/// # Errors
/// Returns an error if the journal cannot be read.
pub(crate) fn recent_changes(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    now: Timestamp,
) -> Result<HashMap<KeyId, RecentChange>, JournalError> {
    let oldest = now.checked_sub(LIST_MAY_LAG).unwrap_or(Timestamp::MIN);
    let changes = search_from_end(0, |bytes| {
        let mut changes: Vec<Option<(KeyId, RecentChange)>> = Vec::new();
        let scan = journal.scan_end(bytes.min(MAX_BYTES), &mut |number, line| match line {
            JournalLine::Intent(intent) => {
                let change = RecentChange { direction: intent.direction, at: intent.time };
                let is_here = intent.matches(change_origin);
                changes.push(is_here.then(|| (intent.key.clone(), change)));
            }
            JournalLine::Outcome(outcome) => {
                let Some(known) = changes.get_mut(number) else { return };
                let Some((_, change)) = known else { return };
                change.at = outcome.at();
                if outcome.effect(change.direction) == ChangeEffect::Nothing {
                    *known = None;
                }
            }
        })?;
        Ok((scan.reaches_back_to(oldest) || bytes >= MAX_BYTES).then_some(changes))
    })?;
    let mut last: HashMap<_, _> = changes.into_iter().flatten().collect();
    last.retain(|_, change| may_lag(change.at, now));
    Ok(last)
}

impl JournalEntry {
    /// Returns whether a list that is read at `now` may not show this change yet.
    pub(crate) fn may_not_show(&self, now: Timestamp) -> bool {
        may_lag(self.outcomes.last().map_or(self.intent.time, OutcomeRecord::at), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::journal::outcome::OutcomeKind;
    use crate::changes::test_fixtures::{change, change_origin, entry, time};
    use crate::model::{AccountId, KeyChange, KeyStatus};

    /// Returns the recent change of the key at 12:00, by a journal with these changes.
    fn recent(changes: &[(Direction, &str, Option<OutcomeKind>)]) -> Option<Direction> {
        let entries: Vec<_> = changes
            .iter()
            .map(|(direction, at, kind)| {
                entry(&KeyChange { direction: *direction, ..change() }, at, *kind)
            })
            .collect();
        let journal = Journal::with_entries(&entries);
        let found = recent_changes(&journal, &change_origin(), time("12:00:00")).unwrap();
        found.get(&change().key).map(|change| change.direction)
    }

    #[test]
    fn the_last_change_that_may_have_had_an_effect_counts_for_ten_minutes() {
        use Direction::{Activate, Deactivate};
        let verified = Some(OutcomeKind::Verified);
        let cases = [
            (vec![], None),
            (vec![(Activate, "11:59:00", verified)], Some(Activate)),
            (vec![(Activate, "11:59:00", Some(OutcomeKind::Accepted))], Some(Activate)),
            (vec![(Activate, "11:59:00", Some(OutcomeKind::Unknown))], Some(Activate)),
            (vec![(Activate, "11:59:00", None)], Some(Activate)),
            (vec![(Activate, "11:59:00", Some(OutcomeKind::Refused))], None),
            (vec![(Activate, "11:49:00", verified)], None),
            (vec![(Activate, "12:01:00", verified)], None),
            (
                vec![(Activate, "11:58:00", verified), (Deactivate, "11:59:00", verified)],
                Some(Deactivate),
            ),
            (
                vec![
                    (Activate, "11:58:00", verified),
                    (Deactivate, "11:59:00", Some(OutcomeKind::Refused)),
                ],
                Some(Activate),
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
        assert!(found.is_empty());
    }

    #[test]
    fn a_settled_change_without_effect_does_not_count() {
        let mut settled = entry(&change(), "11:59:00", Some(OutcomeKind::Settled));
        settled.outcomes[0].status_seen = Some(KeyStatus::Active);
        let journal = Journal::with_entries(&[settled]);
        let found = recent_changes(&journal, &change_origin(), time("12:00:00")).unwrap();
        assert!(found.is_empty());
    }
}
