//! The number of keys of a command, by what became of them.

use std::sync::Arc;

use crate::changes::OutcomeKind;
use crate::commands::messages::change as messages;
use crate::commands::set_status::key_result::{ALREADY, KeyResult};
use crate::model::{Direction, KeyId};

/// The keys of a command by what became of them.
#[derive(Debug, Default)]
pub(super) struct KeyTally {
    /// Number of changed keys.
    pub(super) changed: usize,
    /// Number of keys that had the status before.
    pub(super) already: usize,
    /// Keys of which it is not known whether they are changed.
    pub(super) unknown: Vec<KeyId>,
    /// Unchanged keys, each with the reason in a few words if it has one.
    pub(super) unchanged: Vec<(KeyId, Option<Arc<str>>)>,
}

impl KeyTally {
    /// Adds a key.
    pub(super) fn add(&mut self, result: &KeyResult) {
        let is = |kinds: &[OutcomeKind]| kinds.iter().any(|it| it.as_str() == result.outcome);
        if result.outcome == ALREADY {
            self.already += 1;
        } else if is(&[
            OutcomeKind::Verified,
            OutcomeKind::VerifiedByRefusal,
            OutcomeKind::Accepted,
        ]) {
            self.changed += 1;
        } else if is(&[OutcomeKind::Unverified, OutcomeKind::Unknown]) {
            self.unknown.push(result.key.clone());
        } else {
            self.add_unchanged(result.key.clone(), result.why.clone());
        }
    }

    /// Adds an unchanged key.
    pub(super) fn add_unchanged(&mut self, key: KeyId, why: Option<Arc<str>>) {
        self.unchanged.push((key, why));
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

    #[test]
    fn a_summary_names_the_keys_that_are_not_changed() {
        let key = |digit: char| KeyId::parse(&format!("AKIARZPUZDIKAAAAAAA{digit}")).unwrap();
        let mut tally = KeyTally { changed: 1, ..KeyTally::default() };
        assert_eq!(tally.summary(Direction::Deactivate), None);
        tally.add_unchanged(key('A'), Some("AccessDenied".into()));
        tally.add_unchanged(key('B'), None);
        tally.already = 1;
        assert_eq!(
            tally.summary(Direction::Deactivate).unwrap(),
            "4 keys: 1 deactivated, 1 already Inactive, 2 unchanged: AKIARZPUZDIKAAAAAAAA \
             (AccessDenied), AKIARZPUZDIKAAAAAAAB."
        );
        tally.unknown.push(key('C'));
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
