//! `keyflip list --report`: lists users and keys from the [credential
//! report](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html)
//! only.

use jiff::Timestamp;

use crate::commands::exit::Exit;
use crate::commands::list::summary::ListSummary;
use crate::commands::messages::list as messages;
use crate::filter::{Filter, FilterRow, Match, RowAccount, Searcher};
use crate::model::{CredentialReport, OddReportRow, ReportRow, format_ago, format_date_time};
use crate::ops::list_row::ListRow;

/// The maximum number of unreadable rows that are named.
const MAX_ODD_ROWS_SHOWN: usize = 10;

/// Returns the rows of the report that match the filter, and the number of rows
/// that could not be checked.
pub(super) fn matching(
    rows: &[ReportRow],
    account: RowAccount<'_>,
    filter: &Filter,
) -> (Vec<ListRow>, usize) {
    let mut searcher = Searcher::default();
    let mut undecided = 0;
    let mut shown = Vec::new();
    for row in rows {
        let keys: Vec<_> =
            if row.keys.is_empty() { vec![None] } else { row.keys.iter().map(Some).collect() };
        for key in keys {
            let subject = FilterRow::reported(account, row, key);
            match filter.matches(&subject, &mut searcher) {
                Match::Yes(rank) => shown.push(ListRow::reported(row, key, rank)),
                Match::Unknown => undecided += 1,
                Match::No => {}
            }
        }
    }
    (shown, undecided)
}

/// Returns what the report covers and how many rows could not be checked.
pub(super) fn summary(
    context_label: &str,
    report: &CredentialReport,
    printed: usize,
    undecided: usize,
) -> ListSummary {
    let users = report.rows.iter().filter(|row| row.user.is_some()).count();
    let has_root = report.rows.iter().any(|row| row.user.is_none());
    let generated = report.generated;
    let ago = format_ago(generated, Timestamp::now());
    let generated = format!("{} ({ago})", format_date_time(generated));
    let mut lines =
        vec![messages::report_coverage(context_label, printed, &generated, users, has_root)];
    lines.extend(odd_rows(&report.odd));
    if undecided > 0 {
        lines.push(messages::report_undecided(undecided));
    }
    let exit = if undecided + report.odd.len() == 0 { Exit::Done } else { Exit::Partial };
    ListSummary { lines, exit }
}

/// Returns the sentences about the rows of the report that could not be read.
pub(super) fn odd_rows(odd: &[OddReportRow]) -> impl Iterator<Item = String> {
    let more = odd.len().saturating_sub(MAX_ODD_ROWS_SHOWN);
    let more = (more > 0).then(|| messages::more_odd_report_rows(more));
    odd.iter().take(MAX_ODD_ROWS_SHOWN).map(messages::odd_report_row).chain(more)
}
