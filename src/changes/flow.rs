//! The order of one change: intent, call, looks, outcome. Pure: each step is
//! done by somebody else, who comes back with what happened.
//!
//! ```text
//! WriteIntent ─ written ─→ Call ─ answered ─→ Look … Look ─→ WriteOutcome ─→ Done
//!      └─ not written ─────────────────────────────────────────────────────→ Done
//! ```

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::proving::{How, Limits, Look, Moment, Proving, Turn};
use crate::model::{AccessKey, KeyChange, KeyStatus, NotSent, Outcome, Receipt, ServiceError};

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Write the intent to the journal, durably.
    WriteIntent,
    /// Send UpdateAccessKey, and wait no longer than this, all attempts
    /// together. Asked for once in a change.
    Call(Duration),
    /// Look at the key.
    Look(Look),
    /// Write the outcome, as the receipt so far tells it.
    WriteOutcome(Box<Receipt>),
    /// Nothing: the change is over.
    Done(Box<Receipt>),
}

/// What a read of the owner's keys has found.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    /// The keys.
    pub keys: Vec<AccessKey>,
    /// The request's ID.
    pub request_id: Option<Arc<str>>,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Of `WriteIntent`.
    IntentWritten(Result<(), NotSent>),
    /// Of `Call`.
    Answered {
        /// What the service said.
        result: Result<(), Arc<ServiceError>>,
        /// The request's ID.
        request_id: Option<Arc<str>>,
        /// How often it was sent.
        attempts: u32,
        /// Whether an earlier attempt may have been carried out unseen.
        earlier: bool,
    },
    /// Of `Look`, by reading.
    Read(Result<Listing, Arc<ServiceError>>),
    /// Of `Look`, by signing: whether the signature was accepted.
    Signed(Result<(), Arc<ServiceError>>),
    /// Of `WriteOutcome`; where it failed, why, as a sentence.
    OutcomeWritten(Result<(), Arc<str>>),
}

/// How far a change has come, for a person who waits for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Progress {
    /// The intent is in the journal under this ID.
    Intended(Arc<str>),
    /// The call is on its way.
    Sent,
    /// IAM has accepted the change.
    Accepted,
    /// The call had no clear answer; reads will tell.
    InDoubt(Arc<ServiceError>),
    /// A read does not show the change yet, but this status, or no such key.
    StillOld(Option<KeyStatus>),
    /// The key's signature is still accepted.
    StillSigns,
    /// A look has failed; another follows, unless the time is up.
    LookFailed(Arc<ServiceError>),
}

/// One change on its way.
#[derive(Debug)]
pub(crate) struct Flow {
    step: Step,
    receipt: Receipt,
    limits: Limits,
    deadline: Timestamp,
    proving: Option<Proving>,
}

impl Flow {
    /// The beginning of `change`, which the journal will know as `id`, and
    /// which must not be sent after `deadline`.
    pub(crate) fn new(change: KeyChange, id: Arc<str>, limits: Limits, deadline: Timestamp) -> Self {
        let receipt = Receipt { journal_id: Some(id), ..Receipt::not_sent(change, NotSent::ReadOnly) };
        Self { step: Step::WriteIntent, receipt, limits, deadline, proving: None }
    }

    /// What is to be done now.
    pub(crate) fn step(&self) -> Step {
        self.step.clone()
    }

    /// Takes in what came of the present step, and tells what to say of it.
    /// What came of another step is nothing new.
    pub(crate) fn take(&mut self, event: Event, now: Moment) -> Option<Progress> {
        match (&self.step, event) {
            (Step::WriteIntent, Event::IntentWritten(result)) => self.intent_written(result, now),
            (Step::Call(_), Event::Answered { result, request_id, attempts, earlier }) => {
                self.receipt.request_ids.extend(request_id);
                self.receipt.attempts = attempts;
                self.answered(result, earlier, now)
            }
            (Step::Look(Look { how: How::Read, .. }), Event::Read(result)) => self.read(result, now),
            (Step::Look(Look { how: How::Sign, .. }), Event::Signed(result)) => self.signed(result, now),
            (Step::WriteOutcome(_), Event::OutcomeWritten(result)) => {
                self.receipt.unwritten = result.err();
                self.step = Step::Done(Box::new(self.receipt.clone()));
                None
            }
            _ => None,
        }
    }

    fn intent_written(&mut self, result: Result<(), NotSent>, now: Moment) -> Option<Progress> {
        let id = self.receipt.journal_id.clone();
        // What the journal has taken is the call's no more: the proof has to
        // end before the deadline, too.
        let left = self.limits.call().saturating_sub(now.since);
        match result {
            Ok(()) if now.wall >= self.deadline || left.is_zero() => {
                // Others may by now hold the change for over.
                let late = "Writing the journal has taken longer than the change may take.".into();
                self.end(Outcome::NotSent(NotSent::Journal(late)));
            }
            Ok(()) => {
                self.proving = Some(Proving::new(&self.receipt.change, self.limits, now));
                self.step = Step::Call(left);
            }
            Err(why) => {
                self.receipt.journal_id = None;
                self.receipt.outcome = Outcome::NotSent(why);
                self.step = Step::Done(Box::new(self.receipt.clone()));
                return None;
            }
        }
        id.map(Progress::Intended)
    }

    fn answered(&mut self, result: Result<(), Arc<ServiceError>>, earlier: bool, now: Moment) -> Option<Progress> {
        let error = result.as_ref().err().cloned();
        let turn = self.proving.as_mut()?.answered(result, earlier, now);
        let goes_on = self.turn(turn);
        match error {
            None => Some(Progress::Accepted),
            Some(error) => goes_on.then_some(Progress::InDoubt(error)),
        }
    }

    fn read(&mut self, result: Result<Listing, Arc<ServiceError>>, now: Moment) -> Option<Progress> {
        let Listing { keys, request_id } = match result {
            Ok(read) => read,
            Err(error) => {
                let turn = self.proving.as_mut()?.read(Err(Arc::clone(&error)), now);
                return self.turn(turn).then_some(Progress::LookFailed(error));
            }
        };
        let proving = self.proving.as_mut()?;
        let turn = proving.read(Ok(&keys), now);
        let still = proving.still().cloned();
        if matches!(turn, Turn::End(Outcome::Proved { .. })) {
            self.receipt.request_ids.extend(request_id);
            let others = keys.into_iter().filter(|key| key.id != self.receipt.change.key);
            self.receipt.siblings = others.map(|key| (key.id, key.status)).collect();
        }
        self.turn(turn).then_some(Progress::StillOld(still))
    }

    fn signed(&mut self, result: Result<(), Arc<ServiceError>>, now: Moment) -> Option<Progress> {
        let error = result.as_ref().err().cloned();
        let turn = self.proving.as_mut()?.signed(result, now);
        if matches!(turn, Turn::End(Outcome::Proved { .. })) {
            self.receipt.request_ids.extend(error.as_ref().and_then(|error| error.request_id.clone()));
        }
        let said = error.map_or(Progress::StillSigns, Progress::LookFailed);
        self.turn(turn).then_some(said)
    }

    /// Whether it goes on.
    fn turn(&mut self, turn: Turn) -> bool {
        match turn {
            Turn::Look(look) => {
                self.step = Step::Look(look);
                true
            }
            Turn::End(outcome) => {
                self.end(outcome);
                false
            }
        }
    }

    fn end(&mut self, outcome: Outcome) {
        self.receipt.outcome = outcome;
        self.step = Step::WriteOutcome(Box::new(self.receipt.clone()));
    }
}

#[cfg(test)]
mod tests;
