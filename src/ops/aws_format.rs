//! JSON and CSV in the formats of AWS, for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::LastUse;

/// The service and Region of a key that was never used, as in
/// [AccessKeyLastUsed](https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html).
pub(crate) const NO_USE_PLACEHOLDER: &str = "N/A";

/// Returns a time in ISO 8601, UTC, with the precision of IAM (seconds).
pub(crate) fn iso_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns `AccessKeyLastUsed` as in a response of GetAccessKeyLastUsed.
pub(crate) fn last_use_json(last_use: &LastUse) -> Value {
    match last_use {
        LastUse::Never => {
            json!({ "LastUsedDate": null, "ServiceName": NO_USE_PLACEHOLDER, "Region": NO_USE_PLACEHOLDER })
        }
        LastUse::Used { at, service, region } => {
            json!({ "LastUsedDate": iso_time(*at), "ServiceName": service.as_deref(), "Region": region.as_deref() })
        }
    }
}
