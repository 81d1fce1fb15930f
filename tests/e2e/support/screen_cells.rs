//! Functions that read a terminal's cells.

use vt100::{Cell, Screen};

/// Returns the rows as text without trailing blanks.
pub(crate) fn text(screen: &Screen) -> String {
    let rows: Vec<String> =
        screen.rows(0, screen.size().1.get()).map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n").trim_end().to_owned()
}

/// Returns row and column of the first occurrence of `text`.
pub(crate) fn find(screen: &Screen, text: &str) -> Option<(u16, u16)> {
    let (rows, columns) = screen.size();
    (0..rows.get()).find_map(|row| {
        let cells =
            (0..columns.get()).filter_map(|column| Some((column, screen.cell(row, column)?)));
        let mut line = String::new();
        let mut starts = Vec::new();
        for (column, cell) in cells.filter(|(_, cell)| !cell.is_wide_continuation()) {
            starts.push((line.len(), column));
            line.push_str(if cell.has_contents() { cell.contents() } else { " " });
        }
        let at = line.find(text)?;
        starts.iter().find(|(start, _)| *start == at).map(|(_, column)| (row, *column))
    })
}

/// Returns the first cell of the first occurrence of `text`, for its colors and attributes.
pub(crate) fn cell(screen: &Screen, wanted: &str) -> Cell {
    let at = find(screen, wanted).and_then(|(row, column)| screen.cell(row, column));
    at.unwrap_or_else(|| panic!("{wanted:?} is not on the screen:\n{}", framed(screen))).clone()
}

/// Returns the screen with a border, for failure messages.
pub(crate) fn framed(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let edge = "=".repeat(columns.get().into());
    format!("{edge} {columns}x{rows}\n{}\n{edge}", text(screen))
}
