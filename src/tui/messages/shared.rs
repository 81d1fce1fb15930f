//! Texts of several parts of the screen.

/// Lines of a text or list that are in view, counted from 1.
pub(crate) fn lines_in_view(first: usize, last: usize, all: usize) -> String {
    format!("{first}-{last} of {all}")
}
