//! Messages to the screen and effects requested by it.

use std::sync::Arc;

use crossterm::event::Event;

use crate::inventory::Lane;
use crate::model::{
    ChangeReport, IamRead, KeyChange, KeyId, Profile, ReadReply, Secret, ServiceError,
    SessionContext, SessionId,
};
use crate::tui::app::{ChangePhase, RecoveryEvent};
use crate::tui::keymap::Keymap;

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
    /// Lines of the journal of the session's account, and notes on deactivated keys.
    Journal(SessionId, Vec<String>, Vec<(KeyId, String)>),
    /// Signal of the operating system.
    Signal(Signal),
    /// The deadline of the state has passed.
    Deadline,
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
    End,
    /// The terminal was closed (SIGHUP).
    Gone,
    /// The shell takes the terminal back (SIGTSTP).
    Stop,
    /// The program continues after a stop (SIGCONT).
    Continue,
}

/// Action to perform outside of the state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Opens a session.
    Open {
        /// ID of the new session.
        session: SessionId,
        /// Profile, or the default.
        profile: Option<Arc<str>>,
    },
    /// Continues opening a session with an MFA code.
    Code {
        /// Session ID.
        session: SessionId,
        /// MFA code.
        code: Secret,
    },
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
    /// Lists the profiles of the AWS configuration.
    ListProfiles,
    /// Reads the journal of the session's account.
    ReadJournal {
        /// Session ID.
        session: SessionId,
    },
    /// Sends a text to the clipboard.
    Copy(String),
    /// Shows a text in the user's pager.
    Page(String),
    /// Suspends the program.
    Suspend,
    /// Redraws the whole screen.
    Repaint,
}

/// Requested end of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shutdown {
    /// It is not to end.
    #[default]
    None,
    /// As soon as no change is in flight.
    WhenIdle,
    /// At once: nothing more is sent, and the next start looks up the outcome of changes in flight.
    Immediate,
}

/// Options that are fixed for the run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScreenOptions {
    /// Key bindings.
    pub keymap: Keymap,
    /// `true` if the spinner is animated.
    pub animation: bool,
    /// Initial reason in every dialog.
    pub reason: Option<String>,
    /// Profile of the first session.
    pub profile: Option<Arc<str>>,
    /// `true` if no shell with job control could resume the program.
    pub no_shell: bool,
    /// Text with the key ID to look up at the start.
    pub find: Option<String>,
}
