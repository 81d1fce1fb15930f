//! The details pane of the selected user.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::app::{FactTone, State, user_facts, wrap_text};
use crate::tui::keymap::Action;
use crate::tui::view::block::{draw_pane, draw_row, title};
use crate::tui::view::theme::Theme;

/// Columns of a label.
const LABEL_COLUMNS: usize = 13;

/// Draws the details of the selected user; if they do not fit, says how to see
/// the rest.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let inside = draw_pane(title("User", "", theme), false, theme, frame, area);
    let Some(index) = state.users.selected() else { return };
    let width = usize::from(inside.width).saturating_sub(LABEL_COLUMNS + 2).max(10);
    let mut lines = Vec::new();
    for fact in user_facts(state.inventory.at(index)) {
        let (text, style) = match fact.tone {
            FactTone::Plain => (fact.text, theme.plain),
            FactTone::Unread => (theme.glyphs.unknown.to_owned(), theme.dim),
            FactTone::Dim => (fact.text, theme.dim),
            FactTone::Warning => (fact.text, theme.warning),
            FactTone::Alarm => (fact.text, theme.error),
        };
        for (number, piece) in wrap_text(&text, width).into_iter().enumerate() {
            let label = if number == 0 { fact.label } else { "" };
            lines.push(vec![
                Span::styled(format!(" {label:LABEL_COLUMNS$}"), theme.dim),
                Span::styled(piece, style),
            ]);
        }
    }
    let height = usize::from(inside.height);
    if lines.len() > height {
        lines.truncate(height.saturating_sub(1));
        let open = state.key_for(Action::Open);
        let more =
            format!(" {:LABEL_COLUMNS$}{open} on a key shows the rest", theme.glyphs.ellipsis);
        lines.push(vec![Span::styled(more, theme.dim)]);
    }
    for (number, spans) in lines.into_iter().enumerate() {
        draw_row(spans, theme.plain, frame, inside, number);
    }
}
