//! Size of the popup.

use ratatui::layout::Rect;

use crate::tui::render::layout;

/// Maximum width of the popup, in columns.
const MAX_COLUMNS: u16 = 104;

/// Rows above the first line: the input and an empty row.
pub(super) const INPUT_ROWS: u16 = 2;

/// Columns of the cursor before each line.
pub(super) const CURSOR_COLUMNS: usize = 2;

/// Returns the columns of a line on a screen of that size.
pub(super) fn columns((columns, rows): (u16, u16)) -> usize {
    let (_, inside) = layout::popup_area(columns, rows, MAX_COLUMNS, rows);
    usize::from(inside.width).saturating_sub(CURSOR_COLUMNS)
}

/// Returns the area of a popup with that many lines on a screen, and the area inside its border.
pub(super) fn area(lines: usize, (columns, rows): (u16, u16)) -> (Rect, Rect) {
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    layout::popup_area(columns, rows, MAX_COLUMNS, lines.saturating_add(INPUT_ROWS))
}
