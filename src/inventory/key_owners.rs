//! Whose a key is. IAM lists a key for one user; an answer that was out of
//! date, or an endpoint that is not IAM, may list it for several.

use std::collections::HashMap;

use crate::inventory::{Inventory, KeyIndex, UserIndex};
use crate::model::{KeyId, Known, UserName};

/// Users whose lists have shown a key, for each key that more than one of
/// them has shown; in the order of first sight.
pub(super) type ContestedKeys = HashMap<KeyId, Vec<UserIndex>>;

impl Inventory {
    /// Whose key it is, as far as IAM has told. While several users list it,
    /// the first who was seen to.
    pub(crate) fn owner(&self, id: &KeyId) -> Option<UserIndex> {
        self.owners.get(id).copied()
    }

    /// The names of the users who list the key, where that are two or more.
    pub(crate) fn rivals(&self, id: &KeyId) -> Option<Vec<UserName>> {
        let listing: Vec<_> =
            self.rivals.get(id)?.iter().filter(|index| self.lists(**index, id)).collect();
        (listing.len() > 1)
            .then(|| listing.iter().map(|index| self.at(**index).name.clone()).collect())
    }

    /// Every key that two or more users list, in the order of the IDs.
    pub(crate) fn contested(&self) -> Vec<(KeyId, Vec<UserName>)> {
        let mut contested: Vec<_> = self
            .rivals
            .keys()
            .filter_map(|id| self.rivals(id).map(|users| (id.clone(), users)))
            .collect();
        contested.sort_by(|(one, _), (other, _)| one.cmp(other));
        contested
    }

    /// Whether the user's list, as last read, shows the key.
    fn lists(&self, index: UserIndex, id: &KeyId) -> bool {
        let facts = self.at(index);
        !facts.is_gone() && facts.key(id).is_some()
    }

    /// Notes a key that the user's list has shown. A user who no longer lists
    /// it gives it up: the user was renamed, or the answer was out of date.
    pub(super) fn list_key(&mut self, id: &KeyId, user: UserIndex) {
        let next = KeyIndex(u32::try_from(self.keys.len()).unwrap_or(u32::MAX));
        if *self.by_key.entry(id.clone()).or_insert(next) == next {
            self.keys.push((user, id.clone()));
        }
        match self.owner(id) {
            Some(owner) if owner == user => {}
            Some(owner) if self.lists(owner, id) => self.add_rival(id, owner, user),
            _ => self.give(id, user),
        }
    }

    /// What is known of the key's last use holds for every user who lists it:
    /// it is asked for once.
    fn add_rival(&mut self, id: &KeyId, owner: UserIndex, user: UserIndex) {
        let rivals = self.rivals.entry(id.clone()).or_insert_with(|| vec![owner]);
        if !rivals.contains(&user) {
            rivals.push(user);
        }
        let known =
            self.at(owner).key(id).map(|key| key.last_use.clone()).filter(Known::is_settled);
        if let Some(known) = known {
            self.change(user, |facts| facts.set_last_use(id, |slot| *slot = known));
        }
    }

    /// Gives those of the keys that their owners no longer list to other users
    /// who do.
    pub(super) fn settle_rivals(&mut self, ids: &[KeyId]) {
        for id in ids {
            let Some(rivals) = self.rivals.get(id) else { continue };
            if self.owner(id).is_some_and(|owner| self.lists(owner, id)) {
                continue;
            }
            if let Some(heir) = rivals.iter().copied().find(|index| self.lists(*index, id)) {
                self.give(id, heir);
            }
        }
    }

    /// As [`Self::settle_rivals`], of every key that several users have listed.
    pub(super) fn settle_all_rivals(&mut self) {
        let ids: Vec<_> = self.rivals.keys().cloned().collect();
        self.settle_rivals(&ids);
    }

    /// Every user whose list has shown the key.
    pub(super) fn listers(&self, id: &KeyId) -> Vec<UserIndex> {
        self.rivals.get(id).cloned().unwrap_or_else(|| self.owner(id).into_iter().collect())
    }

    fn give(&mut self, id: &KeyId, user: UserIndex) {
        self.owners.insert(id.clone(), user);
        if let Some((owner, _)) =
            self.by_key.get(id).and_then(|index| self.keys.get_mut(index.number()))
        {
            *owner = user;
        }
    }
}
