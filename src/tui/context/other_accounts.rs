//! Other accounts that are open to look up keys of a text, and which account a key is of.

use std::sync::Arc;

use crate::inventory::Inventory;
use crate::model::{
    AccountId, IamRead, KeyId, SelfLockoutRisk, ServiceError, SessionContext, SessionId, UserName,
};
use crate::ops::key_lookup::PendingRead;
use crate::tui::context::{KeyLookups, LookupState, Shared};

/// The account of a key, as far as read.
#[derive(Clone, Copy)]
pub(crate) struct OwningAccount<'a> {
    /// Session of the account.
    pub session: SessionId,
    /// Context of the session, if it is open.
    pub session_context: Option<&'a SessionContext>,
    /// What was read of the account.
    pub inventory: &'a Inventory,
}

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
        let pending = |key| (key, LookupState::Pending(PendingRead::Owner));
        let lookups = KeyLookups::new(keys.into_iter().map(pending).collect());
        let (state, inventory) = (OtherAccountState::Opening, Inventory::default());
        Self { session, account, state, inventory, lookups }
    }

    /// Takes the context of renewed credentials, which keep the name of the account.
    pub(crate) fn renew(&mut self, renewed: Box<SessionContext>) {
        if let OtherAccountState::Open(context) = &mut self.state {
            context.renew(*renewed);
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

    /// Returns the account in which a key is looked up.
    pub(crate) fn of_key(&self, key: &KeyId) -> Option<&OtherAccount> {
        self.0.iter().find(|other| other.lookups.get(key).is_some())
    }
}

impl Shared {
    /// Leaves the accounts that are open beside the one shown.
    pub(crate) fn leave_other_accounts(&mut self) {
        // A mark must not come back with a later look-up of the same key.
        let others = &self.others;
        self.marks.retain(|key| others.of_key(key).is_none());
        let sessions = self.others.clear();
        self.session.leave(sessions);
    }

    /// Returns the account that a key was found in: another one, else the one shown.
    pub(crate) fn account_of_key(&self, id: &KeyId) -> OwningAccount<'_> {
        let other = self.others.of_key(id);
        let found = other.filter(|other| other.inventory.owner(id).is_some());
        match found {
            Some(other) => OwningAccount {
                session: other.session,
                session_context: other.session_context(),
                inventory: &other.inventory,
            },
            None => OwningAccount {
                session: self.session.id,
                session_context: self.session_context(),
                inventory: &self.inventory,
            },
        }
    }

    /// Returns whether the key is of another account than the one shown, by what is known of it: a
    /// look-up, or else its ID.
    pub(crate) fn is_in_other_account(&self, id: &KeyId) -> bool {
        match self.lookups.other_account(id).or_else(|| id.account()) {
            Some(account) => {
                self.session_context().is_none_or(|context| context.caller.account != account)
            }
            None => false,
        }
    }

    /// Returns the risk that deactivating a key in the account of `session` ends this session or
    /// another one that is open; `None` if it is not open.
    pub(crate) fn lockout_risk(
        &self,
        session: SessionId,
        key: &KeyId,
        owner: Option<&UserName>,
    ) -> Option<SelfLockoutRisk> {
        let others = self.others.iter().map(|other| (other.session, other.session_context()));
        let all = others.chain([(self.session.id, self.session_context())]);
        let risk = |(id, context): (SessionId, Option<&SessionContext>)| {
            let context = context?;
            Some(if id == session {
                (true, context.lockout_risk(key, owner))
            } else {
                (false, context.lockout_risk_by_other_session(key))
            })
        };
        let risks: Vec<_> = all.filter_map(risk).collect();
        let is_open = risks.iter().any(|(is_own, _)| *is_own);
        risks.into_iter().map(|(_, risk)| risk).max().filter(|_| is_open)
    }

    /// Returns what was read of the account of a session; `None` once the session was left.
    pub(crate) fn inventory_of(&self, session: SessionId) -> Option<&Inventory> {
        if session == self.session.id {
            return Some(&self.inventory);
        }
        self.others.of_session(session).map(|other| &other.inventory)
    }

    /// Returns what was read of the account of a session, to change it; `None` once the session was
    /// left.
    pub(crate) fn inventory_of_mut(&mut self, session: SessionId) -> Option<&mut Inventory> {
        if session == self.session.id {
            return Some(&mut self.inventory);
        }
        self.others.of_session_mut(session).map(|other| &mut other.inventory)
    }

    /// Reads something again in the account of a session, unless that was left.
    pub(crate) fn refresh_in(&mut self, session: SessionId, read: IamRead) {
        if let Some(inventory) = self.inventory_of_mut(session) {
            inventory.refresh(read);
        }
    }
}
