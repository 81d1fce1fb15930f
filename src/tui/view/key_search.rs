//! The popups of the key search and of the MFA code.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::Input;

use crate::model::{KeyId, Known};
use crate::tui::app::{CursorList, LookupState, State, wrap_text};
use crate::tui::layout;
use crate::tui::view::block::{draw_popup, draw_row, title};
use crate::tui::view::keys;
use crate::tui::view::text_input::visible_part;
use crate::tui::view::theme::Theme;

/// Draws the popup for a text to search for key IDs.
pub(crate) fn draw_search(state: &State, line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    let again = match state.key_search.ids().len() {
        0 => "",
        _ => " An empty line shows the last results.",
    };
    let help = format!(
        "Type or paste any text that contains key IDs, then press enter.{again} esc closes."
    );
    draw_prompt("Find key IDs", &help, line, theme, frame);
}

/// Draws the popup for the code of an MFA device.
pub(crate) fn draw_mfa_code(serial: &str, line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    draw_prompt(
        "MFA code",
        &format!("Type the current code of the MFA device {serial}, then press enter."),
        line,
        theme,
        frame,
    );
}

fn draw_prompt(name: &str, help: &str, line: &Input, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let (_, widest) = layout::popup_area(screen.width, screen.height, 84, 3);
    let help = wrap_text(help, usize::from(widest.width));
    let lines = u16::try_from(help.len() + 2).unwrap_or(u16::MAX);
    let (area, inside) = layout::popup_area(screen.width, screen.height, 84, lines);
    let inside = draw_popup(title(name, "", theme), theme, frame, area, inside);
    let at = help.len() + 1;
    for (number, piece) in help.into_iter().enumerate() {
        draw_row(vec![Span::styled(piece, theme.dim)], theme.plain, frame, inside, number);
    }
    draw_input(line, theme, frame, inside, at);
}

/// Draws a text field and the cursor.
pub(crate) fn draw_input(
    line: &Input,
    theme: &Theme,
    frame: &mut Frame<'_>,
    inside: Rect,
    at: usize,
) {
    let (shown, column) = visible_part(line, usize::from(inside.width).saturating_sub(2));
    draw_row(vec![Span::styled("> ", theme.key), Span::raw(shown)], theme.plain, frame, inside, at);
    let column = u16::try_from(column).unwrap_or(0) + 2;
    if let Ok(at) = u16::try_from(at)
        && at < inside.height
    {
        frame.set_cursor_position((
            inside.x + column.min(inside.width.saturating_sub(1)),
            inside.y + at,
        ));
    }
}

/// Columns of a key ID with cursor and mark.
const ID_COLUMNS: usize = 24;

/// Minimum columns for an ID and its result on one line.
const NARROW_COLUMNS: usize = 60;

/// Draws the key IDs found in a text.
pub(crate) fn draw_results(
    state: &State,
    list: &CursorList<KeyId>,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let screen = frame.area();
    let (_, widest) = layout::popup_area(screen.width, screen.height, 110, screen.height);
    let width = usize::from(widest.width);
    let items: Vec<_> =
        list.items().iter().map(|id| result_lines(state, id, width, theme)).collect();
    let all: usize = items.iter().map(Vec::len).sum();
    let (area, inside) = layout::popup_area(
        screen.width,
        screen.height,
        110,
        u16::try_from(all).unwrap_or(u16::MAX),
    );
    let inside = draw_popup(title(&heading(state, list), "", theme), theme, frame, area, inside);
    let height = usize::from(inside.height);
    let selected =
        list.selected().and_then(|id| list.items().iter().position(|item| item == id)).unwrap_or(0);
    let first = first_shown(&items, selected, height);
    let mut at = 0;
    for (number, (id, lines)) in list.items().iter().zip(items).enumerate().skip(first) {
        let is_selected = number == selected;
        let cursor = if is_selected { theme.glyphs.cursor } else { " " };
        let mark = if state.marks.contains(id) { theme.glyphs.mark } else { " " };
        for (line, spans) in lines.into_iter().enumerate().take(height.saturating_sub(at)) {
            let before = if line == 0 { format!("{cursor}{mark}") } else { "  ".to_owned() };
            let spans = std::iter::once(Span::raw(before)).chain(spans).collect();
            draw_row(
                spans,
                if is_selected { theme.selected } else { theme.plain },
                frame,
                inside,
                at,
            );
            at += 1;
        }
    }
}

fn heading(state: &State, list: &CursorList<KeyId>) -> String {
    let ids = if list.items().len() == 1 { "key ID" } else { "key IDs" };
    let marked = match state.marked_results() {
        0 => "none marked".to_owned(),
        marked => format!("{marked} marked"),
    };
    format!("{} {ids} found, {marked}", list.items().len())
}

/// Returns the index of the first item to show so that the selected one is
/// shown in full.
fn first_shown(items: &[Vec<Vec<Span<'_>>>], selected: usize, height: usize) -> usize {
    let mut used = 0;
    let above = items.iter().take(selected + 1).rev().take_while(|lines| {
        used += lines.len();
        used <= height
    });
    (selected + 1 - above.count()).min(selected)
}

/// Returns the lines of a key ID and its result.
fn result_lines<'a>(state: &State, id: &KeyId, width: usize, theme: &Theme) -> Vec<Vec<Span<'a>>> {
    let (text, style) = lookup_text(state, id, theme);
    let narrow = width < NARROW_COLUMNS;
    let indent = if narrow { 2 } else { ID_COLUMNS - 2 };
    let pieces = wrap_text(&text, width.saturating_sub(indent + 2).max(8));
    let id = theme.glyphs.fit(id.as_str(), ID_COLUMNS - 2);
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

/// Returns the result for a key ID, without the ID itself.
fn lookup_text(state: &State, id: &KeyId, theme: &Theme) -> (String, Style) {
    match state.key_search.of(id) {
        Some(LookupState::Found(owner)) => {
            let owner = state.inventory.owner(id).unwrap_or(*owner);
            let facts = state.inventory.at(owner);
            if facts.key(id).is_none() && (facts.keys.live_value().is_some() || facts.is_deleted())
            {
                return (state.owner_not_found(id, owner), theme.warning);
            }
            let status = match facts.key(id) {
                Some(key) => keys::status(state, id, &key.status, theme).0,
                None => match &facts.keys {
                    Known::Denied(_) => "status: access denied".to_owned(),
                    Known::Failed(_) => "status: could not be read".to_owned(),
                    _ => "status: reading".to_owned(),
                },
            };
            (format!("{}, {status}", facts.name), theme.strong)
        }
        Some(LookupState::Message(sentence)) => {
            let sentence =
                sentence.strip_prefix(id.as_str()).map_or(sentence.as_str(), str::trim_start);
            (sentence.to_owned(), theme.warning)
        }
        Some(LookupState::AskingIam | LookupState::AskingSts(_))
            if state.session.session_context().is_none() =>
        {
            ("waiting for a session".to_owned(), theme.dim)
        }
        Some(LookupState::AskingIam | LookupState::AskingSts(_)) => {
            ("looking up its owner".to_owned(), theme.dim)
        }
        None => (String::new(), theme.plain),
    }
}
