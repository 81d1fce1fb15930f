//! The bars of an overview as a list: the cursor goes from bar to bar, past the headings. Builds
//! only the rows in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::ops::overview::{BarCount, BarId, GROUPS, Overview};
use crate::tui::messages::overview as messages;
use crate::tui::messages::shared::at_least;
use crate::tui::panes::cursor_list::{CursorList, CursorMove};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_list_pane, title};
use crate::tui::render::table::{TableColumn, TableRow, cursor_cell, draw_table, row_style};

/// Columns of cursor, label, keys, share and users; the bar has the rest.
const CURSOR: usize = 2;
const LABEL: usize = 20;
const KEYS: usize = 8;
const SHARE: usize = 7;
const USERS: usize = 7;

/// Minimum columns of a list with shares.
const MIN_COLUMNS_FOR_SHARE: usize = 50;

/// The bars, with a cursor.
#[derive(Clone, Debug)]
pub(in crate::tui::panes) struct BarList {
    list: CursorList<OverviewRow>,
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OverviewRow {
    /// Heading of a group.
    Heading(usize),
    Bar(BarId),
}

impl Default for BarList {
    fn default() -> Self {
        let rows = (0..GROUPS.len()).flat_map(|group| {
            let bars = BarId::of_group(group).map(OverviewRow::Bar);
            std::iter::once(OverviewRow::Heading(group)).chain(bars)
        });
        let mut list = CursorList::default();
        list.show(rows.collect());
        let mut bars = Self { list };
        bars.go(CursorMove::First);
        bars
    }
}

impl BarList {
    /// Moves the cursor to a bar: past a heading in the direction of the move, or past the first
    /// heading.
    pub(in crate::tui::panes) fn go(&mut self, step: CursorMove) {
        self.list.go(step);
        let is_upwards = match step {
            CursorMove::By(rows) => rows < 0,
            CursorMove::Pages(pages) => pages < 0,
            CursorMove::First | CursorMove::Last | CursorMove::ToLine(_) => false,
        };
        if self.selected().is_none() && is_upwards {
            self.list.go(CursorMove::By(-1));
        }
        if self.selected().is_none() {
            self.list.go(CursorMove::By(1));
        }
        self.show_heading();
    }

    /// Scrolls to the heading of the selected bar, if that is the first of its group.
    fn show_heading(&mut self) {
        if self.selected().is_some_and(|bar| bar.bar == 0) && self.list.cursor_line() == Some(0) {
            self.list.go(CursorMove::By(-1));
            self.list.go(CursorMove::By(1));
        }
    }

    /// Sets the number of rows of the window; returns whether it has changed.
    pub(in crate::tui::panes) fn set_height(&mut self, height: usize) -> bool {
        let has_changed = self.list.set_height(height);
        if has_changed {
            self.show_heading();
        }
        has_changed
    }

    /// Returns the selected bar.
    pub(in crate::tui::panes) fn selected(&self) -> Option<BarId> {
        match self.list.selected()? {
            OverviewRow::Heading(_) => None,
            OverviewRow::Bar(bar) => Some(*bar),
        }
    }

    /// Draws the bars under a title: what they count, and where the counts come from.
    pub(in crate::tui::panes) fn draw(
        &self,
        overview: &Overview,
        (name, source): (&str, &str),
        theme: &Theme,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let title = title(name, source, theme);
        let inside = draw_list_pane(title, self.list.position(), true, theme, frame, area);
        let width = usize::from(inside.width);
        let share = if width < MIN_COLUMNS_FOR_SHARE { 0 } else { SHARE };
        let bar = width.saturating_sub(CURSOR + LABEL + KEYS + share + USERS);
        let columns: [TableColumn; 6] = [
            ("", CURSOR),
            ("ACTIVE KEYS", LABEL),
            ("", bar),
            ("  KEYS", KEYS),
            (" SHARE", share),
            (" USERS", USERS),
        ];
        let rows = self.list.visible().map(|(row, is_selected)| match row {
            OverviewRow::Heading(group) => heading(GROUPS[*group].heading, theme),
            OverviewRow::Bar(bar_id) => {
                bar_row(overview, *bar_id, bar.saturating_sub(1), is_selected, theme)
            }
        });
        draw_table(&columns, rows.collect(), theme, frame, inside);
    }
}

fn heading(text: &'static str, theme: &Theme) -> TableRow<'static> {
    TableRow::new(vec![Span::raw(""), Span::styled(text, theme.strong)], theme.plain)
}

fn bar_row(
    overview: &Overview,
    bar: BarId,
    columns: usize,
    is_selected: bool,
    theme: &Theme,
) -> TableRow<'static> {
    let (count, total) = (overview.count(bar), overview.total.total());
    let is_quiet = bar.spec().filter.is_none() || count.total() == 0;
    let style = if is_quiet { theme.dim } else { theme.plain };
    let is_at_least = overview.is_at_least(bar);
    let is_unknown = bar == BarId::ROOT && is_at_least && count.total() == 0;
    let (number, share, users) = if is_unknown {
        (theme.glyphs.unknown.to_owned(), String::new(), String::new())
    } else {
        let reported = if count.reported > 0 { theme.glyphs.reported } else { "" };
        let number = at_least(count.total(), is_at_least);
        let users = at_least(overview.users(bar), is_at_least);
        (format!("{reported}{number}"), messages::share(count.total(), total), users)
    };
    let mut bar_cells = bar_cells(count, total, columns, style, theme);
    if bar == BarId::ROOT {
        bar_cells.push(Span::styled(messages::root_note(overview.root), style));
    }
    TableRow {
        cells: vec![
            Line::from(cursor_cell(is_selected, false, theme)),
            Line::styled(bar.spec().label, style),
            Line::from(bar_cells),
            Line::styled(format!("{number:>6}"), style),
            Line::styled(format!("{share:>6}"), style),
            Line::styled(format!("{users:>6}"), style),
        ],
        style: row_style(is_selected, true, theme),
    }
}

/// Returns a bar: first the keys that are listed, then those of the report. Any key has at least
/// one column.
fn bar_cells(
    count: BarCount,
    total: usize,
    columns: usize,
    style: Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let length = |keys: usize| match keys * columns {
        0 => 0,
        product => (product / total.max(1)).clamp(1, columns),
    };
    let all = length(count.total());
    let listed = length(count.listed).min(all);
    let [.., full] = theme.glyphs.bars;
    vec![
        Span::styled(full.repeat(listed), style),
        Span::styled(theme.glyphs.bar_reported.repeat(all - listed), theme.dim),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fits_its_column_and_no_key_is_without_a_bar() {
        let theme = Theme::default();
        for columns in 0..60 {
            for (listed, reported, total) in
                [(0, 0, 0), (0, 0, 9), (1, 0, 9_999), (0, 1, 9_999), (3, 4, 7), (9_999, 0, 9_999)]
            {
                let count = BarCount { listed, reported };
                let cells = bar_cells(count, total, columns, theme.plain, &theme);
                let width: usize = cells.iter().map(Span::width).sum();
                assert!(width <= columns);
                assert_eq!(width > 0, listed + reported > 0 && columns > 0);
                assert!(total == 0 || listed + reported < total || width == columns);
            }
        }
    }
}
