//! Other accounts: opening them, and the look-ups of keys there.

use std::sync::Arc;

use crate::inventory::{Lane, LaneSlots, ReadWishes};
use crate::model::{
    AccountId, ErrorKind, KeyId, ReadReply, ServiceError, SessionContext, SessionId,
};
use crate::ops::key_lookup::LookupMiss;
use crate::tui::context::{Context, LookupState, OtherAccount, OtherAccountState, Shared};
use crate::tui::effect::{AccountToOpen, TaskEffect};
use crate::tui::handlers::accounts::list_accounts;
use crate::tui::handlers::lookups::next_state;

/// Maximum number of reads in flight for one account.
const SLOTS: usize = 4;

/// Returns the keys of the last text that are of other accounts and not looked up there.
pub(crate) fn keys_in_other_accounts(shared: &Shared) -> Vec<(AccountId, Vec<KeyId>)> {
    let mut accounts: Vec<(AccountId, Vec<KeyId>)> = Vec::new();
    for id in shared.lookups.ids() {
        let Some(account) = shared.account_elsewhere(&id) else { continue };
        let state = shared.other_accounts.of_key(&id).map(|other| &other.state);
        if !matches!(state, None | Some(OtherAccountState::Failed(_))) {
            continue;
        }
        match accounts.iter_mut().find(|(known, _)| *known == account) {
            Some((_, keys)) => keys.push(id),
            None => accounts.push((account, vec![id])),
        }
    }
    accounts
}

/// Opens the other accounts of the keys unless they are open, to look them up there. Returns the
/// number of accounts.
pub(crate) fn open_other_accounts(context: &mut Context<'_>) -> usize {
    let shared = &mut *context.shared;
    let wanted = keys_in_other_accounts(shared);
    let failed = shared.other_accounts.remove_failed();
    shared.session.leave(failed);
    let count = wanted.len();
    let mut opening = Vec::new();
    let mut others = Vec::new();
    for (account, keys) in wanted {
        // It may be open for another key, whose activity has led to these.
        if let Some(other) = shared.other_accounts.of_account_mut(&account) {
            other.lookups.add(keys);
            continue;
        }
        let session = shared.session.next_id();
        opening.push(AccountToOpen { session, account: account.clone() });
        others.push(OtherAccount::new(session, account, keys));
    }
    shared.other_accounts.add(others);
    if !opening.is_empty() {
        context.effects.task(TaskEffect::OpenOthers(opening));
        list_accounts(context);
    }
    count
}

/// Notes that another account is open, or could not be opened.
pub(crate) fn on_other_opened(
    context: &mut Context<'_>,
    id: SessionId,
    opened: Result<Box<SessionContext>, Arc<ServiceError>>,
) {
    let shared = &mut *context.shared;
    shared.shown_at = context.now;
    let Some(other) = shared.other_accounts.of_session_mut(id) else { return };
    match opened {
        Ok(mut session_context) => {
            shared.accounts.name_account(&mut session_context);
            shared.session.opened_other_account(id, &session_context);
            other.state = OtherAccountState::Open(session_context);
        }
        Err(error) => fail_other(context, id, &error),
    }
}

/// Notes and reports that the session of another account could not be opened, or has ended.
fn fail_other(context: &mut Context<'_>, id: SessionId, error: &Arc<ServiceError>) {
    let shared = &mut *context.shared;
    let Some(other) = shared.other_accounts.of_session_mut(id) else { return };
    other.state = OtherAccountState::Failed(Arc::clone(error));
    let sentence = format!("{}: {error}", shared.accounts.label(&other.account));
    shared.notifications.report_failed_call(sentence, error, context.now.wall);
    shared.want_sign_in(error);
}

/// Handles a reply to a read of another account.
pub(crate) fn on_other_reply(context: &mut Context<'_>, reply: &ReadReply) {
    let Some(other) = context.shared.other_accounts.of_session_mut(reply.session) else { return };
    let OtherAccountState::Open(session_context) = &other.state else { return };
    let session_context = session_context.clone();
    context.shared.change_queue.note_reply(reply, context.now.wall);
    other.inventory.apply(reply.clone(), context.now);
    if let Err(error) = &reply.result {
        if error.kind == ErrorKind::Throttled {
            return;
        }
        if error.kind.ends_session() {
            return fail_other(context, reply.session, error);
        }
    }
    for (id, pending) in other.lookups.waiting_for(&reply.read) {
        let state = next_state(&id, &pending, &other.inventory, &session_context, reply);
        let state = match state {
            // Its users are not listed.
            LookupState::Searching(error) => LookupState::Miss(LookupMiss::Unsupported(error)),
            state => state,
        };
        other.lookups.set(&id, state);
    }
}

/// Requests the reads that are wanted of the other accounts.
pub(crate) fn request_other_reads(context: &mut Context<'_>) {
    for other in context.shared.other_accounts.iter_mut() {
        if other.session_context().is_none() {
            continue;
        }
        let requested = other.lookups.reads(&other.inventory);
        let wishes = ReadWishes { requested, ..ReadWishes::default() };
        let screen = SLOTS.saturating_sub(other.inventory.in_flight(Lane::Screen));
        let free = LaneSlots { screen, full_scan: 0 };
        let session = other.session;
        for (lane, read) in other.inventory.take_next_reads(&wishes, free, context.now) {
            context.effects.task(TaskEffect::Read { session, lane, read });
        }
    }
}
