//! The journal: each change before it is sent, and its outcome.
//!
//! There are three kinds: a file of JSON lines (`file`), the default; standard error, for
//! `--journal -`; and memory, for a change that the user explicitly sends without a file. The
//! journal in memory is printed when the program ends.

mod concurrent_change;
pub(super) mod entry;
mod error;
pub(super) mod export;
pub(super) mod fields;
mod file;
mod follow;
pub(super) mod for_screen;
pub(super) mod outcome;
mod read;
mod scan;
mod trust;

use std::io::{BufReader, Cursor, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

pub(crate) use crate::model::JournalError;
use crate::private_files;
pub(crate) use error::RecordIntentError;
use file::FileJournal;
pub(crate) use read::Damage;
use read::{MAX_LINE_BYTES, MAX_SEARCH_BYTES};
pub(crate) use scan::{JournalScan, LineVisitor};

use super::journal::entry::{Intent, JournalLine, SCHEMA_VERSION};
use super::journal::outcome::OutcomeRecord;
use crate::model::escape_json;

/// Bytes read from the end of a journal at first, by a search for recent changes: about 75 changes.
pub(crate) const FIRST_PART_BYTES: u64 = 64 * 1024;

/// The record of changes. Cheap to clone; all clones are one journal.
///
/// Its methods block for up to a second while another process writes: call them on a thread for
/// blocking work.
#[derive(Clone, Debug)]
pub(crate) struct Journal(Arc<JournalKind>);

#[derive(Debug)]
enum JournalKind {
    File(FileJournal),
    Lines { text: Mutex<Vec<u8>>, echo: bool },
}

impl Journal {
    /// Returns a journal in the file at `path`, which the first write creates.
    pub(crate) fn file(path: PathBuf) -> Self {
        Self(Arc::new(JournalKind::File(FileJournal::new(path))))
    }

    /// Returns a journal on standard error.
    ///
    /// # Errors
    /// Returns an error if standard error is closed or leads to the null device, so that nothing
    /// would be recorded.
    pub(crate) fn stderr() -> Result<Self, JournalError> {
        if stderr_is_null() {
            return Err(JournalError::Null);
        }
        Ok(Self(Arc::new(JournalKind::Lines { text: Mutex::default(), echo: true })))
    }

    /// Returns a journal in memory, to be printed at the end from [`Self::lines`].
    pub(crate) fn memory() -> Self {
        Self(Arc::new(JournalKind::Lines { text: Mutex::default(), echo: false }))
    }

    /// Returns the default file: `$XDG_STATE_HOME/keyflip/journal.jsonl`, where `XDG_STATE_HOME`
    /// is `~/.local/state` if unset
    /// (<https://specifications.freedesktop.org/basedir-spec/latest/>).
    ///
    /// # Errors
    /// Returns an error if there is no home directory.
    pub(crate) fn default_path() -> Result<PathBuf, JournalError> {
        let state = private_files::state_directory().ok_or(JournalError::NoHome)?;
        Ok(state.join("journal.jsonl"))
    }

    /// Returns the file of the demo account, beside the default one, so that demo changes are
    /// never mixed with real ones. Each run of the demo has its own endpoint, so entries of
    /// earlier runs never match a later one.
    ///
    /// # Errors
    /// Returns an error if there is no home directory.
    pub(crate) fn demo_path() -> Result<PathBuf, JournalError> {
        Ok(Self::default_path()?.with_file_name("demo-journal.jsonl"))
    }

    /// Returns the path of the file; `None` for the other kinds.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &*self.0 {
            JournalKind::File(file) => Some(file.path()),
            JournalKind::Lines { .. } => None,
        }
    }

    /// Records the intent durably, unless a change of the same key is in flight. Both happen under
    /// one lock, so that only one of two processes continues.
    ///
    /// # Errors
    /// Returns an error if another change is in flight or the journal cannot be written. The
    /// change must not be sent then.
    pub(crate) fn record_intent(
        &self,
        intent: &Intent,
        now: Timestamp,
    ) -> Result<(), RecordIntentError> {
        let line = encode(&JournalLine::Intent(intent.clone()))?;
        match &*self.0 {
            JournalKind::File(file) => file.append(&line, |open, length| {
                refuse_if_in_flight(
                    concurrent_change::find_at_end(open, length, intent, now)
                        .map_err(|error| file.unreadable(error))?,
                )
            }),
            JournalKind::Lines { text, echo } => {
                let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
                refuse_if_in_flight(
                    concurrent_change::find_in_all(&text[..], intent, now)
                        .map_err(JournalError::Stderr)?,
                )?;
                Ok(append_line(&mut text, &line, *echo)?)
            }
        }
    }

    /// Records an outcome durably.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be written. The outcome has to be shown instead.
    pub(crate) fn record_outcome(&self, outcome: &OutcomeRecord) -> Result<(), JournalError> {
        let line = encode(&JournalLine::Outcome(outcome.clone()))?;
        match &*self.0 {
            JournalKind::File(file) => file.append(&line, |_, _| Ok(())),
            JournalKind::Lines { text, echo } => {
                append_line(&mut text.lock().unwrap_or_else(PoisonError::into_inner), &line, *echo)
            }
        }
    }

    /// Records an outcome like [`Self::record_outcome`], on a thread for blocking work.
    ///
    /// # Errors
    /// Returns the same errors.
    pub(in crate::changes) async fn write_outcome(
        &self,
        outcome: OutcomeRecord,
    ) -> Result<(), JournalError> {
        let journal = self.clone();
        tokio::task::spawn_blocking(move || journal.record_outcome(&outcome))
            .await
            .map_err(|_| JournalError::Thread)?
    }

    /// Reads the journal once, line by line, and calls `visit` for each valid line. A file that
    /// does not exist yet is an empty journal.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or read.
    pub(crate) fn scan(&self, visit: LineVisitor<'_>) -> Result<JournalScan, JournalError> {
        self.scan_end(u64::MAX, visit)
    }

    /// Reads the lines in the last `bytes` of the journal, like [`Self::scan`].
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or read.
    pub(crate) fn scan_end(
        &self,
        bytes: u64,
        visit: LineVisitor<'_>,
    ) -> Result<JournalScan, JournalError> {
        let memory = |text: Vec<u8>, path, visit| {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            let part = length.saturating_sub(bytes)..length;
            JournalScan::new(Box::new(Cursor::new(text)), part, path, visit)
                .map_err(JournalError::Stderr)
        };
        match &*self.0 {
            JournalKind::File(file) => match file.open()? {
                Some((open, length)) => {
                    let part = length.saturating_sub(bytes)..length;
                    JournalScan::new(Box::new(open), part, file.path(), visit)
                        .map_err(|error| file.unreadable(error))
                }
                None => memory(Vec::new(), file.path(), visit),
            },
            JournalKind::Lines { text, .. } => {
                let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
                memory(text, Path::new("-"), visit)
            }
        }
    }

    /// Reads the end of the journal, `at_least` so many bytes and as far back as lines may have
    /// been written since `oldest`, but no more than 16 MiB unless `at_least` is. Each attempt
    /// collects its lines anew with `add_line`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or read.
    pub(crate) fn scan_back_to<T: Default>(
        &self,
        oldest: Timestamp,
        at_least: u64,
        mut add_line: impl FnMut(&mut T, usize, &JournalLine),
    ) -> Result<(T, JournalScan), JournalError> {
        let at_most = MAX_SEARCH_BYTES.max(at_least);
        search_from_end(at_least, |bytes| {
            let bytes = bytes.min(at_most);
            let mut found = T::default();
            let visit = &mut |number, line: &_| add_line(&mut found, number, line);
            let scan = self.scan_end(bytes, visit)?;
            let is_enough = scan.reaches_back_to(oldest) || bytes == at_most;
            Ok(is_enough.then_some((found, scan)))
        })
    }

    /// Reads the journal from byte `from`, where an earlier read ended, and calls `visit` for each
    /// valid line. A journal that is shorter was replaced, and is read from its beginning. Returns
    /// where this read ended.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or read.
    pub(crate) fn read_on(
        &self,
        from: u64,
        visit: &mut dyn FnMut(&JournalLine),
    ) -> Result<u64, JournalError> {
        match &*self.0 {
            JournalKind::File(file) => {
                let Some((mut open, length)) = file.open()? else { return Ok(0) };
                let from = if from > length { 0 } else { from };
                let read = open.seek(SeekFrom::Start(from)).and_then(|_| {
                    follow::visit_lines(BufReader::new(open.take(length - from)), visit)
                });
                read.map(|read| from + read).map_err(|error| file.unreadable(error))
            }
            JournalKind::Lines { text, .. } => {
                let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let start = usize::try_from(from).unwrap_or(usize::MAX).min(text.len());
                let read = follow::visit_lines(&text[start..], visit);
                read.map(|read| from + read).map_err(JournalError::Stderr)
            }
        }
    }

    /// Returns a warning if others can write to the journal's file; `None` if nobody can, or if
    /// there is no file.
    pub(crate) fn warning(&self) -> Option<String> {
        match &*self.0 {
            JournalKind::File(file) => file.warning(),
            JournalKind::Lines { .. } => None,
        }
    }

    /// Reads the whole journal.
    #[cfg(test)]
    pub(crate) fn read(&self) -> History {
        let mut scan = self.scan(&mut |_, _| {}).unwrap();
        History {
            entries: scan.entries().map(Result::unwrap).collect(),
            damage: scan.damage().clone(),
        }
    }

    /// Returns a journal in memory with these entries.
    #[cfg(test)]
    pub(crate) fn with_entries(entries: &[super::JournalEntry]) -> Self {
        let lines = entries.iter().flat_map(|entry| {
            let outcomes = entry.outcomes.iter().cloned().map(JournalLine::Outcome);
            std::iter::once(JournalLine::Intent(entry.intent.clone())).chain(outcomes)
        });
        Self::with_text(lines.flat_map(|line| encode(&line).unwrap()).collect())
    }

    /// Returns a journal in memory with this text.
    #[cfg(test)]
    pub(crate) fn with_text(text: Vec<u8>) -> Self {
        Self(Arc::new(JournalKind::Lines { text: Mutex::new(text), echo: false }))
    }

    /// Returns the lines of a journal in memory; empty for the other kinds.
    pub(crate) fn lines(&self) -> String {
        match &*self.0 {
            JournalKind::Lines { text, echo: false } => {
                String::from_utf8_lossy(&text.lock().unwrap_or_else(PoisonError::into_inner))
                    .into_owned()
            }
            JournalKind::Lines { .. } | JournalKind::File(_) => String::new(),
        }
    }
}

