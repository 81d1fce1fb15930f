//! Messages that the app handles, and the effects that it requests.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::Event;
use jiff::Timestamp;

use crate::inventory::Lane;
use crate::model::{
    AccountId, ChangeReport, Endpoint, IamRead, KeyChange, KeyId, LastUse, ListedAccount, Profile,
    ReadReply, Recent, Route, Secret, ServiceError, SessionContext, SessionId, UserName,
};
use crate::ops::activity::Activity;
use crate::ops::organization::OrganizationEvent;
use crate::ops::plan::{Plan, PlanFileError, PlanHistory};
use crate::ops::reach::AccountRoutes;
use crate::ops::sign_in::SignInStep;
use crate::ops::undo::UndoChoice;
use crate::tui::context::{ActivityUpdate, SavedView, Tone};

/// Input of the screen.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// Event of the terminal.
    Input(Event),
    /// Reply to a read.
    Reply(ReadReply),
    /// Progress or outcome of a change.
    Change(ChangeEvent),
    /// Progress of opening or renewing a session.
    Session(SessionId, SessionEvent),
    /// Result of recovering changes that an earlier run has left without an outcome.
    Recovery(SessionId, RecoveryEvent),
    /// Total number of throttled calls of the session so far.
    Throttled(SessionId, u64),
    /// Profiles of the AWS configuration.
    Profiles(Vec<Profile>),
    /// Accounts within reach, and the routes there.
    Accounts(AccountsEvent),
    /// Progress of the sign-in with this number.
    SignIn(u64, SignInEvent),
    /// Another account is open, or could not be opened.
    OtherOpened(SessionId, Result<Box<SessionContext>, Arc<ServiceError>>),
    /// The journal of the session's account.
    Journal(SessionId, Box<JournalReading>),
    /// Progress of reading the organization, with the number of the load.
    Organization(u64, OrganizationEvent),
    /// Progress of reading the activity of a key, with the number of the reading.
    Activity(u64, ActivityUpdate),
    /// What CloudTrail has recorded of a watched key.
    WatchedActivity(KeyId, Result<Box<Activity>, Arc<ServiceError>>),
    /// A plan was read from this file, or could not be.
    Plan(PathBuf, Result<Box<Plan>, Arc<PlanFileError>>),
    /// A text was written to this file, or could not be.
    Exported(PathBuf, Result<(), Arc<str>>),
    /// The view that is kept of an account, if one is.
    ViewLoaded(Arc<str>, Option<Box<SavedView>>),
    /// Sentence on views that could not be read or saved.
    ViewsFailed(String),
    /// Signal of the operating system.
    Signal(Signal),
    /// The deadline of the state has passed.
    Deadline,
}

/// Progress of listing accounts, or of finding routes.
#[derive(Clone, Debug)]
pub(crate) enum AccountsEvent {
    /// Profiles and accounts used last, the latest first.
    Recent(Vec<Recent>),
    /// More accounts of a sign-in.
    Page(Vec<ListedAccount>),
    /// A sign-in that cannot list its accounts.
    Failed(Arc<ServiceError>),
    /// All lists have been read.
    Listed,
    /// Routes into an account.
    Routes {
        /// The account.
        account: AccountId,
        /// The routes; the error if settings or files are invalid.
        routes: Result<Box<AccountRoutes>, Arc<ServiceError>>,
    },
}

/// Progress of a sign-in to Identity Center.
#[derive(Clone, Debug)]
pub(crate) enum SignInEvent {
    /// Next step.
    Step(SignInStep),
    /// The browser of this machine was started.
    BrowserStarted,
    /// The token is in the cache, and valid until then.
    Done(Timestamp),
    /// Sentence on a sign-in that has failed.
    Failed(String),
}

/// The journal of an account, as read in answer to a [`TaskEffect::ReadJournal`].
#[derive(Clone, Debug)]
pub(crate) struct JournalReading {
    /// Number of the request.
    pub request: u64,
    /// Lines to show; the error if the journal could not be read.
    pub lines: Vec<String>,
    /// Notes on deactivated keys.
    pub notes: Vec<(KeyId, String)>,
    /// Changes to undo; `None` if the journal could not be read.
    pub undo: Option<UndoChoice>,
    /// What it says of the plan; `None` without a plan, or if it could not be read.
    pub plan_history: Option<PlanHistory>,
}

/// Progress or outcome of a change.
#[derive(Clone, Debug)]
pub(crate) enum ChangeEvent {
    /// The change has reached its next phase.
    Step {
        /// ID of the change.
        change_id: u64,
        /// New phase.
        step: ChangePhase,
    },
    /// The change has an outcome.
    Done {
        /// Outcome.
        change_report: Box<ChangeReport>,
        /// Sentence on the outcome.
        sentence: String,
    },
}

/// Progress of a session.
#[derive(Clone, Debug)]
pub(crate) enum SessionEvent {
    /// The endpoint that the session will call is known.
    Configured(Endpoint),
    /// Label of the step that is in progress.
    Waiting(Arc<str>),
    /// The session is open.
    Open(Box<SessionContext>),
    /// The credentials were renewed: another access key of the same principal.
    Renewed(Box<SessionContext>),
    /// The MFA device with this serial number must provide a code; with the error if a code was
    /// rejected.
    NeedsCode(Arc<str>, Option<Arc<ServiceError>>),
    /// The session could not be opened.
    Failed(Arc<ServiceError>),
}

