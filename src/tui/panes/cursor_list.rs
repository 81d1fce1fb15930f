//! List with a cursor and a visible window.
//!
//! The selection is an item, not a row number, and stays on its line of the screen when rows are
//! added or removed around it.

use crossterm::event::MouseEventKind;

use crate::tui::keymap::Action;
use crate::tui::render::table::ListPosition;

/// Rows scrolled by one step of the wheel.
const WHEEL_ROWS: isize = 3;

/// List of items that are compared by value.
#[derive(Clone, Debug)]
pub(crate) struct CursorList<T> {
    items: Vec<T>,
    selected: Option<T>,
    /// Row number of the selection, or the one it had before its item was removed.
    cursor: usize,
    top: usize,
    height: usize,
}

/// Movement of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CursorMove {
    /// By a number of rows; up if negative.
    By(isize),
    /// By a number of pages; up if negative.
    Pages(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// To a line of the window, if it has a row.
    ToLine(usize),
}

impl CursorMove {
    /// Returns the movement of an action; `None` for other actions.
    pub(crate) fn for_action(action: Action) -> Option<Self> {
        Some(match action {
            Action::Down => Self::By(1),
            Action::Up => Self::By(-1),
            Action::Top => Self::First,
            Action::Bottom => Self::Last,
            Action::PageDown => Self::Pages(1),
            Action::PageUp => Self::Pages(-1),
            _ => return None,
        })
    }

    /// Returns the movement of the wheel of the mouse; `None` for other events.
    pub(crate) fn for_wheel(event: MouseEventKind) -> Option<Self> {
        match event {
            MouseEventKind::ScrollDown => Some(Self::By(WHEEL_ROWS)),
            MouseEventKind::ScrollUp => Some(Self::By(-WHEEL_ROWS)),
            _ => None,
        }
    }

    /// Returns the row that it leads to from another one, in a window of that height, and at most
    /// the last row. Lines of the window are not rows: they lead nowhere.
    pub(crate) fn row(self, from: usize, last: usize, height: usize) -> usize {
        let to = match self {
            Self::By(rows) => from.saturating_add_signed(rows),
            Self::Pages(pages) => from.saturating_add_signed(pages * page_rows(height)),
            Self::First => 0,
            Self::Last => last,
            Self::ToLine(_) => from,
        };
        to.min(last)
    }
}

/// Returns the number of rows of a page in a window of that height: one row of a page is repeated
/// on the next.
pub(crate) fn page_rows(height: usize) -> isize {
    isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1)
}

impl<T> Default for CursorList<T> {
    fn default() -> Self {
        Self { items: Vec::new(), selected: None, cursor: 0, top: 0, height: 1 }
    }
}

impl<T: Clone + PartialEq> CursorList<T> {
    /// Returns all items.
    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }

    /// Returns the selected item.
    pub(crate) fn selected(&self) -> Option<&T> {
        self.selected.as_ref()
    }

    /// Returns the visible rows.
    pub(crate) fn window(&self) -> &[T] {
        let end = (self.top + self.height).min(self.items.len());
        self.items.get(self.top..end).unwrap_or(&[])
    }

    /// Returns the visible rows, each with whether it is selected.
    pub(crate) fn visible(&self) -> impl Iterator<Item = (&T, bool)> {
        let cursor = self.cursor_line();
        self.window().iter().enumerate().map(move |(line, item)| (item, cursor == Some(line)))
    }

    /// Returns the part of the list that the window shows.
    pub(crate) fn position(&self) -> ListPosition {
        ListPosition { top: self.top, height: self.height, rows: self.items.len() }
    }

    /// Returns the line of the selection in the window.
    pub(crate) fn cursor_line(&self) -> Option<usize> {
        self.selected.as_ref()?;
        self.cursor.checked_sub(self.top)
    }

    /// Replaces the items. The selected item stays selected, on the same line of the screen; if it
    /// was removed, the item that took its row is selected.
    pub(crate) fn show(&mut self, items: Vec<T>) {
        let line = self.cursor.saturating_sub(self.top);
        self.items = items;
        let found = self
            .selected
            .as_ref()
            .and_then(|selected| self.items.iter().position(|item| item == selected));
        self.cursor = found.unwrap_or(self.cursor).min(self.items.len().saturating_sub(1));
        self.selected = self.items.get(self.cursor).cloned();
        self.top = self.cursor.saturating_sub(line);
        self.keep_in_view();
    }

    /// Keeps a cursor in the first row there when the items are replaced next.
    pub(crate) fn stay_at_top(&mut self) {
        if self.cursor == 0 {
            self.selected = None;
            self.top = 0;
        }
    }

    /// Appends items.
    pub(crate) fn extend(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        if self.selected.is_none() {
            self.selected = self.items.first().cloned();
        }
    }

    /// Sets the number of rows of the window; returns whether it has changed.
    pub(crate) fn set_height(&mut self, height: usize) -> bool {
        let before = std::mem::replace(&mut self.height, height.max(1));
        self.keep_in_view();
        self.height != before
    }

    /// Moves the cursor; returns whether the selection has changed.
    pub(crate) fn go(&mut self, step: CursorMove) -> bool {
        let last = self.items.len().saturating_sub(1);
        let to = match step {
            CursorMove::ToLine(line) if self.top + line > last => return false,
            CursorMove::ToLine(line) => self.top + line,
            step => step.row(self.cursor, last, self.height),
        };
        self.select_row(to)
    }

    /// Moves the cursor by the wheel of the mouse; other events of it do nothing.
    pub(crate) fn wheel(&mut self, event: MouseEventKind) {
        if let Some(step) = CursorMove::for_wheel(event) {
            self.go(step);
        }
    }

    /// Selects an item; returns whether the list has it.
    pub(crate) fn select(&mut self, item: &T) -> bool {
        match self.items.iter().position(|shown| shown == item) {
            Some(row) => {
                self.select_row(row);
                true
            }
            None => false,
        }
    }

    fn select_row(&mut self, row: usize) -> bool {
        let before = self.selected.clone();
        self.cursor = row;
        self.selected = self.items.get(row).cloned();
        self.keep_in_view();
        self.selected != before
    }

    fn keep_in_view(&mut self) {
        let last_top = self.items.len().saturating_sub(self.height);
        self.top = self
            .top
            .min(self.cursor)
            .max((self.cursor + 1).saturating_sub(self.height))
            .min(last_top);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: std::ops::Range<u32>, height: usize) -> CursorList<u32> {
        let mut list = CursorList::default();
        list.show(items.collect());
        list.set_height(height);
        list
    }

    #[test]
    fn the_selection_keeps_its_line_when_rows_are_inserted() {
        let mut list = list(10..40, 10);
        list.go(CursorMove::By(15));
        let line = list.cursor_line();
        list.show((0..40).collect());
        assert_eq!((list.selected(), list.cursor_line()), (Some(&25), line));
    }

    #[test]
    fn a_removed_selection_is_replaced_by_the_next_row() {
        let mut list = list(0..10, 10);
        list.go(CursorMove::By(4));
        list.show(vec![0, 1, 2, 3, 5, 6]);
        assert_eq!(list.selected(), Some(&5));
        list.show(vec![]);
        assert_eq!(list.selected(), None);
    }

    #[test]
    fn moves_stop_at_both_ends() {
        let mut list = list(0..10, 4);
        list.go(CursorMove::By(-3));
        assert_eq!(list.selected(), Some(&0));
        list.go(CursorMove::Pages(9));
        assert_eq!((list.selected(), list.window()), (Some(&9), &[6, 7, 8, 9][..]));
    }
}
