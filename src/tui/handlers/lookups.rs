//! Look-up of key IDs from the command line, the search popup and pasted text.
//!
//! The owner is found with GetAccessKeyLastUsed, without listing users:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>

use crate::inventory::Inventory;
use crate::model::{ErrorKind, FoundId, IdForm, KeyId, ReadReply, SessionContext, scan_text};
use crate::ops::key_lookup;
use crate::ops::key_lookup::messages::{too_many_mentions, truncated_id};
use crate::ops::key_lookup::{
    KeyHome, KeyMention, LookupMiss, LookupStep, MentionKind, PendingRead,
};
use crate::tui::context::{
    Context, KeyLookups, LookupState, NotificationTopic, SessionPhase, Shared, Tone,
};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Maximum number of IDs looked up at once; further ones are counted.
const MAX_LOOKUPS: usize = 500;

/// How many keys a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookupCount {
    /// Nothing.
    None,
    /// One. An ID is selected once found, or its result is reported; a filter shows the keys of a
    /// masked ID or of a user.
    One,
    /// Several, to be shown in a list.
    Several,
}

/// Looks up everything in the text that leads to keys. The text itself is dropped.
pub(crate) fn find_key_ids(context: &mut Context<'_>, text: &str) -> LookupCount {
    let shared = &mut *context.shared;
    let scan = scan_text(text);
    if scan.is_empty() {
        let sentence = match scan.truncated.first() {
            Some(start) => truncated_id(start),
            None => messages::lookup::no_key_id(text.chars().count()),
        };
        shared.notifications.notify(Tone::Warning, sentence);
        return LookupCount::None;
    }
    let (mentions, is_limited) = KeyMention::of_text(&scan);
    let is_mention = |id: &KeyId| {
        mentions.iter().any(|it| matches!(&it.kind, MentionKind::UserId(user) if user == id))
    };
    let mut ids = scan.ids;
    ids.retain(|found| !is_mention(&found.id));
    let skipped = ids.len().saturating_sub(MAX_LOOKUPS);
    ids.truncate(MAX_LOOKUPS);
    shared.leave_other_accounts();
    look_up(shared, &ids, mentions);
    if let ([only], []) = (ids.as_slice(), shared.lookups.mentions()) {
        select_once_found(shared, only);
    }
    report_session_problem(shared);
    if skipped > 0 {
        let sentence = messages::lookup::too_many_ids(MAX_LOOKUPS, skipped);
        shared.notifications.notify(Tone::Warning, sentence);
    } else if is_limited {
        shared.notifications.notify(Tone::Warning, too_many_mentions());
    } else if let Some(start) = scan.truncated.first() {
        shared.notifications.notify(Tone::Warning, truncated_id(start));
    }
    match (ids.len(), context.shared.lookups.mentions()) {
        (1, []) => LookupCount::One,
        (0, [only]) => {
            let only = only.clone();
            context.shared.lookups.show_mention(only);
            LookupCount::One
        }
        _ => LookupCount::Several,
    }
}

/// Looks up access keys that a key has issued, to list them. None of them is selected once found.
/// The account of that key stays open, since the list leads back to its activity.
pub(crate) fn find_issued_keys(context: &mut Context<'_>, keys: &[KeyId]) {
    let ids: Vec<_> =
        keys.iter().map(|id| FoundId { id: id.clone(), form: IdForm::Exact }).collect();
    look_up(context.shared, &ids, Vec::new());
    report_session_problem(context.shared);
}

/// Looks up IDs. The look-ups start by themselves once a session has opened.
fn look_up(shared: &mut Shared, ids: &[FoundId], mentions: Vec<KeyMention>) {
    let begin = |found: &FoundId| {
        let known = key_lookup::by_kind(&found.id).map(LookupState::Miss);
        (found.id.clone(), known.unwrap_or(LookupState::Pending(PendingRead::Owner)))
    };
    shared.lookups = KeyLookups::new(ids.iter().map(begin).collect());
    let forms = ids.iter().filter(|found| found.form != IdForm::Exact);
    let forms = forms.map(|found| (found.id.clone(), found.form)).collect();
    shared.lookups.add_findings(mentions, forms);
}

