//! Indexes of users and keys.

/// Index of a user in the inventory. Assigned in the order of first appearance; never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UserIndex(pub(super) u32);

/// Index of a key in the inventory. Assigned in the order of first appearance in a list; never
/// changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyIndex(pub(super) u32);

impl UserIndex {
    /// Returns the index, counted from 0.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

impl KeyIndex {
    /// Returns the index, counted from 0.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}
