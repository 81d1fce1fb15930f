//! Look-ups of the key IDs of a text, and what they have found.

use std::collections::HashMap;
use std::sync::Arc;

use crate::inventory::{Inventory, UserIndex};
use crate::model::{AccountId, IamRead, IdForm, KeyId, ServiceError};
use crate::ops::key_lookup::{KeyMention, LookupMiss, PendingRead};

/// State or result of the look-up of one ID.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LookupState {
    /// Waiting for a read.
    Pending(PendingRead),
    /// Waiting for the lists of all users, since the service cannot name the owner, by this error.
    Searching(Arc<ServiceError>),
    /// A key of this account, with its owner.
    Found(UserIndex),
    /// Any other result.
    Miss(LookupMiss),
}

/// Look-ups of key IDs.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyLookups {
    lookups: Vec<(KeyId, LookupState)>,
    /// IDs whose spelling in the text is not exact.
    forms: HashMap<KeyId, IdForm>,
    /// Masked IDs and users named in the text.
    mentions: Vec<KeyMention>,
    /// What is shown or reported without the list.
    target: Target,
    /// The key and account that the user was asked about last.
    asked: Option<(KeyId, AccountId)>,
}

/// What a text names if it names one thing, or what was chosen among several.
#[derive(Clone, Debug, Default)]
enum Target {
    /// Nothing, or what was shown or reported already.
    #[default]
    None,
    /// An ID whose result is to be reported; if it `selects`, the key is selected once it is found:
    /// until the user moves on.
    Key {
        /// The ID.
        id: KeyId,
        /// Whether the key is selected.
        selects: bool,
    },
    /// A masked ID or a user, to be shown as soon as a session is open.
    Mention(KeyMention),
    /// A key of this other account, to be looked up there.
    KeyElsewhere(KeyId, AccountId),
    /// A masked ID or a user of another account, to be shown there.
    MentionElsewhere(KeyMention),
}

impl KeyLookups {
    /// Returns look-ups in these states.
    pub(crate) fn new(lookups: Vec<(KeyId, LookupState)>) -> Self {
        Self { lookups, ..Self::default() }
    }

    /// Looks up further keys.
    pub(crate) fn add(&mut self, keys: Vec<KeyId>) {
        let pending = |key| (key, LookupState::Pending(PendingRead::Owner));
        self.lookups.extend(keys.into_iter().map(pending));
    }

    /// Adds the masked IDs and users named in the text, and the IDs whose spelling is not exact.
    pub(crate) fn add_findings(
        &mut self,
        mentions: Vec<KeyMention>,
        forms: HashMap<KeyId, IdForm>,
    ) {
        self.mentions = mentions;
        self.forms = forms;
    }

    /// Returns the masked IDs and users named in the text.
    pub(crate) fn mentions(&self) -> &[KeyMention] {
        &self.mentions
    }

    /// Returns the spelling of an ID in the text. Mark all skips IDs whose spelling is not exact.
    pub(crate) fn form(&self, id: &KeyId) -> IdForm {
        self.forms.get(id).copied().unwrap_or(IdForm::Exact)
    }

    /// Shows a mention as soon as a session is open: before, its account cannot be compared.
    pub(crate) fn show_mention(&mut self, mention: KeyMention) {
        self.target = Target::Mention(mention);
    }

    /// Removes and returns the mention to show.
    pub(crate) fn take_mention(&mut self) -> Option<KeyMention> {
        match std::mem::take(&mut self.target) {
            Target::Mention(mention) => Some(mention),
            other => {
                self.target = other;
                None
            }
        }
    }

    /// Notes a masked ID or a user that is of another account.
    pub(crate) fn note_mention_of_other_account(&mut self, mention: KeyMention) {
        self.target = Target::MentionElsewhere(mention);
    }

    /// Returns whether there are results.
    pub(crate) fn is_empty(&self) -> bool {
        self.lookups.is_empty() && self.mentions.is_empty()
    }

    /// Returns the look-ups that wait for the lists of all users.
    pub(crate) fn waiting_for_lists(&self) -> Vec<(KeyId, Arc<ServiceError>)> {
        let waits = |(id, lookup): &(KeyId, LookupState)| match lookup {
            LookupState::Searching(error) => Some((id.clone(), Arc::clone(error))),
            _ => None,
        };
        self.lookups.iter().filter_map(waits).collect()
    }

    /// Returns the state of the look-up of an ID.
    pub(crate) fn get(&self, id: &KeyId) -> Option<&LookupState> {
        self.lookups.iter().find(|(known, _)| known == id).map(|(_, lookup)| lookup)
    }

    /// Returns the IDs that were looked up last.
    pub(crate) fn ids(&self) -> Vec<KeyId> {
        self.lookups.iter().map(|(id, _)| id.clone()).collect()
    }

    /// Returns the look-ups that wait for a read.
    pub(crate) fn waiting_for(&self, read: &IamRead) -> Vec<(KeyId, PendingRead)> {
        let waits = |(id, lookup): &(KeyId, LookupState)| match lookup {
            LookupState::Pending(pending) if pending.read(id) == *read => {
                Some((id.clone(), pending.clone()))
            }
            _ => None,
        };
        self.lookups.iter().filter_map(waits).collect()
    }

