//! Tasks: everything that blocks or waits, and the sessions whose clients they use.

mod account_tasks;
mod activity_task;
mod change_task;
mod early_reads;
mod export_task;
mod guard;
mod journal_task;
mod open_session;
mod organization_task;
mod plan_task;
mod read_task;
mod recovery_task;
mod sign_in_task;
mod task_event;
mod view_task;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::aws::Session;
use crate::changes::{ChangeOrigin, Journal};
use crate::inventory::Lane;
use crate::model::{
    AccountId, ActivityRegions, IamRead, KeyChange, KeyId, LastUse, ReadData, ReadReply, Secret,
    SessionContext, SessionId,
};
use crate::ops::plan::Plan;
use crate::session_factory::SessionFactory;
use crate::tui::message::{AccountsEvent, Message, OpenRequest, SessionEvent, TaskEffect};
use crate::tui::runtime::clock::Clock;

use activity_task::{ActivityRequest, ActivityTasks};
use early_reads::EarlyReads;
use export_task::Export;
use journal_task::JournalReads;
pub(crate) use journal_task::Journals;
#[cfg(test)]
pub(crate) use journal_task::read_journal;
use open_session::OpenSession;
pub(crate) use task_event::{EventSender, TaskEvent};
use view_task::ViewFile;

/// Runs tasks.
pub(crate) struct TaskRunner {
    /// The runtime of the tasks, which is not that of the event loop.
    workers: Handle,
    session_factory: SessionFactory,
    journals: Journals,
    journal_reads: JournalReads,
    clock: Clock,
    events: EventSender,
    sessions: HashMap<SessionId, OpenSession>,
    /// The session requested last; one that opens after a newer one was requested is dropped.
    latest: SessionId,
    /// The task that opens the latest session.
    opening: Option<AbortHandle>,
    /// Sessions of other accounts that are being opened.
    opening_others: HashSet<SessionId>,
    /// The task that opens them.
    others: Option<AbortHandle>,
    /// Names of accounts, as far as listed.
    account_names: HashMap<AccountId, Arc<str>>,
    /// Sessions that need the code of an MFA device.
    waiting: HashMap<SessionId, Session>,
    recovery: Option<AbortHandle>,
    sign_in: Option<AbortHandle>,
    activity: ActivityTasks,
    /// The task that reads the organization. It belongs to no session.
    organization: Option<AbortHandle>,
    /// The last view of each account.
    views: ViewFile,
}

impl TaskRunner {
    /// Returns a runner without sessions, whose tasks run on `workers`.
    pub(crate) fn new(
        workers: Handle,
        session_factory: SessionFactory,
        journals: Journals,
        clock: Clock,
        events: EventSender,
    ) -> Self {
        Self {
            workers,
            session_factory,
            journals,
            journal_reads: JournalReads::default(),
            clock,
            views: ViewFile::new(events.clone()),
            events,
            sessions: HashMap::new(),
            latest: SessionId(0),
            opening: None,
            opening_others: HashSet::new(),
            others: None,
            account_names: HashMap::new(),
            waiting: HashMap::new(),
            recovery: None,
            sign_in: None,
            activity: ActivityTasks::default(),
            organization: None,
        }
    }

