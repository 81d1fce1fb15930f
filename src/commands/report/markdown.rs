//! The report as Markdown, to read and to attach to a ticket.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::cli::VERSION;
use crate::commands::messages::report as messages;
use crate::commands::report::csv::user_name;
use crate::commands::report::section::{Document, Section};
use crate::model::{LastUse, escape_markdown, format_date_time};
use crate::ops::cis_report::{ControlResult, Finding, messages as texts};

/// Returns the report.
pub(super) fn text(document: &Document) -> String {
    let mut text = format!(
        "# {}: access keys\n\n{} {}\n",
        messages::benchmark(document.benchmark.version()),
        messages::made(document.now, VERSION),
        messages::AGES_NOTE,
    );
    for section in &document.sections {
        push_section(&mut text, section);
    }
    if !document.not_read.is_empty() || !document.list_errors.is_empty() {
        let _ = writeln!(text, "\n## {}\n", messages::NOT_READ);
        for not_read in &document.not_read {
            let name = not_read.account.name.as_deref().unwrap_or_default();
            let label = format!("{name} {}: {}", not_read.account.id, not_read.error);
            let _ = writeln!(text, "- {}", escape_markdown(label.trim_start()));
        }
        for error in &document.list_errors {
            let _ = writeln!(text, "- {}", escape_markdown(error));
        }
    }
    text
}

fn push_section(text: &mut String, section: &Section) {
    let report = &section.report;
    let name = section.name.as_deref().unwrap_or_default();
    let label = format!("{name} {}", section.account);
    let _ = writeln!(text, "\n## {}\n\n| | |\n|---|---|", escape_markdown(label.trim_start()));
    let caller = format!("{} ({})", section.caller, section.source);
    let facts = [
        ("Caller", caller),
        ("Not AWS", section.endpoint.clone().unwrap_or_default()),
        ("Credential report", messages::credential_report(report.generated, section.read_at)),
        ("SHA-256", texts::hexadecimal(&report.sha256)),
        ("Coverage", messages::coverage(report)),
    ];
    for (name, value) in facts {
        if !value.is_empty() {
            let _ = writeln!(text, "| {name} | {} |", escape_markdown(&value));
        }
    }
    text.push_str("\n| Control | | Result | Failing |\n|---|---|---|--:|\n");
    for result in &report.results {
        let _ = writeln!(
            text,
            "| {} | {} | **{}** | {} |",
            result.number,
            texts::title(result.control),
            texts::verdict(result.verdict),
            result.failing.len(),
        );
    }
    for result in &report.results {
        push_details(text, result);
    }
}

/// Adds what fails a control, what is missing and its note, if there is any of these.
fn push_details(text: &mut String, result: &ControlResult) {
    let mut sentences: Vec<_> = result.missing.iter().map(|it| texts::missing(*it)).collect();
    sentences.extend(result.note.map(|note| texts::note(note).to_owned()));
    if result.failing.is_empty() && result.undecided.is_empty() && sentences.is_empty() {
        return;
    }
    let (number, title) = (result.number, texts::title(result.control));
    let _ = writeln!(text, "\n### {number} {title}: {}", texts::verdict(result.verdict));
    if !result.failing.is_empty() {
        push_findings(text, &result.failing);
    }
    if !result.undecided.is_empty() {
        let _ = writeln!(text, "\n{}", texts::undecided(result.undecided.len()));
        push_findings(text, &result.undecided);
    }
    for sentence in sentences {
        let _ = writeln!(text, "\n{sentence}");
    }
}

fn push_findings(text: &mut String, findings: &[Finding]) {
    text.push_str(
        "\n| User | Credential | Status | Created | Last used | Age (days) | Unused (days) |\n\
         |---|---|---|---|---|--:|--:|\n",
    );
    let when = |at: Option<Timestamp>| at.map_or_else(|| "not known".to_owned(), format_date_time);
    let days = |days: Option<i64>| days.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    for finding in findings {
        let last_use = match &finding.last_use {
            Some(LastUse::Never) => "never".to_owned(),
            Some(LastUse::Used { at, .. }) => format_date_time(*at),
            None => "not known".to_owned(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {last_use} | {} | {} |",
            escape_markdown(user_name(finding.user.as_ref())),
            texts::credential(finding.credential),
            texts::status(finding),
            when(finding.created),
            days(finding.age_days),
            days(finding.unused_days),
        );
    }
}
