//! Look-up of key IDs from the command line, the search popup and pasted text.
//!
//! The owner is found with GetAccessKeyLastUsed, without listing users:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>

use crate::inventory::{Inventory, UserIndex};
use crate::model::{
    AccountId, ErrorKind, FoundId, IamRead, KeyId, KeyKind, Known, Missing, NO_PROFILE_FOR_ACCOUNT,
    NamedBy, Now, Profile, ReadData, ReadReply, ServiceError, SessionContext, escape_hidden,
    owner_not_found, scan_key_ids,
};
use crate::tui::app::{Effect, SessionPhase, State, Tone};
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::messages;

/// Maximum number of IDs looked up at once; further ones are counted.
const MAX_LOOKUPS: usize = 500;

/// State or result of the look-up of one ID.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LookupState {
    /// Waiting for IAM to name the owner.
    AskingIam,
    /// Waiting for STS to name the account, after IAM's error.
    AskingSts(Box<ServiceError>),
    /// A key of this account, with its owner.
    Found(UserIndex),
    /// Any other result, as a sentence.
    Message(String),
}

/// Look-ups of key IDs.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeySearch {
    lookups: Vec<(KeyId, LookupState)>,
    /// The only ID of a text, or the one selected among several; its result is reported without a
    /// list.
    target_key: Option<KeyId>,
    /// `true` if the target is selected once found: until the user moves on.
    auto_select: bool,
    /// The only ID of a text and its account, if that is another one.
    foreign_key: Option<(KeyId, AccountId)>,
}

impl KeySearch {
    /// Returns the state of the look-up of an ID.
    pub(crate) fn of(&self, id: &KeyId) -> Option<&LookupState> {
        self.lookups.iter().find(|(known, _)| known == id).map(|(_, lookup)| lookup)
    }

    /// Returns the IDs that were looked up last.
    pub(crate) fn ids(&self) -> Vec<KeyId> {
        self.lookups.iter().map(|(id, _)| id.clone()).collect()
    }

    /// Returns the reads that are still needed: the owner, the account or the status of each ID.
    pub(super) fn reads(&self, inventory: &Inventory) -> Vec<IamRead> {
        let read = |(id, lookup): &(KeyId, LookupState)| match lookup {
            LookupState::AskingIam => Some(IamRead::LastUse { key: id.clone() }),
            LookupState::AskingSts(_) => Some(IamRead::Account { key: id.clone() }),
            LookupState::Found(owner) => {
                let facts = inventory.at(inventory.owner(id).unwrap_or(*owner));
                (!facts.keys.has_reply()).then(|| IamRead::Keys { user: facts.sent_name() })
            }
            LookupState::Message(_) => None,
        };
        self.lookups.iter().filter_map(read).collect()
    }

    /// Returns the look-ups to repeat after a change of profile: the only ID of a text, if it
    /// belongs to another account.
    pub(super) fn carried_over(&mut self) -> Self {
        match self.foreign_key.take() {
            Some((id, _)) => {
                let mut carried =
                    Self { lookups: vec![(id.clone(), LookupState::AskingIam)], ..Self::default() };
                carried.set_target(id);
                carried
            }
            None => Self::default(),
        }
    }

    /// Returns the account of a key that was looked up and belongs to another account.
    pub(super) fn foreign_account(&self) -> Option<AccountId> {
        self.foreign_key.as_ref().map(|(_, account)| account.clone())
    }

    fn set_target(&mut self, id: KeyId) {
        self.target_key = Some(id);
        self.auto_select = true;
    }

    /// Returns whether the target will be selected as soon as it is listed.
    pub(crate) fn is_auto_selecting(&self) -> bool {
        self.auto_select && self.target_key.is_some()
    }

    /// Leaves the selection where it is when the target is found; the result is only reported.
    pub(super) fn cancel_auto_select(&mut self) {
        self.auto_select = false;
    }

    fn set(&mut self, id: &KeyId, lookup: LookupState) {
        if let Some((_, known)) = self.lookups.iter_mut().find(|(known, _)| known == id) {
            *known = lookup;
        }
    }
}

impl State {
    /// Looks up every key ID in the text. The text itself is dropped.
    pub(super) fn find_in(&mut self, text: &str) -> Vec<Effect> {
        let mut ids = scan_key_ids(text);
        if ids.is_empty() {
            let length = text.chars().count();
            self.notifications.notify(Tone::Warning, messages::lookup::no_key_id(length));
            return Vec::new();
        }
        let skipped = ids.len().saturating_sub(MAX_LOOKUPS);
        ids.truncate(MAX_LOOKUPS);
        if skipped > 0 {
            let sentence = messages::lookup::too_many_ids(MAX_LOOKUPS, skipped);
            self.notifications.notify(Tone::Warning, sentence);
        }
        self.look_up(&ids)
    }

