//! The activity of keys as sections of an incident record.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;

use crate::commands::activity::read::read;
use crate::commands::activity::window::Window;
use crate::commands::error::CommandError;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::key_accounts::{KeyAccount, KeyAccounts};
use crate::commands::messages::activity as sentences;
use crate::commands::reach::CommandReach;
use crate::commands::{CommandContext, open_session, output};
use crate::model::{KeyId, escape_markdown};
use crate::ops::activity::{
    ActivityQuery, DEFAULT_MAX_EVENTS, QueryRegions, activity_markdown, query_regions,
};

/// Number of keys whose activity is read at most.
const MAX_KEYS: usize = 20;

/// Level of the headings.
const LEVEL: usize = 2;

/// Parses the start of the window. The end is now.
///
/// # Errors
/// Returns an error if it is no time, or not before now.
pub(in crate::commands) fn window(since: Option<&str>) -> Result<Window, CommandError> {
    let window = Window::parse(since, None, Timestamp::now())?;
    if window.is_cut {
        output::eprint_line(sentences::SINCE_IS_BEYOND_HISTORY);
    }
    Ok(window)
}

/// Returns sections with the activity of the keys in the account of the session, and whether all
/// were read to the end. A failure becomes a section, since the changes are worth printing without.
///
/// # Errors
/// Returns an error after an interrupt.
pub(in crate::commands) fn sections(
    keys: Vec<KeyId>,
    window: &Window,
    context: &CommandContext,
) -> Result<(String, bool), CommandError> {
    if keys.is_empty() {
        return Ok((String::new(), true));
    }
    if keys.len() > MAX_KEYS {
        let sentence = sentences::too_many_keys(keys.len(), MAX_KEYS);
        output::eprint_line(&sentence);
        return Ok((sentences::not_read_section(&sentence), false));
    }
    let work = async |mut interrupts| {
        Box::pin(read_sections(keys, window, context, &mut interrupts)).await
    };
    match block_on(work) {
        Err(CommandError::Interrupted) => Err(CommandError::Interrupted),
        Err(error) => {
            output::eprint_error(&error);
            Ok((sentences::not_read_section(&error.to_string()), false))
        }
        read => read,
    }
}

async fn read_sections(
    keys: Vec<KeyId>,
    window: &Window,
    context: &CommandContext,
    interrupts: &mut Interrupts,
) -> Result<(String, bool), CommandError> {
    let opened = open_session::open(context, interrupts).await?;
    let session_context = open_session::identify(context, &opened, interrupts).await?;
    let label: Arc<str> = open_session::context_label(&session_context).into();
    let reach = CommandReach::load(context, interrupts).await?;
    let located =
        async { KeyAccounts::new(context, &reach, &opened).await.accounts_of(keys).await };
    let located = interrupts.race(Box::pin(located)).await?;
    let chosen = context.session_factory.activity_settings().regions;
    let (mut text, mut is_complete) = (String::new(), true);
    for (key, account) in located {
        text.push('\n');
        if let Some(KeyAccount::Other(account)) = account {
            let sentence = sentences::not_read_of_other(&key, &account);
            let _ = writeln!(text, "## Activity of `{key}`\n\n{}", escape_markdown(&sentence));
            is_complete = false;
            continue;
        }
        let regions = query_regions(&opened.session, &key, None, &chosen);
        let regions = interrupts.race(Box::pin(regions)).await?;
        let QueryRegions { regions, notes } = regions;
        for note in &notes {
            output::eprint_line(note);
        }
        let (since, until) = (window.since, window.until);
        let query = ActivityQuery {
            account: Arc::clone(&label),
            notes,
            key,
            since,
            until,
            regions,
            max_events: DEFAULT_MAX_EVENTS,
        };
        let (activity, is_interrupted) = read(&opened.session, query, interrupts).await;
        if is_interrupted {
            return Err(CommandError::Interrupted);
        }
        is_complete &= activity.is_complete();
        text.push_str(&activity_markdown(&activity, LEVEL, Timestamp::now()));
    }
    Ok((text, is_complete))
}
