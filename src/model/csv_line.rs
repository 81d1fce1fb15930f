//! Lines of CSV.

use std::borrow::Cow;

/// Returns a line of CSV, in which no cell is a formula to a spreadsheet.
pub(crate) fn csv_line<T: AsRef<str>>(cells: &[T]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer
        .write_record(cells.iter().map(|cell| plain_cell(cell.as_ref())).map(Cow::into_owned));
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Adds an apostrophe before a cell that a spreadsheet would read as a
/// [formula](https://owasp.org/www-community/attacks/CSV_Injection): IAM allows
/// user names such as `=1+1` and `@SUM`. It does not allow apostrophes, so a
/// script can remove it. No number or time in our output begins like a formula.
fn plain_cell(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_csv_is_a_formula() {
        let cells = ["=1+1", "@SUM", "+a", "-x", "\tb", "a=b", "2026-01-01T00:00:00Z", "", "a,\"b"];
        assert_eq!(
            csv_line(&cells),
            "'=1+1,'@SUM,'+a,'-x,'\tb,a=b,2026-01-01T00:00:00Z,,\"a,\"\"b\"\n"
        );
        assert_eq!(csv_line(&["\r=1"]), "\"'\r=1\"\n");
    }
}
