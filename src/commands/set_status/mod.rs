//! `keyflip deactivate` and `keyflip activate`. At most four round trips in
//! sequence: the caller and the owners, the owners' keys, the change, the
//! verification.

mod batch;
mod confirm;
mod report;
mod target;

use std::collections::HashMap;
use std::io::{self, Read as _};
use std::sync::Arc;

use crate::aws::{Session, Writer};
use crate::changes::{ChangeOrigin, Journal};
use crate::cli;
use crate::commands::error::{CommandError, TargetError};
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, recovery};
use crate::model::{Direction, KeyChange, KeyId, KeyKind, decode_text, escape_hidden};

use batch::run_batch;
pub(super) use batch::{AccountBatch, ChangeSettings};
pub(super) use confirm::{can_confirm, obtain_confirmation, show_targets};
pub(super) use report::BatchReport;
pub(super) use target::ChangeTarget;
use target::UnresolvedKey;

/// Runs the command.
pub(super) fn run(
    args: &cli::SetStatusArgs,
    direction: Direction,
    context: &CommandContext,
) -> Result<Exit, CommandError> {
    let keys = key_ids(&args.key_ids)?;
    can_confirm(args.confirmation)?;
    block_on(async |interrupts| {
        Box::pin(set_status(args, direction, keys, context, interrupts)).await
    })
}

/// Parses the key IDs: the words, and for `-` the lines of standard input.
/// Leaves out duplicates.
///
/// # Errors
/// Returns an error if a text is not the ID of a long-term key, or there is none.
fn key_ids(words: &[String]) -> Result<Vec<KeyId>, CommandError> {
    let mut keys = Vec::new();
    let mut take = |text: &str, line: Option<usize>| -> Result<(), CommandError> {
        let key = key_id(text).map_err(|reason| {
            let text = escape_hidden(text).into_owned();
            CommandError::InvalidTarget { text, line, reason }
        })?;
        if !keys.contains(&key) {
            keys.push(key);
        }
        Ok(())
    };
    for word in words {
        if word != "-" {
            take(word.trim(), None)?;
            continue;
        }
        // Programs for Windows write UTF-16.
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(CommandError::Stdin)?;
        for (number, line) in (1..).zip(decode_text(&bytes).lines()) {
            if !line.trim().is_empty() {
                take(line.trim(), Some(number))?;
            }
        }
    }
    if keys.is_empty() {
        return Err(CommandError::NoTargetsOnStdin);
    }
    Ok(keys)
}

/// Parses the ID of a long-term key.
///
/// # Errors
/// Returns what the text is instead.
fn key_id(text: &str) -> Result<KeyId, TargetError> {
    let key = KeyId::parse(text)?;
    match key.kind() {
        KeyKind::LongTerm => Ok(key),
        KeyKind::Temporary => Err(TargetError::Temporary),
        KeyKind::UserId => Err(TargetError::UserId),
        KeyKind::Other => Err(TargetError::Other),
    }
}

async fn set_status(
    args: &cli::SetStatusArgs,
    direction: Direction,
    keys: Vec<KeyId>,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let session = open_session::open(context).await?;
    let writer = require_writer(&session)?;
    let (mut asking, retry) = (interrupts.clone(), ReadRetry::new());
    let (session_context, mut owners) =
        tokio::try_join!(open_session::identify(context, &session, &mut asking), async {
            Ok(interrupts.race(target::read_owners(&writer, &keys, &retry)).await?)
        })?;
    if session_context.read_only {
        return Err(CommandError::ReadOnly);
    }
    if owners
        .iter()
        .any(|(_, owner)| owner.as_ref().is_err_and(|error| error.kind.lacks_credentials()))
    {
        // The credentials were missing until an MFA code was typed.
        owners = interrupts.race(target::read_owners(&writer, &keys, &retry)).await?;
    }
    let journal = context.journal()?;
    open_session::warn_of_journal(&journal);
    let change_origin = ChangeOrigin::from(&session_context);
    let recovery_run = recovery::recover_unfinished(
        &session,
        &journal,
        &change_origin,
        recovery::TIMEOUT_BEFORE_CHANGE,
    );
    let found = target::read_targets(&session, &writer, &session_context, owners, &retry);
    let ((), targets) =
        interrupts.race(Box::pin(async { tokio::join!(recovery_run, found) })).await?;
    let mut account = AccountBatch::new(&session, session_context, None)?;
    let mut results = BatchReport::new(args.format);
    add_targets(&mut account, targets, direction, &mut results);
    confirm_and_apply(vec![account], args, direction, journal, context, interrupts, results).await
}

