//! The frame of a pane or window, and a row in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};

use crate::tui::layout;
use crate::tui::view::theme::Theme;

/// Draws a pane's frame and gives what is inside.
pub(crate) fn draw_pane(
    title: Line<'_>,
    focused: bool,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Rect {
    let (style, set) = if focused {
        (theme.border_focused, theme.glyphs.border_focused)
    } else {
        (theme.border, theme.glyphs.border)
    };
    let sides =
        if layout::is_flat(area, frame.area().height) { Borders::TOP } else { Borders::ALL };
    let block = Block::new().borders(sides).border_set(set).border_style(style).title(title);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Draws a window's frame over what is there, a column of nothing on either
/// side, and gives what is inside.
pub(crate) fn draw_popup(
    title: Line<'_>,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    inside: Rect,
) -> Rect {
    let around = Rect { x: area.x.saturating_sub(1), width: area.width.saturating_add(2), ..area };
    frame.render_widget(Clear, around.intersection(frame.area()));
    let block = Block::bordered()
        .border_set(theme.glyphs.border_focused)
        .border_style(theme.border_focused)
        .title(title);
    frame.render_widget(block, area);
    inside
}

/// A pane's title: a name, and what is to be said of it.
pub(crate) fn title<'a>(name: &str, more: &str, theme: &Theme) -> Line<'a> {
    let mut spans = vec![Span::styled(format!(" {name} "), theme.strong)];
    if !more.is_empty() {
        spans.push(Span::raw(theme.glyphs.border.horizontal_top));
        spans.push(Span::styled(format!(" {more} "), theme.dim));
    }
    Line::from(spans)
}

/// Draws the heads of a list's columns, behind the place for cursor and mark;
/// one without width is left out.
pub(crate) fn draw_heading(
    columns: &[(&str, usize)],
    theme: &Theme,
    frame: &mut Frame<'_>,
    inside: Rect,
) {
    let heads: String = columns
        .iter()
        .filter(|(_, width)| *width > 0)
        .map(|(head, width)| theme.glyphs.fit(head, *width))
        .collect();
    draw_row(
        vec![Span::styled(format!("  {heads}"), theme.heading)],
        theme.plain,
        frame,
        inside,
        0,
    );
}

/// Draws one row. A reversed style, the selection's, is laid over the row's
/// own colours; any other lies under them.
pub(crate) fn draw_row(
    spans: Vec<Span<'_>>,
    style: Style,
    frame: &mut Frame<'_>,
    area: Rect,
    line: usize,
) {
    let Ok(line) = u16::try_from(line) else { return };
    if line < area.height {
        let area = Rect::new(area.x, area.y + line, area.width, 1);
        frame.render_widget(Line::from(spans).style(style), area);
        if style.add_modifier.contains(Modifier::REVERSED) {
            frame.buffer_mut().set_style(area, style);
        }
    }
}
