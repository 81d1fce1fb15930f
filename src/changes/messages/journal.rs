//! A journal that cannot be used, and the words of its exports.

use std::fmt;
use std::path::Path;

use crate::changes::ChangeOrigin;
use crate::changes::journal::entry::{Intent, JournalEntry};
use crate::changes::journal::{BeginError, Damage, JournalError};
use crate::model::{Direction, NotSentReason, escape_hidden, format_utc};

impl From<BeginError> for NotSentReason {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Journal(error) => Self::Journal(error.to_string().into()),
            BeginError::InFlight(other) => Self::InFlight(key_in_flight(&other).into()),
        }
    }
}

// --- The journal cannot be written or read ---

impl fmt::Display for JournalError {
    /// Writes one or two sentences, with the operating system's own words for the cause.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHome => f.write_str(
                "There is no home directory for the journal. Set HOME, or name a file with \
                 --journal PATH.",
            ),
            Self::Directory(path, error) => {
                write!(f, "Could not create the journal's directory {}: {error}.", shown(path))
            }
            Self::Open(path, error) => {
                write!(f, "Could not open the journal {}: {error}.", shown(path))
            }
            Self::NotAFile(path) => write!(f, "The journal {} is not a regular file.", shown(path)),
            Self::Busy(path, waited) => write!(
                f,
                "Another process has kept the journal {} locked for {:.1} s.",
                shown(path),
                waited.as_secs_f64()
            ),
            Self::Lock(path, error) => {
                write!(f, "Could not lock the journal {}: {error}.", shown(path))
            }
            Self::Write(path, error) => {
                write!(f, "Could not write the journal {}: {error}.", shown(path))
            }
            Self::Read(path, error) => {
                write!(f, "Could not read the journal {}: {error}.", shown(path))
            }
            Self::Null => f.write_str(
                "Standard error is the journal, but is closed or leads to /dev/null, so nothing \
                 would be recorded. Nothing was sent. Redirect it to a file, or name a file with \
                 --journal PATH.",
            ),
            Self::Stderr(error) => {
                write!(f, "Could not write the journal to standard error: {error}.")
            }
            Self::Line(why) => {
                write!(f, "Could not write this journal entry: {}.", escape_hidden(why))
            }
            Self::Thread => f.write_str("Could not use the journal: its thread has stopped."),
        }
    }
}

fn shown(path: &Path) -> String {
    escape_hidden(&path.to_string_lossy()).into_owned()
}

/// Cause of a read error: the file differs from what was scanned.
pub(in crate::changes) const CHANGED_DURING_READ: &str = "the file changed while it was read";

/// Cause of a write error: each time it was opened, the file was replaced.
pub(in crate::changes) const REPLACED_REPEATEDLY: &str = "the file is being replaced repeatedly";

/// Returns the cause of a write error: the entry exceeds the limit for a line.
pub(in crate::changes) fn line_too_long(bytes: usize, limit: usize) -> String {
    format!("it would have {bytes} bytes, and the limit is {limit}")
}

/// Why nothing was sent: the intent reached the disk too late.
pub(in crate::changes) const JOURNAL_TOO_SLOW: &str =
    "Writing the journal took longer than the time limit of the change.";

/// Returns why a change must wait: another process is changing the same key.
pub(in crate::changes) fn key_in_flight(other: &Intent) -> String {
    let verb = match other.direction {
        Direction::Activate => "activating",
        Direction::Deactivate => "deactivating",
    };
    let Intent { pid, host, id, .. } = other;
    format!(
        "Process {pid} of {} on {host} is {verb} the same key (change {id}); it ends by {} at the \
         latest.",
        other.os_user_label(),
        other.effective_deadline().strftime("%H:%M:%SZ")
    )
}

// --- The journal can be read, but not trusted or not completely ---

/// Returns the warning that others can write to the journal at `path`. `directory` is given
/// where they can write to that instead of the file itself.
pub(in crate::changes) fn exposed_journal(
    path: &Path,
    directory: Option<&Path>,
    owner: &str,
    mode: u32,
) -> String {
    let what = match directory {
        Some(directory) => format!("its directory {}", shown(directory)),
        None => "it".to_owned(),
    };
    format!(
        "Warning: others can change the journal {}: {what} belongs to {owner} and has mode \
         {mode:04o}. Fix that with chown and chmod go-w, or name another file with --journal PATH.",
        shown(path)
    )
}

impl Damage {
    /// Returns which parts of the journal at `path` could not be read; `None` if all could.
    pub(crate) fn sentence(&self, path: &Path) -> Option<String> {
        let mut parts = Vec::new();
        match (self.garbage, self.first) {
            (0, _) => {}
            (1, Some(line)) => parts.push(format!("line {line} is not an entry")),
            (n, first) => parts.push(format!(
                "{n} lines are not entries, the first is line {}",
                first.unwrap_or(0)
            )),
        }
        if self.torn {
            parts.push("the last line was cut off while it was being written".to_owned());
        }
        if self.newer > 0 {
            parts.push(format!("lines written by a newer keyflip: {}", self.newer));
        }
        if self.orphans > 0 {
            parts.push(format!("outcomes without their intent: {}", self.orphans));
        }
        if self.repeated > 0 {
            parts.push(format!("entries that repeat the ID of an earlier one: {}", self.repeated));
        }
        (!parts.is_empty()).then(|| {
            format!(
                "Could not read all of the journal {}: {}. The skipped lines are still in the \
                 file.",
                shown(path),
                parts.join("; ")
            )
        })
    }
}

// --- The journal on the screen ---

/// Returns the line shown where the journal has no change of this account.
pub(in crate::changes) fn no_changes_in(change_origin: &ChangeOrigin) -> String {
    format!("The journal has no changes in {}.", change_origin.label())
}

/// Returns the line that names the journal's file.
pub(in crate::changes) fn journal_file(path: &Path) -> String {
    format!("The journal file is {}.", shown(path))
}

/// Returns who deactivated the key of `entry`, when, and why.
pub(in crate::changes) fn deactivation_note(entry: &JournalEntry) -> String {
    let intent = &entry.intent;
    format!(
        "Deactivated at {} by {}. Reason: {}",
        format_utc(intent.time),
        escape_hidden(&intent.os_user_label()),
        escape_hidden(intent.reason.as_deref().unwrap_or_default())
    )
}

// --- The journal as a table and as Markdown ---

/// Columns of the table.
pub(crate) const JOURNAL_TABLE_COLUMNS: [&str; 9] =
    ["TIME (UTC)", "ID", "ACCOUNT", "USER", "KEY ID", "CHANGE", "OUTCOME", "CHANGED BY", "REASON"];

/// Stands for the user's name where none was sent: IAM then takes the user whose key signs
/// the request.
pub(in crate::changes) const SIGNER_PLACEHOLDER: &str = "(user of the signing key)";

/// Heading of the Markdown record.
pub(in crate::changes) const MARKDOWN_TITLE: &str = "# Access key changes\n\n";

/// Table head of the Markdown record.
pub(in crate::changes) const MARKDOWN_TABLE_HEAD: &str =
    "| # | Time | Account | Key | User | Change | Outcome |\n|---|---|---|---|---|---|---|\n";

/// The Markdown record of an empty journal.
pub(in crate::changes) const MARKDOWN_NO_CHANGES: &str = "The journal has no changes.\n";

/// Note below a Markdown record with deactivated keys.
pub(in crate::changes) const MARKDOWN_SESSIONS_NOTE: &str = "\nDeactivating a key does not end its existing sessions: they stay valid until they expire, \
     or until a policy denies them.\n";
