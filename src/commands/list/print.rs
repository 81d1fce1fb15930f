//! Rows to standard output: as they come where the format allows it, else
//! all at the end.

use crate::cli::Format;
use crate::commands::list::row::{COLUMNS, Row, TABLE};
use crate::commands::out::{self, Exit};
use crate::commands::table;
use crate::commands::values::csv_line;

/// Prints rows in a format.
pub(super) struct Printer {
    format: Format,
    /// Rows that wait for the end.
    kept: Vec<Row>,
    header_due: bool,
    printed: usize,
}

impl Printer {
    /// Nothing is printed yet.
    pub(super) fn new(format: Format) -> Self {
        Self { format, kept: Vec::new(), header_due: format == Format::Csv, printed: 0 }
    }

    /// How many rows it was given.
    pub(super) fn rows(&self) -> usize {
        self.printed + self.kept.len()
    }

    /// Whether rows are printed as they come.
    pub(super) fn streams(&self) -> bool {
        matches!(self.format, Format::Jsonl | Format::Csv)
    }

    /// Takes rows, and prints them if they need not wait.
    ///
    /// # Errors
    /// How the command ends, since nothing more can be printed.
    pub(super) fn take(&mut self, rows: Vec<Row>) -> Result<(), Exit> {
        if !self.streams() {
            self.kept.extend(rows);
            return Ok(());
        }
        self.printed += rows.len();
        let mut text = self.header();
        for row in &rows {
            match self.format {
                Format::Csv => text.push_str(&csv_line(&row.cells())),
                _ => text.push_str(&out::json_line(&row.json())),
            }
        }
        if text.is_empty() { Ok(()) } else { out::write(&text) }
    }

    /// Prints what has waited.
    ///
    /// # Errors
    /// How the command ends, since nothing more can be printed.
    pub(super) fn finish(&mut self) -> Result<(), Exit> {
        let mut rows = std::mem::take(&mut self.kept);
        self.printed += rows.len();
        rows.sort_by_cached_key(Row::order);
        let text = match self.format {
            Format::Table if rows.is_empty() => String::new(),
            Format::Table => table::aligned(TABLE, &rows.iter().map(Row::table).collect::<Vec<_>>()),
            Format::Json => out::json(&rows.iter().map(Row::json).collect()),
            Format::Jsonl | Format::Csv => self.header(),
        };
        if text.is_empty() { Ok(()) } else { out::write(&text) }
    }

    fn header(&mut self) -> String {
        if std::mem::take(&mut self.header_due) { csv_line(&COLUMNS) } else { String::new() }
    }
}
