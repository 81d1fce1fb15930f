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
        self.switch(&keys, direction, now);
    }

    /// Asks to switch those of the keys that do not stand that way yet; of the
    /// others it is told that they stay as they are.
    pub(super) fn switch(&mut self, keys: &[KeyId], direction: Direction, now: Now) {
        let wanted = direction.status();
        let (mut to_change, mut already, mut fixed) = (Vec::new(), 0, 0);
        for id in keys {
            match self.inventory.key(id).map(|key| &key.status) {
                Some(status) if *status == wanted => already += 1,
                Some(KeyStatus::Active | KeyStatus::Inactive) => to_change.push(id.clone()),
                _ => fixed += 1,
            }
        }
        if to_change.is_empty() {
            let sentence = match keys {
                [one] if already == 1 => format!("{one} is {wanted} already: there is nothing to change."),
                [one] if self.inventory.key(one).is_none() => {
                    format!("The status of {one} has not been read yet: wait a moment, and ask again.")
                }
                [one] => format!("{one} can't be switched: only keys that are Active or Inactive can."),
                several => format!("All {} keys are {wanted} already, or can't be switched.", several.len()),
            };
            self.notices.tell(Tone::Info, sentence);
            return;
        }
        let left_out = left_out(keys.len(), already, fixed, &wanted);
        self.ask_to_change(&to_change, direction, left_out, now);
    }
}

/// What is said of keys that were asked for and are not switched.
fn left_out(all: usize, already: usize, fixed: usize, wanted: &KeyStatus) -> Option<String> {
    let many = |count: usize, one: &'static str, several: &'static str| if count == 1 { one } else { several };
    let mut told = Vec::new();
    if already > 0 {
        let (are, stay) = (many(already, "is", "are"), many(already, "stays as it is", "stay as they are"));
        told.push(format!("{already} of the {all} marked keys {are} {wanted} already and {stay}."));
    }
    if fixed > 0 {
        let stay = many(fixed, "stays as it is", "stay as they are");
        told.push(format!("{fixed} of the {all} marked keys can't be switched and {stay}."));
    }
    (!told.is_empty()).then(|| told.join(" "))
}
