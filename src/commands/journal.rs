//! `keyflip journal`: what was changed, as a table, as JSON, or as an
//! incident record. However long the journal is, one change of it is in
//! memory at a time.

use std::path::Path;

use jiff::Timestamp;

use crate::changes::{
    self, ChangeContext, ChangeState, Journal, JournalError, JournalScan, TABLE_COLUMNS, Unsettled,
};
use crate::cli::{self, JournalFormat};
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::output;
use crate::commands::output::Exit;
use crate::commands::table::Widths;
use crate::commands::{CommandContext, open_session, settle_open_changes};

/// Output is written in parts of this size, in bytes.
const PART_SIZE: usize = 64 * 1024;

/// Runs the command.
pub(super) fn run(journal: &cli::JournalArgs, context: &CommandContext) -> Exit {
    show(journal.format, context).unwrap_or_else(|End(exit)| exit)
}

/// How the command ends early.
struct End(Exit);

impl From<JournalError> for End {
    fn from(error: JournalError) -> Self {
        Self(Exit::failed(&error.to_string()))
    }
}

fn show(format: JournalFormat, context: &CommandContext) -> Result<Exit, End> {
    let journal = context.journal()?;
    open_session::warn_of_journal(&journal);
    let (unsettled, mut scan) = Unsettled::scan(&journal)?;
    let now = Timestamp::now();
    let has_open = unsettled
        .entries(&mut scan)?
        .iter()
        .any(|entry| entry.change_state(now) == ChangeState::Unfinished);
    // The account of an earlier demo is gone: nobody can be asked.
    if has_open && !context.global.demo {
        let ended =
            block_on(async |interrupts| Box::pin(settle(context, &journal, interrupts)).await);
        if ended == Exit::Interrupted {
            return Err(End(ended));
        }
        scan = journal.scan(&mut |_, _| {})?;
    }
    let now = Timestamp::now();
    let damage = scan.damage().sentence(journal.path().unwrap_or(Path::new("-")));
    let mut output = Output(String::new());
    match format {
        JournalFormat::Table if scan.len() == 0 => {}
        JournalFormat::Table => table(&mut scan, now, &mut output)?,
        JournalFormat::Json => json(&mut scan, now, &mut output)?,
        JournalFormat::Markdown => {
            changes::entries_markdown(&mut scan, damage.as_deref(), now, |text| {
                output.write(text)
            })?;
        }
    }
    output.end()?;
    if scan.len() == 0 && format == JournalFormat::Table {
        output::eprint_line(&format!(
            "The journal{} holds no change.{}",
            journal_name(&journal),
            demo_note(context)
        ));
    }
    match damage {
        Some(damage) => {
            output::eprint_line(&damage);
            Ok(Exit::Partial)
        }
        None => Ok(Exit::Done),
    }
}

/// Standard output, written part by part.
struct Output(String);

impl Output {
    fn write(&mut self, text: &str) -> Result<(), End> {
        self.0.push_str(text);
        if self.0.len() < PART_SIZE { Ok(()) } else { self.end() }
    }

    fn end(&mut self) -> Result<(), End> {
        output::write(&std::mem::take(&mut self.0)).map_err(End)
    }
}

fn table(scan: &mut JournalScan, now: Timestamp, output: &mut Output) -> Result<(), End> {
    let mut widths = Widths::of(TABLE_COLUMNS);
    for entry in scan.entries() {
        widths.fit(&changes::table_row(&entry?, now));
    }
    output.write(&widths.line(&TABLE_COLUMNS))?;
    for entry in scan.entries() {
        let row = changes::table_row(&entry?, now);
        output.write(&widths.line(&row.each_ref().map(String::as_str)))?;
    }
    Ok(())
}

/// One array, indented as [`output::pretty_json`] indents.
fn json(scan: &mut JournalScan, now: Timestamp, output: &mut Output) -> Result<(), End> {
    let mut before = "[\n  ";
    for entry in scan.entries() {
        let value = changes::entries_json(&entry?, now);
        let value = value.map_err(|error| {
            End(Exit::failed(&format!("The journal can't be told as JSON: {error}.")))
        })?;
        output.write(before)?;
        output.write(&output::pretty_json(&value).trim_end().replace('\n', "\n  "))?;
        before = ",\n  ";
    }
    output.write(if scan.len() == 0 { "[]\n" } else { "\n]\n" })
}

fn journal_name(journal: &Journal) -> String {
    journal
        .path()
        .map(|path| format!(" {}", crate::model::escape_hidden(&path.to_string_lossy())))
        .unwrap_or_default()
}

/// Where to look for what was changed in the demo, if that is what is missed.
fn demo_note(context: &CommandContext) -> &'static str {
    let changes =
        || Some(Journal::file(Journal::demo_path().ok()?).scan(&mut |_, _| {}).ok()?.len());
    if !context.global.demo && changes().is_some_and(|changes| changes > 0) {
        " What was changed in the demo is shown by keyflip --demo journal."
    } else {
        ""
    }
}

/// Settles what is open in the account at hand. Without a session the journal
/// is shown as it is, and says what is open.
async fn settle(context: &CommandContext, journal: &Journal, mut interrupts: Interrupts) -> Exit {
    let mut asking = interrupts.clone();
    let settled = async {
        let session = open_session::open(context).await?;
        let session_context = open_session::identify(context, &session, &mut asking).await?;
        settle_open_changes::settle(
            &session,
            journal,
            &ChangeContext::from(&session_context),
            settle_open_changes::TIMEOUT_FOR_JOURNAL,
        )
        .await;
        Ok(())
    };
    match interrupts.race(Box::pin(settled)).await {
        Ok(Ok(())) => Exit::Done,
        Ok(Err(exit)) | Err(exit) => exit,
    }
}
