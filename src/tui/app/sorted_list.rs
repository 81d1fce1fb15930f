//! A list of the whole account: of its users, or of its keys. Order, filter,
//! selection. Rows never move by themselves: what comes later, or only now
//! passes the filter, stands at the end until the list is sorted again, and
//! what no longer passes stays until then.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use crate::filter::Match;
use crate::inventory::{Inventory, KeyIndex, SortOrder, UserIndex};
use crate::model::Now;
use crate::tui::app::cursor_list::{CursorList, CursorMove};
use crate::tui::app::{FilterLine, Marks};

/// What a row stands for: a place in the inventory.
pub(crate) trait InventoryRow: Copy + PartialEq {
    /// Whether the list sorts itself once the list of users is whole, as long
    /// as the user has not moved in it. Keys keep coming for minutes: their
    /// list is sorted once, and then when asked.
    const SORTS_ITSELF: bool;
    /// Which place: they are counted in the order of first sight.
    fn number(self) -> usize;
    /// Every place.
    fn all(inventory: &Inventory) -> impl Iterator<Item = Self>;
    /// Every place, in that order.
    fn sorted(inventory: &Inventory, order: SortOrder, reverse: bool, now: Timestamp) -> Vec<Self>;
    /// The places whose facts have changed since a revision.
    fn changed(inventory: &Inventory, since: u64) -> Vec<Self>;
    /// What the filter says about it.
    fn matches(self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) -> Match;
}

impl InventoryRow for UserIndex {
    const SORTS_ITSELF: bool = true;

    fn number(self) -> usize {
        self.number()
    }

    fn all(inventory: &Inventory) -> impl Iterator<Item = Self> {
        inventory.users().map(|(index, _)| index)
    }

    fn sorted(inventory: &Inventory, order: SortOrder, reverse: bool, now: Timestamp) -> Vec<Self> {
        inventory.sorted(order, reverse, now)
    }

    fn changed(inventory: &Inventory, since: u64) -> Vec<Self> {
        inventory.changed_since(since).collect()
    }

    fn matches(self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) -> Match {
        let facts = inventory.at(self);
        let marked =
            !marks.is_empty() && facts.live_keys().iter().any(|key| marks.contains(&key.id));
        filter.matches(&facts.row(marked))
    }
}

impl InventoryRow for KeyIndex {
    const SORTS_ITSELF: bool = false;

    fn number(self) -> usize {
        self.number()
    }

    fn all(inventory: &Inventory) -> impl Iterator<Item = Self> {
        inventory.keys().map(|(index, ..)| index)
    }

    fn sorted(inventory: &Inventory, order: SortOrder, reverse: bool, now: Timestamp) -> Vec<Self> {
        inventory.sorted_keys(order, reverse, now)
    }

    fn changed(inventory: &Inventory, since: u64) -> Vec<Self> {
        let keys = inventory.changed_since(since).flat_map(|index| inventory.at(index).live_keys());
        keys.filter_map(|key| inventory.key_index(&key.id)).collect()
    }

    fn matches(self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) -> Match {
        let (owner, id) = inventory.key_at(self);
        let facts = inventory.at(owner);
        facts
            .key(id)
            .map_or(Match::No, |key| filter.matches(&facts.key_row(key, marks.contains(id))))
    }
}

/// What the filter said of a row when it was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RowVisibility {
    #[default]
    Hidden,
    Undecided,
    Shown,
}

/// The list as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct SortedList<I> {
    /// By what it is sorted.
    pub order: SortOrder,
    /// Whether the other way round.
    pub reverse: bool,
    /// Rows that stand at the end because they came after the list was sorted.
    pub unsorted: usize,
    /// Rows that the filter can say nothing about, since something that it
    /// asks for was not read.
    pub undecided: usize,
    /// Every place, in the order that was last worked out.
    ordered: Vec<I>,
    /// How many places that order was worked out for.
    sorted: usize,
    /// For each place, whether it is shown.
    verdicts: Vec<RowVisibility>,
    /// What is shown.
    list: CursorList<I>,
    /// Whether the user has moved in the list: from then on it never sorts
    /// itself.
    touched: bool,
    /// When the selection or the window last moved.
    moved_at: Duration,
    /// The filter's version and the inventory's revision that it shows.
    shown: Option<(u64, u64)>,
}

