//! Finding: the line for a text, and the key IDs that were in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::Input;

use crate::model::KeyId;
use crate::tui::app::{List, Lookup, State, wrap};
use crate::tui::layout;
use crate::tui::view::frame::{row, title, window};
use crate::tui::view::theme::Theme;

/// Draws the line for a text.
pub(crate) fn line(line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    let help = "Type or paste any text with key IDs in it, then enter. esc goes back.";
    asked("Find key IDs", help, line, theme, frame);
}

/// Draws the line for the code of an MFA device.
pub(crate) fn code(serial: &str, line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    asked("Multi-factor code", &format!("The code that {serial} shows now, then enter."), line, theme, frame);
}

fn asked(name: &str, help: &str, line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let (_, widest) = layout::window(screen.width, screen.height, 84, 3);
    let help = wrap(help, usize::from(widest.width));
    let lines = u16::try_from(help.len() + 2).unwrap_or(u16::MAX);
    let (area, inside) = layout::window(screen.width, screen.height, 84, lines);
    let inside = window(title(name, "", theme), theme, frame, area, inside);
    let at = help.len() + 1;
    for (number, piece) in help.into_iter().enumerate() {
        row(vec![Span::styled(piece, theme.dim)], theme.plain, frame, inside, number);
    }
    typed(line, theme, frame, inside, at);
}

/// Draws a line that is typed in, and the cursor.
pub(crate) fn typed(line: &Input, theme: &Theme, frame: &mut Frame<'_>, inside: Rect, at: usize) {
    let width = usize::from(inside.width).saturating_sub(3);
    let hidden = line.visual_scroll(width);
    let shown: String = line.value().chars().skip(hidden).collect();
    row(vec![Span::styled("> ", theme.key), Span::raw(shown)], theme.plain, frame, inside, at);
    let column = u16::try_from(line.visual_cursor().saturating_sub(hidden)).unwrap_or(0) + 2;
    if let Ok(at) = u16::try_from(at)
        && at < inside.height
    {
        frame.set_cursor_position((inside.x + column.min(inside.width.saturating_sub(1)), inside.y + at));
    }
}

/// Draws the key IDs that were found in a text.
pub(crate) fn list(state: &State, list: &List<KeyId>, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let lines = u16::try_from(list.items().len()).unwrap_or(u16::MAX).saturating_add(2);
    let (area, inside) = layout::window(screen.width, screen.height, 110, lines.max(5));
    let name = format!("{} key IDs found; none is marked", list.items().len());
    let inside = window(title(&name, "", theme), theme, frame, area, inside);
    let width = usize::from(inside.width);
    let height = usize::from(inside.height).saturating_sub(2);
    let selected = list.selected().and_then(|id| list.items().iter().position(|item| item == id)).unwrap_or(0);
    let first = (selected + 1).saturating_sub(height.max(1));
    for (number, id) in list.items().iter().skip(first).take(height).enumerate() {
        let is_selected = first + number == selected;
        let (text, style) = told(state, id, theme);
        let cursor = if is_selected { theme.glyphs.cursor } else { " " };
        let text = theme.glyphs.fit(&text, width.saturating_sub(25));
        let spans =
            vec![Span::raw(format!("{cursor} {} ", theme.glyphs.fit(id.as_str(), 22))), Span::styled(text, style)];
        row(spans, if is_selected { theme.selected } else { theme.plain }, frame, inside, number);
    }
    let help = "enter goes to the key, or tells more; esc goes back";
    row(vec![Span::styled(help, theme.dim)], theme.plain, frame, inside, usize::from(inside.height).saturating_sub(1));
}

fn told(state: &State, id: &KeyId, theme: &Theme) -> (String, Style) {
    match state.finding.of(id) {
        Some(Lookup::Here(owner)) => {
            let facts = state.inventory.at(*owner);
            let status = facts.key(id).map(|key| format!(", {}", key.status)).unwrap_or_default();
            (format!("{}{status}", facts.name), theme.strong)
        }
        Some(Lookup::Told(sentence)) => (sentence.clone(), theme.warning),
        Some(Lookup::AskingIam | Lookup::AskingSts(_)) => ("looking for its owner".to_owned(), theme.dim),
        None => (String::new(), theme.plain),
    }
}
