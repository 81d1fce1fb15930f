//! Windows of text: the help, the errors in full, and the question before
//! leaving.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::time_of_day;
use crate::tui::actions::COMMANDS;
use crate::tui::app::{State, TextWindow, wrap};
use crate::tui::layout;
use crate::tui::view::frame::{row, window as framed};
use crate::tui::view::theme::Theme;

/// Columns for the keys in the help.
const KEYS: usize = 18;

/// Draws the help.
pub(crate) fn help(first: usize, theme: &Theme, frame: &mut Frame<'_>) {
    let commands =
        COMMANDS.iter().map(|command| (format!("{:KEYS$}{}", command.keys.join("  "), command.help), theme.plain));
    let legend = [
        String::new(),
        format!(
            "{} Active  {} Inactive  {} another status  {} none  {} not read  {} from the credential report",
            theme.glyphs.active,
            theme.glyphs.inactive,
            theme.glyphs.other,
            theme.glyphs.none,
            theme.glyphs.unknown,
            theme.glyphs.reported
        ),
        String::new(),
        "In a dialog: y confirms, n or esc cancels, tab goes on to the buttons and the reason, enter presses the \
         button. Changes to Active, and of a key that signs this session, ask for its last four characters instead."
            .to_owned(),
    ];
    let lines = commands.chain(legend.into_iter().map(|line| (line, theme.dim))).collect();
    scrolled("Keys", lines, first, theme, frame);
}

/// Draws the errors in full.
pub(crate) fn errors(state: &State, first: usize, theme: &Theme, frame: &mut Frame<'_>) {
    let mut lines: Vec<(String, Style)> = Vec::new();
    for failure in state.notices.failures().iter().rev() {
        let times = if failure.times > 1 { format!(" ({} times)", failure.times) } else { String::new() };
        lines.push((format!("{}{times}", time_of_day(failure.at)), theme.dim));
        lines.push((failure.text.clone(), theme.plain));
        lines.push((String::new(), theme.plain));
    }
    if lines.is_empty() {
        lines.push(("Nothing has gone wrong so far.".to_owned(), theme.plain));
    }
    scrolled("Errors, latest first", lines, first, theme, frame);
}

/// Draws a window of text.
pub(crate) fn window(window: &TextWindow, theme: &Theme, frame: &mut Frame<'_>) {
    let lines = window.lines.iter().map(|line| (line.clone(), theme.plain)).collect();
    scrolled(&window.title, lines, window.first, theme, frame);
}

/// Draws the question before leaving while changes are in flight.
pub(crate) fn leave(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let mut lines = vec![("Changes are still under way:".to_owned(), theme.warning)];
    for (change, _) in state.changes.under_way() {
        lines.push((format!("  {} to {}", change.key, change.direction.status()), theme.strong));
    }
    let text = "y waits for their outcomes and then leaves. ctrl-c leaves at once: the next start reads what came of \
                them. Any other key goes back.";
    lines.push((text.to_owned(), theme.plain));
    scrolled("Leave?", lines, 0, theme, frame);
}

fn scrolled(title: &str, lines: Vec<(String, Style)>, first: usize, theme: &Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let (_, widest) = layout::window(screen.width, screen.height, 100, screen.height);
    let width = usize::from(widest.width);
    let pieces: Vec<_> =
        lines.into_iter().flat_map(|(text, style)| wrap(&text, width).into_iter().map(move |p| (p, style))).collect();
    let (area, inside) =
        layout::window(screen.width, screen.height, 100, u16::try_from(pieces.len()).unwrap_or(u16::MAX));
    let height = usize::from(inside.height);
    let first = first.min(pieces.len().saturating_sub(height));
    let more = if pieces.len() > first + height { format!("{title} (j: more)") } else { title.to_owned() };
    let inside = framed(&more, theme, frame, area, inside);
    for (number, (piece, style)) in pieces.into_iter().skip(first).take(height).enumerate() {
        row(vec![Span::styled(piece, style)], theme.plain, frame, inside, number);
    }
}
