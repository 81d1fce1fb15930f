//! Accounts within reach, as far as listed, and those used last.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{AccountId, ListedAccount, RecentlyUsed, ServiceError, SessionContext};

/// Accounts of the sign-ins to Identity Center, in the order of the lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountDirectory {
    listed: Vec<ListedAccount>,
    /// Index of each listed account.
    index: HashMap<AccountId, usize>,
    state: ListState,
    /// Errors of sign-ins that could not list theirs.
    errors: Vec<Arc<ServiceError>>,
    /// Errors that were reported.
    reported: Vec<Arc<ServiceError>>,
    /// Profiles and accounts used last, the latest first.
    recent: Arc<[RecentlyUsed]>,
    /// Number of changes so far.
    version: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ListState {
    #[default]
    NotListed,
    Listing,
    Listed,
}

impl AccountDirectory {
    /// Begins to list the accounts. Returns whether they have to be listed: not if they are, or are
    /// being listed, unless a sign-in failed.
    pub(crate) fn begin(&mut self) -> bool {
        let begins = match self.state {
            ListState::NotListed => true,
            ListState::Listing => false,
            ListState::Listed => !self.errors.is_empty() || self.listed.is_empty(),
        };
        if begins {
            self.state = ListState::Listing;
            self.errors.clear();
        }
        begins
    }

    /// Adds a page. Accounts of an earlier list are kept as they are.
    pub(crate) fn add(&mut self, page: Vec<ListedAccount>) {
        for account in page {
            if !self.index.contains_key(&account.id) {
                self.index.insert(account.id.clone(), self.listed.len());
                self.listed.push(account);
            }
        }
        self.version += 1;
    }

    /// Notes that a sign-in could not list its accounts. Returns whether the error is a new one.
    pub(crate) fn fail(&mut self, error: Arc<ServiceError>) -> bool {
        let is_new = self.reported.iter().all(|known| known.message != error.message);
        if is_new {
            self.reported.push(Arc::clone(&error));
        }
        self.errors.push(error);
        self.version += 1;
        is_new
    }

    /// Forgets the reported errors of a sign-in, which is valid again.
    pub(crate) fn forget_solved(&mut self, session: &str) {
        self.reported.retain(|error| error.sign_in.as_deref() != Some(session));
    }

    /// Notes that all lists have been read.
    pub(crate) fn end(&mut self) {
        self.state = ListState::Listed;
        self.version += 1;
    }

    /// Notes the profiles and accounts used last.
    pub(crate) fn set_recent(&mut self, recent: Vec<RecentlyUsed>) {
        self.recent = recent.into();
        self.version += 1;
    }

    /// Returns the accounts listed so far.
    pub(crate) fn listed(&self) -> &[ListedAccount] {
        &self.listed
    }

    /// Returns whether lists are being read.
    pub(crate) fn is_listing(&self) -> bool {
        self.state == ListState::Listing
    }

    /// Returns the errors of sign-ins that could not list theirs.
    pub(crate) fn errors(&self) -> &[Arc<ServiceError>] {
        &self.errors
    }

    /// Returns the profiles and accounts used last, the latest first.
    pub(crate) fn recent(&self) -> &[RecentlyUsed] {
        &self.recent
    }

    /// Returns the number of changes so far.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Returns a listed account.
    pub(crate) fn get(&self, account: &AccountId) -> Option<&ListedAccount> {
        self.listed.get(*self.index.get(account)?)
    }

    /// Returns the name of an account, if it is listed.
    pub(crate) fn name(&self, account: &AccountId) -> Option<Arc<str>> {
        self.get(account)?.name.clone()
    }

    /// Gives the context of a session the listed name of its account, by which it is chosen and
    /// filtered; without one, it keeps the alias.
    pub(crate) fn name_account(&self, session_context: &mut SessionContext) {
        if let Some(name) = self.name(&session_context.caller.account) {
            session_context.alias = Some(name);
        }
    }

    /// Returns name and ID of an account, or the ID alone.
    pub(crate) fn label(&self, account: &AccountId) -> String {
        match self.name(account) {
            Some(name) => format!("{name} {account}"),
            None => account.to_string(),
        }
    }
}
