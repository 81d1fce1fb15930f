//! The filter language, which `/` on the screen and `keyflip list` share.
//!
//! Free text finds user names and key IDs; terms such as `status:active` or
//! `unused>30d` narrow what is found. All words of a filter must hold. An
//! answer has three values: a term over something that was not read (or was
//! denied, or failed) is neither true nor false, and negating it changes
//! nothing about that. The caller counts such rows and says how many.

mod free_text;
mod parse;
mod term;

pub(crate) use free_text::{Rank, Searcher};
pub(crate) use parse::{FilterError, TERMS};

use jiff::Timestamp;

use crate::model::{AccessKey, KeyStatus, Known, LastUse, ReportedKey, UserName};
use free_text::Needle;
use term::{KeyTest, Term, Test};

/// A filter that was understood.
///
/// Lengths of time count back from the moment it was parsed, so that rows
/// don't come and go by themselves while it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    words: Vec<Needle>,
    terms: Vec<Term>,
}

/// What a filter says about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// It holds; the rank puts the best first.
    Yes(Rank),
    /// It does not.
    No,
    /// It rests on something that is not known.
    Unknown,
}

impl Match {
    /// Whether the row is shown.
    pub(crate) fn is_yes(self) -> bool {
        matches!(self, Self::Yes(_))
    }
}

/// A row to be matched: of a user, or of one key where `key` is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FilterRow<'a> {
    /// The user; `None` for the account's root user, which `root` finds.
    pub user: Option<&'a UserName>,
    /// The user's path; `None` where it is not known.
    pub path: Option<&'a str>,
    /// Whether the user has an MFA device on; `None` where it is not known.
    pub mfa: Option<bool>,
    /// The user's keys. Terms about keys hold for a user where one of them
    /// satisfies all of those that are not negated.
    pub keys: RowKeys<'a>,
    /// The one key that the row is about; terms about keys then ask it alone.
    pub key: Option<RowKey<'a>>,
    /// Whether the row (or, of a user, one of the keys) is marked.
    pub marked: bool,
}

/// What is known of a user's keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowKeys<'a> {
    /// Not read, denied, failed, or gone when asked.
    Unknown,
    /// Read from IAM: all of them.
    Live(&'a [AccessKey]),
    /// From the credential report, which has two places for keys.
    Reported(&'a [ReportedKey]),
}

/// One key, and where it is known from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RowKey<'a> {
    /// Read from IAM.
    Live(&'a AccessKey),
    /// From the credential report, so without an ID.
    Reported(&'a ReportedKey),
}

impl<'a> RowKey<'a> {
    fn status(self) -> &'a KeyStatus {
        match self {
            Self::Live(key) => &key.status,
            Self::Reported(key) => &key.status,
        }
    }

    fn created(self) -> Option<Timestamp> {
        match self {
            Self::Live(key) => key.created,
            Self::Reported(key) => key.created,
        }
    }

    fn last_use(self) -> &'a Known<LastUse> {
        match self {
            Self::Live(key) => &key.last_use,
            Self::Reported(key) => &key.last_use,
        }
    }
}

impl Filter {
    /// Reads a filter, whole or not at all.
    ///
    /// # Errors
    /// The first word that can't be read, and what may stand in its place.
    pub(crate) fn parse(text: &str, now: Timestamp) -> Result<Self, FilterError> {
        match Self::parse_words(text, now) {
            (filter, None) => Ok(filter),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads what can be read of a filter that may still be being typed: a
    /// word that can't be counts for nothing, and the first is told.
    pub(crate) fn parse_words(text: &str, now: Timestamp) -> (Self, Option<FilterError>) {
        let parse::ParsedFilter { words, terms, error } = parse::parse(text, now);
        (Self { words, terms }, error)
    }

    /// What the filter says about a row.
    pub(crate) fn matches(&self, row: &FilterRow<'_>, searcher: &mut Searcher) -> Match {
        match self.terms_hold(row) {
            Some(false) => Match::No,
            None => match self.rank(row, searcher) {
                Match::No => Match::No,
                _ => Match::Unknown,
            },
            Some(true) => self.rank(row, searcher),
        }
    }

    /// Whether it lets every row pass.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.terms.is_empty()
    }

    /// Whether there is free text, so that the best match should come first.
    pub(crate) fn has_free_text(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether it asks for new keys, or for a key by its ID, which no report
    /// can answer: all users' keys have to be listed.
    pub(crate) fn needs_live_keys(&self) -> bool {
        self.asks_for_new_keys() || self.words.iter().any(Needle::is_like_a_key_id)
    }

    /// Whether it asks for keys made since a time.
    pub(crate) fn asks_for_new_keys(&self) -> bool {
        self.terms
            .iter()
            .any(|term| matches!(&term.test, Test::Key(test) if test.asks_for_new_keys()))
    }

    /// Whether it asks for marked rows.
    pub(crate) fn asks_for_marks(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Marked(_)))
    }

    /// Whether it rests on when keys were last used.
    pub(crate) fn needs_last_use(&self) -> bool {
        self.terms
            .iter()
            .any(|term| matches!(&term.test, Test::Key(test) if test.asks_for_last_use()))
    }

    /// Whether it rests on the users' MFA devices.
    pub(crate) fn needs_mfa(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Mfa(_)))
    }

    /// The terms together; `None` is unknown.
    fn terms_hold(&self, row: &FilterRow<'_>) -> Option<bool> {
        let own = self.terms.iter().filter(|term| !term.applies_per_key());
        let mut holds = all(own.map(|term| term.holds(row)));
        if holds != Some(false) && self.terms.iter().any(Term::applies_per_key) {
            holds = all([holds, self.one_key_holds(row)].into_iter());
        }
        holds
    }

    /// Whether one and the same key satisfies every term about keys that is
    /// not negated: `status:active unused>90d` finds the user of an active
    /// key that is unused, not of an active one beside an unused one.
    fn one_key_holds(&self, row: &FilterRow<'_>) -> Option<bool> {
        let tests = || {
            self.terms.iter().filter(|term| !term.negated).filter_map(|term| match &term.test {
                Test::Key(test) => Some(test),
                _ => None,
            })
        };
        term::any_key(row, tests().any(KeyTest::asks_for_new_keys), |key| {
            all(tests().map(|test| test.holds(key)))
        })
    }

    fn rank(&self, row: &FilterRow<'_>, searcher: &mut Searcher) -> Match {
        let mut total = Rank::default();
        let mut unknown = false;
        for word in &self.words {
            match word.find(row, searcher) {
                Match::Yes(rank) => total = total.plus(rank),
                Match::Unknown => unknown = true,
                Match::No => return Match::No,
            }
        }
        if unknown { Match::Unknown } else { Match::Yes(total) }
    }
}

/// True where all are; false where one is; else unknown.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => holds = None,
            Some(true) => {}
        }
    }
    holds
}

#[cfg(test)]
mod tests;
