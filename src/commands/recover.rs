//! Changes that a crash left without an outcome are settled before a command
//! writes, or shows the journal.

use jiff::Timestamp;

use crate::aws::Session;
use crate::changes::{self, Journal, Site};
use crate::commands::out;

/// Settles what is open at the site, and says what was found. Asks nothing
/// where nothing is open. A journal that can't be used is not told of here:
/// what comes next needs it, and says so.
pub(super) async fn settle(session: &Session, journal: &Journal, site: &Site) {
    if let Ok(settled) = changes::settle_open(&session.screen(), journal, site, Timestamp::now).await {
        for sentence in settled.sentences(Timestamp::now()) {
            out::say(&sentence);
        }
    }
}
