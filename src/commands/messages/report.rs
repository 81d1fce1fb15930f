//! `report`: headings and sentences.

use std::time::Duration;

use crate::model::{counted_as, format_age, format_utc};
use crate::ops::cis_report::CisReport;
use jiff::Timestamp;

/// The name of the benchmark with its version.
pub(in crate::commands) fn benchmark(version: &str) -> String {
    format!("CIS AWS Foundations Benchmark v{version}")
}

/// The time of the report and the program that created it.
pub(in crate::commands) fn created(now: Timestamp, version: &str) -> String {
    format!("Created {} by keyflip {version}.", format_utc(now))
}

/// The time and age of the credential report.
pub(in crate::commands) fn credential_report(generated: Timestamp, now: Timestamp) -> String {
    format!("{}, {} old", format_utc(generated), format_age(now.duration_since(generated)))
}

/// The progress of reading the credential report.
pub(in crate::commands) fn waiting_for_report(elapsed: Duration) -> String {
    format!("Waiting for IAM's credential report, {} s so far. ctrl-c stops.", elapsed.as_secs())
}

/// The progress of waiting for one response.
pub(in crate::commands) fn waiting_for_response(elapsed: Duration) -> String {
    format!("Waiting for a response, {} s so far. ctrl-c stops.", elapsed.as_secs())
}

/// What the credential report covers.
pub(in crate::commands) fn coverage(report: &CisReport) -> String {
    let in_account = match report.account {
        Some(account) => format!("of {} in the account", account.users),
        None => "(the number in the account could not be read)".to_owned(),
    };
    let root = if report.has_root { "and root" } else { "without root" };
    let left_out = match report.left_out.as_slice() {
        [] => String::new(),
        [row] => format!("; left out: {row}"),
        [first, ..] => format!("; {} rows left out, the first: {first}", report.left_out.len()),
    };
    format!("{} IAM users {in_account}, {root}{left_out}", report.users)
}

/// Returns the sentence that the report was interrupted: it has a part of the accounts.
pub(in crate::commands) fn interrupted(summary: &str) -> String {
    format!("Interrupted: {summary} There may be more accounts.")
}

/// Sentence that no account is assigned.
pub(in crate::commands) const NO_ACCOUNTS: &str =
    "Identity Center assigns no account to you, so nothing was checked.";

/// Returns the sentence that the account's counts could not be read.
pub(in crate::commands) fn not_counted(error: &dyn std::fmt::Display) -> String {
    format!("The users of the account were not counted. {error}")
}

/// The heading of the accounts that could not be read.
pub(in crate::commands) const NOT_READ: &str = "Accounts that were not read";

/// The result of an account that was not read.
pub(in crate::commands) const NOT_READ_RESULT: &str = "not read";

/// An account with its verdicts: controls that pass, fail and are not known.
pub(in crate::commands) fn verdicts(
    context: &str,
    pass: usize,
    fail: usize,
    open: usize,
) -> String {
    let pass = counted_as(pass, "control passes", "controls pass");
    let fail = counted_as(fail, "fails", "fail");
    let open = counted_as(open, "is not known", "are not known");
    format!("{context}: {pass}, {fail}, {open}.")
}

/// The last use of a credential that was never used.
pub(in crate::commands) const NEVER: &str = "never";

/// Ages in the report.
pub(in crate::commands) const AGES_NOTE: &str =
    "Days count back from the time of the credential report, which has no key IDs.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::BenchmarkVersion;
    use crate::model::{OddReportRow, ReportRowDefect};

    #[test]
    fn coverage_names_root_and_the_rows_left_out() {
        let row = |number| OddReportRow { number, user: None, defect: ReportRowDefect::CutShort };
        let text = |has_root, left_out| {
            coverage(&CisReport {
                benchmark: BenchmarkVersion::V5,
                generated: Timestamp::UNIX_EPOCH,
                sha256: [0; 32],
                users: 2,
                has_root,
                left_out,
                account: None,
                results: Vec::new(),
            })
        };
        let users = "2 IAM users (the number in the account could not be read)";
        assert_eq!(text(true, Vec::new()), format!("{users}, and root"));
        let one = format!("{users}, without root; left out: row 3 is cut short");
        assert_eq!(text(false, vec![row(3)]), one);
        let two = format!("{users}, and root; 2 rows left out, the first: row 3 is cut short");
        assert_eq!(text(true, vec![row(3), row(4)]), two);
    }
}
