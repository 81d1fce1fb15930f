//! Width of the user names, by which the lists divide their columns.

use unicode_width::UnicodeWidthStr as _;

use crate::inventory::Inventory;

/// Width of the longest user name of the account.
#[derive(Clone, Debug, Default)]
pub(super) struct NameColumns {
    /// Number of users measured so far, in the order of first sight.
    measured: usize,
    /// Columns of the longest name.
    widest: usize,
}

impl NameColumns {
    /// Measures the names that were added to the inventory.
    pub(super) fn settle(&mut self, inventory: &Inventory) {
        for (_, facts) in inventory.users().skip(self.measured) {
            self.measured += 1;
            self.widest = self.widest.max(facts.name.as_str().width());
        }
    }

    /// Returns the columns of the longest name; 0 before a user is known.
    pub(super) fn widest(&self) -> usize {
        self.widest
    }
}
