//! Reads of a session that the app requests.

use tokio::task::JoinSet;

use crate::aws::Session;
use crate::inventory::Lane;
use crate::model::IamRead;
use crate::tui::message::Message;
use crate::tui::runtime::tasks::prefetched_reads::{PrefetchedReply, send};
use crate::tui::runtime::tasks::task_context::TaskContext;

/// Sends a read, unless it was sent early and a moment ago, and reports its reply.
pub(super) async fn run(
    TaskContext { events, clock, .. }: TaskContext,
    session: Session,
    lane: Lane,
    read: IamRead,
    prefetched: Option<JoinSet<PrefetchedReply>>,
) {
    let (throttled, renewals) = (session.call_stats().throttled, session.renewals());
    let prefetched = match prefetched {
        Some(mut task) => task.join_next().await.and_then(Result::ok),
        None => None,
    };
    let reply = match prefetched.and_then(|reply| reply.if_fresh(clock.now().mono)) {
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
