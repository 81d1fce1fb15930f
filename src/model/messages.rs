//! Sentences about the values of `model`: failed calls, rejected texts, and uncertain owners.

use std::cmp::Ordering;
use std::fmt;

use super::{
    ErrorKind, ISSUED_ID_LENGTH, KeyId, KeyIdError, KeyKind, OddReportRow, ReportRowDefect,
    SelfLockoutRisk, ServiceError, UserName, UserNameError, escape_hidden,
};

// --- Failed calls ---

impl fmt::Display for ServiceError {
    /// Writes what failed and why, followed by the hint if there is one. An error in the settings
    /// is no failure of an operation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = &self.operation;
        let failed = match (&self.code, self.kind) {
            (Some(code), _) => format!("{operation} failed with {code}"),
            (None, ErrorKind::TimedOut) => format!("{operation} timed out"),
            (None, kind) if kind.lacks_credentials() && !self.is_task() => {
                format!("No credentials for {operation}")
            }
            (None, ErrorKind::CallerChanged | ErrorKind::Withheld) => {
                format!("{operation} was not sent")
            }
            (None, ErrorKind::Unreachable | ErrorKind::BadCertificate) => {
                let proxy = self.proxy.as_ref().map(|url| format!(" through the proxy {url}"));
                format!("{operation} could not connect{}", proxy.unwrap_or_default())
            }
            (None, ErrorKind::ConnectionLost) => format!("{operation} lost the connection"),
            (None, ErrorKind::Settings) => String::new(),
            (None, _) => format!("{operation} failed"),
        };
        let colon = if failed.is_empty() { "" } else { ": " };
        write!(f, "{failed}{colon}{}.", self.message.trim_end_matches('.'))?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

// --- The credential report ---

impl fmt::Display for OddReportRow {
    /// Writes which row it is and why it could not be used: `row 2 (ann) is cut short`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.number)?;
        if let Some(user) = &self.user {
            write!(f, " ({user})")?;
        }
        match self.defect {
            ReportRowDefect::NotText => f.write_str(" is not UTF-8 text"),
            ReportRowDefect::CutShort => f.write_str(" is cut short"),
            ReportRowDefect::BadValue(column) => write!(f, " has no valid value in {column}"),
            ReportRowDefect::Repeated => f.write_str(" has the user of another row"),
            ReportRowDefect::OtherAccount => f.write_str(" is of another account"),
        }
    }
}

// --- Texts that are not accepted ---

impl fmt::Display for KeyIdError {
    /// Writes what an access key ID consists of, and what this text has instead.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => {
                write!(f, "an access key ID has 16 to 128 characters; this one has {n}")
            }
            Self::Character(c) => write!(
                f,
                "an access key ID has only letters, digits and underscores; this one has “{}”",
                escape_hidden(&c.to_string())
            ),
            Self::Secret => f.write_str(
                "it has the form of a secret access key, which must not be shown to anyone",
            ),
        }
    }
}

impl fmt::Display for UserNameError {
    /// Writes what a user name consists of, and what this text has instead.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => write!(f, "a user name has 1 to 128 characters; this one has {n}"),
            Self::Character(c) => write!(
                f,
                "a user name has only letters, digits and _+=,.@-; this one has “{}”",
                escape_hidden(&c.to_string())
            ),
        }
    }
}

impl KeyId {
    /// Returns a warning if the ID does not have 20 characters, as all IDs that AWS issues have,
    /// begins like none of a key, or has digits that they do not have.
    pub(crate) fn length_warning(&self) -> Option<String> {
        let length = self.as_str().len();
        let guess = match length.cmp(&ISSUED_ID_LENGTH) {
            Ordering::Less => "it looks cut off",
            Ordering::Equal => {
                if !self.kind().is_access_key() {
                    return Some(WRONG_PREFIX.to_owned());
                }
                let is_misread = self.kind() == KeyKind::LongTerm
                    && self.as_str().contains(['0', '1', '8', '9']);
                return is_misread.then(|| MISREAD_DIGITS.to_owned());
            }
            Ordering::Greater => "it looks as if it has extra characters",
        };
        Some(format!("It has {length} characters, but AWS issues IDs with 20: {guess}."))
    }
}

