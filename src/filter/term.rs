//! Terms, and what they say about a row; `None` stands for unknown.

use jiff::Timestamp;

use super::{FilterRow, RowKey, RowKeys};
use crate::model::{KeyStatus, LastUse};

/// One term, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) negated: bool,
    pub(super) test: Test,
}

/// What a term asks of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// Of a key: the row's own, else of any of the user's.
    Key(KeyTest),
    /// How many keys the user has.
    Keys { op: Op, count: usize },
    /// The user's name, by a pattern.
    User(Glob),
    /// What the user's path begins with.
    Path(Box<str>),
    /// Whether the user has an MFA device.
    Mfa(bool),
    /// Whether the row is marked.
    Marked(bool),
}

/// What a term asks of one key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum KeyTest {
    /// The key's status.
    Status(KeyStatus),
    /// Made before (`age>`, `created<`) or after (`age<`, `created>`) a time.
    Created(Side, Timestamp),
    /// Used at all, and last used before or after a time.
    Used(Side, Timestamp),
    /// Last used, or made where never used, before or after a time.
    Idle(Side, Timestamp),
}

/// Which side of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

/// How a term compares.
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

/// A pattern for names: `*` stands for any text, `?` for one character; case
/// does not matter, since IAM's names are unique without it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glob(Vec<char>);

impl Term {
    /// Whether the term is asked of one key together with its like. A negated
    /// one stands alone: no key of the user may satisfy it.
    pub(super) fn applies_per_key(&self) -> bool {
        !self.negated && matches!(self.test, Test::Key(_))
    }

    pub(super) fn holds(&self, row: &FilterRow<'_>) -> Option<bool> {
        let holds = match &self.test {
            Test::Key(test) => any_key(row, test.asks_for_new_keys(), |key| test.holds(key)),
            Test::Keys { op, count } => op.counts(row.keys, *count),
            Test::User(glob) => Some(glob.matches(row_name(row))),
            Test::Path(prefix) => row.path.map(|path| path.starts_with(&**prefix)),
            Test::Mfa(wanted) => row.mfa.map(|mfa| mfa == *wanted),
            Test::Marked(wanted) => Some(row.marked == *wanted),
        };
        holds.map(|holds| holds != self.negated)
    }
}

/// The name that a row is found by.
pub(super) fn row_name<'a>(row: &FilterRow<'a>) -> &'a str {
    row.user.map_or("root", |user| user.as_str())
}

/// Whether the row's key, or any key of the user, satisfies a question. One
/// about new keys can't be denied by a report, which may be hours old.
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

/// True where one is; else unknown where one is; else false.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            None => holds = None,
            Some(false) => {}
        }
    }
    holds
}

impl KeyTest {
    /// Whether it asks for keys made since a time.
    pub(super) fn asks_for_new_keys(&self) -> bool {
        matches!(self, Self::Created(Side::After, _))
    }

    /// Whether it rests on the last use.
    pub(super) fn asks_for_last_use(&self) -> bool {
        matches!(self, Self::Used(..) | Self::Idle(..))
    }

    pub(super) fn holds(&self, key: RowKey<'_>) -> Option<bool> {
        match self {
            Self::Status(status) => Some(key.status() == status),
            // The report's date may be that of a rotation, and is old news.
            Self::Created(Side::After, _) if matches!(key, RowKey::Reported(_)) => None,
            Self::Created(side, time) => key.created().map(|created| side.has(created, *time)),
            Self::Used(side, time) => key
                .last_use()
                .value()
                .map(|used| used.at().is_some_and(|used| side.has(used, *time))),
            Self::Idle(side, time) => match key.last_use().value()? {
                LastUse::Used { at, .. } => Some(side.has(*at, *time)),
                LastUse::Never => key.created().map(|created| side.has(created, *time)),
            },
        }
    }
}

impl Side {
    fn has(self, moment: Timestamp, time: Timestamp) -> bool {
        match self {
            Self::Before => moment < time,
            Self::After => moment > time,
        }
    }
}

impl Op {
    /// Whether the number of keys compares so. The report has places for two
    /// keys, and users with more have been seen: two there mean "at least two".
    fn counts(self, keys: RowKeys<'_>, count: usize) -> Option<bool> {
        match keys {
            RowKeys::Unknown => None,
            RowKeys::Live(keys) => Some(self.compares(keys.len(), count)),
            RowKeys::Reported(keys) if keys.len() < 2 => Some(self.compares(keys.len(), count)),
            RowKeys::Reported(keys) => {
                let (least, most) =
                    (self.compares(keys.len(), count), self.compares(usize::MAX, count));
                let between = self == Self::Is && count >= keys.len();
                (least == most && !between).then_some(least)
            }
        }
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

    /// Goes back to the last `*` alone where the text differs, so the time is
    /// at most the product of both lengths.
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
                    let Some((place, mut from)) = star else { return false };
                    from.next();
                    (at, rest) = (place + 1, from.clone());
                    star = Some((place, from));
                }
            }
        }
    }
}
