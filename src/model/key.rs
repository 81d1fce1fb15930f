//! Access keys: their IDs, statuses and last use.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    AccountId, EscapedText, ISSUED_ID_LENGTH, KeyKind, Known, UserName, escape_hidden, format_ago,
    format_date_time, has_secret_key,
};

/// The ID of an access key: 16 to 128 letters, digits and underscores, as
/// [UpdateAccessKey](https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html)
/// accepts them. Not a secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "EscapedText", into = "EscapedText")]
pub(crate) struct KeyId(Arc<str>);

/// A text that is not an access key ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyIdError {
    /// It has this many characters: fewer than 16 or more than 128.
    Length(usize),
    /// It has this character, which is not a letter, digit or underscore.
    Character(char),
    /// It has the form of a secret access key.
    Secret,
}

impl std::error::Error for KeyIdError {}

impl KeyId {
    /// Parses an ID; `text` must have nothing else.
    ///
    /// # Errors
    /// Returns an error for a length or a character that the API does not accept.
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

    /// Parses an ID that a user wrote. It is sent, shown and recorded, so a secret key is refused.
    ///
    /// # Errors
    /// As [`Self::parse`], and for a text with a part that has the form of a secret access key.
    pub(crate) fn parse_typed(text: &str) -> Result<Self, KeyIdError> {
        if has_secret_key(text) {
            return Err(KeyIdError::Secret);
        }
        Self::parse(text)
    }

    /// Returns the ID as it is sent and shown.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the kind, by the prefix.
    pub(crate) fn kind(&self) -> KeyKind {
        KeyKind::of(&*self.0)
    }

    /// Returns the last four characters, which a typed confirmation asks for.
    pub(crate) fn last_four(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(4)..).unwrap_or(&self.0)
    }

    /// Returns the account that newer IDs encode: the 40 bits after the first bit of the base32
    /// text that follows the prefix. Returns `None` for IDs of the older generation (fifth
    /// character A to P) and for IDs that AWS did not issue.
    ///
    /// AWS does not document this encoding, so it may suggest a profile but never decides a write.
    /// See <https://hackingthe.cloud/aws/enumeration/get-account-id-from-keys/>.
    pub(crate) fn account(&self) -> Option<AccountId> {
        let body = self.0.get(4..)?;
        let is_issued = self.kind().encodes_account() && self.0.len() >= ISSUED_ID_LENGTH;
        if !is_issued || !matches!(body.as_bytes().first()?, b'Q'..=b'Z' | b'2'..=b'7') {
            return None;
        }
        // Ten base32 digits have the 48 bits of the encoding, and two more.
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

impl TryFrom<EscapedText> for KeyId {
    type Error = KeyIdError;

    fn try_from(text: EscapedText) -> Result<Self, KeyIdError> {
        Self::parse(&text)
    }
}

impl From<KeyId> for EscapedText {
    fn from(key: KeyId) -> Self {
        key.0.into()
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

/// Status of a key, as IAM reports it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "EscapedText", into = "EscapedText")]
pub(crate) enum KeyStatus {
    /// The key can sign requests.
    Active,
    /// The key cannot sign requests.
    Inactive,
    /// The key has expired. This status cannot be set.
    Expired,
    /// A status that keyflip does not know, with hidden characters escaped.
    Other(Arc<str>),
}

impl KeyStatus {
    /// Parses the status in IAM's spelling.
    pub(crate) fn from_service(text: &str) -> Self {
        match text {
            "Active" => Self::Active,
            "Inactive" => Self::Inactive,
            "Expired" => Self::Expired,
            other => Self::Other(escape_hidden(other).into()),
        }
    }

    /// Returns whether the key can sign requests.
    pub(crate) fn is_active(&self) -> bool {
        *self == Self::Active
    }

    /// Returns the status in IAM's spelling.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Expired => "Expired",
            Self::Other(text) => text,
        }
    }
}

impl From<EscapedText> for KeyStatus {
    fn from(text: EscapedText) -> Self {
        Self::from_service(&text)
    }
}

impl From<KeyStatus> for EscapedText {
    fn from(status: KeyStatus) -> Self {
        status.as_str().into()
    }
}

impl fmt::Display for KeyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Time after which a key that is not used counts as long unused: 90 days.
const LONG_UNUSED_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Last use of a key. IAM tracks it since April 22, 2015:
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LastUse {
    /// IAM has no record: never used, or not since IAM tracks uses.
    Never,
    /// The latest recorded use.
    Used {
        /// When it was.
        at: Timestamp,
        /// The service's short name (`s3`), if IAM reports it.
        service: Option<Arc<str>>,
        /// The Region, if IAM reports it.
        region: Option<Arc<str>>,
    },
}

impl LastUse {
    /// Returns the time of the latest recorded use.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Used { at, .. } => Some(*at),
        }
    }

    /// Returns the service of the latest recorded use, if IAM reports it.
    pub(crate) fn service(&self) -> Option<&Arc<str>> {
        match self {
            Self::Never => None,
            Self::Used { service, .. } => service.as_ref(),
        }
    }

    /// Returns the Region of the latest recorded use, if IAM reports it.
    pub(crate) fn region(&self) -> Option<&Arc<str>> {
        match self {
            Self::Never => None,
            Self::Used { region, .. } => region.as_ref(),
        }
    }

    /// Returns the time since the latest recorded use: `3m ago`, or `never`.
    pub(crate) fn ago(&self, now: Timestamp) -> String {
        self.at().map_or_else(|| "never".to_owned(), |at| format_ago(at, now))
    }

    /// Returns the date and time of the latest recorded use in UTC, or `never`.
    pub(crate) fn date_time(&self) -> String {
        self.at().map_or_else(|| "never".to_owned(), format_date_time)
    }

    /// Returns whether a key that was created at that time has been unused for more than
    /// [`LONG_UNUSED_AFTER`]; `None` if its creation is needed and not known.
    pub(crate) fn is_long_unused(
        &self,
        created: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<bool> {
        Some(now.duration_since(self.unused_since(created)?) > LONG_UNUSED_AFTER)
    }

    /// Returns the time since which a key that was created at that time is unused: its latest
    /// recorded use, else its creation.
    pub(crate) fn unused_since(&self, created: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Self::Never => created,
            Self::Used { at, .. } => Some(*at),
        }
    }
}