    /// Returns the reads that are still needed: the owner, the account or the status of each ID;
    /// those of the target first.
    pub(crate) fn reads(&self, inventory: &Inventory) -> Vec<IamRead> {
        let read = |(id, lookup): &(KeyId, LookupState)| match lookup {
            LookupState::Pending(pending) => Some(pending.read(id)),
            LookupState::Found(owner) => {
                let facts = inventory.facts(inventory.owner(id).unwrap_or(*owner));
                (!facts.keys.has_reply()).then(|| facts.keys_read())
            }
            LookupState::Searching(_) | LookupState::Miss(_) => None,
        };
        let is_target = |entry: &&(KeyId, LookupState)| Some(&entry.0) == self.target();
        let (target, others): (Vec<_>, Vec<_>) = self.lookups.iter().partition(is_target);
        target.into_iter().chain(others).filter_map(read).collect()
    }

    /// Returns the look-ups to go on with in another account: those of a list begin again, so that
    /// the user can go on with its next ID, except those of keys that belong to a third account.
    /// The only ID of a text does if it belongs to another account or has no result yet.
    pub(crate) fn carried_over(&mut self) -> Self {
        let before = std::mem::take(self);
        let mut next_account = None;
        let target = match before.target {
            Target::KeyElsewhere(id, account) => {
                next_account = Some(account);
                Target::Key { id, selects: true }
            }
            Target::MentionElsewhere(mention) => Target::Mention(mention),
            target => target,
        };
        let has_result = |(_, lookup): &(KeyId, LookupState)| {
            !matches!(lookup, LookupState::Pending(_) | LookupState::Searching(_))
        };
        let is_list = before.lookups.len() + before.mentions.len() > 1;
        if !is_list && next_account.is_none() && before.lookups.iter().all(has_result) {
            let target = if matches!(target, Target::Mention(_)) { target } else { Target::None };
            return Self { target, ..Self::default() };
        }
        let begin = |(id, lookup)| match lookup {
            // So it is in every account.
            LookupState::Miss(LookupMiss::NotAKey(_)) => (id, lookup),
            // So is this, in any account but its own.
            LookupState::Miss(LookupMiss::OtherAccount { ref account, .. })
                if next_account.as_ref().is_some_and(|next| next != account) =>
            {
                (id, lookup)
            }
            _ => (id, LookupState::Pending(PendingRead::Owner)),
        };
        Self {
            lookups: before.lookups.into_iter().map(begin).collect(),
            forms: before.forms,
            mentions: before.mentions,
            target,
            asked: before.asked.filter(|_| next_account.is_none()),
        }
    }

    /// Returns the account of a key, a masked ID or a user that belongs to another account.
    pub(crate) fn account_to_offer(&self) -> Option<AccountId> {
        match &self.target {
            Target::KeyElsewhere(_, account) => Some(account.clone()),
            Target::MentionElsewhere(mention) => mention.account(),
            Target::None | Target::Key { .. } | Target::Mention(_) => None,
        }
    }

    /// Notes that the target is a key of another account: it is looked up again there, once that is
    /// open.
    pub(crate) fn set_target_elsewhere(&mut self, key: KeyId, account: AccountId) {
        self.target = Target::KeyElsewhere(key, account);
    }

    /// Returns the target and its account, once, if that is another account than `here`: by STS, or
    /// by the letters of the ID while it is still looked up. Without a session there is no `here`.
    pub(crate) fn take_target_in_other_account(
        &mut self,
        here: Option<&AccountId>,
    ) -> Option<(KeyId, AccountId)> {
        let target = match &self.target {
            Target::KeyElsewhere(id, account) => (id.clone(), account.clone()),
            Target::Key { id, selects: true }
                if matches!(self.get(id), Some(LookupState::Pending(_))) =>
            {
                (id.clone(), id.account()?)
            }
            _ => return None,
        };
        let may_be_here = here.is_some_and(|here| target.1 == *here || !here.is_known());
        if may_be_here || self.asked.as_ref() == Some(&target) {
            return None;
        }
        self.asked = Some(target.clone());
        Some(target)
    }

    /// Returns the key that is of this other account.
    pub(crate) fn key_in_other_account(&self, account: &AccountId) -> Option<KeyId> {
        match &self.target {
            Target::KeyElsewhere(key, of) if of == account => Some(key.clone()),
            _ => None,
        }
    }

    /// Selects the ID as soon as it is listed.
    pub(crate) fn set_target(&mut self, id: KeyId) {
        self.target = Target::Key { id, selects: true };
    }

    /// Returns the only ID of a text, or the one selected among several, until its result was
    /// reported.
    pub(crate) fn target(&self) -> Option<&KeyId> {
        match &self.target {
            Target::Key { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Notes that the result of the target was reported.
    pub(crate) fn clear_target(&mut self) {
        self.target = Target::None;
    }

    /// Returns whether the target will be selected as soon as it is listed.
    pub(crate) fn is_auto_selecting(&self) -> bool {
        matches!(self.target, Target::Key { selects: true, .. })
    }

    /// Leaves the selection where it is when the target is found; the result is only reported.
    pub(crate) fn cancel_auto_select(&mut self) {
        if let Target::Key { selects, .. } = &mut self.target {
            *selects = false;
        }
    }

    /// Sets the state of the look-up of an ID, if it is looked up.
    pub(crate) fn set(&mut self, id: &KeyId, lookup: LookupState) {
        if let Some((_, known)) = self.lookups.iter_mut().find(|(known, _)| known == id) {
            *known = lookup;
        }
    }
}
