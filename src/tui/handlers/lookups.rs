//! Look-up of key IDs from the command line, the search popup and pasted text.
//!
//! The owner is found with GetAccessKeyLastUsed, without listing users:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>

use crate::model::{ErrorKind, FoundId, IdForm, KeyId, ReadReply, scan_text};
use crate::ops::key_lookup;
use crate::ops::key_lookup::{LookupMiss, LookupStep, PendingRead};
use crate::tui::context::{Context, KeyLookups, LookupState, SessionPhase, Shared, Tone};
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
    let mut ids = scan_text(text).ids;
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
    let begin = |found: &FoundId| {
        let known = key_lookup::by_kind(&found.id).map(LookupState::Miss);
        (found.id.clone(), known.unwrap_or(LookupState::Pending(PendingRead::Owner)))
    };
    shared.lookups = KeyLookups::new(ids.iter().map(begin).collect());
    if let [only] = ids {
        shared.lookups.set_target(only.id.clone());
        shared.notifications.notify(
            Tone::Info,
            messages::lookup::looking_up(&only.id, only.form == IdForm::LowerCase),
        );
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
        Some(LookupState::Miss(miss)) => {
            let sentence = shared.miss_sentence(id, miss);
            shared.notifications.notify(Tone::Warning, sentence);
            false
        }
        _ => false,
    }
}

/// Updates the look-ups that wait for a reply. The inventory must have the reply already.
pub(super) fn on_lookup_reply(context: &mut Context<'_>, reply: &ReadReply) {
    let shared = &mut *context.shared;
    if let Err(error) = &reply.result
        && (error.kind == ErrorKind::Throttled || error.kind.ends_session())
    {
        return;
    }
    let Some(session) = shared.session_context().cloned() else { return };
    let is_unknown = reply.result.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound);
    for (id, pending) in shared.lookups.waiting_for(&reply.read) {
        let lookup = match shared.inventory.owner(&id) {
            // The list of its owner may have the key although the caller may not look it up.
            Some(owner) if pending == PendingRead::Owner && !is_unknown => {
                LookupState::Found(owner)
            }
            _ => match pending.next(&id, &session, &reply.result) {
                LookupStep::Read(pending) => LookupState::Pending(pending),
                LookupStep::Owner(_, last_use) => LookupState::Miss(LookupMiss::RootKey(last_use)),
                LookupStep::Miss(miss) => LookupState::Miss(miss),
            },
        };
        if let LookupState::Miss(LookupMiss::OtherAccount { account, .. }) = &lookup {
            shared.lookups.note_foreign(&id, account);
        }
        shared.lookups.set(&id, lookup);
    }
    notify_target(shared);
}

/// Reports the result of the target if it is not a key of this account.
fn notify_target(shared: &mut Shared) {
    let Some(target) = shared.lookups.target() else { return };
    let Some(LookupState::Miss(miss)) = shared.lookups.of(target) else { return };
    let sentence = shared.miss_sentence(target, miss);
    shared.lookups.clear_target();
    shared.notifications.clear_result();
    shared.notifications.notify(Tone::Warning, sentence);
}
