//! Events of tasks, on their way to the event loop.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use crate::aws::Session;
use crate::model::{ServiceError, SessionContext, SessionId};
use crate::tui::message::{Message, SessionEvent};
use crate::tui::runtime::tasks::prefetched_reads::PrefetchedReads;

/// Event of a task.
pub(crate) enum TaskEvent {
    /// A message for the app.
    Message(Box<Message>),
    /// A session needs the code of an MFA device.
    NeedsCode {
        /// The session.
        session: Session,
        /// The device's serial number.
        serial: Arc<str>,
        /// The error of the previous code, if there was one.
        refused: Option<Arc<ServiceError>>,
    },
    /// The session of another account is open.
    OtherOpened {
        /// The session.
        session: Session,
        /// Its context.
        session_context: Box<SessionContext>,
    },
    /// A session is open.
    Opened {
        /// The session.
        session: Session,
        /// Its context.
        session_context: Box<SessionContext>,
        /// Reads that were sent meanwhile.
        prefetched: PrefetchedReads,
    },
}

/// Sends events to the event loop. Sending fails only while the program ends, and is ignored then.
#[derive(Clone)]
pub(crate) struct EventSender(pub UnboundedSender<TaskEvent>);

impl EventSender {
    /// Sends an event.
    pub(super) fn send(&self, event: TaskEvent) {
        let _ = self.0.send(event);
    }

    /// Sends a message for the app.
    pub(super) fn message(&self, message: Message) {
        self.send(TaskEvent::Message(Box::new(message)));
    }

    /// Sends progress of a session.
    pub(super) fn session(&self, id: SessionId, event: SessionEvent) {
        self.message(Message::Session(id, event));
    }

    /// Sends the session's new context if its credentials were renewed since there were `renewals`
    /// renewals.
    pub(super) fn renewal(&self, session: &Session, renewals: u64) {
        if session.renewals() != renewals
            && let Some(session_context) = session.session_context()
        {
            self.session(session.id(), SessionEvent::Renewed(Box::new(session_context)));
        }
    }
}
