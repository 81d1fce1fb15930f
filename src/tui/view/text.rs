//! Windows of text: the help, the errors in full, and the question before
//! leaving.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::app::{State, TEXT_WIDTH, TextTone, wrap};
use crate::tui::layout;
use crate::tui::view::frame::{row, title, window};
use crate::tui::view::theme::Theme;

/// What a window of text listens to.
const KEYS: &str = "esc closes, j k scroll, v opens a pager";

/// Draws the window of text that is open, from that line on.
pub(crate) fn text(title: &str, state: &State, first: usize, theme: &Theme, frame: &mut Frame<'_>) {
    let style = |tone| match tone {
        TextTone::Plain => theme.plain,
        TextTone::Dim => theme.dim,
    };
    let lines = state.text().unwrap_or_default().into_iter().map(|(tone, line)| (line, style(tone))).collect();
    scrolled(title, KEYS, lines, first, theme, frame);
}

/// Draws the question before leaving while changes are in flight.
pub(crate) fn leave(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
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
    scrolled("Leave?", "", lines, 0, theme, frame);
}

fn scrolled(name: &str, keys: &str, lines: Vec<(String, Style)>, first: usize, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let (_, widest) = layout::window(screen.width, screen.height, TEXT_WIDTH, screen.height);
    let width = usize::from(widest.width);
    let pieces: Vec<_> =
        lines.into_iter().flat_map(|(text, style)| wrap(&text, width).into_iter().map(move |p| (p, style))).collect();
    let (area, inside) =
        layout::window(screen.width, screen.height, TEXT_WIDTH, u16::try_from(pieces.len()).unwrap_or(u16::MAX));
    let height = usize::from(inside.height);
    let gap = if keys.is_empty() { "" } else { ", " };
    let place = format!("{}-{} of {}{gap}{keys}", first + 1, (first + height).min(pieces.len()), pieces.len());
    let more = if pieces.len() > height { &place } else { keys };
    let inside = window(title(name, more, theme), theme, frame, area, inside);
    for (number, (piece, style)) in pieces.into_iter().skip(first).take(height).enumerate() {
        row(vec![Span::styled(piece, style)], theme.plain, frame, inside, number);
    }
}
