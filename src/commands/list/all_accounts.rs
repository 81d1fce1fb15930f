//! `keyflip list --all-accounts`: lists every account that Identity Center assigns to the user.

use std::cell::Cell;
use std::future::ready;
use std::sync::Arc;

use futures_util::StreamExt as _;
use jiff::Timestamp;

use crate::cli::ListArgs;
use crate::commands::CommandContext;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::list::credential_report;
use crate::commands::list::print::Printer;
use crate::commands::list::run::{ListRun, empty_inventory};
use crate::commands::list::scan::ListScan;
use crate::commands::list::summary::ListSummary;
use crate::commands::listed_accounts::ListedAccounts;
use crate::commands::messages::accounts::{self as messages, AccountCounts};
use crate::commands::progress::ProgressLine;
use crate::commands::reach::AccountAccess;
use crate::commands::{open_session, output};
use crate::filter::{Filter, RowAccount};
use crate::model::ListedAccount;
use crate::ops::credential_report::read_report;
use crate::ops::list_row::{AccountCells, ListRow};
use crate::ops::reach::{OpenedAccount, run_accounts};

/// The rows of an account.
struct AccountList {
    rows: Vec<ListRow>,
    summary: ListSummary,
}

/// Lists the accounts. The rows of an account are printed as soon as it is read, if the format
/// allows it.
///
/// # Errors
/// Returns an error if no accounts can be listed, or if nothing more can be printed.
pub(super) async fn list(
    list: &ListArgs,
    filter: &Filter,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    open_session::warn_if_tls_unverified(context);
    let access = AccountAccess::load(context, &interrupts).await?;
    let mut all = AllAccounts {
        list,
        filter,
        access: &access,
        accounts: access.listed_accounts()?,
        printer: Printer::of_accounts(list, Timestamp::now()),
        progress: ProgressLine::new(),
        counts: AccountCounts::default(),
        excluded: Cell::new(0),
    };
    let read = interrupts.race(Box::pin(all.read())).await;
    all.progress.clear();
    let is_interrupted = read.is_err();
    if let Ok(read) = read {
        read?;
    }
    all.printer.finish()?;
    let exit = all.print_summary()?;
    Ok(if is_interrupted { Exit::Interrupted } else { exit })
}

/// A list in progress.
struct AllAccounts<'a> {
    list: &'a ListArgs,
    filter: &'a Filter,
    access: &'a AccountAccess,
    accounts: ListedAccounts,
    printer: Printer,
    progress: ProgressLine,
    /// Accounts that were read, or could not be.
    counts: AccountCounts,
    /// Number of accounts that the filter excludes, which are listed ahead of those that are read.
    excluded: Cell<usize>,
}

impl AllAccounts<'_> {
    /// Reads and prints the accounts.
    ///
    /// # Errors
    /// Returns an error if nothing more can be printed.
    async fn read(&mut self) -> Result<(), CommandError> {
        let (list, filter, access) = (self.list, self.filter, self.access);
        let excluded = &self.excluded;
        // Before the first is read alone, which must not be one that is not read at all.
        let accounts = self.accounts.stream().filter(|account| {
            let cells = RowAccount { id: Some(&account.id), name: account.name.as_deref() };
            let is_excluded = filter.excludes_account(cells);
            excluded.set(excluded.get() + usize::from(is_excluded));
            ready(!is_excluded)
        });
        let mut results = Box::pin(run_accounts(accounts, |account| async move {
            let read = Box::pin(read_account(&account, list, filter, access)).await;
            (account, read)
        }));
        while let Some((account, result)) =
            self.progress.during(results.next(), || self.progress_text()).await
        {
            match result {
                Ok(AccountList { rows, summary }) => {
                    if summary.exit == Exit::Done {
                        self.counts.whole += 1;
                    } else {
                        self.counts.partial += 1;
                        self.progress.clear();
                        summary.print();
                    }
                    if !rows.is_empty() && self.printer.is_streaming() {
                        self.progress.clear();
                    }
                    self.printer.print_or_buffer(rows)?;
                }
                Err(CommandError::Interrupted) => return Err(CommandError::Interrupted),
                Err(error) => {
                    self.counts.failed += 1;
                    self.progress.clear();
                    let label = messages::account_label(&account);
                    output::eprint_line(&messages::account_not_read(&label, &error));
                }
            }
        }
        Ok(())
    }

    fn progress_text(&self) -> String {
        self.accounts.progress(self.counts().done(), self.progress.elapsed())
    }

    fn counts(&self) -> AccountCounts {
        AccountCounts { excluded: self.excluded.get(), ..self.counts }
    }

    /// Prints what the list covers, and which lists of accounts failed. Returns the exit code.
    ///
    /// # Errors
    /// Returns the error of the lists if they have no account.
    fn print_summary(&self) -> Result<Exit, CommandError> {
        let failures = self.accounts.failures()?;
        let counts = self.counts();
        let unread = self.accounts.len().saturating_sub(counts.done());
        let is_complete = failures.is_empty() && counts.failed + counts.partial + unread == 0;
        let summary = counts.sentence(Some(self.printer.rows()), unread);
        output::eprint_summary(&summary, is_complete);
        for error in &failures {
            output::eprint_line(&messages::list_failed(error));
        }
        Ok(if is_complete { Exit::Done } else { Exit::Partial })
    }
}

/// Reads an account.
///
/// # Errors
/// Returns an error if the account is not within reach, or its report cannot be read.
async fn read_account(
    account: &ListedAccount,
    list: &ListArgs,
    filter: &Filter,
    access: &AccountAccess,
) -> Result<AccountList, CommandError> {
    let OpenedAccount { session, session_context } = access.enter_listed(account).await?;
    let (mut rows, summary) = if list.report {
        let report = read_report(&session, &session_context.caller.account).await?;
        let cells = RowAccount { id: Some(&account.id), name: account.name.as_deref() };
        let (rows, undecided) = credential_report::matching(&report.rows, cells, filter);
        let label = open_session::context_label(&session_context);
        let summary = credential_report::summary(&label, &report, rows.len(), undecided);
        (rows, summary)
    } else {
        let mut inventory = empty_inventory(&session_context);
        let (scan, progress) = (ListScan::new(filter), ProgressLine::hidden());
        let mut run = ListRun::new(session, &mut inventory, scan, progress);
        // They are printed together.
        let mut rows = Vec::new();
        run.read(|more, _| {
            rows.extend(more);
            Ok(())
        })
        .await?;
        (rows, run.summary(&session_context, list.asks_for_last_uses()))
    };
    let cells = Arc::new(AccountCells { id: account.id.clone(), name: account.name.clone() });
    for row in &mut rows {
        row.account = Some(Arc::clone(&cells));
    }
    Ok(AccountList { rows, summary })
}
