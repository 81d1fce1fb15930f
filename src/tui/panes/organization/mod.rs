//! The Organization view: one row for each account that the sign-ins to Identity Center list, with
//! figures from its credential report. It belongs to no account, so it stays when another one is
//! opened.

mod bars;
mod export;
mod progress;
mod row;
mod sort;
mod view;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{
    AccountId, CredentialReport, ErrorKind, Known, ReadFailure, Route, SessionContext,
};
use crate::ops::organization::{AccountReading, AccountSummary, OrganizationEvent};
use crate::ops::overview::Overview;
use crate::tui::context::{Context, Tone};
use crate::tui::effect::TaskEffect;
use crate::tui::messages::organization::{self as messages, AccountCounts};
use crate::tui::panes::cursor_list::{CursorList, CursorMove};
use crate::tui::panes::filter_line::FilterLine;
use crate::tui::panes::overview::BarFilter;

use bars::OrganizationBars;
use progress::LoadProgress;
use row::{OrganizationRow, RowIndex};
use sort::OrganizationOrder;

/// State of the Organization view.
#[derive(Clone, Debug)]
pub(crate) struct OrganizationPane {
    /// Words that the name, ID or e-mail address of an account must contain.
    pub filter: FilterLine,
    rows: Vec<OrganizationRow>,
    by_id: HashMap<AccountId, RowIndex>,
    /// Every row: in sort order, with those added since at the end.
    ordered: Vec<RowIndex>,
    /// Sort order; `None` for the order of the lists.
    order: Option<OrganizationOrder>,
    /// Number of rows added or filled in since the rows were sorted.
    unsorted: usize,
    /// Rows shown.
    list: CursorList<RowIndex>,
    /// Version of the filter, and number of rows, that are shown.
    shown: Option<(u64, usize)>,
    progress: LoadProgress,
    /// The Overview of all accounts.
    bars: OrganizationBars,
    /// Number of accounts that were read, or read again, so far.
    readings: u64,
}

/// How an account is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccountOpening {
    /// By this route.
    Route(Route, AccountId),
    /// By one that the user chooses, since none is known.
    AskForRoute(AccountId),
}

impl Default for OrganizationPane {
    fn default() -> Self {
        Self {
            filter: FilterLine::of_words(),
            rows: Vec::new(),
            by_id: HashMap::new(),
            ordered: Vec::new(),
            order: None,
            unsorted: 0,
            list: CursorList::default(),
            shown: None,
            progress: LoadProgress::default(),
            bars: OrganizationBars::default(),
            readings: 0,
        }
    }
}

impl OrganizationPane {
    /// Starts reading the accounts, if that was never requested.
    pub(super) fn load_once(&mut self, context: &mut Context<'_>) {
        if !self.progress.has_started() {
            self.load(context);
        }
    }

    /// Reads all accounts again. The rows stay until the new ones come.
    pub(super) fn load(&mut self, context: &mut Context<'_>) {
        let load = self.progress.start(context.now.mono);
        let session = context.shared.session.id;
        context.effects.task(TaskEffect::ReadOrganization { load, session });
    }

    /// Applies progress of a load. That of an earlier one is dropped.
    pub(crate) fn apply(&mut self, load: u64, event: OrganizationEvent, context: &mut Context<'_>) {
        if !self.progress.is_current(load) {
            return;
        }
        match event {
            OrganizationEvent::Listed(page) => {
                context.shared.add_accounts(page.clone());
                self.progress.listed += page.len();
                for account in page {
                    self.add(OrganizationRow::new(account, load));
                }
            }
            OrganizationEvent::ListFailed(error) => {
                self.progress.list_failed = true;
                context.shared.want_sign_in(&error);
                let sentence = messages::list_failed(&error);
                context.shared.notifications.report_failed_call(sentence, &error, context.now.wall);
            }
            OrganizationEvent::AllListed => self.progress.all_listed = true,
            OrganizationEvent::Read(reading) => self.fill_in(*reading, context),
            OrganizationEvent::AllRead => self.end(context),
        }
        self.progress.estimate(self.counts_of_load().all(), context.now.mono);
    }

    fn add(&mut self, row: OrganizationRow) {
        if let Some(index) = self.by_id.get(&row.account.id) {
            let known = &mut self.rows[index.0];
            (known.account, known.search, known.load) = (row.account, row.search, row.load);
            if matches!(known.summary, Known::Vanished { .. }) {
                known.summary = Known::NotRead;
            }
            return;
        }
        let index = RowIndex(self.rows.len());
        self.by_id.insert(row.account.id.clone(), index);
        self.rows.push(row);
        self.ordered.push(index);
        self.unsorted += usize::from(self.order.is_some());
    }

