//! The footer: the filter while there is one, else as many key hints as fit,
//! the most important ones first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::app::{FooterHint, State};
use crate::tui::keymap::Action;
use crate::tui::view::block::draw_row;
use crate::tui::view::text_input::visible_part;
use crate::tui::view::theme::Theme;

/// Draws the footer.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let filters = state.filter.editing || !state.filter.input.value().is_empty();
    if filters && state.popup.is_none() {
        return filter(state, theme, frame, area);
    }
    let mut spans = vec![Span::raw(" ")];
    for hint in hints(state, usize::from(area.width).saturating_sub(1)) {
        spans.push(Span::styled(hint.key, theme.key));
        spans.push(Span::raw(format!(" {}  ", hint.label)));
    }
    draw_row(spans, theme.plain, frame, area, 0);
}

/// Returns the hints that fit, in their order.
fn hints(state: &State, width: usize) -> Vec<FooterHint> {
    let mut hints = state.hints();
    // The spaces after the last hint may be cut.
    let columns = |hints: &[FooterHint]| -> usize {
        hints
            .iter()
            .map(|hint| hint.key.width() + hint.label.width() + 3)
            .sum::<usize>()
            .saturating_sub(2)
    };
    while columns(&hints) > width {
        let Some(least) = hints.iter().map(|hint| hint.rank).max() else { break };
        hints.retain(|hint| hint.rank != least);
    }
    hints
}

fn filter(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let line = &state.filter;
    let (note, style) = match &line.error {
        Some(error) => (error.clone(), theme.warning),
        None if line.editing => ("enter to keep, esc to clear".to_owned(), theme.dim),
        None => {
            let (edit, clear) = (state.key_for(Action::Filter), state.key_for(Action::Cancel));
            (format!("{edit} to edit, {clear} to clear"), theme.dim)
        }
    };
    let room = usize::from(area.width).saturating_sub(2);
    // An error gets up to half of the width, a hint only what the filter leaves.
    let beside = line.error.as_ref().map_or(0, |error| (error.width() + 3).min(room / 2));
    let (typed, column) = match line.input.value() {
        _ if line.editing => visible_part(&line.input, room - beside),
        kept => (theme.glyphs.fit(kept, kept.width().min(room - beside)), 0),
    };
    let left = room.saturating_sub(typed.width() + 3);
    let note = theme.glyphs.fit(&note, left.min(note.width()));
    let spans = vec![
        Span::styled(" /", theme.key),
        Span::raw(typed),
        Span::styled(format!("   {note}"), style),
    ];
    draw_row(spans, theme.plain, frame, area, 0);
    if line.editing {
        let column = u16::try_from(column).unwrap_or(0) + 2;
        frame.set_cursor_position((area.x + column.min(area.width.saturating_sub(1)), area.y));
    }
}
