//! Faults of the demo endpoint, as one JSON object. All fields are optional.
//! Times are in seconds, fractions allowed. Unknown fields and operations are
//! errors.
//!
//! ```json
//! {
//!   "latency": {"fixed": 0.05, "jitter": 0.02},
//!   "rate": {"per_second": 20, "burst": 40},
//!   "portal_rate": {"per_second": 5, "burst": 10},
//!   "cloudtrail_rate": {"per_second": 20, "burst": 20},
//!   "throttle": {"probability": 0.5},
//!   "reset_after": {"operations": ["UpdateAccessKey"], "times": 1},
//!   "stale": {"seconds": 5, "signing_seconds": 2},
//!   "vanish": {"users": ["svc-mailer"], "keys": [], "share": 0.01},
//!   "permissions": {"deny": ["GetCredentialReport"], "allow": ["iam:ListUsers"]},
//!   "report": {"takes": 3},
//!   "cloudtrail": {"denied_regions": ["eu-west-1"], "disabled_regions": ["ap-east-1"],
//!                  "short_pages": true, "hostile": true, "events": 50000},
//!   "errors": [{"status": 403, "code": "RequestExpired", "message": "…", "on": {"times": 1}}]
//! }
//! ```
//!
//! A [`FaultTrigger`] selects the calls that a fault hits. A fault *before* a call
//! leaves the account unchanged. A fault *after* it affects only the response:
//!
//! | before | after | the caller sees |
//! |---|---|---|
//! | `throttle` | | 400 Throttling; 429 from the portal; 400 ThrottlingException from CloudTrail |
//! | `server_error` | `server_error_after` | 500 ServiceFailure |
//! | `reset` | `reset_after` | a reset connection, no response |
//! | `hang` | `hang_after` | no response, ever |
//! | `errors` | `errors` with `"after": true` | that status, code and message |
//! | | `truncate`, `junk` | half of the XML; a body that is not XML |
//! | | `cut` | half of the response, then the connection closed |
//! | | `huge_answer` | a response padded with this many bytes |
//!
//! `rate` limits IAM and STS, `portal_rate` the portal of Identity Center: by default
//! 20 calls per second in total, as in AWS. `cloudtrail_rate` limits LookupEvents for each
//! account and Region: by default 2 calls per second, as in AWS.
//!
//! `hold` keeps calls waiting until the faults are replaced; then they go on.
//!
//! `cloudtrail` changes CloudTrail's event history: a service control policy denies
//! `denied_regions` (AccessDeniedException), and `disabled_regions` are not enabled
//! (UnrecognizedClientException). With `short_pages`, pages have fewer events than asked for,
//! even none, and yet a NextToken. `hostile` adds events that no AWS service would record, and
//! `events` that many events in two Regions, both for the leaked key.
//!
//! `endless_pages` and `repeat_marker` affect lists. `hostile` adds users with names
//! or key IDs that IAM does not allow. The same seed and order of calls give the
//! same faults.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

use super::account::{ApiError, Operation, Permissions, TrailConditions, Vanished};
use super::rng::Rng;
use super::token_bucket::{CloudTrailRate, PortalRate, RateFault};

/// All faults. The default is none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Faults {
    /// Added latency.
    pub latency: Option<LatencyFault>,
    /// The call waits until the faults are replaced.
    pub hold: Option<FaultTrigger>,
    /// Rate limit.
    pub rate: Option<RateFault>,
    /// Rate limit of the portal.
    pub portal_rate: PortalRate,
    /// Rate limit of CloudTrail, for each account and Region.
    pub cloudtrail_rate: CloudTrailRate,
    /// 400 Throttling.
    pub throttle: Option<FaultTrigger>,
    /// 500 before the call.
    pub server_error: Option<FaultTrigger>,
    /// 500 after the call.
    pub server_error_after: Option<FaultTrigger>,
    /// Reset before the call.
    pub reset: Option<FaultTrigger>,
    /// Reset after the call.
    pub reset_after: Option<FaultTrigger>,
    /// No response, call not executed.
    pub hang: Option<FaultTrigger>,
    /// No response, call executed.
    pub hang_after: Option<FaultTrigger>,
    /// Half of the XML, sent as a complete body.
    pub truncate: Option<FaultTrigger>,
    /// Half of the response, then the connection closed.
    pub cut: Option<FaultTrigger>,
    /// A body that is not XML.
    pub junk: Option<FaultTrigger>,
    /// An oversized response.
    pub huge_answer: Option<OversizedFault>,
    /// Custom errors.
    pub errors: Vec<ErrorFault>,
    /// Every page of a list has a next page, with invented users or keys.
    pub endless_pages: Option<FaultTrigger>,
    /// Every page names the same next page.
    pub repeat_marker: Option<FaultTrigger>,
    /// Delay until reads show a change.
    pub stale: StaleReads,
    /// Users and keys that are listed but not found.
    #[serde(deserialize_with = "shared")]
    pub vanish: Arc<Vanished>,
    /// Denied and allowed actions.
    #[serde(deserialize_with = "shared")]
    pub permissions: Arc<Permissions>,
    /// Maximum entries per page, even if the caller asks for more.
    pub page_size: Option<usize>,
    /// Real lifetime of sessions in seconds, even if their expiration is later.
    #[serde(deserialize_with = "optional_signed_duration")]
    pub session_seconds: Option<SignedDuration>,
    /// Behaviour of the credential report. To deny it, use `permissions`.
    pub report: ReportFault,
    /// Names and IDs that IAM does not allow.
    pub hostile: HostileData,
    /// Behaviour of CloudTrail.
    #[serde(deserialize_with = "shared")]
    pub cloudtrail: Arc<TrailConditions>,
}

