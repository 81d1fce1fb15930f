//! A row of the Organization view.

use std::sync::Arc;

use crate::model::{Known, ListedAccount, Route};
use crate::ops::organization::AccountSummary;
use crate::ops::overview::Overview;
use crate::tui::messages::organization::AccountCounts;

/// Number of a row, in the order of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowIndex(pub usize);

/// An account.
#[derive(Clone, Debug)]
pub(super) struct OrganizationRow {
    /// The account as listed.
    pub account: ListedAccount,
    /// Route that led into it last.
    pub route: Option<Route>,
    /// What its report says.
    pub summary: Known<AccountSummary>,
    /// Why it could not be read, in one to three words, if it could not.
    pub reason: Arc<str>,
    /// Number of the load that has listed it last.
    pub load: u64,
    /// Number of the load that was current when it was read last; 0 before.
    pub read_in: u64,
    /// Lower case text that the filter searches.
    pub search: Box<str>,
}

impl OrganizationRow {
    /// Returns the row of an account that was not read.
    pub(super) fn new(account: ListedAccount, load: u64) -> Self {
        let texts = [account.name.as_deref(), Some(account.id.as_str()), account.email.as_deref()];
        let texts: Vec<_> = texts.into_iter().flatten().collect();
        let search = texts.join("\n").to_lowercase().into();
        let (route, summary, reason) = (None, Known::NotRead, "".into());
        Self { account, route, summary, reason, load, read_in: 0, search }
    }

    /// Returns the name of the account, or its ID if it has none.
    pub(super) fn name(&self) -> &str {
        self.account.name.as_deref().unwrap_or(self.account.id.as_str())
    }

    /// Returns how the active keys are distributed, if the account was read.
    pub(super) fn overview(&self) -> Option<&Overview> {
        self.summary.value().map(|summary| &summary.overview)
    }

    /// Returns name and ID.
    pub(super) fn label(&self) -> String {
        match &self.account.name {
            Some(name) => format!("{name} {}", self.account.id),
            None => self.account.id.to_string(),
        }
    }

    /// Returns whether it contains every word, each in lower case.
    pub(super) fn contains(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.search.contains(word.as_str()))
    }
}

/// Returns the numbers of rows by how much is known of their accounts.
pub(super) fn counts<'a>(rows: impl Iterator<Item = &'a OrganizationRow>) -> AccountCounts {
    let mut counts = AccountCounts::default();
    for row in rows {
        match row.summary.value() {
            Some(summary) if summary.is_whole() => counts.whole += 1,
            Some(_) => counts.partial += 1,
            None => counts.failed += usize::from(row.summary.failure().is_some()),
        }
    }
    counts
}
