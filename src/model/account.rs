//! AWS account IDs.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::EscapedText;

/// An AWS account ID: 12 digits
/// (<https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AccountId(EscapedText);

/// An account that Identity Center lists for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedAccount {
    /// Its ID.
    pub id: AccountId,
    /// Its name in the organization, which need not be unique.
    pub name: Option<Arc<str>>,
    /// Its e-mail address.
    pub email: Option<Arc<str>>,
    /// Name of the `[sso-session]` that lists it, or its start URL.
    pub session: Arc<str>,
}

/// Text of an account that is not known.
const UNKNOWN: &str = "unknown";

impl AccountId {
    /// Returns the account with that number, padded to 12 digits.
    pub(crate) fn from_number(number: u64) -> Self {
        Self(format!("{number:012}").into())
    }

    /// Returns the account as the service or a file spells it, with hidden characters escaped.
    pub(crate) fn from_service(text: &str) -> Self {
        Self(text.into())
    }

    /// Returns the account of a service other than AWS whose ARNs name none.
    pub(crate) fn unknown() -> Self {
        Self(UNKNOWN.into())
    }

    /// Returns the account if the text is 12 digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_id.then(|| Self::from_service(text))
    }

    /// Returns `false` for [`Self::unknown`], which says nothing about the account: two of them may
    /// be different accounts.
    pub(crate) fn is_known(&self) -> bool {
        self.as_str() != UNKNOWN
    }

    /// Returns whether it is known that these are two accounts.
    pub(crate) fn differs_from(&self, other: &Self) -> bool {
        self.is_known() && other.is_known() && self != other
    }

    /// Returns the ID as text.
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
