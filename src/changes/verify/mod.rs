//! Verification of a change: what the reads after it show, and when to read next. Pure: the caller
//! supplies the replies and the time.
//!
//! IAM is eventually consistent, so a read may show the old status for some seconds:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>.

use std::sync::Arc;
use std::time::Duration;

use super::backoff::Backoff;
use crate::model::{
    AccessKey, Direction, ErrorKind, KeyChange, KeyId, KeyStatus, NotSentReason, Now, Outcome,
    ServiceError, Verification,
};

/// Time limits of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChangeLimits {
    call: Duration,
}

/// Limit for the verification: IAM usually shows a change within seconds.
const VERIFICATION_LIMIT: Duration = Duration::from_secs(30);

/// Upper bound of the limit for the call, so that every change ends before
/// [`MAX_CHANGE_DURATION`](super::journal::entry::MAX_CHANGE_DURATION).
const MAX_CHANGE_LIMIT: Duration = Duration::from_mins(4);

/// Grace for a probe that is in flight when the limit passes.
const LAST_PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Time reserved for writing the journal.
const JOURNAL_WRITE_ALLOWANCE: Duration = Duration::from_secs(4);

impl Default for ChangeLimits {
    /// Returns a minute for the call.
    fn default() -> Self {
        Self { call: Duration::from_mins(1) }
    }
}

impl ChangeLimits {
    /// Returns limits with this one for the call, all its attempts together; at most four minutes.
    pub(crate) fn with_call(call: Duration) -> Self {
        Self { call: call.min(MAX_CHANGE_LIMIT) }
    }

    /// Returns the limit for the call, all its attempts together.
    pub(crate) fn call(&self) -> Duration {
        self.call
    }

    /// Returns how long a change can last in total.
    pub(crate) fn max_duration(&self, verification: Verification) -> Duration {
        match verification {
            Verification::None => self.call + JOURNAL_WRITE_ALLOWANCE,
            Verification::ByRead | Verification::ByRefusal => {
                self.call + VERIFICATION_LIMIT + LAST_PROBE_TIMEOUT + JOURNAL_WRITE_ALLOWANCE
            }
        }
    }
}

/// The verifier's decision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NextStep {
    /// Probe the key.
    Probe(Probe),
    /// The verification has ended with this outcome.
    Finished(Outcome),
}

/// One probe of the key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probe {
    /// The kind of call.
    pub kind: ProbeKind,
    /// Pause before it.
    pub after: Duration,
    /// Time limit for the response.
    pub within: Duration,
}

/// Kind of probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeKind {
    /// [ListAccessKeys](https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html)
    /// for the key's owner.
    Read,
    /// [GetCallerIdentity](https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html)
    /// signed with the key itself.
    Sign,
}

/// Longest wait for a refusal before the key is read instead, since another key may be signing
/// after all.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Verification of one change in progress.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    key: KeyId,
    wanted: KeyStatus,
    verification: Verification,
    /// When the call was sent, on the monotonic clock.
    sent_at: Duration,
    /// When the response to it came.
    responded_at: Duration,
    /// The error of a call that may or may not have had an effect.
    doubt: Option<Arc<ServiceError>>,
    backoff: Backoff,
    /// The status in the last successful read.
    last_status: Option<KeyStatus>,
    /// The error of the last probe, if it failed.
    last_error: Option<Arc<ServiceError>>,
}

impl Verifier {
    /// Starts the verification of `change`, whose call is sent now.
    pub(crate) fn new(change: &KeyChange, now: Now) -> Self {
        // A refusal cannot verify that a key is Active.
        let verification = match (change.verification, change.direction) {
            (Verification::ByRefusal, Direction::Activate) => Verification::ByRead,
            (verification, _) => verification,
        };
        Self {
            key: change.key.clone(),
            wanted: change.direction.status(),
            verification,
            sent_at: now.mono,
            responded_at: now.mono,
            doubt: None,
            backoff: Backoff::default(),
            last_status: None,
            last_error: None,
        }
    }

    /// Returns the status in the last successful read.
    pub(crate) fn last_status(&self) -> Option<&KeyStatus> {
        self.last_status.as_ref()
    }

    /// Takes the response to the call. `had_ambiguous_attempt` means that an earlier attempt may
    /// have had an effect although its response was lost: then even a clear refusal resolves
    /// nothing. (A key that has deactivated itself is refused at the second attempt.)
    pub(crate) fn on_response(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        had_ambiguous_attempt: bool,
        now: Now,
    ) -> NextStep {
        self.responded_at = now.mono;
        match result {
            Ok(()) if self.verification == Verification::None => {
                NextStep::Finished(Outcome::Accepted)
            }
            Ok(()) => self.probe(now, Duration::ZERO),
            Err(error) if had_ambiguous_attempt || error.kind.is_ambiguous() => {
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
                NextStep::Finished(Outcome::NotSent(NotSentReason::Call(error)))
            }
            Err(error) => NextStep::Finished(Outcome::Refused(error)),
        }
    }

    /// Takes the reply to a read. Only the wanted status verifies anything: any other may be out of
    /// date.
    pub(crate) fn on_read(
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

    /// Takes the reply to a call signed with the key.
    pub(crate) fn on_signed(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        now: Now,
    ) -> NextStep {
        match result {
            Ok(()) => {
                self.last_error = None;
                if now.mono.saturating_sub(self.responded_at) < REFUSAL_TIMEOUT {
                    return self.retry(None, now);
                }
                // Another probe would outlast the limit of the change.
                if self.left_until_limit(now).is_zero() {
                    return self.give_up();
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
        // A user that IAM does not find may just not be visible yet.
        let may_change =
            kind.is_transient() || matches!(kind, ErrorKind::NotFound | ErrorKind::Unreadable);
        self.last_error = Some(error);
        if may_change { self.retry(Some(kind), now) } else { self.give_up() }
    }

    fn retry(&mut self, failure: Option<ErrorKind>, now: Now) -> NextStep {
        let pause = self.backoff.pause(failure);
        self.probe_or_give_up(now, pause)
    }

    /// Returns the next probe, or the end if the limit has passed. The last probe is at the limit.
    fn probe_or_give_up(&self, now: Now, pause: Duration) -> NextStep {
        match self.left_until_limit(now) {
            Duration::ZERO => self.give_up(),
            left => self.probe(now, pause.min(left)),
        }
    }

    fn probe(&self, now: Now, after: Duration) -> NextStep {
        let kind = if self.verification == Verification::ByRefusal {
            ProbeKind::Sign
        } else {
            ProbeKind::Read
        };
        let within = self.left_until_limit(now).saturating_sub(after) + LAST_PROBE_TIMEOUT;
        NextStep::Probe(Probe { kind, after, within })
    }

    fn left_until_limit(&self, now: Now) -> Duration {
        (self.responded_at + VERIFICATION_LIMIT).saturating_sub(now.mono)
    }

    fn give_up(&self) -> NextStep {
        let last_status = self.last_status.clone();
        NextStep::Finished(match &self.doubt {
            Some(error) => Outcome::Unknown { error: Arc::clone(error), last_status },
            None => Outcome::Unverified { last_status, error: self.last_error.clone() },
        })
    }
}

/// Returns whether the service does not accept the signing key, which is its response to an
/// inactive key too
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>). A signature that does
/// not match shows nothing about the key's status.
fn refuses_key(error: &ServiceError) -> bool {
    error.kind == ErrorKind::BadCredentials && error.code.as_deref() == Some("InvalidClientTokenId")
}

#[cfg(test)]
mod tests;
