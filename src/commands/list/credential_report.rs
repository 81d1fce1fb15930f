//! `keyflip list --report`: the credential report, and nothing else.

use std::time::Duration;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::list::print::Printer;
use crate::commands::list::row::{ListRow, path_of};
use crate::commands::output;
use crate::commands::output::Exit;
use crate::filter::{Filter, FilterRow, Match, RowKey, RowKeys, Searcher};
use crate::model::{ErrorKind, ReportRow, ServiceError};

/// How long to wait for a report that is being made, the first time and at
/// most; it doubles.
const POLL_INTERVALS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// A report that is not made by then is given up.
const REPORT_TIMEOUT: Duration = Duration::from_mins(5);

/// Has the report made, unless there is one, and reads it.
///
/// # Errors
/// IAM's refusal, or no answer; or it was not made in time.
pub(super) async fn read(session: &Session) -> Result<(Vec<ReportRow>, Timestamp), ServiceError> {
    let reader = session.screen_reader();
    reader.generate_report().await?;
    for pause in pauses() {
        match reader.report().await {
            Err(error) if error.kind == ErrorKind::NotReady => tokio::time::sleep(pause).await,
            answer => return answer,
        }
    }
    reader.report().await
}

/// The pauses before a report that is being made is asked for again.
fn pauses() -> impl Iterator<Item = Duration> {
    let mut waited = Duration::ZERO;
    std::iter::successors(Some(POLL_INTERVALS.0), |pause| Some((*pause * 2).min(POLL_INTERVALS.1)))
        .take_while(move |pause| {
            let goes_on = waited < REPORT_TIMEOUT;
            waited += *pause;
            goes_on
        })
}

/// Prints what of the report the filter holds for, and tells how many rows
/// it could not decide.
///
/// # Errors
/// How the command ends, since nothing more can be printed.
pub(super) fn print(
    rows: &[ReportRow],
    filter: &Filter,
    printer: &mut Printer,
) -> Result<usize, Exit> {
    let mut searcher = Searcher::default();
    let mut undecided = 0;
    let mut shown = Vec::new();
    for row in rows {
        let keys: Vec<_> =
            if row.keys.is_empty() { vec![None] } else { row.keys.iter().map(Some).collect() };
        for key in keys {
            let subject = FilterRow {
                user: row.user.as_ref(),
                path: path_of(row),
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
    printer.take(shown)?;
    printer.finish()?;
    Ok(undecided)
}

/// Says what a report is, and what it left open.
pub(super) fn print_summary(
    context_label: &str,
    rows: &[ReportRow],
    made: Timestamp,
    printed: usize,
    undecided: usize,
) -> Exit {
    let users = rows.iter().filter(|row| row.user.is_some()).count();
    let made = crate::model::format_date_time(made);
    output::eprint_line(&format!(
        "{context_label}: {} from the credential report of {made}, which covers {users} users and root. It holds no key IDs, \
         and may be up to four hours old.",
        super::count_with_noun(printed, "row", "rows")
    ));
    if undecided == 0 {
        return Exit::Done;
    }
    output::eprint_line(&format!(
        "The report can't tell whether the filter holds for {} more.",
        super::count_with_noun(undecided, "row", "rows")
    ));
    Exit::Partial
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_never_made_is_asked_for_during_five_minutes() {
        let waited: Duration = pauses().take(1_000).sum();
        assert!(
            (REPORT_TIMEOUT..REPORT_TIMEOUT + POLL_INTERVALS.1).contains(&waited),
            "{waited:?}"
        );
    }
}
