//! IAM users, as ListUsers and GetUser tell them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Arn, escape_hidden};

/// Root's name in a list of users, as the credential report has it. No user can
/// have a name with such brackets.
pub(crate) const ROOT_USER_NAME: &str = "<root_account>";

/// A user's name. IAM keeps names unique ignoring case, so equality and hash
/// ignore it too.
#[derive(Clone)]
pub(crate) struct UserName {
    /// As IAM spells it, and as it is sent back.
    raw: Arc<str>,
    /// As it is shown: the same, with hidden characters made visible.
    displayed: Arc<str>,
}

/// Why a text can't be sent as a user name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UserNameError {
    /// Empty, or more than 128 characters: how many.
    Length(usize),
    /// A character outside of `[\w+=,.@-]`.
    Character(char),
}

impl UserName {
    /// A name that somebody typed, checked against what a request allows:
    /// 1 to 128 of `[\w+=,.@-]`.
    ///
    /// # Errors
    /// The length, or the first character that is not allowed.
    pub(crate) fn parse(text: &str) -> Result<Self, UserNameError> {
        let length = text.chars().count();
        if !(1..=128).contains(&length) {
            return Err(UserNameError::Length(length));
        }
        match text.chars().find(|c| !c.is_ascii_alphanumeric() && !"_+=,.@-".contains(*c)) {
            Some(c) => Err(UserNameError::Character(c)),
            None => Ok(Self::from_service(text)),
        }
    }

    /// A name that the service told, whatever it holds.
    pub(crate) fn from_service(text: &str) -> Self {
        let wire: Arc<str> = text.into();
        let shown = match escape_hidden(text) {
            std::borrow::Cow::Borrowed(_) => Arc::clone(&wire),
            std::borrow::Cow::Owned(shown) => shown.into(),
        };
        Self { raw: wire, displayed: shown }
    }

    /// The name as it goes into a request.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The name as a person sees it.
    pub(crate) fn as_str(&self) -> &str {
        &self.displayed
    }

    /// Whether it is the very same text in memory, as a clone is: much faster
    /// to tell than equality, which is sure to hold then.
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.raw, &other.raw)
    }
}

impl PartialEq for UserName {
    fn eq(&self, other: &Self) -> bool {
        self.raw.eq_ignore_ascii_case(&other.raw)
    }
}

impl Eq for UserName {}

impl Hash for UserName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.raw.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.displayed)
    }
}

impl fmt::Debug for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.displayed)
    }
}

impl fmt::Display for UserNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => write!(f, "a user name has 1 to 128 characters, this has {n}"),
            Self::Character(c) => {
                write!(
                    f,
                    "a user name holds letters, digits and _+=,.@-, this has “{}”",
                    escape_hidden(&c.to_string())
                )
            }
        }
    }
}

/// Where the next page of a list begins, as the service told it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Marker(pub Arc<str>);

/// One user, as ListUsers tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct User {
    /// Unique in the account, ignoring case.
    pub name: UserName,
    /// The unique ID (`AIDA…`), which a deleted and recreated user does not
    /// keep.
    pub id: Arc<str>,
    /// The path, `/` where none was given.
    pub path: Arc<str>,
    /// The ARN.
    pub arn: Arn,
    /// When the user was made.
    pub created: Option<Timestamp>,
    /// The last console sign-in that IAM knows of. `None` where there was
    /// none, or no password.
    pub password_last_used: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_are_one_user() {
        let mut set = std::collections::HashSet::new();
        set.insert(UserName::from_service("CI-deploy"));
        assert!(set.contains(&UserName::from_service("ci-DEPLOY")));
    }

    #[test]
    fn a_hostile_name_is_sent_as_it_is_and_shown_in_full() {
        let name = UserName::from_service("root\u{202e}nimda");
        assert_eq!(name.raw(), "root\u{202e}nimda");
        assert_eq!(name.as_str(), "root<U+202E>nimda");
        assert_eq!(UserName::parse("a b"), Err(UserNameError::Character(' ')));
    }
}