impl<I> Default for SortedList<I>
where
    CursorList<I>: Default,
{
    fn default() -> Self {
        Self {
            order: SortOrder::default(),
            reverse: false,
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
    /// The rows.
    pub(crate) fn list(&self) -> &CursorList<I> {
        &self.list
    }

    /// What the selected row stands for.
    pub(crate) fn selected(&self) -> Option<I> {
        self.list.selected().copied()
    }

    /// When the list came to rest.
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

    /// Selects a row, if the list shows it.
    pub(crate) fn select(&mut self, row: I, now: Now) -> bool {
        self.moved_at = now.mono;
        self.list.select(&row)
    }

    /// How many rows the window has; tells whether that is another number.
    pub(crate) fn set_height(&mut self, height: usize) -> bool {
        self.list.set_height(height)
    }

    /// Sorts now, by that order.
    pub(crate) fn sort(
        &mut self,
        order: SortOrder,
        reverse: bool,
        inventory: &Inventory,
        now: Now,
    ) {
        self.order = order;
        self.reverse = reverse;
        self.ordered = I::sorted(inventory, order, reverse, now.wall);
        self.sorted = self.ordered.len();
        self.shown = None;
    }

    /// Whoever sorts with the cursor at the top wants to see what comes first.
    pub(crate) fn stay_at_top(&mut self) {
        self.list.stay_at_top();
    }

    /// Brings the list up to date with the account and the filter.
    pub(crate) fn settle(
        &mut self,
        inventory: &Inventory,
        filter: &mut FilterLine,
        marks: &Marks,
        now: Now,
    ) {
        let state = (filter.version(), inventory.revision());
        if self.shown == Some(state) {
            return;
        }
        let before = self.selected();
        let came = I::all(inventory).skip(self.ordered.len());
        self.ordered.extend(came);
        let late = self.ordered.len() > self.sorted;
        let sorts_itself = if I::SORTS_ITSELF {
            !self.touched && !filter.is_active() && inventory.listed()
        } else {
            self.sorted == 0
        };
        if late && sorts_itself {
            self.sort(self.order, self.reverse, inventory, now);
        }
        match self.shown {
            Some((version, revision)) if version == filter.version() => {
                self.show_changed(inventory, filter, marks, revision);
            }
            _ => self.show_all(inventory, filter, marks),
        }
        self.shown = Some(state);
        if self.selected() != before {
            self.moved_at = now.mono;
        }
    }

    /// Asks the filter about every row. The best come first where there is
    /// free text.
    fn show_all(&mut self, inventory: &Inventory, filter: &mut FilterLine, marks: &Marks) {
        self.verdicts = vec![RowVisibility::Hidden; self.ordered.len()];
        self.undecided = 0;
        // In the order of first sight a user's keys follow one another, which
        // the search makes use of.
        let mut matches = vec![Match::No; self.ordered.len()];
        for row in I::all(inventory) {
            matches[row.number()] = row.matches(inventory, filter, marks);
        }
        let mut shown = Vec::with_capacity(self.ordered.len());
        for row in self.ordered.iter().copied() {
            match matches[row.number()] {
                Match::Yes(rank) => {
                    shown.push((Reverse(rank), row));
                    self.verdicts[row.number()] = RowVisibility::Shown;
                }
                Match::Unknown => {
                    self.undecided += 1;
                    self.verdicts[row.number()] = RowVisibility::Undecided;
                }
                Match::No => {}
            }
        }
        if filter.filter().has_free_text() {
            shown.sort_by_key(|(rank, _)| *rank);
        }
        self.unsorted = shown.iter().filter(|(_, row)| row.number() >= self.sorted).count();
        self.list.show(shown.into_iter().map(|(_, row)| row).collect());
    }

    /// Asks the filter about those rows of which something is new.
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
            let verdict = &mut self.verdicts[row.number()];
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
