//! The accounts of all sign-ins, listed while they are entered.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::commands::error::CommandError;
use crate::commands::messages::accounts as messages;
use crate::commands::output;
use crate::commands::progress::bar;
use crate::model::{AccountId, ListedAccount, ServiceError};
use crate::ops::reach::AccountRouter;

/// The accounts of all sign-ins, which arrive page by page while others are entered.
pub(super) struct ListedAccounts {
    incoming: Option<mpsc::UnboundedReceiver<ListedAccount>>,
    state: Arc<Mutex<ListingState>>,
    read: JoinHandle<()>,
}

/// What is known of the lists.
#[derive(Debug, Default)]
struct ListingState {
    seen: HashSet<AccountId>,
    failures: Vec<Arc<ServiceError>>,
    is_complete: bool,
}

impl ListedAccounts {
    pub(super) fn start(router: &AccountRouter) -> Self {
        let (sender, incoming) = mpsc::unbounded_channel();
        let state = Arc::new(Mutex::new(ListingState::default()));
        let (router, listing) = (router.clone(), Arc::clone(&state));
        let read = tokio::spawn(async move {
            let mut pages = Box::pin(router.accounts());
            while let Some(page) = pages.next().await {
                let mut listing = listing.lock().unwrap_or_else(PoisonError::into_inner);
                match page {
                    // Several sign-ins may list the same account.
                    Ok(page) => {
                        for account in page {
                            if listing.seen.insert(account.id.clone()) {
                                // Fails only if nobody listens.
                                let _ = sender.send(account);
                            }
                        }
                    }
                    Err(error) => listing.failures.push(error),
                }
            }
            listing.lock().unwrap_or_else(PoisonError::into_inner).is_complete = true;
        });
        Self { incoming: Some(incoming), state, read }
    }

    /// Returns each account once. Returns nothing the second time.
    pub(super) fn stream(&mut self) -> impl Stream<Item = ListedAccount> + use<> {
        stream::unfold(self.incoming.take(), |incoming| async move {
            let mut incoming = incoming?;
            let account = incoming.recv().await?;
            Some((account, Some(incoming)))
        })
    }

    /// Returns the number of accounts so far.
    pub(super) fn len(&self) -> usize {
        self.state().seen.len()
    }

    /// Returns whether all lists were read to their ends, or to their errors.
    pub(super) fn is_complete(&self) -> bool {
        self.state().is_complete
    }

    /// Returns the text of the progress line: how many accounts are done after `elapsed`.
    pub(super) fn progress(&self, done: usize, elapsed: Duration) -> String {
        let left = self.time_left(done, elapsed);
        bar(done, self.len(), &messages::accounts_left(left))
    }

    /// Returns the time that the rest will take, once the number of accounts is known, if `done`
    /// took `elapsed`; `None` if nothing is left.
    fn time_left(&self, done: usize, elapsed: Duration) -> Option<Duration> {
        let state = self.state();
        let all = state.is_complete.then_some(state.seen.len())?;
        remaining_time(all.saturating_sub(done), done, elapsed)
    }

    /// Returns the errors of the lists.
    ///
    /// # Errors
    /// Returns the first of them if no account is listed, and prints the others.
    pub(super) fn failures(&self) -> Result<Vec<Arc<ServiceError>>, CommandError> {
        let failures = self.state().failures.clone();
        if self.len() == 0 { none_listed(failures) } else { Ok(failures) }
    }

    fn state(&self) -> MutexGuard<'_, ListingState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks the errors of lists that have no account.
///
/// # Errors
/// Returns the first of them, if there is one, and prints the others.
pub(super) fn none_listed(
    failures: Vec<Arc<ServiceError>>,
) -> Result<Vec<Arc<ServiceError>>, CommandError> {
    let Some((first, others)) = failures.split_first() else { return Ok(failures) };
    for error in others {
        output::eprint_line(&messages::list_failed(error));
    }
    Err(CommandError::Service(ServiceError::clone(first)))
}

impl Drop for ListedAccounts {
    fn drop(&mut self) {
        self.read.abort();
    }
}

/// Returns the time for `left` more if `done` took `elapsed`; `None` if `left` or `done` is 0.
fn remaining_time(left: usize, done: usize, elapsed: Duration) -> Option<Duration> {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let time = elapsed.checked_mul(count(left))?.checked_div(count(done))?;
    (left > 0).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_left_for_nothing() {
        let elapsed = Duration::from_secs(10);
        assert_eq!(remaining_time(15, 5, elapsed), Some(Duration::from_secs(30)));
        assert_eq!(remaining_time(0, 5, elapsed), None);
        assert_eq!(remaining_time(5, 0, elapsed), None);
    }
}
