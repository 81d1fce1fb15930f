//! The activity of keys as sections of an incident record.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::DEFAULT_MAX_EVENTS;
use crate::commands::activity::read::read;
use crate::commands::activity::window::Window;
use crate::commands::error::CommandError;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::key_accounts::{KeyAccount, KeyAccounts};
use crate::commands::messages::activity as sentences;
use crate::commands::reach::CommandReach;
use crate::commands::{CommandContext, open_session, output};
use crate::model::KeyId;
use crate::ops::activity::{ActivityQuery, QueryRegions, activity_markdown, query_regions};

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

/// Sections of a record with the activity of keys.
pub(in crate::commands) struct Sections {
    /// The sections, each after an empty line.
    pub(in crate::commands) text: String,
    /// How much was read.
    pub(in crate::commands) extent: Extent,
}

/// How much was read of what the sections are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::commands) enum Extent {
    /// Everything.
    Complete,
    /// A part, or nothing; the text says what is missing.
    Partial,
    /// What came before an interrupt; the text says what is missing.
    Interrupted,
}

impl Sections {
    fn new() -> Self {
        Self { text: String::new(), extent: Extent::Complete }
    }

    fn push(&mut self, section: &str, extent: Extent) {
        self.text.push('\n');
        self.text.push_str(section);
        self.extent = self.extent.max(extent);
    }
}

/// Returns sections with the activity of the keys in the account of the session. A failure or an
/// interrupt becomes a section, since the changes are worth printing without.
pub(in crate::commands) fn sections(
    keys: &[KeyId],
    window: &Window,
    context: &CommandContext,
) -> Sections {
    let mut sections = Sections::new();
    if keys.is_empty() {
        return sections;
    }
    if keys.len() > MAX_KEYS {
        let sentence = sentences::too_many_keys(keys.len(), MAX_KEYS);
        output::eprint_line(&sentence);
        sections.push(&sentences::not_read_section(&sentence), Extent::Partial);
        return sections;
    }
    let work = async |mut interrupts| {
        let sections = &mut sections;
        Box::pin(read_sections(keys.to_vec(), window, context, &mut interrupts, sections)).await
    };
    match block_on(work) {
        Ok(()) => {}
        Err(CommandError::Interrupted) => {
            for key in keys {
                push_unread(&mut sections, key, sentences::STOPPED, Extent::Interrupted);
            }
        }
        Err(error) => {
            output::eprint_error(&error);
            sections.push(&sentences::not_read_section(&error.to_string()), Extent::Partial);
        }
    }
    sections
}

/// Reads the activity of one key after the other.
///
/// # Errors
/// Returns an error if nothing could be read, or after an interrupt before the first key.
async fn read_sections(
    keys: Vec<KeyId>,
    window: &Window,
    context: &CommandContext,
    interrupts: &mut Interrupts,
    sections: &mut Sections,
) -> Result<(), CommandError> {
    let opened = open_session::open(context, interrupts).await?;
    let session_context = open_session::identify(context, &opened, interrupts).await?;
    let history = opened.session.event_history().map_err(CommandError::Service)?;
    let label: Arc<str> = open_session::context_label(&session_context).into();
    let reach = CommandReach::load(context, interrupts).await?;
    let located =
        async { KeyAccounts::new(context, &reach, &opened).await.accounts_of(keys).await };
    let located = interrupts.race(Box::pin(located)).await?;
    let chosen = context.session_factory.activity_settings().regions;
    for (key, account) in located {
        if let Some(KeyAccount::Other(account)) = account {
            let why = sentences::not_read_of_other(&key, &account);
            push_unread(sections, &key, &why, Extent::Partial);
            continue;
        }
        let regions = query_regions(&opened.session, &key, None, &chosen);
        let Ok(QueryRegions { regions, notes }) = interrupts.race(Box::pin(regions)).await else {
            push_unread(sections, &key, sentences::STOPPED, Extent::Interrupted);
            continue;
        };
        for note in &notes {
            output::eprint_line(note);
        }
        let Window { since, until, ends_now, .. } = *window;
        let query = ActivityQuery {
            account: Arc::clone(&label),
            notes,
            key,
            since,
            until,
            ends_now,
            regions,
            max_events: DEFAULT_MAX_EVENTS,
        };
        let (activity, is_interrupted) = read(&history, query, interrupts).await;
        let extent = match is_interrupted {
            true => Extent::Interrupted,
            false if activity.is_complete() => Extent::Complete,
            false => Extent::Partial,
        };
        sections.push(&activity_markdown(&activity, LEVEL, Timestamp::now()), extent);
    }
    Ok(())
}

/// Adds a section on a key whose activity was not read.
fn push_unread(sections: &mut Sections, key: &KeyId, why: &str, extent: Extent) {
    sections.push(&sentences::unread_section(key, why), extent);
}
