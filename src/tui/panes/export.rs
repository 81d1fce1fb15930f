//! Copies of the lists, for export: the rows shown, in their order.

use std::sync::Arc;

use jiff::Timestamp;

use crate::filter::Searcher;
use crate::ops::export::{Content, Document, ExportCell, ExportTable};
use crate::ops::list_row::ListRow;
use crate::ops::overview::{BarId, GROUPS, Overview, RootKeys};
use crate::tui::context::Shared;
use crate::tui::messages::shared::at_least;
use crate::tui::messages::{export as messages, overview, panes};
use crate::tui::panes::{Panes, View};
use crate::tui::render::layout::Pane;

impl Panes {
    /// Returns a copy of the list with the focus; `None` if it has nothing yet.
    pub(crate) fn document(&self, shared: &Shared, at: Timestamp) -> Option<Document> {
        match (self.view, self.focus) {
            (View::Organization, _) => self.organization.document(shared, at),
            (View::Overview, _) => self.overview_document(shared, at),
            (View::Keys, _) => {
                let rows = self.all_keys.rows(shared);
                let shown = rows.len();
                let coverage = shared.inventory.coverage();
                let title = panes::all_keys_title(shown, &coverage, self.filter.is_active());
                Some(self.list_document("keys", title, rows, shared, at))
            }
            (View::Users, Pane::List) => {
                let shown = self.users.list.items();
                let coverage = shared.inventory.coverage();
                let failed = shared.inventory.listing_failure().is_some();
                let filtered = self.filter.is_active();
                let title = panes::users_title(shown.len(), &coverage, filtered, failed);
                let mut searcher = Searcher::default();
                let rows = shown.iter().flat_map(|index| {
                    let facts = shared.inventory.facts(*index);
                    let matching = self.filter.matching_keys(facts, shared, &mut searcher);
                    ListRow::of_user(facts, &matching)
                });
                Some(self.list_document("users", title, rows.collect(), shared, at))
            }
            (View::Users, Pane::UserKeys) => {
                let facts = shared.inventory.facts(self.user_index()?);
                let title = panes::keys_of(&facts.name);
                let rows = ListRow::of_user(facts, &[]);
                let mut document = self.list_document("user-keys", title, rows, shared, at);
                // They are neither filtered nor sorted.
                (document.origin.filter, document.origin.order) = (None, None);
                Some(document)
            }
        }
    }

    /// Returns whether [`Self::document`] returns one.
    pub(super) fn has_document(&self) -> bool {
        match (self.view, self.focus) {
            (View::Organization, _) => self.organization.has_document(),
            (View::Overview, _) => self.overview.overview().is_some(),
            (View::Users, Pane::UserKeys) => self.user_index().is_some(),
            (View::Keys, _) | (View::Users, Pane::List) => true,
        }
    }

    fn list_document(
        &self,
        name: &str,
        title: String,
        mut rows: Vec<ListRow>,
        shared: &Shared,
        at: Timestamp,
    ) -> Document {
        let account = shared.account_cells().map(Arc::new);
        for row in &mut rows {
            row.account.clone_from(&account);
        }
        let mut document = shared.document(name, title, Content::Keys(rows), at);
        let filter = self.filter.input.value().trim();
        document.origin.filter = self.filter.is_active().then(|| filter.to_owned());
        document.origin.order = Some(self.order_in_words());
        let coverage = shared.inventory.coverage();
        document.origin.coverage = Some(messages::coverage(&coverage, self.undecided()));
        document
    }

    fn overview_document(&self, shared: &Shared, at: Timestamp) -> Option<Document> {
        let counts = self.overview.overview()?;
        let title = overview::title(counts);
        let content = Content::Table(overview_table(counts));
        Some(shared.document("overview", title, content, at))
    }
}

/// Returns the bars as a table.
pub(super) fn overview_table(overview: &Overview) -> ExportTable {
    let columns = vec![
        "Group",
        "Bar",
        "ActiveKeys",
        "Users",
        "ListedKeys",
        "ReportedKeys",
        "Share",
        "Note",
        "Filter",
    ];
    let bars = (0..GROUPS.len()).flat_map(BarId::of_group);
    let rows = bars.map(|bar| {
        let (count, total) = (overview.count(bar), overview.total.total());
        let is_of_root = bar == BarId::ROOT;
        let is_unknown = is_of_root
            && !overview.is_root_listed
            && matches!(overview.root, RootKeys::Present | RootKeys::Unknown);
        let text = |text: &str| ExportCell::Text(text.to_owned());
        let figures = if is_unknown {
            [const { ExportCell::Unknown }; 5]
        } else {
            [
                figure(count.total(), overview.is_at_least(bar)),
                figure(overview.users(bar), overview.is_at_least(bar)),
                ExportCell::Count(count.listed),
                ExportCell::Count(count.reported),
                ExportCell::Text(overview::share(count.total(), total)),
            ]
        };
        let note = if is_of_root { overview::root_note(overview.root) } else { "" };
        [text(bar.heading()), text(bar.spec().label)]
            .into_iter()
            .chain(figures)
            .chain([note, bar.spec().filter.unwrap_or_default()].map(text))
            .collect()
    });
    ExportTable { columns, rows: rows.collect() }
}

/// Returns a number, or the text that it is at least that.
fn figure(number: usize, may_be_more: bool) -> ExportCell {
    if may_be_more { ExportCell::Text(at_least(number, true)) } else { ExportCell::Count(number) }
}
