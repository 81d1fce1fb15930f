//! Copies of the accounts and of their Overview, for export.

use jiff::Timestamp;

use crate::model::Known;
use crate::ops::export::{Content, Document, ExportCell, ExportTable};
use crate::ops::organization::{AccountSummary, Count, OldestKey};
use crate::ops::overview::RootKeys;
use crate::tui::context::Shared;
use crate::tui::messages::organization as messages;
use crate::tui::messages::shared::NOT_READ;
use crate::tui::panes::export::overview_table;
use crate::tui::panes::organization::OrganizationPane;
use crate::tui::panes::organization::row::OrganizationRow;

/// Names of the columns.
const COLUMNS: [&str; 10] = [
    "AccountId",
    "AccountName",
    "Users",
    "ActiveKeys",
    "UnusedKeys",
    "NeverUsedKeys",
    "OldestActiveKey",
    "RootKey",
    "ReportGenerated",
    "FiguresFrom",
];

/// Name of the column that is there if the accounts are those of a bar.
const KEYS_OF_BAR: &str = "KeysOfBar";

impl OrganizationPane {
    /// Returns whether [`Self::document`] returns one.
    pub(in crate::tui::panes) fn has_document(&self) -> bool {
        !self.bars.is_shown || self.bars.sum().is_some()
    }

    /// Returns a copy of what is shown; `None` for an Overview of accounts that were not read.
    pub(in crate::tui::panes) fn document(
        &self,
        shared: &Shared,
        at: Timestamp,
    ) -> Option<Document> {
        let (name, title, table) = if self.bars.is_shown {
            let sum = self.bars.sum()?;
            ("organization-overview", self.overview_titles(sum, at).0, overview_table(sum))
        } else {
            ("organization", self.list_title(), self.table())
        };
        let mut document = shared.document(name, title, Content::Table(table), at);
        let origin = &mut document.origin;
        // Several sign-ins and roles may have read the accounts.
        (origin.account, origin.caller) = (None, None);
        origin.coverage = Some(self.export_coverage());
        if !self.bars.is_shown {
            let words = self.filter.input.value().trim();
            origin.filter = self.filter.is_active().then(|| words.to_owned());
            origin.order = self
                .order
                .map(|order| messages::order_label(order.name(), order.is_reversed, 0, ""));
        }
        Some(document)
    }

    /// Returns what was read, and what is missing.
    fn export_coverage(&self) -> String {
        let read = || self.rows.iter().filter_map(|row| row.summary.value());
        let mut text = messages::export_coverage(
            (self.counts(), self.rows.len()),
            read().map(|summary| summary.generated).min(),
            read().map(|summary| summary.odd_rows).sum(),
        );
        if self.progress.is_running() {
            text.push_str(messages::STILL_READING);
        } else if self.progress.list_failed {
            text.push_str(messages::LIST_INCOMPLETE);
        }
        text
    }

    fn table(&self) -> ExportTable {
        let rows = self.list.items().iter().map(|index| self.cells(&self.rows[index.0]));
        let of_bar = self.bars.opened.map(|_| KEYS_OF_BAR);
        let columns = COLUMNS.into_iter().chain(of_bar).collect();
        ExportTable { columns, rows: rows.collect() }
    }

    fn cells(&self, row: &OrganizationRow) -> Vec<ExportCell> {
        let mut cells = vec![
            ExportCell::from_option(Some(&row.account.id)),
            ExportCell::from_option(row.account.name.as_deref()),
        ];
        match row.summary.value() {
            Some(summary) => cells.extend(figures(summary)),
            None => cells.extend([const { ExportCell::Unknown }; 7]),
        }
        let from = match &row.summary {
            Known::Live { .. } | Known::Reported { .. } => "report",
            Known::NotRead => NOT_READ,
            Known::Vanished { .. } => messages::NOT_LISTED,
            Known::Denied(_) | Known::Failed(_) => &row.reason,
        };
        cells.push(ExportCell::Text(from.to_owned()));
        if self.bars.opened.is_some() {
            cells.push(self.bars.count_of(row).map_or(ExportCell::Unknown, ExportCell::Count));
        }
        cells
    }
}

fn figures(summary: &AccountSummary) -> [ExportCell; 7] {
    let counts = [summary.users, summary.active, summary.unused, summary.never_used];
    let [users, active, unused, never_used] = counts.map(count);
    let oldest = match summary.oldest {
        OldestKey::None => ExportCell::Text("none".to_owned()),
        OldestKey::Since(at) => ExportCell::from_option(Some(at)),
        OldestKey::SinceAtLeast(at) => ExportCell::Text(format!("{at} or earlier")),
        OldestKey::Unknown => ExportCell::Unknown,
    };
    let root = match summary.root() {
        RootKeys::None => ExportCell::Text("none".to_owned()),
        RootKeys::Inactive => ExportCell::Text("Inactive".to_owned()),
        RootKeys::Active => ExportCell::Text("Active".to_owned()),
        RootKeys::Present | RootKeys::Unknown => ExportCell::Unknown,
    };
    [
        users,
        active,
        unused,
        never_used,
        oldest,
        root,
        ExportCell::from_option(Some(summary.generated)),
    ]
}

fn count(count: Count) -> ExportCell {
    if count.may_be_more {
        ExportCell::Text(messages::count(count))
    } else {
        ExportCell::Count(count.certain)
    }
}
