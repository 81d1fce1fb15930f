//! Terms, and whether they hold for a row; `None` is unknown.

use jiff::Timestamp;

use super::row::{FilterRow, RowAccount, RowKey, RowKeys};
use crate::model::{KeyStatus, LastUse};

/// Number of digits of an account ID.
const ACCOUNT_ID_DIGITS: usize = 12;

/// One term of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) negated: bool,
    pub(super) test: Test,
}

/// Test of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// The account's ID or name matches a pattern.
    Account(Glob),
    /// A test of the row's key, else of any key of the user.
    Key(KeyTest),
    /// The number of keys of the user.
    Keys { op: Op, count: usize },
    /// The number of active keys of the user.
    ActiveKeys { op: Op, count: usize },
    /// The user's name matches a pattern.
    User(Glob),
    /// The user's unique ID is this.
    UserId(Box<str>),
    /// The user's path begins with this.
    Path(Box<str>),
    /// Whether the user has an MFA device.
    Mfa(bool),
    /// Whether AWS has attached a quarantine policy to the user.
    Quarantine(bool),
    /// Whether it is the account's root user.
    Root(bool),
    /// Whether the row is marked.
    Marked(bool),
}

/// Test of one key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum KeyTest {
    /// The key's status.
    Status(KeyStatus),
    /// Created on one side of a time: before it for `age>` and `created<`, after it for `age<` and
    /// `created>`.
    Created(TimeSide, Timestamp),
    /// The ID matches a pattern.
    Id(Glob),
    /// Used at all, and last used on one side of a time.
    Used(TimeSide, Timestamp),
    /// Never used.
    NeverUsed,
    /// Last used, or created if never used, on one side of a time.
    Idle(TimeSide, Timestamp),
}

/// Side of a point in time, with that point or without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeSide {
    Before,
    NotAfter,
    After,
    NotBefore,
}

/// Comparison operator of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `:` or `=`.
    Is,
    /// `>`.
    More,
    /// `<`.
    Less,
    /// `>=`.
    AtLeast,
    /// `<=`.
    AtMost,
}

/// A pattern for names: `*` matches any text, `?` one character. Ignores case, since IAM names are
/// unique regardless of case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glob(Vec<char>);

impl Term {
    /// Returns whether the term has to hold for the same key as the other terms about keys. A
    /// negated one does not: no key of the user may satisfy it.
    pub(super) fn applies_per_key(&self) -> bool {
        !self.negated && matches!(self.test, Test::Key(_))
    }

    pub(super) fn holds(&self, row: &FilterRow<'_>) -> Option<bool> {
        let holds = match &self.test {
            Test::Account(glob) => glob.matches_account(row.account),
            Test::Key(test) => any_key(row, test.asks_for_new_keys(), |key| test.holds(key)),
            Test::Keys { op, count } => op.compares_key_count(row.keys, |_| true, *count),
            Test::ActiveKeys { op, count } => {
                op.compares_key_count(row.keys, KeyStatus::is_active, *count)
            }
            Test::User(glob) => Some(glob.matches(row_name(row))),
            Test::UserId(id) => row.user_id.map(|known| known.eq_ignore_ascii_case(id)),
            Test::Path(prefix) => row.path.map(|path| path.starts_with(&**prefix)),
            Test::Mfa(wanted) => row.mfa.map(|mfa| mfa == *wanted),
            Test::Quarantine(wanted) => row.quarantined.map(|quarantined| quarantined == *wanted),
            Test::Root(wanted) => Some(row.user.is_none() == *wanted),
            Test::Marked(wanted) => Some(row.marked == *wanted),
        };
        holds.map(|holds| holds != self.negated)
    }
}

/// Returns the name that free text and `user:` match.
pub(super) fn row_name<'a>(row: &FilterRow<'a>) -> &'a str {
    row.user.map_or("root", |user| user.as_str())
}