/// Selects the calls that a fault hits. The default is all.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FaultTrigger {
    /// The operations; empty for all.
    pub operations: Vec<Operation>,
    /// Number of calls that pass first.
    pub skip: u32,
    /// Maximum number of hits.
    pub times: Option<u32>,
    /// Probability from 0 to 1.
    pub probability: f64,
}

impl Default for FaultTrigger {
    fn default() -> Self {
        Self { operations: Vec::new(), skip: 0, times: None, probability: 1.0 }
    }
}

impl FaultTrigger {
    /// Returns whether the fault hits this call, and counts the hit.
    pub(crate) fn fires(&mut self, operation: Operation, rng: &mut Rng) -> bool {
        if self.times == Some(0)
            || !(self.operations.is_empty() || self.operations.contains(&operation))
        {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        let hit = rng.chance(self.probability);
        if hit && let Some(times) = &mut self.times {
            *times -= 1;
        }
        hit
    }
}

/// Added latency: half before the call is executed, half after.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LatencyFault {
    /// Minimum, in seconds.
    #[serde(deserialize_with = "duration_from_seconds")]
    pub fixed: Duration,
    /// Random addition of at most this many seconds.
    #[serde(deserialize_with = "duration_from_seconds")]
    pub jitter: Duration,
    /// The calls.
    pub on: FaultTrigger,
}

/// An oversized response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OversizedFault {
    /// Padding in bytes.
    pub bytes: u64,
    /// The calls.
    #[serde(default)]
    pub on: FaultTrigger,
}

/// A custom error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorFault {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The message.
    #[serde(default)]
    pub message: String,
    /// True if the account executes the call first.
    #[serde(default)]
    pub after: bool,
    /// The calls.
    #[serde(default)]
    pub on: FaultTrigger,
}

impl ErrorFault {
    /// Returns it as an [`ApiError`].
    pub(crate) fn error(&self) -> ApiError {
        ApiError::new(self.status, self.code.clone(), self.message.clone())
    }
}

/// Time after a change during which the old status is still in effect, in seconds.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StaleReads {
    /// For ListAccessKeys.
    #[serde(deserialize_with = "signed_duration")]
    pub seconds: SignedDuration,
    /// For calls signed by a deactivated key.
    #[serde(deserialize_with = "signed_duration")]
    pub signing_seconds: SignedDuration,
}

/// Behaviour of the credential report.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReportFault {
    /// Seconds from the request until the report is ready.
    #[serde(deserialize_with = "signed_duration")]
    pub takes: SignedDuration,
    /// The report is never ready.
    pub never_ready: bool,
    /// Number of bytes that are missing at its end.
    pub cut: usize,
    /// Its last row comes twice.
    pub repeats: bool,
    /// It has a row of a user of another account.
    pub foreign: bool,
}

/// Users that IAM does not allow.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HostileData {
    /// Names, tags, groups and policies with escape sequences, bidirectional and
    /// zero-width characters, line feeds, and 10,000 characters.
    pub names: bool,
    /// Malformed key IDs.
    pub ids: bool,
}

fn shared<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Arc<T>, D::Error> {
    T::deserialize(deserializer).map(Arc::new)
}

fn duration_from_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let number = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(number).map_err(serde::de::Error::custom)
}

fn signed_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SignedDuration, D::Error> {
    SignedDuration::try_from(duration_from_seconds(deserializer)?).map_err(serde::de::Error::custom)
}

fn optional_signed_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDuration>, D::Error> {
    signed_duration(deserializer).map(Some)
}

impl Faults {
    /// Returns the faults of `--latency`, `--rate` (calls per second) and `--burst`
    /// (default: one second of `rate`).
    pub(crate) fn simple(latency: Option<Duration>, rate: Option<f64>, burst: Option<u32>) -> Self {
        let latency = latency.map(|fixed| LatencyFault { fixed, ..LatencyFault::default() });
        let rate = rate.map(|per_second| RateFault {
            per_second,
            burst,
            per_operation: false,
            operations: Vec::new(),
        });
        Self { latency, rate, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_in_the_module_docs_is_valid() {
        let source = include_str!("faults.rs");
        let example =
            source.split("```").nth(1).unwrap().trim_start_matches("json").replace("//!", "");
        assert!(serde_json::from_str::<Faults>(&example).is_ok(), "{example}");
    }

    #[test]
    fn unknown_names_and_negative_times_are_errors() {
        for json in [
            r#"{"lateness": 1}"#,
            r#"{"reset": {"operations": ["UpdateAccesKey"]}}"#,
            r#"{"permissions": {"allow": ["ListUsers"]}}"#,
            r#"{"permissions": {"allow": ["sts:ListUsers"]}}"#,
            r#"{"stale": {"seconds": -1}}"#,
        ] {
            assert!(serde_json::from_str::<Faults>(json).is_err(), "{json}");
        }
    }
}
