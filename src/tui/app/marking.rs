//! Marked keys and actions on several keys.

use std::collections::BTreeSet;

use crate::filter::Searcher;
use crate::inventory::UserFacts;
use crate::model::{Direction, KeyId, KeyStatus, Now};
use crate::tui::app::{Activity, SkippedKeys, State, Tone, View};
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::messages;
use crate::tui::messages::lists::SkipReason;

/// Marked keys.
pub(crate) type Marks = BTreeSet<KeyId>;

impl State {
    /// Marks or unmarks the selected key, and moves to the next.
    pub(super) fn mark(&mut self, now: Now) {
        let Some(key) = self.chosen_key(Action::Mark) else { return };
        if !self.marks.remove(&key) {
            self.marks.insert(key);
        }
        self.filter.touch();
        self.go(crate::tui::app::CursorMove::By(1), now);
    }

    /// Marks every key in the focused list, and reports the number of users whose keys are not read
    /// yet.
    pub(super) fn mark_all(&mut self) {
        let (mut unread, mut keys) = (0, Vec::new());
        match self.focus {
            _ if self.view == View::Keys => {
                let shown = self
                    .all_keys
                    .list()
                    .items()
                    .iter()
                    .map(|index| self.inventory.key_at(*index).1);
                keys.extend(shown.filter(|id| self.inventory.key(id).is_some()).cloned());
            }
            Pane::Keys => keys.extend_from_slice(self.keys.items()),
            Pane::Users => {
                let mut searcher = Searcher::default();
                for index in self.users.list().items() {
                    let facts = self.inventory.at(*index);
                    unread += usize::from(facts.keys.live_value().is_none());
                    // Only the keys that match are marked, since the filter shows a user for one of
                    // them.
                    let shown = facts.live_keys().iter().filter(|key| {
                        self.filter
                            .filter()
                            .matches(&facts.key_row(key, false), &mut searcher)
                            .is_yes()
                    });
                    keys.extend(shown.map(|key| key.id.clone()));
                }
            }
        }
        self.marks.extend(keys);
        self.filter.touch();
        if self.marks.is_empty() {
            let sentence = messages::lists::nothing_to_mark(unread, self.key_for(Action::FullScan));
            self.notifications.notify(Tone::Info, sentence);
        } else {
            self.notify_marks(unread);
        }
    }

    /// Shows the number of marked keys, and how to clear the marks.
    pub(super) fn notify_marks(&mut self, unread: usize) {
        let sentence = messages::lists::marked(
            self.marks.len(),
            unread,
            self.filter.is_active(),
            self.key_for(Action::Cancel),
        );
        self.notifications.notify_activity(Activity::Marks(unread), sentence);
    }

    /// Opens the dialog on the marked keys, or else the selected one.
    pub(super) fn change_chosen(&mut self, direction: Direction, now: Now) {
        let keys: Vec<_> = if self.marks.is_empty() {
            let action = match direction {
                Direction::Deactivate => Action::Deactivate,
                Direction::Activate => Action::Activate,
            };
            self.chosen_key(action).into_iter().collect()
        } else {
            self.marks.iter().cloned().collect()
        };
        if keys.is_empty() {
            return;
        }
        self.change_keys(&keys, direction, now);
    }

    /// Opens the dialog on those of the keys that can be changed, and reports why others are
    /// skipped.
    pub(super) fn change_keys(&mut self, keys: &[KeyId], direction: Direction, now: Now) {
        let wanted = direction.status();
        let (mut eligible, mut skipped) = (Vec::new(), Vec::new());
        for id in keys {
            match self.skip_reason(id, &wanted) {
                None => eligible.push(id.clone()),
                Some(reason) => skipped.push((id.clone(), reason)),
            }
        }
        let message = match (keys, skipped.as_slice()) {
            (_, []) => None,
            ([one], [(_, SkipReason::AlreadySet)]) => {
                Some(messages::lists::already_set(one, &wanted))
            }
            ([one], [(_, SkipReason::NotSettable)]) => {
                let status = self.inventory.key(one).map(|key| &key.status);
                status.map(|status| messages::lists::not_settable(one, status))
            }
            ([one], _) => Some(self.without_status(one)),
            _ => Some(skipped_sentences(keys.len(), &skipped, &wanted)),
        };
        if eligible.is_empty() {
            self.notifications.notify(Tone::Info, message.unwrap_or_default());
            return;
        }
        // Keys of unknown status stay marked, since they may still have to be changed.
        let is_known = |reason| {
            matches!(reason, SkipReason::AlreadySet | SkipReason::NotSettable | SkipReason::Deleted)
        };
        let unmark =
            skipped.into_iter().filter(|(_, reason)| is_known(*reason)).map(|(id, _)| id).collect();
        self.ask_to_change(&eligible, direction, SkippedKeys { message, unmark }, now);
    }

    /// Returns why a key cannot be changed to `wanted`, or `None` if it can.
    fn skip_reason(&self, id: &KeyId, wanted: &KeyStatus) -> Option<SkipReason> {
        match self.inventory.key(id).map(|key| &key.status) {
            Some(status) if status == wanted => return Some(SkipReason::AlreadySet),
            Some(KeyStatus::Active | KeyStatus::Inactive) => return None,
            Some(_) => return Some(SkipReason::NotSettable),
            None => {}
        }
        Some(match self.inventory.owner(id).map(|index| self.inventory.at(index)) {
            Some(facts) if facts.is_deleted() || facts.keys.failure().is_some() => {
                SkipReason::Unreadable
            }
            Some(facts) if facts.keys.live_value().is_some() => SkipReason::Deleted,
            _ => SkipReason::NotRead,
        })
    }

    /// Returns a sentence on a key whose status is unknown.
    pub(super) fn without_status(&self, id: &KeyId) -> String {
        let owner = self.inventory.owner(id);
        let facts = owner.map(|index| self.inventory.at(index));
        let user_gone = owner.filter(|_| facts.is_some_and(UserFacts::is_deleted));
        let failure = facts.and_then(|facts| facts.keys.failure());
        match (self.skip_reason(id, &KeyStatus::Active), user_gone, failure) {
            (_, Some(owner), _) => self.owner_not_found(id, owner),
            (Some(SkipReason::Deleted), ..) => messages::lists::key_deleted(id),
            (_, _, Some(failure)) => messages::lists::status_unreadable(id, &failure.error),
            _ => messages::lists::status_not_read(id),
        }
    }
}

/// Returns one sentence for each reason, with the number of marked keys it applies to.
fn skipped_sentences(all: usize, skipped: &[(KeyId, SkipReason)], wanted: &KeyStatus) -> String {
    let sentences = SkipReason::ALL.iter().filter_map(|reason| {
        let count = skipped.iter().filter(|(_, other)| other == reason).count();
        (count > 0).then(|| messages::lists::skipped(count, all, *reason, wanted))
    });
    sentences.collect::<Vec<_>>().join(" ")
}