    /// Fills in the row of an account, in its place.
    fn fill_in(&mut self, reading: AccountReading, context: &mut Context<'_>) {
        let Some(index) = self.by_id.get(&reading.account) else { return };
        let row = &mut self.rows[index.0];
        self.readings += 1;
        row.read_in = self.progress.load();
        self.unsorted += usize::from(self.order.is_some_and(OrganizationOrder::depends_on_reads));
        if reading.route.is_some() {
            row.route = reading.route;
        }
        match reading.summary {
            Ok(summary) => {
                let at = summary.generated;
                if !summary.is_whole() {
                    let sentence = messages::account_in_part(&row.label(), &summary);
                    context.shared.notifications.log_error(sentence, None, context.now.wall);
                }
                row.summary = Known::Reported { value: summary, at };
            }
            Err(failure) => {
                let (error, at) = (Arc::clone(&failure.error), context.now.wall);
                let read = ReadFailure { error, at };
                row.summary = match failure.error.kind {
                    ErrorKind::Denied => Known::Denied(read),
                    _ => Known::Failed(read),
                };
                row.reason = failure.reason;
                let sentence = messages::account_failed(&row.label(), &failure.error);
                context.shared.notifications.log_error(sentence, None, context.now.wall);
            }
        }
    }

    /// Fills in the row of an account that could not be read, with the credential report that a
    /// session opened there has read.
    pub(crate) fn note_report(
        &mut self,
        session_context: &SessionContext,
        report: &CredentialReport,
        context: &mut Context<'_>,
    ) {
        let account = &session_context.caller.account;
        let row = self.by_id.get(account).map(|index| &self.rows[index.0]);
        if row.is_none_or(|row| row.summary.failure().is_none()) {
            return;
        }
        let reading = AccountReading {
            account: account.clone(),
            route: session_context.route.clone(),
            summary: Ok(AccountSummary::from_report(report, context.now.wall)),
        };
        self.fill_in(reading, context);
    }

    /// Ends a load. Accounts that are no longer in a list keep their rows, which say so.
    fn end(&mut self, context: &Context<'_>) {
        self.progress.end();
        if self.progress.list_failed {
            return;
        }
        let at = context.now.wall;
        self.readings += 1;
        for row in self.rows.iter_mut().filter(|row| !self.progress.is_current(row.load)) {
            row.summary = Known::Vanished { at };
        }
    }

    /// Updates the list with new rows and with the filter.
    pub(super) fn settle(&mut self) {
        self.bars.settle(&self.rows, self.readings);
        let state = (self.filter.version(), self.rows.len());
        let before = self.shown.replace(state);
        if before == Some(state) {
            return;
        }
        let words = self.filter.words();
        let is_shown = |index: &&RowIndex| {
            let row = &self.rows[index.0];
            row.contains(&words) && self.bars.contains(row)
        };
        match before {
            Some((version, rows)) if version == state.0 => {
                let new: Vec<_> = (rows..self.rows.len()).map(RowIndex).collect();
                self.list.extend(new.iter().filter(is_shown).copied());
            }
            _ => self.list.show(self.ordered.iter().filter(is_shown).copied().collect()),
        }
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, step: CursorMove) {
        if self.bars.is_shown {
            return self.bars.list.go(step);
        }
        self.list.go(step);
    }

    /// Sets the number of rows of the window; returns whether it has changed.
    pub(super) fn set_height(&mut self, height: usize) -> bool {
        if self.bars.is_shown {
            return self.bars.list.set_height(height);
        }
        self.list.set_height(height)
    }

    /// Returns whether the Overview of all accounts is shown.
    pub(crate) fn shows_overview(&self) -> bool {
        self.bars.is_shown
    }

    /// Shows the Overview of all accounts, or the accounts again, all of them.
    pub(super) fn toggle_overview(&mut self) {
        self.bars.is_shown = !self.bars.is_shown;
        if self.bars.opened.take().is_some() {
            self.shown = None;
        }
    }

    /// Leaves the list of the accounts of a bar for the bars. Returns whether it was shown.
    pub(super) fn leave_bar(&mut self) -> bool {
        let has_left = self.bars.opened.is_some();
        if has_left {
            self.toggle_overview();
        }
        has_left
    }

