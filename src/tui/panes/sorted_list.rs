//! Sorted and filtered list of the account's users or keys.
//!
//! Rows never move by themselves. Rows that are added, or match the filter only now, are appended
//! until the list is sorted again; rows that no longer match stay until then.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use crate::filter::Match;
use crate::inventory::{Inventory, KeyIndex, SortOrder, UserIndex};
use crate::model::Now;
use crate::tui::context::Marks;
use crate::tui::panes::cursor_list::{CursorList, CursorMove};
use crate::tui::panes::filter_line::FilterLine;
use crate::tui::render::table::ListPosition;

/// Row of a list: an index into the inventory.
pub(crate) trait InventoryRow: Copy + PartialEq {
    /// Whether the list sorts itself once the list of users is complete, until the user has moved
    /// in it. Keys arrive for minutes, so their list is sorted once and then on request.
    const SORTS_ITSELF: bool;
    /// Returns its index, counted in the order of first sight.
    fn index(self) -> usize;
    /// Returns every row.
    fn all(inventory: &Inventory) -> impl Iterator<Item = Self>;
    /// Returns every row in that order.
    fn sorted(inventory: &Inventory, order: SortOrder, now: Timestamp) -> Vec<Self>;
    /// Returns the rows that have changed since a revision of the inventory.
    fn changed(inventory: &Inventory, since: u64) -> Vec<Self>;
    /// Returns the filter's verdict on the row.
    fn matches(self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) -> Match;
}

impl InventoryRow for UserIndex {
    const SORTS_ITSELF: bool = true;

    fn index(self) -> usize {
        self.number()
    }

    fn all(inventory: &Inventory) -> impl Iterator<Item = Self> {
        inventory.users().map(|(index, _)| index)
    }

    fn sorted(inventory: &Inventory, order: SortOrder, now: Timestamp) -> Vec<Self> {
        inventory.sorted(order, now)
    }

    fn changed(inventory: &Inventory, since: u64) -> Vec<Self> {
        inventory.changed_since(since).collect()
    }

    fn matches(self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) -> Match {
        let facts = inventory.facts(self);
        let marked =
            !marks.is_empty() && facts.live_keys().iter().any(|key| marks.contains(&key.id));
        filter.matches(&facts.row(inventory.row_account(), marked))
    }
}

impl InventoryRow for KeyIndex {
    const SORTS_ITSELF: bool = false;

    fn index(self) -> usize {
        self.number()
    }

    fn all(inventory: &Inventory) -> impl Iterator<Item = Self> {
        inventory.keys().map(|(index, ..)| index)
    }

    fn sorted(inventory: &Inventory, order: SortOrder, now: Timestamp) -> Vec<Self> {
        inventory.sorted_keys(order, now)
    }

    fn changed(inventory: &Inventory, since: u64) -> Vec<Self> {
        let keys =
            inventory.changed_since(since).flat_map(|index| inventory.facts(index).live_keys());
        keys.filter_map(|key| inventory.key_index(&key.id)).collect()
    }

    fn matches(self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) -> Match {
        let (owner, id) = inventory.key_at(self);
        let facts = inventory.facts(owner);
        facts.key(id).map_or(Match::No, |key| {
            filter.matches(&facts.key_row(inventory.row_account(), key, marks.contains(id)))
        })
    }
}

/// Last verdict of the filter on a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RowVisibility {
    #[default]
    Hidden,
    Undecided,
    Shown,
}

/// List as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct SortedList<I> {
    /// Sort order.
    pub order: SortOrder,
    /// Number of rows appended since the list was sorted.
    pub unsorted: usize,
    /// Number of rows that the filter cannot decide, since a fact it depends on was not read.
    pub undecided: usize,
    /// Every row, in sort order.
    ordered: Vec<I>,
    /// Number of rows that were sorted; the rest were appended.
    sorted: usize,
    /// Verdict of the filter for each row, by index.
    verdicts: Vec<RowVisibility>,
    /// Rows shown.
    list: CursorList<I>,
    /// Whether the user has moved in the list, which then no longer sorts itself.
    touched: bool,
    /// Time at which the selection or the window last moved.
    moved_at: Duration,
    /// Versions of the filter and of the marks that it asks for, and revision of the inventory,
    /// that are shown.
    shown: Option<((u64, u64), u64)>,
}

impl<I> Default for SortedList<I>
where
    CursorList<I>: Default,
{
    fn default() -> Self {
        Self {
            order: SortOrder::default(),
            unsorted: 0,
            undecided: 0,
            ordered: Vec::new(),
            sorted: 0,
            verdicts: Vec::new(),
            list: CursorList::default(),
            touched: false,
            moved_at: Duration::ZERO,
            shown: None,
        }
    }
}

impl<I: InventoryRow> SortedList<I> {
    /// Returns the rows shown.
    pub(crate) fn items(&self) -> &[I] {
        self.list.items()
    }

    /// Returns the visible rows.
    pub(crate) fn window(&self) -> &[I] {
        self.list.window()
    }

