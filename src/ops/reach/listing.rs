//! Lists of accounts, and accounts by name.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt as _};

use crate::aws::{Portal, endless_list};
use crate::model::{AccountId, ListedAccount, ServiceError, similar_names};
use crate::ops::reach::{AccountRouter, ReachError};

/// Number of empty pages, one after the other, after which a list has no end.
const MAX_EMPTY_PAGES: u32 = 20;

/// An account that the user has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountMatch {
    /// Its ID.
    pub id: AccountId,
    /// Its name, if it was named so.
    pub name: Option<Arc<str>>,
}

/// Lists that are still to be read.
struct Pending {
    portals: VecDeque<Portal>,
    page: Option<String>,
    /// Accounts of the first portal so far.
    seen: HashSet<AccountId>,
    /// Number of empty pages, one after the other.
    empty_pages: u32,
}

impl AccountRouter {
    /// Lists the accounts of every sign-in, page by page, 100 at most. A sign-in that fails gives
    /// one error.
    pub(crate) fn accounts(
        &self,
    ) -> impl Stream<Item = Result<Vec<ListedAccount>, Arc<ServiceError>>> + Send + 'static {
        let portals = self.portals.iter().cloned().collect();
        let pages = stream::unfold(
            Pending { portals, page: None, seen: HashSet::new(), empty_pages: 0 },
            next_page,
        );
        stream::iter(self.invalid.sign_in.clone().map(Err)).chain(pages)
    }

    /// Returns the account with this ID, or with this name in the list of a sign-in. Case does not
    /// matter.
    ///
    /// # Errors
    /// Returns an error if no account or several have the name, or if a list cannot be read.
    pub(crate) async fn find_account(&self, text: &str) -> Result<AccountMatch, ReachError> {
        if let Some(id) = AccountId::parse(text.trim()) {
            return Ok(AccountMatch { id, name: None });
        }
        let (mut all, mut errors) = (Vec::new(), Vec::new());
        let mut pages = Box::pin(self.accounts());
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => all.extend(page),
                Err(error) => errors.push(error),
            }
        }
        let wanted = text.trim().to_lowercase();
        let is_named = |account: &&ListedAccount| {
            account.name.as_ref().is_some_and(|name| name.to_lowercase() == wanted)
        };
        let mut known = HashSet::new();
        let matches: Vec<_> =
            all.iter().filter(is_named).filter(|account| known.insert(&account.id)).collect();
        match (matches.as_slice(), errors.into_iter().next()) {
            // Another account with the name may be in the list that could not be read.
            ([] | [_], Some(error)) => Err(ReachError::Failed(error)),
            ([only], None) => Ok(AccountMatch { id: only.id.clone(), name: only.name.clone() }),
            ([], None) => {
                let names = all.iter().filter_map(|account| account.name.as_deref());
                let similar = similar_names(text, names).into_iter().map(Arc::from).collect();
                Err(ReachError::UnknownName {
                    name: text.into(),
                    similar,
                    has_sign_in: !self.portals.is_empty(),
                })
            }
            (several, _) => {
                let accounts = several.iter().map(|account| account.id.clone()).collect();
                Err(ReachError::SeveralAccounts { name: text.into(), accounts })
            }
        }
    }
}

/// Reads the next page.
async fn next_page(
    mut pending: Pending,
) -> Option<(Result<Vec<ListedAccount>, Arc<ServiceError>>, Pending)> {
    let portal = pending.portals.front()?;
    let read = portal.accounts(pending.page.as_deref()).await;
    let (result, next) = match read {
        Ok((mut accounts, next)) => {
            let count = accounts.len();
            accounts.retain(|account| pending.seen.insert(account.id.clone()));
            // A page of known accounts repeats a former one: the list would never end. A page may
            // be empty, but not one after the other.
            pending.empty_pages = if count == 0 { pending.empty_pages + 1 } else { 0 };
            let repeats = count > 0 && accounts.is_empty();
            if next.is_some() && (repeats || pending.empty_pages > MAX_EMPTY_PAGES) {
                (Err(Arc::new(endless_list("ListAccounts"))), None)
            } else {
                (Ok(accounts), next)
            }
        }
        Err(error) => (Err(Arc::new(error)), None),
    };
    if next.is_none() {
        pending.portals.pop_front();
        pending.seen.clear();
    }
    pending.page = next;
    Some((result, pending))
}
