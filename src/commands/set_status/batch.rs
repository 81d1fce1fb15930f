//! Makes the changes of a batch.

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::aws::Writer;
use crate::changes::{self, ChangeLimits, ChangeOrigin, ChangeRequest, Journal};
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::model::{Caller, ChangeReport, KeyChange, ServiceError};
use crate::ops::change_batch::ChangeBatch;

/// The writer, the journal and the context of changes.
pub(in crate::commands) struct BatchContext {
    /// Sends the changes.
    pub(in crate::commands) writer: Writer,
    /// Records the changes.
    pub(in crate::commands) journal: Journal,
    /// The account, profile and endpoint.
    pub(in crate::commands) change_origin: ChangeOrigin,
    /// The caller that was shown.
    pub(in crate::commands) caller: Caller,
    /// The timeouts of each change.
    pub(in crate::commands) limits: ChangeLimits,
}

/// Makes the changes, and passes each report to `report`. After an interrupt,
/// waits for those in flight, and returns the others, which were not sent.
pub(in crate::commands) async fn run_batch(
    batch: &BatchContext,
    changes: Vec<KeyChange>,
    interrupts: &Interrupts,
    mut report: impl FnMut(ChangeReport),
) -> Vec<KeyChange> {
    let mut schedule = ChangeBatch::default();
    for change in changes {
        schedule.add(&change.clone(), change);
    }
    let mut in_flight = JoinSet::new();
    let (mut interrupted, mut is_announced) = (interrupts.clone(), false);
    loop {
        while !interrupts.is_set()
            && let Some(change) = schedule.start_next()
        {
            in_flight.spawn(run_one(batch, change));
        }
        let ended = tokio::select! {
            ended = in_flight.join_next() => ended,
            () = interrupted.wait(), if !is_announced && !in_flight.is_empty() => {
                output::eprint_line(messages::WAITING_FOR_OUTCOMES);
                is_announced = true;
                continue;
            }
        };
        match ended {
            Some(Ok(change_report)) => report(change_report),
            // Only when the runtime ends, which waits for this loop.
            Some(Err(_)) => {}
            None => return schedule.into_waiting().collect(),
        }
        schedule.end_one();
    }
}

fn run_one(batch: &BatchContext, change: KeyChange) -> impl Future<Output = ChangeReport> + use<> {
    let BatchContext { writer, journal, change_origin, limits, .. } = batch;
    let (writer, journal) = (writer.clone(), journal.clone());
    let request = ChangeRequest {
        change: change.clone(),
        change_origin: change_origin.clone(),
        limits: *limits,
    };
    let work =
        async move { changes::execute(&writer, &journal, request, Timestamp::now, |_| {}).await };
    async move {
        let unknown = |_| {
            ChangeReport::with_unknown_outcome(change, ServiceError::internal("UpdateAccessKey"))
        };
        tokio::spawn(work).await.unwrap_or_else(unknown)
    }
}
