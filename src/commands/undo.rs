//! `keyflip undo`: sets keys back to their status before a change, if IAM still reports the status
//! that the change set.

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::Writer;
use crate::changes::{ChangeOrigin, Journal, JournalEntry};
use crate::cli::{self, StatusArg};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::change as messages;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status;
use crate::commands::set_status::{BatchContext, BatchReport, ChangeTarget};
use crate::commands::{CommandContext, open_session, recovery};
use crate::model::{Direction, ErrorKind, SessionContext, UserName};
use crate::ops::undo::{UndoRefusal, check_undo, choose};

/// Maximum number of keys that are read at once.
const MAX_CONCURRENT_READS: usize = 4;

/// Runs the command.
pub(super) fn run(undo: &cli::UndoArgs, context: &CommandContext) -> Exit {
    if let Err(exit) = set_status::can_confirm(undo.confirmation) {
        return exit;
    }
    block_on(async |interrupts| {
        Box::pin(undo_change(undo, context, interrupts)).await.unwrap_or_else(|exit| exit)
    })
}

async fn undo_change(
    undo: &cli::UndoArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, Exit> {
    let journal = context.journal().map_err(|error| Exit::failed(&error.to_string()))?;
    if open_session::warn_of_journal(&journal) && undo.confirmation.yes {
        return Err(Exit::failed(messages::UNDO_NEEDS_CONFIRMATION));
    }
    let session = open_session::open(context).await?;
    let writer = set_status::require_writer(&session)?;
    let session_context = open_session::identify(context, &session, &mut interrupts).await?;
    if session_context.read_only {
        return Err(set_status::read_only_error());
    }
    let change_origin = ChangeOrigin::from(&session_context);
    interrupts
        .race(recovery::recover_unfinished(
            &session,
            &journal,
            &change_origin,
            recovery::TIMEOUT_FOR_JOURNAL,
        ))
        .await?;
    let entries = choose_entries(undo, &journal, &change_origin, context)?;
    let reads = stream::iter(&entries)
        .map(|entry| read_target(undo, entry, &writer, &session_context))
        .buffered(MAX_CONCURRENT_READS)
        .collect::<Vec<_>>();
    let read = interrupts.race(Box::pin(reads)).await?;
    let mut results = BatchReport::new(undo.format, change_origin.clone());
    let mut undoable = Vec::new();
    for result in read {
        match result {
            Ok(target) => undoable.push(target),
            Err(exit) => results.add_exit(exit),
        }
    }
    let Some((_, direction)) = undoable.first() else { return Ok(results.exit()) };
    // The changes chosen have one direction.
    let direction = *direction;
    let mut targets: Vec<_> = undoable.into_iter().map(|(target, _)| target).collect();
    targets.sort_by_key(|target| target.lockout_risk);
    set_status::show_targets(&targets, direction, &session_context);
    set_status::obtain_confirmation(&targets, direction, undo.confirmation, &mut interrupts)
        .await?;
    let batch = BatchContext {
        writer,
        journal,
        change_origin,
        caller: session_context.caller,
        limits: context.session_factory.limits(),
    };
    Ok(set_status::apply(&batch, &session, &targets, direction, context, &interrupts, results)
        .await)
}

/// Returns the changes to undo.
///
/// # Errors
/// Returns the exit code after printing the reason.
fn choose_entries(
    undo: &cli::UndoArgs,
    journal: &Journal,
    change_origin: &ChangeOrigin,
    context: &CommandContext,
) -> Result<Vec<JournalEntry>, Exit> {
    let found = choose(journal, change_origin, undo.id.as_deref());
    let found = found.map_err(|error| Exit::failed(&error.to_string()))?;
    found.map_err(|refusal| {
        let exit = report_refusal(&refusal);
        if context.global.demo {
            output::eprint_line(messages::DEMO_STARTS_FRESH);
        }
        exit
    })
}

/// Reads the key and its last use from IAM, and checks that the change can be undone.
///
/// # Errors
/// Returns the exit code after printing the reason.
async fn read_target(
    undo: &cli::UndoArgs,
    entry: &JournalEntry,
    writer: &Writer,
    session_context: &SessionContext,
) -> Result<(ChangeTarget, Direction), Exit> {
    let (target, last_use) = tokio::join!(
        read_status(undo, entry, writer, session_context),
        writer.last_use(&entry.intent.key)
    );
    let (mut target, direction) = target?;
    // The last use is only shown, so a failed read does not matter.
    if let Ok((owner, last_use)) = last_use {
        warn_if_owner_differs(&target, owner.as_ref());
        target.last_use = Some(last_use);
    }
    Ok((target, direction))
}

async fn read_status(
    undo: &cli::UndoArgs,
    entry: &JournalEntry,
    writer: &Writer,
    session_context: &SessionContext,
) -> Result<(ChangeTarget, Direction), Exit> {
    let intent = &entry.intent;
    let read = ReadRetry::new().retry(async || writer.keys(intent.user.as_ref()).await).await;
    let read = read.map_err(|error| match &intent.user {
        Some(user) if error.kind == ErrorKind::NotFound => {
            report_refusal(&UndoRefusal::NoSuchUser(Box::new(intent.clone()), user.clone()))
        }
        _ => open_session::report_failure(&error),
    })?;
    let at = Timestamp::now();
    let current = read.keys.iter().find(|key| key.id == intent.key).map(|key| &key.status);
    let to = undo.to.map(|setting| match setting {
        StatusArg::Active => Direction::Activate,
        StatusArg::Inactive => Direction::Deactivate,
    });
    let undo = check_undo(entry, current, to, at).map_err(|refusal| report_refusal(&refusal))?;
    let others = read.keys.iter().filter(|key| key.id != undo.key);
    let target = ChangeTarget {
        others: others.map(|key| (key.id.clone(), key.status.clone())).collect(),
        lockout_risk: session_context.lockout_risk(&undo.key, undo.user.as_ref()),
        key: undo.key,
        user: undo.user,
        before: undo.before,
        read: at,
        last_use: None,
        undoes: Some(undo.undoes.into()),
    };
    Ok((target, undo.direction))
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

/// Prints why a change cannot be undone, and returns the exit code.
fn report_refusal(refusal: &UndoRefusal) -> Exit {
    output::eprint_line(&refusal.to_string());
    match refusal {
        UndoRefusal::PriorStatusUnknown(_) => {
            output::eprint_line(messages::STATUS_OPTION);
            Exit::Usage
        }
        UndoRefusal::Ambiguous(..) => Exit::Usage,
        _ => Exit::Partial,
    }
}
