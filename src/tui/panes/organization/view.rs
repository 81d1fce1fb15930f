//! Drawing of the Organization view. Builds only the rows in view.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{ErrorKind, Known, ServiceError, format_age};
use crate::ops::organization::{AccountSummary, OldestKey};
use crate::ops::overview::RootKeys;
use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::messages::organization as messages;
use crate::tui::messages::shared::NOT_READ;
use crate::tui::panes::organization::OrganizationPane;
use crate::tui::panes::organization::row::OrganizationRow;
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_list_pane, draw_pane, draw_paragraph, draw_row, title};
use crate::tui::render::table::{TableColumn, TableRow, cursor_cell, draw_table, row_style};
use crate::tui::render::text_wrap::wrap_text;

/// Minimum columns of the name.
const MIN_NAME_COLUMNS: usize = 14;

/// Minimum columns of the list for long headings.
const MIN_COLUMNS_FOR_LONG_HEADINGS: usize = 97;

/// Columns of the cursor.
const CURSOR_COLUMNS: usize = 2;

/// A column beside the name of an account.
struct Figure {
    /// In a wide list.
    long: TableColumn,
    /// In a narrow list.
    short: TableColumn,
    /// How soon a narrow list leaves it out: the largest first.
    rank: u8,
}

/// The account ID and the figures, from left to right.
const FIGURES: [Figure; 9] = [
    Figure { long: ("ACCOUNT ID", 14), short: ("ACCOUNT ID", 13), rank: 1 },
    Figure { long: ("USERS", 8), short: ("USERS", 7), rank: 7 },
    Figure { long: ("ACTIVE", 8), short: ("ACTIVE", 7), rank: 2 },
    Figure { long: ("UNUSED>90D", 12), short: (">90D", 6), rank: 3 },
    Figure { long: ("NEVER USED", 12), short: ("NEVER", 7), rank: 5 },
    Figure { long: ("OLDEST", 8), short: ("OLDEST", 8), rank: 6 },
    Figure { long: ("ROOT KEY", 12), short: ("ROOT", 10), rank: 4 },
    Figure { long: ("REPORT", 7), short: ("REPORT", 7), rank: 8 },
    Figure { long: ("KEYS IN BAR", 12), short: ("BAR", 5), rank: 0 },
];

/// Index of the keys of the bar whose accounts are listed.
const OF_BAR: usize = 8;

/// Returns the columns of a list of that width: cursor, name, and the figures that fit. `has_bar`
/// means that the accounts of a bar are listed.
fn columns(width: usize, has_bar: bool) -> [TableColumn; 11] {
    let is_long = width >= MIN_COLUMNS_FOR_LONG_HEADINGS;
    let mut columns = [("", 0); 11];
    let mut left = width.saturating_sub(CURSOR_COLUMNS + MIN_NAME_COLUMNS);
    let mut figures: Vec<_> = FIGURES.iter().enumerate().collect();
    figures.sort_unstable_by_key(|(_, figure)| figure.rank);
    for (at, figure) in figures.into_iter().filter(|(at, _)| *at != OF_BAR || has_bar) {
        let (heading, columns_needed) = if is_long { figure.long } else { figure.short };
        if columns_needed <= left {
            left -= columns_needed;
            columns[at + 2] = (heading, columns_needed);
        }
    }
    columns[0] = ("", CURSOR_COLUMNS);
    columns[1] = ("ACCOUNT", MIN_NAME_COLUMNS + left);
    columns
}

impl OrganizationPane {
    /// Draws the list, and the details of the selected account if there is room for them.
    /// `coverage` replaces the sort order in the title, if the status bar has no room for it.
    pub(in crate::tui::panes) fn draw(
        &self,
        shared: &Shared,
        (list, detail): (Option<Rect>, Option<Rect>),
        coverage: Option<&str>,
        theme: &Theme,
        frame: &mut Frame<'_>,
    ) {
        if let Some(area) = list.filter(|_| self.bars.is_shown) {
            return self.draw_overview(shared, coverage, theme, frame, area);
        }
        if let Some(area) = list {
            self.draw_list(shared, coverage, theme, frame, area);
        }
        if let Some(area) = detail {
            self.draw_detail(shared, theme, frame, area);
        }
    }

