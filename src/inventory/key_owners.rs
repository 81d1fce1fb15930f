//! Owners of keys. IAM lists a key for one user, but an outdated reply, or an endpoint that is not
//! IAM, may list it for several.

use crate::inventory::{Inventory, KeyIndex, UserIndex};
use crate::model::{KeyId, Known, UserName};

impl Inventory {
    /// Returns the owner of a key, as far as it is known. While several users list it, that is the
    /// first who did.
    pub(crate) fn owner(&self, id: &KeyId) -> Option<UserIndex> {
        self.owners.get(id).copied()
    }

    /// Returns whether the row of a key is this user's: a list of keys has each key once, with its
    /// owner, also while several users list it.
    pub(crate) fn owns(&self, user: UserIndex, id: &KeyId) -> bool {
        self.owner(id) == Some(user)
    }

    /// Returns the names of the users who list the key, if there are two or more.
    pub(crate) fn contested_owners(&self, id: &KeyId) -> Option<Vec<UserName>> {
        let listing: Vec<_> =
            self.contested_owners.get(id)?.iter().filter(|index| self.lists(**index, id)).collect();
        (listing.len() > 1)
            .then(|| listing.iter().map(|index| self.facts(**index).name.clone()).collect())
    }

    /// Returns every key that two or more users list, sorted by ID.
    pub(crate) fn contested_keys(&self) -> Vec<(KeyId, Vec<UserName>)> {
        let mut contested: Vec<_> = self
            .contested_owners
            .keys()
            .filter_map(|id| self.contested_owners(id).map(|users| (id.clone(), users)))
            .collect();
        contested.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        contested
    }

    /// Returns whether the user's list, as last read, has the key.
    fn lists(&self, index: UserIndex, id: &KeyId) -> bool {
        self.facts(index).key(id).is_some()
    }

    /// Records that the user's list has the key. An owner whose list no longer has it loses it: the
    /// user was renamed, or the reply was outdated.
    pub(super) fn list_key(&mut self, id: &KeyId, user: UserIndex) {
        let next = KeyIndex(u32::try_from(self.keys.len()).unwrap_or(u32::MAX));
        if *self.by_key.entry(id.clone()).or_insert(next) == next {
            self.keys.push((user, id.clone()));
        }
        match self.owner(id) {
            Some(owner) if owner == user => {}
            Some(owner) if self.lists(owner, id) => self.add_contesting_user(id, owner, user),
            _ => self.set_owner(id, user),
        }
    }

    /// Records a second user who lists the key. The known last use applies to every user who lists
    /// it, so it is read once.
    fn add_contesting_user(&mut self, id: &KeyId, owner: UserIndex, user: UserIndex) {
        let users = self.contested_owners.entry(id.clone()).or_insert_with(|| vec![owner]);
        if !users.contains(&user) {
            users.push(user);
        }
        let known =
            self.facts(owner).key(id).map(|key| key.last_use.clone()).filter(Known::has_reply);
        if let Some(known) = known {
            self.change(user, |facts| facts.set_last_use(id, |slot| *slot = known));
        }
    }

    /// Assigns the keys that their owners no longer list to other users who do.
    pub(super) fn reassign_owners(&mut self, ids: &[KeyId]) {
        for id in ids {
            let Some(users) = self.contested_owners.get(id) else { continue };
            if self.owner(id).is_some_and(|owner| self.lists(owner, id)) {
                continue;
            }
            if let Some(next_owner) = users.iter().copied().find(|index| self.lists(*index, id)) {
                self.set_owner(id, next_owner);
            }
        }
    }

    /// Calls [`Self::reassign_owners`] for every key that several users have listed.
    pub(super) fn reassign_all_owners(&mut self) {
        let ids: Vec<_> = self.contested_owners.keys().cloned().collect();
        self.reassign_owners(&ids);
    }

    /// Returns every user who has listed the key.
    pub(super) fn users_listing(&self, id: &KeyId) -> Vec<UserIndex> {
        self.contested_owners
            .get(id)
            .cloned()
            .unwrap_or_else(|| self.owner(id).into_iter().collect())
    }

    fn set_owner(&mut self, id: &KeyId, user: UserIndex) {
        self.owners.insert(id.clone(), user);
        self.changed[user.number()] = self.revision;
        if let Some((owner, _)) =
            self.by_key.get(id).and_then(|index| self.keys.get_mut(index.number()))
        {
            *owner = user;
        }
    }
}
