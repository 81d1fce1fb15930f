//! Texts of several parts of the screen.

use std::time::Duration;

use crate::inventory::Coverage;

/// A fact that has not been read yet.
pub(crate) const NOT_READ: &str = "not read yet";

/// A number that is not known.
pub(crate) const UNKNOWN: &str = "?";

/// Note on a list of users that ended early.
pub(crate) const LIST_INCOMPLETE: &str = "list incomplete";

/// Number of users as far as it is known: `?` before any is listed, with `+` before all are.
pub(crate) fn users_known(coverage: &Coverage) -> String {
    match (coverage.users, coverage.is_list_complete) {
        (0, false) => UNKNOWN.to_owned(),
        (users, is_complete) => at_least(users, !is_complete),
    }
}

/// Note beside a number of users, which root is not one of.
pub(crate) fn and_root(coverage: &Coverage) -> &'static str {
    if coverage.has_root { " + root" } else { "" }
}

/// Lines of a text or list that are in view, counted from 1.
pub(crate) fn lines_in_view(first: usize, last: usize, all: usize) -> String {
    format!("{first}-{last} of {all}")
}

/// A number, with `+` if there may be more.
pub(crate) fn at_least(number: usize, may_be_more: bool) -> String {
    format!("{number}{}", if may_be_more { "+" } else { "" })
}

/// End of a sort order.
pub(crate) fn reversed(is_reversed: bool) -> &'static str {
    if is_reversed { ", reversed" } else { "" }
}

/// An estimate of time: in steps of ten seconds, or in minutes.
pub(crate) fn estimate(left: Duration) -> String {
    match left.as_secs() {
        seconds @ ..90 => format!("{} s", seconds.div_ceil(10).max(1) * 10),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

/// An estimate of the time that a task takes, behind its progress.
pub(crate) fn about_left(left: Duration) -> String {
    format!(", about {} left", estimate(left))
}
