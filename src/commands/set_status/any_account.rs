//! `--any-account`: changes keys in the accounts that their IDs name, after one confirmation.

use futures_util::{StreamExt as _, stream};

use crate::changes::{ChangeOrigin, Journal};
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::key_accounts::{KeyAccount, KeyAccounts, check_account_limit};
use crate::commands::key_lookup::OwnerReplies;
use crate::commands::messages::change as messages;
use crate::commands::open_session::CommandSession;
use crate::commands::reach::{AccountAccess, AccountNames};
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status::apply::{add_targets, confirm_and_apply, require_writer};
use crate::commands::set_status::batch::AccountBatch;
use crate::commands::set_status::key_result::KeyResult;
use crate::commands::set_status::report::{BatchReport, ReportAccount};
use crate::commands::set_status::target::{ChangeTarget, read_owners, read_targets};
use crate::commands::{CommandContext, open_session, recovery};
use crate::model::{Direction, KeyId};
use crate::ops::reach::{MAX_CONCURRENT_ACCOUNTS, OpenedAccount, run_accounts};

/// What was read in an account.
struct AccountTargets {
    batch: AccountBatch,
    targets: Vec<Result<ChangeTarget, Box<KeyResult>>>,
}

/// Finds the keys in their accounts, asks once, and changes them.
///
/// # Errors
/// Returns an error if nothing could be sent. The failure of one account is a row of each of its
/// keys.
pub(super) async fn set_status(
    args: &cli::SetStatusArgs,
    direction: Direction,
    keys: Vec<KeyId>,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    let access = AccountAccess::load(context, &interrupts).await?;
    let journal = context.journal()?;
    open_session::warn_of_journal(&journal);
    let group = async {
        let accounts = KeyAccounts::new(context, &access, &opened).await;
        (accounts.group(keys).await, accounts.own().cloned())
    };
    let (groups, own) = interrupts.race(group).await?;
    check_account_limit(groups.len(), args.any_account.max_accounts)?;
    let accounts = groups.iter().filter_map(|(at, _)| at.account().cloned());
    let names = access.names(accounts.chain(own).collect());
    let read = Box::pin(read_accounts(groups, &opened, &access, &names, &journal, context));
    let read = interrupts.race(read).await?;
    if args.confirmation.yes {
        interrupts.race(names.wait_briefly()).await?;
    } else {
        interrupts.race(names.wait()).await?;
    }
    let mut results = BatchReport::new(args.format);
    let mut accounts = Vec::new();
    for (at, keys, read) in read {
        match read {
            Ok(AccountTargets { mut batch, targets }) => {
                let context = &mut batch.session_context;
                context.alias = context.alias.take().or_else(|| names.get(&context.caller.account));
                add_targets(&mut batch, targets, direction, &journal, &mut results);
                accounts.push(batch);
            }
            Err(CommandError::Interrupted) => return Err(CommandError::Interrupted),
            Err(error) => {
                let account = at.account().cloned();
                let name = account.as_ref().and_then(|account| names.get(account));
                let account = ReportAccount::unreached(account, name);
                for key in keys {
                    results.add(unreached(key, &error, &account), account.clone());
                }
            }
        }
    }
    weigh_lockouts(&mut accounts);
    results.names = Some(names);
    confirm_and_apply(accounts, args, direction, journal, context, interrupts, results).await
}

/// Raises the risk of keys that may have issued the session of another account: after one of them,
/// that account may no longer be reachable.
fn weigh_lockouts(accounts: &mut [AccountBatch]) {
    let contexts: Vec<_> = accounts.iter().map(|batch| batch.session_context.clone()).collect();
    for (number, batch) in accounts.iter_mut().enumerate() {
        for target in &mut batch.targets {
            let others = contexts.iter().enumerate().filter(|(other, _)| *other != number);
            let beside =
                others.map(|(_, context)| context.lockout_risk_by_other_session(&target.key)).max();
            target.lockout_risk = beside.unwrap_or(target.lockout_risk).max(target.lockout_risk);
        }
        batch.put_own_keys_last();
    }
}