/// One access key, from
/// [ListAccessKeys](https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html),
/// with its last use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccessKey {
    /// Its ID.
    pub id: KeyId,
    /// Its owner; `None` for root's keys.
    pub user: Option<UserName>,
    /// Its status when the list was read.
    pub status: KeyStatus,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Its last use, which takes a separate call.
    pub last_use: Known<LastUse>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> Option<String> {
        KeyId::parse(id).unwrap().account().map(|a| a.to_string())
    }

    #[test]
    fn published_key_ids_decode_to_their_accounts() {
        assert_eq!(account("ASIAY34FZKBOKMUTVV7A").as_deref(), Some("609629065308"));
        assert_eq!(account("AKIAYVP4CIPPERUVIFXG").as_deref(), Some("595918472158"));
        assert_eq!(account("AKIASP2TPHJSQH3FJRUX").as_deref(), Some("171436882533"));
        assert_eq!(account("AKIARZPUZDIKFYHOWX26").as_deref(), Some("123456789012"));
        assert_eq!(account("AROARZPUZDIKFYHOWX26Q").as_deref(), Some("123456789012"));
    }

    #[test]
    fn older_and_invalid_ids_encode_no_account() {
        for id in [
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAI44QH8DHBEXAMPLE",
            "AKIAZ18888888888QQQQ",
            "AKIAQQQQQQQQQQQQ",
            "QKIARZPUZDIKFYHOWX26",
            "ABIARZPUZDIKFYHOWX26",
        ] {
            assert_eq!(account(id), None, "{id}");
        }
    }

    #[test]
    fn only_ids_allowed_by_the_service_model_are_valid() {
        assert_eq!(KeyId::parse("AKIA"), Err(KeyIdError::Length(4)));
        assert_eq!(KeyId::parse(&"A".repeat(129)), Err(KeyIdError::Length(129)));
        assert_eq!(KeyId::parse("AKIA-IOSFODNN7EXAMPLE"), Err(KeyIdError::Character('-')));
        assert!(KeyId::parse(&"A".repeat(128)).is_ok());
        for secret in
            ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMIzK7MDENGzbPxRfiCYEXAMPLEKEY"]
        {
            assert_eq!(KeyId::parse_typed(secret), Err(KeyIdError::Secret));
        }
        assert!(KeyId::parse_typed(&"A".repeat(40)).is_ok());
    }

    #[test]
    fn an_unknown_status_is_preserved() {
        assert_eq!(KeyStatus::from_service("Paused\u{1b}").as_str(), "Paused<U+001B>");
    }
}
