//! `keyflip list`: users and keys, as far as a filter holds, read by the same
//! plan that the screen reads by.

mod credential_report;
mod print;
mod progress;
mod row;
mod scan;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::aws::Session;
use crate::cli;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::{CommandContext, open_session};
use crate::filter::Filter;
use crate::inventory::{Inventory, Lane, LaneSlots};
use crate::model::{IamRead, Now, ReadReply, SessionContext, owner_not_certain};

use print::Printer;
use progress::ProgressBar;
use scan::ListScan;

/// So many calls are in flight at most.
const MAX_CONCURRENT_CALLS: usize = 16;

/// So many keys that several users list are named.
const CONTESTED_SHOWN: usize = 10;

/// A list ends when IAM has let nothing through for so long.
const STARVATION_LIMIT: Duration = Duration::from_mins(2);

/// Runs the command.
pub(super) fn run(list: &cli::ListArgs, context: &CommandContext) -> Exit {
    let text: Vec<&str> = list.filter.iter().map(|word| word.trim()).collect();
    let filter = match Filter::parse(&text.join(" "), Timestamp::now()) {
        Ok(filter) => filter,
        Err(error) => {
            return Exit::refused(
                Exit::Usage.code(),
                &format!("keyflip: The filter is not understood at {error}\n"),
            );
        }
    };
    if filter.asks_for_marks() {
        let sentence =
            "Keys are marked on the screen alone, so marked: finds nothing here. Nothing was sent.";
        return Exit::refused(Exit::Usage.code(), &format!("keyflip: {sentence}\n"));
    }
    block_on(async |interrupts| {
        Box::pin(list_users(list, &filter, context, interrupts)).await.unwrap_or_else(|exit| exit)
    })
}

