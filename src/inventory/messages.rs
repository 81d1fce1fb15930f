//! Sentences about replies that cannot be right.

use jiff::Timestamp;

use crate::model::format_utc;

/// Error of a list that returns a marker for the second time.
pub(super) const REPEATED_MARKER: &str =
    "a page leads back to an earlier one, so the list never ends";

/// Hint for a list without an end.
pub(super) const ENDLESS_LIST_HINT: &str = "Check that the endpoint URL leads to IAM.";

/// Returns the error of a last use that is later than its reading.
pub(super) fn used_in_the_future(at: Timestamp) -> String {
    format!("the time of the last use, {}, is in the future", format_utc(at))
}

/// Returns the error of a list that has not ended after this many pages.
pub(super) fn too_many_pages(pages: usize) -> String {
    format!("the list has not ended after {pages} pages")
}
