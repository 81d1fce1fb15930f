//! The list of users, page by page.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::inventory::messages::{ENDLESS_LIST_HINT, REPEATED_MARKER, too_many_pages};
use crate::model::{ErrorKind, Marker, ReadFailure, ServiceError};

/// Number of users after which the list stops until the user continues it. IAM allows 5,000 in an
/// account: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
const MAX_USERS: usize = 20_000;

/// Number of pages in a row without a new user after which it stops. Some are no sign of an error:
/// a page may be empty although others follow.
const MAX_PAGES_WITHOUT_USERS: usize = 200;

/// State of the list of users.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct UserListing {
    /// Number of the listing. Later ones detect deleted users.
    pub(super) round: u32,
    /// The marker of the next page.
    pub(super) next: Option<Marker>,
    /// Number of pages received.
    pub(super) pages: usize,
    /// What they had since the list began, or was continued.
    progress: ListProgress,
    /// The markers received.
    pub(super) markers: HashSet<Marker>,
    /// When the last page of this listing came.
    pub(super) done: Option<Timestamp>,
    /// The error that stopped it.
    pub(super) failure: Option<ReadFailure>,
    /// When the first read of this listing was sent. A user whose keys were listed since then is
    /// not missing.
    pub(super) begun: Option<Timestamp>,
}

/// What the pages of the list of users had.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ListProgress {
    /// Number of users.
    users: usize,
    /// Number of the last pages in a row without a new user.
    pages_without_users: usize,
}

impl UserListing {
    /// Returns a new listing from the first page on.
    pub(super) fn next_round(&self) -> Self {
        Self { round: self.round + 1, ..Self::default() }
    }

    /// Notes a page with so many users that no page before had.
    pub(super) fn record_page(&mut self, new_users: usize) {
        self.pages += 1;
        let progress = &mut self.progress;
        progress.users += new_users;
        progress.pages_without_users =
            if new_users == 0 { progress.pages_without_users + 1 } else { 0 };
    }

    /// Stops the list if the marker of its next page shows that it repeats, or if it seems endless.
    pub(super) fn check_progress(&mut self, next: &Marker, at: Timestamp) {
        let ListProgress { users, pages_without_users } = self.progress;
        if !self.markers.insert(next.clone()) {
            self.failure = Some(endless_list_failure(REPEATED_MARKER, at));
        } else if users >= MAX_USERS || pages_without_users >= MAX_PAGES_WITHOUT_USERS {
            self.failure = Some(endless_list_failure(too_many_pages(self.pages), at));
            self.progress = ListProgress::default();
        }
    }
}

/// Returns the failure of a list of users without an end.
fn endless_list_failure(message: impl Into<Arc<str>>, at: Timestamp) -> ReadFailure {
    let error =
        ServiceError::new(ErrorKind::Unreadable, "ListUsers", message).with_hint(ENDLESS_LIST_HINT);
    ReadFailure { error: Arc::new(error), at }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of pages after which the list stops, up to 1,000.
    fn stops_after(new_users: impl Fn(usize) -> usize) -> Option<usize> {
        let mut listing = UserListing::default();
        (1..=1000).find(|number| {
            listing.record_page(new_users(*number));
            let next = Marker(number.to_string().into());
            listing.check_progress(&next, Timestamp::UNIX_EPOCH);
            listing.failure.is_some()
        })
    }

    #[test]
    fn only_a_list_without_progress_or_with_too_many_users_stops() {
        assert_eq!(
            stops_after(|number| usize::from(number % 7 == 0)),
            None,
            "small and empty pages"
        );
        assert_eq!(stops_after(|_| 0), Some(200));
        assert_eq!(stops_after(|_| 1000), Some(20));
    }

    #[test]
    fn a_repeated_marker_stops_the_list() {
        let mut listing = UserListing::default();
        listing.check_progress(&Marker("a".into()), Timestamp::UNIX_EPOCH);
        assert_eq!(listing.failure, None);
        listing.check_progress(&Marker("a".into()), Timestamp::UNIX_EPOCH);
        assert!(listing.failure.is_some());
    }
}