    /// Draws the Overview of all accounts.
    fn draw_overview(
        &self,
        shared: &Shared,
        coverage: Option<&str>,
        theme: &Theme,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let Some(sum) = self.bars.sum() else {
            let title = title(messages::OVERVIEW_TITLE, coverage.unwrap_or_default(), theme);
            let inside = draw_pane(title, true, theme, frame, area);
            return draw_paragraph(messages::NOTHING_TO_SUM, 1, theme, frame, inside);
        };
        let (name, source) = self.overview_titles(sum, shared.shown_at.wall);
        let source = messages::reported(&source);
        self.bars.list.draw(sum, (&name, &source), theme, frame, area);
    }

    fn draw_list(
        &self,
        shared: &Shared,
        coverage: Option<&str>,
        theme: &Theme,
        frame: &mut Frame<'_>,
        area: Rect,
    ) {
        let bar = self.bars.opened;
        let name = self.list_title();
        let order = self.order.map(|order| {
            let sort = shared.key_for(Action::Sort);
            messages::order_label(order.name(), order.is_reversed, self.unsorted, sort)
        });
        let more = coverage.or(order.as_deref()).unwrap_or_default();
        let title = title(&name, more, theme);
        let inside = draw_list_pane(title, self.list.position(), true, theme, frame, area);
        let columns = columns(usize::from(inside.width), bar.is_some());
        let visible = || {
            let rows = self.list.visible();
            rows.map(|(index, is_selected)| (&self.rows[index.0], is_selected))
        };
        let rows = visible().map(|(row, is_selected)| {
            let style = row_style(is_selected, true, theme);
            let of_bar = self.bars.count_of(row);
            TableRow::new(cells(row, of_bar, is_selected, shared.shown_at.wall, theme), style)
        });
        draw_table(&columns, rows.collect(), theme, frame, inside);
        // The reason why a row has no figures takes their place.
        let before: usize = columns[..3].iter().map(|(_, width)| width).sum();
        let Ok(before) = u16::try_from(before) else { return };
        let place = Rect {
            x: inside.x.saturating_add(before),
            width: inside.width.saturating_sub(before),
            ..inside
        };
        for (line, (row, is_selected)) in visible().enumerate() {
            if let Some(span) = reason(row, usize::from(place.width), theme) {
                let style = row_style(is_selected, true, theme);
                draw_row(vec![span], style, frame, place, line + 1);
            }
        }
        if self.list.items().is_empty() {
            draw_paragraph(&self.nothing_shown(shared), 2, theme, frame, inside);
        }
    }

    /// Returns the reason for a list without accounts.
    fn nothing_shown(&self, shared: &Shared) -> String {
        let again = shared.key_for(Action::Refresh);
        if self.filter.is_active() && !self.rows.is_empty() {
            messages::nothing_matches(shared.key_for(Action::Cancel))
        } else if self.progress.is_running() {
            messages::LISTING.to_owned()
        } else if self.progress.list_failed {
            messages::nothing_listed(shared.key_for(Action::Errors), again)
        } else {
            messages::no_accounts(again)
        }
    }

    fn draw_detail(&self, shared: &Shared, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
        let Some(row) = self.selected() else {
            draw_pane(title("", "", theme), false, theme, frame, area);
            return;
        };
        let inside = draw_pane(title(row.name(), "", theme), false, theme, frame, area);
        let width = usize::from(inside.width).saturating_sub(2);
        let mut parts = detail_parts(row, shared, width, theme);
        // What to do matters more than who owns the account, and than the error in full.
        let rows = |parts: &[DetailPart]| parts.iter().map(|part| part.rows.len()).sum::<usize>();
        for number in 0..parts.len().min(2) {
            let surplus = rows(&parts).saturating_sub(usize::from(inside.height));
            let part = &mut parts[number].rows;
            let kept = part.len().saturating_sub(surplus).max(1);
            if kept < part.len() {
                let rest = part.split_off(kept - 1).join(" ");
                part.push(theme.glyphs.fit(&rest, width));
            }
        }
        if let Some(route) = &row.route {
            let text = messages::route(route, shared.key_for(Action::Open));
            parts.push(DetailPart::new(&text, theme.dim, width));
        }
        let rows = parts.into_iter().flat_map(|part| {
            part.rows.into_iter().map(move |row| Span::styled(format!(" {row}"), part.style))
        });
        for (line, span) in rows.enumerate() {
            draw_row(vec![span], theme.plain, frame, inside, line);
        }
    }
}

/// A sentence of the details.
struct DetailPart {
    rows: Vec<String>,
    style: Style,
}

impl DetailPart {
    fn new(text: &str, style: Style, width: usize) -> Self {
        Self { rows: wrap_text(text, width), style }
    }
}

