//! The section `[filters]`: filters to use by name.

use std::collections::BTreeMap;

use jiff::Timestamp;
use toml::Spanned;

use super::location::{ConfigError, FileLocation};
use super::messages;
use super::sourced::Sourced;
use crate::filter::Filter;
use crate::filter::saved::{self, SavedFilters};

/// A filter of the section, with its name.
pub(crate) type NamedFilter = (String, Sourced<String>);

/// Checks the names and the filters.
///
/// # Errors
/// Returns an error with its line for a name of other characters than letters, digits, `-` and `_`,
/// and for a filter that cannot be parsed, is empty, or uses another saved filter.
pub(super) fn resolve(
    filters: BTreeMap<String, Spanned<String>>,
    location: &FileLocation<'_>,
) -> Result<Vec<NamedFilter>, ConfigError> {
    let check = |(name, filter): (String, Spanned<String>)| {
        let invalid = |reason| Err(location.error(Some(filter.span()), reason));
        let text = filter.get_ref();
        if !saved::is_name(&name) {
            return invalid(messages::invalid_filter_name(&name));
        }
        if text.trim().is_empty() {
            return invalid(messages::EMPTY_TEXT.to_owned());
        }
        // The time does not matter to the form.
        if let Err(error) = Filter::parse(text, Timestamp::UNIX_EPOCH) {
            return invalid(messages::invalid_filter(&name, &error));
        }
        if saved::expand(text, &SavedFilters::default()).is_err() {
            return invalid(messages::filter_in_filter(&name));
        }
        Ok((name, location.sourced(filter, |text| text)))
    };
    filters.into_iter().map(check).collect()
}
