//! `keyflip list`: lists the users and keys that match a filter. It uses the same
//! read scheduler as the screen.

mod credential_report;
mod print;
mod progress;
mod row;
mod scan;
mod search;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::aws::Session;
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::list as messages;
use crate::commands::output;
use crate::commands::{CommandContext, open_session};
use crate::filter::{Filter, RowAccount};
use crate::inventory::{Inventory, Lane, LaneSlots, ReportState};
use crate::model::{IamRead, Now, ReadReply, SessionContext, owner_not_certain};

use crate::commands::messages::list::UnreadUsers;
use print::Printer;
use progress::ProgressBar;
use scan::ListScan;

pub(in crate::commands) use search::{AccountSearch, FoundKey, SearchResult};

/// The maximum number of calls in flight.
const MAX_CONCURRENT_CALLS: usize = 16;

/// The maximum number of keys with several owners that are named.
const MAX_CONTESTED_SHOWN: usize = 10;

/// The list ends after this time of throttling without a successful call.
const THROTTLING_TIMEOUT: Duration = Duration::from_mins(2);

/// Runs the command.
pub(super) fn run(list: &cli::ListArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let text: Vec<&str> = list.filter.iter().map(|word| word.trim()).collect();
    let filter = Filter::parse(&text.join(" "), Timestamp::now());
    let filter = filter.map_err(CommandError::InvalidFilter)?;
    if filter.asks_for_marks() {
        return Err(CommandError::MarkedInList);
    }
    block_on(async |interrupts| Box::pin(list_users(list, &filter, context, interrupts)).await)
}

async fn list_users(
    list: &cli::ListArgs,
    filter: &Filter,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let session = open_session::open(context).await?;
    let session_context = open_session::identify(context, &session, &mut interrupts).await?;
    if list.report {
        from_report(list, filter, &session, &session_context, interrupts).await
    } else {
        from_iam(list, filter, session, &session_context, interrupts).await
    }
}

async fn from_report(
    list: &cli::ListArgs,
    filter: &Filter,
    session: &Session,
    session_context: &SessionContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let report = interrupts.race(credential_report::read(session)).await??;
    let mut printer = Printer::new(list.format);
    let account = RowAccount { id: Some(&session_context.caller.account), name: None };
    let undecided = credential_report::print(&report.rows, account, filter, &mut printer)?;
    Ok(credential_report::print_summary(
        &open_session::context_label(session_context),
        &report,
        printer.rows(),
        undecided,
    ))
}

async fn from_iam(
    list: &cli::ListArgs,
    filter: &Filter,
    session: Session,
    session_context: &SessionContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let mut inventory = empty_inventory(session_context);
    let mut run = ListRun {
        session,
        inventory: &mut inventory,
        scan: ListScan::new(filter),
        printer: Printer::new(list.format),
        progress: ProgressBar::new(),
        start: Instant::now(),
    };
    let read = interrupts.race(run.read()).await;
    run.progress.clear();
    let is_interrupted = read.is_err();
    if let Ok(read) = read {
        read?;
    }
    run.printer.finish()?;
    let exit = run.print_summary(session_context);
    Ok(if is_interrupted { Exit::Interrupted } else { exit })
}

/// Returns the inventory of an account of which nothing is known yet.
fn empty_inventory(session_context: &SessionContext) -> Inventory {
    let mut inventory = Inventory::default();
    inventory.set_account(session_context.caller.account.clone(), None);
    if session_context.caller.arn.is_root() {
        inventory.add_root();
    }
    inventory
}

/// The state of a list.
struct ListRun<'a> {
    session: Session,
    inventory: &'a mut Inventory,
    scan: ListScan<'a>,
    printer: Printer,
    progress: ProgressBar,
    start: Instant,
}

