//! Prints rows on standard output: as they come if the format allows it, else at
//! the end.

use crate::cli::Format;
use crate::commands::error::CommandError;
use crate::commands::list::row::{ACCOUNT_COLUMNS, LIST_CSV_COLUMNS, LIST_TABLE_COLUMNS, ListRow};
use crate::commands::output;
use crate::commands::table;
use crate::model::csv_line;

/// Prints rows in a format.
pub(super) struct Printer {
    format: Format,
    /// Whether rows have the columns of the account.
    has_accounts: bool,
    /// The rows that are printed at the end.
    buffered: Vec<ListRow>,
    header_due: bool,
    printed: usize,
}

impl Printer {
    /// A printer that has no rows.
    pub(super) fn new(format: Format) -> Self {
        let header_due = format == Format::Csv;
        Self { format, has_accounts: false, buffered: Vec::new(), header_due, printed: 0 }
    }

    /// A printer of rows of several accounts.
    pub(super) fn of_accounts(format: Format) -> Self {
        Self { has_accounts: true, ..Self::new(format) }
    }

    /// Returns the rows that were buffered.
    pub(super) fn into_rows(self) -> Vec<ListRow> {
        self.buffered
    }

    /// Returns the number of rows, printed or not.
    pub(super) fn rows(&self) -> usize {
        self.printed + self.buffered.len()
    }

    /// Returns whether rows are printed as they come.
    pub(super) fn is_streaming(&self) -> bool {
        matches!(self.format, Format::Jsonl | Format::Csv)
    }

    /// Takes rows, and prints them if the format allows it.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn print_or_buffer(&mut self, rows: Vec<ListRow>) -> Result<(), CommandError> {
        if !self.is_streaming() {
            self.buffered.extend(rows);
            return Ok(());
        }
        self.printed += rows.len();
        let mut text = self.header();
        for row in &rows {
            match self.format {
                Format::Csv if self.has_accounts => {
                    let cells: Vec<_> =
                        row.account_cells().into_iter().chain(row.cells()).collect();
                    text.push_str(&csv_line(&cells));
                }
                Format::Csv => text.push_str(&csv_line(&row.cells())),
                _ => text.push_str(&output::json_line(&row.json())),
            }
        }
        if text.is_empty() { Ok(()) } else { output::write(&text) }
    }

    /// Prints the rows that were buffered for the end.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn finish(&mut self) -> Result<(), CommandError> {
        let mut rows = std::mem::take(&mut self.buffered);
        self.printed += rows.len();
        rows.sort_by_cached_key(ListRow::sort_key);
        let text = match self.format {
            Format::Table if rows.is_empty() => String::new(),
            Format::Table if self.has_accounts => {
                let [account_id, account_name] = ACCOUNT_COLUMNS;
                let [user, id, status, created, used, service, region] = LIST_TABLE_COLUMNS;
                let rows = rows.iter().map(|row| {
                    let [account_id, account_name] = row.account_cells();
                    let [user, id, status, created, used, service, region] = row.table();
                    [account_id, account_name, user, id, status, created, used, service, region]
                });
                table::aligned(
                    [account_id, account_name, user, id, status, created, used, service, region],
                    &rows.collect::<Vec<_>>(),
                )
            }
            Format::Table => table::aligned(
                LIST_TABLE_COLUMNS,
                &rows.iter().map(ListRow::table).collect::<Vec<_>>(),
            ),
            Format::Json => output::pretty_json(&rows.iter().map(ListRow::json).collect()),
            Format::Jsonl | Format::Csv => self.header(),
        };
        if text.is_empty() { Ok(()) } else { output::write(&text) }
    }

    fn header(&mut self) -> String {
        match std::mem::take(&mut self.header_due) {
            true if self.has_accounts => {
                csv_line(&[&ACCOUNT_COLUMNS[..], &LIST_CSV_COLUMNS].concat())
            }
            true => csv_line(&LIST_CSV_COLUMNS),
            false => String::new(),
        }
    }
}
