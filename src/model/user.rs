//! IAM users and their names.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Arn, escape_hidden};

/// Name of the root user in a list of users, as in the credential report
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>). No user
/// name can have angle brackets.
pub(crate) const ROOT_USER_NAME: &str = "<root_account>";

/// A user's name. IAM names are unique regardless of case
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>), so equality and
/// hash ignore case. It is serialized as IAM spells it, so that an undo can send it again.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct UserName {
    /// The name as IAM spells it, for requests.
    raw: Arc<str>,
    /// The name as it is shown, with hidden characters escaped.
    displayed: Arc<str>,
}

/// A text that cannot be sent as a user name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UserNameError {
    /// It has this many characters: none, or more than 128.
    Length(usize),
    /// It has this character, which is not one of `[\w+=,.@-]`.
    Character(char),
}

impl UserName {
    /// Parses a typed name: 1 to 128 characters of `[\w+=,.@-]`, as
    /// [UpdateAccessKey](https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html)
    /// accepts them.
    ///
    /// # Errors
    /// Returns an error with the length, or with the first character that is not allowed.
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

    /// Returns a name that the service returned, which may have any characters.
    pub(crate) fn from_service(text: &str) -> Self {
        let raw: Arc<str> = text.into();
        let displayed = match escape_hidden(text) {
            std::borrow::Cow::Borrowed(_) => Arc::clone(&raw),
            std::borrow::Cow::Owned(escaped) => escaped.into(),
        };
        Self { raw, displayed }
    }

    /// Returns the name for a request.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// Returns the name to show.
    pub(crate) fn as_str(&self) -> &str {
        &self.displayed
    }

    /// Returns whether both share one text in memory, as clones do. Much faster than equality,
    /// which it implies.
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.raw, &other.raw)
    }
}

impl From<String> for UserName {
    fn from(text: String) -> Self {
        Self::from_service(&text)
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.raw().to_owned()
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
        // A hasher takes many bytes at once faster than one after the other.
        let mut buffer = [0; 64];
        for part in self.raw.as_bytes().chunks(buffer.len()) {
            let lower_case = &mut buffer[..part.len()];
            lower_case.copy_from_slice(part);
            lower_case.make_ascii_lowercase();
            state.write(lower_case);
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

/// Marker of the next page of a list, from the service
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html>).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Marker(pub Arc<str>);

/// One user, from
/// [ListUsers](https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct User {
    /// The name, unique in the account regardless of case.
    pub name: UserName,
    /// The unique ID (`AIDA…`), which differs if the user is deleted and created again.
    pub id: Arc<str>,
    /// The path, `/` by default.
    pub path: Arc<str>,
    /// The ARN.
    pub arn: Arn,
    /// When the user was created.
    pub created: Option<Timestamp>,
    /// The last console sign-in that IAM has recorded; `None` if there is none, or no password.
    pub password_last_used: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_case_insensitive() {
        let mut set = std::collections::HashSet::new();
        set.insert(UserName::from_service("CI-deploy"));
        assert!(set.contains(&UserName::from_service("ci-DEPLOY")));
    }

    #[test]
    fn a_hostile_name_is_sent_unchanged_and_shown_in_full() {
        let name = UserName::from_service("root\u{202e}nimda");
        assert_eq!(name.raw(), "root\u{202e}nimda");
        assert_eq!(name.as_str(), "root<U+202E>nimda");
        assert_eq!(UserName::parse("a b"), Err(UserNameError::Character(' ')));
    }
}
