//! Changes that a crash left without an outcome are settled before a command
//! writes, or shows the journal.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::aws::Session;
use crate::changes::{self, ChangeContext, Journal, JournalEntry, RecoveryFinding};
use crate::commands::output;

/// A change that is to be made now waits no longer for those of the past;
/// what is still open then stays so.
pub(super) const TIMEOUT_BEFORE_CHANGE: Duration = Duration::from_secs(3);

/// What shows the past, or rests on it, waits for longer.
pub(super) const TIMEOUT_FOR_JOURNAL: Duration = Duration::from_mins(1);

/// So many keys are named of the changes that stay open.
const NAMED: usize = 3;

/// Settles within that time what is open at the site, and says what was found and what stays open.
/// Asks nothing where nothing is open. A journal that can't be used is not told of here: what comes
/// next needs it, and says so.
pub(super) async fn settle(
    session: &Session,
    journal: &Journal,
    change_context: &ChangeContext,
    within: Duration,
) {
    let until = Instant::now() + within;
    let mut open = match timeout_at(
        until,
        changes::find_open(journal, change_context, Timestamp::now()),
    )
    .await
    {
        Ok(Ok(open)) => open,
        Ok(Err(_)) => return,
        Err(_) => return output::eprint_line(&not_searched(within)),
    };
    if let Some(sentence) = in_flight(open.in_flight.len()) {
        output::eprint_line(&sentence);
    }
    let tell = |finding: RecoveryFinding| {
        // What is about to be read is told by what the read has found.
        if !matches!(finding, RecoveryFinding::Open(_)) {
            output::eprint_line(&finding.sentence(Timestamp::now()));
        }
    };
    let settled =
        timeout_at(until, open.settle(&session.screen_reader(), journal, Timestamp::now, tell))
            .await;
    if settled.is_err() {
        output::eprint_line(&not_settled(open.to_settle.make_contiguous(), within));
    }
}

/// What other processes are doing in the account, in one line however many
/// they are.
fn in_flight(changes: usize) -> Option<String> {
    match changes {
        0 => None,
        1 => Some(
            "Another process has a change under way in this account: keyflip journal shows it."
                .to_owned(),
        ),
        n => Some(format!(
            "Other processes have {n} changes under way in this account: keyflip journal shows them."
        )),
    }
}

fn not_searched(within: Duration) -> String {
    format!(
        "The journal could not be read within {} s, so that changes which a crash may have left open were not looked \
         for. keyflip journal looks for them.",
        within.as_secs()
    )
}

fn not_settled(left: &[JournalEntry], within: Duration) -> String {
    let (count, is) = if left.len() == 1 {
        ("1 change", "is")
    } else {
        (&*format!("{} changes", left.len()), "are")
    };
    let named: Vec<_> = left.iter().take(NAMED).map(|entry| entry.intent.key_and_owner()).collect();
    let more = if left.len() > NAMED { " and others" } else { "" };
    format!(
        "{count} that a crash left open {is} still open, since the reads took longer than {} s: {}{more}. keyflip \
         journal reads them again.",
        within.as_secs(),
        named.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_changes_are_under_way_they_are_one_line() {
        assert_eq!(in_flight(0), None);
        for n in [1, 40] {
            assert!(in_flight(n).is_some_and(|line| line.lines().count() == 1 && line.len() < 120));
        }
    }
}
