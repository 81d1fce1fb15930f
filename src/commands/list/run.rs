//! A list in progress: sends reads, applies the replies, and passes on the rows that are complete.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::aws::Session;
use crate::commands::error::CommandError;
use crate::commands::list::scan::ListScan;
use crate::commands::progress::{ProgressLine, bar};
use crate::inventory::{Inventory, Lane, LaneSlots};
use crate::model::{IamRead, Now, ReadReply, SessionContext};
use crate::ops::list_row::ListRow;

/// The maximum number of calls in flight.
const MAX_CONCURRENT_CALLS: usize = 16;

/// The list ends after this time of throttling without a successful call.
pub(super) const THROTTLING_TIMEOUT: Duration = Duration::from_mins(2);

/// Returns the inventory of an account of which nothing is known yet.
pub(super) fn empty_inventory(session_context: &SessionContext) -> Inventory {
    let mut inventory = Inventory::default();
    let account = session_context.caller.account.clone();
    inventory.set_account(account, session_context.alias.clone());
    if session_context.caller.arn.is_root() {
        inventory.add_root();
    }
    inventory
}

/// The state of a list.
pub(super) struct ListRun<'a> {
    /// The session.
    pub(super) session: Session,
    /// The first page of users, if it was read already.
    pub(super) first_page: Option<ReadReply>,
    /// The account as far as it is known.
    pub(super) inventory: &'a mut Inventory,
    /// What is still to be read.
    pub(super) scan: ListScan<'a>,
    /// Shows how far the list is.
    pub(super) progress: ProgressLine,
    /// The number of rows so far.
    pub(super) rows: usize,
    /// The start, from which the inventory counts.
    pub(super) start: Instant,
}

impl<'a> ListRun<'a> {
    /// Returns a list of which nothing was read yet.
    pub(super) fn new(
        session: Session,
        inventory: &'a mut Inventory,
        scan: ListScan<'a>,
        progress: ProgressLine,
    ) -> Self {
        let start = Instant::now();
        Self { session, first_page: None, inventory, scan, progress, rows: 0, start }
    }

    /// Reads until the list is complete, or no more can be read, and passes rows to `take` as they
    /// come.
    ///
    /// # Errors
    /// Returns the first error of `take`.
    pub(super) async fn read(
        &mut self,
        mut take: impl FnMut(Vec<ListRow>, &mut ProgressLine) -> Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        let mut in_flight = JoinSet::new();
        loop {
            let rows = self.scan.advance(self.inventory);
            self.rows += rows.len();
            take(rows, &mut self.progress)?;
            let wake = self.send_reads(&mut in_flight);
            if in_flight.is_empty() && wake.is_none() || self.is_throttled_out() {
                return Ok(());
            }
            let wakes = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(self.start + at).await,
                    None => std::future::pending().await,
                }
            };
            let reply = async {
                tokio::select! {
                    biased;
                    Some(reply) = in_flight.join_next() => reply.ok(),
                    () = wakes => None,
                }
            };
            let (done, inventory) = (self.scan.counts.done, &*self.inventory);
            let text = || bar(done, inventory.users().count(), "users");
            let reply = self.progress.during(reply, text).await;
            let now = self.now();
            let more = std::iter::from_fn(|| in_flight.try_join_next()).filter_map(Result::ok);
            for reply in reply.into_iter().chain(more) {
                self.inventory.apply(reply, now);
            }
        }
    }

    /// Sends the reads that are due. Returns the time of the next ones, counted
    /// from the start.
    fn send_reads(&mut self, in_flight: &mut JoinSet<ReadReply>) -> Option<Duration> {
        let (now, wanted) = (self.now(), self.scan.wanted(self.inventory));
        if self.scan.is_done()
            && self.inventory.is_listing_complete()
            && self.inventory.alias().has_reply()
        {
            return None;
        }
        let slots = LaneSlots {
            screen: MAX_CONCURRENT_CALLS.saturating_sub(self.inventory.in_flight(Lane::Screen)),
            full_scan: 0,
        };
        for (_, read) in self.inventory.take_next_reads(&wanted, slots, now) {
            let is_first = matches!(read, IamRead::Users { from: None });
            match self.first_page.take_if(|_| is_first) {
                Some(page) => in_flight.spawn(ready(page)),
                None => in_flight.spawn(send_read(self.session.clone(), read)),
            };
        }
        self.inventory.next_read_at(now.mono)
    }

    /// Returns whether IAM has throttled every call for so long that the list
    /// ends.
    pub(super) fn is_throttled_out(&self) -> bool {
        self.inventory.throttled_for(self.now().mono) >= THROTTLING_TIMEOUT
    }

    fn now(&self) -> Now {
        Now { wall: Timestamp::now(), mono: self.start.elapsed() }
    }

    /// Returns whether every user was read and every row was decided.
    pub(super) fn is_complete(&self) -> bool {
        let counts = &self.scan.counts;
        let incomplete = counts.denied
            + counts.failed
            + counts.undecided
            + self.inventory.contested_keys().len();
        self.inventory.is_listing_complete() && self.scan.is_done() && incomplete == 0
    }
}

/// Reads the first page of users, which needs no identity.
pub(super) async fn first_page(session: &Session) -> ReadReply {
    send_read(session.clone(), IamRead::Users { from: None }).await
}

/// Sends one read. The inventory repeats a throttled one, and slows down.
async fn send_read(session: Session, read: IamRead) -> ReadReply {
    let asked_at = Timestamp::now();
    let result = session.scan_reader().read(&read).await.map_err(Arc::new);
    ReadReply { session: session.id(), read, result, asked_at, at: Timestamp::now() }
}
