//! The keys pane: the access keys of the selected user.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::inventory::UserFacts;
use crate::model::{
    AccessKey, KeyId, KeyStatus, Known, LastUse, format_age, format_ago, format_date_time,
    format_time_of_day,
};
use crate::tui::app::{ChangePhase, State};
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::view::block::{draw_heading, draw_pane, draw_paragraph, draw_row, title};
use crate::tui::view::theme::Theme;
use crate::tui::view::users::known_cell;

/// Column widths.
struct KeyColumns {
    id: usize,
    status: usize,
    age: usize,
    last_used: usize,
}

impl KeyColumns {
    /// Returns the widths for a list of that width. The key ID is never cut if it
    /// fits; the age is dropped first, then the last use.
    fn of(width: usize) -> Self {
        let (id, status) = if width < 48 { (21, 11) } else { (22, 13) };
        let rest = width.saturating_sub(2 + id + status);
        let age = if rest >= 8 + 10 { 8 } else { 0 };
        let last_used = if rest >= 9 { rest - age } else { 0 };
        Self { id, status, age, last_used }
    }
}

/// Draws the keys of the selected user.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let focused = state.focus == Pane::Keys;
    let facts = state.users.selected().map(|index| state.inventory.at(index));
    let (name, more) = match facts {
        Some(facts) => (format!("Keys of {}", facts.name), read_at(facts)),
        None => ("Keys".to_owned(), String::new()),
    };
    let room = usize::from(area.width).saturating_sub(more.len() + 8);
    let name = theme.glyphs.fit(&name, room.min(name.width()));
    let inside = draw_pane(title(&name, &more, theme), focused, theme, frame, area);
    let columns = KeyColumns::of(usize::from(inside.width));
    let KeyColumns { id, status, age, last_used } = columns;
    draw_heading(
        &[("KEY ID", id), ("STATUS", status), ("AGE", age), ("LAST USED", last_used)],
        theme,
        frame,
        inside,
    );

    let Some(facts) = facts else { return };
    let (_, window) = state.keys.window();
    for (line, id) in window.iter().enumerate() {
        let Some(key) = facts.key(id) else { continue };
        let selected = state.keys.cursor_line() == Some(line);
        let style = match (selected, focused) {
            (true, true) => theme.selected,
            (true, false) => theme.strong,
            _ => theme.plain,
        };
        draw_row(cells(state, key, selected, &columns, theme), style, frame, inside, line + 1);
    }
    if window.is_empty() {
        draw_paragraph(&empty(state, facts), 1, theme, frame, inside);
    }
}

fn read_at(facts: &UserFacts) -> String {
    match &facts.keys {
        Known::Live { at, refresh_error: None, .. } => format!("read {}", format_time_of_day(*at)),
        Known::Live { at, refresh_error: Some(failure), .. } => {
            let (read, failed) = (format_time_of_day(*at), format_time_of_day(failure.at));
            format!("read {read}, refresh failed {failed}")
        }
        _ => String::new(),
    }
}

/// Returns the reason for a list without keys.
fn empty(state: &State, facts: &UserFacts) -> String {
    match &facts.keys {
        Known::Live { .. } => "This user has no access keys.".to_owned(),
        Known::Denied(failure) => format!("Access denied. {}", failure.error),
        Known::Failed(failure) => {
            let again = state.key_for(Action::Refresh);
            format!("Could not read the keys. {} Press {again} to try again.", failure.error)
        }
        Known::Vanished { at } => {
            format!("Not found in IAM at {}: deleted or renamed.", format_time_of_day(*at))
        }
        Known::NotRead | Known::Reported { .. } => match &facts.report {
            Some((row, at)) => {
                let keys = match row.keys.len() {
                    1 => "1 key".to_owned(),
                    several => format!("{several} keys"),
                };
                format!(
                    "Not read yet. The credential report of {} has {keys}, without IDs.",
                    format_date_time(*at)
                )
            }
            None => "Not read yet.".to_owned(),
        },
    }
}

fn cells<'a>(
    state: &State,
    key: &AccessKey,
    selected: bool,
    columns: &KeyColumns,
    theme: &Theme,
) -> Vec<Span<'a>> {
    let glyphs = &theme.glyphs;
    let now = state.shown_at.wall;
    let mark = if state.marks.contains(&key.id) { glyphs.mark } else { " " };
    let cursor = if selected { glyphs.cursor } else { " " };
    let (status, style) = status(state, &key.id, &key.status, theme);
    let mut spans = vec![
        Span::raw(format!("{cursor}{mark}{}", glyphs.fit(key.id.as_str(), columns.id))),
        Span::styled(glyphs.fit(&status, columns.status), style),
    ];
    if columns.age > 0 {
        let age =
            key.created.map(|created| format_age(now.duration_since(created))).unwrap_or_default();
        spans.push(Span::raw(glyphs.fit(&age, columns.age)));
    }
    if columns.last_used > 0 {
        let (used, style) =
            known_cell(&key.last_use, theme, |last_use| last_use_text(last_use, now));
        spans.push(Span::styled(glyphs.fit(&used, columns.last_used), style));
    }
    spans
}

/// Returns a key's status, or the state of its change while one is in progress.
pub(crate) fn status(
    state: &State,
    id: &KeyId,
    status: &KeyStatus,
    theme: &Theme,
) -> (String, Style) {
    let glyphs = &theme.glyphs;
    if let Some((change, step)) = state.change_queue.pending_change(id) {
        let text = match step {
            ChangePhase::Waiting | ChangePhase::Writing | ChangePhase::Sent => {
                format!("{} {}", glyphs.arrow, change.direction.status())
            }
            ChangePhase::Verifying => format!("{} {}?", glyphs.arrow, change.direction.status()),
        };
        return (text, theme.warning);
    }
    let style = match status {
        KeyStatus::Active => theme.active,
        KeyStatus::Inactive => theme.inactive,
        KeyStatus::Expired | KeyStatus::Other(_) => theme.warning,
    };
    (format!("{} {status}", glyphs.status(status)), style)
}

/// Returns a last use as text: age, service, region.
pub(crate) fn last_use_text(last_use: &LastUse, now: jiff::Timestamp) -> String {
    match last_use {
        LastUse::Never => "never".to_owned(),
        LastUse::Used { at, service, region } => {
            let parts = [
                Some(format_ago(*at, now)),
                service.as_deref().map(String::from),
                region.as_deref().map(String::from),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}
