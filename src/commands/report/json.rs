//! The report as JSON.

use serde_json::{Value, json};

use crate::cli::VERSION;
use crate::commands::messages::report as messages;
use crate::commands::report::section::{Document, Section, user_name};
use crate::ops::aws_format::{iso_time, last_use_json};
use crate::ops::cis_report::{ControlResult, Finding, messages as texts};

/// Returns the report as one object.
pub(super) fn value(document: &Document) -> Value {
    let not_read = document.not_read.iter().map(|not_read| {
        json!({
            "AccountId": not_read.account.id.as_str(),
            "AccountName": not_read.account.name.as_deref(),
            "Error": not_read.error,
        })
    });
    json!({
        "Benchmark": messages::benchmark(document.benchmark.version()),
        "Time": iso_time(document.now),
        "Program": format!("keyflip {VERSION}"),
        "Passes": document.passes(),
        "Accounts": document.sections.iter().map(section).collect::<Vec<_>>(),
        "NotRead": not_read.collect::<Vec<_>>(),
        "ListErrors": document.list_errors,
    })
}

fn section(section: &Section) -> Value {
    let report = &section.report;
    json!({
        "AccountId": section.account.as_str(),
        "AccountName": section.name.as_deref(),
        "Caller": section.caller,
        "Credentials": &*section.source,
        "NotAws": section.not_aws(),
        "ReadTime": iso_time(section.read_at),
        "CredentialReport": {
            "GeneratedTime": iso_time(report.generated),
            "AgeSeconds": section.read_at.duration_since(report.generated).as_secs().max(0),
            "Sha256": texts::hexadecimal(&report.sha256),
            "Users": report.users,
            "HasRoot": report.has_root,
            "UnreadableRows": report.left_out.len(),
            "LeftOut": report.left_out.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
        "UsersInAccount": report.account.map(|account| account.users),
        "Controls": report.results.iter().map(control).collect::<Vec<_>>(),
    })
}

fn control(result: &ControlResult) -> Value {
    let missing = result.missing.iter().map(|missing| texts::missing(*missing));
    json!({
        "Control": result.number,
        "Title": texts::title(result.control),
        "Result": texts::verdict(result.verdict),
        "Failing": result.failing.iter().map(finding).collect::<Vec<_>>(),
        "Undecided": result.undecided.iter().map(finding).collect::<Vec<_>>(),
        "Missing": missing.collect::<Vec<_>>(),
        "Note": result.note.map(texts::note),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "UserName": user_name(finding.user.as_ref()),
        "Credential": texts::credential(finding.credential),
        "Status": finding.status.as_ref().map(ToString::to_string),
        "CreateDate": finding.created.map(iso_time),
        "LastUsed": finding.last_use.as_ref().map(last_use_json),
        "AgeDays": finding.age_days,
        "UnusedDays": finding.unused_days,
    })
}
