//! Values as AWS's own answers have them, for programs to read.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::LastUse;

/// What IAM says of a key that was never used, in place of service and region.
pub(super) const NO_USE_PLACEHOLDER: &str = "N/A";

/// ISO 8601, UTC, to the second, as IAM itself keeps times.
pub(super) fn iso_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `AccessKeyLastUsed`, as in the answer of GetAccessKeyLastUsed.
pub(super) fn last_use_json(last_use: &LastUse) -> Value {
    match last_use {
        LastUse::Never => {
            json!({ "LastUsedDate": null, "ServiceName": NO_USE_PLACEHOLDER, "Region": NO_USE_PLACEHOLDER })
        }
        LastUse::Used { at, service, region } => {
            json!({ "LastUsedDate": iso_time(*at), "ServiceName": service.as_deref(), "Region": region.as_deref() })
        }
    }
}

/// One line of CSV, in which no cell is a formula to a spreadsheet.
pub(super) fn csv_line<T: AsRef<str>>(cells: &[T]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ = writer
        .write_record(cells.iter().map(|cell| plain_cell(cell.as_ref())).map(Cow::into_owned));
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The cell with an apostrophe before it where a spreadsheet would take it
/// for a formula: IAM allows user names such as `=1+1` and `@SUM`, and it does
/// not allow an apostrophe, so that a script can tell it from the name. No
/// number or time that is written here begins so.
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
