//! List of the key IDs found in a text, and actions on them. Marks are shared with the panes.

use crossterm::event::KeyEvent;

use crate::model::{Direction, KeyId, KeyStatus, Now};
use crate::tui::app::{CursorList, CursorMove, Effect, LookupState, Popup, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::messages;

impl State {
    /// Shows the results of the last look-ups.
    pub(super) fn show_search_results(&mut self) {
        let mut list = CursorList::default();
        list.show(self.key_search.ids());
        self.popup = Some(Popup::SearchResults(list));
    }

    /// Handles a key while the list is open; actions that do not apply here leave it open.
    pub(super) fn take_results_key(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        let Some(action) = self.keymap.action(&key) else { return Vec::new() };
        match action {
            Action::Down => self.move_in_results(CursorMove::By(1)),
            Action::Up => self.move_in_results(CursorMove::By(-1)),
            Action::Top => self.move_in_results(CursorMove::First),
            Action::Bottom => self.move_in_results(CursorMove::Last),
            Action::PageDown => self.move_in_results(CursorMove::Pages(1)),
            Action::PageUp => self.move_in_results(CursorMove::Pages(-1)),
            Action::Open => {
                if let Some(id) = self.selected_result() {
                    self.go_to_found(&id, now);
                }
            }
            Action::Mark => self.mark_result(),
            Action::MarkAll => {
                let mut keys = self.key_search.ids();
                keys.retain(|id| self.is_here(id));
                self.marks.extend(keys);
                self.filter.touch();
            }
            Action::Deactivate => self.change_results(Direction::Deactivate, now),
            Action::Activate => self.change_results(Direction::Activate, now),
            Action::Toggle => self.toggle_results(now),
            Action::CopyId => {
                let Some(id) = self.selected_result() else { return Vec::new() };
                self.notifications.notify(Tone::Info, messages::lists::id_copied(&id));
                return vec![Effect::Copy(id.to_string())];
            }
            Action::Find => self.open_find(),
            Action::Help => self.popup = Some(Popup::Help(0)),
            Action::Cancel | Action::Quit => self.popup = None,
            _ => {}
        }
        Vec::new()
    }

    /// Returns the number of results that are marked.
    pub(crate) fn marked_results(&self) -> usize {
        self.key_search.ids().iter().filter(|id| self.marks.contains(*id)).count()
    }

    fn move_in_results(&mut self, step: CursorMove) {
        let height = usize::from(self.size.1).saturating_sub(6);
        if let Some(Popup::SearchResults(list)) = &mut self.popup {
            list.set_height(height);
            list.go(step);
        }
    }

    fn selected_result(&self) -> Option<KeyId> {
        match &self.popup {
            Some(Popup::SearchResults(list)) => list.selected().cloned(),
            _ => None,
        }
    }

    fn is_here(&self, id: &KeyId) -> bool {
        matches!(self.key_search.of(id), Some(LookupState::Found(_)))
    }

    fn mark_result(&mut self) {
        let Some(id) = self.selected_result() else { return };
        if self.is_here(&id) {
            if !self.marks.remove(&id) {
                self.marks.insert(id);
            }
            self.filter.touch();
        }
        self.move_in_results(CursorMove::By(1));
    }

    fn notify_not_selectable(&mut self, id: &KeyId) {
        let sentence = match self.key_search.of(id) {
            Some(LookupState::Message(sentence)) => sentence.clone(),
            _ => messages::lookup::still_looking_up(id),
        };
        self.notifications.notify(Tone::Info, sentence);
    }

    /// Returns the marked keys among the results, else the selected one.
    fn chosen_results(&mut self) -> Vec<KeyId> {
        let mut keys = self.key_search.ids();
        keys.retain(|id| self.marks.contains(id) && self.is_here(id));
        if keys.is_empty() {
            let Some(id) = self.selected_result() else { return keys };
            if self.is_here(&id) {
                keys.push(id);
            } else {
                self.notify_not_selectable(&id);
            }
        }
        keys
    }

    fn change_results(&mut self, direction: Direction, now: Now) {
        let keys = self.chosen_results();
        if !keys.is_empty() {
            self.change_keys(&keys, direction, now);
        }
    }

    fn toggle_results(&mut self, now: Now) {
        let keys = self.chosen_results();
        let Some(first) = keys.first() else { return };
        let status = |id| self.inventory.key(id).map(|key| &key.status);
        if keys.iter().any(|id| status(id) != status(first)) {
            let sentence = messages::changes::mixed_statuses(
                self.key_for(Action::Deactivate),
                self.key_for(Action::Activate),
            );
            self.notifications.notify(Tone::Info, sentence);
            return;
        }
        let off = status(first) == Some(&KeyStatus::Inactive);
        self.change_keys(&keys, if off { Direction::Activate } else { Direction::Deactivate }, now);
    }
}
