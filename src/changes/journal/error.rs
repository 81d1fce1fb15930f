//! Why a journal can't be used, in sentences.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::changes::journal::entry::Intent;
use crate::model::{Direction, NotSent, escape_hidden};

/// Why the journal can't be written or read.
#[derive(Debug)]
pub(crate) enum JournalError {
    /// There is no home directory to keep it in.
    NoHome,
    /// Its directory can't be made.
    Directory(PathBuf, io::Error),
    /// It can't be opened.
    Open(PathBuf, io::Error),
    /// It is a directory, a pipe or a device.
    NotAFile(PathBuf),
    /// Another process has kept it locked for that long.
    Busy(PathBuf, Duration),
    /// It can't be locked.
    Lock(PathBuf, io::Error),
    /// It can't be written, or not durably.
    Write(PathBuf, io::Error),
    /// It can't be read.
    Read(PathBuf, io::Error),
    /// Standard error, the journal, leads nowhere.
    Null,
    /// Standard error can't be written.
    Stderr(io::Error),
    /// The line itself can't be written: why.
    Line(Arc<str>),
    /// The thread that writes it has ended.
    Thread,
}

impl fmt::Display for JournalError {
    /// One sentence, with the cause as the operating system tells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |path: &PathBuf| escape_hidden(&path.to_string_lossy()).into_owned();
        match self {
            Self::NoHome => f.write_str(
                "There is no home directory to keep the journal in: set HOME, or name a file with --journal PATH.",
            ),
            Self::Directory(path, error) => {
                write!(f, "The journal's directory {} can't be made: {error}.", shown(path))
            }
            Self::Open(path, error) => write!(f, "The journal {} can't be opened: {error}.", shown(path)),
            Self::NotAFile(path) => write!(f, "The journal {} is not a regular file.", shown(path)),
            Self::Busy(path, waited) => write!(
                f,
                "The journal {} has been locked by another process for {:.1} s.",
                shown(path),
                waited.as_secs_f64()
            ),
            Self::Lock(path, error) => write!(f, "The journal {} can't be locked: {error}.", shown(path)),
            Self::Write(path, error) => write!(f, "The journal {} can't be written: {error}.", shown(path)),
            Self::Read(path, error) => write!(f, "The journal {} can't be read: {error}.", shown(path)),
            Self::Null => f.write_str(
                "Standard error, which serves as journal, is closed or leads to /dev/null, so that nothing would be \
                 recorded. Nothing was sent. Redirect it to a file, or name a file with --journal PATH.",
            ),
            Self::Stderr(error) => write!(f, "Standard error, which serves as journal, can't be written: {error}."),
            Self::Line(why) => write!(f, "The journal can't take this line: {}.", escape_hidden(why)),
            Self::Thread => f.write_str("The journal could not be written: the thread for it has ended."),
        }
    }
}

impl std::error::Error for JournalError {}

/// Why a change must not be sent.
#[derive(Debug)]
pub(crate) enum BeginError {
    /// This change of the same key may still be under way.
    InFlight(Box<Intent>),
    /// The intent can't be written down.
    Journal(JournalError),
}

impl From<JournalError> for BeginError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<BeginError> for NotSent {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Journal(error) => Self::Journal(error.to_string().into()),
            BeginError::InFlight(other) => {
                let verb = match other.direction {
                    Direction::Activate => "activates",
                    Direction::Deactivate => "deactivates",
                };
                let deadline = other.over_by().strftime("%H:%M:%SZ");
                let Intent { pid, host, id, .. } = &*other;
                let person = other.person();
                Self::InFlight(
                    format!(
                        "Process {pid} of {person} on {host} {verb} the same key at this moment (change {id}); it is \
                         settled by {deadline} at the latest."
                    )
                    .into(),
                )
            }
        }
    }
}
