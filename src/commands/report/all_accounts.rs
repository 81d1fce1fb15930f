//! `keyflip report --all-accounts`: one section for each account that Identity Center assigns to
//! the user.

use futures_util::StreamExt as _;

use crate::cli::BenchmarkVersion;
use crate::cli::CisArgs;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::listed_accounts::ListedAccounts;
use crate::commands::messages::accounts::{self as account_messages, AccountCounts};
use crate::commands::messages::report as messages;
use crate::commands::progress::ProgressLine;
use crate::commands::reach::AccountAccess;
use crate::commands::report::print::print;
use crate::commands::report::section::{self, Document, NotRead, Section};
use crate::commands::{CommandContext, open_session, output};
use crate::model::ListedAccount;
use crate::ops::reach::{OpenedAccount, run_accounts};

/// Reports on the accounts. After an interrupt, those that were read are printed.
///
/// # Errors
/// Returns an error if no accounts can be listed, or nothing can be printed.
pub(super) async fn report(
    cis: &CisArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    open_session::warn_if_tls_unverified(context);
    let access = AccountAccess::load(context, &interrupts).await?;
    let mut accounts = access.listed_accounts()?;
    let mut document = Document::new(cis.benchmark);
    let progress = ProgressLine::new();
    let read = read_all(&access, &mut accounts, &mut document, &progress);
    let is_interrupted = match interrupts.race(Box::pin(read)).await {
        Ok(read) => {
            read?;
            false
        }
        Err(_) => true,
    };
    progress.clear();
    let failures = accounts.failures()?;
    let whole = document.sections.iter().filter(|section| section.report.is_whole()).count();
    let counts = AccountCounts {
        whole,
        partial: document.sections.len() - whole,
        failed: document.not_read.len(),
        ..AccountCounts::default()
    };
    let unread = accounts.len().saturating_sub(counts.done());
    document.list_errors =
        failures.iter().map(|error| account_messages::list_failed(error)).collect();
    document.sort();
    let summary = counts.sentence(None, unread);
    let gaps = counts.partial + counts.failed + unread + failures.len();
    output::eprint_summary(&summary, gaps == 0);
    for error in &document.list_errors {
        output::eprint_line(error);
    }
    let gap = if is_interrupted || !accounts.is_complete() {
        Some(messages::interrupted(&summary))
    } else if accounts.len() == 0 {
        Some(messages::NO_ACCOUNTS.to_owned())
    } else {
        (unread > 0).then_some(summary)
    };
    document.list_errors.extend(gap);
    let exit = print(&document, cis.format)?;
    Ok(if is_interrupted { Exit::Interrupted } else { exit })
}

/// Reads the accounts.
///
/// # Errors
/// Returns an error after an interrupt while an MFA code was asked for.
async fn read_all(
    access: &AccountAccess,
    accounts: &mut ListedAccounts,
    document: &mut Document,
    progress: &ProgressLine,
) -> Result<(), CommandError> {
    let benchmark = document.benchmark;
    let mut results = Box::pin(run_accounts(accounts.stream(), |account| async move {
        let read = Box::pin(read_account(&account, access, benchmark)).await;
        (account, read)
    }));
    loop {
        let done = document.sections.len() + document.not_read.len();
        let text = || accounts.progress(done, progress.elapsed());
        let Some((account, result)) = progress.during(results.next(), text).await else {
            return Ok(());
        };
        match result {
            Ok(section) => {
                if !section.report.is_whole() {
                    progress.clear();
                    let label = account_messages::account_label(&account);
                    let gap = format!("{}.", messages::coverage(&section.report));
                    output::eprint_line(&account_messages::account_in_part(&label, &gap));
                }
                document.sections.push(section);
            }
            Err(CommandError::Interrupted) => return Err(CommandError::Interrupted),
            Err(error) => {
                progress.clear();
                let label = account_messages::account_label(&account);
                output::eprint_line(&account_messages::account_not_read(&label, &error));
                document.not_read.push(NotRead { account, error: error.to_string() });
            }
        }
    }
}

/// Reads an account.
///
/// # Errors
/// Returns an error if the account is not within reach, or its report cannot be read.
async fn read_account(
    account: &ListedAccount,
    access: &AccountAccess,
    benchmark: BenchmarkVersion,
) -> Result<Section, CommandError> {
    let OpenedAccount { session, session_context } = access.enter_listed(account).await?;
    Ok(section::read(&session, &session_context, benchmark).await?)
}
