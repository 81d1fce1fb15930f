//! `keyflip list`: users and keys, as far as a filter holds, read by the same
//! plan that the screen reads by.

mod print;
mod progress;
mod report;
mod row;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::aws::Session;
use crate::cli;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::out::{self, Exit};
use crate::commands::{Context, place};
use crate::filter::Filter;
use crate::inventory::{Free, Inventory, Lane};
use crate::model::{Answer, Now, Place, Read, owner_not_certain};
use crate::reads;

use print::Printer;
use progress::Progress;
use sweep::Sweep;

/// So many calls are in flight at most.
const AT_ONCE: usize = 16;

/// So many keys that several users list are named.
const CONTESTED_SHOWN: usize = 10;

/// A list ends when IAM has let nothing through for so long.
const STARVATION_LIMIT: Duration = Duration::from_mins(2);

/// Runs the command.
pub(super) fn run(list: &cli::List, context: &Context) -> Exit {
    let text: Vec<&str> = list.filter.iter().map(|word| word.trim()).collect();
    let filter = match Filter::parse(&text.join(" "), Timestamp::now()) {
        Ok(filter) => filter,
        Err(error) => {
            return Exit::refused(Exit::Usage.code(), &format!("keyflip: The filter is not understood at {error}\n"));
        }
    };
    if filter.asks_for_marks() {
        let sentence = "Keys are marked on the screen alone, so marked: finds nothing here. Nothing was sent.";
        return Exit::refused(Exit::Usage.code(), &format!("keyflip: {sentence}\n"));
    }
    block_on(async |interrupts| Box::pin(answer(list, &filter, context, interrupts)).await.unwrap_or_else(|exit| exit))
}

async fn answer(
    list: &cli::List,
    filter: &Filter,
    context: &Context,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
    let session = place::open(context).await?;
    let place = place::identify(context, &session, &mut interrupts).await?;
    if list.report {
        from_report(list, filter, &session, &place, interrupts).await
    } else {
        from_iam(list, filter, session, &place, interrupts).await
    }
}

async fn from_report(
    list: &cli::List,
    filter: &Filter,
    session: &Session,
    place: &Place,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
    let read = interrupts.or(report::read(session)).await?;
    let (rows, made) = read.map_err(|error| place::failed(&error))?;
    let mut printer = Printer::new(list.format);
    let undecided = report::print(&rows, filter, &mut printer)?;
    Ok(report::say(&place::label(place), &rows, made, printer.rows(), undecided))
}

async fn from_iam(
    list: &cli::List,
    filter: &Filter,
    session: Session,
    place: &Place,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
    let mut work = Work {
        session,
        inventory: Inventory::default(),
        sweep: Sweep::new(filter),
        printer: Printer::new(list.format),
        progress: Progress::new(),
        begun: Instant::now(),
    };
    if place.caller.arn.is_root() {
        work.inventory.add_root();
    }
    let read = work.read(&mut interrupts).await;
    work.progress.clear();
    match read {
        Ok(()) => {}
        Err(Exit::Interrupted) => {
            work.printer.finish()?;
            let _ = work.say(place);
            return Ok(Exit::Interrupted);
        }
        Err(exit) => return Ok(exit),
    }
    work.printer.finish()?;
    Ok(work.say(place))
}

/// A list in the making.
struct Work<'a> {
    session: Session,
    inventory: Inventory,
    sweep: Sweep<'a>,
    printer: Printer,
    progress: Progress,
    begun: Instant,
}

