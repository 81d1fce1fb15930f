//! Reads that are sent before the session is open.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::aws::Session;
use crate::inventory::Lane;
use crate::model::{IamRead, ReadReply};
use crate::tui::runtime::clock::Clock;
use crate::tui::runtime::tasks::guard::run_guarded;

/// Reads that are sent while the caller of their session is identified. The app gets a reply once it
/// requests the read, which it does only in an open session. Dropping them aborts them.
#[derive(Default)]
pub(crate) struct EarlyReads(HashMap<IamRead, JoinSet<ReadReply>>);

impl EarlyReads {
    /// Sends the reads.
    pub(super) fn start(session: &Session, reads: Vec<IamRead>, clock: Clock) -> Self {
        let start = |read: IamRead| {
            let mut task = JoinSet::new();
            task.spawn(send(session.clone(), Lane::Screen, read.clone(), clock));
            (read, task)
        };
        Self(reads.into_iter().map(start).collect())
    }

    /// Removes a read.
    pub(super) fn take(&mut self, read: &IamRead) -> Option<JoinSet<ReadReply>> {
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
