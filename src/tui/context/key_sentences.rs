//! Sentences on keys that cannot be shown or changed.

use crate::inventory::{UserFacts, UserIndex};
use crate::model::{
    KeyId, KeyStatus, MissingOwnerOrKey, NamedBy, SessionContext, SkipReason, owner_not_certain,
    owner_not_found,
};
use crate::ops::key_lookup::messages::{Advice, in_other_accounts};
use crate::ops::key_lookup::{KeyMention, LookupMiss};
use crate::tui::context::{IdLookup, LookupState, OtherAccountState, Shared};
use crate::tui::keymap::Action;
use crate::tui::messages;

impl Shared {
    /// Returns a sentence on a key whose status is unknown.
    pub(crate) fn without_status(&self, id: &KeyId) -> String {
        let inventory = self.account_of_key(id).inventory;
        let owner = inventory.owner(id);
        let facts = owner.map(|index| inventory.facts(index));
        let user_gone = owner.filter(|_| facts.is_some_and(UserFacts::is_deleted));
        let failure = facts.and_then(|facts| facts.keys.failure());
        match (self.skip_reason(id, &KeyStatus::Active), user_gone, failure) {
            (_, Some(owner), _) => self.owner_not_found(id, owner),
            (Some(SkipReason::Deleted), ..) => messages::lists::key_deleted(id),
            (_, _, Some(failure)) => messages::lists::status_unreadable(id, &failure.error),
            _ => messages::lists::status_not_read(id),
        }
    }

    /// Returns a sentence on a key that is not in the list of its owner, or whose owner IAM does
    /// not know.
    pub(crate) fn owner_not_found(&self, key: &KeyId, owner: UserIndex) -> String {
        let account = self.account_of_key(key);
        let facts = account.inventory.facts(owner);
        let lacks =
            if facts.is_deleted() { MissingOwnerOrKey::User } else { MissingOwnerOrKey::Key };
        let (refresh, scan) = (self.key_for(Action::Refresh), self.key_for(Action::FullScan));
        let next = messages::lists::refresh_or_scan(refresh, scan);
        let account =
            account.session_context.map(SessionContext::account_label).unwrap_or_default();
        owner_not_found(key, &facts.name, &account, NamedBy::Iam, lacks, &next)
    }

    /// Returns a sentence on a key that several users list.
    pub(crate) fn owner_not_certain(&self, key: &KeyId) -> Option<String> {
        let account = self.account_of_key(key);
        let users = account.inventory.contested_owners(key)?;
        let label = account.session_context.map(SessionContext::account_label).unwrap_or_default();
        let named = owner_not_certain(key, &users, &label);
        Some(messages::changes::owner_not_certain(&named, self.key_for(Action::Refresh)))
    }

    /// Returns a sentence on an ID without a known owner: how far its look-up is, or what that has
    /// found instead.
    pub(crate) fn lookup_sentence(&self, id: &KeyId) -> String {
        match self.lookup_of(id) {
            Some(IdLookup::There(other, state)) => {
                let account = self.accounts.label(&other.account);
                match (&other.state, state) {
                    (OtherAccountState::Opening, _) => {
                        format!("{id}: {}", messages::accounts::opening(&account))
                    }
                    (OtherAccountState::Failed(error), _) => format!("{id}: {account}: {error}"),
                    (OtherAccountState::Open(context), LookupState::Miss(miss)) => {
                        self.miss_sentence_in(id, miss, &context.account_label())
                    }
                    (OtherAccountState::Open(_), _) => messages::lookup::still_looking_up(id),
                }
            }
            Some(IdLookup::Here(LookupState::Miss(miss))) => self.miss_sentence(id, miss),
            _ => match (self.account_elsewhere(id), self.session_problem()) {
                (Some(account), _) => {
                    let account = self.accounts.label(&account);
                    format!("{id} {}.", messages::accounts::of_account(&account))
                }
                (None, Some(problem)) => problem,
                (None, None) => messages::lookup::still_looking_up(id),
            },
        }
    }

    /// Returns a sentence on an ID that was looked up and is no key of this account.
    pub(crate) fn miss_sentence(&self, id: &KeyId, miss: &LookupMiss) -> String {
        self.miss_sentence_in(id, miss, &self.session.account_label())
    }

    /// Returns a sentence on an ID that was looked up in the account `here` and is no key of it.
    pub(crate) fn miss_sentence_in(&self, id: &KeyId, miss: &LookupMiss, here: &str) -> String {
        let revoke = messages::lookup::revoke_sessions(self.key_for(Action::AwsCommands));
        let (scan, accounts) = (self.key_for(Action::FullScan), self.key_for(Action::Accounts));
        let without_lookup = messages::lookup::without_lookup(scan, accounts);
        let advice = Advice {
            here: Some(here),
            other_account: &|_| messages::accounts::enter_account(self.key_for(Action::Accounts)),
            revoke_sessions: &revoke,
            find_user: messages::lookup::FIND_USER,
            without_lookup: &|_| without_lookup.clone(),
        };
        miss.sentence(id, &advice)
    }

    /// Returns a sentence on a masked ID or a user of another account, according to the text.
    pub(crate) fn other_accounts_sentence(&self, mention: &KeyMention) -> Option<String> {
        let others = mention.other_accounts(&self.session_context()?.caller.account)?;
        let sentence = in_other_accounts(&mention.label(), &others, &self.session.account_label());
        Some(match mention.account() {
            Some(_) => {
                let enter = messages::accounts::enter_account(self.key_for(Action::Accounts));
                format!("{sentence} {enter}")
            }
            None => sentence,
        })
    }
}
