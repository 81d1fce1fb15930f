//! `keyflip plan status`: prints what became of each key of a plan, by the journal and IAM.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::{PlanFormat, PlanStatusArgs};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::plan as messages;
use crate::commands::plan::reading::{PlanSession, read_keys};
use crate::commands::plan::show::push_markdown;
use crate::commands::read_retry::ReadRetry;
use crate::commands::{CommandContext, open_session, output, table};
use crate::model::{KeyStatus, LastUse, SessionContext, csv_line, escape_markdown};
use crate::ops::aws_format::{iso_time, last_use_json};
use crate::ops::plan::{KeyCheck, KeyReading, Plan, PlanRules, PlanSkipReason, PlannedKey};

/// The columns of tables.
const TABLE_COLUMNS: [&str; 6] =
    ["UserName", "AccessKeyId", "State", "Status", "LastUsedDate", "Detail"];

/// The columns of CSV before those of tables.
const CSV_SESSION_COLUMNS: [&str; 5] = ["PlanId", "AccountId", "AccountName", "Caller", "Endpoint"];

/// What became of a key.
struct KeyState<'a> {
    entry: &'a PlannedKey,
    /// The state in a few words.
    label: &'static str,
    /// The state in words; empty for a key that is still to be changed.
    detail: String,
    status: Option<KeyStatus>,
    last_use: Option<LastUse>,
    /// Whether the status or the last use could not be read.
    is_unread: bool,
}

/// Prints the state of each key, and the counts on standard error.
///
/// # Errors
/// Returns an error if the session is in another account, or the journal cannot be read.
pub(super) async fn print_status(
    plan: &Plan,
    args: &PlanStatusArgs,
    context: &CommandContext,
    mut interrupts: Interrupts,
) -> Result<Exit, CommandError> {
    let opened = open_session::open(context, &mut interrupts).await?;
    let PlanSession { session_context, plan_journal, .. } =
        PlanSession::identify(plan, context, &opened, &mut interrupts).await?;
    let (reader, retry) = (opened.session.screen_reader(), ReadRetry::new());
    let readings = interrupts.race(Box::pin(read_keys(&plan.keys, &reader, &retry))).await?;
    let checked = plan_journal.with(|history| {
        let rules = PlanRules {
            plan,
            history,
            session_context: &session_context,
            keep_used_within: args.keep.used_within(),
            retry_interrupted: false,
            now: Timestamp::now(),
        };
        rules.check_all(readings, HashSet::new())
    });
    let rows: Vec<_> = checked
        .into_iter()
        .map(|(entry, reading, check)| key_state(entry, &reading, check))
        .collect();
    output::print(&formatted(plan, &session_context, &rows, args.file.format))?;
    let mut counts: HashMap<&'static str, usize> = HashMap::new();
    for row in &rows {
        *counts.entry(row.label).or_default() += 1;
    }
    output::eprint_status(&open_session::context_label(&session_context));
    output::eprint_status(&messages::status_counts(plan, counts));
    let is_unread = rows.iter().any(|row| row.is_unread);
    Ok(if is_unread { Exit::Partial } else { Exit::Done })
}

fn key_state<'a>(entry: &'a PlannedKey, reading: &KeyReading, check: KeyCheck) -> KeyState<'a> {
    let skip = check.err();
    KeyState {
        entry,
        label: skip.as_ref().map_or("open", PlanSkipReason::label),
        is_unread: skip.as_ref().is_some_and(PlanSkipReason::is_unread),
        detail: skip.map(|skip| skip.to_string()).unwrap_or_default(),
        status: reading.status_of(&entry.key).cloned(),
        last_use: reading.last_use.as_ref().ok().map(|read| read.last_use.clone()),
    }
}

fn formatted(
    plan: &Plan,
    session_context: &SessionContext,
    rows: &[KeyState<'_>],
    format: PlanFormat,
) -> String {
    let facts = messages::status_facts(plan, session_context, Timestamp::now());
    let mut text = String::new();
    match format {
        PlanFormat::Table => {
            for (name, value) in facts {
                let _ = writeln!(text, "{name:<9} {value}");
            }
            let cells: Vec<_> = rows.iter().map(cells).collect();
            let _ = write!(text, "\n{}", table::aligned(TABLE_COLUMNS, &cells));
        }
        PlanFormat::Csv => {
            text = csv_line(&[&CSV_SESSION_COLUMNS[..], &TABLE_COLUMNS].concat());
            for row in rows {
                let row = [&session_cells(plan, session_context)[..], &cells(row)].concat();
                text.push_str(&csv_line(&row));
            }
        }
        PlanFormat::Markdown => {
            for (name, value) in facts {
                let _ = writeln!(text, "- {name}: {}", escape_markdown(&value));
            }
            let _ = writeln!(text);
            push_markdown(&mut text, TABLE_COLUMNS, rows.iter().map(cells));
        }
        PlanFormat::Json => {
            let session = session_cells(plan, session_context);
            let rows = rows.iter().map(|row| as_json(row, &session)).collect();
            text = output::pretty_json(&rows);
        }
    }
    text
}

/// Returns the plan's ID and where its keys were read, for programs.
fn session_cells(
    plan: &Plan,
    session_context: &SessionContext,
) -> [String; CSV_SESSION_COLUMNS.len()] {
    [
        plan.id.to_string(),
        session_context.caller.account.to_string(),
        session_context.alias.as_deref().unwrap_or_default().to_owned(),
        session_context.caller.arn.to_string(),
        session_context.endpoint.clone().into(),
    ]
}

fn cells(row: &KeyState<'_>) -> [String; TABLE_COLUMNS.len()] {
    [
        row.entry.user.to_string(),
        row.entry.key.to_string(),
        row.label.to_owned(),
        row.status.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.last_use.as_ref().map(LastUse::date_time).unwrap_or_default(),
        row.detail.clone(),
    ]
}

fn as_json(row: &KeyState<'_>, session: &[String; CSV_SESSION_COLUMNS.len()]) -> Value {
    let mut value = json!({
        "UserName": row.entry.user.as_str(),
        "AccessKeyId": row.entry.key.as_str(),
        "State": row.label,
        "Status": row.status.as_ref().map(KeyStatus::as_str),
        "AccessKeyLastUsed": row.last_use.as_ref().map(last_use_json),
        "CreateDate": row.entry.created.map(iso_time),
        "Detail": row.detail,
    });
    for (name, cell) in CSV_SESSION_COLUMNS.iter().zip(session) {
        value[name] = cell.as_str().into();
    }
    value
}
