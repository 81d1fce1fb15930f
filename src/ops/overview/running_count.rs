//! Counts that are kept up to date while an account is read.

use jiff::Timestamp;

use crate::inventory::{Inventory, UserIndex};
use crate::ops::overview::Overview;

/// Number of users that are counted together.
const USERS_PER_PART: usize = 64;

/// Distribution of the active keys of an account, of which only the parts with users whose facts
/// have changed are counted again.
#[derive(Clone, Debug)]
pub(crate) struct RunningCount {
    overview: Overview,
    /// Counts of each [`USERS_PER_PART`] users, in the order of the inventory.
    parts: Vec<Overview>,
    /// Revision of the inventory that is counted.
    revision: u64,
}

impl RunningCount {
    /// Counts the active keys of an account. Ages count back from `now`.
    pub(crate) fn from_inventory(inventory: &Inventory, now: Timestamp) -> Self {
        let mut count = Self {
            overview: Overview::empty(now),
            parts: Vec::new(),
            revision: inventory.revision(),
        };
        count.count_parts(inventory, inventory.users().map(|(index, _)| index));
        count
    }

    /// Counts what has changed. Ages count back from the same time as before.
    pub(crate) fn update(&mut self, inventory: &Inventory) {
        let before = std::mem::replace(&mut self.revision, inventory.revision());
        if before != self.revision {
            self.count_parts(inventory, inventory.changed_since(before));
        }
    }

    /// Returns the counts.
    pub(crate) fn overview(&self) -> &Overview {
        &self.overview
    }

    /// Counts the parts with these users again, and adds up all.
    fn count_parts(&mut self, inventory: &Inventory, users: impl Iterator<Item = UserIndex>) {
        let empty = Overview::empty(self.overview.counted_at);
        let part_of = |index: UserIndex| index.number() / USERS_PER_PART;
        let mut is_outdated = vec![false; self.parts.len()];
        for part in users.map(part_of) {
            if part >= self.parts.len() {
                self.parts.resize(part + 1, empty.clone());
                is_outdated.resize(part + 1, false);
            }
            if !std::mem::replace(&mut is_outdated[part], true) {
                self.parts[part] = empty.clone();
            }
        }
        for (index, facts) in inventory.users() {
            if is_outdated.get(part_of(index)) == Some(&true) {
                self.parts[part_of(index)].add_user(index, facts, inventory);
            }
        }
        self.overview = empty;
        self.parts.iter().for_each(|part| self.overview.add_counts(part));
        self.overview.add_account_facts(inventory);
    }
}
