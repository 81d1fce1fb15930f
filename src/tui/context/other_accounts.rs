//! Other accounts that are open to look up keys of a text.

use std::sync::Arc;

use crate::inventory::Inventory;
use crate::model::{AccountId, KeyId, ServiceError, SessionContext, SessionId};
use crate::tui::context::KeyLookups;

/// An account that is open for keys of a text.
#[derive(Clone, Debug)]
pub(crate) struct OtherAccount {
    /// Its session.
    pub session: SessionId,
    /// The account.
    pub account: AccountId,
    /// State of its session.
    pub state: OtherAccountState,
    /// What was read of the account.
    pub inventory: Inventory,
    /// Look-ups of the keys.
    pub lookups: KeyLookups,
}

/// State of the session of another account.
#[derive(Clone, Debug)]
pub(crate) enum OtherAccountState {
    /// It is being opened.
    Opening,
    /// It is open.
    Open(Box<SessionContext>),
    /// It could not be opened, or has ended.
    Failed(Arc<ServiceError>),
}

/// The accounts that are open for keys of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct OtherAccounts(Vec<OtherAccount>);

impl OtherAccount {
    /// Returns the account of a session that is being opened, to look up keys there.
    pub(crate) fn new(session: SessionId, account: AccountId, keys: Vec<KeyId>) -> Self {
        let mut lookups = KeyLookups::default();
        lookups.add(keys);
        let (state, inventory) = (OtherAccountState::Opening, Inventory::default());
        Self { session, account, state, inventory, lookups }
    }

    /// Takes the context of renewed credentials, which keep the name of the account.
    pub(crate) fn renew(&mut self, renewed: Box<SessionContext>) {
        if let Some(context) = self.session_context_mut() {
            context.renew(*renewed);
        }
    }

    /// Returns the context of the session, to change it, if it is open.
    pub(super) fn session_context_mut(&mut self) -> Option<&mut SessionContext> {
        match &mut self.state {
            OtherAccountState::Open(context) => Some(context),
            OtherAccountState::Opening | OtherAccountState::Failed(_) => None,
        }
    }

    /// Returns the context of the session, if it is open.
    pub(crate) fn session_context(&self) -> Option<&SessionContext> {
        match &self.state {
            OtherAccountState::Open(context) => Some(context),
            OtherAccountState::Opening | OtherAccountState::Failed(_) => None,
        }
    }
}

impl OtherAccounts {
    /// Adds accounts.
    pub(crate) fn add(&mut self, accounts: Vec<OtherAccount>) {
        self.0.extend(accounts);
    }

    /// Removes all accounts, and returns their sessions.
    pub(crate) fn clear(&mut self) -> Vec<SessionId> {
        self.0.drain(..).map(|other| other.session).collect()
    }

    /// Removes the accounts that could not be opened, and returns their sessions.
    pub(crate) fn remove_failed(&mut self) -> Vec<SessionId> {
        let failed = |other: &mut OtherAccount| matches!(other.state, OtherAccountState::Failed(_));
        self.0.extract_if(.., failed).map(|other| other.session).collect()
    }

    /// Returns the accounts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OtherAccount> {
        self.0.iter()
    }

    /// Returns the accounts, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut OtherAccount> {
        self.0.iter_mut()
    }

    /// Returns the account of a session.
    pub(crate) fn of_session(&self, session: SessionId) -> Option<&OtherAccount> {
        self.0.iter().find(|other| other.session == session)
    }

    /// Returns the account of a session, to change it.
    pub(crate) fn of_session_mut(&mut self, session: SessionId) -> Option<&mut OtherAccount> {
        self.0.iter_mut().find(|other| other.session == session)
    }

    /// Returns an account, if it is open or being opened, to change it.
    pub(crate) fn of_account_mut(&mut self, account: &AccountId) -> Option<&mut OtherAccount> {
        self.0.iter_mut().find(|other| other.account == *account)
    }

    /// Returns the account in which a key is looked up.
    pub(crate) fn of_key(&self, key: &KeyId) -> Option<&OtherAccount> {
        self.0.iter().find(|other| other.lookups.get(key).is_some())
    }
}
