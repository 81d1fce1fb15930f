//! What came of a change, as the journal keeps it. The fields are described
//! with the intent's, in `entry`.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::{clip_text, truncate_to_millis};
use super::json_text;
use super::json_text::JsonText;
use crate::model::{ChangeReport, Direction, KeyStatus, NotSent, Outcome, ServiceError};

/// What came of a change, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutcomeKind {
    /// `verified`: IAM reported the wanted status.
    Verified,
    /// `verified by refusal`: IAM refuses the key.
    VerifiedByRefusal,
    /// `accepted, not verified`: nothing was read, by request.
    Accepted,
    /// `not verified in time`: accepted, but no read has shown it.
    Unverified,
    /// `unknown`: no clear answer, and no read has settled it.
    Unknown,
    /// `refused`: the service said no.
    Refused,
    /// `not sent`: the call never left.
    NotSent,
    /// `settled`: found by a later read; `status_seen` is what it found.
    Settled,
}

impl OutcomeKind {
    const ALL: [Self; 8] = [
        Self::Verified,
        Self::VerifiedByRefusal,
        Self::Accepted,
        Self::Unverified,
        Self::Unknown,
        Self::Refused,
        Self::NotSent,
        Self::Settled,
    ];

    /// Whether it tells what came of the change, so that no later read has to.
    pub(crate) fn is_settled(self) -> bool {
        !matches!(self, Self::Unknown | Self::Unverified)
    }

    /// The text in the journal and in lists.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::VerifiedByRefusal => "verified by refusal",
            Self::Accepted => "accepted, not verified",
            Self::Unverified => "not verified in time",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::NotSent => "not sent",
            Self::Settled => "settled",
        }
    }
}

impl JsonText for OutcomeKind {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
            .ok_or_else(|| format!("no outcome: {text}"))
    }
}

/// A failed call, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FailedCall {
    /// The operation, as IAM names it.
    #[serde(with = "json_text")]
    pub operation: Arc<str>,
    /// The service's code, where it answered.
    #[serde(with = "json_text::optional", default)]
    pub code: Option<Arc<str>>,
    /// The request's ID, to quote to AWS.
    #[serde(with = "json_text::optional", default)]
    pub request_id: Option<Arc<str>>,
    /// What happened, and what to do.
    #[serde(with = "json_text")]
    pub sentence: Arc<str>,
}

impl From<&ServiceError> for FailedCall {
    fn from(error: &ServiceError) -> Self {
        Self {
            operation: error.operation.into(),
            code: error.code.as_deref().map(clip_text),
            request_id: error.request_id.as_deref().map(clip_text),
            sentence: clip_text(&error.to_string()),
        }
    }
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OutcomeRecord {
    /// The change.
    #[serde(with = "json_text")]
    pub id: Arc<str>,
    /// When this was written.
    pub time: Timestamp,
    /// What came of it.
    #[serde(rename = "outcome", with = "json_text")]
    pub kind: OutcomeKind,
    /// What the last read that told a status has shown.
    #[serde(with = "json_text::optional", default)]
    pub status_seen: Option<KeyStatus>,
    /// When the proof was seen.
    #[serde(rename = "verified_at", default)]
    pub verified_at: Option<Timestamp>,
    /// Milliseconds from the call to the proof.
    #[serde(default)]
    pub took_ms: Option<u64>,
    /// Request IDs, of the call and of the read that proved it.
    #[serde(with = "json_text::list", default)]
    pub request_ids: Vec<Arc<str>>,
    /// How often UpdateAccessKey was sent; 0 where this only records a read.
    #[serde(default)]
    pub attempts: u32,
    /// What failed, if anything did.
    #[serde(default)]
    pub error: Option<FailedCall>,
}

/// What a change has done to its key, as far as its outcome tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeEffect {
    /// It left the key in the wanted status: proved, accepted, or found so later.
    Done,
    /// The key is certainly as it was.
    Nothing,
    /// That is not known.
    Unknown,
}

impl OutcomeRecord {
    /// What a change in that direction, which ended so, has done.
    pub(crate) fn effect(&self, direction: Direction) -> ChangeEffect {
        match self.kind {
            OutcomeKind::Verified | OutcomeKind::VerifiedByRefusal | OutcomeKind::Accepted => {
                ChangeEffect::Done
            }
            OutcomeKind::Settled if self.status_seen.as_ref() == Some(&direction.status()) => {
                ChangeEffect::Done
            }
            OutcomeKind::Settled | OutcomeKind::Refused | OutcomeKind::NotSent => {
                ChangeEffect::Nothing
            }
            OutcomeKind::Unverified | OutcomeKind::Unknown => ChangeEffect::Unknown,
        }
    }

    /// An ending with nothing but a verdict.
    pub(crate) fn new(id: &Arc<str>, verdict: OutcomeKind, now: Timestamp) -> Self {
        Self {
            id: Arc::clone(id),
            time: truncate_to_millis(now),
            kind: verdict,
            status_seen: None,
            verified_at: None,
            took_ms: None,
            request_ids: Vec::new(),
            attempts: 0,
            error: None,
        }
    }

    /// The end of the change with that ID, as its receipt tells it.
    pub(crate) fn of(id: &Arc<str>, change_report: &ChangeReport, now: Timestamp) -> Self {
        let mut ending = Self::new(id, OutcomeKind::Unknown, now);
        ending.request_ids = change_report.request_ids.iter().map(|id| clip_text(id)).collect();
        ending.attempts = change_report.attempts;
        ending.describe(&change_report.outcome, change_report.change.direction);
        ending
    }

    fn describe(&mut self, outcome: &Outcome, direction: Direction) {
        let failure = |error: &Arc<ServiceError>| Some(FailedCall::from(&**error));
        match outcome {
            Outcome::Verified { at, took, refused } => {
                self.kind =
                    if *refused { OutcomeKind::VerifiedByRefusal } else { OutcomeKind::Verified };
                self.status_seen = (!refused).then(|| direction.status());
                self.verified_at = Some(truncate_to_millis(*at));
                self.took_ms = u64::try_from(took.as_millis()).ok();
            }
            Outcome::Accepted => self.kind = OutcomeKind::Accepted,
            Outcome::Unverified { last_status: still, error } => {
                self.kind = OutcomeKind::Unverified;
                self.status_seen.clone_from(still);
                self.error = error.as_ref().and_then(failure);
            }
            Outcome::Unknown { error, last_status: still } => {
                self.kind = OutcomeKind::Unknown;
                self.status_seen.clone_from(still);
                self.error = failure(error);
            }
            Outcome::Refused(error) => {
                self.kind = OutcomeKind::Refused;
                self.error = failure(error);
            }
            Outcome::NotSent(why) => {
                self.kind = OutcomeKind::NotSent;
                self.error = match why {
                    NotSent::Call(error) => failure(error),
                    NotSent::Journal(_)
                    | NotSent::InFlight(_)
                    | NotSent::ReadOnly
                    | NotSent::StatusChanged(_) => None,
                };
            }
        }
    }
}
