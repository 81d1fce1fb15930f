//! The account of a key: the one shown, or another one that is open to look up keys of a text.

use crate::inventory::Inventory;
use crate::model::{
    AccountId, IamRead, KeyId, ListedAccount, SelfLockoutRisk, SessionContext, SessionId, UserName,
};
use crate::ops::key_lookup::LookupMiss;
use crate::tui::context::{LookupState, OtherAccount, SessionPhase, Shared};

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

/// Where an ID is looked up, and how far that is.
#[derive(Clone, Copy)]
pub(crate) enum IdLookup<'a> {
    /// In the account shown.
    Here(&'a LookupState),
    /// In another account, in this state.
    There(&'a OtherAccount, &'a LookupState),
}

impl Shared {
    /// Returns where an ID is looked up: in another account if that is open for it.
    pub(crate) fn lookup_of(&self, id: &KeyId) -> Option<IdLookup<'_>> {
        let there = self.other_accounts.of_key(id);
        let there = there.and_then(|it| Some(IdLookup::There(it, it.lookups.get(id)?)));
        there.or_else(|| Some(IdLookup::Here(self.lookups.get(id)?)))
    }

    /// Returns whether the look-up of an ID has found its owner.
    pub(crate) fn is_found(&self, id: &KeyId) -> bool {
        let lookup = self.lookup_of(id);
        matches!(
            lookup,
            Some(IdLookup::There(_, LookupState::Found(_)) | IdLookup::Here(LookupState::Found(_)))
        )
    }

    /// Returns the account of an ID, if its look-up has found another one; where no session is
    /// open, the one that the ID itself names.
    pub(crate) fn account_elsewhere(&self, id: &KeyId) -> Option<AccountId> {
        match self.lookups.get(id)? {
            LookupState::Miss(LookupMiss::OtherAccount { account, .. }) => Some(account.clone()),
            LookupState::Pending(_) if self.has_no_account() => id.account(),
            _ => None,
        }
    }

    /// Leaves the accounts that are open beside the one shown.
    pub(crate) fn leave_other_accounts(&mut self) {
        // A mark must not come back with a later look-up of the same key.
        let others = &self.other_accounts;
        self.marks.retain(|key| others.of_key(key).is_none());
        let sessions = self.other_accounts.clear();
        self.session.leave(sessions);
    }

    /// Adds a page of listed accounts, and names those that are open.
    pub(crate) fn add_accounts(&mut self, page: Vec<ListedAccount>) {
        self.accounts.add(page);
        let here = match &mut self.session.phase {
            SessionPhase::Open(session_context) => Some(&mut **session_context),
            _ => None,
        };
        let others = self.other_accounts.iter_mut().filter_map(OtherAccount::session_context_mut);
        for session_context in here.into_iter().chain(others) {
            self.accounts.name_account(session_context);
        }
    }

    /// Returns the account that a key was found in: another one, else the one shown.
    pub(crate) fn account_of_key(&self, id: &KeyId) -> OwningAccount<'_> {
        let other = self.other_accounts.of_key(id);
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
        match self.account_elsewhere(id).or_else(|| id.account()) {
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
        let others =
            self.other_accounts.iter().map(|other| (other.session, other.session_context()));
        let all = others.chain([(self.session.id, self.session_context())]);
        let risk = |(id, context): (SessionId, Option<&SessionContext>)| {
            let context = context?;
            Some(if id == session {
                (true, context.lockout_risk(key, owner))
            } else {
                (false, context.lockout_risk_by_other_session(key))
            })
        };
        let (mut is_open, mut highest) = (false, None);
        for (is_own, risk) in all.filter_map(risk) {
            is_open |= is_own;
            highest = highest.max(Some(risk));
        }
        highest.filter(|_| is_open)
    }

    /// Returns the context of a session, if it is open.
    pub(crate) fn context_of(&self, session: SessionId) -> Option<&SessionContext> {
        if session == self.session.id {
            return self.session_context();
        }
        self.other_accounts.of_session(session)?.session_context()
    }

    /// Returns what was read of the account of a session; `None` once the session was left.
    pub(crate) fn inventory_of(&self, session: SessionId) -> Option<&Inventory> {
        if session == self.session.id {
            return Some(&self.inventory);
        }
        self.other_accounts.of_session(session).map(|other| &other.inventory)
    }

    /// Returns what was read of the account of a session, to change it; `None` once the session was
    /// left.
    pub(crate) fn inventory_of_mut(&mut self, session: SessionId) -> Option<&mut Inventory> {
        if session == self.session.id {
            return Some(&mut self.inventory);
        }
        self.other_accounts.of_session_mut(session).map(|other| &mut other.inventory)
    }

    /// Reads something again in the account of a session, unless that was left.
    pub(crate) fn refresh_in(&mut self, session: SessionId, read: IamRead) {
        if let Some(inventory) = self.inventory_of_mut(session) {
            inventory.refresh(read);
        }
    }
}
