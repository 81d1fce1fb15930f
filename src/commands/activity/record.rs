//! The activity of keys as sections of an incident record.

use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::{DEFAULT_MAX_EVENTS, JournalArgs};
use crate::commands::activity::account::AccountOpener;
use crate::commands::activity::read::read;
use crate::commands::activity::regions::regions;
use crate::commands::activity::window::Window;
use crate::commands::error::CommandError;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages::activity as sentences;
use crate::commands::{CommandContext, open_session, output};
use crate::model::{ActivityRegions, KeyId};
use crate::ops::activity::{ActivityQuery, QueryRegions, activity_markdown, query_regions};
use crate::ops::reach::OpenedAccount;

/// Number of keys whose activity is read at most.
const MAX_KEYS: usize = 20;

/// Level of the headings.
const LEVEL: usize = 2;

/// What is read for a record.
pub(in crate::commands) struct RecordQuery {
    window: Window,
    regions: ActivityRegions,
    any_account: bool,
}

impl RecordQuery {
    /// Parses the options. The window ends now.
    ///
    /// # Errors
    /// Returns an error if the start of the window is no time, or not before now, or for a name
    /// that cannot be that of a Region.
    pub(in crate::commands) fn parse(
        args: &JournalArgs,
        context: &CommandContext,
    ) -> Result<Self, CommandError> {
        let window = Window::parse(args.since.as_deref(), None, Timestamp::now())?;
        let regions = regions(args.regions.as_deref(), context)?;
        if window.is_cut {
            output::eprint_line(sentences::SINCE_IS_BEYOND_HISTORY);
        }
        Ok(Self { window, regions, any_account: args.any_account })
    }
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

    /// Adds a section on each key whose activity could not be read, and prints why.
    fn push_unread(&mut self, keys: &[KeyId], why: &str) {
        for key in keys {
            output::eprint_line(&sentences::unread(key, why));
            self.push(&sentences::unread_section(key, why), Extent::Partial);
        }
    }

    /// Adds a section on each key that was not reached before an interrupt.
    fn push_stopped(&mut self, keys: &[KeyId]) {
        for key in keys {
            self.push(&sentences::unread_section(key, sentences::STOPPED), Extent::Interrupted);
        }
    }
}

/// Returns sections with the activity of the keys, by account. A failure or an interrupt becomes a
/// section, since the changes are worth printing without. A failure is printed on standard error,
/// too.
pub(in crate::commands) fn sections(
    keys: &[KeyId],
    query: &RecordQuery,
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
        Box::pin(read_sections(keys.to_vec(), query, context, &mut interrupts, sections)).await
    };
    match block_on(work) {
        Ok(()) => {}
        Err(CommandError::Interrupted) => sections.push_stopped(keys),
        Err(error) => {
            output::eprint_error(&error);
            sections.push(&sentences::not_read_section(&error.to_string()), Extent::Partial);
        }
    }
    sections
}

/// Reads the activity of one account after the other.
///
/// # Errors
/// Returns an error if nothing could be read, or after an interrupt before the first key.
async fn read_sections(
    keys: Vec<KeyId>,
    query: &RecordQuery,
    context: &CommandContext,
    interrupts: &mut Interrupts,
    sections: &mut Sections,
) -> Result<(), CommandError> {
    let opener = AccountOpener::load(query.any_account, context, interrupts).await?;
    for (account, keys) in opener.group(keys, interrupts).await? {
        let Some(first) = keys.first() else { continue };
        match opener.open(first, account, interrupts).await {
            Ok(opened) => read_account(&keys, &opened, query, interrupts, sections).await,
            Err(CommandError::Interrupted) => sections.push_stopped(&keys),
            Err(CommandError::ActivityElsewhere { account, .. }) => {
                sections.push_unread(&keys, &sentences::not_read_of_other(&account));
            }
            Err(error) => sections.push_unread(&keys, &error.to_string()),
        }
    }
    Ok(())
}

/// Reads the activity of keys of one account, one after the other.
async fn read_account(
    keys: &[KeyId],
    opened: &OpenedAccount,
    query: &RecordQuery,
    interrupts: &mut Interrupts,
    sections: &mut Sections,
) {
    let history = match opened.session.event_history() {
        Ok(history) => history,
        Err(error) => return sections.push_unread(keys, &error.to_string()),
    };
    let label: Arc<str> = open_session::context_label(&opened.session_context).into();
    for key in keys {
        let regions = query_regions(&opened.session, key, None, &query.regions);
        let Ok(QueryRegions { regions, notes }) = interrupts.race(Box::pin(regions)).await else {
            sections.push_stopped(std::slice::from_ref(key));
            continue;
        };
        for note in &notes {
            output::eprint_line(note);
        }
        let Window { since, until, ends_now, .. } = query.window;
        let query = ActivityQuery {
            account: Arc::clone(&label),
            notes,
            key: key.clone(),
            since,
            until,
            ends_now,
            regions,
            max_events: DEFAULT_MAX_EVENTS,
            keeps_all_records: false,
        };
        let (activity, is_interrupted) = read(&history, query, interrupts).await;
        let extent = match is_interrupted {
            true => Extent::Interrupted,
            false if activity.is_complete() => Extent::Complete,
            false => Extent::Partial,
        };
        if extent == Extent::Partial {
            output::eprint_line(&sentences::partly_read(key, &activity.gaps()));
        }
        sections.push(&activity_markdown(&activity, LEVEL, Timestamp::now()), extent);
    }
}
