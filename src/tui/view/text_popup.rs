//! Popups of text: the help, the errors in full, and the question before
//! quitting.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::app::{MAX_POPUP_COLUMNS, State, TextTone, wrap_text};
use crate::tui::layout;
use crate::tui::view::block::{draw_popup, draw_row, title};
use crate::tui::view::theme::Theme;

const QUIT_QUESTION: &str = "Changes are still in progress. y waits for them, then quits. ctrl-c quits now. Other keys \
                             go back.";
const SENT_CHANGES: &str = "Sent. If you quit now, the next start looks up the result:";
const UNSENT_CHANGES: &str = "Not sent yet. If you quit now, they are not sent:";

/// Draws the open popup of text, from line `first` on.
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
    let hints: Vec<_> =
        state.hints().iter().map(|hint| format!("{} {}", hint.key, hint.label)).collect();
    draw_scrolled(title, &hints, lines, first, theme, frame);
}

/// Draws the question before quitting while changes are in progress.
pub(crate) fn draw_quit(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    // The keys come first: a long list may be cut off.
    let mut lines = vec![(QUIT_QUESTION.to_owned(), theme.plain)];
    let (sent, unsent) = ((SENT_CHANGES, state.sent()), (UNSENT_CHANGES, state.unsent()));
    for (heading, changes) in [unsent, sent].into_iter().filter(|(_, changes)| !changes.is_empty())
    {
        lines.extend([(String::new(), theme.plain), (heading.to_owned(), theme.warning)]);
        lines.extend(changes.into_iter().map(|change| (change, theme.strong)));
    }
    draw_scrolled("Quit?", &[], lines, 0, theme, frame);
}

fn draw_scrolled(
    name: &str,
    hints: &[String],
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
    let mut more = String::new();
    if pieces.len() > height {
        let last = (first + height).min(pieces.len());
        more = format!("{}-{last} of {}", first + 1, pieces.len());
    }
    // As many hints as the title has room for.
    for hint in hints {
        let gap = if more.is_empty() { "" } else { ", " };
        let longer = format!("{more}{gap}{hint}");
        if title(name, &longer, theme).width() + 2 > usize::from(area.width) {
            break;
        }
        more = longer;
    }
    let inside = draw_popup(title(name, &more, theme), theme, frame, area, inside);
    for (number, (piece, style)) in pieces.into_iter().skip(first).take(height).enumerate() {
        draw_row(vec![Span::styled(piece, style)], theme.plain, frame, inside, number);
    }
}
