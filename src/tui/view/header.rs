//! The header: account, caller, profile and endpoint.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::app::{HeaderTone, State, header_lines};
use crate::tui::view::block::draw_row;
use crate::tui::view::theme::Theme;

/// Draws the header.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    for (number, parts) in header_lines(state).into_iter().enumerate() {
        let mut spans = vec![Span::raw(" ")];
        for (tone, text) in parts {
            let style = match tone {
                HeaderTone::Name => theme.key,
                HeaderTone::Place => theme.strong,
                HeaderTone::Dim => theme.dim,
                HeaderTone::Alarm => theme.alarm,
            };
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(" "));
        }
        draw_row(spans, theme.plain, frame, area, number);
    }
}
