//! `find --any-account`: looks each key up in the account that its ID names.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::find::account::{
    AccountResults, find_in_account, first_reads, resolve_by_kind,
};
use crate::commands::find::result::{FindResult, FoundAs};
use crate::commands::interrupts::Interrupts;
use crate::commands::key_accounts::{KeyAccount, KeyAccounts, check_account_limit};
use crate::commands::key_lookup::{KeyLookupResult, LookupProgress, MentionMiss};
use crate::commands::messages::{change, find as sentences};
use crate::commands::open_session::CommandSession;
use crate::commands::output;
use crate::commands::reach::{AccountAccess, AccountNames};
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session};
use crate::model::{ErrorKind, KeyKind, ServiceError, TextScan};
use crate::ops::key_lookup::{KeyMention, LookupMiss, by_kind};
use crate::ops::reach::{MAX_CONCURRENT_ACCOUNTS, OpenedAccount, run_accounts};

/// What a text names, by the account where to look for it.
pub(super) struct AccountScans {
    /// What is looked for in one account.
    pub(super) by_account: Vec<(KeyAccount, TextScan)>,
    /// What may be in any account.
    pub(super) anywhere: TextScan,
}

/// Looks up everything: each ID in the account that it names, the rest in the account of the
/// current credentials.
///
/// # Errors
/// Returns an error if the settings are invalid, if there are too many accounts, or after an
/// interrupt.
pub(super) async fn find(
    find: &cli::FindArgs,
    scan: &TextScan,
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<Vec<FindResult>, CommandError> {
    let opened = open_session::open(context, interrupts).await?;
    let access = AccountAccess::load(context, interrupts).await?;
    let accounts = async { KeyAccounts::new(context, &access, &opened).await.split(scan).await };
    let AccountScans { mut by_account, anywhere } = interrupts.race(accounts).await?;
    if !anywhere.is_empty() {
        match by_account.iter_mut().find(|(at, _)| *at == KeyAccount::OfSession) {
            Some((_, own)) => merge(own, anywhere),
            None => by_account.push((KeyAccount::OfSession, anywhere)),
        }
    }
    check_account_limit(by_account.len(), find.any_account.max_accounts)?;
    let found = interrupts.race(find_in_accounts(by_account, &opened, &access, context)).await?;
    let results = in_text_order(scan, found);
    interrupts.race(with_names(results, &access)).await.map_err(CommandError::from)
}

/// Adds what another scan has.
fn merge(scan: &mut TextScan, other: TextScan) {
    scan.ids.extend(other.ids);
    scan.masked.extend(other.masked);
    scan.users.extend(other.users);
}

impl KeyAccounts<'_> {
    /// Splits what a text names by the account where it is.
    pub(super) async fn split(&self, scan: &TextScan) -> AccountScans {
        let rest = || TextScan { user_names: scan.user_names.clone(), ..TextScan::default() };
        let mut scans = AccountScans { by_account: Vec::new(), anywhere: rest() };
        let mut add = |at: Option<KeyAccount>, add: &dyn Fn(&mut TextScan)| {
            let Some(at) = at else { return add(&mut scans.anywhere) };
            if let Some((_, scan)) = scans.by_account.iter_mut().find(|(known, _)| *known == at) {
                return add(scan);
            }
            let mut scan = rest();
            add(&mut scan);
            scans.by_account.push((at, scan));
        };
        let keys = scan.ids.iter().filter(|found| by_kind(&found.id).is_none());
        let accounts = self.accounts_of(keys.map(|found| found.id.clone()).collect()).await;
        for (key, at) in accounts {
            let found = scan.ids.iter().find(|found| found.id == key);
            add(at, &|scan| scan.ids.extend(found.cloned()));
        }
        let account_of =
            |mention: &KeyMention| mention.account().map(|account| self.locate(account));
        for mention in KeyMention::of_text(scan).0 {
            add(account_of(&mention), &|to| mention.copy(scan, to));
        }
        scans
    }
}

