//! Cells that several lists have.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{AccessKey, KeyId, KeyStatus, Known, LastUse, format_age, format_ago};
use crate::tui::context::Shared;
use crate::tui::message::ChangePhase;
use crate::tui::render::Theme;

/// Returns the cell with the cursor and the mark of a row.
pub(super) fn cursor_cell<'a>(is_selected: bool, is_marked: bool, theme: &Theme) -> Span<'a> {
    let cursor = if is_selected { theme.glyphs.cursor } else { " " };
    let mark = if is_marked { theme.glyphs.mark } else { " " };
    Span::raw(format!("{cursor}{mark}"))
}

/// Returns the style of a row.
pub(super) fn row_style(is_selected: bool, is_focused: bool, theme: &Theme) -> Style {
    match (is_selected, is_focused) {
        (true, true) => theme.selected,
        (true, false) => theme.selected_elsewhere,
        _ => theme.plain,
    }
}

/// Returns the text and style of a fact in a cell: its value, or the reason why it is not known. A
/// value from the credential report gets a prefix.
pub(super) fn known_cell<T>(
    known: &Known<T>,
    theme: &Theme,
    show: impl Fn(&T) -> String,
) -> (String, Style) {
    match known {
        Known::Live { value, .. } => (show(value), theme.plain),
        Known::Reported { value, .. } => {
            (format!("{}{}", theme.glyphs.reported, show(value)), theme.dim)
        }
        Known::NotRead => (theme.glyphs.unknown.to_owned(), theme.dim),
        Known::Denied(_) => ("denied".to_owned(), theme.warning),
        Known::Vanished { .. } => ("deleted".to_owned(), theme.dim),
        Known::Failed(_) => ("failed".to_owned(), theme.warning),
    }
}

/// Returns a key's status, or the state of its change while one is in progress.
pub(crate) fn key_status(
    shared: &Shared,
    id: &KeyId,
    status: &KeyStatus,
    theme: &Theme,
) -> (String, Style) {
    let glyphs = &theme.glyphs;
    if let Some((change, step)) = shared.change_queue.pending_change(id) {
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

/// Returns the cell with the status of a key.
pub(super) fn status_cell<'a>(shared: &Shared, key: &AccessKey, theme: &Theme) -> Span<'a> {
    let (text, style) = key_status(shared, &key.id, &key.status, theme);
    Span::styled(text, style)
}

/// Returns the cell with the age of a key.
pub(super) fn age_cell<'a>(key: &AccessKey, now: Timestamp) -> Span<'a> {
    let age = key.created.map(|created| format_age(now.duration_since(created)));
    Span::raw(age.unwrap_or_default())
}

/// Returns the cell with the last use of a key: age, service, region.
pub(super) fn last_used_cell<'a>(key: &AccessKey, now: Timestamp, theme: &Theme) -> Span<'a> {
    let (text, style) = known_cell(&key.last_use, theme, |last_use| match last_use {
        LastUse::Never => "never".to_owned(),
        LastUse::Used { at, service, region } => {
            let parts = [
                Some(format_ago(*at, now)),
                service.as_deref().map(String::from),
                region.as_deref().map(String::from),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    });
    Span::styled(text, style)
}
