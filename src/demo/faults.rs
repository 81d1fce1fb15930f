//! What goes wrong at the demo endpoint, in one JSON object. Every field may
//! be left out; lengths of time are in seconds, fractions allowed; a field or
//! an operation that is misspelt is an error.
//!
//! ```json
//! {
//!   "latency": {"fixed": 0.05, "jitter": 0.02},
//!   "rate": {"per_second": 20, "burst": 40},
//!   "throttle": {"probability": 0.5},
//!   "reset_after": {"operations": ["UpdateAccessKey"], "times": 1},
//!   "stale": {"seconds": 5, "signing_seconds": 2},
//!   "vanish": {"users": ["svc-mailer"], "keys": [], "share": 0.01},
//!   "permissions": {"deny": ["GetCredentialReport"], "allow": ["iam:ListUsers"]},
//!   "report": {"takes": 3},
//!   "errors": [{"status": 403, "code": "RequestExpired", "message": "…", "on": {"times": 1}}]
//! }
//! ```
//!
//! Faults that strike a call now and then say when in the same way ([`FaultTrigger`]).
//! *before* leaves the account as it was; *after* means that the call was
//! carried out, and its answer spoilt:
//!
//! | before | after | the caller sees |
//! |---|---|---|
//! | `throttle` | | 400 Throttling |
//! | `server_error` | `server_error_after` | 500 ServiceFailure |
//! | `reset` | `reset_after` | the connection reset, without an answer |
//! | `hang` | `hang_after` | nothing, for ever |
//! | `errors` | `errors` with `"after": true` | that status, code and message |
//! | | `truncate`, `junk` | half of the XML; something that is not XML |
//! | | `cut` | half of the answer, then the connection closed |
//! | | `huge_answer` | the answer, blown up to so many bytes |
//!
//! `endless_pages` and `repeat_marker` strike lists; `hostile` adds users whose
//! names (or key IDs) no real account has. The same seed and the same order of
//! calls give the same faults.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

use super::account::{ApiError, Operation, Permissions, Vanished};
use super::rng::Rng;
use super::token_bucket::RateFault;

/// Everything that goes wrong. The default: nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Faults {
    /// How long every answer takes.
    pub latency: Option<LatencyFault>,
    /// How many calls are let through.
    pub rate: Option<RateFault>,
    /// 400 Throttling.
    pub throttle: Option<FaultTrigger>,
    /// 500, and nothing done.
    pub server_error: Option<FaultTrigger>,
    /// 500, though it was done.
    pub server_error_after: Option<FaultTrigger>,
    /// The connection reset, and nothing done.
    pub reset: Option<FaultTrigger>,
    /// The connection reset, though it was done.
    pub reset_after: Option<FaultTrigger>,
    /// No answer, and nothing done.
    pub hang: Option<FaultTrigger>,
    /// No answer, though it was done.
    pub hang_after: Option<FaultTrigger>,
    /// Half of the XML, sent as if it were all.
    pub truncate: Option<FaultTrigger>,
    /// Half of the answer, and then the connection closed.
    pub cut: Option<FaultTrigger>,
    /// Something that is not XML.
    pub junk: Option<FaultTrigger>,
    /// Far too long an answer.
    pub huge_answer: Option<OversizedFault>,
    /// Refusals of one's own making.
    pub errors: Vec<ErrorFault>,
    /// Every page of users or keys names another, of users and keys that nobody has.
    pub endless_pages: Option<FaultTrigger>,
    /// Every page names the same next page.
    pub repeat_marker: Option<FaultTrigger>,
    /// How long reads lag behind a change.
    pub stale: StaleReads,
    /// Who is listed, and then gone.
    #[serde(deserialize_with = "shared")]
    pub vanish: Arc<Vanished>,
    /// Who may do what.
    #[serde(deserialize_with = "shared")]
    pub permissions: Arc<Permissions>,
    /// At most so many entries on a page, whatever is asked for.
    pub page_size: Option<usize>,
    /// Sessions end after so many seconds, whatever their expiration says.
    #[serde(deserialize_with = "maybe_signed")]
    pub session_seconds: Option<SignedDuration>,
    /// How the credential report behaves. To deny it, use `permissions`.
    pub report: ReportFault,
    /// Names and IDs that no account has.
    pub hostile: HostileData,
}

