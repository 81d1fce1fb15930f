//! Reads of a session that the app requests.

use tokio::task::JoinSet;

use crate::aws::Session;
use crate::inventory::Lane;
use crate::model::IamRead;
use crate::tui::message::Message;
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::tasks::early_reads::{EarlyReply, send};
use crate::tui::runtime::tasks::task_event::EventSender;

/// Sends a read, unless it was sent early and a moment ago, and reports its reply.
pub(super) async fn run(
    session: Session,
    (lane, read): (Lane, IamRead),
    early: Option<JoinSet<EarlyReply>>,
    clock: Clock,
    events: EventSender,
) {
    let (throttled, renewals) = (session.call_stats().throttled, session.renewals());
    let early = match early {
        Some(mut task) => task.join_next().await.and_then(Result::ok),
        None => None,
    };
    let reply = match early.and_then(|early| early.if_fresh(clock.now().mono)) {
        Some(reply) => reply,
        None => send(session.clone(), lane, read, clock).await,
    };
    events.renewal(&session, renewals);
    events.message(Message::Reply(reply));
    let total = session.call_stats().throttled;
    if total > throttled {
        events.message(Message::Throttled(session.id(), total));
    }
}
