//! The outcome of a change as the journal records it. `entry` documents the fields.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fields::{clip_text, truncate_to_millis};
use crate::model::{
    ChangeEffect, ChangeReport, Direction, EscapedText, KeyStatus, NotSentReason, Outcome,
    ServiceError, UnexpectedText,
};

/// Kind of an outcome. Its text in the journal is quoted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EscapedText", into = "&'static str")]
pub(crate) enum OutcomeKind {
    /// `verified`: IAM reported the wanted status.
    Verified,
    /// `verified by refusal`: IAM refuses calls signed with the key.
    VerifiedByRefusal,
    /// `accepted, not verified`: IAM accepted the change, and no verification was asked for.
    Accepted,
    /// `not verified in time`: IAM accepted the change, but no read showed it.
    Unverified,
    /// `unknown`: the call had no clear response, and no read resolved it.
    Unknown,
    /// `refused`: IAM refused the change.
    Refused,
    /// `not sent`: the call never left.
    NotSent,
    /// `settled`: a later read found `status_seen`.
    Settled,
}

impl OutcomeKind {
    /// Every kind.
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

    /// Returns whether the outcome is certain, so that no later read is needed.
    pub(crate) fn is_final(self) -> bool {
        !matches!(self, Self::Unknown | Self::Unverified)
    }

    /// Returns the effect of a change with this outcome. A settled one depends on whether the
    /// wanted status was seen.
    pub(crate) fn effect(self, is_wanted_seen: bool) -> ChangeEffect {
        match self {
            Self::Verified | Self::VerifiedByRefusal | Self::Accepted => ChangeEffect::Done,
            Self::Settled if is_wanted_seen => ChangeEffect::Done,
            Self::Settled | Self::Refused | Self::NotSent => ChangeEffect::Nothing,
            Self::Unverified | Self::Unknown => ChangeEffect::Unknown,
        }
    }

    /// Returns the text in the journal and in lists.
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

impl From<OutcomeKind> for &'static str {
    fn from(kind: OutcomeKind) -> Self {
        kind.as_str()
    }
}

impl TryFrom<EscapedText> for OutcomeKind {
    type Error = UnexpectedText;

    fn try_from(text: EscapedText) -> Result<Self, UnexpectedText> {
        let named = Self::ALL.into_iter().find(|kind| kind.as_str() == &*text);
        named.ok_or(UnexpectedText("an outcome of a change"))
    }
}

/// A failed call as the journal records it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FailedCall {
    /// The operation's name in the API.
    pub operation: EscapedText,
    /// The service's error code, if it responded.
    pub code: Option<EscapedText>,
    /// The request ID, for AWS Support.
    pub request_id: Option<EscapedText>,
    /// The error in words, with what to do next.
    pub sentence: EscapedText,
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

/// Outcome of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OutcomeRecord {
    /// The ID of the change.
    pub id: EscapedText,
    /// When the line was written.
    pub time: Timestamp,
    /// The kind of outcome.
    #[serde(rename = "outcome")]
    pub kind: OutcomeKind,
    /// The status that the last successful read showed.
    pub status_seen: Option<KeyStatus>,
    /// When the change was verified.
    pub verified_at: Option<Timestamp>,
    /// Milliseconds from the call to the verification.
    pub took_ms: Option<u64>,
    /// Request IDs of the call and of the read that verified it.
    #[serde(default)]
    pub request_ids: Vec<EscapedText>,
    /// Number of times UpdateAccessKey was sent; 0 if this only records a read.
    #[serde(default)]
    pub attempts: u32,
    /// The failed call, if one failed.
    pub error: Option<FailedCall>,
}

impl OutcomeRecord {
    /// Returns the effect of a change in `direction` with this outcome.
    pub(crate) fn effect(&self, direction: Direction) -> ChangeEffect {
        self.kind.effect(self.status_seen.as_ref() == Some(&direction.status()))
    }

    /// Returns when the status was verified, else when the outcome was recorded.
    pub(crate) fn at(&self) -> Timestamp {
        self.verified_at.unwrap_or(self.time)
    }

    /// Returns an outcome of that kind without any details.
    pub(crate) fn new(id: &EscapedText, kind: OutcomeKind, now: Timestamp) -> Self {
        Self {
            id: id.clone(),
            time: truncate_to_millis(now),
            kind,
            status_seen: None,
            verified_at: None,
            took_ms: None,
            request_ids: Vec::new(),
            attempts: 0,
            error: None,
        }
    }

    /// Returns the outcome of the change with that ID from its report.
    pub(crate) fn from_report(
        id: &EscapedText,
        change_report: &ChangeReport,
        now: Timestamp,
    ) -> Self {
        let mut record = Self::new(id, OutcomeKind::Unknown, now);
        record.request_ids = change_report.request_ids.iter().map(|id| clip_text(id)).collect();
        record.attempts = change_report.attempts;
        record.set_outcome(&change_report.outcome, change_report.change.direction);
        record
    }

    fn set_outcome(&mut self, outcome: &Outcome, direction: Direction) {
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
            Outcome::Unverified { last_status, error } => {
                self.kind = OutcomeKind::Unverified;
                self.status_seen.clone_from(last_status);
                self.error = error.as_ref().and_then(failure);
            }
            Outcome::Unknown { error, last_status } => {
                self.kind = OutcomeKind::Unknown;
                self.status_seen.clone_from(last_status);
                self.error = failure(error);
            }
            Outcome::Refused(error) => {
                self.kind = OutcomeKind::Refused;
                self.error = failure(error);
            }
            Outcome::NotSent(why) => {
                self.kind = OutcomeKind::NotSent;
                self.error = match why {
                    NotSentReason::Call(error) => failure(error),
                    NotSentReason::Journal(_)
                    | NotSentReason::InFlight(_)
                    | NotSentReason::Interrupted
                    | NotSentReason::ReadOnly
                    | NotSentReason::StatusChanged(_) => None,
                };
            }
        }
    }
}
