//! Texts of the Overview.

use crate::model::{counted, format_age};
use crate::ops::overview::{Overview, RootKeys};
use crate::tui::messages::shared::at_least;

/// Title: the number of active keys.
pub(crate) fn title(overview: &Overview) -> String {
    format!("Overview {}", active_keys(overview.total.total(), overview.may_be_more()))
}

/// Number of active keys, with `+` if there may be more.
pub(crate) fn active_keys(keys: usize, may_be_more: bool) -> String {
    let noun = if keys == 1 && !may_be_more { "key" } else { "keys" };
    format!("{} active {noun}", at_least(keys, may_be_more))
}

/// What the counts lack, and where they come from; empty if IAM has listed all keys of the users.
pub(crate) fn source(overview: &Overview) -> String {
    let mut parts = Vec::new();
    if !overview.is_list_complete {
        parts.push("incomplete list of users".to_owned());
    }
    if overview.unknown_users > 0 {
        parts.push(format!("keys of {} not known", counted(overview.unknown_users, "user")));
    }
    if overview.reported_users > 0 {
        let age = |report| format_age(overview.counted_at.duration_since(report));
        let age = overview.report.map(|report| format!(", {} old", age(report)));
        let users = counted(overview.reported_users, "user");
        parts.push(format!("~ keys of {users} from the report{}", age.unwrap_or_default()));
    }
    parts.join(", ")
}

/// What is known of root's keys beside their number.
pub(crate) fn root_note(root: RootKeys) -> &'static str {
    match root {
        RootKeys::Inactive => "has an inactive key",
        RootKeys::Present => "has a key, status not known",
        RootKeys::None | RootKeys::Active | RootKeys::Unknown => "",
    }
}

/// Part of all active keys, where only none is 0% and only all are 100%; empty if there are none.
pub(crate) fn share(keys: usize, total: usize) -> String {
    match (keys, total) {
        (_, 0) => String::new(),
        (0, _) => "0%".to_owned(),
        (keys, total) if keys * 100 < total => "<1%".to_owned(),
        (keys, total) if keys < total => format!("{}%", ((keys * 100 + total / 2) / total).min(99)),
        _ => "100%".to_owned(),
    }
}

/// Footer hint of the key that opens the list of a bar's keys.
pub(crate) const OPEN_BAR: &str = "keys in this bar";

/// The keys of a bar are shown.
pub(crate) fn showing(keys: usize, mark_all: &str, clear: &str) -> String {
    format!(
        "{} in this bar. {mark_all} marks them all; {clear} clears the filter.",
        counted(keys, "key")
    )
}

/// A bar of what is not known was opened.
pub(crate) fn not_known(full_scan: &str) -> String {
    format!(
        "These keys cannot be listed, because their facts are not known. {full_scan} reads the keys \
         of all users; quarantine policies are read for the selected user only."
    )
}

/// Root's bar was opened, but root has not signed in.
pub(crate) const ROOT_ONLY: &str =
    "Only root can list its keys: start keyflip with root's credentials to see them.";

/// An action is of no use in the Overview.
pub(crate) fn no_keys_here(open: &str) -> String {
    format!("The overview counts every active key. {open} lists those of the selected bar.")
}
