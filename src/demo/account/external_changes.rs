//! Changes by someone else: mutations of the accounts that keyflip itself cannot make.
//! For tests and demonstrations, through the admin API.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

use super::ids::unique_id;
use super::principal::Principal;
use super::time_format::iso;
use super::types::{AccessKey, LastUse, Status, User};
use super::{Account, AccountStore, MAX_KEYS_PER_USER, Owner};

/// A mutation in JSON, for example `{"set_status": {"key": "AKIA…", "status":
/// "Inactive"}}`. Without `account`, users are those of the first account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ExternalChange {
    /// Sets the status of a key.
    SetStatus { key: String, status: Status },
    /// Deletes a user with its keys.
    DeleteUser { user: String, account: Option<String> },
    /// Deletes a key.
    DeleteKey { key: String },
    /// Renames a user. GetAccessKeyLastUsed still returns the former name unless
    /// `forgotten`.
    RenameUser {
        user: String,
        to: String,
        #[serde(default)]
        forgotten: bool,
        account: Option<String>,
    },
    /// Makes ListAccessKeys return a key for another user too.
    ListKeyToo { key: String, user: String, account: Option<String> },
    /// Creates a user without keys.
    AddUser { user: String, account: Option<String> },
    /// Creates an active key and returns its ID.
    AddKey { user: String, account: Option<String> },
    /// Records a use of a key at this time.
    RecordUse { key: String, service: String, region: String },
    /// Attaches a managed policy to a user, for example a quarantine policy.
    AttachPolicy { user: String, arn: String, account: Option<String> },
    /// Opens a session of a user or role and returns its credentials.
    OpenSession {
        user: Option<String>,
        role: Option<String>,
        account: Option<String>,
        seconds: i64,
        #[serde(default)]
        mfa: bool,
    },
    /// Expires all sessions.
    ExpireSessions {},
    /// Ends all access tokens of Identity Center, and the refresh tokens if `refresh_too`.
    ExpireTokens {
        #[serde(default)]
        refresh_too: bool,
    },
}

/// A mutation that cannot be applied.
#[derive(Debug, Error)]
pub(crate) enum ExternalChangeError {
    /// There is no such account.
    #[error("The demo has no account {0}.")]
    NoAccount(String),
    /// There is no such user.
    #[error("The demo has no user {0}.")]
    NoUser(String),
    /// There is no such key.
    #[error("The demo has no access key {0}.")]
    NoKey(String),
    /// The user has as many keys as IAM allows.
    #[error("Cannot exceed quota for AccessKeysPerUser: {MAX_KEYS_PER_USER}")]
    TooManyKeys,
    /// `open_session` names neither a user nor a role, or both.
    #[error("open_session needs either a user or a role.")]
    NeitherUserNorRole,
}

