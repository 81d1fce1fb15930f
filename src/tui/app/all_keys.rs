//! The two views of the account: its users, each with the keys, or all keys
//! in one list.

use crate::inventory::{KeyIndex, UserIndex};
use crate::model::{KeyId, Now};
use crate::tui::app::{Rows, State, Tone};
use crate::tui::layout::Pane;

/// The list of users as it is shown.
pub(crate) type Users = Rows<UserIndex>;

/// The list of all keys as it is shown.
pub(crate) type AllKeys = Rows<KeyIndex>;

/// What the account is shown as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// A list of users.
    #[default]
    Users,
    /// A list of all keys.
    Keys,
}

impl State {
    /// Shows the other view, on the same user and key. The list of all keys
    /// has the whole account read.
    pub(super) fn change_view(&mut self, now: Now) {
        match self.view {
            View::Users => {
                let key = self.keys.selected().and_then(|id| self.inventory.key_index(id));
                self.view = View::Keys;
                self.focus = Pane::Users;
                self.settle_lists(now);
                if let Some(key) = key {
                    self.all_keys.select(key, now);
                }
                if self.inventory.coverage().is_whole() {
                    return;
                }
                self.inventory.sweep(self.filter.filter().asks_for_new_keys());
                self.notices.tell(Tone::Info, "Reading the keys of all users: R stops that.");
            }
            View::Keys => self.show_owner(now),
        }
    }

    /// Shows the selected key of the list of all keys among those of its
    /// owner.
    pub(super) fn show_owner(&mut self, now: Now) {
        let key = self.all_keys.selected().map(|index| self.inventory.key_at(index));
        let key = key.map(|(owner, id)| (owner, id.clone()));
        self.view = View::Users;
        self.settle_lists(now);
        if let Some((owner, id)) = key
            && self.users.select(owner, now)
        {
            self.settle_lists(now);
            self.keys.select(&id);
        }
    }

    /// The selected key of the list of all keys.
    pub(super) fn selected_of_all(&self) -> Option<&KeyId> {
        self.all_keys.selected().map(|index| self.inventory.key_at(index).1)
    }
}
