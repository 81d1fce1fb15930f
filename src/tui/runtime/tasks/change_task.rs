//! The task of a change.

use std::future::pending;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::changes::{self, ChangeOrigin, ChangeProgress, ChangeRequest, Journal};
use crate::model::{ChangeReport, ErrorKind, KeyChange, NotSentReason, ServiceError};
use crate::tui::message::{ChangeEvent, ChangePhase, Message};
use crate::tui::messages;
use crate::tui::runtime::tasks::catch_panic::run_guarded;
use crate::tui::runtime::tasks::task_context::TaskContext;
use crate::tui::runtime::tasks::task_event::EventSender;

/// Carries out a change and sends its progress and its outcome.
pub(super) async fn run(
    TaskContext { session_factory, events, .. }: TaskContext,
    session: Session,
    change: KeyChange,
    change_origin: ChangeOrigin,
    journal: Journal,
) {
    let limits = session_factory.limits();
    let request =
        ChangeRequest { change: change.clone(), change_origin: change_origin.clone(), limits };
    let renewals = session.renewals();
    // Boxed, since the future is large.
    let work = Box::pin(async { Ok(execute(&session, &journal, request, &events).await) });
    let change_report = match run_guarded("Changing the key", work).await {
        Ok(change_report) => change_report,
        Err(error) => ChangeReport::with_unknown_outcome(change, error),
    };
    events.renewal(&session, renewals);
    let sentence = change_report.sentence(&change_origin);
    let done = ChangeEvent::Done { change_report: Box::new(change_report), sentence };
    events.message(Message::Change(done));
}

async fn execute(
    session: &Session,
    journal: &Journal,
    request: ChangeRequest,
    events: &EventSender,
) -> ChangeReport {
    let change_id = request.change.id;
    let Some(writer) = session.writer() else {
        return ChangeReport::not_sent(request.change, NotSentReason::ReadOnly);
    };
    let step = |progress| {
        if let Some(step) = next_phase(&progress) {
            events.message(Message::Change(ChangeEvent::Step { change_id, step }));
        }
    };
    changes::execute(&writer, journal, request, Timestamp::now, pending(), step).await
}

/// Returns the phase that begins with this progress; `None` if the phase continues.
fn next_phase(progress: &ChangeProgress) -> Option<ChangePhase> {
    match progress {
        ChangeProgress::Sent => Some(ChangePhase::Sent),
        ChangeProgress::Accepted => Some(ChangePhase::Verifying),
        ChangeProgress::OutcomeUnknown(_) => Some(ChangePhase::InDoubt),
        ChangeProgress::Intended(_)
        | ChangeProgress::StatusUnchanged(_)
        | ChangeProgress::KeyStillAccepted
        | ChangeProgress::ProbeFailed(_) => None,
    }
}

/// Returns the outcome of a change whose session is closed.
pub(super) fn without_session(change: KeyChange) -> ChangeEvent {
    let sentence = messages::changes::session_closed(&change.key);
    let error = ServiceError::new(ErrorKind::Other, "UpdateAccessKey", "the session is closed");
    ChangeEvent::Done {
        change_report: Box::new(ChangeReport::not_sent(
            change,
            NotSentReason::Call(Arc::new(error)),
        )),
        sentence,
    }
}
