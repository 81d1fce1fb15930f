//! Titles of the panes, and what an empty list says.

use std::fmt::Display;

use jiff::Timestamp;

use crate::inventory::Coverage;
use crate::model::{
    AccessKey, Known, ServiceError, UserName, counted, format_date_time, format_time_of_day,
};
use crate::tui::messages::lists::reads_fail;
use crate::tui::messages::shared::{LIST_INCOMPLETE, UNKNOWN, and_root, users_known};

// Titles.

/// Title of the list of users: how many are shown, of how many. `failed` if the list ended early.
pub(crate) fn users_title(
    shown: usize,
    coverage: &Coverage,
    filtered: bool,
    failed: bool,
) -> String {
    let users = format!("{}{}", users_known(coverage), and_root(coverage));
    let title = list_title("Users", shown, &users, filtered);
    if failed && coverage.users > 0 { format!("{title} · {LIST_INCOMPLETE}") } else { title }
}

/// Title of the list of all keys: how many are shown, of how many read.
pub(crate) fn all_keys_title(shown: usize, coverage: &Coverage, filtered: bool) -> String {
    let is_known = coverage.keys > 0 || coverage.is_complete();
    let keys = if is_known { coverage.keys.to_string() } else { UNKNOWN.to_owned() };
    list_title("Keys", shown, &keys, filtered)
}

fn list_title(name: &str, shown: usize, all: &str, filtered: bool) -> String {
    if filtered && all != UNKNOWN {
        format!("{name} {shown} of {all}")
    } else {
        format!("{name} {all}")
    }
}

/// Title of the keys pane while no user is selected.
pub(crate) const KEYS: &str = "Keys";

/// Title of the keys pane.
pub(crate) fn keys_of(user: &UserName) -> String {
    format!("Keys of {user}")
}

/// Time at which the keys of a user were read; empty if they were not.
pub(crate) fn read_at(keys: &Known<Vec<AccessKey>>) -> String {
    match keys {
        Known::Live { at, refresh_error: None, .. } => format!("read {}", format_time_of_day(*at)),
        Known::Live { at, refresh_error: Some(failure), .. } => {
            let (read, failed) = (format_time_of_day(*at), format_time_of_day(failure.at));
            format!("read {read}, refresh failed {failed}")
        }
        _ => String::new(),
    }
}

// The list of users is empty.

/// No user matches the filter; `invalid` if a term of it is not valid.
pub(crate) fn nothing_matches(invalid: bool, clear: &str) -> String {
    let part = if invalid { "the valid part of the filter" } else { "the filter" };
    format!("Nothing matches {part} ({clear} clears it).")
}

/// Nothing is known to match the filter, which cannot decide that many users or keys.
pub(crate) fn no_known_match(undecided: usize, what: &str, clear: &str) -> String {
    let undecided = counted(undecided, what);
    format!("No match among what was read; not known for {undecided} ({clear} clears the filter).")
}

/// The account has no users.
pub(crate) const NO_USERS: &str = "This account has no IAM users.";

/// The users are being listed.
pub(crate) const LISTING: &str = "Listing the users…";

/// The users could not be listed.
pub(crate) fn listing_failed(refresh: &str) -> String {
    format!("Could not list the users. Press {refresh} to try again.")
}

/// The session ended before the users were listed.
pub(crate) fn session_ended_before_listing(refresh: &str) -> String {
    format!("The session ended before the users were listed. Press {refresh} to try again.")
}

/// The session could not be opened.
pub(crate) fn no_session(refresh: &str, profile: &str) -> String {
    format!(
        "No session. Press {profile} to sign in or to choose an account or a profile, or {refresh} to \
         try again."
    )
}

/// The session waits for an MFA code.
pub(crate) fn no_session_without_code(refresh: &str) -> String {
    format!("No session yet. Press {refresh} to enter the MFA code.")
}

// A list of keys is empty.

/// The user has no keys.
pub(crate) const NO_KEYS: &str = "This user has no access keys.";

/// The caller may not list the keys of the user. What is needed comes first.
pub(crate) fn keys_denied(error: &ServiceError, errors: &str) -> String {
    format!("{} Press {errors} for the whole error.", reads_fail(error))
}

/// The caller may list the keys of no user.
pub(crate) fn all_keys_denied(errors: &str) -> String {
    format!("ListAccessKeys is denied for every user. Press {errors} to see what it needs.")
}

/// The keys of the user could not be read.
pub(crate) fn keys_failed(error: &dyn Display, refresh: &str) -> String {
    format!("Could not read the keys. {error} Press {refresh} to try again.")
}

/// The user was deleted or renamed.
pub(crate) fn user_gone(at: Timestamp) -> String {
    format!("Not found in IAM at {}: deleted or renamed.", format_time_of_day(at))
}

/// The keys of the user were not read; `report` has their number in the credential report, and its
/// time.
pub(crate) fn keys_not_read_yet(report: Option<(usize, Timestamp)>) -> String {
    let Some((keys, at)) = report else { return "Not read yet.".to_owned() };
    let keys = counted(keys, "key");
    let at = format_date_time(at);
    format!("Not read yet. The credential report of {at} has {keys}, without IDs.")
}

/// No key matches the filter.
pub(crate) fn no_key_matches(clear: &str) -> String {
    format!("No key read so far matches the filter ({clear} clears it).")
}

/// The account has no keys.
pub(crate) const NO_KEYS_IN_ACCOUNT: &str = "The users of this account have no access keys.";

/// A full scan has read no key so far.
pub(crate) const READING_ALL_KEYS: &str = "Reading the keys of all users…";

/// No key has been read.
pub(crate) fn no_keys_read(full_scan: &str) -> String {
    format!("No keys read yet ({full_scan} starts a full scan).")
}

// The filter in the footer.

/// Hint while the filter is edited.
pub(crate) const FILTER_EDITING: &str = "enter to keep, esc to clear";

/// Maximum number of completions that are shown.
const MAX_COMPLETIONS: usize = 6;

/// The same with the words that tab completes, if there are any.
pub(crate) fn filter_editing(words: &[String]) -> String {
    let Some(shown) = words.get(..words.len().min(MAX_COMPLETIONS)).filter(|it| !it.is_empty())
    else {
        return FILTER_EDITING.to_owned();
    };
    let more = if words.len() > MAX_COMPLETIONS { " …" } else { "" };
    format!("tab for {}{more}, {FILTER_EDITING}", shown.join(" "))
}

/// A saved filter, and what it stands for.
pub(crate) fn saved_filter(name: &str, filter: &str) -> String {
    format!("@{name}: {filter}")
}
