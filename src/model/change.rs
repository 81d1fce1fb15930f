//! One change of one key: what was confirmed, and what came of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{Caller, KeyId, KeyStatus, SelfLockoutRisk, ServiceError, SessionId, UserName};

/// Which way a key is switched. The only two statuses that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// To Active.
    Activate,
    /// To Inactive.
    Deactivate,
}

impl Direction {
    /// The status that the change asks for.
    pub(crate) fn status(self) -> KeyStatus {
        match self {
            Self::Activate => KeyStatus::Active,
            Self::Deactivate => KeyStatus::Inactive,
        }
    }

    /// The word for it: `Activate` or `Deactivate`.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Activate => "Activate",
            Self::Deactivate => "Deactivate",
        }
    }

    /// The way back.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Activate => Self::Deactivate,
            Self::Deactivate => Self::Activate,
        }
    }
}

/// A confirmed change, held by value from the dialog to the journal: nothing
/// that happens meanwhile alters it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyChange {
    /// Tells this change from all others of the process.
    pub id: u64,
    /// The session that carries it out.
    pub session: SessionId,
    /// The key.
    pub key: KeyId,
    /// Its owner; `None` where no UserName is sent (the caller's own keys,
    /// and root's).
    pub user: Option<UserName>,
    /// Its status before, as last read; `None` where it was not read.
    pub before: Option<KeyStatus>,
    /// When that was read.
    pub read: Option<Timestamp>,
    /// Who was shown as the caller when it was confirmed; `None` where nobody
    /// was asked (`update-access-key`). It is sent as that principal only.
    pub caller: Option<Caller>,
    /// The part that the key was shown to have in the signing.
    pub signing: SelfLockoutRisk,
    /// Which way.
    pub direction: Direction,
    /// Why, in the user's words, for the journal.
    pub reason: Option<Arc<str>>,
    /// How it is to be proved.
    pub verification: Verification,
    /// The journal's ID of the change that this one puts back, if it is an
    /// undo.
    pub undoes: Option<Arc<str>>,
}

/// How a change is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// By reading the key again until IAM reports the wanted status.
    ByRead,
    /// By IAM refusing the credentials: the key signs this session, so no
    /// read can tell once it is off.
    ByRefusal,
    /// Not at all: accepted is enough (`update-access-key`).
    None,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// IAM reports the wanted status, or refuses the key where that is the
    /// proof.
    Verified {
        /// When it was seen.
        at: Timestamp,
        /// How long after the call had left.
        took: Duration,
        /// Whether it was the refusal of the session's own key.
        refused: bool,
    },
    /// IAM accepted the change, and by request nothing was read.
    Accepted,
    /// IAM accepted the change, but no read has shown it within the limit.
    Unverified {
        /// What the last read showed, if one succeeded.
        last_status: Option<KeyStatus>,
        /// Why the last read failed, if it did.
        error: Option<Arc<ServiceError>>,
    },
    /// The call had no clear answer, and no read has settled it within the
    /// limit: it may or may not have been carried out.
    Unknown {
        /// Why there was no answer.
        error: Arc<ServiceError>,
        /// What the last read showed, if one succeeded.
        last_status: Option<KeyStatus>,
    },
    /// The service refused: the key is as it was.
    Refused(Arc<ServiceError>),
    /// Nothing was sent: the key is as it was.
    NotSent(NotSent),
}

/// Why a change was never sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NotSent {
    /// The intent could not be written to the journal: the reason, a sentence.
    Journal(Arc<str>),
    /// Another process has a change of the same key in flight.
    InFlight(Arc<str>),
    /// The session has no writer.
    ReadOnly,
    /// The key has another status than the one that was confirmed: which, or
    /// that its owner's list does not have it.
    StatusChanged(Option<KeyStatus>),
    /// The call could not leave: no credentials, or no connection.
    Call(Arc<ServiceError>),
}

impl Outcome {
    /// Whether the change was carried out, proved or at least accepted.
    pub(crate) fn is_applied(&self) -> bool {
        matches!(self, Self::Verified { .. } | Self::Accepted)
    }
}

/// The end of a change: its outcome, and what the journal keeps beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangeReport {
    /// The change.
    pub change: KeyChange,
    /// What came of it.
    pub outcome: Outcome,
    /// Request IDs of the UpdateAccessKey call and of the read that proved
    /// it, in that order.
    pub request_ids: Vec<Arc<str>>,
    /// How often UpdateAccessKey was sent, retries counted.
    pub attempts: u32,
    /// The journal's ID for the change; `None` where no intent was written.
    pub journal_id: Option<Arc<str>>,
    /// The keys that the proving read found beside the changed one.
    pub siblings: Vec<(KeyId, KeyStatus)>,
    /// Why the outcome could not be written to the journal, a sentence, if
    /// that failed.
    pub journal_error: Option<Arc<str>>,
}

impl ChangeReport {
    /// The receipt of a change of which nothing was sent or written.
    pub(crate) fn not_sent(change: KeyChange, why: NotSent) -> Self {
        Self::new(change, Outcome::NotSent(why))
    }

    /// The receipt of a change whose end was not seen.
    pub(crate) fn with_unknown_outcome(change: KeyChange, error: ServiceError) -> Self {
        Self::new(change, Outcome::Unknown { error: Arc::new(error), last_status: None })
    }

    fn new(change: KeyChange, outcome: Outcome) -> Self {
        Self {
            change,
            outcome,
            request_ids: Vec::new(),
            attempts: 0,
            journal_id: None,
            siblings: Vec::new(),
            journal_error: None,
        }
    }
}
