//! Filter: its input line and the part of it that is in force.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::filter::{Filter, FilterRow, Match, Searcher};
use crate::model::Now;
use crate::tui::messages;

/// Filter of the list in view.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterLine {
    /// Text as typed.
    pub input: Input,
    /// `true` while the input has the focus.
    pub editing: bool,
    /// Short error for the first invalid term; the other terms are in force.
    pub error: Option<String>,
    filter: Filter,
    /// Number of filters that have been in force.
    version: u64,
    searcher: Searcher,
}

impl FilterLine {
    /// Returns whether the filter hides anything.
    pub(crate) fn is_active(&self) -> bool {
        !self.filter.is_empty()
    }

    /// Returns the filter in force.
    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Returns a number that changes whenever the filter does.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Notes that the marks have changed, which terms of the filter may depend on.
    pub(crate) fn touch(&mut self) {
        self.version += u64::from(self.filter.asks_for_marks());
    }

    /// Handles a key while the input has the focus.
    pub(crate) fn key(&mut self, key: KeyEvent, now: Now) {
        match key.code {
            KeyCode::Enter => self.editing = false,
            KeyCode::Esc => self.clear(),
            _ => {
                if self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value) {
                    self.read(now);
                }
            }
        }
    }

    /// Appends pasted text to the input.
    pub(crate) fn paste(&mut self, text: &str, now: Now) {
        let line: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        self.input = Input::new(format!("{}{line}", self.input.value()));
        self.read(now);
    }

    /// Removes the filter.
    pub(crate) fn clear(&mut self) {
        self.input.reset();
        self.filter = Filter::default();
        self.error = None;
        self.editing = false;
        self.version += 1;
    }

    fn read(&mut self, now: Now) {
        let (filter, error) = Filter::parse_words(self.input.value(), now.wall);
        self.error =
            error.map(|error| messages::lists::filter_invalid(&error.brief, !filter.is_empty()));
        // A term that is still invalid leaves the list as it is.
        if filter != self.filter {
            self.filter = filter;
            self.version += 1;
        }
    }

    /// Returns the filter's verdict on a row.
    pub(crate) fn matches(&mut self, row: &FilterRow<'_>) -> Match {
        self.filter.matches(row, &mut self.searcher)
    }
}
