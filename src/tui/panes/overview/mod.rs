//! The Overview: how the active keys of the account are distributed, as bars. A bar opens the list
//! of its keys.

mod bar_list;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::inventory::Inventory;
use crate::model::Now;
use crate::ops::overview::{BarId, Overview, RunningCount};
use crate::tui::messages::overview as messages;
use crate::tui::panes::cursor_list::CursorMove;
use crate::tui::panes::pane_view::PaneView;

pub(super) use bar_list::BarList;

/// Time after which the keys are counted again, since they have grown older.
const MAX_COUNT_AGE: SignedDuration = SignedDuration::from_mins(1);

/// State of the Overview.
#[derive(Clone, Debug, Default)]
pub(crate) struct OverviewPane {
    bars: BarList,
    counted: Option<RunningCount>,
}

/// What finds the keys of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BarFilter {
    pub filter: &'static str,
    /// Time from which the ages of keys count back.
    pub counted_at: Timestamp,
}

/// What the selected bar opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BarKeys {
    /// The keys that a filter finds.
    Filter(BarFilter),
    /// Nothing: these keys are not known well enough to be filtered.
    NotKnown,
    /// Nothing: root's keys may be counted by the report, but only root can list them.
    RootOnly,
}

impl OverviewPane {
    /// Counts what has changed in the inventory, and all keys if the counts are old.
    pub(super) fn settle(&mut self, inventory: &Inventory, now: Now) {
        let is_recent = |counted: &&mut RunningCount| {
            let age = now.wall.duration_since(counted.overview().counted_at);
            age.abs() < MAX_COUNT_AGE
        };
        match self.counted.as_mut().filter(is_recent) {
            Some(counted) => counted.update(inventory),
            None => self.counted = Some(RunningCount::from_inventory(inventory, now.wall)),
        }
    }

    /// Moves the cursor to a bar.
    pub(super) fn go(&mut self, step: CursorMove) {
        self.bars.go(step);
    }

    /// Sets the number of rows of the window; returns whether it has changed.
    pub(super) fn set_height(&mut self, height: usize) -> bool {
        self.bars.set_height(height)
    }

    /// Returns what the selected bar opens; `None` before the keys are counted.
    pub(super) fn selected_keys(&self) -> Option<BarKeys> {
        let (bar, overview) = (self.bars.selected()?, self.overview()?);
        Some(match bar.spec().filter {
            None => BarKeys::NotKnown,
            Some(_) if bar == BarId::ROOT && !overview.is_root_listed => BarKeys::RootOnly,
            Some(filter) => BarKeys::Filter(BarFilter { filter, counted_at: overview.counted_at }),
        })
    }

    /// Returns the counts; `None` before the keys are counted.
    pub(crate) fn overview(&self) -> Option<&Overview> {
        self.counted.as_ref().map(RunningCount::overview)
    }

    /// Draws the bars. `coverage` replaces the source of the counts in the title, if the status bar
    /// has no room for it and no user is missing from the counts.
    pub(super) fn draw(
        &self,
        view: &PaneView<'_>,
        coverage: Option<&str>,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let Some(overview) = self.overview() else { return };
        let source = messages::source(overview);
        let name = messages::title(overview);
        let coverage = coverage.filter(|_| overview.is_list_complete);
        let titles = (name.as_str(), coverage.unwrap_or(&source));
        self.bars.draw(overview, titles, view.theme, frame, area);
    }

    /// Returns the selected bar.
    #[cfg(test)]
    pub(crate) fn selected_bar(&self) -> BarId {
        self.bars.selected().unwrap()
    }
}
