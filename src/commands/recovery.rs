//! Resolves unfinished changes, which have no outcome because of a crash, before
//! a command changes a key or shows the journal.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::aws::Session;
use crate::changes::{self, ChangeOrigin, Journal, Lookback, RecoveryFinding};
use crate::commands::messages::change as messages;
use crate::commands::output;

/// How far recovery goes.
#[derive(Clone, Copy)]
pub(super) struct RecoveryLimits {
    within: Duration,
    lookback: Lookback,
}

/// Before a change, which must not wait long for earlier ones.
pub(super) const BEFORE_CHANGE: RecoveryLimits =
    RecoveryLimits { within: Duration::from_secs(3), lookback: Lookback::BeforeChange };

/// Before an undo: it reads the status of its keys in any case.
pub(super) const BEFORE_UNDO: RecoveryLimits =
    RecoveryLimits { within: Duration::from_mins(1), lookback: Lookback::BeforeChange };

/// For commands that show the journal, or read all of it.
pub(super) const FOR_JOURNAL: RecoveryLimits =
    RecoveryLimits { within: Duration::from_mins(1), lookback: Lookback::All };

/// The number of keys that are named if changes stay unfinished.
const MAX_KEYS_NAMED: usize = 3;

/// Resolves the unfinished changes of an account, within the limits. Prints their
/// statuses and which stay unfinished. Sends nothing if there are none. Ignores
/// errors of the journal, since the command reports them when it uses it.
pub(super) async fn recover_unfinished(
    session: &Session,
    journal: &Journal,
    change_origin: &ChangeOrigin,
    RecoveryLimits { within, lookback }: RecoveryLimits,
) {
    let until = Instant::now() + within;
    let search = changes::find_unfinished(journal, change_origin, lookback, Timestamp::now());
    let mut open = match timeout_at(until, search).await {
        Ok(Ok(open)) => open,
        Ok(Err(_)) => return,
        Err(_) => return output::eprint_line(&messages::journal_not_searched(within)),
    };
    match &open.in_flight[..] {
        [] => {}
        [only] => {
            let finding = RecoveryFinding::InFlight(only.clone());
            output::eprint_line(&finding.sentence(Timestamp::now()));
        }
        several => output::eprint_line(&messages::in_flight_elsewhere(several.len())),
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
