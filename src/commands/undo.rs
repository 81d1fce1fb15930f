//! `keyflip undo`: sets keys back to their status before a change, if IAM still reports the status
//! that the change set.

use std::borrow::Cow;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use tokio::time::sleep;

use crate::aws::Writer;
use crate::changes::{ChangeOrigin, Intent, Journal, JournalEntry};
use crate::cli::{self, StatusArg};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::plan::{NamedPlan, read_plan_id};
use crate::commands::read_retry::ReadRetry;
use crate::commands::running_changes::report_interrupt;
use crate::commands::set_status;
use crate::commands::set_status::{
    AccountBatch, BatchReport, ChangeSettings, ChangeTarget, KeyResult,
};
use crate::commands::{CommandContext, open_session, recovery};
use crate::model::{
    AccessKey, AccountId, Direction, ErrorKind, KeyLastUse, SessionContext, UserName,
};
use crate::ops::undo::{ChangesElsewhere, UndoRefusal, check_undo, choose, choose_of_plan};

/// Maximum number of keys that are read at once.
const MAX_CONCURRENT_READS: usize = 4;

/// Pauses before a list is read again that does not show the change: its replicas differ for
/// seconds.
const PAUSES_WHILE_LIST_LAGS: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(1),
];

/// Runs the command.
pub(super) fn run(undo: &cli::UndoArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let plan = undo.plan.as_deref().map(read_plan_id).transpose()?;
    set_status::can_confirm(undo.confirmation)?;
    block_on(async |interrupts| {
        Box::pin(undo_change(undo, plan.as_ref(), context, interrupts)).await
    })
    .inspect_err(report_interrupt)
}

async fn undo_change(
    undo: &cli::UndoArgs,
    plan: Option<&NamedPlan>,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let journal = context.journal()?;
    if open_session::warn_of_journal(&journal) && undo.confirmation.yes {
        return Err(CommandError::UndoNeedsConfirmation);
    }
    let opened = open_session::open(context, &mut interrupts).await?;
    set_status::require_writer(&opened.session)?;
    let session_context = open_session::identify(context, &opened, &mut interrupts).await?;
    let session = opened.session;
    let mut account = AccountBatch::new(&session, session_context)?;
    let change_origin = ChangeOrigin::from(&account.session_context);
    interrupts
        .race(recovery::recover_unfinished(
            &session,
            &journal,
            &change_origin,
            // Changes of a plan can be anywhere.
            if plan.is_some() { recovery::FOR_JOURNAL } else { recovery::BEFORE_UNDO },
        ))
        .await?;
    let ChosenEntries { entries, superseded, elsewhere } =
        choose_entries(undo, plan, &journal, &change_origin, context)?;
    let retry = ReadRetry::new();
    let reads = stream::iter(&entries)
        .map(|entry| read_target(undo, entry, &account.writer, &account.session_context, &retry))
        .buffered(MAX_CONCURRENT_READS)
        .collect::<Vec<_>>();
    let read = interrupts.race(Box::pin(reads)).await?;
    let mut results = BatchReport::new(undo.format);
    let mut undoable = Vec::new();
    let superseded = superseded
        .into_iter()
        .filter_map(|refusal| Some((refusal.superseded_key()?, Err(refused(refusal)))));
    let keys = entries.iter().map(|entry| entry.intent.key.clone());
    for (key, result) in superseded.chain(keys.zip(read)) {
        match result {
            Ok(target) => undoable.push(target),
            Err(error) => {
                // The other keys are still undone.
                output::eprint_error(&error);
                let result = KeyResult::unresolved(key, error.to_string(), error.exit());
                results.add_unprinted(result, account.report_account());
            }
        }
    }
    let Some((_, direction)) = undoable.first() else {
        print_elsewhere(&elsewhere);
        return results.finish().await;
    };
    // The changes chosen have one direction.
    let direction = *direction;
    account.targets = undoable.into_iter().map(|(target, _)| target).collect();
    account.put_own_keys_last();
    let accounts = [account];
    set_status::show_targets(&accounts, direction, undo.confirmation, &journal);
    if !undo.confirmation.yes {
        print_elsewhere(&elsewhere);
    }
    set_status::obtain_confirmation(&accounts, direction, undo.confirmation, &mut interrupts)
        .await?;
    let settings = ChangeSettings { journal, limits: context.session_factory.limits() };
    let ended =
        set_status::apply(&accounts, &settings, direction, context, &interrupts, results).await;
    print_elsewhere(&elsewhere);
    ended
}

