//! Words of the status bar.

use std::fmt::Display;

use jiff::Timestamp;

use crate::inventory::{Coverage, ScanProgress, ScanStage};
use crate::model::format_date_time;
use crate::tui::messages::shared::{LIST_INCOMPLETE, about_left, and_root, users_known};

/// A session is being opened.
pub(crate) const OPENING: &str = "opening · ";

/// A change is in flight.
pub(crate) const CHANGING: &str = "changing · ";

/// Something is being read.
pub(crate) const READING: &str = "reading · ";

/// Part of the users that are known, of all users of the account if more are to be listed. `failed`
/// if the list ended early.
pub(crate) fn users(coverage: &Coverage, failed: bool) -> String {
    let all = coverage.users_in_account.filter(|_| !coverage.is_list_complete);
    let users = match (coverage.users, all) {
        (0, Some(all)) => return format!("{all} users, not listed"),
        (known, Some(all)) => format!("{known} of {all} users"),
        (_, None) => format!("{} users{}", users_known(coverage), and_root(coverage)),
    };
    if failed && coverage.users > 0 { format!("{users}, {LIST_INCOMPLETE}") } else { users }
}

/// Number of users whose keys were read.
pub(crate) fn keys_read(users: usize) -> String {
    format!("keys of {users} read")
}

/// Rate at which IAM throttles calls.
pub(crate) fn throttled(per_second: impl Display) -> String {
    format!("{per_second}/s throttled")
}

/// Changed keys are watched.
pub(crate) const WATCHING: &str = "watching";

/// Label of the number of users whose keys the caller may not read.
pub(crate) const DENIED: &str = "denied";

/// Label of the number of users whose keys could not be read because of another error.
pub(crate) const FAILED: &str = "failed";

/// Label of the number of rows that the filter cannot decide, since a fact was not read.
pub(crate) const UNDECIDED: &str = "undecided";

/// Time of the credential report that facts are from.
pub(crate) fn report_of(generated: Timestamp) -> String {
    format!("~ report of {}", format_date_time(generated))
}

/// Progress of a full scan, with an estimate of the time left unless it pauses.
pub(crate) fn scan_progress(progress: &ScanProgress, is_paused: bool) -> String {
    let what = match progress.stage {
        ScanStage::Keys => "keys",
        ScanStage::LastUses => "last uses",
    };
    let verb = if is_paused { "paused at" } else { "reading" };
    let left = progress.left.filter(|_| !is_paused).map(about_left).unwrap_or_default();
    format!("{verb} {what} {} of {}{left}", progress.done, progress.total)
}
