//! `keyflip plan status`: prints what became of each key of a plan, by the journal and IAM.

use std::collections::{HashMap, HashSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::cli::PlanFormat;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::plan as messages;
use crate::commands::plan::reading::{PlanAccount, read_key};
use crate::commands::plan::show::push_markdown;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, output, table};
use crate::model::{KeyId, KeyStatus, LastUse, csv_line, format_date_time};
use crate::ops::aws_format::{iso_time, last_use_json};
use crate::ops::plan::{AppliedState, KeyReading, Plan, PlanRules, PlannedKey};

/// The number of keys that are read at once.
const MAX_CONCURRENT_READS: usize = 8;

/// The columns of the output.
const STATUS_COLUMNS: [&str; 6] =
    ["UserName", "AccessKeyId", "State", "Status", "LastUsedDate", "Detail"];

/// What became of a key.
struct KeyState<'a> {
    entry: &'a PlannedKey,
    /// The state in one or two words.
    label: &'static str,
    /// The state in words; empty for a key that is still to be changed.
    detail: String,
    status: Option<KeyStatus>,
    last_use: Option<LastUse>,
}

/// Prints the state of each key, and the counts on standard error.
///
/// # Errors
/// Returns an error if the session is in another account, or the journal cannot be read.
pub(super) async fn print_status(
    plan: &Plan,
    format: PlanFormat,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    let account = PlanAccount::identify(plan, context, &opened, &mut interrupts).await?;
    let (reader, retry) = (opened.session.screen_reader(), ReadRetry::new());
    let reads = stream::iter(&plan.keys)
        .map(|entry| read_key(entry, &reader, &retry))
        .buffered(MAX_CONCURRENT_READS)
        .collect::<Vec<_>>();
    let readings = interrupts.race(Box::pin(reads)).await?;
    let rules = PlanRules { plan, keep_used_within: SignedDuration::ZERO, now: Timestamp::now() };
    let rows: Vec<_> = plan
        .keys
        .iter()
        .zip(&readings)
        .map(|(entry, reading)| {
            key_state(&rules, entry, reading, account.states.get(&entry.key).copied())
        })
        .collect();
    output::print(&formatted(&rows, format))?;
    let mut counts: HashMap<&'static str, usize> = HashMap::new();
    for row in &rows {
        *counts.entry(row.label).or_default() += 1;
    }
    output::eprint_line(&messages::status_counts(plan, counts));
    let is_unread = rows.iter().any(|row| row.label == "not read");
    Ok(if is_unread { Exit::Partial } else { Exit::Done })
}

fn key_state<'a>(
    rules: &PlanRules<'_>,
    entry: &'a PlannedKey,
    reading: &KeyReading,
    state: Option<AppliedState>,
) -> KeyState<'a> {
    let status = reading.status_of(&entry.key).cloned();
    let by_journal = state.and_then(|state| state.skip_reason(status.as_ref()));
    let taken: HashSet<KeyId> = HashSet::new();
    let skip = by_journal.or_else(|| rules.check(entry, reading, &taken).err());
    KeyState {
        entry,
        label: skip.as_ref().map_or("open", |skip| skip.label()),
        detail: skip.map(|skip| skip.to_string()).unwrap_or_default(),
        status,
        last_use: reading.last_use.as_ref().ok().map(|(_, last_use)| last_use.clone()),
    }
}

fn formatted(rows: &[KeyState<'_>], format: PlanFormat) -> String {
    let cells: Vec<_> = rows.iter().map(cells).collect();
    match format {
        PlanFormat::Table => table::aligned(STATUS_COLUMNS, &cells),
        PlanFormat::Csv => {
            let lines = cells.iter().map(|row| csv_line(row));
            std::iter::once(csv_line(&STATUS_COLUMNS)).chain(lines).collect()
        }
        PlanFormat::Markdown => {
            let mut text = String::new();
            push_markdown(&mut text, STATUS_COLUMNS, cells.into_iter());
            text
        }
        PlanFormat::Json => output::pretty_json(&rows.iter().map(as_json).collect()),
    }
}

fn cells(row: &KeyState<'_>) -> [String; STATUS_COLUMNS.len()] {
    [
        row.entry.user.to_string(),
        row.entry.key.to_string(),
        row.label.to_owned(),
        row.status.as_ref().map(ToString::to_string).unwrap_or_default(),
        match &row.last_use {
            None => String::new(),
            Some(LastUse::Never) => "never".to_owned(),
            Some(LastUse::Used { at, .. }) => format_date_time(*at),
        },
        row.detail.clone(),
    ]
}

fn as_json(row: &KeyState<'_>) -> Value {
    json!({
        "UserName": row.entry.user.as_str(),
        "AccessKeyId": row.entry.key.as_str(),
        "State": row.label,
        "Status": row.status.as_ref().map(KeyStatus::as_str),
        "AccessKeyLastUsed": row.last_use.as_ref().map(last_use_json),
        "CreateDate": row.entry.created.map(iso_time),
        "Detail": row.detail,
    })
}
