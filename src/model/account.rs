//! Numbers of AWS accounts.

use std::fmt;
use std::sync::Arc;

use super::escape_hidden;

/// An AWS account's number: 12 digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AccountId(Arc<str>);

impl AccountId {
    /// The account of that number, printed with 12 digits.
    pub(crate) fn from_number(number: u64) -> Self {
        Self(format!("{number:012}").into())
    }

    /// The account as the service or a file spells it.
    pub(crate) fn from_service(text: &str) -> Self {
        Self(escape_hidden(text).into())
    }

    /// Its 12 digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
