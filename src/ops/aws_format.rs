//! JSON and CSV in the formats of AWS, for programs.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::LastUse;

/// The service and Region of a key that was never used, as in
/// [AccessKeyLastUsed](https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html).
const NO_USE_PLACEHOLDER: &str = "N/A";

/// Returns a time in ISO 8601, UTC, with the precision of IAM (seconds).
pub(crate) fn iso_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Cells of CSV with a last use. All are empty if it is not known.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastUseCells {
    /// When it was; empty for a key that was never used.
    pub date: String,
    /// Its service, or [`NO_USE_PLACEHOLDER`].
    pub service: String,
    /// Its Region, or [`NO_USE_PLACEHOLDER`].
    pub region: String,
}

impl From<Option<&LastUse>> for LastUseCells {
    fn from(last_use: Option<&LastUse>) -> Self {
        let name = |name: &Option<Arc<str>>| name.as_deref().unwrap_or_default().to_owned();
        match last_use {
            None => Self::default(),
            Some(LastUse::Never) => Self {
                date: String::new(),
                service: NO_USE_PLACEHOLDER.to_owned(),
                region: NO_USE_PLACEHOLDER.to_owned(),
            },
            Some(LastUse::Used { at, service, region }) => {
                Self { date: iso_time(*at), service: name(service), region: name(region) }
            }
        }
    }
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