impl Work<'_> {
    /// Reads until all that the list needs is known, or nothing more can be.
    ///
    /// # Errors
    /// It was interrupted, or nothing more can be printed.
    async fn read(&mut self, interrupts: &mut Interrupts) -> Result<(), Exit> {
        let mut out = JoinSet::new();
        loop {
            let rows = self.sweep.settle(&self.inventory);
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
    fn ask(&mut self, out: &mut JoinSet<Answer>) -> Option<Duration> {
        let (now, wanted) = (self.now(), self.sweep.wanted(&self.inventory));
        if self.sweep.is_over() && self.inventory.listed() && self.inventory.alias().is_settled() {
            return None;
        }
        let free = Free { screen: AT_ONCE.saturating_sub(self.inventory.in_flight(Lane::Screen)), sweep: 0 };
        for (_, read) in self.inventory.next(&wanted, free, now) {
            out.spawn(answered(self.session.clone(), read));
        }
        self.inventory.wakes(now.mono)
    }

    fn print(&mut self, rows: Vec<row::Row>) -> Result<(), Exit> {
        if !rows.is_empty() && self.printer.streams() {
            self.progress.clear();
        }
        self.printer.take(rows)?;
        let now = self.now().mono;
        self.progress.show(self.sweep.counts.settled, self.inventory.users().count(), "users", now);
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
    fn say(&self, place: &Place) -> Exit {
        let counts = &self.sweep.counts;
        let listed = self.inventory.coverage();
        let mut place = place.clone();
        place.alias = self.inventory.alias().value().cloned().flatten();
        let users = match listed.users_in_account {
            Some(all) if !listed.listed => format!("{} of {all} users", listed.users),
            _ => counted(listed.users, "user", "users"),
        };
        let parts = [
            (counts.ruled_out, "ruled out by the filter without reading"),
            (counts.denied, "denied"),
            (counts.failed, "failed"),
            (counts.gone, "gone when asked"),
            (self.sweep.open(), "not read"),
        ];
        let parts = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {n} {what}"));
        let rows = counted(self.printer.rows(), "row", "rows");
        out::say(&format!(
            "{}: {rows}; {users} listed, keys of {} read{}.",
            place::label(&place),
            counts.read,
            parts.collect::<String>()
        ));
        if counts.undecided > 0 {
            out::say(&format!(
                "Whether the filter holds is not known for {} more: it rests on facts that could not be read.",
                counted(counts.undecided, "row", "rows")
            ));
        }
        self.say_contested(&place);
        if self.is_starved() {
            out::say(&format!(
                "IAM has throttled every call for {} s, so the rest was not read. Run the command again later.",
                STARVATION_LIMIT.as_secs()
            ));
        }
        let trouble = [self.inventory.stopped(), self.inventory.listing_trouble()];
        let trouble = trouble.into_iter().flatten().next().map(|trouble| &trouble.error);
        if let Some(error) = trouble.or(counts.trouble.as_ref()) {
            out::say(&error.to_string());
        }
        match trouble {
            Some(error) if listed.users == 0 => place::exit_of(error),
            _ if trouble.is_none() && self.is_whole() => Exit::Done,
            _ => Exit::Partly,
        }
    }

    /// Names the keys that several users list.
    fn say_contested(&self, place: &Place) {
        let contested = self.inventory.contested();
        for (key, users) in contested.iter().take(CONTESTED_SHOWN) {
            out::say(&owner_not_certain(key, users, &place.account_label()));
        }
        let more = contested.len().saturating_sub(CONTESTED_SHOWN);
        if more > 0 {
            out::say(&format!("{} more are listed for several users.", counted(more, "key", "keys")));
        }
    }

    fn is_whole(&self) -> bool {
        let counts = &self.sweep.counts;
        let left = counts.denied + counts.failed + counts.undecided + self.inventory.contested().len();
        self.inventory.listed() && self.sweep.is_over() && left == 0
    }
}

/// Asks one question; a throttled one comes back, and the inventory slows down.
async fn answered(session: Session, read: Read) -> Answer {
    let asked = Timestamp::now();
    let result = reads::carry_out(&session.sweep(), &read).await.map_err(Arc::new);
    Answer { session: session.id(), read, result, asked, at: Timestamp::now() }
}

/// A number with its noun.
fn counted(number: usize, one: &str, several: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {several}") }
}
