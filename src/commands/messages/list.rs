//! `list`: what it covers, and what it could not decide.

use std::time::Duration;

use crate::model::{OddReportRow, ServiceError, counted, counted_as, counts_after};

// The summary.

/// The numbers of users whose keys were not read, or could not be.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::commands) struct UnreadUsers {
    /// Excluded by the filter, by name or path alone.
    pub(in crate::commands) excluded: usize,
    /// Access denied.
    pub(in crate::commands) denied: usize,
    /// Failed for another reason.
    pub(in crate::commands) failed: usize,
    /// Deleted since they were listed.
    pub(in crate::commands) deleted: usize,
    /// Not read yet.
    pub(in crate::commands) not_read: usize,
}

/// The coverage of a list; `in_account` is the number of users in the account,
/// if the list of users is not complete.
pub(in crate::commands) fn coverage(
    context: &str,
    rows: usize,
    (listed, in_account): (usize, Option<usize>),
    read: usize,
    unread: UnreadUsers,
) -> String {
    let users = match in_account {
        Some(all) => format!("{listed} of {all} users"),
        None => counted(listed, "user"),
    };
    let parts = counts_after(&[
        (unread.excluded, "excluded by the filter without reading their keys"),
        (unread.denied, "denied"),
        (unread.failed, "failed"),
        (unread.deleted, "deleted meanwhile"),
        (unread.not_read, "not read"),
    ]);
    let rows = counted(rows, "row");
    format!("{context}: {rows}; {users} listed, keys of {read} read{parts}.")
}

/// Last uses of keys that are not known, and why.
pub(in crate::commands) fn last_uses_not_known(
    denied: usize,
    failed: usize,
    error: &ServiceError,
) -> String {
    let parts = [(denied, "denied"), (failed, "could not be read")];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    let keys = counted(denied + failed, "key");
    format!("The last use of {keys} is not known: {}. {error}", parts.join(", "))
}

/// Rows for which the filter depends on data that could not be read.
pub(in crate::commands) fn undecided(rows: usize) -> String {
    format!(
        "{} may match but could not be checked: the data could not be read.",
        counted(rows, "more row")
    )
}

/// Returns the sentence that IAM let no call through.
pub(in crate::commands) fn throttled(time: Duration) -> String {
    format!(
        "IAM throttled every call for {} s, so the rest was not read. Run the command again later.",
        time.as_secs()
    )
}

/// Keys with several owners that are not named.
pub(in crate::commands) fn more_with_several_owners(keys: usize) -> String {
    format!("{} listed for several users.", counted_as(keys, "more key is", "more keys are"))
}

// The credential report.

/// The coverage of the report, and its time.
pub(in crate::commands) fn report_coverage(
    context: &str,
    rows: usize,
    generated: &str,
    users: usize,
    has_root: bool,
) -> String {
    let root = if has_root { " and the root user" } else { ", but not the root user" };
    format!(
        "{context}: {} from the credential report of {generated}, which covers {}{root}. It has no \
         key IDs.",
        counted(rows, "row"),
        counted(users, "user")
    )
}

/// Rows for which the filter depends on data that the report does not have.
pub(in crate::commands) fn report_undecided(rows: usize) -> String {
    format!(
        "{} may match but could not be checked: the report does not have the data.",
        counted(rows, "more row")
    )
}

/// A row of the report that could not be used.
pub(in crate::commands) fn odd_report_row(row: &OddReportRow) -> String {
    format!("Warning: a row of the credential report cannot be used, and is left out: {row}.")
}

/// Rows of the report that could not be used, and are not named.
pub(in crate::commands) fn more_odd_report_rows(rows: usize) -> String {
    format!("Warning: {} left out.", counted_as(rows, "more such row is", "more such rows are"))
}

/// Sentence that the report was wanted but takes too long.
pub(in crate::commands) const REPORT_NOT_READY: &str =
    "Warning: the credential report was not used, since IAM is still generating it.";

/// Returns the sentence that the report was wanted but could not be read.
pub(in crate::commands) fn report_not_used(error: &ServiceError) -> String {
    format!("Warning: the credential report was not used. {error}")
}

/// The message of an error: the search ended before every user was read.
pub(in crate::commands) const NOT_ALL_USERS_READ: &str = "not every user could be read";
