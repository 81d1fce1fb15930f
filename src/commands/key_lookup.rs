//! Looks up the owner of a key in one account. Distinguishes, as far as IAM
//! allows, keys of this account, of others, deleted keys and denied access.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::read_retry::ReadRetry;
use crate::model::{
    ErrorKind, KeyId, KeyStatus, LastUse, Missing, ServiceError, SessionContext, UserName,
};
use crate::ops::key_lookup::{IdKind, KeyHome, LookupMiss, LookupStep, PendingRead};

/// The result of looking up an ID.
#[derive(Clone, Debug)]
pub(in crate::commands) enum KeyLookupResult {
    /// It is a key of this account.
    ThisAccount {
        /// The owner; `None` for the root user.
        user: Option<UserName>,
        /// Its status and creation time from the owner's list, or why these
        /// could not be read.
        key: Result<(KeyStatus, Option<Timestamp>), Arc<ServiceError>>,
        /// Its last use.
        last_use: LastUse,
    },
    /// IAM names an owner, but does not list the key there.
    NotListed {
        /// The owner whom IAM names.
        user: UserName,
        /// The user or the key, which IAM's response does not have.
        lacks: Missing,
        /// The key's last use.
        last_use: LastUse,
    },
    /// Anything else.
    Miss(LookupMiss),
}

impl KeyLookupResult {
    /// Returns whether it is a key of the account that was asked.
    pub(in crate::commands) fn is_found(&self) -> bool {
        matches!(self, Self::ThisAccount { .. } | Self::Miss(LookupMiss::RootKey(_)))
    }

    /// Returns whether a key was not found.
    pub(in crate::commands) fn is_missing(&self) -> bool {
        !self.is_found() && !matches!(self, Self::Miss(LookupMiss::NotAKey(_)))
    }

    /// Returns the result in a few words, for tables and programs.
    pub(in crate::commands) fn label(&self) -> &'static str {
        match self {
            Self::ThisAccount { .. } => "found",
            Self::NotListed { lacks: Missing::User, .. } => "owner not found",
            Self::NotListed { lacks: Missing::Key, .. } => "not listed",
            Self::Miss(miss) => match miss {
                LookupMiss::RootKey(_) => "found",
                LookupMiss::OtherAccount { .. } => "other account",
                LookupMiss::NotFound(_) => "not here",
                LookupMiss::Refused(..) => "not here, or not permitted",
                LookupMiss::NotPermitted(_) => "not permitted",
                LookupMiss::Failed(_) => "failed",
                LookupMiss::NotAKey(IdKind::TemporaryKey) => "temporary key",
                LookupMiss::NotAKey(IdKind::User) => "user ID",
                LookupMiss::NotAKey(IdKind::Role | IdKind::Other) => "no access key",
            },
        }
    }

    /// Returns how specific the result is: of those of several profiles, the
    /// highest counts.
    pub(in crate::commands) fn specificity(&self) -> u8 {
        match self {
            Self::Miss(miss) => match miss {
                LookupMiss::Failed(_) => 0,
                LookupMiss::NotPermitted(_) => 1,
                LookupMiss::Refused(..) => 2,
                LookupMiss::NotFound(KeyHome::Unknown) => 3,
                LookupMiss::OtherAccount { confirmed: false, .. } => 4,
                LookupMiss::OtherAccount { confirmed: true, .. } => 5,
                LookupMiss::NotFound(KeyHome::ThisAccount) => 6,
                LookupMiss::NotAKey(_) => 7,
                LookupMiss::RootKey(_) => 9,
            },
            Self::NotListed { .. } => 8,
            Self::ThisAccount { .. } => 9,
        }
    }
}

/// Looks up a key in the account of the session.
pub(in crate::commands) async fn look_up(
    session: &Session,
    session_context: &SessionContext,
    key: &KeyId,
    retry: &ReadRetry,
) -> KeyLookupResult {
    let reader = session.screen_reader();
    let step = LookupStep::Read(PendingRead::Owner);
    let (user, last_use) = match find_owner(session, session_context, key, step, retry).await {
        Ok(owner) => owner,
        Err(miss) => return KeyLookupResult::Miss(miss),
    };
    let lacks = match retry.retry(async || reader.keys(user.as_ref()).await).await {
        Ok(read) => match read.keys.into_iter().find(|listed| listed.id == *key) {
            Some(found) => {
                return KeyLookupResult::ThisAccount {
                    user,
                    key: Ok((found.status, found.created)),
                    last_use,
                };
            }
            None => Missing::Key,
        },
        Err(error) if error.kind == ErrorKind::NotFound => Missing::User,
        Err(error) => {
            return KeyLookupResult::ThisAccount { user, key: Err(Arc::new(error)), last_use };
        }
    };
    match user {
        Some(user) => KeyLookupResult::NotListed { user, lacks, last_use },
        None => KeyLookupResult::Miss(LookupMiss::NotFound(KeyHome::ThisAccount)),
    }
}

/// Makes the reads of a look-up from `step` on, and returns the owner (`None` for the root user) and
/// the last use of the key, or what it is instead.
pub(in crate::commands) async fn find_owner(
    session: &Session,
    session_context: &SessionContext,
    key: &KeyId,
    mut step: LookupStep,
    retry: &ReadRetry,
) -> Result<(Option<UserName>, LastUse), LookupMiss> {
    let reader = session.screen_reader();
    loop {
        step = match step {
            LookupStep::Read(pending) => {
                let read = pending.read(key);
                let reply = retry.retry(async || reader.read(&read).await).await.map_err(Arc::new);
                pending.next(key, session_context, &reply)
            }
            LookupStep::Owner(user, last_use) => return Ok((user, last_use)),
            LookupStep::Miss(miss) => return Err(miss),
        }
    }
}
