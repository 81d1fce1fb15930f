//! The number of keys of a command, by what became of them.

use std::sync::Arc;

use crate::commands::messages::change as messages;
use crate::commands::set_status::key_result::{KeyOutcome, KeyResult};
use crate::model::{ChangeEffect, Direction, KeyId};

/// The keys of a command by what became of them.
#[derive(Debug, Default)]
pub(super) struct KeyTally {
    /// Number of changed keys.
    changed: usize,
    /// Number of keys that had the status before.
    already: usize,
    /// Keys of which it is not known whether they are changed.
    unknown: Vec<KeyId>,
    /// Unchanged keys, each with the reason in a few words if it has one.
    unchanged: Vec<(KeyId, Option<Arc<str>>)>,
}

impl KeyTally {
    /// Counts the keys of a command.
    pub(super) fn of<'a>(results: impl IntoIterator<Item = &'a KeyResult>) -> Self {
        let mut tally = Self::default();
        for KeyResult { key, outcome, why, .. } in results {
            let effect = match outcome {
                KeyOutcome::Already => {
                    tally.already += 1;
                    continue;
                }
                // No later read settles it while the command runs.
                KeyOutcome::Change(kind) => kind.effect(false),
                KeyOutcome::Skipped(_) | KeyOutcome::NotReached => ChangeEffect::Nothing,
            };
            match effect {
                ChangeEffect::Done => tally.changed += 1,
                ChangeEffect::Unknown => tally.unknown.push(key.clone()),
                ChangeEffect::Nothing => tally.unchanged.push((key.clone(), why.clone())),
            }
        }
        tally
    }

    /// Returns the summary of several keys; `None` for one.
    pub(super) fn summary(&self, direction: Direction) -> Option<String> {
        let keys = self.changed + self.already + self.unknown.len() + self.unchanged.len();
        (keys > 1).then(|| {
            let unknown: Vec<_> = self.unknown.iter().map(KeyId::to_string).collect();
            let unchanged = self.unchanged.iter().map(|(key, why)| match why {
                Some(why) => format!("{key} ({why})"),
                None => key.to_string(),
            });
            let unchanged: Vec<_> = unchanged.collect();
            messages::summary(direction, keys, [self.changed, self.already], &unknown, &unchanged)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::OutcomeKind;
    use crate::commands::exit::Exit;

    #[test]
    fn a_summary_names_the_keys_that_are_not_changed() {
        let key = |digit: char| KeyId::parse(&format!("AKIARZPUZDIKAAAAAAA{digit}")).unwrap();
        let change = |digit, kind, why: Option<&str>| KeyResult {
            outcome: KeyOutcome::Change(kind),
            why: why.map(Into::into),
            ..KeyResult::unresolved(key(digit), String::new(), Exit::Partial)
        };
        let mut results = vec![change('1', OutcomeKind::Verified, None)];
        assert_eq!(KeyTally::of(&results).summary(Direction::Deactivate), None);
        results.push(change('A', OutcomeKind::Refused, Some("AccessDenied")));
        results.push(change('B', OutcomeKind::NotSent, None));
        results.push(KeyResult::already(key('2'), None, Direction::Deactivate, ""));
        assert_eq!(
            KeyTally::of(&results).summary(Direction::Deactivate).unwrap(),
            "4 keys: 1 deactivated, 1 already Inactive, 2 unchanged: AKIARZPUZDIKAAAAAAAA \
             (AccessDenied), AKIARZPUZDIKAAAAAAAB."
        );
        results.push(change('C', OutcomeKind::Unverified, None));
        let tally = KeyTally::of(&results);
        let summary = tally.summary(Direction::Activate).unwrap();
        assert!(
            summary.starts_with(
                "5 keys: 1 activated, 1 already Active, 1 with an unknown outcome: \
                 AKIARZPUZDIKAAAAAAAC, 2 unchanged: "
            ),
            "{summary}"
        );
    }
}
