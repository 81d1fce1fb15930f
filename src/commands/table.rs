//! Tables with aligned columns, which fit the terminal that they are printed on.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::commands::output;
use crate::model::escape_hidden;

/// The number of spaces between columns.
const COLUMN_GAP: usize = 2;

/// The width below which cells are not cut, in columns of the terminal: that of a key ID.
const DEFAULT_MIN_WIDTH: usize = 20;

/// A column of a table, and how it gives way on a narrow terminal: first cells are cut, the longest
/// ones first, then whole columns are left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    name: &'static str,
    /// The width below which cells are not cut.
    min_width: usize,
    /// Columns with a greater number are left out earlier, and the last of equal ones first. Those
    /// with 0 are never left out.
    expendable: u8,
    /// Whether it is left out before any cell is cut.
    is_before_cuts: bool,
}

impl Column {
    /// A column whose cells are never cut.
    pub(super) const fn whole(name: &'static str) -> Self {
        Self::cut_to(name, usize::MAX)
    }

    /// A column whose cells may be cut to that width.
    pub(super) const fn cut_to(name: &'static str, min_width: usize) -> Self {
        Self { name, min_width, expendable: 0, is_before_cuts: false }
    }

    /// The column, left out where there is no room, before columns with a smaller number.
    pub(super) const fn expendable(self, order: u8) -> Self {
        Self { expendable: order, ..self }
    }

    /// The column, left out before a cell of another one is cut.
    pub(super) const fn before_cuts(self) -> Self {
        Self { is_before_cuts: true, ..self }
    }