    /// Lists the accounts with keys in the selected bar, those with the most first.
    pub(super) fn open_bar(&mut self, context: &mut Context<'_>) {
        let (Some(bar), Some(sum)) = (self.bars.list.selected(), self.bars.sum()) else { return };
        if sum.count(bar).total() == 0 {
            let sentence = messages::NO_ACCOUNT_OF_BAR;
            return context.shared.notifications.notify(Tone::Info, sentence);
        }
        context.shared.notifications.clear_result();
        (self.bars.opened, self.bars.is_shown) = (Some(bar), false);
        self.ordered.sort_by_key(|index| {
            std::cmp::Reverse(self.bars.count_of(&self.rows[index.0]).unwrap_or_default())
        });
        (self.order, self.unsorted, self.shown) = (None, 0, None);
        self.filter.clear();
        self.list.stay_at_top();
        self.settle();
        self.list.go(CursorMove::First);
    }

    /// Returns the keys of the bar that the selected account was listed for.
    pub(super) fn bar_filter(&self) -> Option<BarFilter> {
        self.bars.filter_in(self.selected()?)
    }

    /// Sorts by the same order again if rows were added or filled in since, else by the next order.
    pub(super) fn sort(&mut self, context: &mut Context<'_>) {
        let order = match self.order {
            Some(order) if self.unsorted > 0 => order,
            Some(order) => order.next(),
            None => OrganizationOrder::default(),
        };
        self.sort_by(order, context);
    }

    /// Reverses the sort order.
    pub(super) fn sort_reversed(&mut self, context: &mut Context<'_>) {
        self.sort_by(self.order.unwrap_or_default().reversed(), context);
    }

    fn sort_by(&mut self, order: OrganizationOrder, context: &mut Context<'_>) {
        self.list.stay_at_top();
        self.order = Some(order);
        self.unsorted = 0;
        self.ordered = sort::sorted(&self.rows, order);
        self.shown = None;
        let sentence = messages::sorted(order.name(), order.is_reversed);
        context.shared.notifications.notify(Tone::Info, sentence);
    }

    /// Returns the title of the list: the number of accounts shown, and the bar that they are of.
    fn list_title(&self) -> String {
        let bar = self.bars.opened;
        let is_filtered = self.filter.is_active() || bar.is_some();
        let name = messages::title(self.list.items().len(), self.rows.len(), is_filtered);
        match bar {
            Some(bar) => messages::title_of_bar(&name, bar.heading(), bar.spec().label),
            None => name,
        }
    }

    /// Returns the numbers of accounts by how much is known of them, also from earlier loads.
    fn counts(&self) -> AccountCounts {
        row::counts(self.rows.iter())
    }

    /// Returns the numbers of accounts that were read since the last load was requested.
    fn counts_of_load(&self) -> AccountCounts {
        row::counts(self.rows.iter().filter(|row| row.read_in == self.progress.load()))
    }

    /// Returns the title of the Overview, and what its sum covers, with the age of the oldest
    /// report at that time.
    fn overview_titles(&self, sum: &Overview, now: Timestamp) -> (String, String) {
        let summaries = || self.rows.iter().filter_map(|row| row.summary.value());
        let odd_rows = summaries().map(|summary| summary.odd_rows).sum();
        let (counts, all) = (self.counts(), self.rows.len());
        let may_be_more = sum.may_be_more() || counts.whole < all;
        let title = messages::overview_title(sum.total.total(), may_be_more);
        (title, messages::sum_source((counts, all), sum.report, now, odd_rows))
    }

    /// Returns the selected row.
    fn selected(&self) -> Option<&OrganizationRow> {
        self.list.selected().map(|index| &self.rows[index.0])
    }

    /// Returns the selected account, and the route that led into it last.
    pub(crate) fn selected_account(&self) -> Option<(&AccountId, Option<&Route>)> {
        let selected = self.selected().filter(|_| !self.bars.is_shown);
        selected.map(|row| (&row.account.id, row.route.as_ref()))
    }

    /// Returns the accounts of the rows shown, in their order.
    #[cfg(test)]
    pub(crate) fn shown_accounts(&self) -> Vec<AccountId> {
        self.list.items().iter().map(|index| self.rows[index.0].account.id.clone()).collect()
    }

    /// Returns how much has been read, for the status bar.
    pub(crate) fn coverage(&self) -> String {
        self.progress.text(self.counts_of_load(), self.rows.len())
    }
}
