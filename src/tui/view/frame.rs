//! The frame of a pane or window, and a row in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear};

use crate::tui::view::theme::Theme;

/// Draws a pane's frame and gives what is inside.
pub(crate) fn pane(title: Line<'_>, focused: bool, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let style = if focused { theme.border_focused } else { theme.border };
    let block = Block::bordered().border_set(theme.glyphs.border).border_style(style).title(title);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Draws a window's frame over what is there and gives what is inside.
pub(crate) fn window(title: &str, theme: &Theme, frame: &mut Frame<'_>, area: Rect, inside: Rect) -> Rect {
    frame.render_widget(Clear, area);
    let title = Span::styled(format!(" {title} "), theme.strong);
    let block = Block::bordered().border_set(theme.glyphs.border).border_style(theme.border_focused).title(title);
    frame.render_widget(block, area);
    inside
}

/// A pane's title: a name, and what is to be said of it.
pub(crate) fn title<'a>(name: String, more: String, theme: &Theme) -> Line<'a> {
    Line::from(vec![Span::styled(format!(" {name} "), theme.strong), Span::styled(format!("{more} "), theme.dim)])
}

/// Draws one row.
pub(crate) fn row(spans: Vec<Span<'_>>, style: Style, frame: &mut Frame<'_>, area: Rect, line: usize) {
    let Ok(line) = u16::try_from(line) else { return };
    if line < area.height {
        let area = Rect::new(area.x, area.y + line, area.width, 1);
        frame.render_widget(Line::from(spans).style(style), area);
    }
}
