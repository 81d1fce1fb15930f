//! The summary for people, as tables that fit the terminal.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::commands::table::{Column, aligned};
use crate::model::{CallOutcome, EscapedText, format_utc};
use crate::ops::activity::messages::{
    FAILED, ISSUED, REGIONS, SERVICES, SESSIONS_SURVIVE, SOURCES, SUSPECT_CALLS, TACTIC_COLUMN,
    events, failed, outcome_not_known, region_state, window,
};
use crate::ops::activity::{Activity, Count};

/// Number of rows of a table.
const MAX_ROWS: usize = 40;

/// Number of operations that a row names.
const MAX_CALLS_NAMED: usize = 6;

/// Returns the summary.
pub(super) fn summary(activity: &Activity, label: &str, now: Timestamp) -> String {
    let mut text = overview(activity, label);
    push_issued(&mut text, activity, now);
    push_suspect_calls(&mut text, activity);
    push_sources(&mut text, activity);
    push_calls(&mut text, activity);
    text.push('\n');
    for caveat in activity.caveats() {
        let _ = writeln!(text, "{caveat}");
    }
    text
}

fn overview(activity: &Activity, label: &str) -> String {
    let query = activity.query();
    let mut text = format!(
        "{} in {label}\n{}\n{}, {} failed",
        query.key,
        window(query),
        events(activity.events().len()),
        activity.failed()
    );
    if activity.records().unread() > 0 {
        let _ = write!(text, ", {}", outcome_not_known(activity.records().unread()));
    }
    text.push('\n');
    if let (Some(first), Some(last)) = (activity.first(), activity.last()) {
        let _ = writeln!(text, "First {}, last {}", format_utc(first), format_utc(last));
    }
    if let Some(nothing) = activity.nothing_recorded() {
        let _ = writeln!(text, "{nothing}");
    }
    let rows: Vec<_> = activity
        .regions()
        .iter()
        .map(|region| [region.region.to_string(), region.events.to_string(), region_state(region)])
        .collect();
    let columns =
        [Column::whole("REGION"), Column::whole("EVENTS"), Column::cut_to("COVERAGE", 20)];
    push_table(&mut text, REGIONS, columns, &rows);
    text
}

fn push_sources(text: &mut String, activity: &Activity) {
    let rows: Vec<_> = activity
        .sources()
        .iter()
        .map(|source| {
            [
                shown(source.key.ip.as_deref()),
                source.events.to_string(),
                failed(source.failed, source.outcome_not_known),
                format_utc(source.first),
                format_utc(source.last),
                shown(source.key.user_agent.as_deref()),
            ]
        })
        .collect();
    let columns = [
        Column::whole("SOURCE IP"),
        Column::whole("CALLS"),
        Column::whole("FAILED").expendable(1),
        Column::whole("FIRST").expendable(3),
        Column::whole("LAST").expendable(2),
        Column::cut_to("USER AGENT", 12).expendable(4),
    ];
    push_table(text, SOURCES, columns, &rows);
}

fn push_suspect_calls(text: &mut String, activity: &Activity) {
    let rows: Vec<_> = activity
        .suspect_calls()
        .iter()
        .map(|call| {
            let event = &call.event;
            let outcome = match event.outcome() {
                CallOutcome::Failed(code) => format!("failed: {code}"),
                other => other.as_str().to_owned(),
            };
            [
                format_utc(event.time),
                call.tactic.to_string(),
                event.name.to_string(),
                outcome,
                shown(event.target.as_deref()),
            ]
        })
        .collect();
    let columns = [
        Column::whole("TIME").expendable(2),
        Column::cut_to(TACTIC_COLUMN, 11).expendable(3),
        Column::whole("CALL"),
        Column::cut_to("OUTCOME", 9),
        Column::cut_to("TARGET", 10).expendable(1),
    ];
    push_table(text, SUSPECT_CALLS, columns, &rows);
}

fn push_issued(text: &mut String, activity: &Activity, now: Timestamp) {
    let rows: Vec<_> = activity
        .issued_by_risk(now)
        .into_iter()
        .map(|issued| {
            [
                issued.key.to_string(),
                issued.kind.to_string(),
                issued.status(now).to_string(),
                issued.call.to_string(),
                shown(issued.owner.as_deref()),
            ]
        })
        .collect();
    let columns = [
        Column::whole("ACCESS KEY ID"),
        Column::whole("KIND").expendable(2),
        Column::cut_to("STATUS", 8),
        Column::whole("CALL").expendable(3),
        Column::cut_to("OWNER", 10).expendable(1),
    ];
    push_table(text, ISSUED, columns, &rows);
    if !rows.is_empty() {
        let _ = writeln!(text, "{SESSIONS_SURVIVE}");
    }
    if let Some(sentence) = activity.issued_not_known() {
        if rows.is_empty() {
            let _ = writeln!(text, "\n{ISSUED}");
        }
        let _ = writeln!(text, "{sentence}");
    }
}

fn push_calls(text: &mut String, activity: &Activity) {
    let services = activity.services().iter();
    let services: Vec<_> = services
        .map(|service| {
            let failed = failed(service.failed, service.outcome_not_known);
            [service.key.to_string(), service.events.to_string(), failed, names(service.calls())]
        })
        .collect();
    push_table(text, SERVICES, ["SERVICE", "CALLS", "FAILED", "OPERATIONS"], &services);
    let errors = activity.errors().iter();
    let errors: Vec<_> = errors
        .map(|error| [error.key.to_string(), error.events.to_string(), names(error.calls())])
        .collect();
    push_table(text, FAILED, ["ERROR CODE", "CALLS", "OPERATIONS"], &errors);
}

/// Appends a table with a title after an empty line, unless it has no rows.
fn push_table<C: Into<Column>, const N: usize>(
    text: &mut String,
    title: &str,
    columns: [C; N],
    rows: &[[String; N]],
) {
    if rows.is_empty() {
        return;
    }
    let shown = &rows[..rows.len().min(MAX_ROWS)];
    let _ = write!(text, "\n{title}\n{}", aligned(columns, shown));
    if rows.len() > shown.len() {
        let _ = writeln!(text, "… {} more; --format json has all", rows.len() - shown.len());
    }
}

fn shown(text: Option<&str>) -> String {
    text.unwrap_or("–").to_owned()
}

/// Returns operations with the numbers of their calls: `ListUsers 12, CreateUser 2`.
fn names(operations: &[Count<EscapedText>]) -> String {
    let named = operations.iter().take(MAX_CALLS_NAMED);
    let mut names: Vec<_> = named.map(|call| format!("{} {}", call.key, call.events)).collect();
    if operations.len() > MAX_CALLS_NAMED {
        names.push("…".to_owned());
    }
    names.join(", ")
}
