//! `keyflip journal`: prints the changes as a table, as JSON or as an incident
//! record. Only one change at a time is in memory, since a journal may be long.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;

use crate::changes::{
    self, ChangeOrigin, ChangeState, JOURNAL_TABLE_COLUMNS, Journal, JournalScan, Lookback,
    UnresolvedChanges, search_from_end,
};
use crate::cli::{self, JournalFormat};
use crate::commands::activity::record::{self, Extent, RecordQuery};
use crate::commands::activity::searchable_key_id;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::{Interrupts, block_on};
use crate::commands::messages;
use crate::commands::output;
use crate::commands::table::{Column, Widths};
use crate::commands::{CommandContext, open_session, recovery};
use crate::model::{AccountId, KeyId, escape_path};

/// The size of a part of the output, in bytes.
const OUTPUT_PART_BYTES: usize = 64 * 1024;

/// Runs the command.
pub(super) fn run(args: &cli::JournalArgs, context: &CommandContext) -> Result<Exit, CommandError> {
    let keys: Vec<_> =
        args.key_ids.iter().map(|text| searchable_key_id(text)).collect::<Result<_, _>>()?;
    if args.activity && args.format != JournalFormat::Markdown {
        return Err(CommandError::ActivityNeedsMarkdown);
    }
    let activity = args.activity.then(|| RecordQuery::parse(args, context)).transpose()?;
    let account = wanted_account(context)?;
    let journal = context.journal()?;
    open_session::warn_of_journal(&journal);
    let now = Timestamp::now();
    let (unresolved, mut scan) = UnresolvedChanges::scan(&journal, Lookback::All, now)?;
    let (has_open, in_flight) = open_changes(&unresolved, &mut scan, now)?;
    if let Some((until, decided_from)) = in_flight.filter(|_| !has_open) {
        output::eprint_line(&messages::in_flight_until(until, decided_from));
    }
    // The account of an earlier demo no longer exists.
    if has_open && !context.global.demo {
        match block_on(async |interrupts| Box::pin(recover(context, &journal, interrupts)).await) {
            Err(CommandError::Interrupted) => return Err(CommandError::Interrupted),
            // The journal shows the changes as unfinished.
            Err(error) => output::eprint_error(&error),
            Ok(()) => {}
        }
        scan = journal.scan(&mut |_, _| {})?;
    }
    let is_empty = scan.len() == 0;
    let unplaced = retain(&mut scan, &keys, account.as_ref())?;
    let now = Timestamp::now();
    let damage = scan.damage().sentence(journal.path().unwrap_or(Path::new("-")));
    let mut output = OutputBuffer(String::new());
    match args.format {
        JournalFormat::Table if scan.len() == 0 => {}
        JournalFormat::Table => table(&mut scan, now, &mut output)?,
        JournalFormat::Json => json(&mut scan, now, &mut output)?,
        JournalFormat::Markdown => {
            changes::entries_markdown(&mut scan, damage.as_deref(), now, |text| {
                output.write(text)
            })?;
        }
    }
    let mut extent = Extent::Complete;
    if let Some(query) = activity {
        output.end()?;
        let changed = if keys.is_empty() { changed_keys(&mut scan)? } else { Vec::new() };
        let keys = if keys.is_empty() { &changed } else { &keys };
        let sections = record::sections(keys, &query, context);
        output.write(&sections.text)?;
        extent = sections.extent;
    }
    output.end()?;
    if let Some(sentence) = messages::changes_without_account(unplaced) {
        output::eprint_line(&sentence);
    }
    if !is_empty && scan.len() == 0 && args.format == JournalFormat::Table {
        let sentence = messages::no_change_matches(!keys.is_empty(), account.as_ref());
        output::eprint_status(&sentence);
    } else if scan.len() == 0 && args.format == JournalFormat::Table {
        let path = journal.path().map(escape_path);
        let is_in_demo = has_demo_entries(context);
        output::eprint_status(&messages::journal_empty(path.as_deref(), is_in_demo));
    }
    if let Some(damage) = &damage {
        output::eprint_line(damage);
    }
    match extent {
        Extent::Interrupted => Err(CommandError::Interrupted),
        Extent::Complete if damage.is_none() => Ok(Exit::Done),
        Extent::Complete | Extent::Partial => Ok(Exit::Partial),
    }
}

/// Returns the account of `--account`. The journal has no names of accounts, and asks for none.
fn wanted_account(context: &CommandContext) -> Result<Option<AccountId>, CommandError> {
    let parse = |text: &String| {
        AccountId::parse(text).ok_or_else(|| CommandError::JournalNeedsAccountId(text.clone()))
    };
    context.global.account.as_ref().map(parse).transpose()
}

/// Keeps only the changes of these keys, if there are any, and of the account, if it is given.
/// Returns the number of changes of the keys whose account is not known.
fn retain(
    scan: &mut JournalScan,
    keys: &[KeyId],
    account: Option<&AccountId>,
) -> Result<usize, CommandError> {
    if !keys.is_empty() {
        scan.retain_keys(keys)?;
    }
    let mut unknown = 0;
    if let Some(account) = account {
        scan.retain(|intent| {
            let likely = intent.likely_account();
            unknown += usize::from(likely.is_none());
            likely.as_ref() == Some(account)
        })?;
    }
    Ok(unknown)
}