    /// Handles an event of a task, and returns the message for the app.
    pub(crate) fn on_event(&mut self, event: TaskEvent) -> Message {
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
            TaskEvent::OtherOpened { session, session_context } => {
                let id = session.id();
                // Unless it was closed since.
                if self.opening_others.remove(&id) {
                    let mut context = SessionContext::clone(&session_context);
                    context.alias = self.account_names.get(&context.caller.account).cloned();
                    let open = OpenSession::new(session, context, EarlyReads::default());
                    self.sessions.insert(id, open);
                }
                Message::OtherOpened(id, Ok(session_context))
            }
            TaskEvent::Opened { session, session_context, early_reads } => {
                let id = session.id();
                if id == self.latest {
                    let context = SessionContext::clone(&session_context);
                    self.sessions.insert(id, OpenSession::new(session, context, early_reads));
                }
                Message::Session(id, SessionEvent::Open(session_context))
            }
        }
    }

    /// Updates the session's alias and caller, which sentences about changes name.
    fn update_context(&mut self, message: &Message) {
        match message {
            Message::Accounts(AccountsEvent::Page(page)) => {
                let named = page.iter().filter_map(|it| Some((it.id.clone(), it.name.clone()?)));
                self.account_names.extend(named);
                for open in self.sessions.values_mut() {
                    let context = &mut open.session_context;
                    if context.alias.is_none() {
                        context.alias = self.account_names.get(&context.caller.account).cloned();
                    }
                }
            }
            Message::Session(session, SessionEvent::Renewed(renewed)) => {
                if let Some(open) = self.sessions.get_mut(session) {
                    let alias = open.session_context.alias.take();
                    open.session_context =
                        SessionContext { alias, ..SessionContext::clone(renewed) };
                }
            }
            Message::Reply(ReadReply { session, result: Ok(ReadData::Alias(alias)), .. }) => {
                if let Some(open) = self.sessions.get_mut(session)
                    && alias.is_some()
                {
                    open.session_context.alias.clone_from(alias);
                }
            }
            _ => {}
        }
    }

    /// Starts a task.
    pub(crate) fn start(&mut self, effect: TaskEffect) {
        let workers = self.workers.clone();
        let _entered = workers.enter();
        match effect {
            TaskEffect::Open(request) => self.open(request),
            TaskEffect::Read { session, lane, read } => self.read(session, lane, read),
            TaskEffect::Change(change) => self.change(change, self.journals.written.clone()),
            TaskEffect::ChangeUnjournaled(change) => {
                self.change(change, self.journals.unjournaled.clone());
            }
            TaskEffect::Close { session } => self.close(session),
            TaskEffect::Recover { session } => self.recover(session),
            TaskEffect::Code { session, code } => self.give_code(session, code),
            TaskEffect::SignIn { number, session } => self.sign_in(number, session),
            TaskEffect::CancelSignIn => self.cancel_sign_in(),
            TaskEffect::ListProfiles => {
                let (factory, events) = (self.session_factory.clone(), self.events.clone());
                tokio::spawn(account_tasks::list_profiles(factory, events));
            }
            TaskEffect::OpenOthers(accounts) => self.open_others(accounts),
            TaskEffect::ReadOrganization { load, session } => self.read_organization(load, session),
            TaskEffect::ListAccounts => {
                let current = self.sessions.get(&self.latest);
                let current = current.map(|open| open.session_context.clone());
                let factory = self.session_factory.clone();
                tokio::spawn(account_tasks::list(factory, current, self.events.clone()));
            }
            TaskEffect::FindRoutes { session, account } => {
                let current = self.sessions.get(&session).map(|open| open.session_context.clone());
                let (factory, events) = (self.session_factory.clone(), self.events.clone());
                tokio::spawn(account_tasks::find_routes(factory, current, account, events));
            }
            TaskEffect::ReadJournal { session, request, plan } => {
                self.read_journal((session, request), plan);
            }
            TaskEffect::LoadView(account) => self.views.load(account),
            TaskEffect::SaveView(account, view) => self.views.save(account, view),
            TaskEffect::ReadPlan(path) => plan_task::start(path, self.events.clone()),
            TaskEffect::ReadActivity { number, session, key, last_use, all_regions } => {
                let request = self.activity_request(session, key, last_use, all_regions);
                self.read_activity(number, session, request);
            }
            TaskEffect::WatchActivity { session, key, since, last_use } => {
                let request = self.activity_request(session, key.clone(), last_use, false);
                self.watch_activity(session, key, since, request);
            }
            TaskEffect::CancelActivity(number) => self.activity.cancel(number),
            TaskEffect::Export { path, text, changes_of } => {
                let changes = changes_of.map(|key| (self.journals.written.clone(), key));
                export_task::start(Export { path, text, changes }, self.events.clone());
            }
        }
    }

    fn open(&mut self, request: OpenRequest) {
        self.latest = request.session;
        let (factory, events) = (self.session_factory.clone(), self.events.clone());
        let open = open_session::open(factory, request, self.clock, events);
        let opening = tokio::spawn(open).abort_handle();
        if let Some(earlier) = self.opening.replace(opening) {
            earlier.abort();
        }
    }

    /// Drops a session: its clients, and its tasks. Changes in flight still complete.
    fn close(&mut self, id: SessionId) {
        self.sessions.remove(&id);
        if self.opening_others.remove(&id) && self.opening_others.is_empty() {
            // Nobody waits for the rest.
            abort(self.others.take());
        }
        self.waiting.remove(&id);
    }

    /// Opens other accounts. Roles are assumed from the session requested last.
    fn open_others(&mut self, accounts: Vec<(SessionId, AccountId)>) {
        self.opening_others.extend(accounts.iter().map(|(id, _)| *id));
        let current = self.sessions.get(&self.latest).map(|open| open.session_context.clone());
        let (factory, events) = (self.session_factory.clone(), self.events.clone());
        let opening = account_tasks::open_others(factory, current, accounts, events);
        self.others = Some(tokio::spawn(opening).abort_handle());
    }

    /// Continues opening a session that needed the code of an MFA device.
    fn give_code(&mut self, id: SessionId, code: Secret) {
        let Some(session) = self.waiting.remove(&id) else { return };
        session.submit_mfa_code(code);
        let (session_factory, events) = (self.session_factory.clone(), self.events.clone());
        let opening = open_session::continue_opening(session_factory, session, events);
        self.opening = Some(tokio::spawn(opening).abort_handle());
    }

    /// Starts recovery; aborts that of an earlier session.
    fn recover(&mut self, id: SessionId) {
        let Some(open) = self.sessions.get_mut(&id) else { return };
        let recovery = recovery_task::run(
            open.session.clone(),
            ChangeOrigin::from(&open.session_context),
            self.journals.written.clone(),
            self.session_factory.is_demo(),
            self.events.clone(),
        );
        if let Some(earlier) = self.recovery.replace(open.spawn(recovery)) {
            earlier.abort();
        }
    }

    fn sign_in(&mut self, number: u64, session: Arc<str>) {
        self.cancel_sign_in();
        let (factory, events) = (self.session_factory.clone(), self.events.clone());
        let task = sign_in_task::run(factory, number, session, events);
        self.sign_in = Some(tokio::spawn(task).abort_handle());
    }

    fn cancel_sign_in(&mut self) {
        abort(self.sign_in.take());
    }

    /// Starts reading the organization; aborts the load before.
    fn read_organization(&mut self, load: u64, session: SessionId) {
        let current = self.sessions.get(&session).map(|open| open.session_context.clone());
        let read = organization_task::run(
            self.session_factory.clone(),
            current,
            load,
            self.clock,
            self.events.clone(),
        );
        let earlier = self.organization.replace(tokio::spawn(read).abort_handle());
        abort(earlier);
    }

    /// Returns what an activity task needs; `None` if the session is closed.
    fn activity_request(
        &self,
        id: SessionId,
        key: KeyId,
        last_use: Option<LastUse>,
        all_regions: bool,
    ) -> Option<ActivityRequest> {
        let open = self.sessions.get(&id)?;
        let mut settings = self.session_factory.activity_settings();
        if all_regions {
            settings.regions = ActivityRegions::All;
        }
        Some(ActivityRequest::new(&open.session_context, key, last_use, settings))
    }

    /// Starts reading what a key has done.
    fn read_activity(&mut self, number: u64, id: SessionId, request: Option<ActivityRequest>) {
        let events = self.events.clone();
        match (self.sessions.get_mut(&id), request) {
            (Some(open), Some(request)) => {
                let reading =
                    activity_task::run(open.session.clone(), request, number, self.clock, events);
                self.activity.add(number, open.spawn(reading));
            }
            _ => activity_task::report_closed_session(number, &events),
        }
    }

    /// Asks CloudTrail about a changed key.
    fn watch_activity(
        &mut self,
        id: SessionId,
        key: KeyId,
        since: Timestamp,
        request: Option<ActivityRequest>,
    ) {
        let events = self.events.clone();
        match (self.sessions.get_mut(&id), request) {
            (Some(open), Some(request)) => {
                let session = open.session.clone();
                open.spawn(activity_task::watch(session, request, since, self.clock, events));
            }
            _ => activity_task::report_unwatched(key, &events),
        }
    }

    fn read_journal(&self, request: (SessionId, u64), plan: Option<Arc<Plan>>) {
        let Some(open) = self.sessions.get(&request.0) else { return };
        let journal = (self.journals.written.clone(), (&open.session_context).into());
        self.journal_reads.start(journal, request, plan, self.events.clone());
    }

    fn read(&mut self, id: SessionId, lane: Lane, read: IamRead) {
        let Some(open) = self.sessions.get_mut(&id) else { return };
        let early = open.early_reads.take(&read);
        let (clock, events, session) = (self.clock, self.events.clone(), open.session.clone());
        open.spawn(read_task::run(session, (lane, read), early, clock, events));
    }

    /// Starts a change. Reports it as not sent if its session is closed or has no writer; the app
    /// requests none there.
    fn change(&self, change: KeyChange, journal: Journal) {
        let events = self.events.clone();
        let Some(open) = self.sessions.get(&change.session) else {
            return events.message(Message::Change(change_task::without_session(change)));
        };
        let session = (open.session.clone(), open.session_context.clone());
        let limits = self.session_factory.limits();
        tokio::spawn(change_task::run(change, session, journal, limits, events));
    }
}

#[cfg(test)]
mod tests;

fn abort(task: Option<AbortHandle>) {
    if let Some(task) = task {
        task.abort();
    }
}
