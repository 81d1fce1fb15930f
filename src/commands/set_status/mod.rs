//! `keyflip deactivate` and `keyflip activate`. At most four round trips in
//! sequence: the caller and the owners, the owners' keys, the change, the
//! verification.

mod batch;
mod confirm;
mod report;
mod target;

use std::io::{self, Read as _};

use crate::aws::{Session, Writer};
use crate::changes::ChangeOrigin;
use crate::cli;
use crate::commands::error::{CommandError, TargetError};
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, recovery};
use crate::model::{Direction, KeyChange, KeyId, KeyKind, decode_text, escape_hidden};

pub(super) use batch::{BatchContext, run_batch};
pub(super) use confirm::{can_confirm, obtain_confirmation, show_targets};
pub(super) use report::BatchReport;
pub(super) use target::ChangeTarget;

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
    let mut results = BatchReport::new(args.format, change_origin.clone());
    let mut to_change = Vec::new();
    for target in targets {
        match target {
            Ok(target) if confirm::has_status(&target.before, direction) => {
                results.add_unchanged(&target, direction);
            }
            Ok(target) => to_change.push(target),
            Err(unresolved) => results.add_unresolved(&unresolved),
        }
    }
    if to_change.is_empty() {
        return results.finish();
    }
    to_change.sort_by_key(|target| target.lockout_risk);
    show_targets(&to_change, direction, &session_context);
    obtain_confirmation(&to_change, direction, args.confirmation, &mut interrupts).await?;
    let batch = BatchContext {
        writer,
        journal,
        change_origin,
        caller: session_context.caller,
        limits: context.session_factory.limits(),
    };
    apply(&batch, &session, &to_change, direction, context, &interrupts, results).await
}

/// Makes the confirmed changes, and prints their outcomes.
///
/// # Errors
/// Returns an error if the outcomes could not be printed.
pub(super) async fn apply(
    batch: &BatchContext,
    session: &Session,
    targets: &[ChangeTarget],
    direction: Direction,
    context: &CommandContext,
    interrupts: &Interrupts,
    mut results: BatchReport,
) -> Result<Exit, CommandError> {
    let reason = || context.global.reason.as_deref().map(std::sync::Arc::from);
    let number = (targets.len() > 1).then_some(1);
    let changes = (1..).zip(targets).map(|(change_id, target)| {
        let change = target.change(change_id, session.id(), &batch.caller, direction, reason());
        KeyChange { batch: number, ..change }
    });
    let left = run_batch(batch, changes.collect(), interrupts, |change_report| {
        results.add_report(&change_report);
    })
    .await;
    for change in &left {
        results.add_not_started(change);
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
