//! What the reads after a change prove, and when to read next. Pure: it is
//! told what came back and what time it is.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::backoff::Backoff;
use crate::model::{
    AccessKey, Direction, ErrorKind, KeyChange, KeyId, KeyStatus, NotSent, Outcome, Proof, ServiceError,
};

/// A point in time: on the wall, to be written down, and on a clock that
/// never goes back, to measure by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    /// The time of day.
    pub wall: Timestamp,
    /// Since the change was begun.
    pub since: Duration,
}

/// How long a change may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    call: Duration,
    proof: Duration,
}

/// The most that either limit can be, so that no change lasts as long as
/// `entry::LONGEST`.
const MOST: Duration = Duration::from_mins(4);

/// For how long the look that is out at the limit is waited for.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// For the lines in the journal.
const WRITING: Duration = Duration::from_secs(4);

impl Default for Limits {
    /// A minute for the call, and half a minute for the proof: IAM is known
    /// to show a change within some seconds.
    fn default() -> Self {
        Self { call: Duration::from_mins(1), proof: Duration::from_secs(30) }
    }
}

impl Limits {
    /// With that long for the call, all its attempts together; at most four
    /// minutes.
    pub(crate) fn with_call(self, call: Duration) -> Self {
        Self { call: call.min(MOST), ..self }
    }

    /// How long the call may take, all its attempts together.
    pub(crate) fn call(&self) -> Duration {
        self.call
    }

    /// After that long the change is over, one way or another.
    pub(crate) fn longest(&self, proof: Proof) -> Duration {
        match proof {
            Proof::None => self.call + WRITING,
            Proof::Read | Proof::Refusal => self.call + self.proof + LAST_LOOK + WRITING,
        }
    }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Turn {
    /// Look again.
    Look(Look),
    /// Nothing: this is what came of it.
    End(Outcome),
}

/// One look at the key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// How.
    pub how: How,
    /// After this pause.
    pub after: Duration,
    /// Give up waiting for the answer after that long.
    pub within: Duration,
}

/// How to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// ListAccessKeys of the key's owner.
    Read,
    /// GetCallerIdentity, signed by the key itself.
    Sign,
}

/// For how long a refusal is waited for before the key is read as well: it
/// may be another key that signs after all.
const REFUSAL_PATIENCE: Duration = Duration::from_secs(10);

/// The proof of one change, in the making.
#[derive(Clone, Debug)]
pub(crate) struct Proving {
    key: KeyId,
    wanted: KeyStatus,
    proof: Proof,
    limit: Duration,
    /// When the call left.
    left: Duration,
    /// When it was answered.
    answered: Duration,
    /// Why it is not known whether it was carried out, if it is not.
    doubt: Option<Arc<ServiceError>>,
    backoff: Backoff,
    /// What the last read that succeeded showed.
    still: Option<KeyStatus>,
    /// Why the last look failed, if it did.
    trouble: Option<Arc<ServiceError>>,
}

impl Proving {
    /// The proof of `change`, whose call leaves now.
    pub(crate) fn new(change: &KeyChange, limits: Limits, now: Moment) -> Self {
        // Being refused never proves that a key is on.
        let proof = match (change.proof, change.direction) {
            (Proof::Refusal, Direction::Activate) => Proof::Read,
            (proof, _) => proof,
        };
        Self {
            key: change.key.clone(),
            wanted: change.direction.status(),
            proof,
            limit: limits.proof,
            left: now.since,
            answered: now.since,
            doubt: None,
            backoff: Backoff::default(),
            still: None,
            trouble: None,
        }
    }

    /// What the last read that succeeded showed.
    pub(crate) fn still(&self) -> Option<&KeyStatus> {
        self.still.as_ref()
    }

