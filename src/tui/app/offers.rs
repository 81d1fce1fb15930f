//! What the footer offers: only what would do something now.

use crate::tui::actions::Action;
use crate::tui::app::{State, View};
use crate::tui::layout::Pane;

impl State {
    /// Whether the action would do something now, as far as that can be told
    /// without any work. Keys work in any case, and say why not.
    pub(crate) fn offers(&self, action: Action) -> bool {
        match action {
            Action::Toggle => self.can_write() && self.has_key(),
            Action::Deactivate | Action::Activate => self.can_write() && (self.has_key() || !self.marks.is_empty()),
            Action::Undo => self.can_write() && self.changes.done().iter().any(|receipt| receipt.outcome.is_done()),
            Action::Mark | Action::CopyId | Action::Commands => self.has_key(),
            Action::Errors => !self.notices.standing().is_empty(),
            Action::NextPane => self.view == View::Users && !self.users.list().items().is_empty(),
            Action::Filter | Action::Sort => self.inventory.coverage().users > 0,
            _ => true,
        }
    }

    fn can_write(&self) -> bool {
        self.session.place().is_some_and(|place| !place.read_only)
    }

    /// Whether a key is selected, or is the only one of the selected user.
    fn has_key(&self) -> bool {
        match (self.view, self.focus) {
            (View::Keys, _) | (_, Pane::Keys) => self.selected_key().is_some(),
            (View::Users, Pane::Users) => self.keys.items().len() == 1,
        }
    }
}
