//! The status bar: results, errors, and the coverage of the account.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::app::{CoveragePlacement, State, StatusTone, Tone, status_rows};
use crate::tui::view::block::draw_row;
use crate::tui::view::theme::Theme;

/// Draws the status bar.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let status = status_rows(state);
    let width = usize::from(area.width).saturating_sub(2);
    for (number, line) in status.rows.iter().enumerate() {
        let (sign, style) = status_sign(line.tone, theme);
        let sign = if line.first { sign } else { " " };
        let text = theme.glyphs.fit(&line.text, width.saturating_sub(2).min(line.text.width()));
        let spans = vec![
            Span::raw(" "),
            Span::styled(sign, style),
            Span::raw(" "),
            Span::styled(text, style),
        ];
        draw_row(spans, theme.plain, frame, area, number);
    }
    if let CoveragePlacement::InStatus(words) = &status.coverage {
        let Ok(columns) = u16::try_from(words.width() + 1) else { return };
        let last = Rect {
            x: area.right().saturating_sub(columns).max(area.x),
            y: area.bottom().saturating_sub(1),
            width: columns.min(area.width),
            height: area.height.min(1),
        };
        draw_row(vec![Span::raw(words.as_str())], theme.plain, frame, last, 0);
    }
}

fn status_sign(tone: StatusTone, theme: &Theme) -> (&'static str, Style) {
    let glyphs = &theme.glyphs;
    match tone {
        StatusTone::Result(Tone::Info) => (" ", theme.plain),
        StatusTone::Result(Tone::Success) => (glyphs.done, theme.success),
        StatusTone::Result(Tone::Warning) => ("!", theme.warning),
        StatusTone::Error => (glyphs.failed, theme.error),
    }
}
