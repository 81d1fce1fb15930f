//! A ratatui backend that writes each frame at once, between synchronized-update
//! sequences, and writes nothing for a frame without changes.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType as Clearing, EndSynchronizedUpdate,
};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// The resets of colors and attributes that [`CrosstermBackend`] writes after the cells of each
/// frame, whatever their style.
const RESETS: &[u8] = b"\x1b[39m\x1b[49m\x1b[59m\x1b[0m";

/// The backend, which writes to `W`.
#[derive(Debug)]
pub(crate) struct FrameBackend<W: Write> {
    out: W,
    /// The bytes of the current frame.
    frame: Vec<u8>,
    size: Size,
    /// The cursor's position on the terminal, if it is visible.
    cursor: Option<Position>,
    /// The cursor's position at the end of the frame, if it is visible.
    next_cursor: Option<Position>,
    synchronized: bool,
}

impl<W: Write> FrameBackend<W> {
    /// Creates a backend for a terminal of that size with a hidden cursor.
    pub(crate) fn new(out: W, size: (u16, u16), synchronized: bool) -> Self {
        Self {
            out,
            frame: Vec::new(),
            size: size.into(),
            cursor: None,
            next_cursor: None,
            synchronized,
        }
    }

    /// Returns what was written to.
    #[cfg(test)]
    pub(crate) fn written(&self) -> &W {
        &self.out
    }

    /// Sets the size of the terminal.
    pub(crate) fn set_size(&mut self, size: Size) {
        self.size = size;
    }

    /// Records that the cursor was hidden by other code.
    pub(crate) fn cursor_is_hidden(&mut self) {
        self.cursor = None;
    }

    /// Queues the cursor's position and visibility. Writing cells moves the cursor.
    fn queue_cursor(&mut self) -> io::Result<()> {
        let moved = !self.frame.is_empty();
        match (self.cursor, self.next_cursor) {
            (_, Some(wanted)) if moved || self.cursor != self.next_cursor => {
                queue!(self.frame, MoveTo(wanted.x, wanted.y))?;
                if self.cursor.is_none() {
                    queue!(self.frame, Show)?;
                }
            }
            (Some(_), None) => queue!(self.frame, Hide)?,
            _ => {}
        }
        self.cursor = self.next_cursor;
        Ok(())
    }
}

impl<W: Write> Backend for FrameBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        let mut is_styled = false;
        let content =
            content.inspect(|(_, _, cell)| is_styled = cell.style() != Cell::EMPTY.style());
        CrosstermBackend::new(&mut self.frame).draw(content)?;
        // The last cell has left its style; one reset ends all of it.
        if self.frame.ends_with(RESETS) {
            self.frame.truncate(self.frame.len() - RESETS.len());
            if is_styled {
                queue!(self.frame, SetAttribute(Attribute::Reset))?;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.next_cursor = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.next_cursor.get_or_insert_default();
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.next_cursor = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        queue!(self.frame, Clear(Clearing::All))
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let region = match region {
            ClearType::All => Clearing::All,
            ClearType::AfterCursor => Clearing::FromCursorDown,
            ClearType::BeforeCursor => Clearing::FromCursorUp,
            ClearType::CurrentLine => Clearing::CurrentLine,
            ClearType::UntilNewLine => Clearing::UntilNewLine,
        };
        queue!(self.frame, Clear(region))
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.queue_cursor()?;
        if self.frame.is_empty() {
            return Ok(());
        }
        if self.synchronized {
            let mut bracketed = Vec::with_capacity(self.frame.len() + 16);
            queue!(bracketed, BeginSynchronizedUpdate)?;
            bracketed.append(&mut self.frame);
            queue!(bracketed, EndSynchronizedUpdate)?;
            self.frame = bracketed;
        }
        let written = self.out.write_all(&self.frame).and_then(|()| self.out.flush());
        self.frame.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::style::Stylize as _;
    use ratatui::text::{Line, Span};
    use ratatui::widgets::Paragraph;

    use super::*;

    fn bytes(
        terminal: &mut Terminal<FrameBackend<Vec<u8>>>,
        text: &str,
        cursor: Option<(u16, u16)>,
    ) -> usize {
        let before = terminal.backend().out.len();
        terminal
            .draw(|frame| {
                frame.render_widget(Paragraph::new(text), frame.area());
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap();
        terminal.backend().out.len() - before
    }

    #[test]
    fn a_frame_that_changes_nothing_writes_nothing() {
        let mut terminal = Terminal::new(FrameBackend::new(Vec::new(), (20, 2), true)).unwrap();
        assert!(bytes(&mut terminal, "one", None) > 0);
        assert_eq!(bytes(&mut terminal, "one", None), 0);
        assert!(bytes(&mut terminal, "one", Some((3, 0))) > 0);
        assert_eq!(bytes(&mut terminal, "one", Some((3, 0))), 0);
        assert!(bytes(&mut terminal, "two", Some((3, 0))) > 0);
        assert!(bytes(&mut terminal, "two", None) > 0);
    }

    #[test]
    fn a_frame_ends_with_a_reset_only_after_a_styled_cell() {
        let mut terminal = Terminal::new(FrameBackend::new(Vec::new(), (20, 2), false)).unwrap();
        let mut written = |text: Line<'static>| {
            let before = terminal.backend().out.len();
            terminal.draw(|frame| frame.render_widget(text, frame.area())).unwrap();
            String::from_utf8(terminal.backend().out[before..].to_vec()).unwrap()
        };
        assert_eq!(written(Line::raw("one")), "\u{1b}[1;1Hone");
        let bold = written(Line::from(vec![Span::raw("one "), "two".bold()]));
        assert_eq!(bold, "\u{1b}[1;5H\u{1b}[1mtwo\u{1b}[0m");
        let red = written(Line::from(vec!["ONE".red(), Span::raw(" "), "two".bold()]));
        assert_eq!(red, "\u{1b}[1;1H\u{1b}[38;5;1;49mONE\u{1b}[0m");
        let ends_plain = written(Line::from(vec!["ONE".red(), Span::raw("    !")]));
        assert!(!ends_plain.ends_with("\u{1b}[0m"), "{ends_plain:?}");
    }

    #[test]
    fn the_cursor_is_restored_after_cells_were_written() {
        let mut terminal = Terminal::new(FrameBackend::new(Vec::new(), (20, 2), false)).unwrap();
        bytes(&mut terminal, "one", Some((3, 0)));
        bytes(&mut terminal, "two", Some((3, 0)));
        let written = String::from_utf8(terminal.backend().out.clone()).unwrap();
        assert!(written.ends_with("\u{1b}[1;4H"), "{written:?}");
    }
}