async fn list_users(
    list: &cli::ListArgs,
    filter: &Filter,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
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
) -> Result<Exit, Exit> {
    let read = interrupts.race(credential_report::read(session)).await?;
    let (rows, made) = read.map_err(|error| open_session::report_failure(&error))?;
    let mut printer = Printer::new(list.format);
    let undecided = credential_report::print(&rows, filter, &mut printer)?;
    Ok(credential_report::print_summary(
        &open_session::context_label(session_context),
        &rows,
        made,
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
) -> Result<Exit, Exit> {
    let mut work = ListRun {
        session,
        inventory: Inventory::default(),
        full_scan: ListScan::new(filter),
        printer: Printer::new(list.format),
        progress: ProgressBar::new(),
        begun: Instant::now(),
    };
    if session_context.caller.arn.is_root() {
        work.inventory.add_root();
    }
    let read = work.read(&mut interrupts).await;
    work.progress.clear();
    match read {
        Ok(()) => {}
        Err(Exit::Interrupted) => {
            work.printer.finish()?;
            let _ = work.print_summary(session_context);
            return Ok(Exit::Interrupted);
        }
        Err(exit) => return Ok(exit),
    }
    work.printer.finish()?;
    Ok(work.print_summary(session_context))
}

/// A list in the making.
struct ListRun<'a> {
    session: Session,
    inventory: Inventory,
    full_scan: ListScan<'a>,
    printer: Printer,
    progress: ProgressBar,
    begun: Instant,
}

impl ListRun<'_> {
    /// Reads until all that the list needs is known, or nothing more can be.
    ///
    /// # Errors
    /// It was interrupted, or nothing more can be printed.
    async fn read(&mut self, interrupts: &mut Interrupts) -> Result<(), Exit> {
        let mut out = JoinSet::new();
        loop {
            let rows = self.full_scan.settle(&self.inventory);
            self.print(rows)?;
            let wake = self.ask(&mut out);
            if out.is_empty() && wake.is_none() || self.is_starved() {
                return Ok(());
            }
            let wakes = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(self.begun + at).await,
                    None => std::future::pending().await,
                }
            };
            let answer = tokio::select! {
                biased;
                () = interrupts.wait() => return Err(Exit::Interrupted),
                Some(answer) = out.join_next() => answer.ok(),
                () = wakes => None,
            };
            let now = self.now();
            let more = std::iter::from_fn(|| out.try_join_next()).filter_map(Result::ok);
            for answer in answer.into_iter().chain(more) {
                self.inventory.apply(answer, now);
            }
        }
    }

    /// Sends what is to be asked now, and tells when to ask again.
    fn ask(&mut self, out: &mut JoinSet<ReadReply>) -> Option<Duration> {
        let (now, wanted) = (self.now(), self.full_scan.wanted(&self.inventory));
        if self.full_scan.is_over()
            && self.inventory.listed()
            && self.inventory.alias().is_settled()
        {
            return None;
        }
        let free = LaneSlots {
            screen: MAX_CONCURRENT_CALLS.saturating_sub(self.inventory.in_flight(Lane::Screen)),
            full_scan: 0,
        };
        for (_, read) in self.inventory.next(&wanted, free, now) {
            out.spawn(send_read(self.session.clone(), read));
        }
        self.inventory.next_read_at(now.mono)
    }

    fn print(&mut self, rows: Vec<row::ListRow>) -> Result<(), Exit> {
        if !rows.is_empty() && self.printer.streams() {
            self.progress.clear();
        }
        self.printer.take(rows)?;
        let now = self.now().mono;
        self.progress.show(
            self.full_scan.counts.settled,
            self.inventory.users().count(),
            "users",
            now,
        );
        Ok(())
    }

    /// Whether nothing but throttling has been answered for so long that the
    /// list ends here.
    fn is_starved(&self) -> bool {
        self.inventory.throttled_for(self.now().mono) >= STARVATION_LIMIT
    }

    fn now(&self) -> Now {
        Now { wall: Timestamp::now(), mono: self.begun.elapsed() }
    }

    /// Says where this was, how much of the account it covers, and what went
    /// wrong.
    fn print_summary(&self, session_context: &SessionContext) -> Exit {
        let counts = &self.full_scan.counts;
        let listed = self.inventory.coverage();
        let mut session_context = session_context.clone();
        session_context.alias = self.inventory.alias().value().cloned().flatten();
        let users = match listed.users_in_account {
            Some(all) if !listed.listed => format!("{} of {all} users", listed.users),
            _ => count_with_noun(listed.users, "user", "users"),
        };
        let parts = [
            (counts.ruled_out, "ruled out by the filter without reading"),
            (counts.denied, "denied"),
            (counts.failed, "failed"),
            (counts.gone, "gone when asked"),
            (self.full_scan.open(), "not read"),
        ];
        let parts = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {n} {what}"));
        let rows = count_with_noun(self.printer.rows(), "row", "rows");
        output::eprint_line(&format!(
            "{}: {rows}; {users} listed, keys of {} read{}.",
            open_session::context_label(&session_context),
            counts.read,
            parts.collect::<String>()
        ));
        if counts.undecided > 0 {
            output::eprint_line(&format!(
                "Whether the filter holds is not known for {} more: it rests on facts that could not be read.",
                count_with_noun(counts.undecided, "row", "rows")
            ));
        }
        self.say_contested(&session_context);
        if self.is_starved() {
            output::eprint_line(&format!(
                "IAM has throttled every call for {} s, so the rest was not read. Run the command again later.",
                STARVATION_LIMIT.as_secs()
            ));
        }
        let failure = [self.inventory.stopped(), self.inventory.listing_failure()];
        let failure = failure.into_iter().flatten().next().map(|failure| &failure.error);
        if let Some(error) = failure.or(counts.first_failure.as_ref()) {
            output::eprint_line(&error.to_string());
        }
        match failure {
            Some(error) if listed.users == 0 => open_session::exit_for(error),
            _ if failure.is_none() && self.is_whole() => Exit::Done,
            _ => Exit::Partial,
        }
    }

    /// Names the keys that several users list.
    fn say_contested(&self, session_context: &SessionContext) {
        let contested = self.inventory.contested();
        for (key, users) in contested.iter().take(CONTESTED_SHOWN) {
            output::eprint_line(&owner_not_certain(key, users, &session_context.account_label()));
        }
        let more = contested.len().saturating_sub(CONTESTED_SHOWN);
        if more > 0 {
            output::eprint_line(&format!(
                "{} more are listed for several users.",
                count_with_noun(more, "key", "keys")
            ));
        }
    }

    fn is_whole(&self) -> bool {
        let counts = &self.full_scan.counts;
        let left =
            counts.denied + counts.failed + counts.undecided + self.inventory.contested().len();
        self.inventory.listed() && self.full_scan.is_over() && left == 0
    }
}

/// Asks one question; a throttled one comes back, and the inventory slows down.
async fn send_read(session: Session, read: IamRead) -> ReadReply {
    let asked = Timestamp::now();
    let result = session.scan_reader().read(&read).await.map_err(Arc::new);
    ReadReply { session: session.id(), read, result, asked_at: asked, at: Timestamp::now() }
}

/// A number with its noun.
fn count_with_noun(number: usize, one: &str, several: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {several}") }
}
