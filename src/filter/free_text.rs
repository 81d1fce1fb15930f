//! Free-text search in names and key IDs, with the best match first.

use std::fmt;
use std::sync::Arc;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::row::{FilterRow, Match, MatchRank, RowKey, RowKeys};
use super::term;
use crate::model::{UserName, begins_like_key};

/// Working memory of the search; created once and used for every match.
#[derive(Clone, Default)]
pub(crate) struct Searcher {
    /// About 135 KB, from the first match on.
    matcher: Option<Matcher>,
    chars: Vec<char>,
    /// For a few words, the owner of the last key they were matched with and the rank of the
    /// owner's name, so that the owner's next key need not match it again.
    owners: Vec<(Arc<str>, UserName, Option<MatchRank>)>,
}

/// Number of words with a cached owner; few filters have more.
const MAX_OWNERS_CACHED: usize = 4;

impl fmt::Debug for Searcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Searcher").finish_non_exhaustive()
    }
}

/// One word of free text, prepared for the search.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Needle {
    text: Arc<str>,
    name: Atom,
    id: Option<Atom>,
    /// Whether it begins with the prefix of a key ID. Then a row whose keys were not read may have
    /// it.
    looks_like_key_id: bool,
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        let atom = |kind| Atom::new(text, CaseMatching::Ignore, Normalization::Smart, kind, false);
        // The random letters of IDs match almost any short text fuzzily, so IDs are searched for a
        // substring of at least three characters.
        let id = text.is_ascii() && text.len() >= 3;
        Self {
            name: atom(AtomKind::Fuzzy),
            id: id.then(|| atom(AtomKind::Substring)),
            looks_like_key_id: begins_like_key(text),
            text: text.into(),
        }
    }

    pub(super) fn looks_like_key_id(&self) -> bool {
        self.looks_like_key_id
    }

    /// Matches a row by its name and the IDs of its keys.
    pub(super) fn find(&self, row: &FilterRow<'_>, searcher: &mut Searcher) -> Match {
        let mut best = match (row.key, row.user) {
            (Some(_), Some(owner)) => self.score_owner(owner, searcher),
            _ => self.score(&self.name, term::row_name(row), searcher),
        };
        match (row.key, row.keys) {
            (Some(RowKey::Live(key)), _) => {
                best = best.max(self.score_id(key.id.as_str(), searcher));
            }
            (None, RowKeys::Live(keys)) => {
                for key in keys {
                    best = best.max(self.score_id(key.id.as_str(), searcher));
                }
            }
            _ if best.is_none() && self.looks_like_key_id => return Match::Unknown,
            _ => {}
        }
        best.map_or(Match::No, Match::Yes)
    }

    /// Returns the rank of the name of a key's owner.
    fn score_owner(&self, owner: &UserName, searcher: &mut Searcher) -> Option<MatchRank> {
        let known = searcher.owners.iter().position(|(word, ..)| Arc::ptr_eq(word, &self.text));
        if let Some((_, last, rank)) = known.map(|at| &searcher.owners[at])
            && last.ptr_eq(owner)
        {
            return *rank;
        }
        let rank = self.score(&self.name, owner.as_str(), searcher);
        let entry = (Arc::clone(&self.text), owner.clone(), rank);
        if let Some(at) = known {
            searcher.owners[at] = entry;
        } else {
            searcher.owners.truncate(MAX_OWNERS_CACHED - 1);
            searcher.owners.push(entry);
        }
        rank
    }

    fn score_id(&self, id: &str, searcher: &mut Searcher) -> Option<MatchRank> {
        self.id.as_ref().and_then(|atom| self.score(atom, id, searcher))
    }

    fn score(&self, atom: &Atom, text: &str, searcher: &mut Searcher) -> Option<MatchRank> {
        if self.text.eq_ignore_ascii_case(text) {
            return Some(MatchRank::EXACT);
        }
        let text = Utf32Str::new(text, &mut searcher.chars);
        let matcher = searcher.matcher.get_or_insert_with(|| Matcher::new(Config::DEFAULT));
        atom.score(text, matcher).map(|score| MatchRank::from_score(score.into()))
    }
}