/// Adds the keys to change to the batch of their account, and the results of the others to the
/// report.
fn add_targets(
    account: &mut AccountBatch,
    targets: Vec<Result<ChangeTarget, UnresolvedKey>>,
    direction: Direction,
    results: &mut BatchReport,
) {
    let report_account = account.report_account();
    for target in targets {
        match target {
            Ok(target) if confirm::has_status(&target.before, direction) => {
                results.add_unchanged(&target, direction, &report_account);
            }
            Ok(target) => account.targets.push(target),
            Err(unresolved) => results.add_unresolved(&unresolved, &report_account),
        }
    }
    account.targets.sort_by_key(|target| target.lockout_risk);
}

/// Asks for one confirmation of all changes, makes them, and prints their outcomes.
///
/// # Errors
/// Returns an error if the changes are not confirmed, or the outcomes could not be printed.
async fn confirm_and_apply(
    mut accounts: Vec<AccountBatch>,
    args: &cli::SetStatusArgs,
    direction: Direction,
    journal: Journal,
    context: &CommandContext,
    mut interrupts: Interrupts,
    results: BatchReport,
) -> Result<Exit, CommandError> {
    accounts.retain(|account| !account.targets.is_empty());
    if accounts.is_empty() {
        return results.finish();
    }
    show_targets(&accounts, direction);
    obtain_confirmation(&accounts, direction, args.confirmation, &mut interrupts).await?;
    let settings = ChangeSettings { journal, limits: context.session_factory.limits() };
    apply(&accounts, &settings, direction, context, &interrupts, results).await
}

/// Makes the confirmed changes, and prints their outcomes.
///
/// # Errors
/// Returns an error if the outcomes could not be printed.
pub(super) async fn apply(
    accounts: &[AccountBatch],
    settings: &ChangeSettings,
    direction: Direction,
    context: &CommandContext,
    interrupts: &Interrupts,
    mut results: BatchReport,
) -> Result<Exit, CommandError> {
    let reason: Option<Arc<str>> = context.global.reason.as_deref().map(Arc::from);
    let targets = accounts.iter().flat_map(|it| it.targets.iter().map(move |target| (it, target)));
    let changes = (1..).zip(targets).map(|(change_id, (account, target))| {
        let caller = &account.session_context.caller;
        target.change(change_id, account.session, caller, direction, reason.clone())
    });
    let mut changes: Vec<KeyChange> = changes.collect();
    if changes.len() > 1 {
        changes.iter_mut().for_each(|change| change.batch = Some(1));
    }
    let rows: HashMap<_, _> = accounts.iter().map(|it| (it.session, it.report_account())).collect();
    let left = run_batch(accounts, settings, changes, interrupts, |change_report| {
        if let Some(account) = rows.get(&change_report.change.session) {
            results.add_report(&change_report, account);
        }
    })
    .await;
    for change in &left {
        if let Some(account) = rows.get(&change.session) {
            results.add_not_started(change, account);
        }
    }
    let exit = results.finish()?;
    Ok(if interrupts.is_set() { Exit::Interrupted } else { exit })
}

/// Returns the writer of the session.
///
/// # Errors
/// Returns an error if the session is read-only.
pub(super) fn require_writer(session: &Session) -> Result<Writer, CommandError> {
    session.writer().ok_or(CommandError::ReadOnly)
}
