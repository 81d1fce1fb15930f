//! Sentences about lists of users without an end.

/// Error of a list that returns a marker for the second time.
pub(super) const REPEATED_MARKER: &str =
    "a page leads back to an earlier one, so the list never ends";

/// Hint for a list without an end.
pub(super) const ENDLESS_LIST_HINT: &str = "Check that the endpoint URL leads to IAM.";

/// Returns the error of a list that has not ended after this many pages.
pub(super) fn too_many_pages(pages: usize) -> String {
    format!("the list has not ended after {pages} pages")
}
