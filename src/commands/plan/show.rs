//! `keyflip plan show`: prints a plan for review, without calls to AWS.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::cli::{PlanFileArgs, PlanFormat};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::messages::plan as messages;
use crate::commands::plan::file::read_plan;
use crate::commands::{output, table};
use crate::model::{
    LastUse, csv_line, escape_json, escape_markdown, format_date_time, markdown_head, markdown_row,
};
use crate::ops::aws_format::{LastUseCells, iso_time};
use crate::ops::plan::{LeftOutKey, Plan, PlannedKey};

/// The columns of CSV.
const CSV_COLUMNS: [&str; 16] = [
    "UserName",
    "AccessKeyId",
    "Status",
    "CreateDate",
    "LastUsedDate",
    "ServiceName",
    "Region",
    "Planned",
    "Why",
    "PlanId",
    "AccountId",
    "AccountName",
    "Endpoint",
    "Filter",
    "Reason",
    "Coverage",
];

/// The columns of CSV that are the same for all keys.
const PLAN_COLUMNS: usize = 7;

/// The columns of tables.
const TABLE_COLUMNS: [&str; 6] =
    ["UserName", "AccessKeyId", "CreateDate", "LastUsedDate", "Service", "Why"];

/// The columns of tables of keys that are left out.
const LEFT_OUT_COLUMNS: [&str; 4] = ["UserName", "AccessKeyId", "Exception", "Reason"];

/// Runs the command.
pub(super) fn run(args: &PlanFileArgs) -> Result<Exit, CommandError> {
    let plan = read_plan(&args.plan)?;
    let text = match args.format {
        PlanFormat::Table => as_table(&plan),
        PlanFormat::Markdown => as_markdown(&plan),
        PlanFormat::Csv => as_csv(&plan),
        PlanFormat::Json => {
            let json = serde_json::to_string_pretty(&plan).map_err(CommandError::PlanJson)?;
            escape_json(&format!("{json}\n")).into_owned()
        }
    };
    output::print(&text)
}

fn as_table(plan: &Plan) -> String {
    let mut text = String::new();
    for (name, value) in messages::plan_facts(plan) {
        let _ = writeln!(text, "{name:<9} {value}");
    }
    let rows: Vec<_> = plan.keys.iter().map(table_row).collect();
    let _ = write!(text, "\n{}", table::aligned(TABLE_COLUMNS, &rows));
    if !plan.left_out.is_empty() {
        let rows: Vec<_> = plan.left_out.iter().map(left_out_row).collect();
        let table = table::aligned(LEFT_OUT_COLUMNS, &rows);
        let _ = write!(text, "\n{}\n{table}", messages::LEFT_OUT_HEADING);
    }
    text
}

fn as_markdown(plan: &Plan) -> String {
    let mut text = format!("# {}\n\n", messages::plan_title(plan));
    for (name, value) in messages::plan_facts(plan) {
        let _ = writeln!(text, "- {name}: {}", escape_markdown(&value));
    }
    let _ = writeln!(text);
    push_markdown(&mut text, TABLE_COLUMNS, plan.keys.iter().map(table_row));
    if !plan.left_out.is_empty() {
        let _ = writeln!(text, "\n## {}\n", messages::LEFT_OUT_HEADING);
        push_markdown(&mut text, LEFT_OUT_COLUMNS, plan.left_out.iter().map(left_out_row));
    }
    text
}

/// Appends a table in Markdown.
pub(super) fn push_markdown<const N: usize>(
    text: &mut String,
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) {
    text.push_str(&markdown_head(&columns, 0));
    text.extend(rows.map(|row| markdown_row(&row.map(|cell| escape_markdown(&cell)))));
}

fn as_csv(plan: &Plan) -> String {
    let mut text = csv_line(&CSV_COLUMNS);
    let facts = plan_cells(plan);
    for entry in &plan.keys {
        text.push_str(&csv_line(&[&csv_row(entry)[..], &facts].concat()));
    }
    for LeftOutKey { user, key, exception, reason } in &plan.left_out {
        let why = messages::left_out(exception, reason.as_deref());
        let (user, key) = (user.to_string(), key.to_string());
        let unknown = String::new;
        let [status, created, used, service, region] =
            [unknown(), unknown(), unknown(), unknown(), unknown()];
        let row = [user, key, status, created, used, service, region, "no".to_owned(), why];
        text.push_str(&csv_line(&[&row[..], &facts].concat()));
    }
    text
}

/// Returns the cells that are the same for all keys.
fn plan_cells(plan: &Plan) -> [String; PLAN_COLUMNS] {
    [
        plan.id.to_string(),
        plan.account.to_string(),
        plan.account_name.as_deref().unwrap_or_default().to_owned(),
        plan.endpoint.clone().into(),
        plan.filter.to_string(),
        plan.reason.as_deref().unwrap_or_default().to_owned(),
        messages::coverage(&plan.coverage),
    ]
}

fn csv_row(entry: &PlannedKey) -> [String; CSV_COLUMNS.len() - PLAN_COLUMNS] {
    let LastUseCells { date, service, region } = entry.last_use.value().as_ref().into();
    [
        entry.user.to_string(),
        entry.key.to_string(),
        entry.status.to_string(),
        entry.created.map(iso_time).unwrap_or_default(),
        date,
        service,
        region,
        "yes".to_owned(),
        entry.why.to_string(),
    ]
}

fn table_row(entry: &PlannedKey) -> [String; TABLE_COLUMNS.len()] {
    let last_use = entry.last_use.value();
    let used = last_use.as_ref().map_or_else(|| "(not read)".to_owned(), LastUse::date_time);
    let part = |part: fn(&LastUse) -> Option<&Arc<str>>| {
        last_use.as_ref().and_then(part).map_or("", |name| &**name)
    };
    let service = format!("{} {}", part(LastUse::service), part(LastUse::region));
    [
        entry.user.to_string(),
        entry.key.to_string(),
        entry.created.map(format_date_time).unwrap_or_default(),
        used,
        service.trim().to_owned(),
        entry.why.to_string(),
    ]
}

fn left_out_row(left_out: &LeftOutKey) -> [String; LEFT_OUT_COLUMNS.len()] {
    [
        left_out.user.to_string(),
        left_out.key.to_string(),
        left_out.exception.to_string(),
        left_out.reason.as_deref().unwrap_or_default().to_owned(),
    ]
}
