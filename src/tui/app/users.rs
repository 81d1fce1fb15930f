//! The list of users: order, filter, selection.

use std::time::Duration;

use crate::inventory::{Inventory, Order, UserIndex};
use crate::model::Now;
use crate::tui::app::list::{List, Move};

/// The list of users as it is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users {
    /// By what it is sorted.
    pub order: Order,
    /// Whether the other way round.
    pub reverse: bool,
    /// Rows that came after the list was sorted, and stand at its end.
    pub unsorted: usize,
    /// Every user in the order that was last worked out.
    ordered: Vec<UserIndex>,
    /// The users that the filter lets through.
    list: List<UserIndex>,
    /// Whether the user has moved in the list: from then on it never sorts
    /// itself.
    touched: bool,
    listed: bool,
    /// When the selection or the window last moved.
    moved: Duration,
}

impl Users {
    /// The rows.
    pub(crate) fn list(&self) -> &List<UserIndex> {
        &self.list
    }

    /// The selected user.
    pub(crate) fn selected(&self) -> Option<UserIndex> {
        self.list.selected().copied()
    }

    /// When the list came to rest.
    pub(crate) fn moved(&self) -> Duration {
        self.moved
    }

    /// Moves the cursor.
    pub(crate) fn go(&mut self, step: Move, now: Now) {
        self.touched = true;
        if self.list.go(step) {
            self.moved = now.mono;
        }
    }

    /// Selects a user, if the list shows one.
    pub(crate) fn select(&mut self, index: UserIndex, now: Now) -> bool {
        self.moved = now.mono;
        self.list.select(&index)
    }

    /// How many rows the window has.
    pub(crate) fn set_height(&mut self, height: usize) {
        self.list.set_height(height);
    }

    /// Sorts now, by that order.
    pub(crate) fn sort(&mut self, order: Order, reverse: bool, inventory: &Inventory, now: Now) {
        self.order = order;
        self.reverse = reverse;
        self.ordered = inventory.sorted(order, reverse, now.wall);
        self.unsorted = 0;
    }

    /// Takes in users that have come since, and shows those that `shown` lets
    /// through, in the order that it gives where it gives one.
    pub(crate) fn settle(
        &mut self,
        inventory: &Inventory,
        shown: impl FnOnce(&[UserIndex]) -> Option<Vec<UserIndex>>,
        now: Now,
    ) {
        let known = self.ordered.len();
        let came: Vec<_> = inventory.users().skip(known).map(|(index, _)| index).collect();
        if !came.is_empty() {
            self.unsorted += came.len();
            self.ordered.extend(&came);
        }
        let just_listed = inventory.listed() && !self.listed;
        self.listed = inventory.listed();
        if !self.touched && (just_listed || (self.listed && self.unsorted > 0)) {
            self.sort(self.order, self.reverse, inventory, now);
        }
        let before = self.list.selected().copied();
        let rows = shown(&self.ordered);
        self.list.show(rows.unwrap_or_else(|| self.ordered.clone()));
        if self.list.selected().copied() != before {
            self.moved = now.mono;
        }
    }
}
