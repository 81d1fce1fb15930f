//! A journal that cannot be used, and the words of its exports.

use std::fmt;
use std::path::Path;

use crate::changes::ChangeOrigin;
use crate::changes::journal::Damage;
use crate::changes::journal::entry::JournalEntry;
use crate::changes::os_identity::os_user_on_host;
use crate::model::{
    ChangeInFlight, Direction, KeyId, escape_hidden, escape_path, format_time_of_day, format_utc,
};

// --- The journal cannot be written or read ---

/// Cause of a read error: the file differs from what was scanned.
pub(in crate::changes) const CHANGED_DURING_READ: &str = "the file changed while it was read";

/// Cause of a write error: each time it was opened, the file was replaced.
pub(in crate::changes) const REPLACED_REPEATEDLY: &str = "the file is being replaced repeatedly";

impl fmt::Display for ChangeInFlight {
    /// Writes who makes it, and when it has ended at the latest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.direction {
            Direction::Activate => "activating",
            Direction::Deactivate => "deactivating",
        };
        let Self { pid, os_user, host, id, .. } = self;
        let by = os_user_on_host(os_user, host);
        let ends_by = format_time_of_day(self.ends_by);
        if self.has_ended {
            return write!(
                f,
                "Process {pid} of {by} ended while it was {verb} the same key (change {id}). Its call may \
                 take effect until {ends_by}; try again after that."
            );
        }
        write!(
            f,
            "Process {pid} of {by} is {verb} the same key (change {id}); it ends by {ends_by} at the \
             latest."
        )
    }
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
        Some(directory) => format!("its directory {}", escape_path(directory)),
        None => "it".to_owned(),
    };
    format!(
        "Warning: others can change the journal {}: {what} belongs to {owner} and has mode \
         {mode:04o}. Fix that with chown and chmod go-w, or name another file with --journal PATH.",
        escape_path(path)
    )
}

impl Damage {
    /// Returns which parts of the journal at `path` could not be read; `None` if all could.
    pub(crate) fn sentence(&self, path: &Path) -> Option<String> {
        let mut parts = Vec::new();
        match (self.garbage, self.first) {
            (0, _) => {}
            (1, Some(line)) => parts.push(format!("line {line} is not an entry")),
            (n, Some(first)) => {
                parts.push(format!("{n} lines are not entries, the first is line {first}"));
            }
            (1, None) => parts.push("a line is not an entry".to_owned()),
            (n, None) => parts.push(format!("{n} lines are not entries")),
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
                escape_path(path),
                parts.join("; ")
            )
        })
    }
}

// --- The journal on the screen ---

/// Line below the changes, if only the end of the journal was read.
pub(in crate::changes) const OLDER_CHANGES: &str = "The journal is long: older changes, and the \
     notes on their keys, are not read here. keyflip journal prints all.";

/// Returns the line shown where the journal, or the end of it that was read, has no change of this
/// account.
pub(in crate::changes) fn no_changes_in(change_origin: &ChangeOrigin, is_complete: bool) -> String {
    let part =
        if is_complete { "The journal has" } else { "The latest changes in the journal have" };
    let what = if is_complete { "no changes in" } else { "none in" };
    format!("{part} {what} {}.", change_origin.label())
}

/// Returns the line that names the journal's file.
pub(in crate::changes) fn journal_file(path: &Path) -> String {
    format!("The journal file is {}.", escape_path(path))
}

/// Returns who deactivated the key of `entry`, when, and why.
pub(in crate::changes) fn deactivation_note(entry: &JournalEntry) -> String {
    let intent = &entry.intent;
    format!(
        "Deactivated at {} by {}. Reason: {}",
        format_utc(intent.time),
        intent.made_by(),
        escape_hidden(intent.reason.as_deref().unwrap_or_default())
    )
}

// --- The journal as a table and as Markdown ---

/// Columns of the table.
pub(crate) const JOURNAL_TABLE_COLUMNS: [&str; 10] = [
    "TIME (UTC)",
    "ID",
    "ACCOUNT",
    "USER",
    "KEY ID",
    "CHANGE",
    "OUTCOME",
    "OS USER",
    "CALLER",
    "REASON",
];

/// Stands for the user's name where none was sent: IAM then takes the user whose key signs
/// the request.
pub(in crate::changes) const SIGNER_PLACEHOLDER: &str = "(user of the signing key)";

/// Heading of the Markdown record.
pub(in crate::changes) const MARKDOWN_TITLE: &str = "# Access key changes\n\n";

/// Heading of the Markdown record of one key.
pub(in crate::changes) fn markdown_title(key: &KeyId) -> String {
    format!("# Incident record: access key {key}\n\n")
}

/// Columns of the Markdown record.
pub(in crate::changes) const MARKDOWN_COLUMNS: [&str; 7] =
    ["#", "Time", "Account", "Key", "User", "Change", "Outcome"];

/// The Markdown record of an empty journal.
pub(in crate::changes) const MARKDOWN_NO_CHANGES: &str = "The journal has no changes.\n";

/// Note below a Markdown record with deactivated keys.
pub(in crate::changes) const MARKDOWN_SESSIONS_NOTE: &str = "\nDeactivating a key does not end its existing sessions: they stay valid until they expire, \
     or until a policy denies them.\n";
