//! The sentences that the commands print, apart from the help texts of
//! [`crate::cli`] and from `update-access-key`, which keeps its own.

pub(super) mod accounts;
pub(super) mod activity;
pub(super) mod change;
pub(super) mod find;
pub(super) mod list;
pub(super) mod plan;
pub(super) mod report;

use std::fmt::Display;

use jiff::Timestamp;

use crate::model::{AccountId, counted_as, escape_hidden, format_time_of_day};

// Sessions.

/// Sentence that certificates are not checked.
pub(super) const TLS_NOT_VERIFIED: &str =
    "Warning: --no-verify-ssl turns certificate checks off, so the server may not be AWS.";

/// Returns the question for an MFA code.
pub(super) fn mfa_code_question(device: &dyn Display) -> String {
    format!("Code of the MFA device {device}: ")
}

/// Returns the sentence that a call failed and is repeated.
pub(super) fn retrying(failure: &dyn Display) -> String {
    format!("{failure} Retrying for up to a minute; ctrl-c stops it.")
}

// The screen.

/// Heading of the journal lines of changes that were made without a journal.
pub(super) const UNJOURNALED_CHANGES: &str =
    "These changes are not in a journal file. Keep these lines:";

/// Heading of the changes that were confirmed, but not sent.
pub(super) const UNSENT_CHANGES: &str = "Confirmed but not sent; these keys are unchanged:";

/// Heading of the changes whose outcome is not known.
pub(super) const UNRESOLVED_CHANGES: &str =
    "Sent, outcome unknown. keyflip reads these keys when it starts again:";

// The journal.

/// Returns the sentence that the journal has no entries; `path` is `None` for one that has no file.
pub(super) fn journal_empty(path: Option<&str>, has_demo_entries: bool) -> String {
    let path = path.map(|path| format!(" {path}")).unwrap_or_default();
    let hint = if has_demo_entries {
        " For changes made in the demo, run keyflip --demo journal."
    } else {
        ""
    };
    format!("The journal{path} has no entries.{hint}")
}

/// Changes without an outcome whose keys are not read yet.
pub(super) fn in_flight_until(until: Timestamp, decided_from: Timestamp) -> String {
    format!(
        "Changes without an outcome may be in progress until {}. After that, keyflip journal reads their \
         keys. A key with the status before is out of date until {}; then that, too, is recorded.",
        format_time_of_day(until),
        format_time_of_day(decided_from)
    )
}

/// Returns the sentence that the journal has changes, but none of the keys named, or of the
/// account.
pub(super) fn no_change_matches(has_keys: bool, account: Option<&AccountId>) -> String {
    let (of, keys) = if has_keys { (" of these keys", "a key ID") } else { ("", "") };
    let within = account.map(|account| format!(" in account {account}")).unwrap_or_default();
    let without = match account {
        Some(_) if has_keys => format!("{keys} and --account"),
        Some(_) => "--account".to_owned(),
        None => keys.to_owned(),
    };
    format!(
        "The journal has no change{of}{within}. For all changes, run keyflip journal without {without}."
    )
}

/// `journal --account` with a name.
pub(super) fn journal_needs_account_id(name: &str) -> String {
    format!(
        "“{}” is not an account ID. The journal has no names of accounts: give the 12 digits that \
         keyflip accounts shows. Nothing was sent.",
        escape_hidden(name)
    )
}

/// Returns the sentence that changes were left out since their account is not known; `None` if
/// there are none.
pub(super) fn changes_without_account(changes: usize) -> Option<String> {
    let sentence = counted_as(
        changes,
        "change is not shown, since its account is not known.",
        "changes are not shown, since their account is not known.",
    );
    (changes > 0).then_some(sentence)
}

// The demo.

/// Returns the heading of the commands that lead to the demo.
pub(super) fn demo_serving(url: &str) -> String {
    format!("The demo account runs at {url} until you press ctrl-c. To use it:")
}

/// Where the demo's files must be for the token of Identity Center to be found.
pub(super) const DEMO_TOKEN_NEEDS_HOME: &str = "The token of Identity Center is found only in ~/.aws: \
     use --files /PATH/.aws and HOME=/PATH.";

// Configuration, completions and the manual page.

/// A setting without a value, as a comment.
pub(super) fn setting_not_set(name: &str) -> String {
    format!("# {name} is not set")
}

/// The configuration file in use, as a comment.
pub(super) fn configuration_file(path: Option<(&dyn Display, bool)>) -> String {
    match path {
        Some((path, true)) => format!("# Configuration file: {path}"),
        Some((path, false)) => format!("# Configuration file: {path} (does not exist)"),
        None => "# Configuration file: none (there is no home directory)".to_owned(),
    }
}

/// The journal in use, as a comment.
pub(super) fn journal_file(place: &str) -> String {
    format!("# Journal: {place}")
}

/// The journal goes to standard error.
pub(super) const STDERR_NAME: &str = "standard error";
