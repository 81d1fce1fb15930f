//! Carries out effects as tasks, and holds what belongs to a session outside
//! of the state: its clients.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use crate::aws::Session;
use crate::changes::{self, Journal, Order, Progress, Site};
use crate::inventory::Lane;
use crate::model::{
    Answer, ErrorKind, Found, KeyChange, NotSent, Place, Read, Receipt, Secret, ServiceError, SessionId,
};
use crate::reads;
use crate::sessions::Opener;
use crate::tui::app::{ChangeNews, Effect, Message, SessionNews, Step};
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::recovery;

/// What a task sends to the loop.
pub(crate) enum News {
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
        place: Box<Place>,
    },
}

/// Carries out effects.
pub(crate) struct Effects {
    opener: Opener,
    journals: Journals,
    clock: Clock,
    news: UnboundedSender<News>,
    sessions: HashMap<SessionId, (Session, Place)>,
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
    pub unwritten: Journal,
}

impl Effects {
    /// Nothing is opened yet.
    pub(crate) fn new(opener: Opener, journals: Journals, clock: Clock, news: UnboundedSender<News>) -> Self {
        let (sessions, waiting) = (HashMap::new(), HashMap::new());
        Self { opener, journals, clock, news, sessions, latest: SessionId(0), waiting, recovery: None }
    }

    /// Takes in a task's news; what concerns the state is given back.
    pub(crate) fn take_news(&mut self, news: News) -> Message {
        match news {
            News::Message(message) => {
                self.note_place(&message);
                *message
            }
            News::NeedsCode { session, serial, refused } => {
                let id = session.id();
                if id == self.latest {
                    self.waiting.insert(id, session);
                }
                Message::Session(id, SessionNews::NeedsCode(serial, refused))
            }
            News::Opened { session, place } => {
                let id = session.id();
                if id == self.latest {
                    self.sessions.insert(id, (session, Place::clone(&place)));
                }
                Message::Session(id, SessionNews::Open(place))
            }
        }
    }

    /// The sentences on changes name the account's alias too, once it is read,
    /// and the caller as it signs by now.
    fn note_place(&mut self, message: &Message) {
        if let Message::Session(session, SessionNews::Renewed(renewed)) = message
            && let Some((_, place)) = self.sessions.get_mut(session)
        {
            *place = Place { alias: place.alias.take(), ..Place::clone(renewed) };
        }
        if let Message::Answer(Answer { session, result: Ok(Found::Alias(alias)), .. }) = message
            && let Some((_, place)) = self.sessions.get_mut(session)
        {
            place.alias.clone_from(alias);
        }
    }

    /// Starts the task that carries the effect out.
    pub(crate) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open { session, profile } => self.open(session, profile),
            Effect::Read { session, lane, read } => self.read(session, lane, read),
            Effect::Change(change) => self.change(change, self.journals.written.clone()),
            Effect::ChangeUnwritten(change) => self.change(change, self.journals.unwritten.clone()),
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
        let (opener, news) = (self.opener.clone(), self.news.clone());
        tokio::spawn(async move {
            let told = news.clone();
            let opened = watched("Opening the session", open(opener, id, profile, told)).await;
            // Nobody listens any more only when the program ends.
            let _ = news.send(opened.unwrap_or_else(|error| failed(id, error)));
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
        let (opener, news) = (self.opener.clone(), self.news.clone());
        tokio::spawn(async move {
            session.give_mfa_code(code);
            let opened = watched("Opening the session", async move { identify(&opener, session).await }).await;
            let _ = news.send(opened.unwrap_or_else(|error| failed(id, error)));
        });
    }

    /// Starts recovery in the place of one that goes on for a former session.
    fn recover(&mut self, id: SessionId) {
        let Some((session, place)) = self.sessions.get(&id) else { return };
        let (journal, news) = (self.journals.written.clone(), self.news.clone());
        let work = recovery::run(session.clone(), Site::from(place), journal, self.opener.is_demo(), news);
        let begun = tokio::spawn(work).abort_handle();
        if let Some(former) = self.recovery.replace(begun) {
            former.abort();
        }
    }

    fn list_profiles(&self) {
        let (opener, news) = (self.opener.clone(), self.news.clone());
        tokio::spawn(async move {
            // A file that can't be read is told when a session is opened by it.
            let profiles = opener.profiles().await.unwrap_or_default();
            let _ = news.send(message(Message::Profiles(profiles)));
        });
    }

    fn read_journal(&self, id: SessionId) {
        let Some((_, place)) = self.sessions.get(&id) else { return };
        let (journal, news, site) = (self.journals.written.clone(), self.news.clone(), Site::from(place));
        tokio::task::spawn_blocking(move || {
            let (lines, notes) = changes::for_screen(&journal, &site, Timestamp::now());
            let _ = news.send(message(Message::Journal(id, lines, notes)));
        });
    }

    fn read(&self, id: SessionId, lane: Lane, read: Read) {
        let Some((session, _)) = self.sessions.get(&id) else { return };
        let reader = match lane {
            Lane::Screen => session.screen(),
            Lane::Sweep => session.sweep(),
        };
        let (clock, news, session) = (self.clock, self.news.clone(), session.clone());
        tokio::spawn(async move {
            let (throttled, renewals) = (session.traffic().throttled, session.renewals());
            let asked = clock.now().wall;
            let question = read.clone();
            let result = watched("Reading", async move { reads::carry_out(&reader, &question).await }).await;
            let answer = Answer { session: id, read, result: result.map_err(Arc::new), asked, at: clock.now().wall };
            tell_renewal(&session, renewals, &news);
            let _ = news.send(message(Message::Answer(answer)));
            let total = session.traffic().throttled;
            if total > throttled {
                let _ = news.send(message(Message::Throttled(id, total)));
            }
        });
    }

    /// Carries out a change. One whose session has no writer, or is closed, is
    /// told as never sent: the state asks for none there.
    fn change(&self, change: KeyChange, journal: Journal) {
        let (limits, news) = (self.opener.limits(), self.news.clone());
        let Some((session, place)) = self.sessions.get(&change.session).cloned() else {
            let _ = news.send(message(Message::Change(without_session(change))));
            return;
        };
        tokio::spawn(async move {
            let site = Site::from(&place);
            let order = Order { change: change.clone(), site: site.clone(), limits };
            let told = news.clone();
            let carried = async move { Ok(carry_out(&session, &journal, order, &told).await) };
            let receipt = match watched("Changing the key", carried).await {
                Ok(receipt) => receipt,
                Err(error) => Receipt::lost(change, error),
            };
            let sentence = receipt.sentence(&site);
            let done = ChangeNews::Done { receipt: Box::new(receipt), sentence };
            let _ = news.send(message(Message::Change(done)));
        });
    }
}

/// Tells that another access key signs the session now, where one does since
/// there were so many renewals.
fn tell_renewal(session: &Session, renewals: u64, news: &UnboundedSender<News>) {
    if session.renewals() != renewals
        && let Some(place) = session.place()
    {
        let _ = news.send(message(Message::Session(session.id(), SessionNews::Renewed(Box::new(place)))));
    }
}

/// The end of a change whose session is not there.
fn without_session(change: KeyChange) -> ChangeNews {
    let sentence = format!("{} is as it was: its session is closed, so nothing was sent.", change.key);
    let error = ServiceError {
        kind: ErrorKind::Other,
        operation: "UpdateAccessKey",
        code: None,
        message: "its session is closed".into(),
        request_id: None,
        advice: None,
    };
    ChangeNews::Done { receipt: Box::new(Receipt::not_sent(change, NotSent::Call(Arc::new(error)))), sentence }
}

async fn carry_out(session: &Session, journal: &Journal, order: Order, news: &UnboundedSender<News>) -> Receipt {
    let (ticket, renewals) = (order.change.ticket, session.renewals());
    let Some(writer) = session.writer() else {
        return Receipt::not_sent(order.change, NotSent::ReadOnly);
    };
    let step = |progress| {
        if let Some(step) = step(&progress) {
            let _ = news.send(message(Message::Change(ChangeNews::Step { ticket, step })));
        }
    };
    let receipt = changes::carry_out(&writer, journal, order, Timestamp::now, step).await;
    tell_renewal(session, renewals, news);
    receipt
}

/// Runs work in a task of its own, so that a fault of this program in it is
/// told like any other failure instead of being lost.
async fn watched<T: Send + 'static>(
    what: &'static str,
    work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
) -> Result<T, ServiceError> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(_) => Err(ServiceError::own_fault(what)),
    }
}

