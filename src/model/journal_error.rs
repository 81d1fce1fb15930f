//! Errors of the journal of changes.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use super::{escape_hidden, escape_path};

/// A journal that cannot be written or read. The text is one or two sentences, with the operating
/// system's own words for the cause.
#[derive(Debug, Error)]
pub(crate) enum JournalError {
    /// There is no home directory for it.
    #[error(
        "There is no home directory for the journal. Set HOME, or name a file with --journal PATH."
    )]
    NoHome,
    /// Its directory cannot be created.
    #[error("Could not create the journal's directory {}: {}.", escape_path(.0), .1)]
    Directory(PathBuf, io::Error),
    /// It cannot be opened.
    #[error("Could not open the journal {}: {}.", escape_path(.0), .1)]
    Open(PathBuf, io::Error),
    /// It is a directory, a pipe or a device.
    #[error("The journal {} is not a regular file.", escape_path(.0))]
    NotAFile(PathBuf),
    /// Another process has kept it locked for this long.
    #[error(
        "Another process has kept the journal {} locked for {:.1} s.",
        escape_path(.0), .1.as_secs_f64()
    )]
    Busy(PathBuf, Duration),
    /// It cannot be locked.
    #[error("Could not lock the journal {}: {}.", escape_path(.0), .1)]
    Lock(PathBuf, io::Error),
    /// It cannot be written, or not durably.
    #[error("Could not write the journal {}: {}.", escape_path(.0), .1)]
    Write(PathBuf, io::Error),
    /// It cannot be read.
    #[error("Could not read the journal {}: {}.", escape_path(.0), .1)]
    Read(PathBuf, io::Error),
    /// Standard error is the journal, and is closed or the null device.
    #[error(
        "Standard error is the journal, but is closed or leads to /dev/null, so nothing would be \
         recorded. Nothing was sent. Redirect it to a file, or name a file with --journal PATH."
    )]
    Null,
    /// Standard error cannot be written.
    #[error("Could not write the journal to standard error: {0}.")]
    Stderr(io::Error),
    /// The entry cannot be encoded.
    #[error("Could not write this journal entry: {}.", escape_hidden(&.0.to_string()))]
    Encode(serde_json::Error),
    /// The entry has this many bytes, more than the limit.
    #[error("Could not write this journal entry: it would have {0} bytes, and the limit is {1}.")]
    TooLong(usize, usize),
    /// The intent was on disk only after the time limit of the change.
    #[error("Writing the journal took longer than the time limit of the change.")]
    TooSlow,
    /// The thread that reads or writes it has stopped.
    #[error("Could not use the journal: its thread has stopped.")]
    Thread,
}

impl PartialEq for JournalError {
    /// Compares the texts, since errors of the operating system cannot be compared.
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}
