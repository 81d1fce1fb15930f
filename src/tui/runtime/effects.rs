//! Carries out effects as tasks, and holds what belongs to a session outside
//! of the state: its clients.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use crate::aws::Session;
use crate::changes::{self, ChangeContext, ChangeProgress, ChangeRequest, Journal};
use crate::inventory::Lane;
use crate::model::{
    ChangeReport, ErrorKind, IamRead, KeyChange, NotSent, ReadData, ReadReply, Secret,
    ServiceError, SessionContext, SessionId,
};
use crate::session_factory::SessionFactory;
use crate::tui::app::{ChangeEvent, ChangePhase, Effect, Message, SessionEvent};
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::recovery_task;

/// What a task sends to the loop.
pub(crate) enum TaskEvent {
    /// A message for the state.
    Message(Box<Message>),
    /// A session waits for the code of this MFA device.
    NeedsCode {
        /// The session.
        session: Session,
        /// The device's serial number.
        serial: Arc<str>,
        /// Why the code that was given did not do.
        refused: Option<Arc<ServiceError>>,
    },
    /// A session has been opened; its clients are kept here.
    Opened {
        /// The session.
        session: Session,
        /// Where it is.
        session_context: Box<SessionContext>,
    },
}

/// Carries out effects.
pub(crate) struct EffectRunner {
    session_factory: SessionFactory,
    journals: Journals,
    clock: Clock,
    event_sender: UnboundedSender<TaskEvent>,
    sessions: HashMap<SessionId, (Session, SessionContext)>,
    /// The session that was asked for last: one that opens later than its
    /// successor was asked for is not kept.
    latest: SessionId,
    /// Sessions that wait for the code of an MFA device.
    waiting: HashMap<SessionId, Session>,
    recovery: Option<AbortHandle>,
}

/// Where changes are written down.
#[derive(Clone)]
pub(crate) struct Journals {
    /// As a rule.
    pub written: Journal,
    /// What the user has sent although it could not be written there.
    pub unjournaled: Journal,
}

impl EffectRunner {
    /// Nothing is opened yet.
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