/// Prints how to undo the changes of the same confirmation in other accounts.
fn print_elsewhere(elsewhere: &[ChangesElsewhere]) {
    for ChangesElsewhere { account, keys } in elsewhere {
        output::eprint_line(&messages::undo_elsewhere_too(account, *keys));
    }
}

/// The changes of the journal that an undo is about.
struct ChosenEntries {
    /// Those to undo; of a plan from the last to the first.
    entries: Vec<JournalEntry>,
    /// The refusals of those of a plan whose keys were changed later.
    superseded: Vec<UndoRefusal>,
    /// Those of the same confirmation in other accounts.
    elsewhere: Vec<ChangesElsewhere>,
}

/// Chooses the changes to undo.
///
/// # Errors
/// Returns an error if the journal cannot be read, or the change cannot be undone.
fn choose_entries(
    undo: &cli::UndoArgs,
    plan: Option<&NamedPlan>,
    journal: &Journal,
    change_origin: &ChangeOrigin,
    context: &CommandContext,
) -> Result<ChosenEntries, CommandError> {
    let (found, superseded, elsewhere) = if let Some(plan) = plan {
        let (mut found, superseded) = choose_of_plan(journal, change_origin, &plan.id)?;
        if let Ok(entries) = &mut found {
            entries.reverse();
        }
        (found, superseded, Vec::new())
    } else {
        let (found, elsewhere) = choose(journal, change_origin, undo.id.as_deref())?;
        (found, Vec::new(), elsewhere)
    };
    let entries = found.map_err(|refusal| {
        let hint = if context.global.demo {
            Some(messages::DEMO_STARTS_FRESH.into())
        } else {
            let account_of_plan = plan.and_then(|plan| plan.account.as_ref());
            other_account_hint(&refusal, account_of_plan, change_origin)
        };
        CommandError::UndoRefused(refusal, hint)
    })?;
    Ok(ChosenEntries { entries, superseded, elsewhere })
}

/// Returns how to undo changes of other accounts, if there is nothing to undo in this one.
fn other_account_hint(
    refusal: &UndoRefusal,
    account_of_plan: Option<&AccountId>,
    change_origin: &ChangeOrigin,
) -> Option<Cow<'static, str>> {
    let is_other = |account: &AccountId| change_origin.account.as_ref() != Some(account);
    let account = match (refusal, account_of_plan) {
        (UndoRefusal::NothingOfPlan(_), Some(account)) => {
            return is_other(account).then(|| messages::undo_plan_in(account).into());
        }
        (UndoRefusal::Nothing | UndoRefusal::NothingOfPlan(_), _) => {
            return Some(messages::UNDO_ELSEWHERE.into());
        }
        (UndoRefusal::NothingOf(key), _) => key.account(),
        // A change through a role says so itself.
        (UndoRefusal::Elsewhere(intent), _) if intent.route.is_none() => intent.account.clone(),
        _ => None,
    };
    account.filter(is_other).map(|account| messages::undo_in(&account).into())
}

