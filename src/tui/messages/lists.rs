//! Sentences about what is read, listed, filtered, selected and marked.

use std::fmt::Display;

use crate::inventory::{SortBy, SortDirection, SortOrder};
use crate::model::{
    ErrorKind, KeyId, KeyStatus, OddReportRow, ServiceError, SkipReason, UserName, counted,
};
use crate::tui::messages::shared::reversed;

// Reading.

/// The selected rows are being read again.
pub(crate) const REFRESHING: &str = "Refreshing what is shown.";

/// The full scan has started.
pub(crate) fn scan_started(stop: &str) -> String {
    format!("Full scan: reading the keys of all users. Press {stop} to stop.")
}

/// The full scan has started because the filter depends on it.
pub(crate) fn scan_needed(stop: &str) -> String {
    format!("This filter needs the keys of all users: full scan started. Press {stop} to stop.")
}

/// The user has stopped the full scan.
pub(crate) fn scan_stopped(resume: &str) -> String {
    format!("Full scan stopped. What was read stays; press {resume} to continue.")
}

/// The full scan has read everything.
pub(crate) const SCAN_COMPLETE: &str = "Full scan complete: the whole account has been read.";

/// A page of the list of users could not be read.
pub(crate) fn user_list_incomplete(error: &dyn Display, resume: &str) -> String {
    format!("The user list is incomplete. {error} Press {resume} to continue.")
}

/// Reads of one operation fail; the rows say of which users and keys. What a denied one needs comes
/// first.
pub(crate) fn reads_fail(error: &ServiceError) -> String {
    let operation = error.operation;
    let failed = match (error.kind, &error.code) {
        (ErrorKind::Denied, _) => format!("{operation} is denied."),
        (_, Some(code)) => format!("{operation} fails with {code}."),
        (_, None) => format!("{operation} fails."),
    };
    match &error.hint {
        Some(hint) if error.kind == ErrorKind::Denied => format!("{hint} {failed}"),
        Some(hint) => format!("{failed} {hint}"),
        None => failed,
    }
}

/// The credential report could not be read.
pub(crate) fn no_report(error: &dyn Display) -> String {
    format!(
        "Could not get the credential report; rows that are not read from IAM yet stay empty. {error}"
    )
}

/// Rows of the credential report could not be read; `first` is the first of them.
pub(crate) fn report_rows_left_out(rows: usize, first: &OddReportRow) -> String {
    let all = match rows {
        1 => "a row that cannot be used and is left out".to_owned(),
        _ => format!("{rows} rows that cannot be used and are left out; the first"),
    };
    format!(
        "The credential report has {all}: {first}. The facts of its user are shown once they are \
         read from IAM."
    )
}

/// Advice for a key whose owner is uncertain, to follow a sentence of `model`.
pub(crate) fn refresh_or_scan(refresh: &str, scan: &str) -> String {
    format!("Press {refresh} to refresh, or {scan} for a full scan.")
}

// Sorting and filtering.

/// The list was sorted.
pub(crate) fn sorted(order: SortOrder) -> String {
    let first = match order.by {
        SortBy::Name => "",
        SortBy::NewestKey => ", quarantined users first",
        SortBy::LongestUnused => ", active keys first",
    };
    format!("Sorted by {}{first}{}.", order.by.name(), reversed(is_reversed(order)))
}

fn is_reversed(order: SortOrder) -> bool {
    order.direction == SortDirection::Reverse
}

/// Sort order in the title of a list. `partial` has the number of users whose keys are known and of
/// all users, if the order depends on keys that are not known yet.
pub(crate) fn order_label(
    order: SortOrder,
    best_match: bool,
    partial: Option<(usize, usize)>,
    unsorted: usize,
    sort: &str,
) -> String {
    let mut label = format!("by {}", order.by.name());
    if best_match {
        "best match first".clone_into(&mut label);
    }
    label.push_str(reversed(is_reversed(order)));
    if let Some((known, users)) = partial {
        label = format!("{label}, {known} of {users} users read");
    }
    if unsorted > 0 {
        label = format!("{label}, {unsorted} unsorted, press {sort}");
    }
    label
}

/// Sort order in the title of a list, and the key that clears the filter if there is one.
pub(crate) fn order_and_filter(order: String, clear: Option<&str>) -> String {
    match clear {
        Some(clear) => format!("{order}, filtered ({clear} clears)"),
        None => order,
    }
}

/// A term of the filter is invalid; `others` says whether other terms are applied.
pub(crate) fn filter_invalid(error: &str, others: bool) -> String {
    let effect = if others { "only the other terms apply" } else { "showing everything" };
    format!("{error}; {effect}")
}

