//! Carries out several changes, some at once, those last that may end the
//! session.

use std::collections::VecDeque;

use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::aws::Writer;
use crate::changes::{self, Journal, Limits, Order, Site};
use crate::commands::interrupts::Interrupts;
use crate::commands::switch::target::AT_ONCE;
use crate::model::{KeyChange, Proof, Receipt};

/// What changes are carried out with.
pub(in crate::commands) struct Works {
    /// Sends them.
    pub(in crate::commands) writer: Writer,
    /// Keeps them.
    pub(in crate::commands) journal: Journal,
    /// Where.
    pub(in crate::commands) site: Site,
    /// How long each may take.
    pub(in crate::commands) limits: Limits,
}

/// Carries the changes out, and tells each receipt as it comes. An interrupt
/// lets those end that have begun; the others are given back, never sent.
pub(in crate::commands) async fn carry_out(
    works: &Works,
    changes: Vec<KeyChange>,
    interrupts: &Interrupts,
    mut told: impl FnMut(Receipt),
) -> Vec<KeyChange> {
    let (own, others): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.proof == Proof::Refusal);
    let (mut others, mut own) = (VecDeque::from(others), VecDeque::from(own));
    let mut under_way = JoinSet::new();
    loop {
        while !interrupts.came() && under_way.len() < AT_ONCE {
            let next = match others.pop_front() {
                None if under_way.is_empty() => own.pop_front(),
                next => next,
            };
            let Some(change) = next else { break };
            under_way.spawn(one(works, change));
        }
        match under_way.join_next().await {
            Some(Ok(receipt)) => told(receipt),
            Some(Err(_)) => {}
            None => return others.into_iter().chain(own).collect(),
        }
    }
}

fn one(works: &Works, change: KeyChange) -> impl Future<Output = Receipt> + use<> {
    let Works { writer, journal, site, limits } = works;
    let (writer, journal) = (writer.clone(), journal.clone());
    let order = Order { change, site: site.clone(), limits: *limits };
    async move { changes::carry_out(&writer, &journal, order, Timestamp::now, |_| {}).await }
}
