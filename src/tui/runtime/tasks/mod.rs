//! Tasks: everything that blocks or waits, and the sessions whose clients they use.

mod account_tasks;
mod activity_task;
mod catch_panic;
mod change_task;
mod export_task;
mod journal_task;
mod organization_task;
mod plan_task;
mod prefetched_reads;
mod read_task;
mod recovery_task;
mod saved_views_file;
mod session_task;
mod sign_in_task;
mod task_context;
mod task_event;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::aws::Session;
use crate::changes::{ChangeOrigin, Journal};
use crate::inventory::Lane;
use crate::model::{
    AccountId, ActivityRegions, IamRead, KeyChange, KeyId, LastUse, ReadData, ReadReply, Region,
    Secret, SessionContext, SessionId,
};
use crate::ops::organization::OrganizationEvent;
use crate::tui::effect::{AccountToOpen, TaskEffect};
use crate::tui::message::{AccountsEvent, Message, SessionEvent};

use activity_task::{ActivityRequest, ActivityTasks};
use export_task::Export;
pub(crate) use journal_task::Journals;
#[cfg(test)]
pub(crate) use journal_task::read_journal;
use journal_task::{JournalReads, JournalRequest};
use prefetched_reads::PrefetchedReads;
use saved_views_file::SavedViewsFile;
use session_task::OpenSession;
use task_context::LatestTask;
pub(crate) use task_context::TaskContext;
pub(crate) use task_event::{EventSender, TaskEvent};

/// Runs tasks.
pub(crate) struct TaskRunner {
    /// The runtime of the tasks, which is not that of the event loop.
    workers: Handle,
    context: TaskContext,
    journals: Journals,
    journal_reads: JournalReads,
    sessions: HashMap<SessionId, OpenSession>,
    /// The session requested last; one that opens after a newer one was requested is dropped.
    latest: SessionId,
    /// The task that opens the latest session.
    opening: LatestTask,
    /// Sessions of other accounts that are being opened.
    opening_others: HashSet<SessionId>,
    /// The tasks that open them.
    others: JoinSet<()>,
    /// Names of accounts, as far as listed.
    account_names: HashMap<AccountId, Arc<str>>,
    /// Sessions that need the code of an MFA device.
    waiting: HashMap<SessionId, Session>,
    sign_in: LatestTask,
    activity: ActivityTasks,
    /// The task that reads the organization. It belongs to no session.
    organization: LatestTask,
    /// The last view of each account.
    saved_views: SavedViewsFile,
}

