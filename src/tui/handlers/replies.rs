//! Replies to reads.

use jiff::Timestamp;

use crate::inventory::ReportState;
use crate::model::{ErrorKind, IamRead, KeyId, ReadData, ReadReply};
use crate::tui::context::{Context, SessionPhase, Shared};
use crate::tui::handlers::{lookups, watch};
use crate::tui::keymap::Action;
use crate::tui::messages;

/// Applies a reply to a read of the session shown.
pub(crate) fn apply_reply(context: &mut Context<'_>, reply: ReadReply) {
    let now = context.now;
    let shared = &mut *context.shared;
    for (status, sentence) in shared.change_queue.contradictions(&reply, now.wall) {
        let refresh = shared.key_for(Action::Refresh);
        let sentence = if status.is_active() {
            let deactivate = shared.key_for(Action::Deactivate);
            messages::changes::refresh_or_deactivate(&sentence, refresh, deactivate)
        } else {
            messages::changes::refresh_to_check(&sentence, refresh)
        };
        shared.notifications.report_error(sentence, now.wall);
    }
    shared.change_queue.note_reply(&reply, now.wall);
    if let Some(plan) = &mut shared.plan {
        plan.note_reply(&reply);
    }
    notify_failed_read(context, &reply);
    watch::report_changes(context, &reply);
    let shared = &mut *context.shared;
    if let (IamRead::Alias, Ok(ReadData::Alias(alias)), SessionPhase::Open(session_context)) =
        (&reply.read, &reply.result, &mut shared.session.phase)
    {
        // An account without an alias keeps its name.
        if alias.is_some() {
            session_context.alias.clone_from(alias);
            shared.accounts.name_account(session_context);
        }
    }
    // Replies to look-ups are small enough to clone; a page of users is not.
    let lookup = matches!(reply.read, IamRead::LastUse { .. } | IamRead::Account { .. })
        .then(|| reply.clone());
    let is_page = matches!(reply.read, IamRead::Users { .. }) && reply.result.is_ok();
    let is_report = matches!(reply.result, Ok(ReadData::Report(_)));
    let keys = certain_keys(shared, &reply);
    shared.inventory.apply(reply, now);
    if is_report {
        notify_odd_report_rows(shared, now.wall);
    }
    for sentence in keys.iter().filter_map(|key| shared.owner_not_certain(key)).collect::<Vec<_>>()
    {
        shared.notifications.report_error(sentence, now.wall);
    }
    if let Some(failure) = shared.inventory.listing_failure().filter(|_| is_page) {
        let refresh = shared.key_for(Action::Refresh);
        let sentence = messages::lists::user_list_incomplete(&failure.error, refresh);
        shared.notifications.report_error(sentence, now.wall);
    }
    if let Some(reply) = lookup {
        lookups::on_lookup_reply(context, &reply);
    }
}

/// Returns the keys of a list whose owner was certain until now.
fn certain_keys(shared: &Shared, reply: &ReadReply) -> Vec<KeyId> {
    let Ok(ReadData::Keys(keys)) = &reply.result else { return Vec::new() };
    let certain = keys.iter().filter(|key| shared.inventory.contested_owners(&key.id).is_none());
    certain.map(|key| key.id.clone()).collect()
}

/// Reports rows of the credential report that could not be used.
fn notify_odd_report_rows(shared: &mut Shared, now: Timestamp) {
    let ReportState::Read { odd, .. } = shared.inventory.report() else { return };
    let Some(first) = odd.first() else { return };
    let sentence = messages::lists::report_rows_left_out(odd.len(), first);
    shared.notifications.report_error(sentence, now);
}

/// Reports a failed read that concerns the whole account. One that concerns a row is shown there,
/// and the list of errors has it once for all rows.
fn notify_failed_read(context: &mut Context<'_>, reply: &ReadReply) {
    let Err(error) = &reply.result else { return };
    let shared = &mut *context.shared;
    if error.kind.ends_session() && shared.inventory.stopped().is_none() {
        shared.want_sign_in(error);
    }
    let refresh = shared.key_for(Action::Refresh);
    let sentence = match (&reply.read, error.kind) {
        (_, ErrorKind::Throttled) | (IamRead::Report, ErrorKind::NotReady) => return,
        (_, kind) if kind.ends_session() => {
            if shared.inventory.stopped().is_some() {
                return;
            }
            if kind == ErrorKind::CallerChanged {
                messages::session::other_caller(&error.message, error.operation, refresh)
            } else {
                messages::session::reading_stopped(error, refresh)
            }
        }
        (IamRead::Users { .. }, _) => messages::lists::user_list_incomplete(error, refresh),
        (IamRead::GenerateReport | IamRead::Report, _) => messages::lists::no_report(error),
        (_, ErrorKind::NotFound) => return,
        _ => {
            let sentence = messages::lists::reads_fail(error);
            shared.notifications.log_error(sentence, Some(error.to_string()), context.now.wall);
            return;
        }
    };
    // Without the list of users the screen is empty; without the report it lacks columns.
    let is_report = matches!(reply.read, IamRead::GenerateReport | IamRead::Report);
    let listing = shared.inventory.listing_failure().filter(|_| is_report);
    let listing =
        listing.map(|failure| messages::lists::user_list_incomplete(&failure.error, refresh));
    if error.kind.ends_session() {
        shared.notifications.report_failed_session(sentence, Some(error), context.now.wall);
    } else {
        shared.notifications.report_failed_call(sentence, error, context.now.wall);
    }
    if let Some(listing) = listing {
        shared.notifications.show_first(&listing);
    }
}
