//! What came of a change, as the journal keeps it. The fields are described
//! with the intent's, in `entry`.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::{clip, to_the_millisecond};
use super::text::{self, Text};
use crate::model::{Direction, KeyStatus, NotSent, Outcome, Receipt, ServiceError};

/// What came of a change, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// `proved`: IAM reported the wanted status.
    Proved,
    /// `proved by refusal`: IAM refuses the key.
    ProvedByRefusal,
    /// `accepted, not proved`: nothing was read, by request.
    Accepted,
    /// `not proved in time`: accepted, but no read has shown it.
    NotProved,
    /// `unknown`: no clear answer, and no read has settled it.
    Unknown,
    /// `refused`: the service said no.
    Refused,
    /// `not sent`: the call never left.
    NotSent,
    /// `settled`: found by a later read; `status_seen` is what it found.
    Settled,
}

impl Verdict {
    const ALL: [Self; 8] = [
        Self::Proved,
        Self::ProvedByRefusal,
        Self::Accepted,
        Self::NotProved,
        Self::Unknown,
        Self::Refused,
        Self::NotSent,
        Self::Settled,
    ];

    /// Whether it tells what came of the change, so that no later read has to.
    pub(crate) fn is_settled(self) -> bool {
        !matches!(self, Self::Unknown | Self::NotProved)
    }

    /// The text in the journal and in lists.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::ProvedByRefusal => "proved by refusal",
            Self::Accepted => "accepted, not proved",
            Self::NotProved => "not proved in time",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::NotSent => "not sent",
            Self::Settled => "settled",
        }
    }
}

impl Text for Verdict {
    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text).ok_or_else(|| format!("no outcome: {text}"))
    }
}

/// A failed call, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The operation, as IAM names it.
    #[serde(with = "text")]
    pub operation: Arc<str>,
    /// The service's code, where it answered.
    #[serde(with = "text::optional", default)]
    pub code: Option<Arc<str>>,
    /// The request's ID, to quote to AWS.
    #[serde(with = "text::optional", default)]
    pub request_id: Option<Arc<str>>,
    /// What happened, and what to do.
    #[serde(with = "text")]
    pub sentence: Arc<str>,
}

impl From<&ServiceError> for Failure {
    fn from(error: &ServiceError) -> Self {
        Self {
            operation: error.operation.into(),
            code: error.code.as_deref().map(clip),
            request_id: error.request_id.as_deref().map(clip),
            sentence: clip(&error.to_string()),
        }
    }
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ending {
    /// The change.
    #[serde(with = "text")]
    pub id: Arc<str>,
    /// When this was written.
    pub time: Timestamp,
    /// What came of it.
    #[serde(rename = "outcome", with = "text")]
    pub verdict: Verdict,
    /// What the last read that told a status has shown.
    #[serde(with = "text::optional", default)]
    pub status_seen: Option<KeyStatus>,
    /// When the proof was seen.
    #[serde(default)]
    pub proved_at: Option<Timestamp>,
    /// Milliseconds from the call to the proof.
    #[serde(default)]
    pub took_ms: Option<u64>,
    /// Request IDs, of the call and of the read that proved it.
    #[serde(with = "text::list", default)]
    pub request_ids: Vec<Arc<str>>,
    /// How often UpdateAccessKey was sent; 0 where this only records a read.
    #[serde(default)]
    pub attempts: u32,
    /// What failed, if anything did.
    #[serde(default)]
    pub error: Option<Failure>,
}

/// What a change has done to its key, as far as its outcome tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It left the key in the wanted status: proved, accepted, or found so later.
    Done,
    /// The key is certainly as it was.
    Nothing,
    /// That is not known.
    Unknown,
}

impl Ending {
    /// What a change in that direction, which ended so, has done.
    pub(crate) fn effect(&self, direction: Direction) -> Effect {
        match self.verdict {
            Verdict::Proved | Verdict::ProvedByRefusal | Verdict::Accepted => Effect::Done,
            Verdict::Settled if self.status_seen.as_ref() == Some(&direction.status()) => Effect::Done,
            Verdict::Settled | Verdict::Refused | Verdict::NotSent => Effect::Nothing,
            Verdict::NotProved | Verdict::Unknown => Effect::Unknown,
        }
    }

    /// An ending with nothing but a verdict.
    pub(crate) fn new(id: &Arc<str>, verdict: Verdict, now: Timestamp) -> Self {
        Self {
            id: Arc::clone(id),
            time: to_the_millisecond(now),
            verdict,
            status_seen: None,
            proved_at: None,
            took_ms: None,
            request_ids: Vec::new(),
            attempts: 0,
            error: None,
        }
    }

    /// The end of the change with that ID, as its receipt tells it.
    pub(crate) fn of(id: &Arc<str>, receipt: &Receipt, now: Timestamp) -> Self {
        let mut ending = Self::new(id, Verdict::Unknown, now);
        ending.request_ids = receipt.request_ids.iter().map(|id| clip(id)).collect();
        ending.attempts = receipt.attempts;
        ending.describe(&receipt.outcome, receipt.change.direction);
        ending
    }

    fn describe(&mut self, outcome: &Outcome, direction: Direction) {
        let failure = |error: &Arc<ServiceError>| Some(Failure::from(&**error));
        match outcome {
            Outcome::Proved { at, took, refused } => {
                self.verdict = if *refused { Verdict::ProvedByRefusal } else { Verdict::Proved };
                self.status_seen = (!refused).then(|| direction.status());
                self.proved_at = Some(to_the_millisecond(*at));
                self.took_ms = u64::try_from(took.as_millis()).ok();
            }
            Outcome::Accepted => self.verdict = Verdict::Accepted,
            Outcome::NotProved { still, error } => {
                self.verdict = Verdict::NotProved;
                self.status_seen.clone_from(still);
                self.error = error.as_ref().and_then(failure);
            }
            Outcome::Unknown { error, still } => {
                self.verdict = Verdict::Unknown;
                self.status_seen.clone_from(still);
                self.error = failure(error);
            }
            Outcome::Refused(error) => {
                self.verdict = Verdict::Refused;
                self.error = failure(error);
            }
            Outcome::NotSent(why) => {
                self.verdict = Verdict::NotSent;
                self.error = match why {
                    NotSent::Call(error) => failure(error),
                    NotSent::Journal(_) | NotSent::InFlight(_) | NotSent::ReadOnly | NotSent::StatusChanged(_) => None,
                };
            }
        }
    }
}
