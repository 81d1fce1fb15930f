//! Errors of the journal. Their sentences are in `messages::journal`.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::changes::journal::entry::Intent;

/// A journal that cannot be written or read.
#[derive(Debug)]
pub(crate) enum JournalError {
    /// There is no home directory for it.
    NoHome,
    /// Its directory cannot be created.
    Directory(PathBuf, io::Error),
    /// It cannot be opened.
    Open(PathBuf, io::Error),
    /// It is a directory, a pipe or a device.
    NotAFile(PathBuf),
    /// Another process has kept it locked for this long.
    Busy(PathBuf, Duration),
    /// It cannot be locked.
    Lock(PathBuf, io::Error),
    /// It cannot be written, or not durably.
    Write(PathBuf, io::Error),
    /// It cannot be read.
    Read(PathBuf, io::Error),
    /// Standard error is the journal, and is closed or the null device.
    Null,
    /// Standard error cannot be written.
    Stderr(io::Error),
    /// The line itself cannot be written; the cause.
    Line(Arc<str>),
    /// The thread that reads or writes it has stopped.
    Thread,
}

impl std::error::Error for JournalError {}

/// A change that must not be sent.
#[derive(Debug)]
pub(crate) enum BeginError {
    /// This change of the same key may still be in flight.
    InFlight(Box<Intent>),
    /// The intent cannot be recorded.
    Journal(JournalError),
}

impl From<JournalError> for BeginError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}
