//! Identities of callers, and their STS sessions.

use jiff::Timestamp;

/// The identity of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// The account's root user.
    Root,
    /// A user, by name.
    User(String),
    /// A role session.
    Role { name: String, session: String },
}

/// An STS session.
#[derive(Clone, Debug)]
pub(crate) struct StsSession {
    pub account: usize,
    pub principal: Principal,
    pub token: String,
    pub issued: Timestamp,
    pub expires: Timestamp,
    /// True if it was opened with MFA. IAM rejects a GetSessionToken session without.
    pub mfa: bool,
}
