//! Carries out one change, step by step as `machine` says.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};

use super::backoff::Backoff;
use super::change_context::ChangeContext;
use super::journal::entry::Intent;
use super::journal::outcome::OutcomeRecord;
use super::journal::{Journal, JournalError};
use super::recheck_status::recheck;
use super::state_machine::{ChangeMachine, ChangeProgress, ChangeStep, OwnerKeys, StepResult};
use super::verify::{ChangeLimits, Probe, ProbeKind};
use crate::aws::{UpdateResult, Writer};
use crate::model::{ChangeReport, ErrorKind, KeyChange, NotSent, Now, ServiceError, Verification};

/// A change to be carried out.
#[derive(Clone, Debug)]
pub(crate) struct ChangeRequest {
    /// The change, as it was confirmed.
    pub change: KeyChange,
    /// Where.
    pub change_context: ChangeContext,
    /// How long it may take.
    pub limits: ChangeLimits,
}

/// Carries out one change: intent, call, proof, outcome. Nothing is sent
/// where the status is not the confirmed one any more, nor before the intent
/// is in the journal. The receipt tells all that came of
/// it; `progress` is told what happens meanwhile. `clock` tells the time of
/// day.
///
/// Once begun it should be let finish: dropped half-way, it leaves an intent
/// without outcome, as a crash does.
pub(crate) async fn execute(
    writer: &Writer,
    journal: &Journal,
    order: ChangeRequest,
    clock: fn() -> Timestamp,
    mut progress: impl FnMut(ChangeProgress),
) -> ChangeReport {
    if let Err(why) = recheck(writer, &order.change, clock).await {
        return ChangeReport::not_sent(order.change, why);
    }
    let begun = Instant::now();
    let now = || Now { wall: clock(), mono: begun.elapsed() };
    let ChangeRequest { change, change_context, limits } = order;
    let intent =
        Intent::new(&change, &change_context, clock(), limits.max_duration(change.verification));
    tracing::info!(id = &*intent.id, key = %change.key, to = %change.direction.status(), "change begins");
    let mut machine =
        ChangeMachine::new(change.clone(), Arc::clone(&intent.id), limits, intent.deadline);
    loop {
        let event = match machine.step() {
            ChangeStep::WriteIntent => {
                StepResult::IntentWritten(write_intent(journal, &intent, clock()).await)
            }
            ChangeStep::Call(within) => {
                progress(ChangeProgress::Sent);
                send_update(writer, &change, within).await
            }
            ChangeStep::Probe(at) => probe(writer, &change, at).await,
            ChangeStep::WriteOutcome(change_report) => {
                let ending = OutcomeRecord::of(&intent.id, &change_report, clock());
                StepResult::OutcomeWritten(write_outcome(journal, ending).await)
            }
            ChangeStep::Done(change_report) => {
                tracing::info!(id = &*intent.id, outcome = ?change_report.outcome, "change ends");
                return *change_report;
            }
        };
        if let Some(said) = machine.take(event, now()) {
            progress(said);
        }
    }
}

async fn write_intent(journal: &Journal, intent: &Intent, now: Timestamp) -> Result<(), NotSent> {
    let (journal, intent) = (journal.clone(), intent.clone());
    match tokio::task::spawn_blocking(move || journal.begin(&intent, now)).await {
        Ok(result) => result.map_err(NotSent::from),
        Err(_) => Err(NotSent::Journal(JournalError::Thread.to_string().into())),
    }
}

async fn write_outcome(journal: &Journal, ending: OutcomeRecord) -> Result<(), Arc<str>> {
    let journal = journal.clone();
    match tokio::task::spawn_blocking(move || journal.end(&ending)).await {
        Ok(result) => result.map_err(|error| error.to_string().into()),
        Err(_) => Err(JournalError::Thread.to_string().into()),
    }
}

/// Sends the change, and waits no longer than the limit, so that the deadline
/// in the journal holds whatever the connection does. A change that will be
/// verified is sent again where IAM has only asked to go slower: it was not
/// carried out then.
async fn send_update(writer: &Writer, change: &KeyChange, within: Duration) -> StepResult {
    let (begun, mut backoff, mut attempts) = (Instant::now(), Backoff::default(), 0);
    loop {
        let left = within.saturating_sub(begun.elapsed());
        let Ok(sent) = timeout(left, writer.update_access_key(change)).await else {
            let result = Err(timeout_error("UpdateAccessKey"));
            return StepResult::Answered {
                result,
                request_id: None,
                attempts: attempts + 1,
                earlier: false,
            };
        };
        attempts += sent.attempts;
        if sends_again(&sent, change) {
            let pause = backoff.pause(Some(ErrorKind::Throttled));
            if begun.elapsed() + pause < within {
                sleep(pause).await;
                continue;
            }
        }
        let (result, earlier) = (sent.result.map_err(Arc::new), sent.had_ambiguous_attempt);
        return StepResult::Answered { result, request_id: sent.request_id, attempts, earlier };
    }
}

/// Whether every attempt was answered, and the last one by throttling. Without
/// a proof the change is the AWS CLI's one call, with the CLI's own retries.
fn sends_again(sent: &UpdateResult, change: &KeyChange) -> bool {
    let throttled = sent.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled);
    throttled && !sent.had_ambiguous_attempt && change.verification != Verification::None
}

async fn probe(writer: &Writer, change: &KeyChange, at: Probe) -> StepResult {
    if !at.after.is_zero() {
        sleep(at.after).await;
    }
    match at.kind {
        ProbeKind::Read => {
            let read = timeout(at.within, writer.keys(change.user.as_ref())).await;
            StepResult::Read(match read {
                Ok(Ok(read)) => Ok(OwnerKeys { keys: read.keys, request_id: read.request_id }),
                Ok(Err(error)) => Err(Arc::new(error)),
                Err(_) => Err(timeout_error("ListAccessKeys")),
            })
        }
        ProbeKind::Sign => {
            let signed = timeout(at.within, writer.caller()).await;
            StepResult::Signed(match signed {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(Arc::new(error)),
                Err(_) => Err(timeout_error("GetCallerIdentity")),
            })
        }
    }
}

fn timeout_error(operation: &'static str) -> Arc<ServiceError> {
    Arc::new(ServiceError {
        kind: ErrorKind::TimedOut,
        operation,
        code: None,
        message: "the time for it is up".into(),
        request_id: None,
        hint: None,
    })
}
