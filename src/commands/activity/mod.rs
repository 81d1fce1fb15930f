//! `keyflip activity`: what a key has done, from CloudTrail's event history.

mod account;
mod print;
mod read;
pub(super) mod record;
mod regions;
mod summary;
mod window;

use jiff::Timestamp;

use crate::cli;
use crate::commands::CommandContext;
use crate::commands::activity::account::AccountOpener;
use crate::commands::activity::read::read;
use crate::commands::activity::regions::regions;
use crate::commands::activity::window::Window;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::key_accounts::KeyAccount;
use crate::commands::messages::activity as sentences;
use crate::commands::typed_key_id::typed_key_id;
use crate::commands::{open_session, output};
use crate::model::{ActivityRegions, KeyId, ServiceError, hide_secret_key};
use crate::ops::activity::{ActivityQuery, QueryRegions, query_regions};

/// Runs the command.
pub(super) fn run(
    args: &cli::ActivityArgs,
    context: &CommandContext,
) -> Result<Exit, CommandError> {
    let key = searchable_key_id(&args.key_id)?;
    let window = Window::parse(args.since.as_deref(), args.until.as_deref(), Timestamp::now())?;
    let regions = regions(args.regions.as_deref(), context)?;
    if window.is_cut {
        output::eprint_line(sentences::SINCE_IS_BEYOND_HISTORY);
    }
    let work = async |interrupts| {
        Box::pin(read_and_print(args, key, &window, &regions, context, interrupts)).await
    };
    block_on(work)
}

/// Parses the ID of a key to look for in CloudTrail or in the journal, and warns of a length that
/// no ID of AWS has: neither says that there is no such key.
///
/// # Errors
/// Returns an error if the text is no such ID.
pub(super) fn searchable_key_id(text: &str) -> Result<KeyId, CommandError> {
    let key = typed_key_id(text)
        .map_err(|reason| CommandError::InvalidKeyId(hide_secret_key(text).into_owned(), reason))?;
    if let Some(warning) = key.length_warning() {
        output::eprint_line(&sentences::unusual_id(&key, &warning));
    }
    Ok(key)
}

async fn read_and_print(
    args: &cli::ActivityArgs,
    key: KeyId,
    window: &Window,
    regions: &ActivityRegions,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opener = AccountOpener::load(args.any_account, context, &mut interrupts).await?;
    let located = opener.group(vec![key.clone()], &mut interrupts).await?.into_iter().next();
    let account = located.map_or(KeyAccount::OfSession, |(account, _)| account);
    let opened = opener.open(&key, account, &mut interrupts).await?;
    let label = open_session::context_label(&opened.session_context);
    let history = opened.session.event_history().map_err(CommandError::Service)?;
    output::eprint_status(&sentences::reading(&key, &label));
    let regions = query_regions(&opened.session, &key, None, regions);
    let regions = interrupts.race(regions).await?;
    let QueryRegions { regions, notes } = regions;
    for note in &notes {
        output::eprint_line(note);
    }
    let query = ActivityQuery {
        account: label.as_str().into(),
        notes,
        regions,
        key,
        since: window.since,
        until: window.until,
        ends_now: window.ends_now,
        max_events: args.max_events,
        keeps_all_records: args.format.has_records(),
    };
    let (activity, is_interrupted) = read(&history, query, &mut interrupts).await;
    let refusal = activity.refusal();
    if refusal.is_none() || args.format != cli::ActivityFormat::Table {
        print::print(&activity, &label, args.format, Timestamp::now())?;
    }
    match refusal {
        _ if is_interrupted => Err(CommandError::Interrupted),
        Some(error) => Err(CommandError::Service(ServiceError::clone(error))),
        None if !activity.is_complete() => Ok(Exit::Partial),
        None => Ok(Exit::Done),
    }
}
