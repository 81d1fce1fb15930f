//! What the reads after a change prove, and when to read next. Pure: it is
//! told what came back and what time it is.

use std::sync::Arc;
use std::time::Duration;

use super::backoff::Backoff;
use crate::model::{
    AccessKey, Direction, ErrorKind, KeyChange, KeyId, KeyStatus, NotSent, Now, Outcome,
    ServiceError, Verification,
};

/// How long a change may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChangeLimits {
    call: Duration,
    verification: Duration,
}

/// The most that either limit can be, so that no change lasts as long as
/// `entry::LONGEST`.
const MAX_LIMIT: Duration = Duration::from_mins(4);

/// For how long the look that is out at the limit is waited for.
const LAST_PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// For the lines in the journal.
const JOURNAL_WRITE_ALLOWANCE: Duration = Duration::from_secs(4);

impl Default for ChangeLimits {
    /// A minute for the call, and half a minute for the proof: IAM is known
    /// to show a change within some seconds.
    fn default() -> Self {
        Self { call: Duration::from_mins(1), verification: Duration::from_secs(30) }
    }
}

impl ChangeLimits {
    /// With that long for the call, all its attempts together; at most four
    /// minutes.
    pub(crate) fn with_call(self, call: Duration) -> Self {
        Self { call: call.min(MAX_LIMIT), ..self }
    }

    /// How long the call may take, all its attempts together.
    pub(crate) fn call(&self) -> Duration {
        self.call
    }

    /// After that long the change is over, one way or another.
    pub(crate) fn max_duration(&self, verification: Verification) -> Duration {
        match verification {
            Verification::None => self.call + JOURNAL_WRITE_ALLOWANCE,
            Verification::ByRead | Verification::ByRefusal => {
                self.call + self.verification + LAST_PROBE_TIMEOUT + JOURNAL_WRITE_ALLOWANCE
            }
        }
    }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NextStep {
    /// Look again.
    Probe(Probe),
    /// Nothing: this is what came of it.
    Finished(Outcome),
}

/// One look at the key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probe {
    /// How.
    pub kind: ProbeKind,
    /// After this pause.
    pub after: Duration,
    /// Give up waiting for the answer after that long.
    pub within: Duration,
}

/// How to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeKind {
    /// ListAccessKeys of the key's owner.
    Read,
    /// GetCallerIdentity, signed by the key itself.
    Sign,
}

/// For how long a refusal is waited for before the key is read as well: it
/// may be another key that signs after all.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The proof of one change, in the making.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    key: KeyId,
    wanted: KeyStatus,
    verification: Verification,
    limit: Duration,
    /// When the call left.
    sent_at: Duration,
    /// When it was answered.
    answered_at: Duration,
    /// Why it is not known whether it was carried out, if it is not.
    doubt: Option<Arc<ServiceError>>,
    backoff: Backoff,
    /// What the last read that succeeded showed.
    last_status: Option<KeyStatus>,
    /// Why the last look failed, if it did.
    last_error: Option<Arc<ServiceError>>,
}

impl Verifier {
    /// The proof of `change`, whose call leaves now.
    pub(crate) fn new(change: &KeyChange, limits: ChangeLimits, now: Now) -> Self {
        // Being refused never proves that a key is on.
        let verification = match (change.verification, change.direction) {
            (Verification::ByRefusal, Direction::Activate) => Verification::ByRead,
            (verification, _) => verification,
        };
        Self {
            key: change.key.clone(),
            wanted: change.direction.status(),
            verification,
            limit: limits.verification,
            sent_at: now.mono,
            answered_at: now.mono,
            doubt: None,
            backoff: Backoff::default(),
            last_status: None,
            last_error: None,
        }
    }

    /// What the last read that succeeded showed.
    pub(crate) fn last_status(&self) -> Option<&KeyStatus> {
        self.last_status.as_ref()
    }

