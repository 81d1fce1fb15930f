//! Rows that a filter matches, and the result.

use jiff::Timestamp;

use crate::model::{
    AccessKey, AccountId, KeyId, KeyStatus, Known, LastUse, ReportRow, ReportedKey, UserName,
};

/// Rank of a match with the free text of a filter. Greater is better, and an exact name or key ID
/// ranks above all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MatchRank(u32);

impl MatchRank {
    /// Above every score of the matcher, which has 16 bits.
    pub(super) const EXACT: Self = Self(1 << 16);

    /// Returns the rank of a score of the matcher.
    pub(super) fn from_score(score: u32) -> Self {
        Self(score)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Result of matching a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// The row matches; the rank sorts the best match first.
    Yes(MatchRank),
    /// The row does not match.
    No,
    /// It depends on a fact that is not known.
    Unknown,
}

impl Match {
    /// Returns whether the row matches.
    pub(crate) fn is_yes(self) -> bool {
        matches!(self, Self::Yes(_))
    }
}

/// A row to match: of a user, or of one key if `key` is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FilterRow<'a> {
    /// The account.
    pub account: RowAccount<'a>,
    /// The user; `None` for the account's root user, whose name is `root`.
    pub user: Option<&'a UserName>,
    /// The user's unique ID; `None` if it is not known.
    pub user_id: Option<&'a str>,
    /// The user's path; `None` if it is not known.
    pub path: Option<&'a str>,
    /// Whether the user has an MFA device enabled; `None` if that is not known.
    pub mfa: Option<bool>,
    /// Whether AWS has attached a quarantine policy to the user; `None` if that is not known.
    pub quarantined: Option<bool>,
    /// The user's keys. Terms about keys hold for a user if one key satisfies all terms that are
    /// not negated.
    pub keys: RowKeys<'a>,
    /// The key of a key row. Terms about keys then apply to it alone.
    pub key: Option<RowKey<'a>>,
    /// Whether the row is marked, or one of the keys of a user row.
    pub marked: bool,
}

impl<'a> FilterRow<'a> {
    /// Returns a row of the credential report: the user, or one of the keys.
    pub(crate) fn reported(
        account: RowAccount<'a>,
        row: &'a ReportRow,
        key: Option<&'a ReportedKey>,
    ) -> Self {
        Self {
            account,
            user: row.user.as_ref(),
            user_id: None,
            path: row.arn.user_path(),
            mfa: row.mfa.value().copied(),
            // The report does not say; but to root, no policy can be attached.
            quarantined: row.user.is_none().then_some(false),
            keys: RowKeys::Reported(&row.keys),
            key: key.map(RowKey::Reported),
            marked: false,
        }
    }
}

/// The account of a row, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RowAccount<'a> {
    /// The account's ID; `None` if it is not known.
    pub id: Option<&'a AccountId>,
    /// The account's name, which is empty if it has none; `None` if it is not known.
    pub name: Option<&'a str>,
}

/// A user's keys, by their source.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowKeys<'a> {
    /// Not read, denied, failed, or deleted.
    Unknown,
    /// All keys, read from IAM.
    Live(&'a [AccessKey]),
    /// From the credential report, which has two slots for keys.
    Reported(&'a [ReportedKey]),
}

/// One key, by its source.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowKey<'a> {
    /// Read from IAM.
    Live(&'a AccessKey),
    /// From the credential report, without an ID.
    Reported(&'a ReportedKey),
}

impl<'a> RowKey<'a> {
    /// Returns the ID, if its source has it.
    pub(super) fn id(self) -> Option<&'a KeyId> {
        match self {
            Self::Live(key) => Some(&key.id),
            Self::Reported(_) => None,
        }
    }

    pub(super) fn status(self) -> &'a KeyStatus {
        match self {
            Self::Live(key) => &key.status,
            Self::Reported(key) => &key.status,
        }
    }

    pub(super) fn created(self) -> Option<Timestamp> {
        match self {
            Self::Live(key) => key.created,
            Self::Reported(key) => key.created,
        }
    }

    pub(super) fn last_use(self) -> &'a Known<LastUse> {
        match self {
            Self::Live(key) => &key.last_use,
            Self::Reported(key) => &key.last_use,
        }
    }
}