    /// Takes in the answer to the call. `earlier` says that an earlier attempt
    /// may have been carried out, and its answer lost: then even a clear
    /// refusal settles nothing. (Thus a key that has switched itself off is
    /// refused at the second attempt.)
    pub(crate) fn answered(&mut self, result: Result<(), Arc<ServiceError>>, earlier: bool, now: Moment) -> Turn {
        self.answered = now.since;
        match result {
            Ok(()) if self.proof == Proof::None => Turn::End(Outcome::Accepted),
            Ok(()) => self.look(now, Duration::ZERO),
            Err(error) if earlier || error.kind.leaves_unknown() => {
                self.doubt = Some(Arc::clone(&error));
                match self.proof {
                    Proof::None => Turn::End(Outcome::Unknown { error, still: None }),
                    Proof::Read | Proof::Refusal => self.look(now, Duration::ZERO),
                }
            }
            Err(error) if error.kind.was_not_sent() => Turn::End(Outcome::NotSent(NotSent::Call(error))),
            Err(error) => Turn::End(Outcome::Refused(error)),
        }
    }

    /// Takes in the keys that a read found. Only the wanted status proves
    /// anything: any other may be an old one.
    pub(crate) fn read(&mut self, result: Result<&[AccessKey], Arc<ServiceError>>, now: Moment) -> Turn {
        match result {
            Ok(keys) => {
                self.trouble = None;
                self.still = keys.iter().find(|key| key.id == self.key).map(|key| key.status.clone());
                if self.still.as_ref() == Some(&self.wanted) { self.proved(false, now) } else { self.again(None, now) }
            }
            Err(error) if self.proof == Proof::Refusal && refuses_key(&error) => self.proved(true, now),
            Err(error) => self.failed(error, now),
        }
    }

    /// Takes in whether the key's signature was still accepted.
    pub(crate) fn signed(&mut self, result: Result<(), Arc<ServiceError>>, now: Moment) -> Turn {
        match result {
            Ok(()) => {
                self.trouble = None;
                if now.since.saturating_sub(self.answered) < REFUSAL_PATIENCE.min(self.limit) {
                    return self.again(None, now);
                }
                Turn::Look(Look { how: How::Read, after: Duration::ZERO, within: LAST_LOOK })
            }
            Err(error) if refuses_key(&error) => self.proved(true, now),
            Err(error) => self.failed(error, now),
        }
    }

    fn proved(&self, refused: bool, now: Moment) -> Turn {
        let took = now.since.saturating_sub(self.left);
        Turn::End(Outcome::Proved { at: now.wall, took, refused })
    }

    fn failed(&mut self, error: Arc<ServiceError>, now: Moment) -> Turn {
        let kind = error.kind;
        // A user that is not found may just not be visible yet.
        let may_change = kind.may_pass() || matches!(kind, ErrorKind::NotFound | ErrorKind::Unreadable);
        self.trouble = Some(error);
        if may_change { self.again(Some(kind), now) } else { self.give_up() }
    }

    fn again(&mut self, failure: Option<ErrorKind>, now: Moment) -> Turn {
        let pause = self.backoff.pause(failure);
        self.look_or_give_up(now, pause)
    }

    /// The last look is made at the limit, not before it.
    fn look_or_give_up(&self, now: Moment, pause: Duration) -> Turn {
        match self.left_until_limit(now) {
            Duration::ZERO => self.give_up(),
            left => self.look(now, pause.min(left)),
        }
    }

    fn look(&self, now: Moment, after: Duration) -> Turn {
        let how = if self.proof == Proof::Refusal { How::Sign } else { How::Read };
        let within = self.left_until_limit(now).saturating_sub(after) + LAST_LOOK;
        Turn::Look(Look { how, after, within })
    }

    fn left_until_limit(&self, now: Moment) -> Duration {
        (self.answered + self.limit).saturating_sub(now.since)
    }

    fn give_up(&self) -> Turn {
        let still = self.still.clone();
        Turn::End(match &self.doubt {
            Some(error) => Outcome::Unknown { error: Arc::clone(error), still },
            None => Outcome::NotProved { still, error: self.trouble.clone() },
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
