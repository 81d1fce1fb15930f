//! AWS accounts in memory, with the replies of IAM, STS, IAM Identity Center and CloudTrail.
//! Pure: no socket, and each call gets the time as an argument.
//!
//! ```text
//! ApiRequest → signing.rs     authenticates the caller
//!            → policy.rs      authorizes the action
//!            → ops/           executes the operation
//!            → xml.rs, error.rs → ApiReply: status, code and body
//! ```
//!
//! `organization/` has the member accounts, and `sso/` the calls of Identity Center, which
//! are not signed. `cloudtrail/` has CloudTrail's event history.
//!
//! The signature is not checked, so any secret key works. Checked are the key ID, its
//! status, its session token, and that the credential scope names the service of the
//! operation. A call does not update the last use of its key, so that the demo always
//! looks the same.

mod call_context;
mod cloudtrail;
mod conditions;
mod dispatch;
mod error;
mod external_changes;
mod generated_users;
mod hostile_users;
mod ids;
mod operation;
mod ops;
mod organization;
mod pagination;
mod policy;
mod principal;
mod request;
mod seed;
mod signing;
mod sso;
mod time_format;
mod types;
mod validation;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use jiff::Timestamp;

pub(crate) use conditions::{
    Conditions, Paging, Permissions, ReportConditions, TrailConditions, Vanished,
};
pub(crate) use error::{ApiError, error_body};
pub(crate) use external_changes::ExternalChange;
pub(crate) use operation::{Operation, Service};
pub(crate) use organization::{HUB_ROLE, INCIDENT_RESPONDER, Organization};
pub(crate) use request::{ApiReply, ApiRequest, Protocol};
pub(crate) use signing::Signature;

use cloudtrail::event::Trail;
use principal::StsSession;
use types::{AccessKey, Role, Root, StoredReport, User};

/// The accounts and their STS sessions.
#[derive(Debug)]
pub(crate) struct AccountStore {
    /// The demo account first, then the second one, then the members in use.
    accounts: Vec<Account>,
    /// The indexes of the members in use, by account ID.
    created: HashMap<String, usize>,
    organization: Option<Organization>,
    /// The sessions by access key ID.
    sessions: HashMap<String, StsSession>,
    /// Number of unique IDs issued.
    issued: u64,
    /// Start of the demo, from which the ages of events count.
    started: Timestamp,
}

/// One account.
#[derive(Debug)]
pub(crate) struct Account {
    id: String,
    alias: Option<String>,
    root: Root,
    roles: Vec<Role>,
    /// By lower-case name: IAM does not allow names that differ only in case.
    users: BTreeMap<String, User>,
    /// The owner of each access key ID.
    owners: HashMap<String, Owner>,
    contradictions: Contradictions,
    report: Option<StoredReport>,
    /// CloudTrail's event history, from its first use on.
    trail: Option<Trail>,
}

/// Contradictions between the replies of the account, for tests.
#[derive(Debug, Default)]
pub(crate) struct Contradictions {
    /// Former user names, by key ID, that GetAccessKeyLastUsed still returns.
    former: HashMap<String, String>,
    /// Keys that ListAccessKeys also returns for another user, by user name.
    listed_too: Vec<(String, AccessKey)>,
}

/// The owner of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The account's root user.
    Root,
    /// A user, by name.
    User(String),
}

/// IAM's quota of access keys per user.
const MAX_KEYS_PER_USER: usize = 2;

impl Account {
    /// Returns the user with exactly this name.
    fn user(&self, name: &str) -> Option<&User> {
        self.users.get(&name.to_lowercase()).filter(|user| user.name == name)
    }

    fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.get_mut(&name.to_lowercase()).filter(|user| user.name == name)
    }

    /// Adds a user with its keys, or replaces the user of the same name.
    fn add(&mut self, user: User) {
        for key in &user.keys {
            self.owners.insert(key.id.clone(), Owner::User(user.name.clone()));
        }
        self.users.insert(user.name.to_lowercase(), user);
    }

    /// Returns the users from a lower-case name on, in order of their names.
    fn users_from<'a>(&'a self, from: &'a str) -> impl Iterator<Item = (&'a String, &'a User)> {
        self.users.range::<str, _>((Bound::Included(from), Bound::Unbounded))
    }

    /// Returns the owner's keys.
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

    /// Returns a key with its owner.
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
    /// Returns a serial number for a new unique ID.
    fn next_serial(&mut self) -> u64 {
        // An odd factor is a bijection; it avoids IDs that look counted.
        self.issued += 1;
        self.issued.wrapping_mul(0x5851_f42d_4c95_7f2d)
    }

    /// Generates the demo account's credential report as if requested at `at`.
    pub(crate) fn make_report(&mut self, at: Timestamp) {
        if let Some(account) = self.accounts.first_mut() {
            account.report = Some(StoredReport::for_account(account, at, at));
        }
    }
}