/// Reads the key and its last use from IAM, and checks that the change can be undone.
///
/// # Errors
/// Returns an error if a read fails, or the change cannot be undone.
async fn read_target(
    undo: &cli::UndoArgs,
    entry: &JournalEntry,
    writer: &Writer,
    session_context: &SessionContext,
    retry: &ReadRetry,
) -> Result<(ChangeTarget, Direction), CommandError> {
    let (target, last_use) = tokio::join!(
        read_status(undo, entry, writer, session_context, retry),
        writer.last_use(&entry.intent.key)
    );
    let (mut target, direction) = target?;
    // The last use is only shown, so a failed read does not matter.
    if let Ok(KeyLastUse { owner, last_use }) = last_use {
        warn_if_owner_differs(&target, owner.as_ref());
        target.last_use = Some(last_use);
    }
    Ok((target, direction))
}

/// Reads the status of the key, and checks that the change can be undone. A list that contradicts a
/// recent change may be out of date, so it is read again.
///
/// # Errors
/// Returns an error if the read fails, or the change cannot be undone.
async fn read_status(
    undo: &cli::UndoArgs,
    entry: &JournalEntry,
    writer: &Writer,
    session_context: &SessionContext,
    retry: &ReadRetry,
) -> Result<(ChangeTarget, Direction), CommandError> {
    let intent = &entry.intent;
    let left = intent.direction.status();
    let to = undo.to.map(|setting| match setting {
        StatusArg::Active => Direction::Activate,
        StatusArg::Inactive => Direction::Deactivate,
    });
    let mut pauses = PAUSES_WHILE_LIST_LAGS.into_iter();
    let (keys, read, undo) = loop {
        let keys = read_keys(intent, writer, retry).await?;
        let at = Timestamp::now();
        let listed = keys.iter().find(|key| key.id == intent.key).map(|key| &key.status);
        let may_lag = listed.is_some_and(|it| *it != left) && entry.may_not_show(at);
        let is_certain = !may_lag || to.is_none();
        match check_undo(entry, if is_certain { listed } else { Some(&left) }, to, at) {
            Ok(undo) => break (keys, is_certain.then_some(at), undo),
            Err(refusal) if may_lag && refusal.is_by_status() => {
                let Some(pause) = pauses.next() else {
                    let hint = messages::LIST_MAY_LAG_AT_UNDO.into();
                    return Err(CommandError::UndoRefused(refusal, Some(hint)));
                };
                sleep(pause).await;
            }
            Err(refusal) => return Err(refused(refusal)),
        }
    };
    let others = keys.iter().filter(|key| key.id != undo.key);
    let target = ChangeTarget {
        others: others.map(|key| (key.id.clone(), key.status.clone())).collect(),
        lockout_risk: session_context.lockout_risk(&undo.key, undo.user.as_ref()),
        key: undo.key,
        user: undo.user,
        before: undo.before,
        read,
        last_use: None,
        undoes: Some(undo.undoes.into()),
    };
    Ok((target, undo.direction))
}

/// Reads the keys of the owner.
///
/// # Errors
/// Returns an error if the read fails, or there is no such user.
async fn read_keys(
    intent: &Intent,
    writer: &Writer,
    retry: &ReadRetry,
) -> Result<Vec<AccessKey>, CommandError> {
    match retry.retry(async || writer.keys(intent.user.as_ref()).await).await {
        Ok(read) => Ok(read.keys),
        Err(error) => Err(match &intent.user {
            Some(user) if error.kind == ErrorKind::NotFound => {
                refused(UndoRefusal::NoSuchUser(Box::new(intent.clone()), user.clone()))
            }
            _ => error.into(),
        }),
    }
}

/// Prints a warning if IAM names another owner than the user whose list has the
/// key.
fn warn_if_owner_differs(target: &ChangeTarget, named: Option<&UserName>) {
    if let (Some(user), Some(named)) = (&target.user, named)
        && user != named
    {
        output::eprint_line(&messages::owner_differs(&target.key, named, user));
    }
}

/// Returns the error for a refusal, with an option that helps.
fn refused(refusal: UndoRefusal) -> CommandError {
    let hint = match refusal {
        UndoRefusal::PriorStatusUnknown(_) => Some(messages::STATUS_OPTION.into()),
        _ => None,
    };
    CommandError::UndoRefused(refusal, hint)
}