    fn look_up(&mut self, ids: &[FoundId]) -> Vec<Effect> {
        let begin = |found: &FoundId| (found.id.clone(), self.offline_lookup(found));
        self.key_search =
            KeySearch { lookups: ids.iter().map(begin).collect(), ..KeySearch::default() };
        if let [only] = ids {
            self.key_search.set_target(only.id.clone());
            self.popup = None;
            self.notifications
                .notify(Tone::Info, messages::lookup::looking_up(&only.id, only.lowercase));
            self.notify_target();
        } else {
            self.show_search_results();
        }
        // The look-ups start by themselves once a session has opened.
        if !matches!(self.session.phase, SessionPhase::Opening(_)) {
            self.notify_no_session();
        }
        if self.profiles.is_none() { vec![Effect::ListProfiles] } else { Vec::new() }
    }

    /// Selects a found key of this account; at once if it is listed, so that the next action
    /// applies to it. Otherwise reports the result.
    pub(super) fn go_to_found(&mut self, id: &KeyId, now: Now) {
        match self.key_search.of(id) {
            Some(LookupState::Found(_)) => {
                self.popup = None;
                self.key_search.set_target(id.clone());
                self.settle_lists(now);
            }
            Some(LookupState::Message(sentence)) => {
                self.notifications.notify(Tone::Warning, sentence.clone());
            }
            _ => {}
        }
    }

    /// Updates a look-up with the reply to one of its reads. The inventory must have the reply
    /// already.
    pub(super) fn take_lookup(&mut self, reply: &ReadReply) {
        let (IamRead::LastUse { key } | IamRead::Account { key }) = &reply.read else { return };
        let Some(before) = self.key_search.of(key).cloned() else { return };
        let lookup = match (&before, &reply.result) {
            (_, Err(error)) if error.kind == ErrorKind::Throttled || error.kind.ends_session() => {
                return;
            }
            (LookupState::AskingIam, Ok(ReadData::LastUse { .. })) => {
                match self.inventory.owner(key) {
                    Some(index) => LookupState::Found(index),
                    None => {
                        LookupState::Message(messages::lookup::root_key(key, &self.account_label()))
                    }
                }
            }
            // The key is in the list of its owner, although the caller may not ask for its last
            // use.
            (LookupState::AskingIam, Err(error))
                if error.kind != ErrorKind::NotFound
                    && let Some(index) = self.inventory.owner(key) =>
            {
                LookupState::Found(index)
            }
            (LookupState::AskingIam, Err(error))
                if matches!(error.kind, ErrorKind::Denied | ErrorKind::NotFound) =>
            {
                LookupState::AskingSts(Box::new(ServiceError::clone(error)))
            }
            (LookupState::AskingIam, Err(error)) => {
                LookupState::Message(messages::lookup::failed(key, error))
            }
            (LookupState::AskingSts(iam), result) => {
                let confirmed = match result {
                    Ok(ReadData::Account(account)) => Some(account.clone()),
                    _ => None,
                };
                LookupState::Message(self.not_found_sentence(key, iam, confirmed))
            }
            _ => return,
        };
        self.key_search.set(key, lookup);
        self.notify_target();
    }

    /// Returns a sentence on a key whose owner IAM does not name.
    fn not_found_sentence(
        &mut self,
        key: &KeyId,
        iam: &ServiceError,
        confirmed: Option<AccountId>,
    ) -> String {
        let ours = self
            .session
            .session_context()
            .map(|session_context| session_context.caller.account.clone());
        let here = self.account_label();
        let is_confirmed = confirmed.is_some();
        let (denied, warning) = (iam.kind == ErrorKind::Denied, key.length_warning());
        match confirmed.or_else(|| key.account()) {
            Some(account) if Some(&account) == ours.as_ref() && denied => {
                messages::lookup::owner_denied(key, &here, &iam.message)
            }
            Some(account) if Some(&account) == ours.as_ref() => {
                messages::lookup::deleted(key, &here, warning.as_deref())
            }
            Some(account) => {
                if self.key_search.target_key.as_ref() == Some(key) {
                    self.key_search.foreign_key = Some((key.clone(), account.clone()));
                }
                let profiles = self.profiles_leading_to(&account);
                messages::lookup::other_account(key, &account, is_confirmed, &here, &profiles)
            }
            None => messages::lookup::unknown(key, &here, denied, warning.as_deref()),
        }
    }