/// Returns the sentences of the details: the account, what was read of it, and what to do.
fn detail_parts(
    row: &OrganizationRow,
    shared: &Shared,
    width: usize,
    theme: &Theme,
) -> Vec<DetailPart> {
    let part = |text: &str, style| DetailPart::new(text, style, width);
    let mut parts = vec![part(&messages::identity(&row.account), theme.dim)];
    match &row.summary {
        Known::Live { value, .. } | Known::Reported { value, .. } => {
            parts.push(part(&messages::summary(value, shared.shown_at.wall), theme.plain));
        }
        Known::NotRead => parts.push(part(NOT_READ, theme.dim)),
        Known::Vanished { .. } => parts.push(part(messages::NOT_LISTED, theme.dim)),
        Known::Denied(failure) | Known::Failed(failure) => {
            let error = ServiceError { hint: None, ..(*failure.error).clone() };
            parts.push(part(&error.to_string(), theme.warning));
            parts.extend(failure.error.hint.as_ref().map(|hint| part(hint, theme.warning)));
        }
    }
    parts
}

/// Returns the cells of a row; those of the figures are empty if it was not read.
fn cells<'a>(
    row: &'a OrganizationRow,
    of_bar: Option<usize>,
    is_selected: bool,
    now: Timestamp,
    theme: &Theme,
) -> Vec<Span<'a>> {
    let mut cells = vec![
        cursor_cell(is_selected, false, theme),
        Span::raw(row.name()),
        Span::raw(row.account.id.as_str()),
    ];
    if let Some(summary) = row.summary.value() {
        cells.extend(figures(summary, now, theme));
    }
    cells.resize(OF_BAR + 2, Span::raw(""));
    cells.push(Span::raw(of_bar.map(|keys| keys.to_string()).unwrap_or_default()));
    cells
}

fn figures(summary: &AccountSummary, now: Timestamp, theme: &Theme) -> [Span<'static>; 7] {
    let glyphs = &theme.glyphs;
    let counts = [summary.users, summary.active, summary.unused, summary.never_used];
    let [users, active, unused, never] = counts.map(|count| Span::raw(messages::count(count)));
    let age = |at| format_age(now.duration_since(at));
    let oldest = match summary.oldest {
        OldestKey::None => Span::styled(glyphs.none, theme.dim),
        OldestKey::Since(at) => Span::raw(age(at)),
        OldestKey::SinceAtLeast(at) => Span::raw(format!("{}+", age(at))),
        OldestKey::Unknown => Span::styled(glyphs.unknown, theme.dim),
    };
    let root = match summary.root() {
        RootKeys::None => Span::styled(glyphs.none, theme.dim),
        RootKeys::Present | RootKeys::Unknown => Span::styled(glyphs.unknown, theme.dim),
        RootKeys::Inactive => Span::styled(format!("{} Inactive", glyphs.inactive), theme.inactive),
        RootKeys::Active => Span::styled(format!("{} Active", glyphs.active), theme.warning),
    };
    let report = Span::styled(age(summary.generated), theme.dim);
    [users, active, unused, never, oldest, root, report]
}

/// Returns why a row has no figures, cut to a width; `None` if it has.
fn reason(row: &OrganizationRow, width: usize, theme: &Theme) -> Option<Span<'static>> {
    let glyphs = &theme.glyphs;
    let (text, style) = match &row.summary {
        Known::Live { .. } | Known::Reported { .. } => return None,
        Known::NotRead => (format!("{} {}", glyphs.unknown, NOT_READ), theme.dim),
        Known::Vanished { .. } => (messages::NOT_LISTED.to_owned(), theme.dim),
        Known::Denied(failure) | Known::Failed(failure) => {
            let error = &failure.error;
            // Without a call, the operation says nothing.
            let text = match error.kind {
                ErrorKind::Settings
                | ErrorKind::NoCredentials
                | ErrorKind::CredentialSourceFailed => error.message.to_string(),
                _ => error.to_string(),
            };
            (format!("{} {}: {text}", glyphs.failed, row.reason), theme.warning)
        }
    };
    Some(Span::styled(glyphs.fit(&text, width), style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_any_width_and_the_name_is_always_there() {
        for width in 0..220 {
            let columns = columns(width, false);
            let sum: usize = columns.iter().map(|(_, width)| width).sum();
            assert!(sum == width || width < CURSOR_COLUMNS + MIN_NAME_COLUMNS, "{width}");
            assert!(columns[1].1 >= MIN_NAME_COLUMNS);
        }
        let shown = |width| columns(width, false).iter().filter(|(_, width)| *width > 0).count();
        assert_eq!((shown(38), shown(78), shown(118)), (4, 9, 10));
    }
}
