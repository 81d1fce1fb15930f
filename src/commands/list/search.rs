//! Search for keys in the list of the account, for a text that does not have the whole ID, and for
//! services that do not name the owner of a key.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::aws::Session;
use crate::cli::Format;
use crate::commands::error::CommandError;
use crate::commands::list::print::Printer;
use crate::commands::list::progress::ProgressBar;
use crate::commands::list::scan::ListScan;
use crate::commands::list::{ListRun, empty_inventory};
use crate::filter::{Filter, Searcher};
use crate::inventory::Inventory;
use crate::model::{AccessKey, ServiceError, SessionContext, UserName};

/// The account as far as the searches have read it. Each search reads only what is missing.
pub(in crate::commands) struct AccountSearch {
    session: Session,
    inventory: Inventory,
    start: Instant,
}

/// A key that matches.
#[derive(Clone, Debug)]
pub(in crate::commands) struct FoundKey {
    /// The owner; `None` for the root user.
    pub(in crate::commands) user: Option<UserName>,
    /// The key.
    pub(in crate::commands) key: AccessKey,
}

/// The result of a search.
#[derive(Clone, Debug)]
pub(in crate::commands) struct SearchResult {
    /// The keys that match.
    pub(in crate::commands) keys: Vec<FoundKey>,
    /// The number of users whose keys were read, and of all that are listed.
    pub(in crate::commands) users: (usize, usize),
    /// Whether a user matches, with keys or without.
    pub(in crate::commands) has_user: bool,
    /// Why the search is not complete.
    pub(in crate::commands) failure: Option<Arc<ServiceError>>,
}

impl AccountSearch {
    /// Returns a search of the account of the session.
    pub(in crate::commands) fn new(session: &Session, session_context: &SessionContext) -> Self {
        Self {
            session: session.clone(),
            inventory: empty_inventory(session_context),
            start: Instant::now(),
        }
    }

    /// Reads the account until all keys that match the filter are known. Can be dropped at any
    /// time.
    ///
    /// # Errors
    /// Returns an error if the filter is not valid.
    pub(in crate::commands) async fn keys(
        &mut self,
        filter: &str,
    ) -> Result<SearchResult, CommandError> {
        let filter =
            Filter::parse(filter, Timestamp::now()).map_err(CommandError::InvalidFilter)?;
        let mut run = ListRun {
            session: self.session.clone(),
            inventory: std::mem::take(&mut self.inventory),
            scan: ListScan::new(&filter),
            // The rows are not printed.
            printer: Printer::new(Format::Table),
            progress: ProgressBar::new(),
            start: self.start,
        };
        let read = run.read().await;
        run.progress.clear();
        read?;
        let counts = &run.scan.counts;
        let users = (counts.read + counts.excluded, run.inventory.coverage().users);
        let failure = [run.inventory.stopped(), run.inventory.listing_failure()];
        let failure =
            failure.into_iter().flatten().next().map(|failure| Arc::clone(&failure.error));
        let failure = failure.or_else(|| counts.first_failure.clone());
        let has_user = run.printer.rows() > 0;
        self.inventory = run.inventory;
        Ok(SearchResult { keys: self.matching(&filter), users, has_user, failure })
    }

    fn matching(&self, filter: &Filter) -> Vec<FoundKey> {
        let mut searcher = Searcher::default();
        let mut found = Vec::new();
        for (_, facts) in self.inventory.users() {
            for key in facts.live_keys() {
                if filter.matches(&facts.key_row(key, false), &mut searcher).is_yes() {
                    let user = (!facts.is_root).then(|| facts.name.clone());
                    found.push(FoundKey { user, key: key.clone() });
                }
            }
        }
        found
    }
}
