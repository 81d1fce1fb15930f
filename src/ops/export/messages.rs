//! Texts of exported documents.

/// A value that is not known, in a table for people.
pub(super) const NOT_KNOWN: &str = "(not known)";

/// A table without rows.
pub(super) const NO_ROWS: &str = "No rows.";
