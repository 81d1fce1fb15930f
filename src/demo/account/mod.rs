//! Some AWS accounts in memory, and what IAM and STS would answer for them.
//! Pure: no socket, and no clock but the time that each call is given.
//!
//! ```text
//! Request ─ signing.rs (who asks, and may they sign?)
//!         ─ policy.rs  (may they do this?)
//!         ─ ops/       (the operations)
//!         ─ xml.rs, error.rs → the answer's status, code and body
//! ```
//!
//! The signature itself is not verified, so that any secret will do; what is
//! checked is the key ID, its status, the session token that belongs to it,
//! and that the credential scope names the service whose operation is called.
//! A call does not count as a use of the key that signs it: the demo always
//! looks the same.

mod conditions;
mod dispatch;
mod error;
mod generated_users;
mod hostile_users;
mod ids;
mod mutations;
mod operation;
mod ops;
mod pagination;
mod policy;
mod seed;
mod signing;
mod time_format;
mod types;
mod validation;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use jiff::Timestamp;

pub(crate) use conditions::{Conditions, Paging, Permissions, ReportConditions, Vanished};
pub(crate) use dispatch::{ApiReply, ApiRequest};
pub(crate) use error::{ApiError, error_body};
pub(crate) use mutations::Mutation;
pub(crate) use operation::{Operation, Service};
pub(crate) use signing::Signature;

use ops::credential_report::StoredReport;
use signing::StsSession;
use types::{AccessKey, Role, Root, User};

/// The accounts, and the sessions that STS has opened in them.
#[derive(Debug)]
pub(crate) struct AccountStore {
    /// The demo account first.
    accounts: Vec<Account>,
    /// By their access key ID.
    sessions: HashMap<String, StsSession>,
    /// How many unique IDs were given out so far.
    issued: u64,
}

/// One account.
#[derive(Debug)]
pub(crate) struct Account {
    id: String,
    alias: Option<String>,
    root: Root,
    roles: Vec<Role>,
    /// By name in lower case, since names differ in more than case.
    users: BTreeMap<String, User>,
    /// Who owns which access key.
    owners: HashMap<String, Owner>,
    contradictions: Contradictions,
    report: Option<StoredReport>,
}

/// Where the account's answers do not agree.
#[derive(Debug, Default)]
pub(crate) struct Contradictions {
    /// The former names of users, by key, that GetAccessKeyLastUsed still tells.
    former: HashMap<String, String>,
    /// Keys that the lists of other users show, too: the user's name and the key.
    listed_too: Vec<(String, AccessKey)>,
}

/// Whose a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The account's root user.
    Root,
    /// The user of that name.
    User(String),
}

/// How many access keys IAM lets a user have.
const MAX_KEYS_PER_USER: usize = 2;

impl Account {
    /// The user of exactly that name.
    fn user(&self, name: &str) -> Option<&User> {
        self.users.get(&name.to_lowercase()).filter(|user| user.name == name)
    }

    fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.get_mut(&name.to_lowercase()).filter(|user| user.name == name)
    }

    /// Adds a user and notes the keys; replaces one of the same name.
    fn add(&mut self, user: User) {
        for key in &user.keys {
            self.owners.insert(key.id.clone(), Owner::User(user.name.clone()));
        }
        self.users.insert(user.name.to_lowercase(), user);
    }

    /// The users from a name (in lower case) on, in the order of their names.
    fn users_from<'a>(&'a self, from: &'a str) -> impl Iterator<Item = (&'a String, &'a User)> {
        self.users.range::<str, _>((Bound::Included(from), Bound::Unbounded))
    }

    /// The keys of root or of a user.
    fn keys_of(&self, owner: &Owner) -> Option<&[AccessKey]> {
        match owner {
            Owner::Root => Some(&self.root.keys),
            Owner::User(name) => self.user(name).map(|user| user.keys.as_slice()),
        }
    }

    fn keys_of_mut(&mut self, owner: &Owner) -> Option<&mut Vec<AccessKey>> {
        match owner {
            Owner::Root => Some(&mut self.root.keys),
            Owner::User(name) => self.user_mut(name).map(|user| &mut user.keys),
        }
    }

    /// A key of the account with its owner.
    fn key(&self, id: &str) -> Option<(&Owner, &AccessKey)> {
        let owner = self.owners.get(id)?;
        let key = self.keys_of(owner)?.iter().find(|key| key.id == id)?;
        Some((owner, key))
    }

    fn key_mut(&mut self, id: &str) -> Option<&mut AccessKey> {
        let owner = self.owners.get(id)?.clone();
        self.keys_of_mut(&owner)?.iter_mut().find(|key| key.id == id)
    }
}

impl AccountStore {
    /// The account in which a long-term key lives, by its place in the list.
    fn account_of_key(&self, id: &str) -> Option<usize> {
        self.accounts.iter().position(|account| account.owners.contains_key(id))
    }

    /// A number that no other ID of this world was made from.
    fn next_serial(&mut self) -> u64 {
        // An odd factor keeps them apart and makes them look issued, not counted.
        self.issued += 1;
        self.issued.wrapping_mul(0x5851_f42d_4c95_7f2d)
    }

    /// Makes the demo account's report as of `at`, as if it had been asked for
    /// then.
    pub(crate) fn make_report(&mut self, at: Timestamp) {
        if let Some(account) = self.accounts.first_mut() {
            account.report = Some(StoredReport::of(account, at, at));
        }
    }
}
