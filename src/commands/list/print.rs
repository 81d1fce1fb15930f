//! Prints rows on standard output: as they come if the format and the order allow it, else at
//! the end.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::{Format, ListArgs, ListColumn, ListSort};
use crate::commands::error::CommandError;
use crate::commands::list::columns::fitted_column;
use crate::commands::list::order::sort_rows;
use crate::commands::output;
use crate::commands::table;
use crate::model::csv_line;
use crate::ops::list_row::{
    ACCOUNT_COLUMNS, AccountCells, LIST_CSV_COLUMNS, LIST_TABLE_COLUMNS, ListRow,
};

/// Prints rows in a format.
pub(super) struct Printer {
    format: Format,
    /// The columns of the table or of CSV.
    columns: Vec<ListColumn>,
    /// Whether `--columns` has chosen them.
    are_chosen: bool,
    sort: Option<ListSort>,
    /// Whether the columns have the account, which is the same for all rows.
    names_account: bool,
    /// The time from which ages count back.
    now: Timestamp,
    /// The rows that are printed at the end.
    buffered: Vec<ListRow>,
    header_due: bool,
    printed: usize,
}

impl Printer {
    /// A printer of the rows of one account. Ages count back from `now`.
    pub(super) fn new(list: &ListArgs, now: Timestamp) -> Self {
        let built_in: &[ListColumn] = match list.format {
            Format::Csv => &LIST_CSV_COLUMNS,
            _ => &LIST_TABLE_COLUMNS,
        };
        let columns = list.columns.clone().unwrap_or_else(|| built_in.to_vec());
        Self {
            format: list.format,
            names_account: columns.iter().any(|column| ACCOUNT_COLUMNS.contains(column)),
            columns,
            are_chosen: list.columns.is_some(),
            sort: list.sort,
            now,
            buffered: Vec::new(),
            header_due: list.format == Format::Csv,
            printed: 0,
        }
    }

    /// A printer of rows of several accounts.
    pub(super) fn of_accounts(list: &ListArgs, now: Timestamp) -> Self {
        let mut printer = Self { names_account: false, ..Self::new(list, now) };
        if list.columns.is_none() {
            printer.columns.splice(0..0, ACCOUNT_COLUMNS);
        }
        printer
    }

    /// Returns the number of rows, printed or not.
    pub(super) fn rows(&self) -> usize {
        self.printed + self.buffered.len()
    }

    /// Returns whether rows are printed as they come.
    pub(super) fn is_streaming(&self) -> bool {
        let is_by_line = matches!(self.format, Format::Jsonl | Format::Csv);
        is_by_line && self.sort.is_none() && !self.names_account
    }

    /// Sets the account of the buffered rows, if the columns have it.
    pub(super) fn set_account(&mut self, account: AccountCells) {
        if self.names_account {
            let account = Arc::new(account);
            for row in &mut self.buffered {
                row.account = Some(Arc::clone(&account));
            }
        }
    }

    /// Takes rows, and prints them if that is possible before the end.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn print_or_buffer(&mut self, rows: Vec<ListRow>) -> Result<(), CommandError> {
        if !self.is_streaming() {
            self.buffered.extend(rows);
            return Ok(());
        }
        self.printed += rows.len();
        let text = self.lines(&rows);
        output::write(&text)
    }

    /// Prints the rows that were buffered for the end.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    pub(super) fn finish(&mut self) -> Result<(), CommandError> {
        let mut rows = std::mem::take(&mut self.buffered);
        self.printed += rows.len();
        sort_rows(&mut rows, self.sort);
        let text = match self.format {
            Format::Table if rows.is_empty() => String::new(),
            Format::Table => self.table(&rows, output::terminal_columns()),
            Format::Json => {
                output::pretty_json(&rows.iter().map(|row| row.json(self.now)).collect())
            }
            Format::Jsonl | Format::Csv => self.lines(&rows),
        };
        output::write(&text)
    }

    /// Returns a table of the rows. It fits a terminal of `limit` columns, and then has ages in
    /// place of dates, unless the columns were chosen.
    fn table(&self, rows: &[ListRow], limit: Option<usize>) -> String {
        let has_ages = limit.is_some() && !self.are_chosen;
        let columns: Vec<_> =
            self.columns.iter().map(|column| fitted_column(*column, has_ages)).collect();
        let cells = |row: &ListRow| {
            let cell = |column: &ListColumn| {
                if has_ages {
                    row.terminal_cell(*column, self.now)
                } else {
                    row.table_cell(*column, self.now)
                }
            };
            self.columns.iter().map(cell).collect::<Vec<_>>()
        };
        table::fitted(&columns, &rows.iter().map(cells).collect::<Vec<_>>(), limit)
    }

    /// Returns the lines of rows in JSON or CSV, after the header if that is due.
    fn lines(&mut self, rows: &[ListRow]) -> String {
        let mut text = if std::mem::take(&mut self.header_due) {
            csv_line(&self.header())
        } else {
            String::new()
        };
        for row in rows {
            if self.format == Format::Csv {
                let cell = |column: &ListColumn| row.cell(*column, self.now);
                text.push_str(&csv_line(&self.columns.iter().map(cell).collect::<Vec<_>>()));
            } else {
                text.push_str(&output::json_line(&row.json(self.now)));
            }
        }
        text
    }

    fn header(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name()).collect()
    }
}
