//! Sessions: opening them, and their tasks.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

use crate::aws::Session;
use crate::model::{ServiceError, SessionContext, SessionId};
use crate::session_factory::SessionFactory;
use crate::tui::effect::OpenRequest;
use crate::tui::message::SessionEvent;
use crate::tui::messages::session::IDENTIFYING_CALLER;
use crate::tui::runtime::tasks::catch_panic::run_guarded;
use crate::tui::runtime::tasks::prefetched_reads::PrefetchedReads;
use crate::tui::runtime::tasks::task_context::TaskContext;
use crate::tui::runtime::tasks::task_event::{EventSender, TaskEvent};

/// An open session and its tasks, which are aborted when it is dropped. Changes are not among them:
/// they run to their end.
pub(super) struct OpenSession {
    /// Its clients.
    pub session: Session,
    /// Its context, which sentences about changes name.
    pub session_context: SessionContext,
    /// Reads that were sent while the caller was identified.
    pub prefetched: PrefetchedReads,
    /// Wakes its recovery, once that was started.
    pub recovery: Option<Arc<Notify>>,
    tasks: JoinSet<()>,
}

impl OpenSession {
    /// Returns a session without tasks.
    pub(super) fn new(
        session: Session,
        session_context: SessionContext,
        prefetched: PrefetchedReads,
    ) -> Self {
        Self { session, session_context, prefetched, recovery: None, tasks: JoinSet::new() }
    }

    /// Starts a task of the session.
    pub(super) fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        // Tasks that have ended are kept until they are joined.
        while self.tasks.try_join_next().is_some() {}
        self.tasks.spawn(task)
    }
}

/// Opens a session, and identifies its caller beside the first reads.
pub(super) async fn open(
    TaskContext { session_factory, events, clock }: TaskContext,
    OpenRequest { session: id, route, first_reads }: OpenRequest,
) {
    let opened = run_guarded("Opening the session", async {
        let session = session_factory.open(id, route.as_ref()).await?;
        events.session(id, SessionEvent::Configured(session.endpoint()));
        events.session(id, SessionEvent::Opening(IDENTIFYING_CALLER.into()));
        let reads = PrefetchedReads::start(&session, first_reads, clock);
        let mut opened = identify(&session_factory, session).await?;
        if let TaskEvent::Opened { prefetched, .. } = &mut opened {
            *prefetched = reads;
        }
        Ok(opened)
    });
    send_opened(id, opened.await, &events);
}

/// Continues opening a session whose MFA code has been given.
pub(super) async fn continue_opening(
    TaskContext { session_factory, events, .. }: TaskContext,
    session: Session,
) {
    let id = session.id();
    let opened = run_guarded("Opening the session", identify(&session_factory, session)).await;
    send_opened(id, opened, &events);
}

fn send_opened(id: SessionId, opened: Result<TaskEvent, ServiceError>, events: &EventSender) {
    match opened {
        Ok(event) => events.send(event),
        Err(error) => events.session(id, SessionEvent::Failed(Arc::new(error))),
    }
}

/// Identifies a session's caller, unless the code of an MFA device is needed first.
async fn identify(
    session_factory: &SessionFactory,
    session: Session,
) -> Result<TaskEvent, ServiceError> {
    match session_factory.identify(&session).await {
        Ok(session_context) => {
            session_factory.remember(&session, &session_context).await;
            let (session_context, prefetched) =
                (Box::new(session_context), PrefetchedReads::default());
            Ok(TaskEvent::Opened { session, session_context, prefetched })
        }
        Err(error) => match session.awaits_mfa_code() {
            Some(serial) => {
                let refused = session.refused_mfa_code().then(|| Arc::new(error));
                Ok(TaskEvent::NeedsCode { session, serial, refused })
            }
            None => Err(error),
        },
    }
}