    /// Takes in the answer to the call. `earlier` says that an earlier attempt
    /// may have been carried out, and its answer lost: then even a clear
    /// refusal settles nothing. (Thus a key that has switched itself off is
    /// refused at the second attempt.)
    pub(crate) fn answered(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        earlier: bool,
        now: Now,
    ) -> NextStep {
        self.answered_at = now.mono;
        match result {
            Ok(()) if self.verification == Verification::None => {
                NextStep::Finished(Outcome::Accepted)
            }
            Ok(()) => self.probe(now, Duration::ZERO),
            Err(error) if earlier || error.kind.is_ambiguous() => {
                self.doubt = Some(Arc::clone(&error));
                match self.verification {
                    Verification::None => {
                        NextStep::Finished(Outcome::Unknown { error, last_status: None })
                    }
                    Verification::ByRead | Verification::ByRefusal => {
                        self.probe(now, Duration::ZERO)
                    }
                }
            }
            Err(error) if error.kind.was_not_sent() => {
                NextStep::Finished(Outcome::NotSent(NotSent::Call(error)))
            }
            Err(error) => NextStep::Finished(Outcome::Refused(error)),
        }
    }

    /// Takes in the keys that a read found. Only the wanted status proves
    /// anything: any other may be an old one.
    pub(crate) fn read(
        &mut self,
        result: Result<&[AccessKey], Arc<ServiceError>>,
        now: Now,
    ) -> NextStep {
        match result {
            Ok(keys) => {
                self.last_error = None;
                self.last_status =
                    keys.iter().find(|key| key.id == self.key).map(|key| key.status.clone());
                if self.last_status.as_ref() == Some(&self.wanted) {
                    self.verified(false, now)
                } else {
                    self.retry(None, now)
                }
            }
            Err(error) if self.verification == Verification::ByRefusal && refuses_key(&error) => {
                self.verified(true, now)
            }
            Err(error) => self.failed(error, now),
        }
    }

    /// Takes in whether the key's signature was still accepted.
    pub(crate) fn signed(&mut self, result: Result<(), Arc<ServiceError>>, now: Now) -> NextStep {
        match result {
            Ok(()) => {
                self.last_error = None;
                if now.mono.saturating_sub(self.answered_at) < REFUSAL_TIMEOUT.min(self.limit) {
                    return self.retry(None, now);
                }
                NextStep::Probe(Probe {
                    kind: ProbeKind::Read,
                    after: Duration::ZERO,
                    within: LAST_PROBE_TIMEOUT,
                })
            }
            Err(error) if refuses_key(&error) => self.verified(true, now),
            Err(error) => self.failed(error, now),
        }
    }

    fn verified(&self, refused: bool, now: Now) -> NextStep {
        let took = now.mono.saturating_sub(self.sent_at);
        NextStep::Finished(Outcome::Verified { at: now.wall, took, refused })
    }

    fn failed(&mut self, error: Arc<ServiceError>, now: Now) -> NextStep {
        let kind = error.kind;
        // A user that is not found may just not be visible yet.
        let may_change =
            kind.is_transient() || matches!(kind, ErrorKind::NotFound | ErrorKind::Unreadable);
        self.last_error = Some(error);
        if may_change { self.retry(Some(kind), now) } else { self.give_up() }
    }

    fn retry(&mut self, failure: Option<ErrorKind>, now: Now) -> NextStep {
        let pause = self.backoff.pause(failure);
        self.probe_or_give_up(now, pause)
    }

    /// The last look is made at the limit, not before it.
    fn probe_or_give_up(&self, now: Now, pause: Duration) -> NextStep {
        match self.left_until_limit(now) {
            Duration::ZERO => self.give_up(),
            left => self.probe(now, pause.min(left)),
        }
    }

    fn probe(&self, now: Now, after: Duration) -> NextStep {
        let how = if self.verification == Verification::ByRefusal {
            ProbeKind::Sign
        } else {
            ProbeKind::Read
        };
        let within = self.left_until_limit(now).saturating_sub(after) + LAST_PROBE_TIMEOUT;
        NextStep::Probe(Probe { kind: how, after, within })
    }

    fn left_until_limit(&self, now: Now) -> Duration {
        (self.answered_at + self.limit).saturating_sub(now.mono)
    }

    fn give_up(&self) -> NextStep {
        let still = self.last_status.clone();
        NextStep::Finished(match &self.doubt {
            Some(error) => Outcome::Unknown { error: Arc::clone(error), last_status: still },
            None => Outcome::Unverified { last_status: still, error: self.last_error.clone() },
        })
    }
}

/// Whether the service says that it does not know the signing key, as it does
/// of an inactive one. A signature that does not match says nothing of the key.
fn refuses_key(error: &ServiceError) -> bool {
    error.kind == ErrorKind::BadCredentials && error.code.as_deref() == Some("InvalidClientTokenId")
}

#[cfg(test)]
mod tests;