    /// Returns the visible rows, each with whether it is selected.
    pub(crate) fn visible(&self) -> impl Iterator<Item = (I, bool)> {
        self.list.visible().map(|(row, is_selected)| (*row, is_selected))
    }

    /// Returns the part of the list that the window shows.
    pub(crate) fn position(&self) -> ListPosition {
        self.list.position()
    }

    /// Returns the selected row.
    pub(crate) fn selected(&self) -> Option<I> {
        self.list.selected().copied()
    }

    /// Returns the time at which the list last moved.
    pub(crate) fn moved_at(&self) -> Duration {
        self.moved_at
    }

    /// Moves the cursor.
    pub(crate) fn go(&mut self, step: CursorMove, now: Now) {
        self.touched = true;
        if self.list.go(step) {
            self.moved_at = now.mono;
        }
    }

    /// Selects a row; returns whether the list shows it.
    pub(crate) fn select(&mut self, row: I, now: Now) -> bool {
        self.moved_at = now.mono;
        self.list.select(&row)
    }

    /// Sets the number of rows of the window; returns whether it has changed.
    pub(crate) fn set_height(&mut self, height: usize) -> bool {
        self.list.set_height(height)
    }

    /// Sorts the list as the user asks; a cursor in the first row stays there.
    pub(crate) fn sort_by_user(&mut self, order: SortOrder, inventory: &Inventory, now: Now) {
        self.list.stay_at_top();
        self.sort(order, inventory, now);
    }

    fn sort(&mut self, order: SortOrder, inventory: &Inventory, now: Now) {
        self.order = order;
        self.ordered = I::sorted(inventory, order, now.wall);
        self.sorted = self.ordered.len();
        self.shown = None;
    }

    /// Updates the list with changes of the inventory, the filter and the marks.
    pub(crate) fn settle(
        &mut self,
        inventory: &Inventory,
        filter: &mut FilterLine,
        marks: &Marks,
        now: Now,
    ) {
        let marks_asked_for = filter.filter().asks_for_marks().then(|| marks.version());
        let versions = (filter.version(), marks_asked_for.unwrap_or_default());
        let state = (versions, inventory.revision());
        if self.shown == Some(state) {
            return;
        }
        let before = self.selected();
        let new = I::all(inventory).skip(self.ordered.len());
        self.ordered.extend(new);
        let late = self.ordered.len() > self.sorted;
        let sorts_itself = if I::SORTS_ITSELF {
            let is_chosen = filter.is_active() && !filter.is_restored();
            !self.touched && !is_chosen && inventory.is_listing_complete()
        } else {
            self.sorted == 0
        };
        if late && sorts_itself {
            self.sort(self.order, inventory, now);
        }
        match self.shown {
            Some((shown, revision)) if shown == versions => {
                self.show_changed(inventory, filter, marks, revision);
            }
            _ => self.show_all(inventory, filter, marks),
        }
        self.shown = Some(state);
        if self.selected() != before {
            self.moved_at = now.mono;
        }
    }

    /// Filters every row. With free text, the best matches come first.
    fn show_all(&mut self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) {
        self.verdicts = vec![RowVisibility::Hidden; self.ordered.len()];
        self.undecided = 0;
        // In the order of first sight a user's keys are adjacent, which makes the search faster.
        let mut matches = vec![Match::No; self.ordered.len()];
        for row in I::all(inventory) {
            matches[row.index()] = row.matches(inventory, filter, marks);
        }
        let mut shown = Vec::with_capacity(self.ordered.len());
        for row in self.ordered.iter().copied() {
            match matches[row.index()] {
                Match::Yes(rank) => {
                    shown.push((Reverse(rank), row));
                    self.verdicts[row.index()] = RowVisibility::Shown;
                }
                Match::Unknown => {
                    self.undecided += 1;
                    self.verdicts[row.index()] = RowVisibility::Undecided;
                }
                Match::No => {}
            }
        }
        if filter.filter().has_free_text() {
            shown.sort_by_key(|(rank, _)| *rank);
        }
        self.unsorted = shown.iter().filter(|(_, row)| row.index() >= self.sorted).count();
        self.list.show(shown.into_iter().map(|(_, row)| row).collect());
    }

    /// Filters the rows that have changed since a revision.
    fn show_changed(
        &mut self,
        inventory: &Inventory,
        filter: &mut FilterLine,
        marks: &Marks,
        since: u64,
    ) {
        self.verdicts.resize(self.ordered.len(), RowVisibility::Hidden);
        let mut new = Vec::new();
        for row in I::changed(inventory, since) {
            let verdict = &mut self.verdicts[row.index()];
            if *verdict == RowVisibility::Shown {
                continue;
            }
            self.undecided -= usize::from(*verdict == RowVisibility::Undecided);
            *verdict = match row.matches(inventory, filter, marks) {
                Match::Yes(_) => RowVisibility::Shown,
                Match::Unknown => RowVisibility::Undecided,
                Match::No => RowVisibility::Hidden,
            };
            self.undecided += usize::from(*verdict == RowVisibility::Undecided);
            if *verdict == RowVisibility::Shown {
                new.push(row);
            }
        }
        self.unsorted += new.len();
        self.list.extend(new);
    }
}
