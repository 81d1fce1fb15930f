//! Aligned columns, for people.

use unicode_width::UnicodeWidthStr as _;

/// The gap between columns.
const GAP: usize = 2;

/// A header and its rows, each column as wide as its widest cell. Lines end
/// with their text: no spaces trail.
pub(super) fn aligned<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = header.map(str::width);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let mut text = String::new();
    push(&mut text, &header, &widths);
    for row in rows {
        push(&mut text, &row.each_ref().map(String::as_str), &widths);
    }
    text
}

fn push(text: &mut String, cells: &[&str], widths: &[usize]) {
    let begin = text.len();
    for (cell, width) in cells.iter().zip(widths) {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + GAP));
    }
    text.truncate(begin + text[begin..].trim_end().len());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_in_any_script_and_nothing_trails() {
        let rows = [["日本".to_owned(), String::new()], ["a".to_owned(), "b".to_owned()]];
        assert_eq!(aligned(["USER", "KEY"], &rows), "USER  KEY\n日本\na     b\n");
    }
}