/// Returns the row of a key whose account was not reached.
fn unreached(key: KeyId, error: &CommandError, account: &ReportAccount) -> KeyResult {
    let sentence = messages::account_not_reached(&key, &account.label(), error);
    KeyResult::unresolved(key, sentence, error.exit()).because(error.label())
}

/// Enters the accounts, and reads the owners and statuses of the keys. The results are in the order
/// of the groups.
async fn read_accounts(
    groups: Vec<(KeyAccount, Vec<KeyId>)>,
    command: &CommandSession,
    access: &AccountAccess,
    names: &AccountNames,
    journal: &Journal,
    context: &CommandContext,
) -> Vec<(KeyAccount, Vec<KeyId>, Result<AccountTargets, CommandError>)> {
    let (mut other, mut of_session) = (Vec::new(), Vec::new());
    for (number, (at, keys)) in (0_usize..).zip(groups) {
        match at {
            KeyAccount::Other(account) => other.push((number, account, keys)),
            KeyAccount::OfSession => of_session.push((number, KeyAccount::OfSession, keys, None)),
        }
    }
    if other.is_empty() {
        names.start();
    }
    // The session's own is not among them: nothing is renewed for it, so it must not be the first.
    let entered = run_accounts(stream::iter(other), |(number, account, keys)| async move {
        let opened = access.enter(&account).await;
        // The calls that enter an account come first.
        names.start();
        (number, KeyAccount::Other(account), keys, Some(opened))
    });
    let all = stream::select(stream::iter(of_session), entered);
    let read = all.map(|(number, at, keys, opened)| async move {
        let read = match opened {
            None => read_of_session(&keys, command, access, journal, context).await,
            Some(Ok(opened)) => read_entered(&keys, opened, journal).await,
            Some(Err(error)) => Err(error),
        };
        (number, (at, keys, read))
    });
    let mut read: Vec<_> = read.buffer_unordered(MAX_CONCURRENT_ACCOUNTS).collect().await;
    read.sort_unstable_by_key(|(number, _)| *number);
    read.into_iter().map(|(_, read)| read).collect()
}

/// Reads the keys of the session's account. Caller and owners are read at once.
async fn read_of_session(
    keys: &[KeyId],
    command: &CommandSession,
    access: &AccountAccess,
    journal: &Journal,
    context: &CommandContext,
) -> Result<AccountTargets, CommandError> {
    let session = &command.session;
    let (writer, retry) = (require_writer(session)?, ReadRetry::new());
    let read = async || read_owners(&writer, keys, &retry).await;
    let (session_context, owners) =
        command.identify_and_read_shared(context, access, &retry, read).await?;
    let opened = OpenedAccount { session: session.clone(), session_context };
    read_statuses(opened, owners, journal, &retry).await
}

/// Reads the keys of an account that was entered.
async fn read_entered(
    keys: &[KeyId],
    opened: OpenedAccount,
    journal: &Journal,
) -> Result<AccountTargets, CommandError> {
    let (writer, retry) = (require_writer(&opened.session)?, ReadRetry::new());
    let owners = read_owners(&writer, keys, &retry).await;
    read_statuses(opened, owners, journal, &retry).await
}

/// Reads the statuses of keys, and resolves unfinished changes of the account.
async fn read_statuses(
    OpenedAccount { session, session_context }: OpenedAccount,
    owners: OwnerReplies,
    journal: &Journal,
    retry: &ReadRetry,
) -> Result<AccountTargets, CommandError> {
    let batch = AccountBatch::new(&session, session_context)?;
    let change_origin = ChangeOrigin::from(&batch.session_context);
    let limits = recovery::BEFORE_CHANGE;
    let ((), targets) = tokio::join!(
        recovery::recover_unfinished(&session, journal, &change_origin, limits),
        read_targets(&session, &batch.writer, &batch.session_context, owners, retry, async |_| {
            None
        })
    );
    Ok(AccountTargets { batch, targets })
}
