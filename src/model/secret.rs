//! What must never be seen.

use std::fmt;
use std::sync::Arc;

/// A text that is never shown: a secret key, a session token, an MFA code.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Arc<str>);

impl Secret {
    /// Hides the text.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text, to send it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("** hidden **")
    }
}