/// Selects the only ID of a text once it is found, or reports its result.
fn select_once_found(shared: &mut Shared, only: &FoundId) {
    shared.lookups.set_target(only.id.clone());
    if !matches!(shared.session.phase, SessionPhase::Failed) {
        let sentence = messages::lookup::looking_up(&only.id, only.form);
        shared.notifications.notify_ongoing(NotificationTopic::LookUp, sentence);
    }
    notify_target(shared);
}

/// Reports why nothing is looked up now, if no session is open or will be by itself.
fn report_session_problem(shared: &mut Shared) {
    if !matches!(shared.session.phase, SessionPhase::Opening(_))
        && let Some(problem) = shared.session_problem()
    {
        shared.notifications.notify(Tone::Warning, problem);
    }
}

/// Ends the notification of a look-up whose session could not be opened. The key is looked up once
/// one is open.
pub(super) fn on_failed_session(shared: &mut Shared) {
    shared.notifications.end_ongoing(NotificationTopic::LookUp);
    let Some(target) = shared.lookups.target() else { return };
    let sentence = messages::lookup::not_looked_up(target, shared.key_for(Action::Accounts));
    shared.notifications.notify(Tone::Warning, sentence);
}

/// Makes a found key of this account the one to select once it is listed; returns whether it is.
/// Otherwise reports the result.
pub(crate) fn set_target_or_report(shared: &mut Shared, id: &KeyId) -> bool {
    match shared.lookups.get(id) {
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
    for (id, pending) in shared.lookups.waiting_for(&reply.read) {
        let lookup = next_state(&id, &pending, &shared.inventory, &session, reply);
        if let LookupState::Searching(_) = lookup {
            shared.inventory.start_full_scan(false);
        }
        shared.lookups.set(&id, lookup);
    }
    notify_target(shared);
}

/// Returns the state of a look-up after a reply, which the inventory of the account has already.
pub(super) fn next_state(
    id: &KeyId,
    pending: &PendingRead,
    inventory: &Inventory,
    session: &SessionContext,
    reply: &ReadReply,
) -> LookupState {
    let is_unknown = reply.result.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound);
    match inventory.owner(id) {
        // The list of its owner may have the key although the caller may not look it up.
        Some(owner) if *pending == PendingRead::Owner && !is_unknown => LookupState::Found(owner),
        _ => match pending.next(id, session, &reply.result) {
            LookupStep::Read(pending) => LookupState::Pending(pending),
            LookupStep::Miss(LookupMiss::Unsupported(error)) => LookupState::Searching(error),
            LookupStep::Owner(_, last_use) => LookupState::Miss(LookupMiss::RootKey(last_use)),
            LookupStep::Miss(miss) => LookupState::Miss(miss),
        },
    }
}

/// Updates the look-ups that wait for the lists of all users.
pub(crate) fn settle_list_searches(shared: &mut Shared) {
    for (id, error) in shared.lookups.waiting_for_lists() {
        let lookup = match shared.inventory.owner(&id) {
            Some(owner) => LookupState::Found(owner),
            None if shared.inventory.is_scanning() => continue,
            None if shared.inventory.coverage().is_complete() => {
                LookupState::Miss(LookupMiss::NotFound(KeyHome::ThisAccount))
            }
            None => LookupState::Miss(LookupMiss::Unsupported(error)),
        };
        shared.lookups.set(&id, lookup);
        notify_target(shared);
    }
}

/// Reports the result of the target if it is not a key of this account.
fn notify_target(shared: &mut Shared) {
    let Some(target) = shared.lookups.target().cloned() else { return };
    let Some(LookupState::Miss(miss)) = shared.lookups.get(&target) else { return };
    let sentence = shared.miss_sentence(&target, miss);
    if let LookupMiss::OtherAccount { account, .. } = miss {
        let (account, was_selected) = (account.clone(), shared.lookups.is_auto_selecting());
        shared.lookups.set_target_elsewhere(target, account);
        // The popup that asks about the account says the same.
        if was_selected {
            return;
        }
    } else {
        shared.lookups.clear_target();
    }
    shared.notifications.notify(Tone::Warning, sentence);
}
