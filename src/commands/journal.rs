//! `keyflip journal`: what was changed, as a table, as JSON, or as an
//! incident record.

use std::path::Path;

use jiff::Timestamp;

use crate::changes::{self, COLUMNS, History, Journal, Site, Standing};
use crate::cli::{self, JournalFormat};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::out::{self, Exit};
use crate::commands::{Context, place, recover, table};

/// Runs the command.
pub(super) fn run(journal: &cli::Journal, context: &Context) -> Exit {
    show(journal.format, context).unwrap_or_else(|exit| exit)
}

fn show(format: JournalFormat, context: &Context) -> Result<Exit, Exit> {
    let failed = |error: changes::JournalError| Exit::failed(&error.to_string());
    let journal = context.journal().map_err(failed)?;
    let mut history = journal.read().map_err(failed)?;
    // The account of an earlier demo is gone: nobody can be asked.
    if has_open(&history) && !context.global.demo {
        let ended = block_on(async |interrupts| Box::pin(settle(context, &journal, interrupts)).await);
        if ended == Exit::Interrupted {
            return Err(ended);
        }
        history = journal.read().map_err(failed)?;
    }
    let now = Timestamp::now();
    let damage = history.damage.sentence(journal.path().unwrap_or(Path::new("-")));
    let text = match format {
        JournalFormat::Table if history.entries.is_empty() => String::new(),
        JournalFormat::Table => table::aligned(COLUMNS, &changes::rows(&history.entries, now)),
        JournalFormat::Json => {
            let value = changes::json(&history.entries, now);
            out::json(&value.map_err(|error| Exit::failed(&format!("The journal can't be told as JSON: {error}.")))?)
        }
        JournalFormat::Markdown => changes::markdown(&history.entries, damage.as_deref(), now),
    };
    out::write(&text)?;
    if history.entries.is_empty() && format == JournalFormat::Table {
        out::say(&format!("The journal{} holds no change.{}", named(&journal), demo(context)));
    }
    match damage {
        Some(damage) => {
            out::say(&damage);
            Ok(Exit::Partly)
        }
        None => Ok(Exit::Done),
    }
}

fn named(journal: &Journal) -> String {
    journal.path().map(|path| format!(" {}", crate::model::visible(&path.to_string_lossy()))).unwrap_or_default()
}

/// Where to look for what was changed in the demo, if that is what is missed.
fn demo(context: &Context) -> &'static str {
    let entries = || Some(Journal::file(Journal::demo_path().ok()?).read().ok()?.entries);
    if !context.global.demo && entries().is_some_and(|entries| !entries.is_empty()) {
        " What was changed in the demo is shown by keyflip --demo journal."
    } else {
        ""
    }
}

fn has_open(history: &History) -> bool {
    let now = Timestamp::now();
    history.entries.iter().any(|entry| entry.standing(now) == Standing::Open)
}

/// Settles what is open in the account at hand. Without a session the journal
/// is shown as it is, and says what is open.
async fn settle(context: &Context, journal: &Journal, mut interrupts: Interrupts) -> Exit {
    let mut asking = interrupts.clone();
    let settled = async {
        let session = place::open(context).await?;
        let place = place::identify(context, &session, &mut asking).await?;
        recover::settle(&session, journal, &Site::from(&place), recover::FOR_THE_RECORD).await;
        Ok(())
    };
    match interrupts.or(Box::pin(settled)).await {
        Ok(Ok(())) => Exit::Done,
        Ok(Err(exit)) | Err(exit) => exit,
    }
}
