//! The journal: what was about to be sent, and what came of it.
//!
//! Three kinds: a file of JSON lines (`file`), which is the rule; standard
//! error, for `--journal -`; and memory, for a person who has said in words
//! that a change may go out without a file, printed when the program ends.

mod error;
mod file;
mod read;
mod under_way;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use etcetera::BaseStrategy as _;
use jiff::Timestamp;
use serde::Serialize;

pub(crate) use error::{BeginError, JournalError};
use file::FileJournal;
pub(crate) use read::{Damage, History};

use super::ending::Ending;
use super::entry::{Intent, Line, VERSION};
use crate::model::escape_json;

/// No line is longer, in bytes; a reader skips one that is.
const LONGEST_LINE: usize = 64 * 1024;

/// Where changes are written down. Cheap to clone; all clones are one journal.
///
/// Its calls block, for a second at most while another process writes: keep
/// them off a thread that has anything else to do.
#[derive(Clone, Debug)]
pub(crate) struct Journal(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    File(FileJournal),
    Lines { text: Mutex<Vec<u8>>, echo: bool },
}

impl Journal {
    /// A journal in the file at `path`, made when first written to.
    pub(crate) fn file(path: PathBuf) -> Self {
        Self(Arc::new(Kind::File(FileJournal::new(path))))
    }

    /// A journal on standard error.
    pub(crate) fn stderr() -> Self {
        Self(Arc::new(Kind::Lines { text: Mutex::default(), echo: true }))
    }

    /// A journal in memory, to be printed at the end from [`Self::lines`].
    pub(crate) fn memory() -> Self {
        Self(Arc::new(Kind::Lines { text: Mutex::default(), echo: false }))
    }

    /// The file that is used unless another is named:
    /// `$XDG_STATE_HOME/keyflip/journal.jsonl`, by default under
    /// `~/.local/state`.
    ///
    /// # Errors
    /// There is no home directory.
    pub(crate) fn default_path() -> Result<PathBuf, JournalError> {
        let base = etcetera::base_strategy::Xdg::new().map_err(|_| JournalError::NoHome)?;
        let state = base.state_dir().unwrap_or_else(|| base.home_dir().join(".local/state"));
        Ok(state.join("keyflip").join("journal.jsonl"))
    }

    /// The file of the demo account, beside the usual one: what is tried out
    /// never stands among what was done. Each run of the demo has an endpoint
    /// of its own, so that entries of earlier runs concern none of the later
    /// ones: they are history.
    ///
    /// # Errors
    /// There is no home directory.
    pub(crate) fn demo_path() -> Result<PathBuf, JournalError> {
        Ok(Self::default_path()?.with_file_name("demo-journal.jsonl"))
    }

    /// The file's path, where there is a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Kind::File(file) => Some(file.path()),
            Kind::Lines { .. } => None,
        }
    }

    /// Writes the intent down, durably, unless a change of the same key is
    /// under way. Both happen under one lock, so that of two processes only
    /// one goes on.
    ///
    /// # Errors
    /// The change must not be sent: another is under way, or the journal
    /// can't be written.
    pub(crate) fn begin(&self, intent: &Intent, now: Timestamp) -> Result<(), BeginError> {
        let line = encode(&Line::Intent(intent.clone()))?;
        match &*self.0 {
            Kind::File(file) => file.append(&line, |open, length| {
                none(under_way::at_the_end(open, length, intent, now).map_err(|error| file.unreadable(error))?)
            }),
            Kind::Lines { text, echo } => {
                let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
                none(under_way::in_all(&text[..], intent, now).map_err(JournalError::Stderr)?)?;
                Ok(push(&mut text, &line, *echo)?)
            }
        }
    }

    /// Writes an outcome down, durably.
    ///
    /// # Errors
    /// The journal can't be written: the outcome has to be shown instead.
    pub(crate) fn end(&self, ending: &Ending) -> Result<(), JournalError> {
        let line = encode(&Line::Outcome(ending.clone()))?;
        match &*self.0 {
            Kind::File(file) => file.append(&line, |_, _| Ok(())),
            Kind::Lines { text, echo } => push(&mut text.lock().unwrap_or_else(PoisonError::into_inner), &line, *echo),
        }
    }

    /// Everything that can be read, and a count of what can't. A file that
    /// does not exist yet is an empty journal.
    ///
    /// # Errors
    /// The file can't be opened or read.
    pub(crate) fn read(&self) -> Result<History, JournalError> {
        match &*self.0 {
            Kind::File(file) => file.read(),
            Kind::Lines { text, .. } => {
                let text = text.lock().unwrap_or_else(PoisonError::into_inner);
                read::history(&text[..]).map_err(JournalError::Stderr)
            }
        }
    }

    /// The lines of a journal in memory that nobody has seen yet; empty for
    /// the other kinds.
    pub(crate) fn lines(&self) -> String {
        match &*self.0 {
            Kind::Lines { text, echo: false } => {
                String::from_utf8_lossy(&text.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
            }
            Kind::Lines { .. } | Kind::File(_) => String::new(),
        }
    }
}

/// Goes on where no other change of the key is under way.
fn none(other: Option<Intent>) -> Result<(), BeginError> {
    other.map_or(Ok(()), |other| Err(BeginError::InFlight(Box::new(other))))
}

fn push(text: &mut Vec<u8>, line: &[u8], echo: bool) -> Result<(), JournalError> {
    if echo {
        let mut stderr = std::io::stderr().lock();
        stderr.write_all(line).and_then(|()| stderr.flush()).map_err(JournalError::Stderr)?;
    }
    text.extend_from_slice(line);
    Ok(())
}

/// One line with its line feed. Characters that hide or reorder others are
/// escaped, so that the file is safe to print on a terminal.
fn encode(line: &Line) -> Result<Vec<u8>, JournalError> {
    #[derive(Serialize)]
    struct Versioned<'a> {
        v: u32,
        #[serde(flatten)]
        line: &'a Line,
    }
    let json = serde_json::to_string(&Versioned { v: VERSION, line })
        .map_err(|error| JournalError::Line(error.to_string().into()))?;
    let mut text = escape_json(&json).into_owned();
    text.push('\n');
    if text.len() > LONGEST_LINE {
        return Err(JournalError::Line(format!("it would have {} bytes", text.len()).into()));
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests;