    /// The column with another name.
    pub(super) const fn renamed(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

/// A column that is cut to the width of a key ID, and left out before those to its left.
impl From<&'static str> for Column {
    fn from(name: &'static str) -> Self {
        Self::cut_to(name, DEFAULT_MIN_WIDTH).expendable(1)
    }
}

/// Returns a table for standard output, with a header. It fits the terminal. Where standard output
/// is none, nothing is cut or left out. Lines have no trailing spaces.
pub(super) fn aligned<C: Into<Column>, const N: usize>(
    columns: [C; N],
    rows: &[[String; N]],
) -> String {
    fitted(&columns.map(Into::into), rows, output::terminal_columns())
}

/// Returns a table with every cell in full, if it fits `limit` columns of the terminal; `None` if
/// not.
pub(super) fn in_full<const N: usize>(
    columns: [&'static str; N],
    rows: &[[String; N]],
    limit: Option<usize>,
) -> Option<String> {
    let table = fitted(&columns.map(Column::whole), rows, None);
    let fits = |limit| table.lines().all(|line| line.width() <= limit);
    limit.is_none_or(fits).then_some(table)
}

/// Returns a block of lines for each row, with a name and a cell in each line. Nothing is cut or
/// left out.
pub(super) fn blocks<const N: usize>(columns: [&'static str; N], rows: &[[String; N]]) -> String {
    let width = columns.iter().map(|name| name.width()).max().unwrap_or_default() + 1;
    let block = |row: &[String; N]| {
        let line = |(name, cell): (&&str, &String)| {
            let (name, cell) = (format!("{name}:"), escape_hidden(cell));
            format!("{name:width$} {cell}").trim_end().to_owned() + "\n"
        };
        columns.iter().zip(row).map(line).collect::<String>()
    };
    rows.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// Returns a table like [`aligned`] that fits `limit` columns of the terminal, if that is given.
pub(super) fn fitted<R: AsRef<[String]>>(
    columns: &[Column],
    rows: &[R],
    limit: Option<usize>,
) -> String {
    let mut widths = Widths::for_columns(columns);
    for row in rows {
        widths.fit(row.as_ref());
    }
    widths.layout(limit).table(rows)
}

/// The widths of columns, for a table whose rows come one by one.
pub(super) struct Widths<'a> {
    columns: &'a [Column],
    widths: Vec<usize>,
}

impl<'a> Widths<'a> {
    /// The widths of the header.
    pub(super) fn for_columns(columns: &'a [Column]) -> Self {
        Self { columns, widths: columns.iter().map(|column| column.name.width()).collect() }
    }

    /// Widens the columns for a row.
    pub(super) fn fit(&mut self, row: &[String]) {
        for (width, cell) in self.widths.iter_mut().zip(row) {
            *width = escape_hidden(cell).width().max(*width);
        }
    }

    /// Returns the layout that shows all rows in `limit` columns of the terminal.
    pub(super) fn layout(self, limit: Option<usize>) -> Layout<'a> {
        let mut widths: Vec<_> = self.widths.iter().copied().map(Some).collect();
        if let Some(limit) = limit {
            if total(self.widths.iter().copied()) > limit {
                let before_cuts = widths.iter_mut().zip(self.columns);
                before_cuts
                    .filter(|(_, it)| it.is_before_cuts)
                    .for_each(|(width, _)| *width = None);
            }
            self.leave_out(&mut widths, limit);
            self.cut(&mut widths, limit);
        }
        Layout { columns: self.columns, widths, limit }
    }

    /// Leaves columns out until the others fit, if they are cut.
    fn leave_out(&self, widths: &mut [Option<usize>], limit: usize) {
        let least = |(at, width): (usize, &Option<usize>)| {
            width.map(|width| width.min(self.columns[at].min_width))
        };
        while total(widths.iter().enumerate().filter_map(least)) > limit {
            let shown = (0..widths.len()).filter(|at| widths[*at].is_some());
            let expendable = shown.filter(|at| self.columns[*at].expendable > 0);
            let Some(at) = expendable.max_by_key(|at| (self.columns[*at].expendable, *at)) else {
                return;
            };
            widths[at] = None;
        }
    }

    /// Narrows the widest columns until all fit.
    fn cut(&self, widths: &mut [Option<usize>], limit: usize) {
        while total(widths.iter().flatten().copied()) > limit {
            let may_be_cut = widths.iter_mut().zip(self.columns).filter_map(|(width, column)| {
                width.as_mut().filter(|width| **width > column.min_width)
            });
            let Some(widest) = may_be_cut.max() else { return };
            *widest -= 1;
        }
    }
}

/// Returns the width of a line with columns of these widths.
fn total(widths: impl Iterator<Item = usize>) -> usize {
    widths.map(|width| width + COLUMN_GAP).sum::<usize>().saturating_sub(COLUMN_GAP)
}

/// The columns of a table as they are shown.
pub(super) struct Layout<'a> {
    columns: &'a [Column],
    /// The widths; `None` for columns that are left out.
    widths: Vec<Option<usize>>,
    /// The width that no line exceeds.
    limit: Option<usize>,
}

impl Layout<'_> {
    /// Returns the header and the lines of the rows.
    fn table<R: AsRef<[String]>>(&self, rows: &[R]) -> String {
        let lines = rows.iter().map(|row| self.line(row.as_ref()));
        std::iter::once(self.header()).chain(lines).collect()
    }

    /// Returns the line with the names of the columns.
    pub(super) fn header(&self) -> String {
        self.line(&self.columns.iter().map(|column| column.name).collect::<Vec<_>>())
    }

    /// Returns the line of a row, with a line feed at its end.
    pub(super) fn line<T: AsRef<str>>(&self, row: &[T]) -> String {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&self.widths) {
            let Some(width) = *width else { continue };
            let cell = escape_hidden(cell.as_ref());
            let cell = if self.limit.is_some() { cut(&cell, width) } else { cell };
            text.push_str(&cell);
            text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + COLUMN_GAP));
        }
        let text = text.trim_end();
        let text = self.limit.map_or(Cow::Borrowed(text), |limit| cut(text, limit));
        format!("{text}\n")
    }
}

