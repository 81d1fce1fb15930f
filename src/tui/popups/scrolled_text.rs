//! A text that is wrapped to the width of a popup, and scrolled if it does not fit.

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Span;

use crate::tui::messages::shared as messages;
use crate::tui::panes::CursorMove;
use crate::tui::render::block::draw_row;
use crate::tui::render::text_wrap::wrap_text;
use crate::tui::render::{TextTone, Theme};

/// A line with its tone.
pub(super) type TextLine = (TextTone, String);

/// Lines of text, and the part of them in view.
#[derive(Clone, Debug, Default)]
pub(super) struct ScrolledText {
    lines: Vec<TextLine>,
    /// The lines, wrapped to the width.
    wrapped: Vec<TextLine>,
    size: Size,
    /// First line shown, after wrapping.
    first: usize,
}

impl ScrolledText {
    /// Returns the text of these lines in an area of that size, from its beginning.
    pub(super) fn new(lines: Vec<TextLine>, size: Size) -> Self {
        let mut text = Self::default();
        text.update(lines, size);
        text
    }

    /// Replaces the lines, and sets the size of the area that they are drawn in.
    pub(super) fn update(&mut self, lines: Vec<TextLine>, size: Size) {
        if self.lines != lines {
            self.lines = lines;
            self.wrap(size.width);
        }
        self.set_size(size);
    }

    /// Sets the size of the area that the text is drawn in.
    pub(super) fn set_size(&mut self, size: Size) {
        if self.size.width != size.width {
            self.wrap(size.width);
        }
        self.size = size;
        self.first = self.first.min(self.last_first());
    }

    fn wrap(&mut self, width: u16) {
        let wrapped = |(tone, line): &TextLine| {
            let tone = *tone;
            wrap_text(line, usize::from(width)).into_iter().map(move |piece| (tone, piece))
        };
        self.wrapped = self.lines.iter().flat_map(wrapped).collect();
    }

    /// Returns the number of lines after wrapping.
    pub(super) fn height(&self) -> usize {
        self.wrapped.len()
    }

    fn last_first(&self) -> usize {
        self.wrapped.len().saturating_sub(usize::from(self.size.height.max(1)))
    }

    /// Scrolls, no further than the ends.
    pub(super) fn scroll(&mut self, step: CursorMove) {
        self.first = step.row(self.first, self.last_first(), self.size.height.into());
    }

    /// Returns which lines are in view; empty if all are.
    pub(super) fn range(&self) -> String {
        let (all, height) = (self.wrapped.len(), usize::from(self.size.height));
        if all <= height {
            return String::new();
        }
        messages::lines_in_view(self.first + 1, (self.first + height).min(all), all)
    }

    /// Draws the lines in view.
    pub(super) fn draw(&self, theme: &Theme, frame: &mut Frame<'_>, inside: Rect) {
        let lines = self.wrapped.iter().skip(self.first).take(usize::from(inside.height));
        for (row, (tone, line)) in lines.enumerate() {
            let span = Span::styled(line, theme.style(*tone));
            draw_row(vec![span], theme.plain, frame, inside, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: usize, height: u16) -> ScrolledText {
        let lines = (1..=lines).map(|number| (TextTone::Plain, format!("line {number}")));
        ScrolledText::new(lines.collect(), Size::new(10, height))
    }

    #[test]
    fn moves_stop_at_both_ends() {
        let mut text = text(20, 8);
        let mut after = |step| {
            text.scroll(step);
            text.range()
        };
        assert_eq!(after(CursorMove::By(-1)), "1-8 of 20");
        assert_eq!(after(CursorMove::Pages(1)), "8-15 of 20");
        assert_eq!(after(CursorMove::Pages(9)), "13-20 of 20");
        assert_eq!(after(CursorMove::First), "1-8 of 20");
        assert_eq!(after(CursorMove::Last), "13-20 of 20");
    }

    #[test]
    fn a_higher_area_shows_more_of_the_text_from_its_end() {
        let mut text = text(20, 8);
        text.scroll(CursorMove::Last);
        text.set_size(Size::new(10, 15));
        assert_eq!(text.range(), "6-20 of 20");
        text.set_size(Size::new(10, 30));
        assert_eq!((text.range(), text.first), (String::new(), 0));
        text.set_size(Size::new(4, 8));
        assert_eq!(text.range(), "1-8 of 40", "a narrow area wraps the lines");
    }
}
