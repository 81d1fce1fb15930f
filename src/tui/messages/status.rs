//! Words of the status bar.

/// A session is being opened.
pub(crate) const OPENING: &str = "opening · ";

/// A change is in flight.
pub(crate) const CHANGING: &str = "changing · ";

/// Something is being read.
pub(crate) const READING: &str = "reading · ";
