//! Carries out one change, step by step as `flow` says.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};

use super::backoff::Backoff;
use super::ending::Ending;
use super::entry::Intent;
use super::flow::{Event, Flow, Listing, Progress, Step};
use super::journal::{Journal, JournalError};
use super::proving::{How, Limits, Look, Moment};
use super::recheck::recheck;
use super::site::Site;
use crate::aws::{Sent, Writer};
use crate::model::{ErrorKind, KeyChange, NotSent, Proof, Receipt, ServiceError};

/// A change to be carried out.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The change, as it was confirmed.
    pub change: KeyChange,
    /// Where.
    pub site: Site,
    /// How long it may take.
    pub limits: Limits,
}

/// Carries out one change: intent, call, proof, outcome. Nothing is sent
/// where the status is not the confirmed one any more, nor before the intent
/// is in the journal. The receipt tells all that came of
/// it; `progress` is told what happens meanwhile. `clock` tells the time of
/// day.
///
/// Once begun it should be let finish: dropped half-way, it leaves an intent
/// without outcome, as a crash does.
pub(crate) async fn carry_out(
    writer: &Writer,
    journal: &Journal,
    order: Order,
    clock: fn() -> Timestamp,
    mut progress: impl FnMut(Progress),
) -> Receipt {
    if let Err(why) = recheck(writer, &order.change, clock).await {
        return Receipt::not_sent(order.change, why);
    }
    let begun = Instant::now();
    let now = || Moment { wall: clock(), since: begun.elapsed() };
    let Order { change, site, limits } = order;
    let intent = Intent::new(&change, &site, clock(), limits.longest(change.proof));
    tracing::info!(id = &*intent.id, key = %change.key, to = %change.direction.status(), "change begins");
    let mut flow = Flow::new(change.clone(), Arc::clone(&intent.id), limits, intent.deadline);
    loop {
        let event = match flow.step() {
            Step::WriteIntent => Event::IntentWritten(write_intent(journal, &intent, clock()).await),
            Step::Call(within) => {
                progress(Progress::Sent);
                call(writer, &change, within).await
            }
            Step::Look(at) => look(writer, &change, at).await,
            Step::WriteOutcome(receipt) => {
                let ending = Ending::of(&intent.id, &receipt, clock());
                Event::OutcomeWritten(write_outcome(journal, ending).await)
            }
            Step::Done(receipt) => {
                tracing::info!(id = &*intent.id, outcome = ?receipt.outcome, "change ends");
                return *receipt;
            }
        };
        if let Some(said) = flow.take(event, now()) {
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

async fn write_outcome(journal: &Journal, ending: Ending) -> Result<(), Arc<str>> {
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
async fn call(writer: &Writer, change: &KeyChange, within: Duration) -> Event {
    let (begun, mut backoff, mut attempts) = (Instant::now(), Backoff::default(), 0);
    loop {
        let left = within.saturating_sub(begun.elapsed());
        let Ok(sent) = timeout(left, writer.update_access_key(change)).await else {
            let result = Err(silence("UpdateAccessKey"));
            return Event::Answered { result, request_id: None, attempts: attempts + 1, earlier: false };
        };
        attempts += sent.attempts;
        if sends_again(&sent, change) {
            let pause = backoff.pause(Some(ErrorKind::Throttled));
            if begun.elapsed() + pause < within {
                sleep(pause).await;
                continue;
            }
        }
        let (result, earlier) = (sent.result.map_err(Arc::new), sent.unsettled);
        return Event::Answered { result, request_id: sent.request_id, attempts, earlier };
    }
}

/// Whether every attempt was answered, and the last one by throttling. Without
/// a proof the change is the AWS CLI's one call, with the CLI's own retries.
fn sends_again(sent: &Sent, change: &KeyChange) -> bool {
    let throttled = sent.result.as_ref().is_err_and(|error| error.kind == ErrorKind::Throttled);
    throttled && !sent.unsettled && change.proof != Proof::None
}

async fn look(writer: &Writer, change: &KeyChange, at: Look) -> Event {
    if !at.after.is_zero() {
        sleep(at.after).await;
    }
    match at.how {
        How::Read => {
            let read = timeout(at.within, writer.keys(change.user.as_ref())).await;
            Event::Read(match read {
                Ok(Ok(read)) => Ok(Listing { keys: read.keys, request_id: read.request_id }),
                Ok(Err(error)) => Err(Arc::new(error)),
                Err(_) => Err(silence("ListAccessKeys")),
            })
        }
        How::Sign => {
            let signed = timeout(at.within, writer.caller()).await;
            Event::Signed(match signed {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(Arc::new(error)),
                Err(_) => Err(silence("GetCallerIdentity")),
            })
        }
    }
}

fn silence(operation: &'static str) -> Arc<ServiceError> {
    Arc::new(ServiceError {
        kind: ErrorKind::TimedOut,
        operation,
        code: None,
        message: "the time for it is up".into(),
        request_id: None,
        advice: None,
    })
}
