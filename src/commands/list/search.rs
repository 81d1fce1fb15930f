//! Search for keys in the list of the account, for a text that does not have the whole ID, and for
//! services that do not name the owner of a key.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::aws::Session;
use crate::commands::list::run::{ListRun, THROTTLING_TIMEOUT, empty_inventory};
use crate::commands::list::scan::ListScan;
use crate::commands::messages::list as messages;
use crate::commands::progress::ProgressLine;
use crate::filter::{Filter, Searcher};
use crate::inventory::{Inventory, UserFacts};
use crate::model::{AccessKey, ErrorKind, ServiceError, SessionContext, UserName};

/// The account as far as the searches have read it. Each search reads only what is missing.
pub(in crate::commands) struct AccountSearch {
    session: Session,
    inventory: Inventory,
    start: Instant,
    /// Whether progress is not shown.
    is_hidden: bool,
    /// Why no more is read: the last search gave up.
    ended: Option<Arc<ServiceError>>,
}

/// A key that matches.
#[derive(Clone, Debug)]
pub(in crate::commands) struct FoundKey {
    /// The owner; `None` for the root user.
    pub(in crate::commands) user: Option<UserName>,
    /// The key.
    pub(in crate::commands) key: AccessKey,
}

impl FoundKey {
    /// Returns a key with its owner.
    pub(super) fn new(facts: &UserFacts, key: &AccessKey) -> Self {
        Self { user: (!facts.is_root).then(|| facts.name.clone()), key: key.clone() }
    }
}

/// How many users were searched.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands) struct UsersRead {
    /// The number of users whose keys were read, or need not be.
    pub(in crate::commands) read: usize,
    /// The number of all users that are listed.
    pub(in crate::commands) listed: usize,
}

/// The result of a search.
#[derive(Clone, Debug)]
pub(in crate::commands) struct SearchResult {
    /// The keys that match.
    pub(in crate::commands) keys: Vec<FoundKey>,
    /// The users whose keys were read.
    pub(in crate::commands) users: UsersRead,
    /// Whether a user matches, with keys or without.
    pub(in crate::commands) has_user: bool,
    /// Why there may be more: not every user could be read.
    pub(in crate::commands) incomplete: Option<Arc<ServiceError>>,
}

impl AccountSearch {
    /// Returns a search of the account of the session.
    pub(in crate::commands) fn new(session: &Session, session_context: &SessionContext) -> Self {
        Self {
            session: session.clone(),
            inventory: empty_inventory(session_context),
            start: Instant::now(),
            is_hidden: false,
            ended: None,
        }
    }

    /// Returns a search that shows no progress.
    pub(in crate::commands) fn hidden(session: &Session, session_context: &SessionContext) -> Self {
        Self { is_hidden: true, ..Self::new(session, session_context) }
    }

    /// Reads the account until all keys that match the filter are known, or no more can be read.
    ///
    /// # Errors
    /// Returns an error if the filter is not valid.
    pub(in crate::commands) async fn keys(
        &mut self,
        filter: &str,
    ) -> Result<SearchResult, ServiceError> {
        let invalid = |error: &dyn std::fmt::Display| {
            ServiceError::new(ErrorKind::Other, "ListAccessKeys", error.to_string())
        };
        let filter = Filter::parse(filter, Timestamp::now()).map_err(|error| invalid(&error))?;
        let progress = if self.is_hidden { ProgressLine::hidden() } else { ProgressLine::new() };
        let (session, scan) = (self.session.clone(), ListScan::new(&filter));
        let mut run = ListRun {
            start: self.start,
            ..ListRun::new(session, &mut self.inventory, scan, progress)
        };
        if self.ended.is_none() {
            let read = run.read(|_, _| Ok(())).await;
            run.progress.clear();
            read.map_err(|error| invalid(&error))?;
        }
        let counts = &run.scan.counts;
        let users = UsersRead {
            read: counts.read + counts.excluded,
            listed: run.inventory.coverage().users,
        };
        let has_row = run.rows > 0;
        let failure = [run.inventory.stopped(), run.inventory.listing_failure()];
        let failure =
            failure.into_iter().flatten().next().map(|failure| Arc::clone(&failure.error));
        let failure = failure.or_else(|| counts.first_failure.clone());
        let (is_complete, is_throttled_out) = (run.is_complete(), run.is_throttled_out());
        if is_throttled_out {
            let error = ServiceError::new(
                ErrorKind::Throttled,
                "ListAccessKeys",
                messages::throttled(THROTTLING_TIMEOUT),
            );
            self.ended = Some(Arc::new(error));
        }
        let unread = || {
            let message = messages::NOT_ALL_USERS_READ;
            Arc::new(ServiceError::new(ErrorKind::Other, "ListAccessKeys", message))
        };
        let incomplete = (!is_complete || self.ended.is_some())
            .then(|| self.ended.clone().or(failure).unwrap_or_else(unread));
        let keys = self.matching(&filter);
        // A key that several users list has a row of its owner only.
        let has_user = has_row || !keys.is_empty();
        Ok(SearchResult { keys, users, has_user, incomplete })
    }

    fn matching(&self, filter: &Filter) -> Vec<FoundKey> {
        let mut searcher = Searcher::default();
        let mut found = Vec::new();
        let account = self.inventory.row_account();
        for (_, facts) in self.inventory.users() {
            for key in facts.live_keys() {
                if filter.matches(&facts.key_row(account, key, false), &mut searcher).is_yes() {
                    found.push(FoundKey::new(facts, key));
                }
            }
        }
        found
    }
}
