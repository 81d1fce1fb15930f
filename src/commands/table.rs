//! Tables with aligned columns.

use unicode_width::UnicodeWidthStr as _;

/// The number of spaces between columns.
const COLUMN_GAP: usize = 2;

/// Returns a header and its rows. Each column is as wide as its widest cell, and
/// lines have no trailing spaces.
pub(super) fn aligned<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    aligned_rows(&header, rows)
}

/// Returns a header and its rows like [`aligned`], for columns that are chosen at run time.
pub(super) fn aligned_rows<R: AsRef<[String]>>(header: &[&str], rows: &[R]) -> String {
    let mut widths = Widths::of(header);
    for row in rows {
        widths.fit(row.as_ref());
    }
    let lines = rows.iter().map(|row| widths.line(row.as_ref()));
    std::iter::once(widths.line(header)).chain(lines).collect()
}

/// The widths of columns, for a table whose rows come one by one.
pub(super) struct Widths(Vec<usize>);

impl Widths {
    /// The widths of the header.
    pub(super) fn of(header: &[&str]) -> Self {
        Self(header.iter().map(|cell| cell.width()).collect())
    }

    /// Widens the columns for a row.
    pub(super) fn fit(&mut self, row: &[String]) {
        for (width, cell) in self.0.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }

    /// Returns the line of a row, with a line feed at its end.
    pub(super) fn line<T: AsRef<str>>(&self, row: &[T]) -> String {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&self.0) {
            let cell = cell.as_ref();
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
