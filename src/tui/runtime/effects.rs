//! Runs effects as tasks, and holds the sessions' clients.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use crate::aws::Session;
use crate::changes::{self, ChangeOrigin, ChangeProgress, ChangeRequest, Journal};
use crate::inventory::Lane;
use crate::model::{
    ChangeReport, ErrorKind, IamRead, KeyChange, NotSentReason, ReadData, ReadReply, Secret,
    ServiceError, SessionContext, SessionId,
};
use crate::session_factory::SessionFactory;
use crate::tui::app::{ChangeEvent, ChangePhase, Effect, Message, SessionEvent};
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::recovery_task;

/// A message from a task to the event loop.
pub(crate) enum TaskEvent {
    /// A message for the state.
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
    /// A session is open.
    Opened {
        /// The session.
        session: Session,
        /// Its context.
        session_context: Box<SessionContext>,
    },
}

/// Runs effects.
pub(crate) struct EffectRunner {
    session_factory: SessionFactory,
    journals: Journals,
    clock: Clock,
    event_sender: UnboundedSender<TaskEvent>,
    sessions: HashMap<SessionId, (Session, SessionContext)>,
    /// The session requested last; one that opens after a newer one was
    /// requested is dropped.
    latest: SessionId,
    /// Sessions that need the code of an MFA device.
    waiting: HashMap<SessionId, Session>,
    recovery: Option<AbortHandle>,
}

/// The journals that changes are recorded in.
#[derive(Clone)]
pub(crate) struct Journals {
    /// The journal file.
    pub written: Journal,
    /// The journal in memory, for changes that the user sends although the file
    /// cannot be written.
    pub unjournaled: Journal,
}

impl EffectRunner {
    /// Creates a runner without sessions.
    pub(crate) fn new(
        session_factory: SessionFactory,
        journals: Journals,
        clock: Clock,
        event_sender: UnboundedSender<TaskEvent>,
    ) -> Self {
        let (sessions, waiting) = (HashMap::new(), HashMap::new());
        Self {
            session_factory,
            journals,
            clock,
            event_sender,
            sessions,
            latest: SessionId(0),
            waiting,
            recovery: None,
        }
    }

    /// Handles an event of a task, and returns the message for the state.
    pub(crate) fn take_task_event(&mut self, event: TaskEvent) -> Message {
        match event {
            TaskEvent::Message(message) => {
                self.update_context(&message);
                *message
            }
            TaskEvent::NeedsCode { session, serial, refused } => {
                let id = session.id();
                if id == self.latest {
                    self.waiting.insert(id, session);
                }
                Message::Session(id, SessionEvent::NeedsCode(serial, refused))
            }
            TaskEvent::Opened { session, session_context } => {
                let id = session.id();
                if id == self.latest {
                    self.sessions.insert(id, (session, SessionContext::clone(&session_context)));
                }
                Message::Session(id, SessionEvent::Open(session_context))
            }
        }
    }

    /// Updates the session's alias and caller, which sentences about changes
    /// name.
    fn update_context(&mut self, message: &Message) {
        if let Message::Session(session, SessionEvent::Renewed(renewed)) = message
            && let Some((_, session_context)) = self.sessions.get_mut(session)
        {
            *session_context = SessionContext {
                alias: session_context.alias.take(),
                ..SessionContext::clone(renewed)
            };
        }
        if let Message::Reply(ReadReply { session, result: Ok(ReadData::Alias(alias)), .. }) =
            message
            && let Some((_, session_context)) = self.sessions.get_mut(session)
        {
            session_context.alias.clone_from(alias);
        }
    }

    /// Starts the task of an effect.
    pub(crate) fn start(&mut self, effect: Effect) {
        match effect {
            Effect::Open { session, profile } => self.open(session, profile),
            Effect::Read { session, lane, read } => self.read(session, lane, read),
            Effect::Change(change) => self.change(change, self.journals.written.clone()),
            Effect::ChangeUnjournaled(change) => {
                self.change(change, self.journals.unjournaled.clone());
            }
            Effect::Close { session } => self.close(session),
            Effect::Recover { session } => self.recover(session),
            Effect::Code { session, code } => self.give_code(session, code),
            Effect::ListProfiles => self.list_profiles(),
            Effect::ReadJournal { session } => self.read_journal(session),
            Effect::Copy(_) | Effect::Page(_) | Effect::Suspend | Effect::Repaint => {}
        }
    }

    fn open(&mut self, id: SessionId, profile: Option<Arc<str>>) {
        self.latest = id;
        let (session_factory, event_sender) =
            (self.session_factory.clone(), self.event_sender.clone());
        tokio::spawn(async move {
            let sender = event_sender.clone();
            let opened =
                run_guarded("Opening the session", open(session_factory, id, profile, sender))
                    .await;
            // Sending fails only while the program ends.
            let _ = event_sender.send(opened.unwrap_or_else(|error| failed(id, error)));
        });
    }

