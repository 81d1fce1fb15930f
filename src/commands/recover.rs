//! Changes that a crash left without an outcome are settled before a command
//! writes, or shows the journal.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;

use crate::aws::Session;
use crate::changes::{self, Finding, Journal, Site};
use crate::commands::out;

/// A change that is to be made now waits no longer for those of the past;
/// what is still open then stays so.
pub(super) const BEFORE_A_CHANGE: Duration = Duration::from_secs(3);

/// What shows the past, or rests on it, waits for longer.
pub(super) const FOR_THE_RECORD: Duration = Duration::from_mins(1);

/// Settles within that time what is open at the site, and says what was found. Asks nothing
/// where nothing is open. A journal that can't be used is not told of here:
/// what comes next needs it, and says so.
pub(super) async fn settle(session: &Session, journal: &Journal, site: &Site, within: Duration) {
    let tell = |finding: Finding| {
        // What is about to be read is told by what the read has found.
        if !matches!(finding, Finding::Open(_)) {
            out::say(&finding.sentence(Timestamp::now()));
        }
    };
    let _ = timeout(within, changes::recover(&session.screen(), journal, site, Timestamp::now, tell)).await;
}