/// Returns whether a read may resolve one of the changes; and until when others may be in flight, and
/// from when on a read decides what they did.
fn open_changes(
    unresolved: &UnresolvedChanges,
    scan: &mut JournalScan,
    now: Timestamp,
) -> Result<(bool, Option<(Timestamp, Timestamp)>), CommandError> {
    let (mut has_readable, mut in_flight) = (false, None);
    for entry in unresolved.entries(scan) {
        let entry = entry?;
        match entry.change_state(now) {
            // Those that have ended have no final outcome.
            ChangeState::Unfinished | ChangeState::Ended(_) => has_readable = true,
            ChangeState::InFlight => {
                let ends = (entry.intent.effective_deadline(), entry.shown_from());
                in_flight = in_flight.max(Some(ends));
            }
        }
    }
    Ok((has_readable, in_flight))
}

/// Returns the keys of all changes, each once.
fn changed_keys(scan: &mut JournalScan) -> Result<Vec<KeyId>, CommandError> {
    let (mut keys, mut known) = (Vec::new(), HashSet::new());
    for entry in scan.entries() {
        let key = entry?.intent.key;
        if known.insert(key.clone()) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Buffers standard output, which is written in parts.
struct OutputBuffer(String);

impl OutputBuffer {
    fn write(&mut self, text: &str) -> Result<(), CommandError> {
        self.0.push_str(text);
        if self.0.len() < OUTPUT_PART_BYTES { Ok(()) } else { self.end() }
    }

    fn end(&mut self) -> Result<(), CommandError> {
        output::write(&std::mem::take(&mut self.0))
    }
}

fn table(
    scan: &mut JournalScan,
    now: Timestamp,
    output: &mut OutputBuffer,
) -> Result<(), CommandError> {
    let columns = table_columns();
    let mut widths = Widths::for_columns(&columns);
    for entry in scan.entries() {
        widths.fit(&changes::table_row(&entry?, now));
    }
    let layout = widths.layout(output::terminal_columns());
    output.write(&layout.header())?;
    for entry in scan.entries() {
        let row = changes::table_row(&entry?, now);
        output.write(&layout.line(&row))?;
    }
    Ok(())
}

/// Returns the columns of the table. The account is never cut, and is left out last, since it may
/// say NOT AWS.
fn table_columns() -> [Column; JOURNAL_TABLE_COLUMNS.len()] {
    let [time, id, account, user, key, change, outcome, os_user, caller, reason] =
        JOURNAL_TABLE_COLUMNS;
    [
        Column::whole(time).expendable(3),
        Column::whole(id).expendable(4),
        Column::whole(account).expendable(1),
        Column::cut_to(user, 8).expendable(2),
        Column::whole(key),
        Column::whole(change),
        Column::cut_to(outcome, 8),
        Column::cut_to(os_user, 8).expendable(5),
        Column::cut_to(caller, 24).expendable(7),
        Column::cut_to(reason, 12).expendable(6),
    ]
}

/// Writes one array, indented as by [`output::pretty_json`].
fn json(
    scan: &mut JournalScan,
    now: Timestamp,
    output: &mut OutputBuffer,
) -> Result<(), CommandError> {
    let mut before = "[\n  ";
    for entry in scan.entries() {
        let value = changes::entry_json(&entry?, now).map_err(CommandError::JournalJson)?;
        output.write(before)?;
        output.write(&output::pretty_json(&value).trim_end().replace('\n', "\n  "))?;
        before = ",\n  ";
    }
    output.write(if scan.len() == 0 { "[]\n" } else { "\n]\n" })
}

/// Returns whether the demo's journal, if it is another one, has entries.
fn has_demo_entries(context: &CommandContext) -> bool {
    let has_entries = |path| {
        let journal = Journal::file(path);
        search_from_end(0, |bytes| {
            let scan = journal.scan_end(bytes, &mut |_, _| {})?;
            Ok((scan.len() > 0 || scan.is_complete()).then_some(scan.len() > 0))
        })
    };
    let path = Journal::demo_path();
    !context.global.demo && path.is_ok_and(|path| has_entries(path).unwrap_or_default())
}

/// Resolves the unfinished changes in the account of the session.
async fn recover(
    context: &CommandContext,
    journal: &Journal,
    mut interrupts: Interrupts,
) -> Result<(), CommandError> {
    let mut asking = interrupts.clone();
    let recovery_run = async {
        let opened = open_session::open(context, &mut asking).await?;
        let session_context = open_session::identify(context, &opened, &mut asking).await?;
        recovery::recover_unfinished(
            &opened.session,
            journal,
            &ChangeOrigin::from(&session_context),
            recovery::FOR_JOURNAL,
        )
        .await;
        Ok(())
    };
    interrupts.race(Box::pin(recovery_run)).await?
}