/// Returns a text of one line, cut to that many columns of the terminal. A cut is marked with `…`.
fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if text.width() <= columns {
        return text.into();
    }
    let mut width = 1;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= columns
    };
    let mut fitted: String = text.chars().take_while(fits).collect();
    fitted.push('…');
    fitted.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::cut_to("UserName", 6),
        Column::whole("AccessKeyId"),
        Column::whole("Age").expendable(1),
        Column::whole("Region").expendable(2),
    ];

    fn row(user: &str) -> [String; 4] {
        [user, "AKIARZPUZDIKFYHOWX26", "412d", "us-east-1"].map(str::to_owned)
    }

    fn at(limit: usize) -> String {
        fitted(&COLUMNS, &[row("svc-billing-0042")], Some(limit))
    }

    #[test]
    fn columns_are_aligned_in_any_script() {
        let rows = [["日本".to_owned(), String::new()], ["a".to_owned(), "b".to_owned()]];
        let columns = ["USER", "KEY"].map(Column::whole);
        assert_eq!(fitted(&columns, &rows, None), "USER  KEY\n日本\na     b\n");
    }

    #[test]
    fn cells_are_cut_before_columns_are_left_out() {
        assert_eq!(
            at(60),
            "UserName          AccessKeyId           Age   Region\n\
             svc-billing-0042  AKIARZPUZDIKFYHOWX26  412d  us-east-1\n"
        );
        assert_eq!(
            at(45),
            "UserN…  AccessKeyId           Age   Region\n\
             svc-b…  AKIARZPUZDIKFYHOWX26  412d  us-east-1\n"
        );
        assert_eq!(
            at(44),
            "UserName          AccessKeyId           Age\n\
             svc-billing-0042  AKIARZPUZDIKFYHOWX26  412d\n"
        );
        assert_eq!(
            at(30),
            "UserName  AccessKeyId\n\
             svc-bil…  AKIARZPUZDIKFYHOWX26\n"
        );
        assert_eq!(at(12), "UserN…  Acc…\nsvc-b…  AKI…\n");
    }

    #[test]
    fn a_row_that_does_not_fit_becomes_a_block_with_every_cell() {
        let columns = ["UserName", "AccessKeyId", "Age", "Region"];
        let rows = [row("svc-billing-0042"), row("ann")];
        let table = in_full(columns, &rows, Some(55)).unwrap();
        assert!(
            table.ends_with("ann               AKIARZPUZDIKFYHOWX26  412d  us-east-1\n"),
            "{table}"
        );
        assert_eq!(in_full(columns, &rows, Some(54)), None);
        assert!(in_full(columns, &rows, None).is_some());
        let blocks = blocks(columns, &rows);
        let of_ann = "UserName:    ann\n\
                      AccessKeyId: AKIARZPUZDIKFYHOWX26\n\
                      Age:         412d\n\
                      Region:      us-east-1\n";
        assert!(blocks.ends_with(&format!("\n\n{of_ann}")), "{blocks}");
        assert_eq!(blocks.lines().count(), 9);
    }

    #[test]
    fn a_column_is_left_out_before_others_are_cut() {
        let columns = [Column::cut_to("UserName", 6), Column::cut_to("Region", 2).before_cuts()];
        let rows = [["svc-billing-0042".to_owned(), "us-east-1".to_owned()]];
        assert_eq!(
            fitted(&columns, &rows, Some(27)).lines().next(),
            Some("UserName          Region")
        );
        assert_eq!(fitted(&columns, &rows, Some(26)), "UserName\nsvc-billing-0042\n");
    }

    #[test]
    fn the_last_of_plain_columns_is_left_out_first() {
        let columns = ["UserName", "AccessKeyId", "Why"].map(Column::from);
        let [user, key, ..] = row("svc-billing-0042");
        let rows = [[user, key, "not used for 402 days".to_owned()]];
        let text = fitted(&columns, &rows, Some(40));
        assert_eq!(text, "UserName          AccessKeyId\nsvc-billing-0042  AKIARZPUZDIKFYHOWX26\n");
        assert!(fitted(&columns, &rows, Some(60)).contains("not used for 402 da…\n"));
    }

    #[test]
    fn a_text_is_cut_to_the_columns() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("日本語", 5), "日本…");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            users in proptest::collection::vec("[a-z日é\u{202e}\u{7}\n]{0,40}", 1..5),
            limit in 1_usize..120,
        ) {
            let rows: Vec<_> = users.iter().map(|user| row(user)).collect();
            let text = fitted(&COLUMNS, &rows, Some(limit));
            prop_assert_eq!(text.lines().count(), rows.len() + 1);
            for line in text.lines() {
                prop_assert!(line.width() <= limit, "{:?} is wider than {}", line, limit);
            }
        }
    }
}
