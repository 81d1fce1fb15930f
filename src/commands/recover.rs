//! Changes that a crash left without an outcome are settled before a command
//! writes, or shows the journal.

use jiff::Timestamp;

use crate::aws::Session;
use crate::changes::{self, Finding, Journal, Site};
use crate::commands::out;

/// Settles what is open at the site, and says what was found. Asks nothing
/// where nothing is open. A journal that can't be used is not told of here:
/// what comes next needs it, and says so.
pub(super) async fn settle(session: &Session, journal: &Journal, site: &Site) {
    let tell = |finding: Finding| {
        // What is about to be read is told by what the read has found.
        if !matches!(finding, Finding::Open(_)) {
            out::say(&finding.sentence(Timestamp::now()));
        }
    };
    let _ = changes::recover(&session.screen(), journal, site, Timestamp::now, tell).await;
}
