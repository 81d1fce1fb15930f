//! The report as CSV: one line per control, or several if credentials fail it.

use crate::cli::VERSION;
use crate::commands::messages::report as messages;
use crate::commands::report::section::{Document, Section, user_name};
use crate::model::{LastUse, csv_line};
use crate::ops::aws_format::iso_time;
use crate::ops::cis_report::{ControlResult, Finding, Verdict, messages as texts};

/// The columns.
const COLUMNS: [&str; 25] = [
    "AccountId",
    "AccountName",
    "Benchmark",
    "Control",
    "Title",
    "Result",
    "UserName",
    "Credential",
    "Status",
    "CreateDate",
    "LastUsedDate",
    "AgeDays",
    "UnusedDays",
    "Missing",
    "Caller",
    "ReadTime",
    "ReportTime",
    "ReportSha256",
    "NotAws",
    "Credentials",
    "Users",
    "UsersInAccount",
    "UnreadableRows",
    "Note",
    "Program",
];

/// Returns the lines, the first with the names of the columns.
pub(super) fn text(document: &Document) -> String {
    let mut text = csv_line(&COLUMNS);
    let version = document.benchmark.version();
    for section in &document.sections {
        for result in &section.report.results {
            let mut add = |finding, verdict| {
                text.push_str(&csv_line(&line(section, version, result, finding, verdict)));
            };
            for finding in &result.failing {
                add(Some(finding), result.verdict);
            }
            for finding in &result.undecided {
                // The line is about this credential, not the control.
                add(Some(finding), Verdict::NotKnown);
            }
            if result.failing.is_empty() && result.undecided.is_empty() {
                add(None, result.verdict);
            }
        }
    }
    let not_read = document.not_read.iter().map(|not_read| {
        let name = not_read.account.name.as_deref().unwrap_or_default();
        (not_read.account.id.as_str(), name, &not_read.error)
    });
    let lists = document.list_errors.iter().map(|error| ("", "", error));
    for (id, name, error) in not_read.chain(lists) {
        text.push_str(&csv_line(&COLUMNS.map(|column| match column {
            "AccountId" => id,
            "AccountName" => name,
            "Benchmark" => version,
            "Result" => messages::NOT_READ_RESULT,
            "Missing" => error,
            _ => "",
        })));
    }
    text
}

fn line(
    section: &Section,
    version: &str,
    result: &ControlResult,
    finding: Option<&Finding>,
    verdict: Verdict,
) -> [String; COLUMNS.len()] {
    let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    let report = &section.report;
    let missing: Vec<_> = result.missing.iter().map(|missing| texts::missing(*missing)).collect();
    [
        section.account.to_string(),
        section.name.as_deref().unwrap_or_default().to_owned(),
        version.to_owned(),
        result.number.to_owned(),
        texts::title(result.control).to_owned(),
        texts::verdict(verdict).to_owned(),
        finding.map(|it| user_name(it.user.as_ref()).to_owned()).unwrap_or_default(),
        finding.map(|it| texts::credential(it.credential).to_owned()).unwrap_or_default(),
        finding.map(texts::status).unwrap_or_default().to_owned(),
        finding.and_then(|it| it.created).map(iso_time).unwrap_or_default(),
        match finding.and_then(|it| it.last_use.as_ref()) {
            // Empty is not known.
            None => String::new(),
            Some(LastUse::Never) => messages::NEVER.to_owned(),
            Some(LastUse::Used { at, .. }) => iso_time(*at),
        },
        days(finding.and_then(|it| it.age_days)),
        days(finding.and_then(|it| it.unused_days)),
        missing.join(" "),
        section.caller.clone(),
        iso_time(section.read_at),
        iso_time(report.generated),
        texts::hexadecimal(&report.sha256),
        section.not_aws().unwrap_or_default().to_owned(),
        section.source.to_string(),
        report.users.to_string(),
        report.account.map(|account| account.users.to_string()).unwrap_or_default(),
        report.left_out.len().to_string(),
        result.note.map(texts::note).unwrap_or_default().to_owned(),
        format!("keyflip {VERSION}"),
    ]
}
