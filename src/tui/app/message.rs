//! What comes to the screen, and what it wants done: data, both of it.

use std::sync::Arc;

use crossterm::event::Event;

use crate::inventory::Lane;
use crate::model::{
    ChangeReport, IamRead, KeyChange, KeyId, Profile, ReadReply, Secret, ServiceError,
    SessionContext, SessionId,
};
use crate::tui::app::{ChangePhase, RecoveryEvent};
use crate::tui::keymap::Keymap;

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// The terminal's input.
    Input(Event),
    /// A read came back.
    Reply(ReadReply),
    /// A change went on.
    Change(ChangeEvent),
    /// A session went on.
    Session(SessionId, SessionEvent),
    /// Something was found that an earlier run has left open.
    Recovery(SessionId, RecoveryEvent),
    /// The service has asked the session to go slower so often by now.
    Throttled(SessionId, u64),
    /// The profiles of the AWS configuration.
    Profiles(Vec<Profile>),
    /// The journal of the session's account was read: its lines, and what it
    /// says of keys that were switched off.
    Journal(SessionId, Vec<String>, Vec<(KeyId, String)>),
    /// The operating system's signal.
    Signal(Signal),
    /// The time that was waited for has come.
    Deadline,
}

/// How a change went on.
#[derive(Clone, Debug)]
pub(crate) enum ChangeEvent {
    /// It reached the next step.
    Step {
        /// Which change.
        change_id: u64,
        /// Which step.
        step: ChangePhase,
    },
    /// It has its outcome.
    Done {
        /// What came of it.
        change_report: Box<ChangeReport>,
        /// The sentence on it.
        sentence: String,
    },
}

/// How a session went on.
#[derive(Clone, Debug)]
pub(crate) enum SessionEvent {
    /// What is waited for.
    Waiting(Arc<str>),
    /// It is open.
    Open(Box<SessionContext>),
    /// Its credentials were renewed with another access key of the same
    /// principal.
    Renewed(Box<SessionContext>),
    /// The code of this MFA device is needed first; why the one that was
    /// given did not do, if so.
    NeedsCode(Arc<str>, Option<Arc<ServiceError>>),
    /// It could not be opened.
    Failed(Arc<ServiceError>),
}

/// The signals that a terminal program has to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Somebody wants the program to end (SIGTERM, SIGINT).
    End,
    /// The terminal has gone (SIGHUP).
    Gone,
    /// The shell wants the terminal for a while (SIGTSTP).
    Stop,
    /// The program goes on after it was stopped (SIGCONT).
    Continue,
}

/// Something to do, outside of this value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Open a session.
    Open {
        /// Its ID.
        session: SessionId,
        /// The profile.
        profile: Option<Arc<str>>,
    },
    /// Go on opening a session, with the code of its MFA device.
    Code {
        /// The session.
        session: SessionId,
        /// The code.
        code: Secret,
    },
    /// Ask the service.
    Read {
        /// By which session.
        session: SessionId,
        /// By which client.
        lane: Lane,
        /// What.
        read: IamRead,
    },
    /// Carry out a confirmed change.
    Change(KeyChange),
    /// Carry out a change that was confirmed although it can't be written to
    /// the journal: it is kept in memory, and printed when the program ends.
    ChangeUnjournaled(KeyChange),
    /// Let go of a session that was left: nothing is asked of it any more.
    Close {
        /// The session.
        session: SessionId,
    },
    /// Find what earlier runs have left open, and settle it by reads.
    Recover {
        /// By which session.
        session: SessionId,
    },
    /// List the profiles of the AWS configuration.
    ListProfiles,
    /// Read the journal of the session's account.
    ReadJournal {
        /// The session.
        session: SessionId,
    },
    /// Send a text to the clipboard.
    Copy(String),
    /// Show a text in the user's pager.
    Page(String),
    /// Give the terminal back to the shell for a while.
    Suspend,
    /// Paint the whole screen anew.
    Repaint,
}

/// How the program is to be left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shutdown {
    /// Not at all.
    #[default]
    None,
    /// As soon as no change is in flight; without printing where the terminal
    /// has gone.
    WhenIdle,
    /// At once: the next start looks up what came of a change in flight, and
    /// nothing more is sent.
    Immediate,
}

/// What is fixed for the run of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScreenOptions {
    /// Which key does what.
    pub keymap: Keymap,
    /// Whether a spinner turns while something loads.
    pub animation: bool,
    /// The reason that every dialog begins with.
    pub reason: Option<String>,
    /// The profile to begin with.
    pub profile: Option<Arc<str>>,
    /// No shell waits that could wake the program up, were it stopped.
    pub no_shell: bool,
    /// A text with the key ID to begin with.
    pub find: Option<String>,
}
