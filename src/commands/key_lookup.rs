//! Looks up the owner of a key in one account. Distinguishes, as far as IAM
//! allows, keys of this account, of others, deleted keys and denied access.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::messages::find as messages;
use crate::commands::read_retry::ReadRetry;
use crate::model::{
    AccountId, ErrorKind, KeyId, KeyKind, KeyStatus, LastUse, Missing, ServiceError,
    SessionContext, UserName,
};

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
    /// It is a key of another account.
    OtherAccount {
        /// The other account.
        account: AccountId,
        /// True if STS confirmed the account; else it was decoded from the ID.
        certain: bool,
    },
    /// IAM does not know the key: it was deleted, never existed, or may belong to
    /// another account.
    NotFound {
        /// True if the key is known to belong, or to have belonged, to this
        /// account.
        is_ours: bool,
    },
    /// IAM refused: the caller may not look up owners, or there is no such key.
    Refused(Arc<ServiceError>),
    /// The caller may not look up owners.
    NotPermitted(Arc<ServiceError>),
    /// The call failed.
    Failed(Arc<ServiceError>),
    /// It is not a long-term key.
    NotAKey(KeyKind),
}

impl KeyLookupResult {
    /// Returns whether a key was not found.
    pub(in crate::commands) fn is_missing(&self) -> bool {
        !matches!(self, Self::ThisAccount { .. } | Self::NotAKey(_))
    }

    /// Returns the result in a few words, for tables and programs.
    pub(in crate::commands) fn label(&self) -> &'static str {
        match self {
            Self::ThisAccount { .. } => "found",
            Self::NotListed { lacks: Missing::User, .. } => "owner not found",
            Self::NotListed { lacks: Missing::Key, .. } => "not listed",
            Self::OtherAccount { .. } => "other account",
            Self::NotFound { .. } => "not here",
            Self::Refused(_) => "not here, or not permitted",
            Self::NotPermitted(_) => "not permitted",
            Self::Failed(_) => "failed",
            Self::NotAKey(KeyKind::Temporary) => "temporary key",
            Self::NotAKey(KeyKind::UserId) => "user ID",
            Self::NotAKey(_) => "no access key",
        }
    }

    /// Returns how specific the result is: of those of several profiles, the
    /// highest counts.
    pub(in crate::commands) fn specificity(&self) -> u8 {
        match self {
            Self::Failed(_) => 0,
            Self::NotPermitted(_) => 1,
            Self::Refused(_) => 2,
            Self::NotFound { is_ours: false } => 3,
            Self::OtherAccount { certain: false, .. } => 4,
            Self::OtherAccount { certain: true, .. } => 5,
            Self::NotFound { is_ours: true } => 6,
            Self::NotAKey(_) => 7,
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
    let (user, last_use) = match retry.retry(async || reader.last_use(key).await).await {
        Ok(owner) => owner,
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied) => {
            return classify_unknown_owner(session, session_context, key, error, retry).await;
        }
        Err(error) => return KeyLookupResult::Failed(Arc::new(error)),
    };
    if user.is_none() && !session_context.caller.arn.is_root() {
        // Only the root user can list its keys.
        return KeyLookupResult::ThisAccount {
            user,
            key: Err(Arc::new(only_root_error())),
            last_use,
        };
    }
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
        None => KeyLookupResult::NotFound { is_ours: true },
    }
}

fn only_root_error() -> ServiceError {
    ServiceError::new(ErrorKind::Denied, "ListAccessKeys", messages::ONLY_ROOT_LISTS)
}

/// Finds out why IAM did not name the owner of a key, but failed with `error`:
/// the key may belong to another account or be deleted, or the caller may not
/// look up owners.
pub(in crate::commands) async fn classify_unknown_owner(
    session: &Session,
    session_context: &SessionContext,
    key: &KeyId,
    error: ServiceError,
    retry: &ReadRetry,
) -> KeyLookupResult {
    let ours = &session_context.caller.account;
    let account = retry.retry(async || session.screen_reader().account_of(key).await).await;
    let is_ours = match (account, key.account()) {
        (Ok(account), _) if account != *ours => {
            return KeyLookupResult::OtherAccount { account, certain: true };
        }
        (Err(_), Some(account)) if account != *ours => {
            return KeyLookupResult::OtherAccount { account, certain: false };
        }
        (confirmed, decoded) => confirmed.is_ok() || decoded.is_some(),
    };
    if error.kind == ErrorKind::NotFound {
        return KeyLookupResult::NotFound { is_ours };
    }
    match can_look_up(session, session_context, retry).await {
        Some(true) => KeyLookupResult::NotFound { is_ours },
        Some(false) => KeyLookupResult::NotPermitted(Arc::new(error)),
        None => KeyLookupResult::Refused(Arc::new(error)),
    }
}

/// Returns whether the caller may look up owners, by trying it on a key that
/// exists: its own. Returns `None` if that is not possible.
async fn can_look_up(
    session: &Session,
    session_context: &SessionContext,
    retry: &ReadRetry,
) -> Option<bool> {
    session_context.caller.arn.user_name()?;
    let own = session_context.signer.as_ref()?;
    match retry.retry(async || session.screen_reader().last_use(own).await).await {
        Ok(_) => Some(true),
        Err(error) if error.kind == ErrorKind::Denied => Some(false),
        Err(_) => None,
    }
}
