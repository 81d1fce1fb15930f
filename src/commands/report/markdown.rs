//! The report as Markdown, to read and to attach to a ticket.

use jiff::Timestamp;

use crate::cli::VERSION;
use crate::commands::messages::report as messages;
use crate::commands::report::section::{Document, Section, user_name};
use crate::model::{LastUse, escape_markdown, format_date_time, markdown_head, markdown_row};
use crate::ops::cis_report::{ControlResult, Finding, messages as texts};

/// The columns of the credentials that fail a control.
const FINDING_COLUMNS: [&str; 7] =
    ["User", "Credential", "Status", "Created", "Last used", "Age (days)", "Unused (days)"];

/// Returns the report.
pub(super) fn text(document: &Document) -> String {
    let mut lines = vec![format!(
        "# {}: access keys\n\n{} {}",
        messages::benchmark(document.benchmark.version()),
        messages::created(document.now, VERSION),
        messages::AGES_NOTE,
    )];
    for section in &document.sections {
        push_section(&mut lines, section);
    }
    if !document.not_read.is_empty() || !document.list_errors.is_empty() {
        lines.push(format!("\n## {}\n", messages::NOT_READ));
        for not_read in &document.not_read {
            let name = not_read.account.name.as_deref().unwrap_or_default();
            let label = format!("{name} {}: {}", not_read.account.id, not_read.error);
            lines.push(format!("- {}", escape_markdown(label.trim_start())));
        }
        for error in &document.list_errors {
            lines.push(format!("- {}", escape_markdown(error)));
        }
    }
    lines.join("\n") + "\n"
}

fn push_section(lines: &mut Vec<String>, section: &Section) {
    let report = &section.report;
    let name = section.name.as_deref().unwrap_or_default();
    let label = format!("{name} {}", section.account);
    lines.push(format!("\n## {}\n", escape_markdown(label.trim_start())));
    let caller = format!("{} ({})", section.caller, section.source);
    let facts = [
        ("Caller", caller),
        ("Endpoint", section.endpoint.label().unwrap_or_default()),
        ("Credential report", messages::credential_report(report.generated, section.read_at)),
        ("SHA-256", texts::hexadecimal(&report.sha256)),
        ("Coverage", messages::coverage(report)),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts.map(|(name, value)| [name.to_owned(), escape_markdown(&value)]);
    push_table(lines, ["", ""], 0, facts);
    lines.push(String::new());
    let results = report.results.iter().map(|result| {
        [
            result.number.to_owned(),
            texts::title(result.control).to_owned(),
            format!("**{}**", texts::verdict(result.verdict)),
            result.failing.len().to_string(),
        ]
    });
    push_table(lines, ["Control", "", "Result", "Failing"], 1, results);
    for result in &report.results {
        push_details(lines, result);
    }
}

/// Adds what fails a control, what is missing and its note, if there is any of these.
fn push_details(lines: &mut Vec<String>, result: &ControlResult) {
    let mut sentences: Vec<_> = result.missing.iter().map(|it| texts::missing(*it)).collect();
    sentences.extend(result.note.map(|note| texts::note(note).to_owned()));
    if result.failing.is_empty() && result.undecided.is_empty() && sentences.is_empty() {
        return;
    }
    let (number, title) = (result.number, texts::title(result.control));
    lines.push(format!("\n### {number} {title}: {}", texts::verdict(result.verdict)));
    if !result.failing.is_empty() {
        push_findings(lines, &result.failing);
    }
    if !result.undecided.is_empty() {
        lines.push(format!("\n{}", texts::undecided(result.undecided.len())));
        push_findings(lines, &result.undecided);
    }
    for sentence in sentences {
        lines.push(format!("\n{sentence}"));
    }
}

fn push_findings(lines: &mut Vec<String>, findings: &[Finding]) {
    let when = |at: Option<Timestamp>| at.map_or_else(|| "not known".to_owned(), format_date_time);
    let days = |days: Option<i64>| days.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    let rows = findings.iter().map(|finding| {
        let last_use = match &finding.last_use {
            Some(LastUse::Never) => messages::NEVER.to_owned(),
            Some(LastUse::Used { at, .. }) => format_date_time(*at),
            None => "not known".to_owned(),
        };
        [
            escape_markdown(user_name(finding.user.as_ref())),
            texts::credential(finding.credential).to_owned(),
            texts::status(finding).to_owned(),
            when(finding.created),
            last_use,
            days(finding.age_days),
            days(finding.unused_days),
        ]
    });
    lines.push(String::new());
    push_table(lines, FINDING_COLUMNS, 2, rows);
}

/// Adds a table whose last `numbers` columns are numbers.
fn push_table<const N: usize>(
    lines: &mut Vec<String>,
    columns: [&str; N],
    numbers: usize,
    rows: impl Iterator<Item = [String; N]>,
) {
    let table = markdown_head(&columns, numbers);
    let table = rows.fold(table, |table, row| table + &markdown_row(&row));
    lines.push(table.trim_end().to_owned());
}
