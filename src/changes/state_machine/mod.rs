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

use super::verify::{ChangeLimits, NextStep, Probe, ProbeKind, Verifier};
use crate::model::{
    AccessKey, ChangeReport, KeyChange, KeyStatus, NotSent, Now, Outcome, ServiceError,
};

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChangeStep {
    /// Write the intent to the journal, durably.
    WriteIntent,
    /// Send UpdateAccessKey, and wait no longer than this, all attempts
    /// together. Asked for once in a change.
    Call(Duration),
    /// Look at the key.
    Probe(Probe),
    /// Write the outcome, as the receipt so far tells it.
    WriteOutcome(Box<ChangeReport>),
    /// Nothing: the change is over.
    Done(Box<ChangeReport>),
}

/// What a read of the owner's keys has found.
#[derive(Clone, Debug)]
pub(crate) struct OwnerKeys {
    /// The keys.
    pub keys: Vec<AccessKey>,
    /// The request's ID.
    pub request_id: Option<Arc<str>>,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub(crate) enum StepResult {
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
    /// Of `Probe`, by reading.
    Read(Result<OwnerKeys, Arc<ServiceError>>),
    /// Of `Probe`, by signing: whether the signature was accepted.
    Signed(Result<(), Arc<ServiceError>>),
    /// Of `WriteOutcome`; where it failed, why, as a sentence.
    OutcomeWritten(Result<(), Arc<str>>),
}

/// How far a change has come, for a person who waits for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChangeProgress {
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
pub(crate) struct ChangeMachine {
    step: ChangeStep,
    change_report: ChangeReport,
    limits: ChangeLimits,
    deadline: Timestamp,
    verifier: Option<Verifier>,
}

impl ChangeMachine {
    /// The beginning of `change`, which the journal will know as `id`, and
    /// which must not be sent after `deadline`.
    pub(crate) fn new(
        change: KeyChange,
        id: Arc<str>,
        limits: ChangeLimits,
        deadline: Timestamp,
    ) -> Self {
        let change_report = ChangeReport {
            journal_id: Some(id),
            ..ChangeReport::not_sent(change, NotSent::ReadOnly)
        };
        Self { step: ChangeStep::WriteIntent, change_report, limits, deadline, verifier: None }
    }

    /// What is to be done now.
    pub(crate) fn step(&self) -> ChangeStep {
        self.step.clone()
    }

    /// Takes in what came of the present step, and tells what to say of it.
    /// What came of another step is nothing new.
    pub(crate) fn take(&mut self, event: StepResult, now: Now) -> Option<ChangeProgress> {
        match (&self.step, event) {
            (ChangeStep::WriteIntent, StepResult::IntentWritten(result)) => {
                self.intent_written(result, now)
            }
            (
                ChangeStep::Call(_),
                StepResult::Answered { result, request_id, attempts, earlier },
            ) => {
                self.change_report.request_ids.extend(request_id);
                self.change_report.attempts = attempts;
                self.answered(result, earlier, now)
            }
            (ChangeStep::Probe(Probe { kind: ProbeKind::Read, .. }), StepResult::Read(result)) => {
                self.read(result, now)
            }
            (
                ChangeStep::Probe(Probe { kind: ProbeKind::Sign, .. }),
                StepResult::Signed(result),
            ) => self.signed(result, now),
            (ChangeStep::WriteOutcome(_), StepResult::OutcomeWritten(result)) => {
                self.change_report.journal_error = result.err();
                self.step = ChangeStep::Done(Box::new(self.change_report.clone()));
                None
            }
            _ => None,
        }
    }

    fn intent_written(&mut self, result: Result<(), NotSent>, now: Now) -> Option<ChangeProgress> {
        let id = self.change_report.journal_id.clone();
        // What the journal has taken is the call's no more: the proof has to
        // end before the deadline, too.
        let left = self.limits.call().saturating_sub(now.mono);
        match result {
            Ok(()) if now.wall >= self.deadline || left.is_zero() => {
                // Others may by now hold the change for over.
                let late = "Writing the journal has taken longer than the change may take.".into();
                self.end(Outcome::NotSent(NotSent::Journal(late)));
            }
            Ok(()) => {
                self.verifier = Some(Verifier::new(&self.change_report.change, self.limits, now));
                self.step = ChangeStep::Call(left);
            }
            Err(why) => {
                self.change_report.journal_id = None;
                self.change_report.outcome = Outcome::NotSent(why);
                self.step = ChangeStep::Done(Box::new(self.change_report.clone()));
                return None;
            }
        }
        id.map(ChangeProgress::Intended)
    }

    fn answered(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        earlier: bool,
        now: Now,
    ) -> Option<ChangeProgress> {
        let error = result.as_ref().err().cloned();
        let turn = self.verifier.as_mut()?.answered(result, earlier, now);
        let goes_on = self.apply_next_step(turn);
        match error {
            None => Some(ChangeProgress::Accepted),
            Some(error) => goes_on.then_some(ChangeProgress::InDoubt(error)),
        }
    }

    fn read(
        &mut self,
        result: Result<OwnerKeys, Arc<ServiceError>>,
        now: Now,
    ) -> Option<ChangeProgress> {
        let OwnerKeys { keys, request_id } = match result {
            Ok(read) => read,
            Err(error) => {
                let turn = self.verifier.as_mut()?.read(Err(Arc::clone(&error)), now);
                return self.apply_next_step(turn).then_some(ChangeProgress::LookFailed(error));
            }
        };
        let verifier = self.verifier.as_mut()?;
        let turn = verifier.read(Ok(&keys), now);
        let still = verifier.last_status().cloned();
        if matches!(turn, NextStep::Finished(Outcome::Verified { .. })) {
            self.change_report.request_ids.extend(request_id);
            let others = keys.into_iter().filter(|key| key.id != self.change_report.change.key);
            self.change_report.siblings = others.map(|key| (key.id, key.status)).collect();
        }
        self.apply_next_step(turn).then_some(ChangeProgress::StillOld(still))
    }

    fn signed(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        now: Now,
    ) -> Option<ChangeProgress> {
        let error = result.as_ref().err().cloned();
        let turn = self.verifier.as_mut()?.signed(result, now);
        if matches!(turn, NextStep::Finished(Outcome::Verified { .. })) {
            self.change_report
                .request_ids
                .extend(error.as_ref().and_then(|error| error.request_id.clone()));
        }
        let said = error.map_or(ChangeProgress::StillSigns, ChangeProgress::LookFailed);
        self.apply_next_step(turn).then_some(said)
    }

    /// Whether it goes on.
    fn apply_next_step(&mut self, turn: NextStep) -> bool {
        match turn {
            NextStep::Probe(look) => {
                self.step = ChangeStep::Probe(look);
                true
            }
            NextStep::Finished(outcome) => {
                self.end(outcome);
                false
            }
        }
    }

    fn end(&mut self, outcome: Outcome) {
        self.change_report.outcome = outcome;
        self.step = ChangeStep::WriteOutcome(Box::new(self.change_report.clone()));
    }
}

#[cfg(test)]
mod tests;
