//! The steps of one change: intent, call, probes, outcome. Pure: the caller performs each step
//! and reports its result.
//!
//! ```text
//! WriteIntent ─ written ─→ Call ─ answered ─→ Probe … Probe ─→ WriteOutcome ─→ Done
//!      └─ not written ───────────────────────────────────────────────────────→ Done
//! ```

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::verify::{ChangeLimits, NextStep, Probe, ProbeKind, Verifier};
use crate::model::{
    AccessKey, ChangeReport, JournalError, KeyChange, KeyId, KeyStatus, NotSentReason, Now,
    Outcome, ServiceError,
};

/// The next step of a change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChangeStep {
    /// Write the intent to the journal, durably.
    WriteIntent,
    /// Send UpdateAccessKey and wait at most this long, all attempts together. Comes once in a
    /// change.
    Call(Duration),
    /// Probe the key.
    Probe(Probe),
    /// Record the outcome of this report.
    WriteOutcome(Box<ChangeReport>),
    /// Nothing: the change has ended.
    Done(Box<ChangeReport>),
}

/// Reply to a read of the owner's keys.
#[derive(Clone, Debug)]
pub(crate) struct OwnerKeys {
    /// The keys.
    pub keys: Vec<AccessKey>,
    /// The request ID.
    pub request_id: Option<Arc<str>>,
}

/// Result of a step.
#[derive(Clone, Debug)]
pub(crate) enum StepResult {
    /// Of `WriteIntent`.
    IntentWritten(Result<(), NotSentReason>),
    /// Of `Call`.
    Responded {
        /// The service's response.
        result: Result<(), Arc<ServiceError>>,
        /// The request ID.
        request_id: Option<Arc<str>>,
        /// Number of times the call was sent.
        attempts: u32,
        /// Whether an earlier attempt may have had an effect although its response was lost.
        had_ambiguous_attempt: bool,
    },
    /// Of `Probe`, by reading.
    Read(Result<OwnerKeys, Arc<ServiceError>>),
    /// Of `Probe`, by a signed call: `Ok` if the signature was accepted.
    Signed(Result<(), Arc<ServiceError>>),
    /// Of `WriteOutcome`.
    OutcomeWritten(Result<(), Arc<JournalError>>),
}

/// Progress of a change, for the user who waits for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChangeProgress {
    /// The intent is in the journal under this ID.
    Intended(Arc<str>),
    /// The call is being sent.
    Sent,
    /// IAM has accepted the change.
    Accepted,
    /// The call had no clear response; reads follow.
    OutcomeUnknown(Arc<ServiceError>),
    /// A read shows this status instead of the wanted one; `None` if it does not list the key.
    StatusUnchanged(Option<KeyStatus>),
    /// IAM still accepts calls signed with the key.
    KeyStillAccepted,
    /// A probe failed; another follows unless the time limit has passed.
    ProbeFailed(Arc<ServiceError>),
}

/// State machine of one change.
#[derive(Debug)]
pub(crate) struct ChangeMachine {
    step: ChangeStep,
    change: KeyChange,
    journal_id: Arc<str>,
    request_ids: Vec<Arc<str>>,
    attempts: u32,
    siblings: Vec<(KeyId, KeyStatus)>,
    limits: ChangeLimits,
    deadline: Timestamp,
    verifier: Option<Verifier>,
}

impl ChangeMachine {
    /// Starts `change`, whose journal ID is `id`. It must not be sent after `deadline`.
    pub(crate) fn new(
        change: KeyChange,
        id: Arc<str>,
        limits: ChangeLimits,
        deadline: Timestamp,
    ) -> Self {
        Self {
            step: ChangeStep::WriteIntent,
            change,
            journal_id: id,
            request_ids: Vec::new(),
            attempts: 0,
            siblings: Vec::new(),
            limits,
            deadline,
            verifier: None,
        }
    }

    /// Returns the step to perform now.
    pub(crate) fn step(&self) -> ChangeStep {
        self.step.clone()
    }

