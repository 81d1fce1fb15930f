//! Completion of the last word of a filter: names of terms, values, and names of saved filters.

use super::parse::next_word;
use super::saved::SavedFilters;
use super::term_help::TERMS;

/// Words that the last word of a filter can be completed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completions {
    /// Byte of the filter at which the last word begins; its end if a new word begins there.
    pub start: usize,
    /// Whole words, without the present one.
    pub words: Vec<String>,
}

/// Returns what the last word of a filter can be completed to. Free text has no completions.
pub(crate) fn completions(filter: &str, saved: &SavedFilters) -> Completions {
    let (mut at, mut start) = (0, filter.len());
    while let Some(word) = next_word(filter, &mut at) {
        start = if word.span.end == filter.len() { word.span.start } else { filter.len() };
    }
    let word = &filter[start..];
    let mut words = candidates(word, saved);
    words.retain(|candidate| candidate != word);
    Completions { start, words }
}

fn candidates(word: &str, saved: &SavedFilters) -> Vec<String> {
    let names = saved.names().map(|name| format!("@{name}"));
    if word.starts_with('@') {
        return names.filter(|name| name.starts_with(word)).collect();
    }
    let (sign, body) = match word.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", word),
    };
    let body = body.to_lowercase();
    if let Some((name, value)) = body.split_once([':', '=']) {
        let values = TERMS.iter().filter(|term| term.name == name).flat_map(|term| term.values);
        let values = values.filter(|known| known.starts_with(value));
        return values.map(|known| format!("{sign}{name}:{known}")).collect();
    }
    let terms = TERMS
        .iter()
        .filter(|term| term.name.starts_with(&body))
        .map(|term| format!("{sign}{}{}", term.name, term.operator));
    if word.is_empty() { names.chain(terms).collect() } else { terms.collect() }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::filter::Filter;

    fn saved() -> SavedFilters {
        let filters = [("stale", "status:active unused>90d"), ("ci_1", "user:ci-*")];
        filters.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    fn words(filter: &str) -> Vec<String> {
        completions(filter, &saved()).words
    }

    #[test]
    fn names_of_terms_values_and_saved_filters_are_completed() {
        assert_eq!(words("us"), ["used<", "user:", "user-id:"]);
        assert_eq!(words("bob STAT"), ["status:"]);
        assert_eq!(words("-mf"), ["-mfa:"]);
        assert_eq!(words("status:"), ["status:active", "status:inactive", "status:expired"]);
        assert_eq!(words("-Status=IN"), ["-status:inactive"]);
        assert_eq!(words("used:n"), ["used:never"]);
        assert_eq!(words("x @"), ["@stale", "@ci_1"]);
        assert_eq!(words("@st"), ["@stale"]);
        assert_eq!(completions("bob mfa:", &saved()).start, 4);
    }

    #[test]
    fn a_new_word_may_be_anything() {
        let all = words("status:active ");
        assert_eq!(all.len(), 2 + TERMS.len());
        assert_eq!(all[..3], ["@stale", "@ci_1", "status:"]);
        assert_eq!(completions("mfa:no ", &saved()).start, 7);
    }

    #[test]
    fn text_and_whole_words_are_not_completed() {
        for filter in
            ["bob", "status:active", "\"sta", "\"a b", "user:ci", "@stale", "-@sta", "age>1"]
        {
            assert_eq!(words(filter), [""; 0], "{filter}");
        }
    }

    #[test]
    fn completed_words_with_a_value_are_valid() {
        for term in TERMS {
            for word in words(&format!("{}:", term.name)) {
                assert!(Filter::parse(&word, Timestamp::UNIX_EPOCH).is_ok(), "{word}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_last_word_is_replaced_as_a_whole(text in ".{0,20}", end in "[ -]?[@a-z:\"]{0,6}") {
            let filter = format!("{text}{end}");
            let found = completions(&filter, &saved());
            prop_assert!(filter.is_char_boundary(found.start));
            let has_space = filter[found.start..].contains(' ');
            prop_assert!(found.words.is_empty() || !has_space);
        }
    }
}