pub(super) fn message(message: Message) -> News {
    News::Message(Box::new(message))
}

fn step(progress: &Progress) -> Option<Step> {
    match progress {
        Progress::Intended(_) => None,
        Progress::Sent => Some(Step::Sent),
        _ => Some(Step::Proving),
    }
}

/// Opens a session and finds out where it is.
async fn open(
    opener: Opener,
    id: SessionId,
    profile: Option<Arc<str>>,
    news: UnboundedSender<News>,
) -> Result<News, ServiceError> {
    let session = opener.open(id, profile.as_deref()).await?;
    let waits = SessionNews::Waits("Asking AWS who signs".into());
    let _ = news.send(message(Message::Session(id, waits)));
    identify(&opener, session).await
}

/// Finds out where a session is, unless the code of an MFA device has to be
/// typed first.
async fn identify(opener: &Opener, session: Session) -> Result<News, ServiceError> {
    match opener.identify(&session).await {
        Ok(place) => {
            opener.remember(&place).await;
            Ok(News::Opened { session, place: Box::new(place) })
        }
        Err(error) => match session.awaits_mfa_code() {
            Some(serial) => {
                let refused = session.refused_mfa_code().then(|| Arc::new(error));
                Ok(News::NeedsCode { session, serial, refused })
            }
            None => Err(error),
        },
    }
}

fn failed(id: SessionId, error: ServiceError) -> News {
    message(Message::Session(id, SessionNews::Failed(Arc::new(error))))
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::cli::Global;
    use crate::config::Settings;
    use crate::model::{Direction, KeyId, Outcome, Proof, Signing};

    #[test]
    fn a_change_whose_session_is_gone_is_told_as_never_sent() {
        let global = Global { config: Some("/dev/null".into()), ..Global::default() };
        let opener = Opener::new(&global, Settings::load(&global).unwrap());
        let journals = Journals { written: Journal::memory(), unwritten: Journal::memory() };
        let (news, mut arrived) = unbounded_channel();
        let change = KeyChange {
            ticket: 3,
            session: SessionId(9),
            key: KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap(),
            user: None,
            before: None,
            read: None,
            caller: None,
            signing: Signing::No,
            direction: Direction::Deactivate,
            undoes: None,
            reason: None,
            proof: Proof::Read,
        };
        Effects::new(opener, journals, Clock::start(), news).carry_out(Effect::Change(change));
        let Ok(News::Message(told)) = arrived.try_recv() else { panic!("nothing is told") };
        let Message::Change(ChangeNews::Done { receipt, sentence }) = *told else { panic!("{told:?}") };
        assert!(receipt.change.ticket == 3 && matches!(receipt.outcome, Outcome::NotSent(_)), "{receipt:?}");
        assert!(sentence.contains("AKIARZPUZDIKFYHOWX26 is as it was"), "{sentence}");
    }
}