    /// Drops a session's clients. Calls in flight still complete.
    fn close(&mut self, id: SessionId) {
        self.sessions.remove(&id);
        self.waiting.remove(&id);
    }

    /// Continues opening a session that needed the code of an MFA device.
    fn give_code(&mut self, id: SessionId, code: Secret) {
        let Some(session) = self.waiting.remove(&id) else { return };
        let (session_factory, event_sender) =
            (self.session_factory.clone(), self.event_sender.clone());
        tokio::spawn(async move {
            session.submit_mfa_code(code);
            let opened = run_guarded("Opening the session", async move {
                identify(&session_factory, session).await
            })
            .await;
            let _ = event_sender.send(opened.unwrap_or_else(|error| failed(id, error)));
        });
    }

    /// Starts recovery; aborts that of an earlier session.
    fn recover(&mut self, id: SessionId) {
        let Some((session, session_context)) = self.sessions.get(&id) else { return };
        let (journal, event_sender) = (self.journals.written.clone(), self.event_sender.clone());
        let work = recovery_task::run(
            session.clone(),
            ChangeOrigin::from(session_context),
            journal,
            self.session_factory.is_demo(),
            event_sender,
        );
        let handle = tokio::spawn(work).abort_handle();
        if let Some(earlier) = self.recovery.replace(handle) {
            earlier.abort();
        }
    }

    fn list_profiles(&self) {
        let (session_factory, event_sender) =
            (self.session_factory.clone(), self.event_sender.clone());
        tokio::spawn(async move {
            // Opening a session reports a file that cannot be read.
            let profiles = session_factory.profiles().await.unwrap_or_default();
            let _ = event_sender.send(message_event(Message::Profiles(profiles)));
        });
    }

    fn read_journal(&self, id: SessionId) {
        let Some((_, session_context)) = self.sessions.get(&id) else { return };
        let (journal, event_sender, change_origin) = (
            self.journals.written.clone(),
            self.event_sender.clone(),
            ChangeOrigin::from(session_context),
        );
        tokio::task::spawn_blocking(move || {
            let (lines, notes) =
                changes::journal_for_screen(&journal, &change_origin, Timestamp::now());
            let _ = event_sender.send(message_event(Message::Journal(id, lines, notes)));
        });
    }

    fn read(&self, id: SessionId, lane: Lane, read: IamRead) {
        let Some((session, _)) = self.sessions.get(&id) else { return };
        let reader = match lane {
            Lane::Screen => session.screen_reader(),
            Lane::FullScan => session.scan_reader(),
        };
        let (clock, event_sender, session) =
            (self.clock, self.event_sender.clone(), session.clone());
        tokio::spawn(async move {
            let (throttled, renewals) = (session.call_stats().throttled, session.renewals());
            let asked = clock.now().wall;
            let question = read.clone();
            let result = run_guarded("Reading", async move { reader.read(&question).await }).await;
            let answer = ReadReply {
                session: id,
                read,
                result: result.map_err(Arc::new),
                asked_at: asked,
                at: clock.now().wall,
            };
            send_renewal(&session, renewals, &event_sender);
            let _ = event_sender.send(message_event(Message::Reply(answer)));
            let total = session.call_stats().throttled;
            if total > throttled {
                let _ = event_sender.send(message_event(Message::Throttled(id, total)));
            }
        });
    }

    /// Starts a change. Reports it as not sent if its session is closed or has no
    /// writer; the state requests none there.
    fn change(&self, change: KeyChange, journal: Journal) {
        let (limits, event_sender) = (self.session_factory.limits(), self.event_sender.clone());
        let Some((session, session_context)) = self.sessions.get(&change.session).cloned() else {
            let _ = event_sender.send(message_event(Message::Change(without_session(change))));
            return;
        };
        tokio::spawn(async move {
            let change_origin = ChangeOrigin::from(&session_context);
            let request = ChangeRequest {
                change: change.clone(),
                change_origin: change_origin.clone(),
                limits,
            };
            let sender = event_sender.clone();
            let work = async move { Ok(run_change(&session, &journal, request, &sender).await) };
            let change_report = match run_guarded("Changing the key", work).await {
                Ok(change_report) => change_report,
                Err(error) => ChangeReport::with_unknown_outcome(change, error),
            };
            let sentence = change_report.sentence(&change_origin);
            let done = ChangeEvent::Done { change_report: Box::new(change_report), sentence };
            let _ = event_sender.send(message_event(Message::Change(done)));
        });
    }
}

/// Sends the session's new context if its credentials were renewed since there
/// were `renewals` renewals.
fn send_renewal(session: &Session, renewals: u64, event_sender: &UnboundedSender<TaskEvent>) {
    if session.renewals() != renewals
        && let Some(session_context) = session.session_context()
    {
        let _ = event_sender.send(message_event(Message::Session(
            session.id(),
            SessionEvent::Renewed(Box::new(session_context)),
        )));
    }
}

