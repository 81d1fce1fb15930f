//! Carries out several changes, some at once, those last that may end the
//! session.

use std::collections::VecDeque;

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::aws::Writer;
use crate::changes::{self, ChangeContext, ChangeLimits, ChangeRequest, Journal};
use crate::commands::interrupts::Interrupts;
use crate::commands::output;
use crate::commands::set_status::target::MAX_CONCURRENT_READS;
use crate::model::{Caller, ChangeReport, KeyChange, ServiceError, Verification};

/// What changes are carried out with.
pub(in crate::commands) struct BatchContext {
    /// Sends them.
    pub(in crate::commands) writer: Writer,
    /// Keeps them.
    pub(in crate::commands) journal: Journal,
    /// Where.
    pub(in crate::commands) change_context: ChangeContext,
    /// Who was shown as the caller.
    pub(in crate::commands) caller: Caller,
    /// How long each may take.
    pub(in crate::commands) limits: ChangeLimits,
}

/// Carries the changes out, and tells each receipt as it comes. An interrupt
/// lets those end that have begun, and says so; the others are given back,
/// never sent.
pub(in crate::commands) async fn run_batch(
    works: &BatchContext,
    changes: Vec<KeyChange>,
    interrupts: &Interrupts,
    mut told: impl FnMut(ChangeReport),
) -> Vec<KeyChange> {
    let (own, others): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| change.verification == Verification::ByRefusal);
    let (mut others, mut own) = (VecDeque::from(others), VecDeque::from(own));
    let mut in_flight = JoinSet::new();
    let (mut asked_to_end, mut has_said) = (interrupts.clone(), false);
    loop {
        while !interrupts.is_set() && in_flight.len() < MAX_CONCURRENT_READS {
            let next = match others.pop_front() {
                None if in_flight.is_empty() => own.pop_front(),
                next => next,
            };
            let Some(change) = next else { break };
            in_flight.spawn(run_one(works, change));
        }
        let ended = tokio::select! {
            ended = in_flight.join_next() => ended,
            () = asked_to_end.wait(), if !has_said && !in_flight.is_empty() => {
                output::eprint_line("Waiting for what has been sent: its outcome is told and written down.");
                has_said = true;
                continue;
            }
        };
        match ended {
            Some(Ok(change_report)) => told(change_report),
            // Only at the end of the program, which waits for this.
            Some(Err(_)) => {}
            None => return others.into_iter().chain(own).collect(),
        }
    }
}

fn run_one(works: &BatchContext, change: KeyChange) -> impl Future<Output = ChangeReport> + use<> {
    let BatchContext { writer, journal, change_context, limits, .. } = works;
    let (writer, journal) = (writer.clone(), journal.clone());
    let order = ChangeRequest {
        change: change.clone(),
        change_context: change_context.clone(),
        limits: *limits,
    };
    let work =
        async move { changes::execute(&writer, &journal, order, Timestamp::now, |_| {}).await };
    async move {
        let lost = |_| {
            ChangeReport::with_unknown_outcome(change, ServiceError::internal("UpdateAccessKey"))
        };
        tokio::spawn(work).await.unwrap_or_else(lost)
    }
}
