//! The table of a list: a heading, the rows in view, and a scrollbar on the border.

use std::iter;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState};

use crate::tui::render::layout::{split_left, split_top};
use crate::tui::render::theme::Theme;

/// Heading and width of a column, in columns of the terminal. A column of width 0 is left out.
pub(crate) type TableColumn = (&'static str, usize);

/// A row in view.
pub(crate) struct TableRow<'a> {
    /// One cell for each column, in their order.
    pub cells: Vec<Line<'a>>,
    /// Style of the row. One that is reversed (the selection's) replaces the styles of the cells;
    /// any other lies under them.
    pub style: Style,
}

/// Part of a list that is in view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListPosition {
    /// Number of the first row in view, counted from 0.
    pub top: usize,
    /// Number of rows in view.
    pub height: usize,
    /// Number of rows of the list.
    pub rows: usize,
}

impl<'a> TableRow<'a> {
    /// Returns a row of cells with one style each.
    pub(crate) fn new(cells: Vec<Span<'a>>, style: Style) -> Self {
        Self { cells: cells.into_iter().map(Line::from).collect(), style }
    }
}

/// Returns the cell with the cursor and the mark of a row.
pub(crate) fn cursor_cell<'a>(is_selected: bool, is_marked: bool, theme: &Theme) -> Span<'a> {
    let cursor = if is_selected { theme.glyphs.cursor } else { " " };
    let mark = if is_marked { theme.glyphs.mark } else { " " };
    Span::raw(format!("{cursor}{mark}"))
}

/// Returns the style of a row.
pub(crate) fn row_style(is_selected: bool, is_focused: bool, theme: &Theme) -> Style {
    match (is_selected, is_focused) {
        (true, true) => theme.selected,
        (true, false) => theme.selected_elsewhere,
        _ => theme.plain,
    }
}

/// Draws the heading and the rows in view. The first column is that of cursor and mark. A text too
/// long for its column ends with an ellipsis.
pub(crate) fn draw_table(
    columns: &[TableColumn],
    rows: Vec<TableRow<'_>>,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let [top, body] = split_top(area, 1);
    let headings = columns.iter().map(|(heading, _)| Line::raw(*heading)).collect();
    let heading = TableRow { cells: headings, style: theme.heading };
    for (row, area) in iter::once((heading, top)).chain(rows.into_iter().zip(body.rows())) {
        draw_row(row, columns, theme, frame, area);
    }
}

fn draw_row(
    row: TableRow<'_>,
    columns: &[TableColumn],
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    frame.buffer_mut().set_style(area, row.style);
    let last = columns.len().saturating_sub(1);
    let mut rest = area;
    for (at, (line, (_, width))) in row.cells.into_iter().zip(columns).enumerate() {
        let [cell, right] = split_left(rest, u16::try_from(*width).unwrap_or(u16::MAX));
        rest = right;
        // A column after the cursor's ends with a space, but for the last one.
        let room = if (1..last).contains(&at) { width.saturating_sub(1) } else { *width };
        frame.render_widget(fitted(line, room, theme), cell);
    }
    if row.style.add_modifier.contains(Modifier::REVERSED) {
        frame.buffer_mut().set_style(area, row.style);
    }
}

/// Cuts a cell to its column, at its last span.
fn fitted<'a>(mut line: Line<'a>, width: usize, theme: &Theme) -> Line<'a> {
    let columns = line.width();
    if let Some(last) = line.spans.last_mut().filter(|_| columns > width) {
        let room = (width + last.width()).saturating_sub(columns);
        last.content = theme.glyphs.fit(&last.content, room).into();
    }
    line
}

/// Draws a scrollbar on the right border of a pane, if its list does not fit.
pub(crate) fn draw_scrollbar(
    position: ListPosition,
    track: Style,
    theme: &Theme,
    frame: &mut Frame<'_>,
    pane: Rect,
) {
    if position.rows <= position.height || pane.height < 4 {
        return;
    }
    // Beside the rows: the border's corners and the heading keep theirs.
    let beside = Rect { y: pane.y + 2, height: pane.height - 3, ..pane };
    let last_top = position.rows - position.height;
    let mut state = ScrollbarState::new(last_top + 1)
        .position(position.top.min(last_top))
        .viewport_content_length(position.height);
    let scrollbar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(None)
        .thumb_symbol(theme.glyphs.scrollbar_thumb)
        .thumb_style(track);
    frame.render_stateful_widget(scrollbar, beside, &mut state);
}
