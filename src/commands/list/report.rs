//! `keyflip list --report`: the credential report, and nothing else.

use std::time::Duration;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::list::print::Printer;
use crate::commands::list::row::{Row, path_of};
use crate::commands::out::{self, Exit};
use crate::filter::{Filter, Key, Keys, Match, Searcher, Subject};
use crate::model::{ErrorKind, ReportRow, ServiceError};

/// How long to wait for a report that is being made, the first time and at
/// most; it doubles.
const WAIT: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// A report that is not made by then is given up.
const PATIENCE: Duration = Duration::from_mins(5);

/// Has the report made, unless there is one, and reads it.
///
/// # Errors
/// IAM's refusal, or no answer; or it was not made in time.
pub(super) async fn read(session: &Session) -> Result<(Vec<ReportRow>, Timestamp), ServiceError> {
    let reader = session.screen();
    reader.make_report().await?;
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
    std::iter::successors(Some(WAIT.0), |pause| Some((*pause * 2).min(WAIT.1))).take_while(move |pause| {
        let goes_on = waited < PATIENCE;
        waited += *pause;
        goes_on
    })
}

/// Prints what of the report the filter holds for, and tells how many rows
/// it could not decide.
///
/// # Errors
/// How the command ends, since nothing more can be printed.
pub(super) fn print(rows: &[ReportRow], filter: &Filter, printer: &mut Printer) -> Result<usize, Exit> {
    let mut searcher = Searcher::default();
    let mut undecided = 0;
    let mut shown = Vec::new();
    for row in rows {
        let keys: Vec<_> = if row.keys.is_empty() { vec![None] } else { row.keys.iter().map(Some).collect() };
        for key in keys {
            let subject = Subject {
                user: row.user.as_ref(),
                path: path_of(row),
                mfa: row.mfa.value().copied(),
                keys: Keys::Reported(&row.keys),
                key: key.map(Key::Reported),
                marked: false,
            };
            match filter.matches(&subject, &mut searcher) {
                Match::Yes(rank) => shown.push(Row::reported(row, key, rank)),
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
pub(super) fn say(place: &str, rows: &[ReportRow], made: Timestamp, printed: usize, undecided: usize) -> Exit {
    let users = rows.iter().filter(|row| row.user.is_some()).count();
    let made = crate::model::date_and_time(made);
    out::say(&format!(
        "{place}: {} from the credential report of {made}, which covers {users} users and root. It holds no key IDs, \
         and may be up to four hours old.",
        super::counted(printed, "row", "rows")
    ));
    if undecided == 0 {
        return Exit::Done;
    }
    out::say(&format!(
        "The report can't tell whether the filter holds for {} more.",
        super::counted(undecided, "row", "rows")
    ));
    Exit::Partly
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_never_made_is_asked_for_during_five_minutes() {
        let waited: Duration = pauses().take(1_000).sum();
        assert!((PATIENCE..PATIENCE + WAIT.1).contains(&waited), "{waited:?}");
    }
}
