//! Look-up of key IDs from the command line, the search popup and pasted text.
//!
//! The owner is found with GetAccessKeyLastUsed, without listing users:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>

use crate::model::{
    AccountId, ErrorKind, FoundId, IamRead, KeyId, KeyKind, NO_PROFILE_FOR_ACCOUNT, Profile,
    ReadData, ReadReply, ServiceError, escape_hidden, scan_key_ids,
};
use crate::tui::context::{Context, KeyLookups, LookupState, SessionPhase, Shared, Tone};
use crate::tui::keymap::Action;
use crate::tui::message::TaskEffect;
use crate::tui::messages;

/// Maximum number of IDs looked up at once; further ones are counted.
const MAX_LOOKUPS: usize = 500;

/// Number of key IDs found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FindResult {
    /// None.
    None,
    /// One: it is selected once found, or its result is reported.
    One,
    /// Several, to be shown in a list.
    Several,
}

/// Looks up every key ID in the text. The text itself is dropped.
pub(crate) fn find_key_ids(context: &mut Context<'_>, text: &str) -> FindResult {
    let shared = &mut *context.shared;
    let mut ids = scan_key_ids(text);
    if ids.is_empty() {
        let length = text.chars().count();
        shared.notifications.notify(Tone::Warning, messages::lookup::no_key_id(length));
        return FindResult::None;
    }
    let skipped = ids.len().saturating_sub(MAX_LOOKUPS);
    ids.truncate(MAX_LOOKUPS);
    if skipped > 0 {
        let sentence = messages::lookup::too_many_ids(MAX_LOOKUPS, skipped);
        shared.notifications.notify(Tone::Warning, sentence);
    }
    look_up(shared, &ids);
    if shared.profiles.is_none() {
        context.effects.task(TaskEffect::ListProfiles);
    }
    if ids.len() == 1 { FindResult::One } else { FindResult::Several }
}

fn look_up(shared: &mut Shared, ids: &[FoundId]) {
    let begin = |found: &FoundId| (found.id.clone(), offline_lookup(shared, found));
    shared.lookups = KeyLookups::new(ids.iter().map(begin).collect());
    if let [only] = ids {
        shared.lookups.set_target(only.id.clone());
        shared
            .notifications
            .notify(Tone::Info, messages::lookup::looking_up(&only.id, only.lowercase));
        notify_target(shared);
    }
    // The look-ups start by themselves once a session has opened.
    if !matches!(shared.session.phase, SessionPhase::Opening(_)) {
        shared.notify_no_session();
    }
}

/// Makes a found key of this account the one to select once it is listed; returns whether it is.
/// Otherwise reports the result.
pub(crate) fn follow_result(shared: &mut Shared, id: &KeyId) -> bool {
    match shared.lookups.of(id) {
        Some(LookupState::Found(_)) => {
            shared.lookups.set_target(id.clone());
            true
        }
        Some(LookupState::Message(sentence)) => {
            let sentence = sentence.clone();
            shared.notifications.notify(Tone::Warning, sentence);
            false
        }
        _ => false,
    }
}

/// Updates a look-up with the reply to one of its reads. The inventory must have the reply
/// already.
pub(super) fn on_lookup_reply(context: &mut Context<'_>, reply: &ReadReply) {
    let shared = &mut *context.shared;
    let (IamRead::LastUse { key } | IamRead::Account { key }) = &reply.read else { return };
    let Some(before) = shared.lookups.of(key).cloned() else { return };
    let lookup = match (&before, &reply.result) {
        (_, Err(error)) if error.kind == ErrorKind::Throttled || error.kind.ends_session() => {
            return;
        }
        (LookupState::AskingIam, Ok(ReadData::LastUse { .. })) => {
            match shared.inventory.owner(key) {
                Some(index) => LookupState::Found(index),
                None => LookupState::Message(messages::lookup::root_key(
                    key,
                    &shared.session.account_label(),
                )),
            }
        }
        // The key is in the list of its owner, although the caller may not ask for its last
        // use.
        (LookupState::AskingIam, Err(error))
            if error.kind != ErrorKind::NotFound
                && let Some(index) = shared.inventory.owner(key) =>
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
            LookupState::Message(not_found_sentence(shared, key, iam, confirmed))
        }
        _ => return,
    };
    shared.lookups.set(key, lookup);
    notify_target(shared);
}

/// Returns a sentence on a key whose owner IAM does not name.
fn not_found_sentence(
    shared: &mut Shared,
    key: &KeyId,
    iam: &ServiceError,
    confirmed: Option<AccountId>,
) -> String {
    let ours = shared.session_context().map(|context| context.caller.account.clone());
    let here = shared.session.account_label();
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
            shared.lookups.note_foreign(key, &account);
            let profiles = profiles_leading_to(shared, &account);
            messages::lookup::other_account(key, &account, is_confirmed, &here, &profiles)
        }
        None => messages::lookup::unknown(key, &here, denied, warning.as_deref()),
    }
}

fn profiles_leading_to(shared: &Shared, account: &AccountId) -> String {
    let profiles: &[Profile] = shared.profiles.as_deref().unwrap_or(&[]);
    let names: Vec<_> = profiles
        .iter()
        .filter(|profile| profile.likely_account() == Some(account))
        .map(|profile| escape_hidden(&profile.name).into_owned())
        .collect();
    if names.is_empty() {
        NO_PROFILE_FOR_ACCOUNT.to_owned()
    } else {
        messages::lookup::profiles_for_account(&names, shared.key_for(Action::Profile))
    }
}

/// Reports the result of the target if it is not a key of this account.
fn notify_target(shared: &mut Shared) {
    let result = shared.lookups.target().and_then(|target| shared.lookups.of(target));
    let Some(LookupState::Message(sentence)) = result.cloned() else { return };
    shared.lookups.clear_target();
    shared.notifications.clear_result();
    shared.notifications.notify(Tone::Warning, sentence);
}

/// Returns the first state of a look-up: the result, for IDs that are not long-term keys.
fn offline_lookup(shared: &Shared, found: &FoundId) -> LookupState {
    let id = &found.id;
    match found.kind {
        KeyKind::LongTerm | KeyKind::Other if !id.as_str().starts_with("AROA") => {
            LookupState::AskingIam
        }
        KeyKind::Temporary => {
            let commands = shared.key_for(Action::AwsCommands);
            LookupState::Message(messages::lookup::temporary_key(id, commands))
        }
        KeyKind::UserId => LookupState::Message(messages::lookup::user_id(id)),
        KeyKind::LongTerm | KeyKind::Other => LookupState::Message(messages::lookup::role_id(id)),
    }
}
