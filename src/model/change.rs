//! One change of one key, as confirmed, and its outcome.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{
    Caller, Direction, EscapedText, JournalError, KeyId, KeyStatus, SelfLockoutRisk, ServiceError,
    SessionId, UserName, Verification,
};

/// Time after a change for which a list of keys that shows the status before may be out of date. IAM is
/// eventually consistent and names no limit:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html>.
pub(crate) const LIST_MAY_LAG: SignedDuration = SignedDuration::from_mins(10);

/// A confirmed change, held by value from the dialog to the journal, so that nothing alters it in
/// between.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyChange {
    /// Number of the change, unique in this process.
    pub id: u64,
    /// The session that makes it.
    pub session: SessionId,
    /// The key.
    pub key: KeyId,
    /// Its owner; `None` if no UserName is sent (the caller's own keys, and root's).
    pub user: Option<UserName>,
    /// Its status before, as last read; `None` if it was not read.
    pub before: Option<KeyStatus>,
    /// When that status was read.
    pub read: Option<Timestamp>,
    /// The caller shown when it was confirmed; the change is sent as that principal only. `None` if
    /// there was no confirmation (`update-access-key`).
    pub caller: Option<Caller>,
    /// The lockout risk shown when it was confirmed.
    pub lockout_risk: SelfLockoutRisk,
    /// Its direction.
    pub direction: Direction,
    /// The reason in the user's words, for the journal.
    pub reason: Option<Arc<str>>,
    /// The kind of verification.
    pub verification: Verification,
    /// The journal's ID of the change that this one undoes, if any.
    pub undoes: Option<Arc<str>>,
    /// Number of the confirmation, unique in this process, if it was of several changes.
    pub batch: Option<u64>,
    /// The ID of the plan that it carries out, if any.
    pub plan: Option<Arc<str>>,
}

/// Outcome of a change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// IAM reports the wanted status, or refuses the key if that is the verification.
    Verified {
        /// When that was seen.
        at: Timestamp,
        /// Time from sending the call until then.
        took: Duration,
        /// Whether it was verified by refusal, since the key signs this session.
        refused: bool,
    },
    /// IAM accepted the change, and no verification was asked for.
    Accepted,
    /// IAM accepted the change, but no read showed it within the time limit.
    Unverified {
        /// The status in the last successful read, if any.
        last_status: Option<KeyStatus>,
        /// The error of the last read, if it failed.
        error: Option<Arc<ServiceError>>,
    },
    /// The call had no clear response, and no read resolved it within the time limit: it may or may
    /// not have had an effect.
    Unknown {
        /// The error of the call.
        error: Arc<ServiceError>,
        /// The status in the last successful read, if any.
        last_status: Option<KeyStatus>,
    },
    /// The service refused: the key is unchanged.
    Refused(Arc<ServiceError>),
    /// Nothing was sent: the key is unchanged.
    NotSent(NotSentReason),
}

/// Reason why a change was not sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NotSentReason {
    /// The intent could not be recorded in the journal.
    Journal(Arc<JournalError>),
    /// Another process has a change of the same key in flight.
    InFlight(Box<ChangeInFlight>),
    /// The user interrupted the program before.
    Interrupted,
    /// The session has no writer.
    ReadOnly,
    /// The key no longer has the confirmed status, but this one; `None` if its owner's list does
    /// not have it.
    StatusChanged(Option<KeyStatus>),
    /// The call could not be sent: no credentials, or no connection.
    Call(Arc<ServiceError>),
}

/// A change of the same key by another process, from its intent in the journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangeInFlight {
    /// The journal's ID of the change.
    pub id: EscapedText,
    /// Its direction.
    pub direction: Direction,
    /// Process ID.
    pub pid: u32,
    /// Whether the process is known to have ended. Its call may still take effect.
    pub has_ended: bool,
    /// Name of the machine.
    pub host: EscapedText,
    /// User of the operating system, and the one who called sudo.
    pub os_user: String,
    /// When it has ended at the latest.
    pub ends_by: Timestamp,
}

/// Effect of a change on its key, by its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeEffect {
    /// The key has the wanted status: verified, accepted, or found so later.
    Done,
    /// The key is certainly unchanged.
    Nothing,
    /// The effect is not known.
    Unknown,
}

impl Outcome {
    /// Returns the effect on the key.
    pub(crate) fn effect(&self) -> ChangeEffect {
        match self {
            Self::Verified { .. } | Self::Accepted => ChangeEffect::Done,
            Self::Unverified { .. } | Self::Unknown { .. } => ChangeEffect::Unknown,
            Self::Refused(_) | Self::NotSent(_) => ChangeEffect::Nothing,
        }
    }

    /// Returns whether IAM made the change: verified, or at least accepted.
    pub(crate) fn is_applied(&self) -> bool {
        self.effect() == ChangeEffect::Done
    }
}

/// Report of a change that has ended: its outcome and details for the journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangeReport {
    /// The change.
    pub change: KeyChange,
    /// Its outcome.
    pub outcome: Outcome,
    /// Request IDs of the UpdateAccessKey call and of the read that verified it, in that order.
    pub request_ids: Vec<Arc<str>>,
    /// Number of times UpdateAccessKey was sent, with retries.
    pub attempts: u32,
    /// The journal's ID of the change; `None` if no intent was recorded.
    pub journal_id: Option<Arc<str>>,
    /// The owner's other keys, from the read that verified the change.
    pub siblings: Vec<(KeyId, KeyStatus)>,
    /// The error if the outcome could not be recorded in the journal.
    pub journal_error: Option<Arc<JournalError>>,
}

impl ChangeReport {
    /// Returns the report of a change that was neither sent nor recorded.
    pub(crate) fn not_sent(change: KeyChange, why: NotSentReason) -> Self {
        Self::new(change, Outcome::NotSent(why))
    }

    /// Returns the report of a change whose end was not observed.
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
