//! Filters that were kept in this run of the program, to recall them.

/// Maximum number of filters.
const MAX_FILTERS: usize = 50;

/// Filters that were kept, the latest at the end.
#[derive(Clone, Debug, Default)]
pub(super) struct FilterHistory {
    filters: Vec<String>,
    /// Number of the recalled filter, and the input before it was recalled.
    recalled: Option<(usize, String)>,
}

impl FilterHistory {
    /// Adds a filter, unless it is empty.
    pub(super) fn add(&mut self, filter: &str) {
        self.recalled = None;
        if filter.trim().is_empty() {
            return;
        }
        self.filters.retain(|other| other != filter);
        self.filters.push(filter.to_owned());
        if self.filters.len() > MAX_FILTERS {
            self.filters.remove(0);
        }
    }

    /// Returns the filter before the one that was recalled last, or after it; the input as it was
    /// after the latest. `None` if there is none.
    pub(super) fn recall(&mut self, before: bool, input: &str) -> Option<String> {
        if self.filters.is_empty() {
            return None;
        }
        let is_recalled =
            |(number, _): &(usize, String)| self.filters.get(*number).is_some_and(|f| f == input);
        let (number, typed) = match self.recalled.take().filter(is_recalled) {
            Some((number, typed)) => (number, typed),
            None => (self.filters.len(), input.to_owned()),
        };
        let number = if before { number.checked_sub(1) } else { Some(number + 1) };
        let number = number.unwrap_or(0);
        let Some(filter) = self.filters.get(number) else {
            return (number == self.filters.len()).then_some(typed);
        };
        self.recalled = Some((number, typed));
        Some(filter.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> FilterHistory {
        let mut history = FilterHistory::default();
        for filter in ["one", "two", "", "one", "three"] {
            history.add(filter);
        }
        history
    }

    #[test]
    fn filters_are_recalled_from_the_latest_to_the_first_and_back() {
        let mut history = history();
        let mut input = "typed".to_owned();
        let mut seen = Vec::new();
        for before in [true, true, true, true, false, false, false, false] {
            if let Some(text) = history.recall(before, &input) {
                input = text;
            }
            seen.push(input.clone());
        }
        assert_eq!(seen, ["three", "one", "two", "two", "one", "three", "typed", "typed"]);
    }

    #[test]
    fn an_edited_filter_begins_at_the_latest_again() {
        let mut history = history();
        assert_eq!(history.recall(true, ""), Some("three".to_owned()));
        assert_eq!(history.recall(true, "three and more"), Some("three".to_owned()));
        assert_eq!(history.recall(false, "three"), Some("three and more".to_owned()));
        assert_eq!(FilterHistory::default().recall(true, "x"), None);
    }
}
