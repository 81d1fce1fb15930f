//! Tables with aligned columns.

use unicode_width::UnicodeWidthStr as _;

/// The number of spaces between columns.
const COLUMN_GAP: usize = 2;

/// Returns a header and its rows. Each column is as wide as its widest cell, and
/// lines have no trailing spaces.
pub(super) fn aligned<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = Widths::of(header);
    for row in rows {
        widths.fit(row);
    }
    let lines = rows.iter().map(|row| widths.line(&row.each_ref().map(String::as_str)));
    std::iter::once(widths.line(&header)).chain(lines).collect()
}

/// The widths of columns, for a table whose rows come one by one.
pub(super) struct Widths<const N: usize>([usize; N]);

impl<const N: usize> Widths<N> {
    /// The widths of the header.
    pub(super) fn of(header: [&str; N]) -> Self {
        Self(header.map(str::width))
    }

    /// Widens the columns for a row.
    pub(super) fn fit(&mut self, row: &[String; N]) {
        for (width, cell) in self.0.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }

    /// Returns the line of a row, with a line feed at its end.
    pub(super) fn line(&self, row: &[&str; N]) -> String {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&self.0) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + COLUMN_GAP));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_in_any_script() {
        let rows = [["日本".to_owned(), String::new()], ["a".to_owned(), "b".to_owned()]];
        assert_eq!(aligned(["USER", "KEY"], &rows), "USER  KEY\n日本\na     b\n");
    }
}