/// Signals that a terminal program must handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Request to end (SIGTERM, SIGINT).
    Terminate,
    /// The terminal was closed (SIGHUP).
    HangUp,
    /// The shell takes the terminal back (SIGTSTP).
    Stop,
    /// The program continues after a stop (SIGCONT).
    Continue,
}

/// Phase of a change that has no outcome yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ChangePhase {
    /// Waiting for other changes of the same confirmation.
    #[default]
    Waiting,
    /// Being written to the journal.
    Writing,
    /// Sent, without a response yet.
    Sent,
    /// Accepted by IAM and being verified.
    Verifying,
    /// Sent without a clear response, so that a read has to tell whether it had an effect.
    InDoubt,
}

/// Result of a recovery, as sentences.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryEvent {
    /// Notification.
    Notice(Tone, String),
    /// Error, which stays until dismissed.
    Failed(String),
    /// A read has settled a change of a key of this user.
    Settled(UserName),
}

/// Request for a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenRequest {
    /// ID of the new session.
    pub session: SessionId,
    /// Route into its account; `None` for the credentials in force.
    pub route: Option<Route>,
    /// Name of the account, if known: it is shown until the alias is read.
    pub account_name: Option<Arc<str>>,
    /// Reads that are sent while the caller is identified. Their replies come once they are requested.
    pub first_reads: Vec<IamRead>,
}

/// Work that runs in a task; its result comes back as a [`Message`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TaskEffect {
    /// Opens a session.
    Open(OpenRequest),
    /// Continues opening a session with an MFA code.
    Code {
        /// Session ID.
        session: SessionId,
        /// MFA code.
        code: Secret,
    },
    /// Opens other accounts, each by its best route.
    OpenOthers(Vec<(SessionId, AccountId)>),
    /// Reads from AWS.
    Read {
        /// Session ID.
        session: SessionId,
        /// Lane, which selects the client.
        lane: Lane,
        /// Read to perform.
        read: IamRead,
    },
    /// Carries out a confirmed change.
    Change(KeyChange),
    /// Carries out a change that cannot be written to the journal; its record is printed when the
    /// program ends.
    ChangeUnjournaled(KeyChange),
    /// Closes a session that was left.
    Close {
        /// Session ID.
        session: SessionId,
    },
    /// Settles, by reads, the changes that earlier runs have left without an outcome.
    Recover {
        /// Session ID.
        session: SessionId,
    },
    /// Signs in to Identity Center; cancels the former sign-in.
    SignIn {
        /// Number of the sign-in.
        number: u64,
        /// Session or start URL.
        session: Arc<str>,
    },
    /// Cancels the sign-in.
    CancelSignIn,
    /// Lists the profiles of the AWS configuration, and what was used last.
    ListProfiles,
    /// Lists the accounts of all sign-ins.
    ListAccounts,
    /// Finds the routes into an account.
    FindRoutes {
        /// The session whose credentials may assume roles.
        session: SessionId,
        /// The account.
        account: AccountId,
    },
    /// Reads every account of the sign-ins to Identity Center. Ends the load before it.
    ReadOrganization {
        /// Number of the load.
        load: u64,
        /// Session whose credentials assume roles.
        session: SessionId,
    },
    /// Reads what a key has done from CloudTrail's event history.
    ReadActivity {
        /// Number of the reading.
        number: u64,
        /// Session of the key's account.
        session: SessionId,
        /// The key.
        key: KeyId,
        /// Its last use, if it was read.
        last_use: Option<LastUse>,
        /// Whether every Region is read.
        all_regions: bool,
    },
    /// Reads what a changed key has done since then; only the latest calls.
    WatchActivity {
        /// Session of the key's account.
        session: SessionId,
        /// The key.
        key: KeyId,
        /// Time of the change.
        since: Timestamp,
        /// Its last use, if it was read.
        last_use: Option<LastUse>,
    },
    /// Cancels a reading of activity.
    CancelActivity(u64),
    /// Writes a text to a new file that only the user can read.
    Export {
        /// The file.
        path: PathBuf,
        /// The text.
        text: String,
        /// Key whose changes in the journal come before the text.
        changes_of: Option<KeyId>,
    },
    /// Reads the view that is kept of an account.
    LoadView(Arc<str>),
    /// Keeps the view of an account.
    SaveView(Arc<str>, SavedView),
    /// Reads the journal of the session's account.
    ReadJournal {
        /// Session ID.
        session: SessionId,
        /// Number of the request.
        request: u64,
        /// The plan that is open, if there is one.
        plan: Option<Arc<Plan>>,
    },
    /// Reads a plan from a file; `~/` is the home directory.
    ReadPlan(PathBuf),
}

/// Use of the terminal, by the event loop itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TerminalEffect {
    /// Sends a text to the clipboard.
    Copy(String),
    /// Shows a text in the user's pager.
    Page(String),
    /// Suspends the program.
    Suspend,
    /// Redraws the whole screen.
    Repaint,
}

/// Effects requested while messages are handled, in the order of the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Effects {
    /// Work for tasks.
    pub tasks: Vec<TaskEffect>,
    /// Uses of the terminal.
    pub terminal: Vec<TerminalEffect>,
}

impl Effects {
    /// Requests a task.
    pub(crate) fn task(&mut self, effect: TaskEffect) {
        self.tasks.push(effect);
    }

    /// Requests a use of the terminal.
    pub(crate) fn terminal(&mut self, effect: TerminalEffect) {
        self.terminal.push(effect);
    }
}
