//! A popup with a text and an input line.

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::tui::context::Shared;
use crate::tui::keymap::Action;
use crate::tui::popups::outcome::{PopupOutcome, PopupRequest};
use crate::tui::render::Theme;
use crate::tui::render::block::{draw_popup, draw_row, title};
use crate::tui::render::layout;
use crate::tui::render::text_input::{insert_at_cursor, place_cursor, visible_text};
use crate::tui::render::text_wrap::wrap_text;

/// Maximum width of the popup's text, in columns.
const MAX_TEXT_COLUMNS: u16 = 84;

/// Maximum number of characters of a pasted path.
const MAX_PATH_CHARACTERS: usize = 4096;

/// Handles a key of a prompt: edits the input, closes the prompt, or shows the help. Returns `None`
/// for `enter`, which means something else in each prompt.
pub(super) fn edit_input(
    input: &mut Input,
    key: KeyEvent,
    shared: &Shared,
) -> Option<PopupOutcome> {
    match shared.options.keymap.action_beside_text(&key) {
        Some(Action::Cancel | Action::Quit) => Some(PopupOutcome::Close),
        Some(Action::Help) => Some(PopupRequest::Help.into()),
        _ if key.code == KeyCode::Enter => None,
        _ => {
            input.handle_event(&Event::Key(key));
            Some(PopupOutcome::Stay)
        }
    }
}

/// Inserts a pasted path at the cursor, without the quotes with which terminals paste a file that
/// is dropped on them.
pub(super) fn paste_path(input: &mut Input, path: &str) {
    insert_at_cursor(input, path.trim().trim_matches(['\'', '"']), MAX_PATH_CHARACTERS);
}

/// Draws a popup with a text and an input line below it.
pub(super) fn draw_prompt(
    name: &str,
    text: &str,
    input: &Input,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let screen = frame.area().as_size();
    let area = |lines| layout::popup_area(screen, MAX_TEXT_COLUMNS, lines);
    let text = wrap_text(text, usize::from(area(0).inside.width));
    let area = area(text.len() + 2);
    draw_popup(title(name, "", theme), area, theme, frame);
    let inside = area.inside;
    let at = text.len() + 1;
    for (number, piece) in text.into_iter().enumerate() {
        draw_row(vec![Span::styled(piece, theme.dim)], theme.plain, frame, inside, number);
    }
    draw_input(input, theme, frame, inside, at);
}

/// Draws an input line and the cursor in it.
pub(super) fn draw_input(
    input: &Input,
    theme: &Theme,
    frame: &mut Frame<'_>,
    inside: Rect,
    at: usize,
) {
    let shown = visible_text(input, usize::from(inside.width).saturating_sub(2));
    let spans = vec![Span::styled("> ", theme.key), Span::raw(shown.text)];
    draw_row(spans, theme.plain, frame, inside, at);
    place_cursor(frame, inside, shown.cursor + 2, at);
}
