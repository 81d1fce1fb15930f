//! Views of the account: users with their keys, or all keys in one list.

use crate::inventory::{KeyIndex, UserIndex};
use crate::model::{KeyId, Now};
use crate::tui::app::{Activity, SortedList, State};
use crate::tui::keymap::Action;
use crate::tui::layout::{self, Pane};
use crate::tui::messages;

/// List of users.
pub(crate) type UserList = SortedList<UserIndex>;

/// List of all keys.
pub(crate) type AllKeysList = SortedList<KeyIndex>;

/// View of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// Users and the keys of the selected one.
    #[default]
    Users,
    /// All keys.
    Keys,
}

impl State {
    /// Shows the other view with the same user and key selected. The list of all keys starts a full
    /// scan.
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
                if self.inventory.coverage().is_complete() {
                    return;
                }
                self.inventory.start_full_scan(self.filter.filter().asks_for_new_keys());
                let sentence = messages::lists::scan_started(self.key_for(Action::FullScan));
                self.notifications.notify_activity(Activity::FullScan, sentence);
            }
            View::Keys => self.show_owner(now),
        }
    }

    /// Shows the selected key of the list of all keys among those of its owner.
    pub(super) fn show_owner(&mut self, now: Now) {
        let key = self.all_keys.selected().map(|index| self.inventory.key_at(index));
        let key = key.map(|(owner, id)| (owner, id.clone()));
        self.leave_all_keys(now);
        if let Some((owner, id)) = key
            && self.users.select(owner, now)
        {
            self.sync_keys();
            self.keys.select(&id);
        }
    }

    /// Returns the number of rows in view that the filter cannot decide.
    pub(super) fn undecided(&self) -> usize {
        match self.view {
            View::Users => self.users.undecided,
            View::Keys => self.all_keys.undecided,
        }
    }

    /// Returns the selected key of the list of all keys.
    pub(super) fn selected_of_all(&self) -> Option<&KeyId> {
        self.all_keys.selected().map(|index| self.inventory.key_at(index).1)
    }

    /// Returns the selected key of the focused list.
    pub(crate) fn selected_key(&self) -> Option<&KeyId> {
        match self.view {
            View::Users => self.keys.selected(),
            View::Keys => self.selected_of_all(),
        }
    }

    /// Updates the lists.
    pub(super) fn settle_lists(&mut self, now: Now) {
        self.settle_rows(now);
        self.settle_key_search(now);
        self.sync_keys();
        self.settle_heights();
    }

    /// Fits the lists to their panes; returns whether a height has changed.
    pub(super) fn settle_heights(&mut self) -> bool {
        let regions = self.regions();
        let rows = |pane| layout::rows_in(pane, self.size.1);
        let list = match self.view {
            View::Users => self.users.set_height(rows(regions.users)),
            View::Keys => self.all_keys.set_height(rows(regions.users)),
        };
        self.keys.set_height(rows(regions.keys)) || list
    }

    /// Updates the selection in the middle of a batch of input, so that an action applies to what
    /// the keys before it have selected. Cheap unless the filter has changed.
    pub(super) fn settle_selection(&mut self, now: Now) {
        self.settle_rows(now);
        self.sync_keys();
    }

    pub(super) fn settle_rows(&mut self, now: Now) {
        match self.view {
            View::Users => self.users.settle(&self.inventory, &mut self.filter, &self.marks, now),
            View::Keys => self.all_keys.settle(&self.inventory, &mut self.filter, &self.marks, now),
        }
    }

    /// Shows the list of users.
    pub(super) fn leave_all_keys(&mut self, now: Now) {
        if self.view == View::Keys {
            self.view = View::Users;
            self.settle_rows(now);
        }
    }

    /// Shows the keys of the selected user.
    pub(super) fn sync_keys(&mut self) {
        let keys = self.users.selected().map(|index| self.inventory.at(index).live_keys());
        let keys: Vec<_> = keys.unwrap_or(&[]).iter().map(|key| key.id.clone()).collect();
        if keys != self.keys.items() {
            self.keys.show(keys);
        }
    }
}