    /// Takes in a task's news; what concerns the state is given back.
    pub(crate) fn take_task_event(&mut self, event: TaskEvent) -> Message {
        match event {
            TaskEvent::Message(message) => {
                self.note_place(&message);
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

    /// The sentences on changes name the account's alias too, once it is read,
    /// and the caller as it signs by now.
    fn note_place(&mut self, message: &Message) {
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

    /// Starts the task that carries the effect out.
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
            let told = event_sender.clone();
            let opened =
                run_guarded("Opening the session", open(session_factory, id, profile, told)).await;
            // Nobody listens any more only when the program ends.
            let _ = event_sender.send(opened.unwrap_or_else(|error| failed(id, error)));
        });
    }

    /// Lets go of a session's clients and their connections; what is still
    /// under way by them comes to its end.
    fn close(&mut self, id: SessionId) {
        self.sessions.remove(&id);
        self.waiting.remove(&id);
    }

    /// Goes on opening a session that waited for the code of an MFA device.
    fn give_code(&mut self, id: SessionId, code: Secret) {
        let Some(session) = self.waiting.remove(&id) else { return };
        let (session_factory, event_sender) =
            (self.session_factory.clone(), self.event_sender.clone());
        tokio::spawn(async move {
            session.give_mfa_code(code);
            let opened = run_guarded("Opening the session", async move {
                identify(&session_factory, session).await
            })
            .await;
            let _ = event_sender.send(opened.unwrap_or_else(|error| failed(id, error)));
        });
    }

    /// Starts recovery in the place of one that goes on for a former session.
    fn recover(&mut self, id: SessionId) {
        let Some((session, session_context)) = self.sessions.get(&id) else { return };
        let (journal, event_sender) = (self.journals.written.clone(), self.event_sender.clone());
        let work = recovery_task::run(
            session.clone(),
            ChangeContext::from(session_context),
            journal,
            self.session_factory.is_demo(),
            event_sender,
        );
        let begun = tokio::spawn(work).abort_handle();
        if let Some(former) = self.recovery.replace(begun) {
            former.abort();
        }
    }

    fn list_profiles(&self) {
        let (session_factory, event_sender) =
            (self.session_factory.clone(), self.event_sender.clone());
        tokio::spawn(async move {
            // A file that can't be read is told when a session is opened by it.
            let profiles = session_factory.profiles().await.unwrap_or_default();
            let _ = event_sender.send(message_event(Message::Profiles(profiles)));
        });
    }

    fn read_journal(&self, id: SessionId) {
        let Some((_, session_context)) = self.sessions.get(&id) else { return };
        let (journal, event_sender, change_context) = (
            self.journals.written.clone(),
            self.event_sender.clone(),
            ChangeContext::from(session_context),
        );
        tokio::task::spawn_blocking(move || {
            let (lines, notes) =
                changes::journal_for_screen(&journal, &change_context, Timestamp::now());
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
            tell_renewal(&session, renewals, &event_sender);
            let _ = event_sender.send(message_event(Message::Reply(answer)));
            let total = session.call_stats().throttled;
            if total > throttled {
                let _ = event_sender.send(message_event(Message::Throttled(id, total)));
            }
        });
    }

    /// Carries out a change. One whose session has no writer, or is closed, is
    /// told as never sent: the state asks for none there.
    fn change(&self, change: KeyChange, journal: Journal) {
        let (limits, event_sender) = (self.session_factory.limits(), self.event_sender.clone());
        let Some((session, session_context)) = self.sessions.get(&change.session).cloned() else {
            let _ = event_sender.send(message_event(Message::Change(without_session(change))));
            return;
        };
        tokio::spawn(async move {
            let change_context = ChangeContext::from(&session_context);
            let order = ChangeRequest {
                change: change.clone(),
                change_context: change_context.clone(),
                limits,
            };
            let told = event_sender.clone();
            let carried = async move { Ok(run_change(&session, &journal, order, &told).await) };
            let change_report = match run_guarded("Changing the key", carried).await {
                Ok(change_report) => change_report,
                Err(error) => ChangeReport::with_unknown_outcome(change, error),
            };
            let sentence = change_report.sentence(&change_context);
            let done = ChangeEvent::Done { change_report: Box::new(change_report), sentence };
            let _ = event_sender.send(message_event(Message::Change(done)));
        });
    }
}

/// Tells that another access key signs the session now, where one does since
/// there were so many renewals.
fn tell_renewal(session: &Session, renewals: u64, event_sender: &UnboundedSender<TaskEvent>) {
    if session.renewals() != renewals
        && let Some(session_context) = session.session_context()
    {
        let _ = event_sender.send(message_event(Message::Session(
            session.id(),
            SessionEvent::Renewed(Box::new(session_context)),
        )));
    }
}

/// The end of a change whose session is not there.
fn without_session(change: KeyChange) -> ChangeEvent {
    let sentence =
        format!("{} is as it was: its session is closed, so nothing was sent.", change.key);
    let error = ServiceError {
        kind: ErrorKind::Other,
        operation: "UpdateAccessKey",
        code: None,
        message: "its session is closed".into(),
        request_id: None,
        hint: None,
    };
    ChangeEvent::Done {
        change_report: Box::new(ChangeReport::not_sent(change, NotSent::Call(Arc::new(error)))),
        sentence,
    }
}

async fn run_change(
    session: &Session,
    journal: &Journal,
    order: ChangeRequest,
    event_sender: &UnboundedSender<TaskEvent>,
) -> ChangeReport {
    let (change_id, renewals) = (order.change.id, session.renewals());
    let Some(writer) = session.writer() else {
        return ChangeReport::not_sent(order.change, NotSent::ReadOnly);
    };
    let step = |progress| {
        if let Some(step) = phase_of(&progress) {
            let _ = event_sender
                .send(message_event(Message::Change(ChangeEvent::Step { change_id, step })));
        }
    };
    let change_report = changes::execute(&writer, journal, order, Timestamp::now, step).await;
    tell_renewal(session, renewals, event_sender);
    change_report
}

/// Runs work in a task of its own, so that a fault of this program in it is
/// told like any other failure instead of being lost.
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

/// Opens a session and finds out where it is.
async fn open(
    session_factory: SessionFactory,
    id: SessionId,
    profile: Option<Arc<str>>,
    event_sender: UnboundedSender<TaskEvent>,
) -> Result<TaskEvent, ServiceError> {
    let session = session_factory.open(id, profile.as_deref()).await?;
    let waits = SessionEvent::Waiting("Asking AWS who signs".into());
    let _ = event_sender.send(message_event(Message::Session(id, waits)));
    identify(&session_factory, session).await
}

/// Finds out where a session is, unless the code of an MFA device has to be
/// typed first.
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
    fn a_change_whose_session_is_gone_is_told_as_never_sent() {
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
            signing: SelfLockoutRisk::None,
            direction: Direction::Deactivate,
            undoes: None,
            reason: None,
            verification: Verification::ByRead,
        };
        EffectRunner::new(session_factory, journals, Clock::start(), event_sender)
            .start(Effect::Change(change));
        let Ok(TaskEvent::Message(told)) = arrived.try_recv() else { panic!("nothing is told") };
        let Message::Change(ChangeEvent::Done { change_report, sentence }) = *told else {
            panic!("{told:?}")
        };
        assert!(
            change_report.change.id == 3 && matches!(change_report.outcome, Outcome::NotSent(_)),
            "{change_report:?}"
        );
        assert!(sentence.contains("AKIARZPUZDIKFYHOWX26 is as it was"), "{sentence}");
    }
}
