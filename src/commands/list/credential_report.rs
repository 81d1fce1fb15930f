//! `keyflip list --report`: lists users and keys from the
//! [credential report](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html)
//! only.

use std::time::Duration;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::error::CommandError;
use crate::commands::list::print::Printer;
use crate::commands::list::row::ListRow;
use crate::commands::messages::list as messages;
use crate::commands::output;
use crate::commands::output::Exit;
use crate::filter::{Filter, FilterRow, Match, RowKey, RowKeys, Searcher};
use crate::model::{ErrorKind, ReportRow, ServiceError};

/// The first interval between two reads of a pending report; it doubles.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(250);

/// The longest interval between two reads of a pending report.
const MAX_POLL_INTERVAL: Duration = Duration::from_secs(5);

/// The time to wait for a pending report.
const REPORT_TIMEOUT: Duration = Duration::from_mins(5);

/// Requests the report and reads it. IAM makes a new one only if the last one is
/// older than four hours.
///
/// # Errors
/// Returns an error if a call fails, or if the report is not ready in time.
pub(super) async fn read(session: &Session) -> Result<(Vec<ReportRow>, Timestamp), ServiceError> {
    let reader = session.screen_reader();
    reader.generate_report().await?;
    for pause in pauses() {
        match reader.report().await {
            Err(error) if error.kind == ErrorKind::NotReady => tokio::time::sleep(pause).await,
            result => return result,
        }
    }
    reader.report().await
}

/// Returns the pauses between the reads of a pending report.
fn pauses() -> impl Iterator<Item = Duration> {
    let mut waited = Duration::ZERO;
    let next = |pause: &Duration| Some((*pause * 2).min(MAX_POLL_INTERVAL));
    std::iter::successors(Some(MIN_POLL_INTERVAL), next).take_while(move |pause| {
        let continues = waited < REPORT_TIMEOUT;
        waited += *pause;
        continues
    })
}

/// Prints the rows of the report that match the filter. Returns the number of
/// rows that could not be checked.
///
/// # Errors
/// Returns an error if nothing more can be printed.
pub(super) fn print(
    rows: &[ReportRow],
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
                user: row.user.as_ref(),
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
    rows: &[ReportRow],
    made: Timestamp,
    printed: usize,
    undecided: usize,
) -> Exit {
    let users = rows.iter().filter(|row| row.user.is_some()).count();
    let made = crate::model::format_date_time(made);
    output::eprint_line(&messages::report_coverage(context_label, printed, &made, users));
    if undecided == 0 {
        return Exit::Done;
    }
    output::eprint_line(&messages::report_undecided(undecided));
    Exit::Partial
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_never_gets_ready_is_polled_for_five_minutes() {
        let waited: Duration = pauses().take(1_000).sum();
        assert!(
            (REPORT_TIMEOUT..REPORT_TIMEOUT + MAX_POLL_INTERVAL).contains(&waited),
            "{waited:?}"
        );
    }
}
