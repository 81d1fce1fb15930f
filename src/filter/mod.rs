//! The filter language, which the screen and `keyflip list` share.
//!
//! Free text finds user names and key IDs; terms such as `status:active` or `unused>30d` narrow the
//! result. All words of a filter must hold. Matching is three-valued: a term about a fact that was
//! not read, was denied or failed is neither true nor false, and so is its negation. Callers count
//! such rows and report their number. `messages` has the sentences of parse errors.

mod completion;
mod explain;
mod free_text;
mod messages;
mod parse;
mod row;
pub(crate) mod saved;
mod term;
mod term_help;

pub(crate) use completion::{Completions, completions};
pub(crate) use free_text::Searcher;
pub(crate) use parse::{FilterError, parse_point_in_time};
pub(crate) use row::{FilterRow, Match, MatchRank, RowAccount, RowKey, RowKeys};
pub(crate) use saved::SavedFilters;
pub(crate) use term_help::TERMS;

use jiff::Timestamp;

use free_text::Needle;
use term::{KeyTest, Term, Test};

/// A parsed filter.
///
/// Durations count back from the moment of parsing, so that rows do not appear or disappear while
/// it is in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    words: Vec<Needle>,
    terms: Vec<Term>,
}

impl Filter {
    /// Parses a filter.
    ///
    /// # Errors
    /// Returns the error of the first word that cannot be parsed.
    pub(crate) fn parse(text: &str, now: Timestamp) -> Result<Self, FilterError> {
        match Self::parse_words(text, now) {
            (filter, None) => Ok(filter),
            (_, Some(error)) => Err(error),
        }
    }

    /// Parses a filter that may still be incomplete, and skips words that cannot be parsed. Returns
    /// the filter of the others, and the error of the first skipped word.
    pub(crate) fn parse_words(text: &str, now: Timestamp) -> (Self, Option<FilterError>) {
        let parse::ParsedFilter { words, terms, error } = parse::parse(text, now);
        (Self { words, terms }, error)
    }

    /// Parses a filter in which `@name` stands for a saved one.
    ///
    /// # Errors
    /// Returns the error of the first word that cannot be parsed, else of a name without a filter.
    pub(crate) fn parse_saved(
        text: &str,
        saved: &SavedFilters,
        now: Timestamp,
    ) -> Result<Self, FilterError> {
        match Self::parse_saved_words(text, saved, now) {
            (filter, None) => Ok(filter),
            (_, Some(error)) => Err(error),
        }
    }

    /// Parses a filter with saved ones that may still be incomplete, like [`Self::parse_words`].
    pub(crate) fn parse_saved_words(
        text: &str,
        saved: &SavedFilters,
        now: Timestamp,
    ) -> (Self, Option<FilterError>) {
        // Errors are found in the text as it is, so that they have the columns of it.
        let (_, error) = Self::parse_words(text, now);
        let (expanded, unknown) = saved::expand_known(text, saved);
        let (filter, invalid) = Self::parse_words(&expanded, now);
        (filter, error.or(unknown).or(invalid))
    }

    /// Matches a row.
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

    /// Returns whether every row matches.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.terms.is_empty()
    }

    /// Returns whether there is free text, so that the best match should come first.
    pub(crate) fn has_free_text(&self) -> bool {
        !self.words.is_empty()
    }

    /// Returns whether it depends on new keys or on key IDs, which the report does not have: then
    /// all users' keys have to be listed.
    pub(crate) fn needs_live_keys(&self) -> bool {
        let asks_for_ids =
            |term: &Term| matches!(&term.test, Test::Key(test) if test.asks_for_id());
        self.asks_for_new_keys()
            || self.terms.iter().any(asks_for_ids)
            || self.words.iter().any(Needle::looks_like_key_id)
    }

    /// Returns whether it has a term about keys created since a time.
    pub(crate) fn asks_for_new_keys(&self) -> bool {
        self.terms
            .iter()
            .any(|term| matches!(&term.test, Test::Key(test) if test.asks_for_new_keys()))
    }

    /// Returns whether it has a term about marks.
    pub(crate) fn asks_for_marks(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Marked(_)))
    }

    /// Returns whether it has a term about accounts.
    pub(crate) fn asks_for_account(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Account(_)))
    }

    /// Returns whether its terms about accounts exclude every row of this account.
    pub(crate) fn excludes_account(&self, account: RowAccount<'_>) -> bool {
        self.terms.iter().any(|term| match &term.test {
            Test::Account(glob) => glob.matches_account(account) == Some(term.negated),
            _ => false,
        })
    }

    /// Returns whether it depends on the last use of keys.
    pub(crate) fn needs_last_use(&self) -> bool {
        self.terms
            .iter()
            .any(|term| matches!(&term.test, Test::Key(test) if test.asks_for_last_use()))
    }

    /// Returns whether it depends on the users' MFA devices.
    pub(crate) fn needs_mfa(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Mfa(_)))
    }

    /// Returns whether it depends on the quarantine policies of users.
    pub(crate) fn needs_quarantine(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Quarantine(_)))
    }

    /// Returns whether all terms hold; `None` is unknown.
    fn terms_hold(&self, row: &FilterRow<'_>) -> Option<bool> {
        let own = self.terms.iter().filter(|term| !term.applies_per_key());
        let mut holds = all(own.map(|term| term.holds(row)));
        if holds != Some(false) && self.terms.iter().any(Term::applies_per_key) {
            holds = all([holds, self.one_key_holds(row)].into_iter());
        }
        holds
    }

    /// Returns whether a single key satisfies every term about keys that is not negated:
    /// `status:active unused>90d` finds the user of an active key that is unused, not of an active
    /// key beside an unused one.
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
        let mut total = MatchRank::default();
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

/// Returns whether a text matches a pattern of [`TERMS`]: `*` matches any text, `?` one character.
pub(crate) fn matches_pattern(pattern: &str, text: &str) -> bool {
    term::Glob::new(pattern).matches(text)
}

/// Returns whether all are true: not if one is false, else unknown if one is.
fn all(results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(true);
    for answer in results {
        match answer {
            Some(false) => return Some(false),
            None => holds = None,
            Some(true) => {}
        }
    }
    holds
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
