//! Makes one change, step by step as [`ChangeMachine`] says.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};

use super::backoff::Backoff;
use super::change_origin::ChangeOrigin;
use super::journal::entry::Intent;
use super::journal::outcome::OutcomeRecord;
use super::journal::{Journal, JournalError};
use super::recheck_status::recheck;
use super::state_machine::{ChangeMachine, ChangeProgress, ChangeStep, OwnerKeys, StepResult};
use super::verify::{ChangeLimits, Probe, ProbeKind};
use crate::aws::{UpdateResult, Writer};
use crate::model::{
    ChangeReport, ErrorKind, KeyChange, NotSentReason, Now, ServiceError, Verification,
};

/// A change to make.
#[derive(Clone, Debug)]
pub(crate) struct ChangeRequest {
    /// The change, as it was confirmed.
    pub change: KeyChange,
    /// Account, caller and endpoint.
    pub change_origin: ChangeOrigin,
    /// Time limits.
    pub limits: ChangeLimits,
}

/// Makes one change: intent, call, verification, outcome. Nothing is sent if the key no longer has
/// the confirmed status, if `interrupted` ends before the intent is written, or before the intent
/// is in the journal. `clock` returns the wall clock's time; `progress` is called with each step.
///
/// Should not be dropped before it completes: that leaves an intent without an outcome, as a
/// crash does.
pub(crate) async fn execute(
    writer: &Writer,
    journal: &Journal,
    request: ChangeRequest,
    clock: fn() -> Timestamp,
    interrupted: impl Future<Output = ()>,
    mut progress: impl FnMut(ChangeProgress),
) -> ChangeReport {
    let recheck = async {
        tokio::select! {
            biased;
            () = interrupted => Err(NotSentReason::Interrupted),
            result = recheck(writer, &request.change, clock) => result,
        }
    };
    if let Err(why) = recheck.await {
        return ChangeReport::not_sent(request.change, why);
    }
    let started = Instant::now();
    let now = || Now { wall: clock(), mono: started.elapsed() };
    let ChangeRequest { change, change_origin, limits } = request;
    let intent =
        Intent::new(&change, &change_origin, clock(), limits.max_duration(change.verification));
    let (id, to) = (&*intent.id, change.direction.status());
    tracing::info!(id, key = %change.key, to = %to, "change begins");
    let mut machine =
        ChangeMachine::new(change.clone(), intent.id.clone().into(), limits, intent.deadline);
    loop {
        let event = match machine.step() {
            ChangeStep::WriteIntent => {
                StepResult::IntentWritten(write_intent(journal, &intent, clock()).await)
            }
            ChangeStep::Call(within) => {
                progress(ChangeProgress::Sent);
                send_update(writer, &change, within).await
            }
            ChangeStep::Probe(next) => probe(writer, &change, next).await,
            ChangeStep::WriteOutcome(change_report) => {
                let record = OutcomeRecord::from_report(&intent.id, &change_report, clock());
                StepResult::OutcomeWritten(journal.write_outcome(record).await.map_err(Arc::new))
            }
            ChangeStep::Done(change_report) => {
                tracing::info!(id = &*intent.id, outcome = ?change_report.outcome, "change ends");
                return *change_report;
            }
        };
        if let Some(step) = machine.handle(event, now()) {
            progress(step);
        }
    }
}

async fn write_intent(
    journal: &Journal,
    intent: &Intent,
    now: Timestamp,
) -> Result<(), NotSentReason> {
    let (journal, intent) = (journal.clone(), intent.clone());
    match tokio::task::spawn_blocking(move || journal.record_intent(&intent, now)).await {
        Ok(result) => result.map_err(NotSentReason::from),
        Err(_) => Err(NotSentReason::Journal(JournalError::Thread.into())),
    }
}

/// Sends the change and waits at most `within`, so that the deadline in the journal holds whatever
/// the connection does. A change that will be verified is sent again after throttling, since a
/// throttled call had no effect.
async fn send_update(writer: &Writer, change: &KeyChange, within: Duration) -> StepResult {
    let (started, mut backoff, mut attempts) = (Instant::now(), Backoff::default(), 0);
    loop {
        let left = within.saturating_sub(started.elapsed());
        let Ok(sent) = timeout(left, writer.update_access_key(change)).await else {
            let result = Err(timed_out("UpdateAccessKey"));
            return StepResult::Responded {
                result,
                request_id: None,
                attempts: attempts + 1,
                had_ambiguous_attempt: false,
            };
        };
        attempts += sent.attempts;
        if sends_again(&sent, change) {
            let pause = backoff.pause(Some(ErrorKind::Throttled));
            if started.elapsed() + pause < within {
                sleep(pause).await;
                continue;
            }
        }
        let (result, had_ambiguous_attempt) =
            (sent.result.map_err(Arc::new), sent.had_ambiguous_attempt);
        return StepResult::Responded {
            result,
            request_id: sent.request_id,
            attempts,
            had_ambiguous_attempt,
        };
    }
}

/// Returns whether to send the change again: every attempt had a response, and the last one was
/// throttled. A change without verification is the AWS CLI's single call, with the CLI's own
/// retries.
fn sends_again(sent: &UpdateResult, change: &KeyChange) -> bool {
    let throttled = sent.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled);
    throttled && !sent.had_ambiguous_attempt && change.verification != Verification::None
}

async fn probe(writer: &Writer, change: &KeyChange, probe: Probe) -> StepResult {
    if !probe.after.is_zero() {
        sleep(probe.after).await;
    }
    match probe.kind {
        ProbeKind::Read => {
            let read = timeout(probe.within, writer.keys(change.user.as_ref())).await;
            StepResult::Read(match read {
                Ok(Ok(read)) => Ok(OwnerKeys { keys: read.keys, request_id: read.request_id }),
                Ok(Err(error)) => Err(Arc::new(error)),
                Err(_) => Err(timed_out("ListAccessKeys")),
            })
        }
        ProbeKind::Sign => {
            let signed = timeout(probe.within, writer.caller()).await;
            StepResult::Signed(match signed {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(Arc::new(error)),
                Err(_) => Err(timed_out("GetCallerIdentity")),
            })
        }
    }
}

fn timed_out(operation: &'static str) -> Arc<ServiceError> {
    Arc::new(ServiceError::timed_out(operation))
}
