//! `keyflip list --report`: lists users and keys from the
//! [credential report](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html)
//! only.

use crate::aws::Session;
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::list::print::Printer;
use crate::commands::list::row::ListRow;
use crate::commands::messages::list as messages;
use crate::commands::output;
use crate::filter::{Filter, FilterRow, Match, RowAccount, RowKey, RowKeys, Searcher};
use crate::inventory::report_poll_interval;
use crate::model::{CredentialReport, ErrorKind, OddReportRow, ReportRow, ServiceError};

/// The maximum number of unreadable rows that are named.
const MAX_ODD_ROWS_SHOWN: usize = 10;

/// Requests the report and reads it. IAM makes a new one only if the last one is
/// older than four hours.
///
/// # Errors
/// Returns an error if a call fails, or if the report is not ready in time.
pub(super) async fn read(session: &Session) -> Result<CredentialReport, ServiceError> {
    let reader = session.screen_reader();
    reader.generate_report().await?;
    let mut polls = 0;
    loop {
        let report = reader.report().await;
        let is_pending = report.as_ref().is_err_and(|error| error.kind == ErrorKind::NotReady);
        match report_poll_interval(polls).filter(|_| is_pending) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return report,
        }
        polls += 1;
    }
}

/// Prints the rows of the report that match the filter. Returns the number of
/// rows that could not be checked.
///
/// # Errors
/// Returns an error if nothing more can be printed.
pub(super) fn print(
    rows: &[ReportRow],
    account: RowAccount<'_>,
    filter: &Filter,
    printer: &mut Printer,
) -> Result<usize, CommandError> {
    let mut searcher = Searcher::default();
    let mut undecided = 0;
    let mut shown = Vec::new();
    for row in rows {
        let keys: Vec<_> =
            if row.keys.is_empty() { vec![None] } else { row.keys.iter().map(Some).collect() };
        for key in keys {
            let subject = FilterRow {
                account,
                user: row.user.as_ref(),
                user_id: None,
                path: row.arn.user_path(),
                mfa: row.mfa.value().copied(),
                keys: RowKeys::Reported(&row.keys),
                key: key.map(RowKey::Reported),
                marked: false,
            };
            match filter.matches(&subject, &mut searcher) {
                Match::Yes(rank) => shown.push(ListRow::reported(row, key, rank)),
                Match::Unknown => undecided += 1,
                Match::No => {}
            }
        }
    }
    printer.print_or_buffer(shown)?;
    printer.finish()?;
    Ok(undecided)
}

/// Prints what the report covers and how many rows could not be checked.
pub(super) fn print_summary(
    context_label: &str,
    report: &CredentialReport,
    printed: usize,
    undecided: usize,
) -> Exit {
    let users = report.rows.iter().filter(|row| row.user.is_some()).count();
    let generated = crate::model::format_date_time(report.generated);
    output::eprint_line(&messages::report_coverage(context_label, printed, &generated, users));
    print_odd_rows(&report.odd);
    if undecided > 0 {
        output::eprint_line(&messages::report_undecided(undecided));
    }
    if undecided + report.odd.len() == 0 { Exit::Done } else { Exit::Partial }
}

/// Prints the rows of the report that could not be read.
pub(super) fn print_odd_rows(odd: &[OddReportRow]) {
    for row in odd.iter().take(MAX_ODD_ROWS_SHOWN) {
        output::eprint_line(&messages::odd_report_row(row));
    }
    let more = odd.len().saturating_sub(MAX_ODD_ROWS_SHOWN);
    if more > 0 {
        output::eprint_line(&messages::more_odd_report_rows(more));
    }
}
