//! Kinds of AWS's IDs, by their prefixes:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>.

/// Length of every ID of a key that AWS issues, in characters.
pub(crate) const ISSUED_ID_LENGTH: usize = 20;

/// Kind of an ID, by its first four letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// `AKIA`: a long-term access key, of a user or of root.
    LongTerm,
    /// `ASIA`: a temporary key, which UpdateAccessKey cannot change.
    Temporary,
    /// `ABIA`, `ACCA`: a credential of another form, such as a bearer token.
    OtherCredential,
    /// `AIDA`: the unique ID of a user.
    UserId,
    /// `AROA`: the unique ID of a role.
    RoleId,
    /// The unique ID of anything else, such as a group or a policy.
    OtherId,
    /// Any other prefix. Services with the IAM API may issue such IDs for keys.
    Other,
}

impl KeyKind {
    /// Returns the kind of an ID that begins like the text. AWS writes IDs in capital letters.
    pub(crate) fn of(text: impl AsRef<[u8]>) -> Self {
        match text.as_ref().get(..4) {
            Some(b"AKIA") => Self::LongTerm,
            Some(b"ASIA") => Self::Temporary,
            Some(b"ABIA" | b"ACCA") => Self::OtherCredential,
            Some(b"AIDA") => Self::UserId,
            Some(b"AROA") => Self::RoleId,
            Some(b"AGPA" | b"AIPA" | b"ANPA" | b"ANVA" | b"APKA" | b"ASCA") => Self::OtherId,
            _ => Self::Other,
        }
    }

    /// Returns whether it is a kind of access key.
    pub(crate) fn is_access_key(self) -> bool {
        matches!(self, Self::LongTerm | Self::Temporary)
    }

    /// Returns whether newer IDs of the kind encode an account. It was found for access keys and
    /// for what belongs to an account of IAM.
    pub(super) fn encodes_account(self) -> bool {
        !matches!(self, Self::OtherCredential | Self::Other)
    }

    /// Returns the lengths of IDs of the kind, the most likely first; none if AWS issues no such
    /// IDs. Nearly all unique IDs have 21 characters
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html>).
    pub(super) fn lengths(self) -> &'static [usize] {
        match self {
            Self::LongTerm | Self::Temporary | Self::OtherCredential => &[ISSUED_ID_LENGTH],
            Self::UserId | Self::RoleId | Self::OtherId => &[21, ISSUED_ID_LENGTH],
            Self::Other => &[],
        }
    }
}

/// Returns whether the text begins like the ID of an access key, in letters of any case.
pub(crate) fn begins_like_key(text: &str) -> bool {
    text.get(..4).is_some_and(|prefix| KeyKind::of(prefix.to_ascii_uppercase()).is_access_key())
}
