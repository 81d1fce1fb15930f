//! Prints rows on standard output: as they come if the format allows it, else at
//! the end.

use crate::cli::Format;
use crate::commands::aws_format::csv_line;
use crate::commands::error::CommandError;
use crate::commands::list::row::{LIST_CSV_COLUMNS, LIST_TABLE_COLUMNS, ListRow};
use crate::commands::output;
use crate::commands::table;

/// Prints rows in a format.
pub(super) struct Printer {
    format: Format,
    /// The rows that are printed at the end.
    buffered: Vec<ListRow>,
    header_due: bool,
    printed: usize,
}

impl Printer {
    /// A printer that has no rows.
    pub(super) fn new(format: Format) -> Self {
        Self { format, buffered: Vec::new(), header_due: format == Format::Csv, printed: 0 }
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
        if std::mem::take(&mut self.header_due) {
            csv_line(&LIST_CSV_COLUMNS)
        } else {
            String::new()
        }
    }
}
