//! Texts of exports.

use std::fmt::Write as _;
use std::path::Path;

use crate::inventory::Coverage;
use crate::model::escape_path;

/// Title of the prompt.
pub(crate) const TITLE: &str = "Export";

/// Prompt for the name of the file. `endings` are those of the formats.
pub(crate) fn prompt(endings: &str, copy: &str) -> String {
    format!("enter writes a new file, tab changes the format ({endings}), {copy} copies instead.")
}

/// The same for what a key has done.
pub(crate) fn activity_prompt(endings: &str, copy: &str) -> String {
    format!("{} .md begins with the changes of the key; a copy does not.", prompt(endings, copy))
}

/// The file is being written.
pub(crate) const WRITING: &str = "Writing the file…";

/// The user quits while a file is being written.
pub(crate) const QUITS_ONCE_WRITTEN: &str =
    "keyflip quits once the exported file is written, at the latest after 10 s.";

/// The program has ended before a file was written.
pub(crate) fn unwritten(path: &Path) -> String {
    format!("{} may be missing or incomplete: it was still being written.", escape_path(path))
}

/// The name ends with that of a format which the document cannot have.
pub(crate) fn not_offered(endings: &str) -> String {
    format!("This cannot be written in that format. End the name with {endings}.")
}

/// Nothing is shown that could be exported.
pub(crate) const NOTHING: &str = "Nothing is shown yet that could be exported.";

/// The file was written.
pub(crate) fn exported(path: &Path) -> String {
    format!("Written to {}, which only you can read.", escape_path(path))
}

/// The file was not written.
pub(crate) fn not_exported(path: &Path, error: &str) -> String {
    format!("Could not write {}: {error}", escape_path(path))
}

/// A text of that many kB was sent to the clipboard.
pub(crate) fn copied_much(kilobytes: usize) -> String {
    format!(
        "Sent {kilobytes} kB to the clipboard. Some terminals ignore that much: check it, or write a file."
    )
}

/// How much of the account was read. `undecided` is the number of rows that the filter could not
/// decide.
pub(crate) fn coverage(coverage: &Coverage, undecided: usize) -> String {
    let mut text = format!("keys of {} of {} users read", coverage.read, coverage.users);
    if !coverage.is_list_complete {
        text.push_str(", list of users not complete");
    }
    let counts = [
        (coverage.reported, "from the credential report"),
        (coverage.denied, "denied"),
        (coverage.failed, "failed"),
        (coverage.deleted, "deleted"),
        (undecided, "rows left out, which the filter cannot decide"),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {what}");
    }
    text
}
