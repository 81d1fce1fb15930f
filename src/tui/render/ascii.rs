//! `--ascii`: replaces every character that is not ASCII in the finished frame,
//! wherever it was drawn.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr as _;

/// The characters that keyflip draws and their ASCII replacements, one column
/// each.
const ASCII_SIGNS: &[(&str, &str)] = &[
    ("▸", ">"),
    ("◆", "#"),
    ("●", "*"),
    ("○", "o"),
    ("◌", "x"),
    ("→", ">"),
    ("←", "<"),
    ("↑", "^"),
    ("↓", "v"),
    ("…", "~"),
    ("·", "-"),
    ("–", "-"),
    ("—", "-"),
    ("─", "-"),
    ("━", "="),
    ("╭", "+"),
    ("╮", "+"),
    ("╰", "+"),
    ("╯", "+"),
    ("┏", "+"),
    ("┓", "+"),
    ("┗", "+"),
    ("┛", "+"),
    ("│", "|"),
    ("┃", "|"),
    ("▐", "#"),
    ("✓", "+"),
    ("✗", "!"),
    ("×", "x"),
    ("“", "\""),
    ("”", "\""),
    ("‘", "'"),
    ("’", "'"),
    ("▁", "."),
    ("▂", "."),
    ("▃", ":"),
    ("▄", ":"),
    ("▅", "+"),
    ("▆", "+"),
    ("▇", "#"),
    ("█", "#"),
    ("▒", ":"),
    ("⠋", "|"),
    ("⠙", "/"),
    ("⠸", "-"),
    ("⠴", "\\"),
];

/// Replaces every cell that is not ASCII: keyflip's own characters by
/// [`ASCII_SIGNS`], any other by one question mark for each column.
pub(crate) fn translate(buffer: &mut Buffer) {
    let mut covered = 0;
    for cell in &mut buffer.content {
        if covered > 0 {
            covered -= 1;
            cell.set_symbol("?");
        } else if !cell.symbol().is_ascii() {
            covered = cell.symbol().width().saturating_sub(1);
            cell.set_symbol(replacement(cell.symbol()).unwrap_or("?"));
        }
    }
}

/// Returns the replacement of one of keyflip's own characters.
pub(super) fn replacement(character: &str) -> Option<&'static str> {
    ASCII_SIGNS.iter().find(|(sign, _)| *sign == character).map(|(_, ascii)| *ascii)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use ratatui::symbols::border;

    use super::*;
    use crate::tui::render::glyphs::Glyphs;

    #[test]
    fn symbols_are_replaced_and_columns_are_kept() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 1));
        buffer.set_string(0, 0, "Active → Inactive 日本e\u{301}|", Style::new());
        translate(&mut buffer);
        let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(text, "Active > Inactive ?????| ".get(..24).unwrap());
    }

    #[test]
    fn every_replacement_is_one_column_and_every_glyph_has_one() {
        assert!(
            ASCII_SIGNS
                .iter()
                .all(|(sign, ascii)| sign.width() == 1 && ascii.len() == 1 && ascii.is_ascii())
        );
        let g = Glyphs::UNICODE;
        let signs = [
            g.cursor,
            g.mark,
            g.active,
            g.inactive,
            g.other,
            g.none,
            g.ellipsis,
            g.arrow,
            g.done,
            g.failed,
            g.scrollbar_thumb,
            g.bar_reported,
        ];
        let borders = [border::ROUNDED, border::THICK].into_iter().flat_map(|set| {
            [
                set.top_left,
                set.top_right,
                set.bottom_left,
                set.bottom_right,
                set.vertical_left,
                set.vertical_right,
                set.horizontal_top,
                set.horizontal_bottom,
            ]
        });
        for glyph in signs.into_iter().chain(g.bars.into_iter().skip(1)).chain(borders) {
            assert!(replacement(glyph).is_some(), "{glyph} has no ASCII");
        }
    }
}