/// Returns whether the row's key, or any key of the user, satisfies `holds`. A report, which may be
/// hours old, cannot exclude new keys.
pub(super) fn any_key(
    row: &FilterRow<'_>,
    asks_for_new: bool,
    holds: impl Fn(RowKey<'_>) -> Option<bool>,
) -> Option<bool> {
    match (row.key, row.keys) {
        (Some(key), _) => holds(key),
        (None, RowKeys::Live(keys)) => any(keys.iter().map(|key| holds(RowKey::Live(key)))),
        (None, RowKeys::Reported(keys)) => any(keys.iter().map(|key| holds(RowKey::Reported(key))))
            .filter(|found| *found || !asks_for_new),
        (None, RowKeys::Unknown) => None,
    }
}

/// Returns whether one is true: else unknown if one is, else not.
fn any(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(false);
    for answer in results {
        match answer {
            Some(true) => return Some(true),
            None => holds = None,
            Some(false) => {}
        }
    }
    holds
}

impl KeyTest {
    /// Returns whether it is about keys created since a time.
    pub(super) fn asks_for_new_keys(&self) -> bool {
        matches!(self, Self::Created(TimeSide::After | TimeSide::NotBefore, _))
    }

    /// Returns whether it depends on the ID, which the report does not have.
    pub(super) fn asks_for_id(&self) -> bool {
        matches!(self, Self::Id(_))
    }

    /// Returns whether it depends on the last use.
    pub(super) fn asks_for_last_use(&self) -> bool {
        matches!(self, Self::Used(..) | Self::NeverUsed | Self::Idle(..))
    }

    pub(super) fn holds(&self, key: RowKey<'_>) -> Option<bool> {
        match self {
            Self::Status(status) => Some(key.status() == status),
            Self::Id(glob) => key.id().map(|id| glob.matches(id.as_str())),
            // The report may be hours old, and its date may be that of a rotation.
            Self::Created(..) if self.asks_for_new_keys() && matches!(key, RowKey::Reported(_)) => {
                None
            }
            Self::Created(side, time) => key.created().map(|created| side.contains(created, *time)),
            Self::Used(side, time) => key
                .last_use()
                .value()
                .map(|used| used.at().is_some_and(|used| side.contains(used, *time))),
            Self::NeverUsed => key.last_use().value().map(|used| *used == LastUse::Never),
            Self::Idle(side, time) => match key.last_use().value()? {
                LastUse::Used { at, .. } => Some(side.contains(*at, *time)),
                LastUse::Never => key.created().map(|created| side.contains(created, *time)),
            },
        }
    }
}

impl TimeSide {
    fn contains(self, moment: Timestamp, time: Timestamp) -> bool {
        match self {
            Self::Before => moment < time,
            Self::NotAfter => moment <= time,
            Self::After => moment > time,
            Self::NotBefore => moment >= time,
        }
    }
}

impl Op {
    /// Returns the side of a time that it stands for; `None` for [`Self::Is`].
    pub(super) fn side(self) -> Option<TimeSide> {
        match self {
            Self::Is => None,
            Self::More => Some(TimeSide::After),
            Self::Less => Some(TimeSide::Before),
            Self::AtLeast => Some(TimeSide::NotBefore),
            Self::AtMost => Some(TimeSide::NotAfter),
        }
    }

    /// Returns the operator with the sign reversed.
    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Is => Self::Is,
            Self::More => Self::Less,
            Self::Less => Self::More,
            Self::AtLeast => Self::AtMost,
            Self::AtMost => Self::AtLeast,
        }
    }

    /// Compares the number of keys whose status counts with `count`. The report has slots for two
    /// keys, but a user may have more, so a user with both slots full may have any number more.
    fn compares_key_count(
        self,
        keys: RowKeys<'_>,
        counts: impl Fn(&KeyStatus) -> bool,
        count: usize,
    ) -> Option<bool> {
        let (known, may_have_more) = match keys {
            RowKeys::Unknown => return None,
            RowKeys::Live(keys) => (keys.iter().filter(|key| counts(&key.status)).count(), false),
            RowKeys::Reported(keys) => {
                (keys.iter().filter(|key| counts(&key.status)).count(), keys.len() >= 2)
            }
        };
        let (least, most) = (self.compares(known, count), self.compares(usize::MAX, count));
        let between = self == Self::Is && count >= known;
        (!may_have_more || least == most && !between).then_some(least)
    }

    fn compares(self, number: usize, with: usize) -> bool {
        match self {
            Self::Is => number == with,
            Self::More => number > with,
            Self::Less => number < with,
            Self::AtLeast => number >= with,
            Self::AtMost => number <= with,
        }
    }
}

impl Glob {
    pub(super) fn new(pattern: &str) -> Self {
        Self(pattern.chars().map(|c| c.to_ascii_lowercase()).collect())
    }

    /// Returns whether the ID or the name of an account matches. A pattern of 12 digits is an ID,
    /// so the name does not matter.
    pub(super) fn matches_account(&self, account: RowAccount<'_>) -> Option<bool> {
        let id = account.id.map(|id| self.matches(id.as_str()));
        if id == Some(true) || self.is_account_id() {
            return id;
        }
        match account.name.map(|name| self.matches(name)) {
            Some(true) => Some(true),
            Some(false) => id,
            None => None,
        }
    }

    fn is_account_id(&self) -> bool {
        self.0.len() == ACCOUNT_ID_DIGITS && self.0.iter().all(char::is_ascii_digit)
    }

    /// Returns whether the whole text matches. Backtracks to the last `*` only, so the time is at
    /// most the product of both lengths.
    pub(super) fn matches(&self, text: &str) -> bool {
        let pattern = &self.0;
        let (mut at, mut rest) = (0, text.chars());
        let mut star = None;
        loop {
            let here = rest.clone();
            match (pattern.get(at), rest.next()) {
                (Some('*'), _) => {
                    star = Some((at, here.clone()));
                    (at, rest) = (at + 1, here);
                }
                (Some(p), Some(c)) if *p == '?' || *p == c.to_ascii_lowercase() => at += 1,
                (None, None) => return true,
                (_, None) => return false,
                (_, Some(_)) => {
                    let Some((star_at, mut from)) = star else { return false };
                    from.next();
                    (at, rest) = (star_at + 1, from.clone());
                    star = Some((star_at, from));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccountId;

    #[test]
    fn an_account_is_matched_by_its_id_or_its_name_as_far_as_they_are_known() {
        let id = AccountId::from_service("004815162342");
        let named = |pattern: &str, name| {
            Glob::new(pattern).matches_account(RowAccount { id: Some(&id), name })
        };
        assert_eq!(named("0048*", None), Some(true));
        assert_eq!(named("TEAM-000?", Some("team-0003")), Some(true));
        assert_eq!(named("team-*", Some("")), Some(false));
        assert_eq!(named("team-*", None), None, "its name may match");
        assert_eq!(named("300098765431", None), Some(false), "a whole ID is no name");
        let no_id = RowAccount { id: None, name: Some("acme") };
        assert_eq!(Glob::new("acme").matches_account(no_id), Some(true));
        assert_eq!(Glob::new("0048*").matches_account(no_id), None);
    }
}
