//! Opening, renewal and change of the session.

use std::sync::Arc;

use crate::model::{AccountId, Route, SessionContext, SessionId};
use crate::ops::reach::leads_elsewhere;
use crate::tui::context::{Context, SessionPhase, ThrottleRate, Tone, is_same_account};
use crate::tui::effect::{OpenRequest, TaskEffect};
use crate::tui::handlers::lookups::on_failed_session;
use crate::tui::handlers::reads::first_reads;
use crate::tui::handlers::watch::watch_of_left_account;
use crate::tui::keymap::Action;
use crate::tui::message::SessionEvent;
use crate::tui::messages;

/// Change of the session that panes and popups depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionChange {
    /// The MFA device with this serial number must provide a code.
    NeedsCode(Arc<str>),
    /// The credentials were renewed: another access key of the same principal.
    Renewed,
    /// The session is open.
    Opened,
    /// The session was reopened, and what is shown is of the same account.
    Reopened,
    /// The session was reopened and leads to another account: what was shown is dropped.
    OtherAccount,
}

/// Handles progress of a session. Returns the change that panes and popups depend on, if any.
pub(crate) fn on_session(
    context: &mut Context<'_>,
    id: SessionId,
    event: SessionEvent,
) -> Option<SessionChange> {
    let shared = &mut *context.shared;
    if id != shared.session.id {
        if let (Some(other), SessionEvent::Renewed(renewed)) =
            (shared.other_accounts.of_session_mut(id), event)
        {
            other.renew(renewed);
            return Some(SessionChange::Renewed);
        }
        return None;
    }
    shared.shown_at = context.now;
    match event {
        SessionEvent::Configured(endpoint) => {
            shared.session.endpoint = Some(endpoint);
            None
        }
        SessionEvent::Opening(what) => {
            shared.session.phase = SessionPhase::Opening(what);
            None
        }
        SessionEvent::NeedsCode(serial, refused) => {
            if let Some(error) = refused {
                let (sentence, now) = (error.to_string(), context.now.wall);
                shared.notifications.report_failed_session(sentence, Some(&error), now);
            }
            shared.session.phase = SessionPhase::NeedsCode(Arc::clone(&serial));
            Some(SessionChange::NeedsCode(serial))
        }
        SessionEvent::Open(session_context) => {
            let expected = shared.session.expected_account.as_ref();
            if let Some(expected) =
                expected.filter(|expected| **expected != session_context.caller.account)
            {
                let sentence = leads_elsewhere(&session_context, expected);
                shared.notifications.report_failed_session(sentence, None, context.now.wall);
                shared.session.phase = SessionPhase::Failed;
                on_failed_session(shared);
                // Nothing may use the credentials of an account that was not asked for.
                context.effects.task(TaskEffect::Close { session: id });
                return None;
            }
            Some(opened(context, session_context))
        }
        SessionEvent::Renewed(renewed) => {
            let SessionPhase::Open(session_context) = &mut shared.session.phase else {
                return None;
            };
            session_context.renew(*renewed);
            Some(SessionChange::Renewed)
        }
        SessionEvent::Failed(error) => {
            let (retry, profiles) =
                (shared.key_for(Action::Refresh), shared.key_for(Action::Accounts));
            let sentence = messages::session::open_failed(&error, retry, profiles);
            shared.notifications.report_failed_session(sentence, Some(&error), context.now.wall);
            shared.session.phase = SessionPhase::Failed;
            shared.sign_in_wanted.clone_from(&error.sign_in);
            on_failed_session(shared);
            None
        }
    }
}

fn opened(context: &mut Context<'_>, mut session_context: Box<SessionContext>) -> SessionChange {
    let shared = &mut *context.shared;
    let mut ended_watch = None;
    let change = match shared.session.previous_context.take() {
        // The alias is read once for each account.
        Some(before) if is_same_account(&before, &session_context) => {
            session_context.alias = before.alias;
            SessionChange::Reopened
        }
        Some(before) => {
            ended_watch = watch_of_left_account(shared, &before);
            shared.forget_account();
            SessionChange::OtherAccount
        }
        None => SessionChange::Opened,
    };
    shared.notifications.resolve_session();
    shared.accounts.name_account(&mut session_context);
    shared.inventory.resume();
    shared.sign_in_wanted = None;
    let account = session_context.caller.account.clone();
    let name = shared.accounts.name(&account);
    shared.inventory.set_account(account, name);
    if session_context.caller.arn.is_root() {
        shared.inventory.add_root();
    }
    if session_context.may_have_unknown_signer() {
        shared.notifications.notify(Tone::Info, messages::session::unknown_signer());
    }
    shared.session.opened(session_context);
    if change == SessionChange::OtherAccount {
        // An error, so that it stays until dismissed: everything shown has changed.
        let sentence = messages::session::other_account(&shared.session.location());
        let sentences = std::iter::once(sentence).chain(ended_watch);
        let text = sentences.collect::<Vec<_>>().join(" ");
        shared.notifications.report_error(text, context.now.wall);
    }
    let session = shared.session.id;
    context.read_journal();
    context.effects.task(TaskEffect::Recover { session });
    change
}

/// Leaves the session for another route, which must lead into `account` if one is given. Without a
/// route, the credentials of the start are used.
pub(crate) fn change_route(
    context: &mut Context<'_>,
    route: Option<Route>,
    account: Option<AccountId>,
) {
    let shared = &mut *context.shared;
    let left = shared.session.session_context().or(shared.session.previous_context.as_deref());
    let ended_watch = left.and_then(|left| watch_of_left_account(shared, left));
    shared.forget_account();
    shared.session.change_route(route, account);
    shared.notifications.clear_result();
    if let Some(sentence) = ended_watch {
        shared.notifications.notify(Tone::Warning, sentence);
    }
    open_session(context);
}

/// Leaves the session to reopen it with the present configuration files.
pub(crate) fn reopen_session(context: &mut Context<'_>) {
    context.shared.session.reopen();
    open_session(context);
}

/// Requests that the session be opened.
pub(crate) fn open_session(context: &mut Context<'_>) {
    context.shared.throttle_rate = ThrottleRate::default();
    let first_reads = first_reads(context.shared);
    let (session, route) = (context.shared.session.id, context.shared.session.route.clone());
    let request = OpenRequest { session, route, first_reads };
    context.effects.task(TaskEffect::Open(request));
}

/// Closes the sessions that were left, each once it has no change in flight.
pub(crate) fn close_left_sessions(context: &mut Context<'_>) {
    let shared = &mut *context.shared;
    let in_flight = shared.change_queue.in_flight();
    let is_done = |id| in_flight.iter().all(|one| one.change.session != id);
    for session in shared.session.take_left(is_done) {
        context.effects.task(TaskEffect::Close { session });
    }
}