// Selecting a key.

/// The list of all keys is empty.
pub(crate) const NO_KEY_TO_SELECT: &str = "This list has no key to select.";

/// The selected user has no keys.
pub(crate) fn user_has_no_key(user: &UserName) -> String {
    format!("{user} has no access key.")
}

/// The selected user has several keys, of which one must be selected.
pub(crate) fn select_one_of(user: &UserName, keys: usize, pressed: &str) -> String {
    format!("{user} has {}. Select one here and press {pressed} again.", counted(keys, "key"))
}

/// The keys of the selected user could not be read.
pub(crate) fn keys_unreadable(user: &UserName, error: &dyn Display) -> String {
    format!("Could not read the keys of {user}. {error}")
}

/// IAM no longer knows the selected user.
pub(crate) fn user_not_found(user: &UserName, refresh: &str) -> String {
    format!(
        "IAM no longer has the user {user}: it was renamed or deleted. Press {refresh} to refresh."
    )
}

/// The keys of the selected user have not been read yet.
pub(crate) fn keys_not_read(user: &UserName, pressed: &str) -> String {
    format!("The keys of {user} are not read yet. Wait a moment and press {pressed} again.")
}

// The status of a key.

/// The key has been deleted.
pub(crate) fn key_deleted(key: &KeyId) -> String {
    format!("{key} has been deleted: IAM no longer lists it.")
}

/// The status of the key could not be read.
pub(crate) fn status_unreadable(key: &KeyId, error: &dyn Display) -> String {
    format!("Could not read the status of {key}. {error}")
}

/// The status of the key has not been read yet.
pub(crate) fn status_not_read(key: &KeyId) -> String {
    format!("The status of {key} is not read yet. Wait a moment and try again.")
}

// Marking.

/// There was no key to mark; `unread` users have keys that are not read yet.
pub(crate) fn nothing_to_mark(unread: usize, scan: &str) -> String {
    if unread == 0 {
        return "This list has no key to mark.".to_owned();
    }
    format!(
        "No key is marked: the keys of {} are not read yet. Press {scan} to read them.",
        counted(unread, "user")
    )
}

/// Keys were marked; `unread` users have keys that are not read yet.
pub(crate) fn marked(keys: usize, unread: usize, filtered: bool, cancel: &str) -> String {
    let are = if keys == 1 { "is" } else { "are" };
    let clears = if filtered {
        format!("press {cancel} twice to clear the filter and the marks")
    } else {
        format!("press {cancel} to clear the marks")
    };
    let skipped = if unread == 0 {
        String::new()
    } else {
        format!(
            " The keys of {} are not read yet, so they are not marked.",
            counted(unread, "user")
        )
    };
    format!("{} {are} marked; {clears}.{skipped}", counted(keys, "key"))
}

/// `count` of the `all` marked keys are left out of the change to `wanted`.
pub(crate) fn skipped(count: usize, all: usize, reason: SkipReason, wanted: &KeyStatus) -> String {
    let which = if count == all { format!("The {all}") } else { format!("{count} of the {all}") };
    let (are, have, stay, them) = if count == 1 {
        ("is", "has", "stays unchanged", "it")
    } else {
        ("are", "have", "stay unchanged", "them")
    };
    let rest = match reason {
        SkipReason::AlreadySet => format!("{are} already {wanted} and {stay}."),
        SkipReason::NotSettable => format!("{are} neither Active nor Inactive and {stay}."),
        SkipReason::NotRead => {
            format!("{are} not read yet and {stay}. Wait a moment and try again.")
        }
        SkipReason::Unreadable => format!("could not be read and {stay}."),
        SkipReason::Deleted => format!("{have} been deleted: IAM no longer lists {them}."),
    };
    format!("{which} marked keys {rest}")
}

/// The only key asked for has the requested status already.
pub(crate) fn already_set(key: &KeyId, wanted: &KeyStatus) -> String {
    format!("{key} is already {wanted}. There is nothing to change.")
}

/// The only key asked for is neither Active nor Inactive.
pub(crate) fn not_settable(key: &KeyId, status: &KeyStatus) -> String {
    format!("{key} is {status}. Only Active and Inactive keys can be changed.")
}

// Clipboard. A terminal does not report whether it has accepted the text.

/// A key ID was sent to the clipboard.
pub(crate) fn id_copied(key: &KeyId) -> String {
    format!("Sent {key} to the clipboard.")
}

/// The text of a popup was sent to the clipboard.
pub(crate) const TEXT_COPIED: &str = "Sent the text to the clipboard.";