/// Returns the result of a change whose session is closed.
fn without_session(change: KeyChange) -> ChangeEvent {
    let sentence =
        format!("{} is unchanged: its session was closed before the change was sent.", change.key);
    let error = ServiceError {
        kind: ErrorKind::Other,
        operation: "UpdateAccessKey",
        code: None,
        message: "the session is closed".into(),
        request_id: None,
        hint: None,
    };
    ChangeEvent::Done {
        change_report: Box::new(ChangeReport::not_sent(
            change,
            NotSentReason::Call(Arc::new(error)),
        )),
        sentence,
    }
}

async fn run_change(
    session: &Session,
    journal: &Journal,
    request: ChangeRequest,
    event_sender: &UnboundedSender<TaskEvent>,
) -> ChangeReport {
    let (change_id, renewals) = (request.change.id, session.renewals());
    let Some(writer) = session.writer() else {
        return ChangeReport::not_sent(request.change, NotSentReason::ReadOnly);
    };
    let step = |progress| {
        if let Some(step) = phase_of(&progress) {
            let _ = event_sender
                .send(message_event(Message::Change(ChangeEvent::Step { change_id, step })));
        }
    };
    let change_report = changes::execute(&writer, journal, request, Timestamp::now, step).await;
    send_renewal(session, renewals, event_sender);
    change_report
}

/// Runs work in its own task, so that a panic in it is reported like any other
/// failure.
async fn run_guarded<T: Send + 'static>(
    what: &'static str,
    work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> Result<T, ServiceError> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(_) => Err(ServiceError::internal(what)),
    }
}

pub(super) fn message_event(message: Message) -> TaskEvent {
    TaskEvent::Message(Box::new(message))
}

fn phase_of(progress: &ChangeProgress) -> Option<ChangePhase> {
    match progress {
        ChangeProgress::Intended(_) => None,
        ChangeProgress::Sent => Some(ChangePhase::Sent),
        _ => Some(ChangePhase::Verifying),
    }
}

/// Opens a session and identifies its caller.
async fn open(
    session_factory: SessionFactory,
    id: SessionId,
    profile: Option<Arc<str>>,
    event_sender: UnboundedSender<TaskEvent>,
) -> Result<TaskEvent, ServiceError> {
    let session = session_factory.open(id, profile.as_deref()).await?;
    let waits = SessionEvent::Waiting("Identifying the caller".into());
    let _ = event_sender.send(message_event(Message::Session(id, waits)));
    identify(&session_factory, session).await
}

/// Identifies a session's caller, unless the code of an MFA device is needed
/// first.
async fn identify(
    session_factory: &SessionFactory,
    session: Session,
) -> Result<TaskEvent, ServiceError> {
    match session_factory.identify(&session).await {
        Ok(session_context) => {
            session_factory.remember_profile(&session_context).await;
            Ok(TaskEvent::Opened { session, session_context: Box::new(session_context) })
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

fn failed(id: SessionId, error: ServiceError) -> TaskEvent {
    message_event(Message::Session(id, SessionEvent::Failed(Arc::new(error))))
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::cli::GlobalArgs;
    use crate::config::Settings;
    use crate::model::{Direction, KeyId, Outcome, SelfLockoutRisk, Verification};

    #[test]
    fn a_change_whose_session_is_closed_is_reported_as_not_sent() {
        let global = GlobalArgs { config: Some("/dev/null".into()), ..GlobalArgs::default() };
        let session_factory = SessionFactory::new(&global, Settings::load(&global).unwrap());
        let journals = Journals { written: Journal::memory(), unjournaled: Journal::memory() };
        let (event_sender, mut arrived) = unbounded_channel();
        let change = KeyChange {
            id: 3,
            session: SessionId(9),
            key: KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap(),
            user: None,
            before: None,
            read: None,
            caller: None,
            lockout_risk: SelfLockoutRisk::None,
            direction: Direction::Deactivate,
            undoes: None,
            reason: None,
            verification: Verification::ByRead,
        };
        EffectRunner::new(session_factory, journals, Clock::start(), event_sender)
            .start(Effect::Change(change));
        let Ok(TaskEvent::Message(message)) = arrived.try_recv() else { panic!("no message") };
        let Message::Change(ChangeEvent::Done { change_report, sentence }) = *message else {
            panic!("{message:?}")
        };
        assert!(
            change_report.change.id == 3 && matches!(change_report.outcome, Outcome::NotSent(_)),
            "{change_report:?}"
        );
        assert!(sentence.contains("AKIARZPUZDIKFYHOWX26 is unchanged"), "{sentence}");
    }
}