impl ListRun<'_> {
    /// Reads and prints rows until the list is complete, or no more can be read.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    async fn read(&mut self) -> Result<(), CommandError> {
        let mut in_flight = JoinSet::new();
        loop {
            let rows = self.scan.advance(self.inventory);
            self.print(rows)?;
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
            let reply = tokio::select! {
                biased;
                Some(reply) = in_flight.join_next() => reply.ok(),
                () = wakes => None,
            };
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
        for (_, read) in self.inventory.next(&wanted, slots, now) {
            in_flight.spawn(send_read(self.session.clone(), read));
        }
        self.inventory.next_read_at(now.mono)
    }

    fn print(&mut self, rows: Vec<row::ListRow>) -> Result<(), CommandError> {
        if !rows.is_empty() && self.printer.is_streaming() {
            self.progress.clear();
        }
        self.printer.print_or_buffer(rows)?;
        let now = self.now().mono;
        self.progress.show(self.scan.counts.done, self.inventory.users().count(), "users", now);
        Ok(())
    }

    /// Returns whether IAM has throttled every call for so long that the list
    /// ends.
    fn is_throttled_out(&self) -> bool {
        self.inventory.throttled_for(self.now().mono) >= THROTTLING_TIMEOUT
    }

    fn now(&self) -> Now {
        Now { wall: Timestamp::now(), mono: self.start.elapsed() }
    }

    /// Prints the account, how much of it the list covers, and what failed.
    /// Returns the exit code.
    fn print_summary(&self, session_context: &SessionContext) -> Exit {
        let counts = &self.scan.counts;
        let listed = self.inventory.coverage();
        let mut session_context = session_context.clone();
        session_context.alias = self.inventory.alias().value().cloned().flatten();
        let in_account = listed.users_in_account.filter(|_| !listed.is_list_complete);
        let unread = UnreadUsers {
            excluded: counts.excluded,
            denied: counts.denied,
            failed: counts.failed,
            deleted: counts.deleted,
            not_read: self.scan.remaining_users(),
        };
        output::eprint_line(&messages::coverage(
            &open_session::context_label(&session_context),
            self.printer.rows(),
            (listed.users, in_account),
            counts.read,
            unread,
        ));
        if counts.undecided > 0 {
            output::eprint_line(&messages::undecided(counts.undecided));
        }
        self.print_contested(&session_context);
        match self.inventory.report() {
            ReportState::Read { odd, .. } => credential_report::print_odd_rows(odd),
            ReportState::Unavailable(failure) => {
                output::eprint_line(&messages::report_not_used(&failure.error));
            }
            report if report.is_overdue() => output::eprint_line(messages::REPORT_NOT_READY),
            ReportState::NotRead | ReportState::Pending { .. } => {}
        }
        if self.is_throttled_out() {
            output::eprint_line(&messages::throttled(THROTTLING_TIMEOUT));
        }
        let failure = [self.inventory.stopped(), self.inventory.listing_failure()];
        let failure = failure.into_iter().flatten().next().map(|failure| &failure.error);
        if let Some(error) = failure.or(counts.first_failure.as_ref()) {
            output::eprint_line(&error.to_string());
        }
        match failure {
            Some(error) if listed.users == 0 => Exit::of(error),
            _ if failure.is_none() && self.is_complete() => Exit::Done,
            _ => Exit::Partial,
        }
    }

    /// Prints the keys that are listed for several users.
    fn print_contested(&self, session_context: &SessionContext) {
        let contested = self.inventory.contested_keys();
        for (key, users) in contested.iter().take(MAX_CONTESTED_SHOWN) {
            output::eprint_line(&owner_not_certain(key, users, &session_context.account_label()));
        }
        let more = contested.len().saturating_sub(MAX_CONTESTED_SHOWN);
        if more > 0 {
            output::eprint_line(&messages::more_with_several_owners(more));
        }
    }

    /// Returns whether every user was read and every row was decided.
    fn is_complete(&self) -> bool {
        let counts = &self.scan.counts;
        let incomplete = counts.denied
            + counts.failed
            + counts.undecided
            + self.inventory.contested_keys().len();
        self.inventory.is_listing_complete() && self.scan.is_done() && incomplete == 0
    }
}

/// Sends one read. The inventory repeats a throttled one, and slows down.
async fn send_read(session: Session, read: IamRead) -> ReadReply {
    let asked_at = Timestamp::now();
    let result = session.scan_reader().read(&read).await.map_err(Arc::new);
    ReadReply { session: session.id(), read, result, asked_at, at: Timestamp::now() }
}
