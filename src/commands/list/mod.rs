//! `keyflip list`: lists the users and keys that match a filter. It uses the same
//! read scheduler as the screen.

mod all_accounts;
mod columns;
mod coverage;
mod credential_report;
mod matching_keys;
mod order;
mod print;
mod run;
mod scan;
mod search;
mod summary;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::aws::Session;
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::open_session::EarlyReads;
use crate::commands::progress::ProgressLine;
use crate::commands::reach::name_for_filter;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, progress};
use crate::filter::{Filter, RowAccount};
use crate::model::{CredentialReport, ReadReply, SessionContext};
use crate::ops::credential_report::read_report;
use crate::ops::list_row::AccountCells;

use print::Printer;
use run::{ListRun, empty_inventory, first_page};
use scan::ListScan;

pub(in crate::commands) use matching_keys::{MatchingKeys, read_matching_keys};
pub(in crate::commands) use search::{AccountSearch, FoundKey, SearchResult, UsersRead};

/// Runs the command.
pub(super) fn run(list: &cli::ListArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    if list.columns.is_some() && matches!(list.format, cli::Format::Json | cli::Format::Jsonl) {
        return Err(CommandError::ColumnsOfJson);
    }
    let text: Vec<&str> = list.filter.iter().map(|word| word.trim()).collect();
    let filter =
        Filter::parse_saved(&text.join(" "), &context.settings.saved_filters(), Timestamp::now());
    let filter = filter.map_err(CommandError::InvalidFilter)?;
    if filter.asks_for_marks() {
        return Err(CommandError::MarkedInList);
    }
    if list.all_accounts {
        if context.global.account.is_some() {
            return Err(CommandError::ConflictingAccountOptions("--all-accounts"));
        }
        let work = async |interrupts| {
            Box::pin(all_accounts::list(list, &filter, context, interrupts)).await
        };
        return block_on(work);
    }
    block_on(async |interrupts| Box::pin(list_users(list, &filter, context, interrupts)).await)
}

async fn list_users(
    list: &cli::ListArgs,
    filter: &Filter,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    if list.report {
        // A report is generated in the account, which must be the right one.
        let mut session_context = open_session::identify(context, &opened, &mut interrupts).await?;
        name_for_filter(context, filter, &mut session_context, &mut interrupts).await?;
        let read =
            progress::during_report(read_report(&opened.session, &session_context.caller.account));
        let report = interrupts.race(read).await??;
        from_report(list, filter, &session_context, &report)
    } else {
        let (mut session_context, first_page) = open_session::identify_and_read(
            context,
            &opened,
            &mut interrupts,
            &ReadRetry::new(),
            async || first_page(&opened.session).await,
        )
        .await?;
        name_for_filter(context, filter, &mut session_context, &mut interrupts).await?;
        from_iam(list, filter, opened.session, &session_context, first_page, interrupts).await
    }
}

impl EarlyReads for ReadReply {
    fn lack_credentials(&self) -> bool {
        self.result.as_ref().is_err_and(|error| error.kind.lacks_credentials())
    }
}

fn from_report(
    list: &cli::ListArgs,
    filter: &Filter,
    session_context: &SessionContext,
    report: &CredentialReport,
) -> Result<Exit, CommandError> {
    let mut printer = Printer::new(list, Timestamp::now());
    let name = session_context.alias.as_deref();
    let account = RowAccount { id: Some(&session_context.caller.account), name };
    let (rows, undecided) = credential_report::matching(&report.rows, account, filter);
    printer.print_or_buffer(rows)?;
    printer.set_account(AccountCells {
        id: session_context.caller.account.clone(),
        name: session_context.alias.clone(),
    });
    printer.finish()?;
    let context_label = open_session::context_label(session_context);
    Ok(credential_report::summary(&context_label, report, printer.rows(), undecided).print())
}

async fn from_iam(
    list: &cli::ListArgs,
    filter: &Filter,
    session: Session,
    session_context: &SessionContext,
    first_page: ReadReply,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let mut inventory = empty_inventory(session_context);
    let (scan, progress) = (ListScan::new(filter), ProgressLine::new());
    let mut run = ListRun {
        first_page: Some(first_page),
        ..ListRun::new(session, &mut inventory, scan, progress)
    };
    let mut printer = Printer::new(list, Timestamp::now());
    let print = |rows: Vec<_>, progress: &mut ProgressLine| {
        if !rows.is_empty() && printer.is_streaming() {
            progress.clear();
        }
        printer.print_or_buffer(rows)
    };
    let read = interrupts.race(run.read(print)).await;
    run.progress.clear();
    let is_interrupted = read.is_err();
    if let Ok(read) = read {
        read?;
    }
    let alias = run.inventory.alias().value().cloned().flatten();
    printer.set_account(AccountCells {
        id: session_context.caller.account.clone(),
        name: session_context.alias.clone().or(alias),
    });
    printer.finish()?;
    let exit = run.summary(session_context, list.asks_for_last_uses()).print();
    Ok(if is_interrupted { Exit::Interrupted } else { exit })
}
