//! The activity as a section of an incident record in Markdown.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::model::{
    CallOutcome, EscapedText, escape_markdown, format_utc, markdown_head, markdown_row,
};
use crate::ops::activity::coverage::RegionActivity;
use crate::ops::activity::messages::{
    FAILED, ISSUED, SERVICES, SESSIONS_SURVIVE, SOURCES, SUSPECT_CALLS, TACTIC, calls, events,
    failed, outcome_not_known, region_state, window,
};
use crate::ops::activity::summary::Activity;
use crate::ops::activity::tally::Count;

/// Number of rows of a table. Further ones are counted.
const MAX_ROWS: usize = 100;

/// Number of operations that a row names.
const MAX_CALLS_NAMED: usize = 12;

/// Returns a section with the activity, whose heading has that level. Hostile texts start no
/// markup, and hidden characters are escaped.
pub(crate) fn activity_markdown(activity: &Activity, level: usize, now: Timestamp) -> String {
    let mut text = String::new();
    let heading = "#".repeat(level.clamp(1, 5));
    let query = activity.query();
    let _ = writeln!(text, "{heading} Activity of `{}`\n", query.key);
    push_overview(&mut text, activity);
    push_issued(&mut text, &heading, activity, now);
    push_suspect_calls(&mut text, &heading, activity);
    push_sources(&mut text, &heading, activity);
    push_services(&mut text, &heading, activity);
    push_errors(&mut text, &heading, activity);
    let _ = writeln!(text, "\n{heading}# What this does not show\n");
    for caveat in activity.caveats() {
        let _ = writeln!(text, "- {}", escape_markdown(&caveat));
    }
    text
}

fn push_overview(text: &mut String, activity: &Activity) {
    let query = activity.query();
    let _ = writeln!(text, "- **Account:** {}", escape_markdown(&query.account));
    let _ = writeln!(text, "- **Window:** {}", window(query));
    let failed = failed_of_all(activity);
    let _ = writeln!(text, "- **Recorded:** {}, {failed}", events(activity.events().len()));
    if let (Some(first), Some(last)) = (activity.first(), activity.last()) {
        let _ = writeln!(text, "- **First and last:** {}, {}", format_utc(first), format_utc(last));
    }
    if let Some(nothing) = activity.nothing_recorded() {
        let _ = writeln!(text, "- {}", escape_markdown(&nothing));
    }
    let is_quiet = |region: &&RegionActivity| {
        region.events == 0 && region.unreadable == 0 && region.state.is_complete()
    };
    let (quiet, others): (Vec<_>, Vec<_>) = activity.regions().iter().partition(is_quiet);
    for region in others {
        let _ = writeln!(
            text,
            "- **{}:** {}, {}",
            region.region,
            events(region.events),
            escape_markdown(&region_state(region))
        );
    }
    if !quiet.is_empty() {
        let names: Vec<_> = quiet.iter().map(|region| region.region.as_str()).collect();
        let _ = writeln!(text, "- **Read, without events:** {}", names.join(", "));
    }
}

fn push_sources(text: &mut String, heading: &str, activity: &Activity) {
    let rows = activity.sources().iter().map(|source| {
        [
            cell(source.key.ip.as_deref()),
            cell(source.key.user_agent.as_deref()),
            source.events.to_string(),
            failed(source.failed, source.outcome_not_known),
            format_utc(source.first),
            format_utc(source.last),
        ]
    });
    let columns = ["Source IP", "User agent", "Calls", "Failed", "First", "Last"];
    push_table(text, heading, SOURCES, columns, rows);
}

fn push_suspect_calls(text: &mut String, heading: &str, activity: &Activity) {
    let rows = activity.suspect_calls().iter().map(|call| {
        let event = &call.event;
        let outcome = match event.outcome() {
            CallOutcome::Failed(code) => format!("failed: {}", escape_markdown(code)),
            other => other.as_str().to_owned(),
        };
        [
            format_utc(event.time),
            escape_markdown(&event.name),
            cell(event.target.as_deref()),
            call.tactic.to_string(),
            outcome,
            cell(event.source_ip.as_deref()),
        ]
    });
    let columns = ["Time", "Call", "Target", TACTIC, "Outcome", "Source IP"];
    push_table(text, heading, SUSPECT_CALLS, columns, rows);
}

fn push_issued(text: &mut String, heading: &str, activity: &Activity, now: Timestamp) {
    let rows = activity.issued_by_risk(now).into_iter().map(|issued| {
        [
            format!("`{}`", issued.key),
            issued.kind.to_string(),
            escape_markdown(&issued.call),
            format_utc(issued.time),
            cell(issued.owner.as_deref()),
            issued.status(now).to_string(),
        ]
    });
    let columns = ["Access key ID", "Kind", "Call", "Issued", "Owner", "Status"];
    push_table(text, heading, ISSUED, columns, rows);
    if !activity.issued().is_empty() {
        let _ = writeln!(text, "\n{SESSIONS_SURVIVE}");
    }
    if let Some(sentence) = activity.issued_not_known() {
        if activity.issued().is_empty() {
            let _ = writeln!(text, "\n{heading}# {ISSUED}");
        }
        let _ = writeln!(text, "\n{sentence}");
    }
}

fn push_services(text: &mut String, heading: &str, activity: &Activity) {
    let rows = activity.services().iter().map(|service| {
        [
            escape_markdown(&service.key),
            service.events.to_string(),
            failed(service.failed, service.outcome_not_known),
            call_names(service.calls()),
        ]
    });
    let columns = ["Service", "Calls", "Failed", "Operations"];
    push_table(text, heading, SERVICES, columns, rows);
}

fn push_errors(text: &mut String, heading: &str, activity: &Activity) {
    let rows = activity.errors().iter().map(|error| {
        [escape_markdown(&error.key), error.events.to_string(), call_names(error.calls())]
    });
    push_table(text, heading, FAILED, ["Error code", "Calls", "Operations"], rows);
}

/// Appends a table with a heading, unless it has no rows.
fn push_table<const N: usize>(
    text: &mut String,
    heading: &str,
    title: &str,
    columns: [&str; N],
    mut rows: impl ExactSizeIterator<Item = [String; N]>,
) {
    if rows.len() == 0 {
        return;
    }
    let _ = writeln!(text, "\n{heading}# {title}\n");
    text.push_str(&markdown_head(&columns, 0));
    text.extend(rows.by_ref().take(MAX_ROWS).map(|row| markdown_row(&row)));
    if rows.len() > 0 {
        let _ = writeln!(text, "\n{} more rows are in the other formats.", rows.len());
    }
}

/// Returns how many of all calls failed: `3 of them failed, 15 not known`.
fn failed_of_all(activity: &Activity) -> String {
    let failed = format!("{} of them failed", activity.failed());
    match activity.records().unread() {
        0 => failed,
        unread => format!("{failed}, {}", outcome_not_known(unread)),
    }
}

fn cell(text: Option<&str>) -> String {
    text.map_or_else(|| "–".to_owned(), escape_markdown)
}

/// Returns operations with the numbers of their calls: `ListUsers 12, CreateUser 2`.
fn call_names(operations: &[Count<EscapedText>]) -> String {
    let named = operations.iter().take(MAX_CALLS_NAMED);
    let mut names: Vec<_> =
        named.map(|call| format!("{} {}", escape_markdown(&call.key), call.events)).collect();
    let others = operations.iter().skip(MAX_CALLS_NAMED).map(|call| call.events).sum::<usize>();
    if others > 0 {
        names.push(format!("others: {}", calls(others)));
    }
    names.join(", ")
}
