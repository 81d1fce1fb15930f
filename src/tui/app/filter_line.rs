//! The filter: the line it is typed in, and what stands of it.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::filter::{Filter, FilterRow, Match, Searcher};
use crate::model::Now;
use crate::tui::messages;

/// The filter of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterLine {
    /// The line as typed.
    pub input: Input,
    /// Whether keys go to the line.
    pub editing: bool,
    /// What of the line can't be read, in a few words; the rest of it is in
    /// force.
    pub error: Option<String>,
    filter: Filter,
    /// Counts the filters that were in force so far.
    version: u64,
    searcher: Searcher,
}

impl FilterLine {
    /// Whether it hides anything.
    pub(crate) fn is_active(&self) -> bool {
        !self.filter.is_empty()
    }

    /// The filter in force.
    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Changes whenever the filter does.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The marks have changed, which the filter may ask for.
    pub(crate) fn touch(&mut self) {
        self.version += u64::from(self.filter.asks_for_marks());
    }

    /// A key was pressed while the line has the focus.
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

    /// Text was pasted into the line.
    pub(crate) fn paste(&mut self, text: &str, now: Now) {
        let line: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        self.input = Input::new(format!("{}{line}", self.input.value()));
        self.read(now);
    }

    /// Lets everything through again.
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
        // A word that goes on being wrong leaves the list alone.
        if filter != self.filter {
            self.filter = filter;
            self.version += 1;
        }
    }

    /// What the filter says about a row.
    pub(crate) fn matches(&mut self, row: &FilterRow<'_>) -> Match {
        self.filter.matches(row, &mut self.searcher)
    }
}