    /// Takes the result of the current step, and returns the progress to report. The result of
    /// another step is ignored.
    pub(crate) fn handle(&mut self, event: StepResult, now: Now) -> Option<ChangeProgress> {
        match (&self.step, event) {
            (ChangeStep::WriteIntent, StepResult::IntentWritten(result)) => {
                self.on_intent_written(result, now)
            }
            (
                ChangeStep::Call(_),
                StepResult::Responded { result, request_id, attempts, had_ambiguous_attempt },
            ) => {
                self.request_ids.extend(request_id);
                self.attempts = attempts;
                self.on_response(result, had_ambiguous_attempt, now)
            }
            (ChangeStep::Probe(Probe { kind: ProbeKind::Read, .. }), StepResult::Read(result)) => {
                self.on_read(result, now)
            }
            (
                ChangeStep::Probe(Probe { kind: ProbeKind::Sign, .. }),
                StepResult::Signed(result),
            ) => self.on_signed(result, now),
            (ChangeStep::WriteOutcome(report), StepResult::OutcomeWritten(result)) => {
                let mut report = report.clone();
                report.journal_error = result.err();
                self.step = ChangeStep::Done(report);
                None
            }
            _ => None,
        }
    }

    fn on_intent_written(
        &mut self,
        result: Result<(), NotSentReason>,
        now: Now,
    ) -> Option<ChangeProgress> {
        // The time that the journal took is not left for the call: the verification has to end
        // before the deadline, too.
        let left = self.limits.call().saturating_sub(now.mono);
        match result {
            Ok(()) if now.wall >= self.deadline || left.is_zero() => {
                // Other processes may already count the change as ended.
                self.end(Outcome::NotSent(NotSentReason::Journal(JournalError::TooSlow.into())));
            }
            Ok(()) => {
                self.verifier = Some(Verifier::new(&self.change, now));
                self.step = ChangeStep::Call(left);
            }
            Err(why) => {
                let report = ChangeReport::not_sent(self.change.clone(), why);
                self.step = ChangeStep::Done(Box::new(report));
                return None;
            }
        }
        Some(ChangeProgress::Intended(Arc::clone(&self.journal_id)))
    }

    fn on_response(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        had_ambiguous_attempt: bool,
        now: Now,
    ) -> Option<ChangeProgress> {
        let error = result.as_ref().err().cloned();
        let next = self.verifier.as_mut()?.on_response(result, had_ambiguous_attempt, now);
        let continues = self.apply_next_step(next);
        match error {
            None => Some(ChangeProgress::Accepted),
            Some(error) => continues.then_some(ChangeProgress::OutcomeUnknown(error)),
        }
    }

    fn on_read(
        &mut self,
        result: Result<OwnerKeys, Arc<ServiceError>>,
        now: Now,
    ) -> Option<ChangeProgress> {
        let OwnerKeys { keys, request_id } = match result {
            Ok(read) => read,
            Err(error) => {
                let next = self.verifier.as_mut()?.on_read(Err(Arc::clone(&error)), now);
                return self.apply_next_step(next).then_some(ChangeProgress::ProbeFailed(error));
            }
        };
        let verifier = self.verifier.as_mut()?;
        let next = verifier.on_read(Ok(&keys), now);
        let last_status = verifier.last_status().cloned();
        if matches!(next, NextStep::Finished(Outcome::Verified { .. })) {
            self.request_ids.extend(request_id);
            let others = keys.into_iter().filter(|key| key.id != self.change.key);
            self.siblings = others.map(|key| (key.id, key.status)).collect();
        }
        self.apply_next_step(next).then_some(ChangeProgress::StatusUnchanged(last_status))
    }

    fn on_signed(
        &mut self,
        result: Result<(), Arc<ServiceError>>,
        now: Now,
    ) -> Option<ChangeProgress> {
        let error = result.as_ref().err().cloned();
        let next = self.verifier.as_mut()?.on_signed(result, now);
        if matches!(next, NextStep::Finished(Outcome::Verified { .. })) {
            self.request_ids.extend(error.as_ref().and_then(|error| error.request_id.clone()));
        }
        let progress = error.map_or(ChangeProgress::KeyStillAccepted, ChangeProgress::ProbeFailed);
        self.apply_next_step(next).then_some(progress)
    }

    /// Applies the verifier's decision, and returns whether the verification continues.
    fn apply_next_step(&mut self, next: NextStep) -> bool {
        match next {
            NextStep::Probe(probe) => {
                self.step = ChangeStep::Probe(probe);
                true
            }
            NextStep::Finished(outcome) => {
                self.end(outcome);
                false
            }
        }
    }

    fn end(&mut self, outcome: Outcome) {
        self.step = ChangeStep::WriteOutcome(Box::new(ChangeReport {
            change: self.change.clone(),
            outcome,
            request_ids: self.request_ids.clone(),
            attempts: self.attempts,
            journal_id: Some(Arc::clone(&self.journal_id)),
            siblings: self.siblings.clone(),
            journal_error: None,
        }));
    }
}

#[cfg(test)]
mod tests;
