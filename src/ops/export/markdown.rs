//! Parts of documents in Markdown.

use std::fmt::Write as _;

use crate::model::{escape_hidden, escape_markdown, markdown_head, markdown_row};
use crate::ops::export::messages;

/// Appends a table, or a line that says that it has no rows.
pub(super) fn push_table(
    text: &mut String,
    columns: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        let _ = writeln!(text, "{}", messages::NO_ROWS);
        return;
    }
    text.push_str(&markdown_head(columns, 0));
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| escape_markdown(&escape_hidden(cell))).collect();
        text.push_str(&markdown_row(&cells));
    }
}

/// Appends lines as a code block, between more backticks than they have in a row:
/// <https://spec.commonmark.org/0.31.2/#fenced-code-blocks>.
pub(super) fn push_code(text: &mut String, lines: &[String]) {
    let backticks =
        |line: &String| line.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let longest = lines.iter().map(backticks).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    let _ = writeln!(text, "{fence}text");
    for line in lines {
        let _ = writeln!(text, "{}", escape_hidden(line));
    }
    let _ = writeln!(text, "{fence}");
}
