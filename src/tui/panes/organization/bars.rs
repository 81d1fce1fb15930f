//! The Overview of all accounts: the sum of what was read of each, and the bar whose accounts are
//! listed.

use crate::ops::overview::{BarId, Overview};
use crate::tui::panes::organization::row::OrganizationRow;
use crate::tui::panes::overview::{BarFilter, BarList};

/// State of the Overview of all accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct OrganizationBars {
    /// The bars.
    pub list: BarList,
    /// Whether they are shown instead of the accounts.
    pub is_shown: bool,
    /// The bar whose accounts are listed.
    pub opened: Option<BarId>,
    /// The sum, and the number of readings that it is of.
    summed: Option<(u64, Overview)>,
}

impl OrganizationBars {
    /// Sums the counts again if an account was read since. `readings` is the number of readings.
    pub(super) fn settle(&mut self, rows: &[OrganizationRow], readings: u64) {
        if self.is_shown && self.summed.as_ref().is_none_or(|(known, _)| *known != readings) {
            let sum = Overview::sum(rows.iter().filter_map(OrganizationRow::overview));
            self.summed = sum.map(|sum| (readings, sum));
        }
    }

    /// Returns the sum; `None` before an account was read.
    pub(super) fn sum(&self) -> Option<&Overview> {
        self.summed.as_ref().map(|(_, overview)| overview)
    }

    /// Returns the number of keys that a row has in the bar whose accounts are listed; `None` if
    /// all accounts are listed, or this one was not read.
    pub(super) fn count_of(&self, row: &OrganizationRow) -> Option<usize> {
        Some(row.overview()?.count(self.opened?).total())
    }

    /// Returns whether a row has keys in the bar whose accounts are listed, if there is one.
    pub(super) fn contains(&self, row: &OrganizationRow) -> bool {
        self.opened.is_none() || self.count_of(row).is_some_and(|keys| keys > 0)
    }

    /// Returns the filter that finds the keys of the bar in an account. Root's keys and what is not
    /// known have none.
    pub(super) fn filter_in(&self, row: &OrganizationRow) -> Option<BarFilter> {
        let bar = self.opened.filter(|bar| *bar != BarId::ROOT)?;
        Some(BarFilter { filter: bar.spec().filter?, counted_at: row.overview()?.counted_at })
    }
}
