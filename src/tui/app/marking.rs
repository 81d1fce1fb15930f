//! Marked keys, and what is done with several at once.

use std::collections::BTreeSet;

use crate::filter::Searcher;
use crate::model::{Direction, KeyId, KeyStatus, Now};
use crate::tui::app::{State, Tone, View};
use crate::tui::layout::Pane;

/// The marked keys.
pub(crate) type Marks = BTreeSet<KeyId>;

impl State {
    /// Marks or unmarks the selected key, and goes on to the next.
    pub(super) fn mark(&mut self, now: Now) {
        let Some(key) = self.chosen_key("space") else { return };
        if !self.marks.remove(&key) {
            self.marks.insert(key);
        }
        self.filter.touch();
        self.go(crate::tui::app::Move::By(1), now);
    }

    /// Marks every key that the list in use shows; those not read yet are
    /// counted and told.
    pub(super) fn mark_all(&mut self) {
        let (mut unread, mut keys) = (0, Vec::new());
        match self.focus {
            _ if self.view == View::Keys => {
                let shown = self.all_keys.list().items().iter().map(|index| self.inventory.key_at(*index).1);
                keys.extend(shown.filter(|id| self.inventory.key(id).is_some()).cloned());
            }
            Pane::Keys => keys.extend_from_slice(self.keys.items()),
            Pane::Users => {
                let mut searcher = Searcher::default();
                for index in self.users.list().items() {
                    let facts = self.inventory.at(*index);
                    unread += usize::from(facts.keys.live_value().is_none());
                    // Of a user whom the filter shows for one key, the other
                    // keys are not shown by it.
                    let shown = facts
                        .live_keys()
                        .iter()
                        .filter(|key| self.filter.filter().matches(&facts.key_row(key, false), &mut searcher).is_yes());
                    keys.extend(shown.map(|key| key.id.clone()));
                }
            }
        }
        self.marks.extend(keys);
        self.filter.touch();
        let left_out = if unread == 0 {
            String::new()
        } else {
            format!(" The keys of {unread} users are not read, so none of theirs is marked.")
        };
        let sentence = format!("{} keys are marked; esc takes the marks away.{left_out}", self.marks.len());
        self.notices.tell(Tone::Info, sentence);
    }

    /// Asks to switch the marked keys, or else the chosen one, that way.
    pub(super) fn switch_chosen(&mut self, direction: Direction, now: Now) {
        let keys: Vec<_> = if self.marks.is_empty() {
            let pressed = if direction == Direction::Deactivate { "d" } else { "a" };
            self.chosen_key(pressed).into_iter().collect()
        } else {
            self.marks.iter().cloned().collect()
        };
        if keys.is_empty() {
            return;
        }
        let wanted = direction.status();
        let status = |id: &KeyId| self.inventory.key(id).map(|key| key.status.clone());
        let to_change: Vec<_> = keys
            .iter()
            .filter(|id| {
                matches!(status(id), Some(KeyStatus::Active | KeyStatus::Inactive))
                    && status(id) != Some(wanted.clone())
            })
            .cloned()
            .collect();
        if to_change.is_empty() {
            let sentence = match keys.as_slice() {
                [one] => format!("{one} is {wanted} already: there is nothing to change."),
                several => format!("All {} marked keys are {wanted} already, or can't be switched.", several.len()),
            };
            self.notices.tell(Tone::Info, sentence);
            return;
        }
        self.ask_to_change(&to_change, direction, now);
    }
}