impl AccountStore {
    /// Applies a mutation at `now`, and returns its result.
    ///
    /// # Errors
    /// Returns an error if the user, key or account does not exist.
    pub(crate) fn apply_external_change(
        &mut self,
        mutation: ExternalChange,
        now: Timestamp,
    ) -> Result<Value, ExternalChangeError> {
        match mutation {
            ExternalChange::SetStatus { key, status } => {
                self.long_term_key(&key)?.set(status, now);
            }
            ExternalChange::RecordUse { key, service, region } => {
                self.long_term_key(&key)?.last_use = Some(LastUse { at: now, service, region });
            }
            ExternalChange::DeleteKey { key } => {
                let index = self.account_of_key(&key).ok_or_else(|| no_key(&key))?;
                self.accounts[index].delete_key(&key);
            }
            ExternalChange::DeleteUser { user, account } => {
                let account = self.account(account.as_deref())?;
                account.user(&user).ok_or_else(|| no_user(&user))?;
                account.users.remove(&user.to_lowercase());
                account.owners.retain(|_, owner| *owner != Owner::User(user.clone()));
            }
            ExternalChange::RenameUser { user, to, forgotten, account } => {
                let account = self.account(account.as_deref())?;
                let mut renamed =
                    account.users.remove(&user.to_lowercase()).ok_or_else(|| no_user(&user))?;
                let ids = renamed.keys.iter().map(|key| (key.id.clone(), user.clone()));
                account.contradictions.former.extend(ids.filter(|_| !forgotten));
                renamed.name = to;
                account.add(renamed);
            }
            ExternalChange::ListKeyToo { key, user, account } => {
                let shown = self.long_term_key(&key)?.clone();
                let account = self.account(account.as_deref())?;
                account.user(&user).ok_or_else(|| no_user(&user))?;
                account.contradictions.listed_too.push((user, shown));
            }
            ExternalChange::AddUser { user, account } => {
                let account = self.account(account.as_deref())?;
                account.add(User::new(&account.id, &user, "/", now));
            }
            ExternalChange::AddKey { user, account } => {
                let serial = self.next_serial();
                let key = self.account(account.as_deref())?.add_key(&user, serial, now)?;
                return Ok(json!({ "key": key }));
            }
            ExternalChange::AttachPolicy { user, arn, account } => {
                let account = self.account(account.as_deref())?;
                account.user_mut(&user).ok_or_else(|| no_user(&user))?.attached.push(arn);
            }
            ExternalChange::OpenSession { user, role, account, seconds, mfa } => {
                return self.open(user, role, account.as_deref(), now, seconds, mfa);
            }
            ExternalChange::ExpireSessions {} => {
                self.sessions.values_mut().for_each(|session| session.expires = now);
            }
            ExternalChange::ExpireTokens { refresh_too } => {
                if let Some(organization) = &mut self.organization {
                    organization.sign_ins.expire(refresh_too);
                }
            }
        }
        Ok(json!({}))
    }

    fn open(
        &mut self,
        user: Option<String>,
        role: Option<String>,
        account: Option<&str>,
        now: Timestamp,
        seconds: i64,
        mfa: bool,
    ) -> Result<Value, ExternalChangeError> {
        let index = self.index_of(account)?;
        let principal = match (user, role) {
            (Some(name), None) => Principal::User(name),
            (None, Some(name)) => Principal::Role { name, session: "demo".to_owned() },
            _ => return Err(ExternalChangeError::NeitherUserNorRole),
        };
        let credentials = self.open_session(index, principal, mfa, now, seconds);
        Ok(json!({
            "AccessKeyId": credentials.key,
            "SecretAccessKey": credentials.secret,
            "SessionToken": credentials.token,
            "Expiration": iso(credentials.expires),
        }))
    }

    fn index_of(&mut self, account: Option<&str>) -> Result<usize, ExternalChangeError> {
        let Some(id) = account else { return Ok(0) };
        self.account_index(id).ok_or_else(|| ExternalChangeError::NoAccount(id.to_owned()))
    }

    fn account(&mut self, account: Option<&str>) -> Result<&mut Account, ExternalChangeError> {
        let index = self.index_of(account)?;
        Ok(&mut self.accounts[index])
    }

    fn long_term_key(&mut self, id: &str) -> Result<&mut AccessKey, ExternalChangeError> {
        let index = self.account_of_key(id).ok_or_else(|| no_key(id))?;
        self.accounts[index].key_mut(id).ok_or_else(|| no_key(id))
    }
}

impl Account {
    fn delete_key(&mut self, id: &str) {
        if let Some(owner) = self.owners.remove(id)
            && let Some(keys) = self.keys_of_mut(&owner)
        {
            keys.retain(|key| key.id != id);
        }
    }

    fn add_key(
        &mut self,
        user: &str,
        serial: u64,
        now: Timestamp,
    ) -> Result<String, ExternalChangeError> {
        let id = unique_id("AKIA", &self.id, serial);
        let keys = &mut self.user_mut(user).ok_or_else(|| no_user(user))?.keys;
        if keys.len() >= MAX_KEYS_PER_USER {
            return Err(ExternalChangeError::TooManyKeys);
        }
        keys.push(AccessKey::new(id.clone(), now, Status::Active));
        self.owners.insert(id.clone(), Owner::User(user.to_owned()));
        Ok(id)
    }
}

fn no_key(id: &str) -> ExternalChangeError {
    ExternalChangeError::NoKey(id.to_owned())
}

fn no_user(name: &str) -> ExternalChangeError {
    ExternalChangeError::NoUser(name.to_owned())
}
