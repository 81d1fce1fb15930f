//! Messages that the app handles.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::Event;
use jiff::Timestamp;

use crate::model::{
    AccountId, ChangeReport, Endpoint, KeyId, KeyStatus, ListedAccount, Profile, ReadReply,
    RecentlyUsed, ServiceError, SessionContext, SessionId, UserName,
};
use crate::ops::activity::Activity;
use crate::ops::organization::OrganizationEvent;
use crate::ops::plan::{Plan, PlanFileError, PlanHistory};
use crate::ops::reach::AccountRoutes;
use crate::ops::sign_in::SignInStep;
use crate::ops::undo::{ChangesElsewhere, UndoChoice};
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
    /// Accounts within reach.
    Accounts(AccountsEvent),
    /// Routes into an account.
    Routes {
        /// The account.
        account: AccountId,
        /// The routes; the error if settings or files are invalid.
        routes: Result<Box<AccountRoutes>, Arc<ServiceError>>,
    },
    /// Progress of a sign-in.
    SignIn {
        /// Number of the sign-in.
        number: u64,
        /// Progress.
        event: SignInEvent,
    },
    /// Another account is open, or could not be opened.
    OtherOpened(SessionId, Result<Box<SessionContext>, Arc<ServiceError>>),
    /// The journal of the session's account.
    Journal(SessionId, Box<JournalReading>),
    /// Progress of reading the organization.
    Organization {
        /// Number of the load.
        load: u64,
        /// Progress.
        event: OrganizationEvent,
    },
    /// Progress of reading the activity of a key.
    Activity {
        /// Number of the reading.
        number: u64,
        /// Progress.
        update: ActivityUpdate,
    },
    /// What CloudTrail has recorded of a watched key.
    WatchedActivity(KeyId, Result<Box<Activity>, Arc<ServiceError>>),
    /// A plan was read from this file, or could not be.
    Plan(PathBuf, Result<Box<Plan>, Arc<PlanFileError>>),
    /// A text was written to a file, or could not be.
    Exported {
        /// The file as requested.
        requested: PathBuf,
        /// Its absolute path.
        path: PathBuf,
        /// The error if it was not written.
        written: Result<(), Arc<str>>,
    },
    /// The view that is kept of an account, if one is.
    ViewLoaded(Arc<str>, Option<Box<SavedView>>),
    /// Sentence on views that could not be read or saved.
    ViewsFailed(String),
    /// Signal of the operating system.
    Signal(Signal),
    /// The deadline of the state has passed.
    Deadline,
}

/// Progress of listing accounts.
#[derive(Clone, Debug)]
pub(crate) enum AccountsEvent {
    /// Profiles and accounts used last, the latest first.
    Recent(Vec<RecentlyUsed>),
    /// More accounts of a sign-in.
    Page(Vec<ListedAccount>),
    /// A sign-in that cannot list its accounts.
    Failed(Arc<ServiceError>),
    /// All lists have been read.
    Listed,
    /// Sentence on a setting of `[reach]` that cannot be used.
    InvalidSetting(String),
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

/// The journal of an account, as read in answer to a
/// [`ReadJournal`](crate::tui::effect::TaskEffect::ReadJournal).
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
    /// Changes in other accounts that were confirmed together with those.
    pub elsewhere: Vec<ChangesElsewhere>,
    /// What it says of the plan; `None` without a plan, or if it could not be read.
    pub plan_history: Option<PlanHistory>,
}

impl JournalReading {
    /// Returns the error if the journal could not be read.
    pub(crate) fn error(&self) -> Option<String> {
        self.undo.is_none().then(|| self.lines.join(" "))
    }
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
    Opening(Arc<str>),
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
    /// Its key being read again, and its intent written to the journal.
    Writing,
    /// Sent, without a response yet.
    Sent,
    /// Accepted by IAM and being verified.
    Verifying,
    /// Sent without a clear response, so that a read has to tell whether it had an effect.
    InDoubt,
}

/// A change of another run that has no outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnfinishedChange {
    /// Key of the change.
    pub key: KeyId,
    /// Status that it may set.
    pub wanted: KeyStatus,
    /// When it began.
    pub since: Timestamp,
}

/// Result of a recovery, as sentences.
#[derive(Clone, Debug)]
pub(crate) enum RecoveryEvent {
    /// Notification.
    Notification(Tone, String),
    /// Error, which stays until dismissed.
    Failed(String),
    /// All unfinished changes of other runs in the account.
    Unfinished(Vec<UnfinishedChange>),
    /// A change whose outcome is still unknown, or was not recorded.
    Unsettled {
        /// Key of the change.
        key: KeyId,
        /// Sentence, which stays until dismissed or until the change is settled.
        sentence: String,
    },
    /// A read has settled a change.
    Settled {
        /// Key of the change.
        key: KeyId,
        /// Its owner; `None` if no user name was sent.
        user: Option<UserName>,
    },
}
