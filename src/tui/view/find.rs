//! Finding: the line for a text, and the key IDs that were in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::Input;

use crate::model::{KeyId, Known};
use crate::tui::app::{List, Lookup, State, wrap};
use crate::tui::layout;
use crate::tui::view::frame::{row, title, window};
use crate::tui::view::keys;
use crate::tui::view::line::in_view;
use crate::tui::view::theme::Theme;

/// Draws the line for a text.
pub(crate) fn line(state: &State, line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    let again = match state.finding.ids().len() {
        0 => "",
        _ => " Enter alone lists what was found last.",
    };
    let help = format!("Type or paste any text with key IDs in it, then enter.{again} esc goes back.");
    asked("Find key IDs", &help, line, theme, frame);
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
    let (shown, column) = in_view(line, usize::from(inside.width).saturating_sub(2));
    row(vec![Span::styled("> ", theme.key), Span::raw(shown)], theme.plain, frame, inside, at);
    let column = u16::try_from(column).unwrap_or(0) + 2;
    if let Ok(at) = u16::try_from(at)
        && at < inside.height
    {
        frame.set_cursor_position((inside.x + column.min(inside.width.saturating_sub(1)), inside.y + at));
    }
}

/// Columns for a key ID and what stands before it.
const ID: usize = 24;

/// Below so many columns what is told of an ID stands below it.
const NARROW: usize = 60;

/// Draws the key IDs that were found in a text.
pub(crate) fn list(state: &State, list: &List<KeyId>, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let (_, widest) = layout::window(screen.width, screen.height, 110, screen.height);
    let width = usize::from(widest.width);
    let items: Vec<_> = list.items().iter().map(|id| told(state, id, width, theme)).collect();
    let all: usize = items.iter().map(Vec::len).sum();
    let (area, inside) = layout::window(screen.width, screen.height, 110, u16::try_from(all).unwrap_or(u16::MAX));
    let inside = window(title(&heading(state, list), "", theme), theme, frame, area, inside);
    let height = usize::from(inside.height);
    let selected = list.selected().and_then(|id| list.items().iter().position(|item| item == id)).unwrap_or(0);
    let first = first_shown(&items, selected, height);
    let mut at = 0;
    for (number, (id, lines)) in list.items().iter().zip(items).enumerate().skip(first) {
        let is_selected = number == selected;
        let cursor = if is_selected { theme.glyphs.cursor } else { " " };
        let mark = if state.marks.contains(id) { theme.glyphs.mark } else { " " };
        for (line, spans) in lines.into_iter().enumerate().take(height.saturating_sub(at)) {
            let before = if line == 0 { format!("{cursor}{mark}") } else { "  ".to_owned() };
            let spans = std::iter::once(Span::raw(before)).chain(spans).collect();
            row(spans, if is_selected { theme.selected } else { theme.plain }, frame, inside, at);
            at += 1;
        }
    }
}

fn heading(state: &State, list: &List<KeyId>) -> String {
    let ids = if list.items().len() == 1 { "key ID" } else { "key IDs" };
    let marked = match state.marked_found() {
        0 => "none is marked".to_owned(),
        marked => format!("{marked} marked"),
    };
    format!("{} {ids} found; {marked}", list.items().len())
}

/// The first item shown, so that the selected one is whole.
fn first_shown(items: &[Vec<Vec<Span<'_>>>], selected: usize, height: usize) -> usize {
    let mut used = 0;
    let above = items.iter().take(selected + 1).rev().take_while(|lines| {
        used += lines.len();
        used <= height
    });
    (selected + 1 - above.count()).min(selected)
}

/// An ID, and what is told of it, in lines.
fn told<'a>(state: &State, id: &KeyId, width: usize, theme: &Theme) -> Vec<Vec<Span<'a>>> {
    let (text, style) = verdict(state, id, theme);
    let narrow = width < NARROW;
    let indent = if narrow { 2 } else { ID - 2 };
    let pieces = wrap(&text, width.saturating_sub(indent + 2).max(8));
    let id = theme.glyphs.fit(id.as_str(), ID - 2);
    let mut lines = Vec::new();
    if narrow {
        lines.push(vec![Span::raw(id.clone())]);
    }
    for piece in pieces {
        let before = if lines.is_empty() { id.clone() } else { " ".repeat(indent) };
        lines.push(vec![Span::raw(before), Span::styled(piece, style)]);
    }
    lines
}

/// What has come of an ID, without the ID itself.
fn verdict(state: &State, id: &KeyId, theme: &Theme) -> (String, Style) {
    match state.finding.of(id) {
        Some(Lookup::Here(owner)) => {
            let owner = state.inventory.owner(id).unwrap_or(*owner);
            let facts = state.inventory.at(owner);
            if facts.key(id).is_none() && (facts.keys.live_value().is_some() || facts.is_gone()) {
                return (state.owner_not_found(id, owner), theme.warning);
            }
            let status = match facts.key(id) {
                Some(key) => keys::status(state, id, &key.status, theme).0,
                None => match &facts.keys {
                    Known::Denied(_) | Known::Failed(_) => "its status could not be read".to_owned(),
                    _ => "its status is being read".to_owned(),
                },
            };
            (format!("{}, {status}", facts.name), theme.strong)
        }
        Some(Lookup::Told(sentence)) => {
            let sentence = sentence.strip_prefix(id.as_str()).map_or(sentence.as_str(), str::trim_start);
            (sentence.to_owned(), theme.warning)
        }
        Some(Lookup::AskingIam | Lookup::AskingSts(_)) if state.session.place().is_none() => {
            ("waits for a session".to_owned(), theme.dim)
        }
        Some(Lookup::AskingIam | Lookup::AskingSts(_)) => ("looking for its owner".to_owned(), theme.dim),
        None => (String::new(), theme.plain),
    }
}
