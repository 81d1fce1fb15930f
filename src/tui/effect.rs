//! Effects that the app requests: work for tasks, and uses of the terminal.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::inventory::Lane;
use crate::model::{
    AccountId, ActivityRegions, IamRead, KeyChange, KeyId, LastUse, Region, Route, Secret,
    SessionId,
};
use crate::ops::plan::Plan;
use crate::tui::context::SavedView;

/// Request for a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenRequest {
    /// ID of the new session.
    pub session: SessionId,
    /// Route into its account; `None` for the credentials in force.
    pub route: Option<Route>,
    /// Reads that are sent while the caller is identified. Their replies come once they are
    /// requested.
    pub first_reads: Vec<IamRead>,
}

/// Another account to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountToOpen {
    /// ID of the new session.
    pub session: SessionId,
    /// The account.
    pub account: AccountId,
}

/// Work that runs in a task; its result comes back as a [`Message`](crate::tui::message::Message).
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
    OpenOthers(Vec<AccountToOpen>),
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
    /// Settles, by reads, the changes without a known outcome, of this run or earlier ones.
    Recover {
        /// Session ID.
        session: SessionId,
    },
    /// Signs in to Identity Center; cancels the former sign-in.
    SignIn {
        /// Number of the sign-in.
        number: u64,
        /// Session of Identity Center, or start URL.
        sso_session: Arc<str>,
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
        /// Regions to read; `None` for those of the settings.
        regions: Option<ActivityRegions>,
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
        /// Regions to ask besides those of the settings.
        regions: Vec<Region>,
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
