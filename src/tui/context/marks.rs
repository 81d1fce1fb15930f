//! Marked keys.

use std::collections::BTreeSet;

use crate::model::KeyId;

/// Marked keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    keys: BTreeSet<KeyId>,
    /// Number of changes so far.
    version: u64,
}

impl Marks {
    /// Returns whether a key is marked.
    pub(crate) fn contains(&self, key: &KeyId) -> bool {
        self.keys.contains(key)
    }

    /// Returns whether no key is marked.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the number of marked keys.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns the marked keys in the order of their IDs.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &KeyId> {
        self.keys.iter()
    }

    /// Returns a number that changes whenever the marks do.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Marks keys.
    pub(crate) fn add(&mut self, keys: impl IntoIterator<Item = KeyId>) {
        self.keys.extend(keys);
        self.version += 1;
    }

    /// Unmarks a key; returns whether it was marked.
    pub(crate) fn remove(&mut self, key: &KeyId) -> bool {
        let was_marked = self.keys.remove(key);
        self.version += u64::from(was_marked);
        was_marked
    }

    /// Marks a key, or unmarks it if it is marked.
    pub(crate) fn toggle(&mut self, key: KeyId) {
        if !self.remove(&key) {
            self.add([key]);
        }
    }

    /// Unmarks the keys of which `stays` does not hold.
    pub(crate) fn retain(&mut self, stays: impl Fn(&KeyId) -> bool) {
        self.keys.retain(stays);
        self.version += 1;
    }

    /// Unmarks all keys.
    pub(crate) fn clear(&mut self) {
        self.retain(|_| false);
    }
}