/// Warning about an ID that begins like no key.
const WRONG_PREFIX: &str = "AWS's IDs of access keys begin with AKIA: this one may be mistyped.";

/// Warning about an ID with digits that are not those of base32.
const MISREAD_DIGITS: &str =
    "IDs of AWS have no 0, 1, 8 or 9: a letter such as O, I or B may have been misread.";

/// Answer to an MFA code that is not six digits.
pub(crate) const INVALID_MFA_CODE_MESSAGE: &str = "An MFA code has six digits. Nothing was sent.";

// --- Profiles ---

/// The AWS configuration has no profiles.
pub(crate) const NO_PROFILES: &str = "No profiles are configured. Run aws configure.";

// --- Lock-out ---

/// The long-term key behind the session is not known.
pub(crate) const UNKNOWN_SIGNER: &str = "Could not determine which access key issued this session.";

/// Returns the warning that a key signs this session, or may sign it. `key` is its ID, or "It".
pub(crate) fn signs_session(key: &str, risk: SelfLockoutRisk) -> String {
    let is = if risk == SelfLockoutRisk::Certain { "is" } else { "may be" };
    format!("{key} {is} the key that signs this session.")
}

// --- Owners of keys that IAM contradicts itself about ---

/// Source of a key owner's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// [GetAccessKeyLastUsed](https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html),
    /// which may still return the former name of a renamed user.
    Iam,
    /// The journal, which has the name of that time.
    Journal,
}

/// Result of reading the owner's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissingOwnerOrKey {
    /// `NoSuchEntity`: there is no such user, which does not mean that the key is deleted.
    User,
    /// The list of the user's keys does not have the key.
    Key,
}

/// Returns the sentence that a key's owner was named, but IAM does not have that user, or does not
/// list the key for it. `next` is a sentence with what to do.
pub(crate) fn owner_not_found(
    key: &KeyId,
    user: &UserName,
    account: &str,
    by: NamedBy,
    missing: MissingOwnerOrKey,
    next: &str,
) -> String {
    let by = match by {
        NamedBy::Iam => "IAM",
        NamedBy::Journal => "The journal",
    };
    let but = match missing {
        MissingOwnerOrKey::User => "but IAM knows no such user (renamed or deleted just now?)",
        MissingOwnerOrKey::Key => {
            "but IAM does not list the key for that user (key deleted or user renamed just now?)"
        }
    };
    format!(
        "{by} names {user} as the owner of {key} in {account}, {but}. The key may still be \
         Active. {next}"
    )
}

/// Number of users that [`owner_not_certain`] names.
const MAX_USERS_NAMED: usize = 5;

/// Returns the sentence that several users list one key, so that its owner is uncertain.
pub(crate) fn owner_not_certain(key: &KeyId, users: &[UserName], account: &str) -> String {
    let names: Vec<_> = users.iter().take(MAX_USERS_NAMED).map(ToString::to_string).collect();
    let more = match users.len().saturating_sub(MAX_USERS_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "IAM in {account} lists {key} for {} users: {}{more}. Its owner is uncertain.",
        users.len(),
        names.join(", ")
    )
}

/// Returns a number with its noun, which gets an `s` unless the number is one: `1 key`, `2 keys`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns a number with what follows it for one, or for several: `1 key was`, `2 keys were`.
pub(crate) fn counted_as(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// Returns the numbers that are not 0 with what they count, each after a comma: `, 2 denied`.
pub(crate) fn counts_after(parts: &[(usize, &str)]) -> String {
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    parts.map(|(number, what)| [", ", &number.to_string(), " ", what].concat()).collect()
}
