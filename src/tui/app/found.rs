//! The key IDs that were found in a text: what can be done with them where
//! they are listed. Marks are those of the main screen.

use crossterm::event::KeyEvent;

use crate::model::{Direction, KeyId, KeyStatus, Now};
use crate::tui::actions::Action;
use crate::tui::app::{Effect, List, Lookup, Move, Overlay, State, Tone};

impl State {
    /// Shows what was looked up last.
    pub(super) fn show_found(&mut self) {
        let mut list = List::default();
        list.show(self.finding.ids());
        self.overlay = Some(Overlay::Found(list));
    }

    /// A key while the list is open; one that does nothing here leaves it.
    pub(super) fn take_found_key(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        let Some(action) = self.keymap.action(&key) else { return Vec::new() };
        match action {
            Action::Down => self.go_in_found(Move::By(1)),
            Action::Up => self.go_in_found(Move::By(-1)),
            Action::Top => self.go_in_found(Move::First),
            Action::Bottom => self.go_in_found(Move::Last),
            Action::PageDown => self.go_in_found(Move::Pages(1)),
            Action::PageUp => self.go_in_found(Move::Pages(-1)),
            Action::Open => {
                if let Some(id) = self.selected_found() {
                    self.go_to_found(&id, now);
                }
            }
            Action::Mark => self.mark_found(),
            Action::MarkAll => {
                let mut keys = self.finding.ids();
                keys.retain(|id| self.is_here(id));
                self.marks.extend(keys);
                self.filter.touch();
            }
            Action::Deactivate => self.switch_found(Direction::Deactivate, now),
            Action::Activate => self.switch_found(Direction::Activate, now),
            Action::Toggle => self.toggle_found(now),
            Action::CopyId => {
                let Some(id) = self.selected_found() else { return Vec::new() };
                self.notices.tell(Tone::Info, format!("{id} was sent to the clipboard."));
                return vec![Effect::Copy(id.to_string())];
            }
            Action::Find => self.open_find(),
            Action::Cancel | Action::Quit => self.overlay = None,
            _ => {}
        }
        Vec::new()
    }

    /// How many of the keys listed are marked.
    pub(crate) fn marked_found(&self) -> usize {
        self.finding.ids().iter().filter(|id| self.marks.contains(*id)).count()
    }

    fn go_in_found(&mut self, step: Move) {
        let height = usize::from(self.size.1).saturating_sub(6);
        if let Some(Overlay::Found(list)) = &mut self.overlay {
            list.set_height(height);
            list.go(step);
        }
    }

    fn selected_found(&self) -> Option<KeyId> {
        match &self.overlay {
            Some(Overlay::Found(list)) => list.selected().cloned(),
            _ => None,
        }
    }

    fn is_here(&self, id: &KeyId) -> bool {
        matches!(self.finding.of(id), Some(Lookup::Here(_)))
    }

    fn mark_found(&mut self) {
        let Some(id) = self.selected_found() else { return };
        if self.is_here(&id) {
            if !self.marks.remove(&id) {
                self.marks.insert(id);
            }
            self.filter.touch();
        }
        self.go_in_found(Move::By(1));
    }

    fn tell_not_here(&mut self, id: &KeyId) {
        let sentence = match self.finding.of(id) {
            Some(Lookup::Told(sentence)) => sentence.clone(),
            _ => format!("{id} is still being looked for: wait a moment."),
        };
        self.notices.tell(Tone::Info, sentence);
    }

    /// The marked ones of the keys listed, else the selected one.
    fn chosen_found(&mut self) -> Vec<KeyId> {
        let mut keys = self.finding.ids();
        keys.retain(|id| self.marks.contains(id) && self.is_here(id));
        if keys.is_empty() {
            let Some(id) = self.selected_found() else { return keys };
            if self.is_here(&id) {
                keys.push(id);
            } else {
                self.tell_not_here(&id);
            }
        }
        keys
    }

    fn switch_found(&mut self, direction: Direction, now: Now) {
        let keys = self.chosen_found();
        if !keys.is_empty() {
            self.switch(&keys, direction, now);
        }
    }

    fn toggle_found(&mut self, now: Now) {
        let keys = self.chosen_found();
        let Some(first) = keys.first() else { return };
        let status = |id| self.inventory.key(id).map(|key| &key.status);
        if keys.iter().any(|id| status(id) != status(first)) {
            let sentence = "The marked keys are not all of one status: d switches them off, a switches them on.";
            self.notices.tell(Tone::Info, sentence);
            return;
        }
        let off = status(first) == Some(&KeyStatus::Inactive);
        self.switch(&keys, if off { Direction::Activate } else { Direction::Deactivate }, now);
    }
}
