//! `keyflip deactivate` and `keyflip activate`. At most four round trips in
//! sequence: the caller and the owners, the owners' keys, the change, the
//! verification.

mod any_account;
mod apply;
mod batch;
mod confirm;
mod key_result;
mod report;
mod tally;
mod target;

use std::io::{self, Read as _};

use crate::changes::ChangeOrigin;
use crate::cli;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::read_retry::ReadRetry;
use crate::commands::running_changes::report_interrupt;
use crate::commands::typed_key_id::{TargetError, typed_key_id};
use crate::commands::{CommandContext, open_session, reach, recovery};
use crate::model::{Direction, KeyId, KeyKind, decode_text, hide_secret_key};

use apply::{add_targets, confirm_and_apply};
pub(super) use apply::{apply, name_other_routes, require_writer};
pub(super) use batch::{AccountBatch, ChangeSettings, run_one};
pub(super) use confirm::{can_confirm, obtain_confirmation, show_targets};
pub(super) use key_result::{KeyOutcome, KeyResult};
pub(super) use report::{BatchReport, ReportAccount};
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
        if args.any_account.any_account {
            let work = any_account::set_status(args, direction, keys, context, interrupts);
            return Box::pin(work).await;
        }
        Box::pin(set_status(args, direction, keys, context, interrupts)).await
    })
    .inspect_err(report_interrupt)
}

/// Parses the key IDs: the words, and for `-` the lines of standard input.
/// Leaves out duplicates.
///
/// # Errors
/// Returns an error if a text is not the ID of a long-term key, or there is none.
fn key_ids(words: &[String]) -> Result<Vec<KeyId>, CommandError> {
    let mut keys = Vec::new();
    let mut take = |text: &str, line: Option<usize>| -> Result<(), CommandError> {
        let key = changeable_key_id(text).map_err(|reason| {
            let text = hide_secret_key(text).into_owned();
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
fn changeable_key_id(text: &str) -> Result<KeyId, TargetError> {
    let key = typed_key_id(text)?;
    if key.kind() == KeyKind::Temporary { Err(TargetError::Temporary) } else { Ok(key) }
}

async fn set_status(
    args: &cli::SetStatusArgs,
    direction: Direction,
    keys: Vec<KeyId>,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    let writer = require_writer(&opened.session)?;
    let (asking, retry) = (interrupts.clone(), ReadRetry::new());
    let read = async || target::read_owners(&writer, &keys, &retry).await;
    let (session_context, owners) =
        open_session::identify_and_read(context, &opened, &mut interrupts, &retry, read).await?;
    let session = opened.session;
    let mut account = AccountBatch::new(&session, session_context)?;
    let journal = context.journal()?;
    open_session::warn_of_journal(&journal);
    let change_origin = ChangeOrigin::from(&account.session_context);
    let recovery_run =
        recovery::recover_unfinished(&session, &journal, &change_origin, recovery::BEFORE_CHANGE);
    let names = async |accounts| reach::account_names(context, &asking, accounts).await;
    let shown = &account.session_context;
    let found = target::read_targets(&session, &writer, shown, owners, &retry, names);
    let ((), targets) =
        interrupts.race(Box::pin(async { tokio::join!(recovery_run, found) })).await?;
    let mut results = BatchReport::new(args.format);
    add_targets(&mut account, targets, direction, &journal, &mut results);
    confirm_and_apply(vec![account], args, direction, journal, context, interrupts, results).await
}