impl TaskRunner {
    /// Returns a runner without sessions, whose tasks run on `workers`.
    pub(crate) fn new(workers: Handle, journals: Journals, context: TaskContext) -> Self {
        Self {
            workers,
            journals,
            journal_reads: JournalReads::default(),
            saved_views: SavedViewsFile::new(context.events.clone()),
            context,
            sessions: HashMap::new(),
            latest: SessionId(0),
            opening: LatestTask::default(),
            opening_others: HashSet::new(),
            others: JoinSet::new(),
            account_names: HashMap::new(),
            waiting: HashMap::new(),
            sign_in: LatestTask::default(),
            activity: ActivityTasks::default(),
            organization: LatestTask::default(),
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
                    let context = self.named(&session_context);
                    let open = OpenSession::new(session, context, PrefetchedReads::default());
                    self.sessions.insert(id, open);
                }
                Message::OtherOpened(id, Ok(session_context))
            }
            TaskEvent::Opened { session, session_context, prefetched } => {
                let id = session.id();
                if id == self.latest {
                    let context = self.named(&session_context);
                    self.sessions.insert(id, OpenSession::new(session, context, prefetched));
                }
                Message::Session(id, SessionEvent::Open(session_context))
            }
        }
    }

    /// Returns the context of a session, with the listed name of its account if it has one.
    fn named(&self, session_context: &SessionContext) -> SessionContext {
        let mut context = session_context.clone();
        name_account(&mut context, &self.account_names);
        context
    }

    /// Updates the session's alias and caller, which sentences about changes name.
    fn update_context(&mut self, message: &Message) {
        match message {
            Message::Accounts(AccountsEvent::Page(page))
            | Message::Organization { event: OrganizationEvent::Listed(page), .. } => {
                let named = page.iter().filter_map(|it| Some((it.id.clone(), it.name.clone()?)));
                self.account_names.extend(named);
                for open in self.sessions.values_mut() {
                    name_account(&mut open.session_context, &self.account_names);
                }
            }
            Message::Session(session, SessionEvent::Renewed(renewed)) => {
                if let Some(open) = self.sessions.get_mut(session) {
                    open.session_context.renew(SessionContext::clone(renewed));
                }
            }
            Message::Reply(ReadReply { session, result: Ok(ReadData::Alias(alias)), .. }) => {
                if let Some(open) = self.sessions.get_mut(session)
                    && alias.is_some()
                {
                    open.session_context.alias.clone_from(alias);
                    name_account(&mut open.session_context, &self.account_names);
                }
            }
            _ => {}
        }
    }

    /// Starts tasks.
    pub(crate) fn start_all(&mut self, effects: Vec<TaskEffect>) {
        for effect in effects {
            self.start(effect);
        }
    }

    /// Starts a task.
    fn start(&mut self, effect: TaskEffect) {
        let workers = self.workers.clone();
        let _entered = workers.enter();
        let context = self.context.clone();
        match effect {
            TaskEffect::Open(request) => {
                self.latest = request.session;
                let opening = tokio::spawn(session_task::open(context, request));
                self.opening.replace(opening.abort_handle());
            }
            TaskEffect::Read { session, lane, read } => self.read(session, lane, read),
            TaskEffect::Change(change) => self.change(change, self.journals.written.clone()),
            TaskEffect::ChangeUnjournaled(change) => {
                self.change(change, self.journals.unjournaled.clone());
            }
            TaskEffect::Close { session } => self.close(session),
            TaskEffect::Recover { session } => self.recover(session),
            TaskEffect::Code { session, code } => self.give_code(session, code),
            TaskEffect::SignIn { number, sso_session } => {
                let task = tokio::spawn(sign_in_task::run(context, number, sso_session));
                self.sign_in.replace(task.abort_handle());
            }
            TaskEffect::CancelSignIn => self.sign_in.cancel(),
            TaskEffect::ListProfiles => {
                tokio::spawn(account_tasks::list_profiles(context));
            }
            TaskEffect::OpenOthers(accounts) => self.open_others(accounts),
            TaskEffect::ReadOrganization { load, session } => {
                let current = self.session_context(session);
                let task = tokio::spawn(organization_task::run(context, current, load));
                self.organization.replace(task.abort_handle());
            }
            TaskEffect::ListAccounts => {
                let current = self.session_context(self.latest);
                tokio::spawn(account_tasks::list(context, current));
            }
            TaskEffect::FindRoutes { session, account } => {
                let current = self.session_context(session);
                tokio::spawn(account_tasks::find_routes(context, current, account));
            }
            TaskEffect::ReadJournal { session, request, plan } => {
                self.read_journal(JournalRequest { session, number: request, plan });
            }
            TaskEffect::LoadView(account) => self.saved_views.load(account),
            TaskEffect::SaveView(account, view) => self.saved_views.save(account, view),
            TaskEffect::ReadPlan(path) => plan_task::start(path, context.events),
            TaskEffect::ReadActivity { number, session, key, last_use, regions } => {
                self.read_activity(number, session, key, last_use, regions);
            }
            TaskEffect::WatchActivity { session, key, since, last_use, regions } => {
                self.watch_activity(session, key, since, last_use, regions);
            }
            TaskEffect::CancelActivity(number) => self.activity.cancel(number),
            TaskEffect::Export { path, text, changes_of } => {
                let changes = changes_of.map(|key| (self.journals.written.clone(), key));
                export_task::start(Export { path, text, changes }, context.events);
            }
        }
    }

    /// Returns the context of a session, if it is open.
    fn session_context(&self, id: SessionId) -> Option<SessionContext> {
        self.sessions.get(&id).map(|open| open.session_context.clone())
    }

    /// Drops a session: its clients, and its tasks. Changes in flight still complete.
    fn close(&mut self, id: SessionId) {
        self.sessions.remove(&id);
        if self.opening_others.remove(&id) && self.opening_others.is_empty() {
            // Nobody waits for the rest.
            self.others.abort_all();
        }
        self.waiting.remove(&id);
    }

    /// Opens other accounts. Roles are assumed from the session requested last.
    fn open_others(&mut self, accounts: Vec<AccountToOpen>) {
        self.opening_others.extend(accounts.iter().map(|account| account.session));
        let current = self.session_context(self.latest);
        // Tasks that have ended are kept until they are joined.
        while self.others.try_join_next().is_some() {}
        self.others.spawn(account_tasks::open_others(self.context.clone(), current, accounts));
    }

    /// Continues opening a session that needed the code of an MFA device.
    fn give_code(&mut self, id: SessionId, code: Secret) {
        let Some(session) = self.waiting.remove(&id) else { return };
        session.submit_mfa_code(code);
        let opening = session_task::continue_opening(self.context.clone(), session);
        self.opening.replace(tokio::spawn(opening).abort_handle());
    }

    /// Starts the recovery of a session, or wakes it.
    fn recover(&mut self, id: SessionId) {
        let is_shown = id == self.latest;
        let Some(open) = self.sessions.get_mut(&id) else { return };
        if let Some(recovery) = &open.recovery {
            return recovery.notify_one();
        }
        let wake = Arc::new(Notify::new());
        open.recovery = Some(Arc::clone(&wake));
        let (session, origin) = (open.session.clone(), (&open.session_context).into());
        let (context, journal) = (self.context.clone(), self.journals.written.clone());
        open.spawn(recovery_task::run(context, session, origin, journal, is_shown, wake));
    }

    /// Starts reading what a key has done, in these Regions or in those of the settings.
    fn read_activity(
        &mut self,
        number: u64,
        id: SessionId,
        key: KeyId,
        last_use: Option<LastUse>,
        regions: Option<ActivityRegions>,
    ) {
        let context = self.context.clone();
        let Some(open) = self.sessions.get_mut(&id) else {
            return activity_task::report_closed_session(number, &context.events);
        };
        let mut settings = context.session_factory.activity_settings();
        if let Some(regions) = regions {
            settings.regions = regions;
        }
        let request = ActivityRequest::new(&open.session_context, key, last_use, settings);
        let reading = activity_task::run(context, open.session.clone(), request, number);
        self.activity.add(number, open.spawn(reading));
    }

    /// Asks CloudTrail about a changed key, in these Regions and in those of the settings.
    fn watch_activity(
        &mut self,
        id: SessionId,
        key: KeyId,
        since: Timestamp,
        last_use: Option<LastUse>,
        regions: Vec<Region>,
    ) {
        let context = self.context.clone();
        let Some(open) = self.sessions.get_mut(&id) else {
            return activity_task::report_unwatched(key, &context.events);
        };
        let mut settings = context.session_factory.activity_settings();
        match &mut settings.regions {
            ActivityRegions::All => {}
            ActivityRegions::Listed(listed) => listed.extend(regions),
            usual @ ActivityRegions::Usual => *usual = ActivityRegions::Listed(regions),
        }
        let request = ActivityRequest::new(&open.session_context, key, last_use, settings);
        let session = open.session.clone();
        open.spawn(activity_task::watch(context, session, request, since));
    }

    fn read_journal(&self, request: JournalRequest) {
        let Some(open) = self.sessions.get(&request.session) else {
            return journal_task::report_closed_session(&request, &self.context.events);
        };
        let (journal, origin) = (self.journals.written.clone(), (&open.session_context).into());
        self.journal_reads.start(self.context.events.clone(), journal, origin, request);
    }

    fn read(&mut self, id: SessionId, lane: Lane, read: IamRead) {
        let Some(open) = self.sessions.get_mut(&id) else { return };
        let prefetched = open.prefetched.take(&read);
        let (context, session) = (self.context.clone(), open.session.clone());
        open.spawn(read_task::run(context, session, lane, read, prefetched));
    }

    /// Starts a change. Reports it as not sent if its session is closed or has no writer; the app
    /// requests none there.
    fn change(&self, change: KeyChange, journal: Journal) {
        let context = self.context.clone();
        let Some(open) = self.sessions.get(&change.session) else {
            return context.events.message(Message::Change(change_task::without_session(change)));
        };
        let (session, origin) = (open.session.clone(), ChangeOrigin::from(&open.session_context));
        tokio::spawn(change_task::run(context, session, change, origin, journal));
    }
}

/// Gives the context of a session the listed name of its account, if it has one, as the screen
/// does.
fn name_account(context: &mut SessionContext, names: &HashMap<AccountId, Arc<str>>) {
    if let Some(name) = names.get(&context.caller.account) {
        context.alias = Some(Arc::clone(name));
    }
}