    fn profiles_leading_to(&self, account: &AccountId) -> String {
        let profiles: &[Profile] = self.profiles.as_deref().unwrap_or(&[]);
        let names: Vec<_> = profiles
            .iter()
            .filter(|profile| profile.likely_account() == Some(account))
            .map(|profile| escape_hidden(&profile.name).into_owned())
            .collect();
        if names.is_empty() {
            NO_PROFILE_FOR_ACCOUNT.to_owned()
        } else {
            messages::lookup::profiles_for_account(&names, self.key_for(Action::Profile))
        }
    }

    /// Reports the result of the target if it is not a key of this account.
    fn notify_target(&mut self) {
        let result = self
            .key_search
            .target_key
            .as_ref()
            .and_then(|target_key| self.key_search.of(target_key));
        let Some(LookupState::Message(sentence)) = result.cloned() else { return };
        self.key_search.target_key = None;
        self.notifications.clear_result();
        self.notifications.notify(Tone::Warning, sentence);
    }

    /// Selects the target once it is listed, or only reports its owner if the user has moved on.
    pub(super) fn settle_key_search(&mut self, now: Now) {
        let Some(key) = self.key_search.target_key.clone() else { return };
        let Some(LookupState::Found(owner)) = self.key_search.of(&key).cloned() else { return };
        let owner = self.inventory.owner(&key).unwrap_or(owner);
        if self.key_search.is_auto_selecting() && !self.go_to_owner(owner, now) {
            return;
        }
        let facts = self.inventory.at(owner);
        let name = facts.name.clone();
        if facts.key(&key).is_some() {
            if self.key_search.is_auto_selecting() {
                self.sync_keys();
                self.keys.select(&key);
                self.focus = Pane::Keys;
                self.notifications.notify(Tone::Info, messages::lookup::found(&key, &name));
            } else {
                let find = self.key_for(Action::Find);
                let sentence = messages::lookup::found_elsewhere(&key, &name, find);
                self.notifications.notify(Tone::Info, sentence);
            }
            self.key_search.target_key = None;
        } else if let Known::Denied(failure) | Known::Failed(failure) = &facts.keys {
            let sentence = messages::lookup::found_unreadable(&key, &name, &failure.error);
            self.key_search.target_key = None;
            self.notifications.notify(Tone::Warning, sentence);
        } else if facts.keys.has_reply() {
            let sentence = self.owner_not_found(&key, owner);
            self.key_search.target_key = None;
            self.notifications.notify(Tone::Warning, sentence);
        }
    }

    /// Returns a sentence on a key that is not in the list of its owner, or whose owner IAM does
    /// not know.
    pub(crate) fn owner_not_found(&self, key: &KeyId, owner: UserIndex) -> String {
        let facts = self.inventory.at(owner);
        let lacks = if facts.is_deleted() { Missing::User } else { Missing::Key };
        let (refresh, scan) = (self.key_for(Action::Refresh), self.key_for(Action::FullScan));
        let next = messages::lists::refresh_or_scan(refresh, scan);
        owner_not_found(key, &facts.name, &self.account_label(), NamedBy::Iam, lacks, &next)
    }

    /// Returns alias and number of the account shown; empty before the session is open.
    fn account_label(&self) -> String {
        self.session.session_context().map(SessionContext::account_label).unwrap_or_default()
    }

    /// Selects a user and returns whether the list shows it. A filter that hides the user is
    /// cleared.
    fn go_to_owner(&mut self, owner: UserIndex, now: Now) -> bool {
        self.leave_all_keys(now);
        if self.users.selected() == Some(owner) || self.users.select(owner, now) {
            return true;
        }
        if self.filter.is_active() {
            self.filter.clear();
            self.settle_rows(now);
        }
        self.users.select(owner, now)
    }

    /// Returns the first state of a look-up: the result, for IDs that are not long-term keys.
    fn offline_lookup(&self, found: &FoundId) -> LookupState {
        let id = &found.id;
        match found.kind {
            KeyKind::LongTerm | KeyKind::Other if !id.as_str().starts_with("AROA") => {
                LookupState::AskingIam
            }
            KeyKind::Temporary => {
                let commands = self.key_for(Action::AwsCommands);
                LookupState::Message(messages::lookup::temporary_key(id, commands))
            }
            KeyKind::UserId => LookupState::Message(messages::lookup::user_id(id)),
            KeyKind::LongTerm | KeyKind::Other => {
                LookupState::Message(messages::lookup::role_id(id))
            }
        }
    }
}
