//! The border of a pane or popup, and the rows in it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};

use crate::tui::render::layout::{self, PopupArea};
use crate::tui::render::table::{ListPosition, draw_scrollbar};
use crate::tui::render::text_wrap::wrap_text;
use crate::tui::render::theme::Theme;

/// Draws a pane's border and returns the area inside.
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
    let block = Block::new()
        .borders(sides)
        .border_set(set)
        .border_style(style)
        .title(fit(title, area, theme));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Draws the border of a list's pane, with a scrollbar if the list does not fit, and returns the
/// area inside.
pub(crate) fn draw_list_pane(
    title: Line<'_>,
    position: ListPosition,
    focused: bool,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Rect {
    let inside = draw_pane(title, focused, theme, frame, area);
    if !layout::is_flat(area, frame.area().height) {
        let style = if focused { theme.border_focused } else { theme.border };
        draw_scrollbar(position, style, theme, frame, area);
    }
    inside
}

/// Draws a popup's border with an empty column on either side.
pub(crate) fn draw_popup(title: Line<'_>, area: PopupArea, theme: &Theme, frame: &mut Frame<'_>) {
    let area = area.frame;
    let around = Rect { x: area.x.saturating_sub(1), width: area.width.saturating_add(2), ..area };
    frame.render_widget(Clear, around.intersection(frame.area()));
    let block = Block::bordered()
        .border_set(theme.glyphs.border_focused)
        .border_style(theme.border_focused)
        .title(fit(title, area, theme));
    frame.render_widget(block, area);
}

/// Cuts a title to the border of an area.
fn fit<'a>(mut title: Line<'a>, area: Rect, theme: &Theme) -> Line<'a> {
    let mut room = usize::from(area.width.saturating_sub(2));
    if title.width() <= room {
        return title;
    }
    title.spans.retain_mut(|span| {
        let is_shown = room > 0;
        if span.width() > room {
            span.content = theme.glyphs.fit(&span.content, room).into();
        }
        room -= span.width().min(room);
        is_shown
    });
    title
}

/// Returns a title: a name, and details if there are any.
pub(crate) fn title<'a>(name: &str, more: &str, theme: &Theme) -> Line<'a> {
    let mut spans = vec![Span::styled(format!(" {name} "), theme.strong)];
    if !more.is_empty() {
        spans.push(Span::raw(theme.glyphs.border.horizontal_top));
        spans.push(Span::styled(format!(" {more} "), theme.dim));
    }
    Line::from(spans)
}

/// Draws wrapped, dim text in a list that has no rows, from that line on.
pub(crate) fn draw_paragraph(
    text: &str,
    first: usize,
    theme: &Theme,
    frame: &mut Frame<'_>,
    inside: Rect,
) {
    let width = usize::from(inside.width).saturating_sub(3);
    for (line, piece) in wrap_text(text, width).into_iter().enumerate() {
        let span = Span::styled(format!("  {piece}"), theme.dim);
        draw_row(vec![span], theme.plain, frame, inside, first + line);
    }
}

/// Draws one row. A reversed style (the selection's) replaces the styles of the
/// spans; any other style lies under them.
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
