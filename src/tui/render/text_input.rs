//! The visible part of a text field, and its cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::Input;
use unicode_width::UnicodeWidthStr as _;

/// Part of a text that fits.
pub(crate) struct VisibleText {
    /// The part.
    pub text: String,
    /// Byte of the whole text at which it begins.
    pub start: usize,
    /// Column of the cursor in it.
    pub cursor: usize,
}

/// Returns the part of the text that fits that many columns, cursor included.
pub(crate) fn visible_text(line: &Input, columns: usize) -> VisibleText {
    let cursor = line.visual_cursor();
    let excess = (cursor + 1).saturating_sub(columns);
    let (mut hidden, mut used, mut start) = (0, 0, 0);
    let mut text = String::new();
    // By grapheme: one can consist of several characters.
    for grapheme in Span::raw(line.value()).styled_graphemes(Style::default()) {
        let width = grapheme.symbol.width();
        if hidden < excess {
            hidden += width;
            start += grapheme.symbol.len();
        } else if used + width <= columns {
            used += width;
            text.push_str(grapheme.symbol);
        } else {
            break;
        }
    }
    VisibleText { text, start, cursor: cursor.saturating_sub(hidden) }
}

/// Places the cursor of the terminal in a row of an area, at most in its last column.
pub(crate) fn place_cursor(frame: &mut Frame<'_>, area: Rect, column: usize, row: usize) {
    let last = usize::from(area.width.saturating_sub(1));
    if let (Ok(column), Ok(row)) = (u16::try_from(column.min(last)), u16::try_from(row))
        && row < area.height
    {
        frame.set_cursor_position((area.x + column, area.y + row));
    }
}

/// Inserts the characters of a text at the cursor, without control characters and at most that
/// many, and moves the cursor behind them.
pub(crate) fn insert_at_cursor(line: &mut Input, text: &str, max_characters: usize) {
    let inserted: String = text.chars().filter(|c| !c.is_control()).take(max_characters).collect();
    let cursor = line.cursor() + inserted.chars().count();
    let before = line.value().chars().take(line.cursor());
    let after = line.value().chars().skip(line.cursor());
    let value = before.chain(inserted.chars()).chain(after).collect();
    *line = Input::new(value).with_cursor(cursor);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_end(text: &str, columns: usize) -> (String, usize) {
        let visible = visible_text(&Input::new(text.to_owned()), columns);
        (visible.text, visible.cursor)
    }

    #[test]
    fn the_cursor_follows_the_last_grapheme_of_any_width() {
        assert_eq!(at_end("leak", 10), ("leak".to_owned(), 4));
        assert_eq!(at_end("a long reason", 7), ("reason".to_owned(), 6));
        assert_eq!(at_end("漏洩した鍵を止める", 7), ("止める".to_owned(), 6));
        assert_eq!(
            at_end("漏洩した鍵を止める", 8),
            ("止める".to_owned(), 6),
            "a grapheme is hidden as a whole"
        );
        assert_eq!(at_end("x", 0), (String::new(), 0));
    }

    #[test]
    fn the_visible_part_is_found_in_the_whole_text() {
        let line = Input::new("漏洩した鍵を止める".to_owned());
        let visible = visible_text(&line, 8);
        assert_eq!(line.value()[visible.start..], visible.text);
    }

    #[test]
    fn a_cursor_at_the_beginning_shows_the_beginning() {
        let line = Input::new("漏洩した鍵".to_owned()).with_cursor(0);
        let visible = visible_text(&line, 5);
        assert_eq!((visible.text.as_str(), visible.cursor), ("漏洩", 0));
    }

    #[test]
    fn text_is_inserted_at_the_cursor_up_to_a_limit() {
        let mut line = Input::new("漏す".to_owned()).with_cursor(1);
        insert_at_cursor(&mut line, "洩\u{1b}し\nた鍵", 3);
        assert_eq!((line.value(), line.cursor()), ("漏洩したす", 4));
        insert_at_cursor(&mut line, "", 3);
        assert_eq!((line.value(), line.cursor()), ("漏洩したす", 4));
    }
}