/// When a fault strikes. The default: always.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FaultTrigger {
    /// Only these operations; all, where it is empty.
    pub operations: Vec<Operation>,
    /// So many of them are spared first.
    pub skip: u32,
    /// At most so often.
    pub times: Option<u32>,
    /// With that probability, from 0 to 1.
    pub probability: f64,
}

impl Default for FaultTrigger {
    fn default() -> Self {
        Self { operations: Vec::new(), skip: 0, times: None, probability: 1.0 }
    }
}

impl FaultTrigger {
    /// Whether it strikes this call; counts it, if so.
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
        let strikes = rng.chance(self.probability);
        if strikes && let Some(times) = &mut self.times {
            *times -= 1;
        }
        strikes
    }
}

/// How long answers take: half before the call is carried out, half after.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LatencyFault {
    /// At least.
    #[serde(deserialize_with = "seconds")]
    pub fixed: Duration,
    /// At most so much more.
    #[serde(deserialize_with = "seconds")]
    pub jitter: Duration,
    /// Which calls.
    pub on: FaultTrigger,
}

/// An answer of at least so many bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OversizedFault {
    /// How many.
    pub bytes: u64,
    /// Which calls.
    #[serde(default)]
    pub on: FaultTrigger,
}

/// A refusal of one's own making.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorFault {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The sentence.
    #[serde(default)]
    pub message: String,
    /// Whether the call is carried out all the same.
    #[serde(default)]
    pub after: bool,
    /// Which calls.
    #[serde(default)]
    pub on: FaultTrigger,
}

impl ErrorFault {
    /// It, as the account would refuse.
    pub(crate) fn error(&self) -> ApiError {
        ApiError::new(self.status, self.code.clone(), self.message.clone())
    }
}

/// How long after a change the old status is still in force.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StaleReads {
    /// For ListAccessKeys.
    #[serde(deserialize_with = "signed")]
    pub seconds: SignedDuration,
    /// For calls that the key signs, once it is switched off.
    #[serde(deserialize_with = "signed")]
    pub signing_seconds: SignedDuration,
}

/// How the credential report behaves.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReportFault {
    /// So long from asking for one until it is ready.
    #[serde(deserialize_with = "signed")]
    pub takes: SignedDuration,
    /// It never gets ready.
    pub never_ready: bool,
}

/// Users that no real account has.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HostileData {
    /// Names, tags, groups and policies with escape sequences, bidi and
    /// zero-width characters, line feeds, and of 10,000 characters.
    pub names: bool,
    /// Key IDs that are not of the pattern.
    pub ids: bool,
}

fn shared<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Arc<T>, D::Error> {
    T::deserialize(deserializer).map(Arc::new)
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let number = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(number).map_err(serde::de::Error::custom)
}

fn signed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SignedDuration, D::Error> {
    SignedDuration::try_from(seconds(deserializer)?).map_err(serde::de::Error::custom)
}

fn maybe_signed<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDuration>, D::Error> {
    signed(deserializer).map(Some)
}

impl Faults {
    /// The faults that the flags of `keyflip demo` tell: how long an answer
    /// takes, and how many calls are let through a second, after a first
    /// `burst` (a second's worth, where it is not told).
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
    fn the_example_at_the_top_is_read() {
        let source = include_str!("faults.rs");
        let example =
            source.split("```").nth(1).unwrap().trim_start_matches("json").replace("//!", "");
        assert!(serde_json::from_str::<Faults>(&example).is_ok(), "{example}");
    }

    #[test]
    fn what_is_misspelt_is_an_error() {
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