/// Looks in the accounts. The results are in the order of the accounts.
pub(super) async fn find_in_accounts(
    by_account: Vec<(KeyAccount, TextScan)>,
    command: &CommandSession,
    access: &AccountAccess,
    context: &CommandContext,
) -> Vec<AccountResults> {
    let progress = LookupProgress::in_accounts(by_account.len());
    let numbered: Vec<_> = (0_usize..).zip(by_account).collect();
    let entered = run_accounts(stream::iter(numbered), |(number, (at, scan))| async move {
        let retry = ReadRetry::new();
        let opened = match &at {
            KeyAccount::OfSession => {
                let session = command.session.clone();
                let read = async || first_reads(&session, &scan, &retry).await;
                let identified = command.identify_and_read_shared(context, access, &retry, read);
                let identified = identified.await;
                identified.map(|(it, owners)| {
                    (OpenedAccount { session, session_context: it }, Some(owners))
                })
            }
            KeyAccount::Other(account) => access.enter(account).await.map(|opened| (opened, None)),
        };
        (number, at, scan, opened, retry)
    });
    let results = entered.map(|(number, at, scan, opened, retry)| async move {
        let results = match opened {
            Ok((OpenedAccount { session, session_context }, owners)) => {
                let label = open_session::context_label(&session_context);
                output::eprint_status(&sentences::looking_in(&label));
                let owners = match owners {
                    Some(owners) => owners,
                    None => Box::pin(first_reads(&session, &scan, &retry)).await,
                };
                let found =
                    find_in_account(&session, &session_context, &scan, owners, &retry, progress);
                Box::pin(found).await
            }
            Err(error) => not_entered(&at, &scan, error),
        };
        (number, results)
    });
    let mut results: Vec<_> = results.buffer_unordered(MAX_CONCURRENT_ACCOUNTS).collect().await;
    results.sort_unstable_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, results)| results).collect()
}

/// Returns the results for an account that was not entered.
fn not_entered(at: &KeyAccount, scan: &TextScan, error: CommandError) -> AccountResults {
    let (not_entered, error) = match error {
        CommandError::NotEntered(label, error) => (Some(label), *error),
        CommandError::Service(error) => (None, error),
        other => {
            let message = other.to_string();
            (None, ServiceError::new(ErrorKind::Settings, "GetCallerIdentity", message))
        }
    };
    let error = Arc::new(error);
    let label: Arc<str> =
        at.account().map_or_else(|| change::CURRENT_ACCOUNT.to_owned(), ToString::to_string).into();
    let result = |subject: &str, origin, lookup| FindResult {
        label: Some(Arc::clone(&label)),
        account: at.account().cloned(),
        not_entered,
        ..FindResult::new(subject.into(), origin, lookup)
    };
    let keys = scan.ids.iter().filter(|found| found.id.kind() != KeyKind::UserId);
    let ids = keys.map(|found| {
        let lookup = KeyLookupResult::Miss(LookupMiss::Failed(Arc::clone(&error)));
        result(found.id.as_str(), FoundAs::Id(found.form), lookup)
    });
    let mentions = KeyMention::of_text(scan).0.into_iter().map(|mention| {
        let lookup = KeyLookupResult::Mention(MentionMiss::Failed(Arc::clone(&error)));
        result(&mention.label(), FoundAs::from_mention(&mention), lookup)
    });
    AccountResults { ids: ids.collect(), mentions: mentions.collect() }
}

/// Returns the results in the order of the text, with those of IDs that are not looked up.
pub(super) fn in_text_order(scan: &TextScan, found: Vec<AccountResults>) -> Vec<FindResult> {
    let (mut ids, mut mentions) = (Vec::new(), Vec::new());
    for results in found {
        ids.extend(results.ids);
        mentions.extend(results.mentions);
    }
    let mentioned: HashSet<_> = mentions.iter().map(|it: &FindResult| it.origin.clone()).collect();
    let in_order = scan.ids.iter().filter_map(|id| {
        let at = ids.iter().position(|result: &FindResult| *result.subject == *id.id.as_str());
        let is_mention = FoundAs::User(id.id.as_str().into());
        match at {
            Some(at) => Some(ids.swap_remove(at)),
            None if mentioned.contains(&is_mention) => None,
            None => resolve_by_kind(id),
        }
    });
    let mut results: Vec<_> = in_order.collect();
    let known: HashSet<_> = results.iter().map(|result| Arc::clone(&result.subject)).collect();
    mentions.retain(|result| !known.contains(&result.subject));
    results.extend(mentions);
    results
}

/// Adds the names of the accounts in Identity Center.
async fn with_names(mut results: Vec<FindResult>, access: &AccountAccess) -> Vec<FindResult> {
    let names = access.names(results.iter().filter_map(FindResult::account_id).collect());
    names.wait().await;
    for result in &mut results {
        name(result, &names);
    }
    results
}

/// Adds the name of the account of a result.
pub(super) fn name(result: &mut FindResult, names: &AccountNames) {
    result.account_name = result.account_id().and_then(|account| names.get(&account));
    if let Some(session_context) = &mut result.session_context {
        let alias = session_context.alias.take();
        session_context.alias = alias.or_else(|| names.get(&session_context.caller.account));
    }
}
