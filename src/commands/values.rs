//! Values as AWS's own answers have them, for programs to read.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::LastUse;

/// What IAM says of a key that was never used, in place of service and region.
pub(super) const NO_USE: &str = "N/A";

/// ISO 8601, UTC, to the second, as IAM itself keeps times.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `AccessKeyLastUsed`, as in the answer of GetAccessKeyLastUsed.
pub(super) fn last_use(last_use: &LastUse) -> Value {
    match last_use {
        LastUse::Never => json!({ "LastUsedDate": null, "ServiceName": NO_USE, "Region": NO_USE }),
        LastUse::Used { at, service, region } => {
            json!({ "LastUsedDate": time(*at), "ServiceName": service.as_deref(), "Region": region.as_deref() })
        }
    }
}

/// One line of CSV.
pub(super) fn csv_line<T: AsRef<[u8]>>(cells: &[T]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ = writer.write_record(cells);
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
