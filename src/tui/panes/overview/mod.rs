//! The Overview: how the active keys of the account are distributed, as bars. A bar opens the list of
//! its keys.

mod view;

use jiff::{SignedDuration, Timestamp};

use crate::inventory::Inventory;
use crate::model::Now;
use crate::ops::overview::{BarId, GROUPS, Overview};
use crate::tui::panes::cursor_list::{CursorList, CursorMove};
use crate::tui::panes::filter_line::FilterLine;

/// Time after which the keys are counted again, since they have grown older.
const MAX_COUNT_AGE: SignedDuration = SignedDuration::from_mins(1);

/// State of the Overview.
#[derive(Clone, Debug)]
pub(crate) struct OverviewPane {
    /// The filter of the view, which is always empty: the bars count every active key.
    pub(super) filter: FilterLine,
    list: CursorList<OverviewRow>,
    counted: Option<Counted>,
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OverviewRow {
    /// Heading of a group.
    Heading(usize),
    Bar(BarId),
}

/// Counts, and the revision of the inventory that they are of.
#[derive(Clone, Debug)]
struct Counted {
    revision: u64,
    overview: Overview,
}

/// What the selected bar opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BarKeys {
    /// The keys that a filter finds, whose ages count back from a time.
    Filter(&'static str, Timestamp),
    /// Nothing: these keys are not known well enough to be filtered.
    NotKnown,
    /// Nothing: root's keys are not listed, since only root can list them.
    RootOnly,
}

impl Default for OverviewPane {
    fn default() -> Self {
        let rows = (0..GROUPS.len()).flat_map(|group| {
            let bars = BarId::of_group(group).map(OverviewRow::Bar);
            std::iter::once(OverviewRow::Heading(group)).chain(bars)
        });
        let mut list = CursorList::default();
        list.show(rows.collect());
        let mut pane = Self { filter: FilterLine::default(), list, counted: None };
        pane.go(CursorMove::First);
        pane
    }
}

impl OverviewPane {
    /// Counts the keys again if the inventory has changed or the counts are old.
    pub(super) fn settle(&mut self, inventory: &Inventory, now: Now) {
        let is_current = self.counted.as_ref().is_some_and(|counted| {
            let age = now.wall.duration_since(counted.overview.counted_at);
            counted.revision == inventory.revision() && age.abs() < MAX_COUNT_AGE
        });
        if !is_current {
            let overview = Overview::of(inventory, now.wall);
            self.counted = Some(Counted { revision: inventory.revision(), overview });
        }
    }

    /// Moves the cursor to a bar: past a heading in the direction of the move, or past the first
    /// heading.
    pub(super) fn go(&mut self, step: CursorMove) {
        self.list.go(step);
        let is_upwards = match step {
            CursorMove::By(rows) => rows < 0,
            CursorMove::Pages(pages) => pages < 0,
            CursorMove::First | CursorMove::Last | CursorMove::ToLine(_) => false,
        };
        if self.selected().is_none() && is_upwards {
            self.list.go(CursorMove::By(-1));
        }
        if self.selected().is_none() {
            self.list.go(CursorMove::By(1));
        }
        self.show_heading();
    }

    /// Scrolls to the heading of the selected bar, if that is the first of its group.
    fn show_heading(&mut self) {
        if self.selected().is_some_and(|bar| bar.bar == 0) && self.list.cursor_line() == Some(0) {
            self.list.go(CursorMove::By(-1));
            self.list.go(CursorMove::By(1));
        }
    }

    /// Sets the number of rows of the window; returns whether it has changed.
    pub(super) fn set_height(&mut self, height: usize) -> bool {
        let has_changed = self.list.set_height(height);
        if has_changed {
            self.show_heading();
        }
        has_changed
    }

    /// Returns the selected bar.
    fn selected(&self) -> Option<BarId> {
        match self.list.selected()? {
            OverviewRow::Heading(_) => None,
            OverviewRow::Bar(bar) => Some(*bar),
        }
    }

    /// Returns what the selected bar opens; `None` before the keys are counted.
    pub(super) fn selected_keys(&self) -> Option<BarKeys> {
        let (bar, counted) = (self.selected()?, self.counted.as_ref()?);
        let overview = &counted.overview;
        Some(match bar.spec().filter {
            None => BarKeys::NotKnown,
            Some(_) if bar == BarId::ROOT && !overview.lists_root() => BarKeys::RootOnly,
            Some(filter) => BarKeys::Filter(filter, overview.counted_at),
        })
    }

    /// Returns the counts.
    #[cfg(test)]
    pub(crate) fn counts(&self) -> &Overview {
        &self.counted.as_ref().unwrap().overview
    }

    /// Returns the selected bar.
    #[cfg(test)]
    pub(crate) fn selected_bar(&self) -> BarId {
        self.selected().unwrap()
    }
}
