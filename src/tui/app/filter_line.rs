//! The filter: the line it is typed in, and what stands of it.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::filter::{Filter, Match, Searcher};
use crate::inventory::{Inventory, UserIndex};
use crate::model::Now;
use crate::tui::app::Marks;

/// The filter of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterLine {
    /// The line as typed.
    pub input: Input,
    /// Whether keys go to the line.
    pub editing: bool,
    /// Why the line can't be read, if so; the filter that stood before it
    /// stays in force.
    pub error: Option<String>,
    /// Rows that the filter can say nothing about, since something that it
    /// asks for was not read.
    pub undecided: usize,
    filter: Filter,
    changed: bool,
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

    /// Whether the filter has changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Something that the filter may ask for has changed.
    pub(crate) fn touch(&mut self) {
        self.changed = true;
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
        self.changed = true;
    }

    fn read(&mut self, now: Now) {
        match Filter::parse(self.input.value(), now.wall) {
            Ok(filter) => {
                self.filter = filter;
                self.error = None;
                self.changed = true;
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    /// The users to show, best first where there is free text; `None` for all
    /// of them as they are.
    pub(crate) fn apply(
        &mut self,
        inventory: &Inventory,
        ordered: &[UserIndex],
        marks: &Marks,
    ) -> Option<Vec<UserIndex>> {
        self.undecided = 0;
        if self.filter.is_empty() {
            return None;
        }
        let mut shown = Vec::new();
        for index in ordered {
            let facts = inventory.at(*index);
            let marked = facts.live_keys().iter().any(|key| marks.contains(&key.id));
            match self.filter.matches(&facts.row(marked), &mut self.searcher) {
                Match::Yes(rank) => shown.push((std::cmp::Reverse(rank), *index)),
                Match::Unknown => self.undecided += 1,
                Match::No => {}
            }
        }
        if self.filter.ranks() {
            shown.sort_by_key(|(rank, _)| *rank);
        }
        Some(shown.into_iter().map(|(_, index)| index).collect())
    }
}
