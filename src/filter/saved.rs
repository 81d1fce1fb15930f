//! Saved filters: `@stale` in a filter stands for the filter that is saved under this name.

use super::messages::{WordError, negated_saved_filter, unknown_saved_filter};
use super::parse::{FilterError, next_word};

/// The filters of the section `[filters]` of the configuration file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SavedFilters(Vec<(String, String)>);

impl FromIterator<(String, String)> for SavedFilters {
    /// Collects names, without `@`, with their filters.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(filters: I) -> Self {
        Self(filters.into_iter().collect())
    }
}

impl SavedFilters {
    /// Returns the filter of a name without `@`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, filter)| filter.as_str())
    }

    /// Returns the names, without `@`.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// Returns whether a text can be the name of a saved filter: letters, digits, `-` and `_` of ASCII.
/// Other texts after `@`, such as a domain, are searched for.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Replaces each `@name` by the filter of this name.
///
/// # Errors
/// Returns the error of the first name that has no filter, or is negated.
pub(crate) fn expand(text: &str, saved: &SavedFilters) -> Result<String, FilterError> {
    match expand_known(text, saved) {
        (expanded, None) => Ok(expanded),
        (_, Some(error)) => Err(error),
    }
}

/// Replaces each `@name` by the filter of this name, and removes names that have none. Returns the
/// error of the first of these.
pub(super) fn expand_known(text: &str, saved: &SavedFilters) -> (String, Option<FilterError>) {
    let (mut expanded, mut at, mut error) = (String::with_capacity(text.len()), 0, None);
    let mut copied = 0;
    while let Some(word) = next_word(text, &mut at) {
        let span = word.span.clone();
        let raw = &text[span.clone()];
        let (is_negated, body) = match raw.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, raw),
        };
        let Some(name) = body.strip_prefix('@').filter(|name| is_name(name)) else { continue };
        expanded.push_str(&text[copied..span.start]);
        copied = span.end;
        let failure: WordError = match saved.get(name) {
            Some(filter) if !is_negated => {
                expanded.push_str(filter);
                continue;
            }
            Some(_) => negated_saved_filter(name),
            None => unknown_saved_filter(name, &saved.names().collect::<Vec<_>>()),
        };
        error = error.or_else(|| Some(word.error(text, failure)));
    }
    expanded.push_str(&text[copied..]);
    (expanded, error)
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

    #[test]
    fn names_are_replaced_beside_other_words() {
        let expanded = |text| expand(text, &saved()).unwrap();
        assert_eq!(expanded("@stale"), "status:active unused>90d");
        assert_eq!(expanded(" bill @ci_1  @stale "), " bill user:ci-*  status:active unused>90d ");
        for text in ["", "@", "@example.com", "ann@stale", "\"@stale\"", "user:@stale", "@\"x\""] {
            assert_eq!(expanded(text), text);
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_names_the_known_ones() {
        let error = expand("status:active é @stael", &saved()).unwrap_err();
        assert_eq!((error.column, &error.span), (17, &(17..23)));
        assert_eq!(
            error.sentence,
            "There is no saved filter @stael; did you mean @stale? The saved filters are @stale and @ci_1. To \
             search for the text, put it in double quotes."
        );
        assert_eq!(error.brief, "no saved filter @stael (did you mean @stale?)");
        let error = expand("@x", &SavedFilters::default()).unwrap_err();
        assert!(error.sentence.contains("No filters are saved: add one to [filters]"), "{error}");
        let error = expand("-@stale", &saved()).unwrap_err();
        assert!(error.sentence.starts_with("A saved filter cannot be negated"), "{error}");
    }

    #[test]
    fn errors_beside_a_saved_filter_have_the_column_as_typed() {
        let error = Filter::parse_saved("@stale foo:x", &saved(), Timestamp::UNIX_EPOCH);
        assert_eq!(error.unwrap_err().column, 8);
        let (filter, error) =
            Filter::parse_saved_words("@stale @sta", &saved(), Timestamp::UNIX_EPOCH);
        let whole = Filter::parse("status:active unused>90d", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((filter, error.is_some()), (whole, true));
    }

    proptest! {
        #[test]
        fn a_filter_without_names_is_the_same(text in "[^@]{0,40}") {
            prop_assert_eq!(expand(&text, &saved()), Ok(text));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}", name in "-?@[a-z_]{0,4}") {
            let _ = expand(&format!("{text} {name} {text}"), &saved());
        }
    }
}
