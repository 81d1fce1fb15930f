//! Access keys: their IDs, statuses and last use.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::{AccountId, Known, UserName, escape_hidden};

/// The ID of an access key: 16 to 128 letters, digits and underscores (the
/// IAM service model's `accessKeyIdType`). Not a secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyId(Arc<str>);

/// What the first four letters of an ID tell about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// `AKIA`: a long-term access key, of a user or of root.
    LongTerm,
    /// `ASIA`: a temporary key; UpdateAccessKey can't touch it.
    Temporary,
    /// `AIDA`: the unique ID of a user, not a key.
    UserId,
    /// Any other prefix.
    Other,
}

/// Why a text is no access key ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyIdError {
    /// Fewer than 16 or more than 128 characters: how many.
    Length(usize),
    /// A character that is no letter, digit or underscore.
    Character(char),
}

impl KeyId {
    /// The ID in `text`, which must be nothing else.
    ///
    /// # Errors
    /// What the service model forbids: the length, or a character.
    pub(crate) fn parse(text: &str) -> Result<Self, KeyIdError> {
        let length = text.chars().count();
        if !(16..=128).contains(&length) {
            return Err(KeyIdError::Length(length));
        }
        match text.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_') {
            Some(c) => Err(KeyIdError::Character(c)),
            None => Ok(Self(text.into())),
        }
    }

    /// The ID as it is sent and shown.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What its prefix tells.
    pub(crate) fn kind(&self) -> KeyKind {
        match self.0.get(..4) {
            Some("AKIA") => KeyKind::LongTerm,
            Some("ASIA") => KeyKind::Temporary,
            Some("AIDA") => KeyKind::UserId,
            _ => KeyKind::Other,
        }
    }

    /// What is odd about its length, as a sentence. Longer and shorter IDs are
    /// legal, but AWS issues none.
    pub(crate) fn length_warning(&self) -> Option<String> {
        let length = self.0.len();
        let why = match length.cmp(&20) {
            Ordering::Less => "it looks cut off",
            Ordering::Equal => return None,
            Ordering::Greater => "something seems to be attached to it",
        };
        Some(format!("It has {length} characters, and AWS's IDs have 20: {why}."))
    }

    /// The last four characters, which a typed confirmation asks for.
    pub(crate) fn last_four(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or(&self.0)
    }

    /// The account that a newer ID carries, read offline: after the prefix,
    /// the first 39 bits but one of the base32 text. `None` for IDs of the
    /// older generation (fifth character A to P) and for what is no ID of
    /// AWS's. AWS does not document this: good enough to suggest a profile,
    /// never to decide a write.
    pub(crate) fn account(&self) -> Option<AccountId> {
        let body = self.0.get(4..)?;
        if self.0.len() < 20 || !matches!(body.as_bytes().first()?, b'Q'..=b'Z' | b'2'..=b'7') {
            return None;
        }
        // Ten base32 digits hold the 48 bits wanted, and two more.
        let mut bits: u64 = 0;
        for digit in body.bytes().take(10) {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'2'..=b'7' => digit - b'2' + 26,
                _ => return None,
            };
            bits = bits << 5 | u64::from(value);
        }
        let number = (bits >> 2 & 0x7fff_ffff_ff80) >> 7;
        (number <= 999_999_999_999).then(|| AccountId::from_number(number))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(n) => write!(f, "an access key ID has 16 to 128 characters, this has {n}"),
            Self::Character(c) => write!(
                f,
                "an access key ID holds letters, digits and underscores, this has “{}”",
                escape_hidden(&c.to_string())
            ),
        }
    }
}

/// The status of a key, as IAM reports it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum KeyStatus {
    /// The key can sign requests.
    Active,
    /// The key is switched off.
    Inactive,
    /// IAM has ended it; it can't be set.
    Expired,
    /// A status that this program has never heard of, already made visible.
    Other(Arc<str>),
}

impl KeyStatus {
    /// The status in IAM's own spelling.
    pub(crate) fn from_service(text: &str) -> Self {
        match text {
            "Active" => Self::Active,
            "Inactive" => Self::Inactive,
            "Expired" => Self::Expired,
            other => Self::Other(escape_hidden(other).into()),
        }
    }

    /// IAM's own spelling.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Expired => "Expired",
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for KeyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// When and for what a key last signed a request. IAM records it once in
/// 15 minutes, since April 2015.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LastUse {
    /// IAM has no record: never used, or not since it keeps records.
    Never,
    /// The latest recorded use.
    Used {
        /// When.
        at: Timestamp,
        /// The service's short name, where IAM tells it (`s3`).
        service: Option<Arc<str>>,
        /// The region, where IAM tells it.
        region: Option<Arc<str>>,
    },
}

impl LastUse {
    /// The time of the latest recorded use.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Used { at, .. } => Some(*at),
        }
    }
}

/// One access key, as ListAccessKeys tells it, and what else was read of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccessKey {
    /// Its ID.
    pub id: KeyId,
    /// Whose it is; root's own keys have no user name.
    pub user: Option<UserName>,
    /// Active or not, when its list was read.
    pub status: KeyStatus,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Its last use, which takes a call of its own.
    pub last_use: Known<LastUse>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> Option<String> {
        KeyId::parse(id).unwrap().account().map(|a| a.to_string())
    }

    #[test]
    fn the_published_pairs_read_as_their_accounts() {
        assert_eq!(account("ASIAY34FZKBOKMUTVV7A").as_deref(), Some("609629065308"));
        assert_eq!(account("AKIAYVP4CIPPERUVIFXG").as_deref(), Some("595918472158"));
        assert_eq!(account("AKIASP2TPHJSQH3FJRUX").as_deref(), Some("171436882533"));
        assert_eq!(account("AKIARZPUZDIKFYHOWX26").as_deref(), Some("123456789012"));
    }

    #[test]
    fn older_and_made_up_ids_carry_no_account() {
        for id in [
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAI44QH8DHBEXAMPLE",
            "AKIAZ18888888888QQQQ",
            "AKIAQQQQQQQQQQQQ",
        ] {
            assert_eq!(account(id), None, "{id}");
        }
    }

    #[test]
    fn only_what_the_service_model_allows_is_an_id() {
        assert_eq!(KeyId::parse("AKIA"), Err(KeyIdError::Length(4)));
        assert_eq!(KeyId::parse(&"A".repeat(129)), Err(KeyIdError::Length(129)));
        assert_eq!(KeyId::parse("AKIA-IOSFODNN7EXAMPLE"), Err(KeyIdError::Character('-')));
        assert!(KeyId::parse(&"A".repeat(128)).is_ok());
    }

    #[test]
    fn a_status_never_seen_survives() {
        assert_eq!(KeyStatus::from_service("Paused\u{1b}").as_str(), "Paused<U+001B>");
    }
}
