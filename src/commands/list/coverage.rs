//! What a finished list covers.

use std::sync::Arc;

use crate::commands::exit::Exit;
use crate::commands::list::credential_report;
use crate::commands::list::run::{ListRun, THROTTLING_TIMEOUT};
use crate::commands::list::summary::ListSummary;
use crate::commands::messages::list as messages;
use crate::commands::messages::list::UnreadUsers;
use crate::commands::open_session;
use crate::filter::{Match, Searcher};
use crate::inventory::ReportState;
use crate::model::{ErrorKind, Known, ServiceError, SessionContext, owner_not_certain};

/// The maximum number of keys with several owners that are named.
const MAX_CONTESTED_SHOWN: usize = 10;

/// Last uses that could not be read.
#[derive(Default)]
struct UnreadLastUses {
    denied: usize,
    failed: usize,
    /// The error of the first.
    error: Option<Arc<ServiceError>>,
}

impl ListRun<'_> {
    /// Returns the account, how much of it the list covers, and what failed. With
    /// `asks_for_last_uses` the list is partial if last uses could not be read.
    pub(super) fn summary(
        &self,
        session_context: &SessionContext,
        asks_for_last_uses: bool,
    ) -> ListSummary {
        let mut lines = Vec::new();
        let counts = &self.scan.counts;
        let listed = self.inventory.coverage();
        let mut session_context = session_context.clone();
        let alias = self.inventory.alias().value().cloned().flatten();
        session_context.alias = session_context.alias.or(alias);
        let is_lower = |in_account: &usize| !listed.is_list_complete || *in_account > listed.users;
        let in_account = listed.users_in_account.filter(is_lower);
        let unread = UnreadUsers {
            excluded: counts.excluded,
            denied: counts.denied,
            failed: counts.failed,
            deleted: counts.deleted,
            not_read: self.scan.remaining_users(),
        };
        lines.push(messages::coverage(
            &open_session::context_label(&session_context),
            self.rows,
            (listed.users, in_account),
            counts.read,
            unread,
        ));
        let last_uses = self.unread_last_uses();
        if let Some(error) = &last_uses.error {
            lines.push(messages::last_uses_not_known(last_uses.denied, last_uses.failed, error));
        }
        if counts.undecided > 0 {
            lines.push(messages::undecided(counts.undecided));
        }
        self.add_contested(&session_context, &mut lines);
        match self.inventory.report() {
            ReportState::Read { odd, .. } => lines.extend(credential_report::odd_rows(odd)),
            ReportState::Unavailable(failure) => {
                lines.push(messages::report_not_used(&failure.error));
            }
            report if report.is_overdue() => lines.push(messages::REPORT_NOT_READY.to_owned()),
            ReportState::NotRead | ReportState::Pending { .. } => {}
        }
        if self.is_throttled_out() {
            lines.push(messages::throttled(THROTTLING_TIMEOUT));
        }
        let failure = [self.inventory.stopped(), self.inventory.listing_failure()];
        let failure = failure.into_iter().flatten().next().map(|failure| &failure.error);
        if let Some(error) = failure.or(counts.first_failure.as_ref()) {
            lines.push(error.to_string());
        }
        // A service that has no last uses has none to leave out.
        let is_failure = |error: &Arc<ServiceError>| error.kind != ErrorKind::Unsupported;
        let lacks_last_uses =
            asks_for_last_uses && last_uses.error.as_ref().is_some_and(is_failure);
        let exit = match failure {
            Some(error) if listed.users == 0 => Exit::for_error(error),
            _ if failure.is_none() && !lacks_last_uses && self.is_complete() => Exit::Done,
            _ => Exit::Partial,
        };
        ListSummary { lines, exit }
    }

    /// Counts the last uses that could not be read, of the keys that the filter does not exclude.
    fn unread_last_uses(&self) -> UnreadLastUses {
        let (mut unread, mut searcher) = (UnreadLastUses::default(), Searcher::default());
        let users = self.inventory.users().map(|(_, facts)| facts);
        let keys = users.flat_map(|facts| facts.live_keys().iter().map(move |key| (facts, key)));
        for (facts, key) in keys {
            let (number, failure) = match &key.last_use {
                Known::Denied(failure) => (&mut unread.denied, failure),
                Known::Failed(failure) => (&mut unread.failed, failure),
                _ => continue,
            };
            let row = facts.key_row(self.inventory.row_account(), key, false);
            if self.scan.filter.matches(&row, &mut searcher) == Match::No {
                continue;
            }
            *number += 1;
            unread.error.get_or_insert_with(|| Arc::clone(&failure.error));
        }
        unread
    }

    /// Adds the keys that are listed for several users.
    fn add_contested(&self, session_context: &SessionContext, lines: &mut Vec<String>) {
        let contested = self.inventory.contested_keys();
        for (key, users) in contested.iter().take(MAX_CONTESTED_SHOWN) {
            lines.push(owner_not_certain(key, users, &session_context.account_label()));
        }
        let more = contested.len().saturating_sub(MAX_CONTESTED_SHOWN);
        if more > 0 {
            lines.push(messages::more_with_several_owners(more));
        }
    }
}
