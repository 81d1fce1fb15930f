//! Windows of text: the help, the errors in full, and the question before
//! leaving.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::app::{MAX_POPUP_COLUMNS, State, TextTone, wrap_text};
use crate::tui::layout;
use crate::tui::view::block::{draw_popup, draw_row, title};
use crate::tui::view::theme::Theme;

/// What a window of text listens to.
const KEYS_HINT: &str = "esc closes, j k scroll, v opens a pager";

/// Draws the window of text that is open, from that line on.
pub(crate) fn draw_text(
    title: &str,
    state: &State,
    first: usize,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let style = |tone| match tone {
        TextTone::Plain => theme.plain,
        TextTone::Dim => theme.dim,
    };
    let lines = state
        .text()
        .unwrap_or_default()
        .into_iter()
        .map(|(tone, line)| (line, style(tone)))
        .collect();
    draw_scrolled(title, KEYS_HINT, lines, first, theme, frame);
}

/// Draws the question before leaving while changes are in flight.
pub(crate) fn draw_quit(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let text = "Changes are still under way. y waits for their outcomes and then leaves, ctrl-c leaves at once. Any \
                other key goes back.";
    // The keys come first: a long list may be cut off.
    let mut lines = vec![(text.to_owned(), theme.plain)];
    let sent = ("Under way; left at once, the next start reads what came of them:", state.sent());
    let unsent = ("Not sent yet; left at once, they are dropped:", state.unsent());
    for (head, changes) in [unsent, sent].into_iter().filter(|(_, changes)| !changes.is_empty()) {
        lines.extend([(String::new(), theme.plain), (head.to_owned(), theme.warning)]);
        lines.extend(changes.into_iter().map(|change| (change, theme.strong)));
    }
    draw_scrolled("Leave?", "", lines, 0, theme, frame);
}

fn draw_scrolled(
    name: &str,
    keys: &str,
    lines: Vec<(String, Style)>,
    first: usize,
    theme: &Theme,
    frame: &mut Frame<'_>,
) {
    let screen = frame.area();
    let (_, widest) =
        layout::popup_area(screen.width, screen.height, MAX_POPUP_COLUMNS, screen.height);
    let width = usize::from(widest.width);
    let pieces: Vec<_> = lines
        .into_iter()
        .flat_map(|(text, style)| wrap_text(&text, width).into_iter().map(move |p| (p, style)))
        .collect();
    let (area, inside) = layout::popup_area(
        screen.width,
        screen.height,
        MAX_POPUP_COLUMNS,
        u16::try_from(pieces.len()).unwrap_or(u16::MAX),
    );
    let height = usize::from(inside.height);
    let gap = if keys.is_empty() { "" } else { ", " };
    let session_context = format!(
        "{}-{} of {}{gap}{keys}",
        first + 1,
        (first + height).min(pieces.len()),
        pieces.len()
    );
    let more = if pieces.len() > height { &session_context } else { keys };
    let inside = draw_popup(title(name, more, theme), theme, frame, area, inside);
    for (number, (piece, style)) in pieces.into_iter().skip(first).take(height).enumerate() {
        draw_row(vec![Span::styled(piece, style)], theme.plain, frame, inside, number);
    }
}
