//! One event whole.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};

use crate::model::{KeyId, TrailEvent};
use crate::ops::activity::event_lines;
use crate::tui::panes::CursorMove;
use crate::tui::popups::scrolled_text::ScrolledText;
use crate::tui::render::{TextTone, Theme};

/// An event that is shown whole.
#[derive(Clone, Debug)]
pub(super) struct EventView {
    event: Arc<TrailEvent>,
    /// Lines of the record, as they are copied.
    lines: Vec<String>,
    text: ScrolledText,
}

impl EventView {
    /// Returns the view of an event, from its beginning.
    pub(super) fn new(event: Arc<TrailEvent>) -> Self {
        let lines = event_lines(&event);
        let plain = lines.iter().map(|line| (TextTone::Plain, line.clone())).collect();
        Self { event, lines, text: ScrolledText::new(plain, Size::default()) }
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
    pub(super) fn set_size(&mut self, size: Size) {
        self.text.set_size(size);
    }

    /// Scrolls, no further than the ends.
    pub(super) fn scroll(&mut self, step: CursorMove) {
        self.text.scroll(step);
    }

    /// Draws the lines in view.
    pub(super) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>, inside: Rect) {
        self.text.draw(theme, frame, inside);
    }
}
