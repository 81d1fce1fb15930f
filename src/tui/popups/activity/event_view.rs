//! One event whole.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{KeyId, TrailEvent};
use crate::ops::activity::event_lines;
use crate::tui::panes::CursorMove;
use crate::tui::render::Theme;
use crate::tui::render::block::draw_row;
use crate::tui::render::text_wrap::wrap_text;

/// An event that is shown whole.
#[derive(Clone, Debug)]
pub(super) struct EventView {
    event: Arc<TrailEvent>,
    /// Lines of the record, as they are copied.
    lines: Vec<String>,
    /// The lines, wrapped to the width of the popup.
    wrapped: Vec<String>,
    width: usize,
    height: usize,
    /// First line shown, after wrapping.
    first: usize,
}

impl EventView {
    /// Returns the view of an event, from its beginning.
    pub(super) fn new(event: Arc<TrailEvent>) -> Self {
        let lines = event_lines(&event);
        Self { event, wrapped: lines.clone(), lines, width: 0, height: 1, first: 0 }
    }

    /// Returns the access key that the call has issued.
    pub(super) fn issued_key(&self) -> Option<KeyId> {
        self.event.issued.as_ref().map(|issued| issued.key.clone())
    }

    /// Returns the record as text.
    pub(super) fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }

    /// Sets the size of the area that it is drawn in.
    pub(super) fn set_size(&mut self, inside: Rect) {
        let width = usize::from(inside.width);
        if self.width != width {
            self.width = width;
            self.wrapped = self.lines.iter().flat_map(|line| wrap_text(line, width)).collect();
        }
        self.height = usize::from(inside.height).max(1);
        self.first = self.first.min(self.last_first());
    }

    fn last_first(&self) -> usize {
        self.wrapped.len().saturating_sub(self.height)
    }

    /// Scrolls, no further than the ends.
    pub(super) fn scroll(&mut self, step: CursorMove) {
        let page = isize::try_from(self.height.saturating_sub(1).max(1)).unwrap_or(1);
        let to = match step {
            CursorMove::By(rows) => self.first.saturating_add_signed(rows),
            CursorMove::Pages(pages) => self.first.saturating_add_signed(pages * page),
            CursorMove::First => 0,
            CursorMove::Last => self.last_first(),
            CursorMove::ToLine(_) => self.first,
        };
        self.first = to.min(self.last_first());
    }

    /// Draws the lines in view.
    pub(super) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>, inside: Rect) {
        let lines = self.wrapped.iter().skip(self.first).take(usize::from(inside.height));
        for (row, line) in lines.enumerate() {
            draw_row(vec![Span::raw(line)], theme.plain, frame, inside, row);
        }
    }
}
