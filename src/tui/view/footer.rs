//! The footer: the filter line while it is used, else what the keys do, as
//! many as the width allows, the least important given up first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::actions::COMMANDS;
use crate::tui::app::State;
use crate::tui::view::frame::row;
use crate::tui::view::theme::Theme;

/// Draws the footer.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    if state.filter.editing || !state.filter.input.value().is_empty() {
        return filter(state, theme, frame, area);
    }
    let mut spans = vec![Span::raw(" ")];
    for (key, label) in hints(state, usize::from(area.width).saturating_sub(1)) {
        spans.push(Span::styled(key.to_owned(), theme.key));
        spans.push(Span::raw(format!(" {label}  ")));
    }
    row(spans, theme.plain, frame, area, 0);
}

/// The hints that fit, in the table's order, of what would do something now.
fn hints(state: &State, width: usize) -> Vec<(&str, &'static str)> {
    let mut hints: Vec<_> = COMMANDS
        .iter()
        .filter(|command| state.offers(command.action))
        .filter_map(|command| Some((command.footer?, state.keymap.keys(command.action).next()?, command.label)))
        .collect();
    // The blanks behind the last one may be cut.
    let columns = |hints: &[(u8, &str, &str)]| -> usize {
        hints.iter().map(|(_, key, label)| key.width() + label.width() + 3).sum::<usize>().saturating_sub(2)
    };
    while columns(&hints) > width {
        let Some(least) = hints.iter().map(|(rank, ..)| *rank).max() else { break };
        hints.retain(|(rank, ..)| *rank != least);
    }
    hints.into_iter().map(|(_, key, label)| (key, label)).collect()
}

fn filter(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let line = &state.filter;
    let typed = line.input.value();
    let (words, style) = match &line.error {
        Some(error) => (&**error, theme.warning),
        None if line.editing => ("enter keeps it, esc clears it", theme.dim),
        None => ("/ changes it, esc clears it", theme.dim),
    };
    let room = usize::from(area.width).saturating_sub(typed.width() + 5);
    let words = theme.glyphs.fit(words, room.min(words.width()));
    let spans =
        vec![Span::styled(" /", theme.key), Span::raw(typed.to_owned()), Span::styled(format!("   {words}"), style)];
    row(spans, theme.plain, frame, area, 0);
    if line.editing {
        let column = u16::try_from(line.input.visual_cursor()).unwrap_or(0) + 2;
        frame.set_cursor_position((area.x + column.min(area.width.saturating_sub(1)), area.y));
    }
}
