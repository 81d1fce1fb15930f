//! Reads that are sent before the session is open.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::aws::Session;
use crate::inventory::Lane;
use crate::model::{IamRead, ReadReply};
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::tasks::catch_panic::run_guarded;

/// Maximum age of a reply that is still used: identifying the caller may take minutes.
const MAX_AGE: Duration = Duration::from_secs(30);

/// Reads that are sent while the caller of their session is identified. The app gets a reply once
/// it requests the read, which it does only in an open session. Dropping them aborts them.
#[derive(Default)]
pub(crate) struct PrefetchedReads(HashMap<IamRead, JoinSet<PrefetchedReply>>);

/// A reply, and the monotonic time at which it came.
pub(super) struct PrefetchedReply {
    reply: ReadReply,
    arrived: Duration,
}

impl PrefetchedReply {
    /// Returns the reply, unless it is too old.
    pub(super) fn if_fresh(self, now: Duration) -> Option<ReadReply> {
        (now.saturating_sub(self.arrived) <= MAX_AGE).then_some(self.reply)
    }
}

impl PrefetchedReads {
    /// Sends the reads.
    pub(super) fn start(session: &Session, reads: Vec<IamRead>, clock: Clock) -> Self {
        let start = |read: IamRead| {
            let mut task = JoinSet::new();
            let reply = send(session.clone(), Lane::Screen, read.clone(), clock);
            task.spawn(async move {
                let reply = reply.await;
                PrefetchedReply { reply, arrived: clock.now().mono }
            });
            (read, task)
        };
        Self(reads.into_iter().map(start).collect())
    }

    /// Removes a read.
    pub(super) fn take(&mut self, read: &IamRead) -> Option<JoinSet<PrefetchedReply>> {
        self.0.remove(read)
    }
}

/// Sends a read.
pub(super) async fn send(session: Session, lane: Lane, read: IamRead, clock: Clock) -> ReadReply {
    let reader = match lane {
        Lane::Screen => session.screen_reader(),
        Lane::FullScan => session.scan_reader(),
    };
    let asked_at = clock.now().wall;
    let result = run_guarded("Reading", reader.read(&read)).await.map_err(Arc::new);
    ReadReply { session: session.id(), read, result, asked_at, at: clock.now().wall }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ReadData, SessionId};

    #[test]
    fn a_reply_from_long_before_the_session_was_open_is_dropped() {
        let at = Clock::start().now().wall;
        let reply = |arrived| PrefetchedReply {
            reply: ReadReply {
                session: SessionId(1),
                read: IamRead::Alias,
                result: Ok(ReadData::Alias(None)),
                asked_at: at,
                at,
            },
            arrived: Duration::from_secs(arrived),
        };
        for (arrived, now, is_used) in
            [(5, 5, true), (5, 35, true), (5, 36, false), (5, 600, false)]
        {
            let used = reply(arrived).if_fresh(Duration::from_secs(now));
            assert_eq!(used.is_some(), is_used, "came at {arrived}, used at {now}");
        }
    }
}
