//! AWS Regions.

use std::fmt;
use std::sync::Arc;

/// The name of an AWS Region: `eu-central-1`. It becomes part of host names, so it has the form of
/// a host name label; whether AWS has such a Region is not checked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Region(Arc<str>);

impl Region {
    /// Parses a name; `None` if it is not a host name label with at least one letter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_label = text.len() < 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && text.bytes().any(|b| b.is_ascii_alphabetic())
            && !text.starts_with('-')
            && !text.ends_with('-');
        is_label.then(|| Self(text.into()))
    }

    /// Returns the Region of a name that is known to be valid.
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.into())
    }

    /// Returns the name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
