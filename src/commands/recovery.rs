//! Resolves unfinished changes, which have no outcome because of a crash, before
//! a command changes a key or shows the journal.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::aws::Session;
use crate::changes::{self, ChangeOrigin, Journal, RecoveryFinding};
use crate::commands::messages::change as messages;
use crate::commands::output;

/// The timeout before a change, which must not wait long for earlier ones.
pub(super) const TIMEOUT_BEFORE_CHANGE: Duration = Duration::from_secs(3);

/// The timeout of commands that show the journal or depend on it.
pub(super) const TIMEOUT_FOR_JOURNAL: Duration = Duration::from_mins(1);

/// The number of keys that are named if changes stay unfinished.
const MAX_KEYS_NAMED: usize = 3;

/// Resolves the unfinished changes of an account, within a timeout. Prints their
/// statuses and which stay unfinished. Sends nothing if there are none. Ignores
/// errors of the journal, since the command reports them when it uses it.
pub(super) async fn recover_unfinished(
    session: &Session,
    journal: &Journal,
    change_origin: &ChangeOrigin,
    within: Duration,
) {
    let until = Instant::now() + within;
    let mut open =
        match timeout_at(until, changes::find_unfinished(journal, change_origin, Timestamp::now()))
            .await
        {
            Ok(Ok(open)) => open,
            Ok(Err(_)) => return,
            Err(_) => return output::eprint_line(&messages::journal_not_searched(within)),
        };
    if let Some(sentence) = messages::in_flight_elsewhere(open.in_flight.len()) {
        output::eprint_line(&sentence);
    }
    let print = |finding: RecoveryFinding| {
        // The result of the read follows, and is enough.
        if !matches!(finding, RecoveryFinding::Reading(_)) {
            output::eprint_line(&finding.sentence(Timestamp::now()));
        }
    };
    let recovery_run =
        timeout_at(until, open.recover(&session.screen_reader(), journal, Timestamp::now, print))
            .await;
    if recovery_run.is_err() {
        let left = open.recoverable.iter().map(|entry| entry.intent.key_and_owner());
        let named: Vec<_> = left.take(MAX_KEYS_NAMED).collect();
        let sentence = messages::still_unfinished(open.recoverable.len(), &named, within);
        output::eprint_line(&sentence);
    }
}
