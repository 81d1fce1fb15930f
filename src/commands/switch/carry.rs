//! Carries out several changes, some at once, those last that may end the
//! session.

use std::collections::VecDeque;

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::aws::Writer;
use crate::changes::{self, Journal, Limits, Order, Site};
use crate::commands::interrupts::Interrupts;
use crate::commands::out;
use crate::commands::switch::target::AT_ONCE;
use crate::model::{Caller, KeyChange, Proof, Receipt, ServiceError};

/// What changes are carried out with.
pub(in crate::commands) struct Works {
    /// Sends them.
    pub(in crate::commands) writer: Writer,
    /// Keeps them.
    pub(in crate::commands) journal: Journal,
    /// Where.
    pub(in crate::commands) site: Site,
    /// Who was shown as the caller.
    pub(in crate::commands) caller: Caller,
    /// How long each may take.
    pub(in crate::commands) limits: Limits,
}

/// Carries the changes out, and tells each receipt as it comes. An interrupt
/// lets those end that have begun, and says so; the others are given back,
/// never sent.
pub(in crate::commands) async fn carry_out(
    works: &Works,
    changes: Vec<KeyChange>,
    interrupts: &Interrupts,
    mut told: impl FnMut(Receipt),
) -> Vec<KeyChange> {
    let (own, others): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.proof == Proof::Refusal);
    let (mut others, mut own) = (VecDeque::from(others), VecDeque::from(own));
    let mut under_way = JoinSet::new();
    let (mut asked_to_end, mut has_said) = (interrupts.clone(), false);
    loop {
        while !interrupts.came() && under_way.len() < AT_ONCE {
            let next = match others.pop_front() {
                None if under_way.is_empty() => own.pop_front(),
                next => next,
            };
            let Some(change) = next else { break };
            under_way.spawn(one(works, change));
        }
        let ended = tokio::select! {
            ended = under_way.join_next() => ended,
            () = asked_to_end.wait(), if !has_said && !under_way.is_empty() => {
                out::say("Waiting for what has been sent: its outcome is told and written down.");
                has_said = true;
                continue;
            }
        };
        match ended {
            Some(Ok(receipt)) => told(receipt),
            // Only at the end of the program, which waits for this.
            Some(Err(_)) => {}
            None => return others.into_iter().chain(own).collect(),
        }
    }
}

fn one(works: &Works, change: KeyChange) -> impl Future<Output = Receipt> + use<> {
    let Works { writer, journal, site, limits, .. } = works;
    let (writer, journal) = (writer.clone(), journal.clone());
    let order = Order { change: change.clone(), site: site.clone(), limits: *limits };
    let work = async move { changes::carry_out(&writer, &journal, order, Timestamp::now, |_| {}).await };
    async move {
        let lost = |_| Receipt::lost(change, ServiceError::own_fault("UpdateAccessKey"));
        tokio::spawn(work).await.unwrap_or_else(lost)
    }
}
