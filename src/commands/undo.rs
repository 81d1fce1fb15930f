//! `keyflip undo`: puts a change back, where IAM still has the status that
//! the change left.

use jiff::Timestamp;

use crate::aws::Writer;
use crate::changes::{self, ChangeContext, Journal, JournalEntry, UndoRefusal};
use crate::cli::{self, StatusArg};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status;
use crate::commands::set_status::{BatchContext, BatchReport, ChangeTarget};
use crate::commands::{CommandContext, open_session, settle_open_changes};
use crate::model::{Direction, ErrorKind, SessionContext, UserName};

/// Runs the command.
pub(super) fn run(undo: &cli::UndoArgs, context: &CommandContext) -> Exit {
    if let Err(exit) = set_status::can_confirm(undo.consent) {
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
    if open_session::warn_of_journal(&journal) && undo.consent.yes {
        return Err(Exit::failed(
            "Nothing was sent: undo --yes goes by what the journal says. Check the change in keyflip journal, then \
             run undo without --yes, which asks first.",
        ));
    }
    let session = open_session::open(context).await?;
    let writer = set_status::require_writer(&session)?;
    let session_context = open_session::identify(context, &session, &mut interrupts).await?;
    if session_context.read_only {
        return Err(set_status::read_only_error());
    }
    let change_context = ChangeContext::from(&session_context);
    interrupts
        .race(settle_open_changes::settle(
            &session,
            &journal,
            &change_context,
            settle_open_changes::TIMEOUT_FOR_JOURNAL,
        ))
        .await?;
    let entry = choose_entry(undo, &journal, &change_context, context)?;
    let reads = async {
        tokio::join!(
            read_target(undo, &entry, &writer, &session_context),
            writer.last_use(&entry.intent.key)
        )
    };
    let (target, last_use) = interrupts.race(Box::pin(reads)).await?;
    let (mut target, direction) = target?;
    // It is only shown, so that without it the undo goes on.
    if let Ok((owner, last_use)) = last_use {
        say_other_owner(&target, owner.as_ref());
        target.last_use = Some(last_use);
    }
    let targets = [target];
    set_status::show_targets(&targets, direction, &session_context);
    set_status::obtain_confirmation(&targets, direction, undo.consent, &mut interrupts).await?;
    let results = BatchReport::new(undo.format, change_context.clone());
    let works = BatchContext {
        writer,
        journal,
        change_context,
        caller: session_context.caller,
        limits: context.session_factory.limits(),
    };
    Ok(set_status::apply(&works, &session, &targets, direction, context, &interrupts, results)
        .await)
}

/// The change that is to be put back.
fn choose_entry(
    undo: &cli::UndoArgs,
    journal: &Journal,
    change_context: &ChangeContext,
    context: &CommandContext,
) -> Result<JournalEntry, Exit> {
    let found = changes::choose(journal, change_context, undo.id.as_deref());
    let found = found.map_err(|error| Exit::failed(&error.to_string()))?;
    found.map_err(|refusal| {
        let exit = report_refusal(&refusal);
        if context.global.demo {
            output::eprint_line("Each start of the demo has a fresh account: only u on its screen can put back what it changed.");
        }
        exit
    })
}

/// The key as IAM has it now, if it may be put back.
async fn read_target(
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
    let back =
        changes::check_undo(entry, current, to, at).map_err(|refusal| report_refusal(&refusal))?;
    let others = read.keys.iter().filter(|key| key.id != back.key);
    let target = ChangeTarget {
        others: others.map(|key| (key.id.clone(), key.status.clone())).collect(),
        lockout_risk: session_context.lockout_risk(&back.key, back.user.as_ref()),
        key: back.key,
        user: back.user,
        before: back.before,
        read: at,
        last_use: None,
        undoes: Some(back.undoes),
    };
    Ok((target, back.direction))
}

/// Says that IAM names another owner than the one whose list shows the key.
fn say_other_owner(target: &ChangeTarget, named: Option<&UserName>) {
    if let (Some(user), Some(named)) = (&target.user, named)
        && user != named
    {
        let key = &target.key;
        output::eprint_line(&format!(
            "IAM names {named} as the owner of {key}, and lists it for {user}, whose key is changed."
        ));
    }
}

fn report_refusal(refusal: &UndoRefusal) -> Exit {
    output::eprint_line(&refusal.to_string());
    match refusal {
        UndoRefusal::PriorStatusUnknown(_) => {
            output::eprint_line("Give it with --to Active or --to Inactive.");
            Exit::Usage
        }
        UndoRefusal::Ambiguous(..) => Exit::Usage,
        _ => Exit::Partial,
    }
}
