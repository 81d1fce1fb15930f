//! Prints a report in a format.

use crate::cli::ReportFormat;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::output;
use crate::commands::report::section::Document;
use crate::commands::report::{csv, json, markdown};

/// Prints the document. Returns the exit code: 0 only if every control passes in every account.
///
/// # Errors
/// Returns an error if it cannot be printed.
pub(super) fn print(document: &Document, format: ReportFormat) -> Result<Exit, CommandError> {
    let text = match format {
        ReportFormat::Markdown => markdown::text(document),
        ReportFormat::Csv => csv::text(document),
        ReportFormat::Json => output::pretty_json(&json::value(document)),
    };
    output::write(&text)?;
    Ok(if document.passes() { Exit::Done } else { Exit::Partial })
}