/// Calls `read` with a number of bytes to read from the end of a journal, at first
/// [`FIRST_PART_BYTES`] or `at_least`, then 16 times as many and so on, until it returns a result.
/// A search that has to read everything reads a fifteenth of it twice.
///
/// # Errors
/// Returns the error of `read`.
pub(crate) fn search_from_end<T>(
    at_least: u64,
    mut read: impl FnMut(u64) -> Result<Option<T>, JournalError>,
) -> Result<T, JournalError> {
    let mut bytes = FIRST_PART_BYTES.max(at_least);
    loop {
        if let Some(found) = read(bytes)? {
            return Ok(found);
        }
        bytes = bytes.saturating_mul(16);
    }
}

/// Returns whether standard error is the null device, which Rust's runtime also opens in place of
/// a closed one.
fn stderr_is_null() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::MetadataExt as _;
    let stderr = std::io::stderr().as_fd().try_clone_to_owned().map(std::fs::File::from);
    let Ok(stderr) = stderr.and_then(|file| file.metadata()) else { return false };
    std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == stderr.rdev())
}

/// The contents of a journal, for tests to compare.
#[cfg(test)]
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History {
    pub(crate) entries: Vec<super::JournalEntry>,
    pub(crate) damage: Damage,
}

/// Returns an error if there is another change of the key in flight.
fn refuse_if_in_flight(other: Option<Intent>) -> Result<(), RecordIntentError> {
    other.map_or(Ok(()), |other| Err(RecordIntentError::InFlight(Box::new(other))))
}

fn append_line(text: &mut Vec<u8>, line: &[u8], echo: bool) -> Result<(), JournalError> {
    if echo {
        let mut stderr = std::io::stderr().lock();
        stderr.write_all(line).and_then(|()| stderr.flush()).map_err(JournalError::Stderr)?;
    }
    text.extend_from_slice(line);
    Ok(())
}

/// Returns a line with its line feed. Characters that hide or reorder others are escaped, so that
/// the file is safe to print on a terminal.
pub(in crate::changes) fn encode(line: &JournalLine) -> Result<Vec<u8>, JournalError> {
    #[derive(Serialize)]
    struct VersionedLine<'a> {
        v: u32,
        #[serde(flatten)]
        line: &'a JournalLine,
    }
    let json = serde_json::to_string(&VersionedLine { v: SCHEMA_VERSION, line })
        .map_err(JournalError::Encode)?;
    let mut text = escape_json(&json).into_owned();
    text.push('\n');
    if text.len() > MAX_LINE_BYTES {
        return Err(JournalError::TooLong(text.len(), MAX_LINE_BYTES));
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod concurrent_change_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod tests;
