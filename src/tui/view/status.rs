//! The status: results and errors, and how much of the account is known.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::tui::app::{STATUS_INDENT, State, StatusLine, StatusTone, Tone, coverage_words, status_lines};
use crate::tui::view::frame::row;
use crate::tui::view::theme::Theme;

/// Draws the status.
pub(crate) fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let lines = status_lines(state);
    let width = usize::from(area.width).saturating_sub(2);
    let last = usize::from(area.height).saturating_sub(1);
    let coverage = coverage_words(state);
    for number in 0..usize::from(area.height) {
        let (text, style) = lines.get(number).map_or((String::new(), theme.plain), |shown| line(shown, theme));
        let room = if number == last { width.saturating_sub(coverage.width() + 2) } else { width };
        let text = if number == last && room < text.width().min(20) {
            theme.glyphs.fit(&text, width)
        } else if number == last {
            format!("{}  {coverage}", theme.glyphs.fit(&text, room))
        } else {
            theme.glyphs.fit(&text, room)
        };
        row(vec![Span::raw(" "), Span::styled(text, style)], theme.plain, frame, area, number);
    }
}

fn line(line: &StatusLine, theme: &Theme) -> (String, Style) {
    let glyphs = &theme.glyphs;
    let (glyph, style) = match line.tone {
        StatusTone::Result(Tone::Info) => ("", theme.plain),
        StatusTone::Result(Tone::Success) => (glyphs.done, theme.success),
        StatusTone::Result(Tone::Warning) => ("!", theme.warning),
        StatusTone::Error => (glyphs.failed, theme.error),
    };
    match glyph {
        "" => (line.text.clone(), style),
        glyph if line.first => (format!("{glyph:STATUS_INDENT$}{}", line.text), style),
        _ => (format!("{:STATUS_INDENT$}{}", "", line.text), style),
    }
}
