//! `find --all-accounts`: looks in every account of the sign-ins for what the text names without
//! its account. An ID that names its account is looked up there only.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt as _;

use crate::commands::error::CommandError;
use crate::commands::find::account::{find_in_account, first_reads};
use crate::commands::find::any_account::{AccountScans, find_in_accounts, in_text_order, name};
use crate::commands::find::print::ResultPrinter;
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::interrupts::Interrupts;
use crate::commands::key_accounts::KeyAccounts;
use crate::commands::key_lookup::{KeyLookupResult, LookupProgress, MentionMiss};
use crate::commands::messages::accounts::{self as messages, AccountCounts};
use crate::commands::messages::find as sentences;
use crate::commands::progress::ProgressLine;
use crate::commands::reach::AccountAccess;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, output};
use crate::model::{ServiceError, TextScan};
use crate::ops::key_lookup::{KeyHome, KeyMention, LookupMiss};
use crate::ops::reach::{OpenedAccount, run_accounts};

/// Looks up everything. The results of an account go to the printer as soon as it is read.
///
/// Returns whether an account could not be read.
///
/// # Errors
/// Returns an error if no accounts can be listed, if nothing more can be printed, or after an
/// interrupt.
pub(super) async fn find(
    scan: &TextScan,
    context: &CommandContext,
    interrupts: &mut Interrupts,
    printer: &mut ResultPrinter,
) -> Result<bool, CommandError> {
    let opened = open_session::open(context, interrupts).await?;
    let access = AccountAccess::load(context, interrupts).await?;
    let split = async { KeyAccounts::new(context, &access, &opened).await.split(scan).await };
    let AccountScans { by_account, anywhere } = interrupts.race(split).await?;
    let found = interrupts.race(find_in_accounts(by_account, &opened, &access, context)).await?;
    let mut results = in_text_order(scan, found);
    let names = access.names(results.iter().filter_map(FindResult::account_id).collect());
    interrupts.race(names.wait()).await?;
    for result in &mut results {
        name(result, &names);
    }
    printer.add(results)?;
    if anywhere.is_empty() {
        output::eprint_status(sentences::EVERY_ID_NAMES_ITS_ACCOUNT);
        return Ok(false);
    }
    interrupts.race(Box::pin(search(&anywhere, &access, printer))).await?
}

/// Looks for a text in every account. Returns whether one could not be read.
async fn search(
    scan: &TextScan,
    access: &AccountAccess,
    printer: &mut ResultPrinter,
) -> Result<bool, CommandError> {
    let mut listed = access.listed_accounts()?;
    let progress = ProgressLine::new();
    let mut counts = AccountCounts::default();
    let (mut subjects, mut origins) = (HashSet::new(), HashSet::new());
    let mut results = Box::pin(run_accounts(listed.stream(), |account| async move {
        let found = match access.enter_listed(&account).await {
            Ok(OpenedAccount { session, session_context }) => {
                let retry = ReadRetry::new();
                let owners = Box::pin(first_reads(&session, scan, &retry)).await;
                let hidden = LookupProgress::Hidden;
                let found =
                    find_in_account(&session, &session_context, scan, owners, &retry, hidden);
                Ok(Box::pin(found).await)
            }
            Err(error) => Err(error),
        };
        (account, found)
    }));
    loop {
        let text = || listed.progress(counts.done(), progress.elapsed());
        let Some((account, found)) = progress.during(results.next(), text).await else { break };
        match found {
            Ok(found) => {
                let mut found = found.all();
                if let Some(error) = found.iter().find_map(failure) {
                    progress.clear();
                    let label = messages::account_label(&account);
                    output::eprint_line(&if found.iter().any(has_answer) {
                        counts.partial += 1;
                        messages::account_in_part(&label, &error)
                    } else {
                        counts.failed += 1;
                        messages::account_not_read(&label, &error)
                    });
                } else {
                    counts.whole += 1;
                }
                found.retain(|it| it.lookup.is_found() && subjects.insert(Arc::clone(&it.subject)));
                origins.extend(found.iter().map(|result| result.origin.clone()));
                for result in &mut found {
                    result.account_name.clone_from(&account.name);
                }
                progress.clear();
                printer.add(found)?;
            }
            Err(CommandError::Interrupted) => return Err(CommandError::Interrupted),
            Err(error) => {
                counts.failed += 1;
                progress.clear();
                let label = messages::account_label(&account);
                output::eprint_line(&messages::account_not_read(&label, &error));
            }
        }
    }
    progress.clear();
    let failures = listed.failures()?;
    for error in &failures {
        output::eprint_line(&messages::list_failed(error));
    }
    let is_partial = counts.partial + counts.failed > 0 || !failures.is_empty();
    printer.add(misses(scan, &subjects, &origins, counts.whole, is_partial))?;
    Ok(is_partial)
}

/// Returns why an account may have a key that was not found.
fn failure(result: &FindResult) -> Option<Arc<ServiceError>> {
    match &result.lookup {
        KeyLookupResult::Mention(
            MentionMiss::Failed(error)
            | MentionMiss::MayHaveOthers { error, .. }
            | MentionMiss::NoMatch { incomplete: Some(error), .. },
        )
        | KeyLookupResult::Miss(
            LookupMiss::Failed(error)
            | LookupMiss::Unsupported(error)
            | LookupMiss::NotPermitted(error)
            | LookupMiss::Refused(error, _),
        ) => Some(Arc::clone(error)),
        _ => None,
    }
}

/// Returns whether an account has answered, at least in part.
fn has_answer(result: &FindResult) -> bool {
    match &result.lookup {
        KeyLookupResult::Mention(
            MentionMiss::NoMatch { users, .. } | MentionMiss::MayHaveOthers { users, .. },
        ) => users.read > 0,
        _ => failure(result).is_none(),
    }
}

/// Returns a result for everything that no account has.
fn misses(
    scan: &TextScan,
    subjects: &HashSet<Arc<str>>,
    origins: &HashSet<FoundAs>,
    read: usize,
    is_partial: bool,
) -> Vec<FindResult> {
    let label: Arc<str> = sentences::accounts_read(read).into();
    let mentions = KeyMention::of_text(scan).0;
    let is_mention = |id: &str| mentions.iter().any(|mention| mention.label() == id);
    let ids = scan
        .ids
        .iter()
        .filter(|found| !subjects.contains(found.id.as_str()) && !is_mention(found.id.as_str()));
    let ids = ids.map(|found| {
        let miss = KeyLookupResult::Miss(LookupMiss::NotFound(KeyHome::Unknown));
        (found.id.as_str().into(), FoundAs::Id(found.form), miss)
    });
    let missing =
        mentions.iter().filter(|mention| !origins.contains(&FoundAs::from_mention(mention)));
    let missing = missing.map(|mention| {
        let miss = MentionMiss::InNoAccount { is_partial };
        (mention.label().into(), FoundAs::from_mention(mention), KeyLookupResult::Mention(miss))
    });
    let result = |(subject, origin, lookup)| FindResult {
        label: Some(Arc::clone(&label)),
        ..FindResult::new(subject, origin, lookup)
    };
    ids.chain(missing).map(result).collect()
}
