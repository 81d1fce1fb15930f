//! Whose is this key? Asked of one account, and told apart as far as IAM lets
//! one: here, elsewhere, gone, or not allowed to know.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::read_retry::ReadRetry;
use crate::model::{
    AccountId, ErrorKind, KeyId, KeyKind, KeyStatus, LastUse, Missing, ServiceError,
    SessionContext, UserName,
};

/// What is known of an ID.
#[derive(Clone, Debug)]
pub(in crate::commands) enum KeyLookup {
    /// It is a key of this account.
    ThisAccount {
        /// The owner; `None` for root.
        user: Option<UserName>,
        /// Its status and when it was made, as the owner's list tells them;
        /// else why that was not read.
        key: Result<(KeyStatus, Option<Timestamp>), Arc<ServiceError>>,
        /// Its last use.
        last_use: LastUse,
    },
    /// IAM names an owner, and does not list the key there.
    NotListed {
        /// The owner that it names.
        user: UserName,
        /// What its answer lacks.
        lacks: Missing,
        /// The key's last use.
        last_use: LastUse,
    },
    /// It is a key of another account.
    OtherAccount {
        /// Which.
        account: AccountId,
        /// Whether STS says so; else it was read out of the ID.
        certain: bool,
    },
    /// IAM does not know it: it was deleted, or never existed; or it is another
    /// account's, where that could not be told.
    NotFound {
        /// Whether it was told that the key is, or was, of this account.
        is_ours: bool,
    },
    /// IAM refused, which it does both where the caller may not ask and where
    /// there is no such key.
    Refused(Arc<ServiceError>),
    /// The caller may not ask.
    NotPermitted(Arc<ServiceError>),
    /// The call failed.
    Failed(Arc<ServiceError>),
    /// It is no long-term key.
    NotAKey(KeyKind),
}

impl KeyLookup {
    /// Whether something was looked for and not found.
    pub(in crate::commands) fn is_missing(&self) -> bool {
        !matches!(self, Self::ThisAccount { .. } | Self::NotAKey(_))
    }

    /// The answer in a word or two.
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

    /// How much it tells, the best last: of the answers of several profiles
    /// the best counts.
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

/// What it means that IAM does not know a key here.
pub(in crate::commands) fn not_found_sentence(key: &KeyId, account: &str, is_ours: bool) -> String {
    let why = if is_ours {
        "It was deleted, or never existed."
    } else {
        "Whose account it is of could not be told from the ID: it may be another account's, or it was deleted, or never \
         existed."
    };
    let odd = key.length_warning().map(|odd| format!(" {odd}")).unwrap_or_default();
    format!("{key} is not in {account}: IAM knows no such key there. {why}{odd}")
}

/// What to do where IAM names an owner and does not list the key there.
pub(in crate::commands) fn next_step(key: &KeyId) -> String {
    format!(
        "Repeat the command; or run keyflip list {key}, which reads the keys of all users, and name the user whom it \
         shows in keyflip update-access-key --user-name."
    )
}

/// Looks for a key in the session's account.
pub(in crate::commands) async fn look_up(
    session: &Session,
    session_context: &SessionContext,
    key: &KeyId,
    patience: &ReadRetry,
) -> KeyLookup {
    let reader = session.screen_reader();
    let (user, last_use) = match patience.retry(async || reader.last_use(key).await).await {
        Ok(told) => told,
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied) => {
            return classify_unknown_owner(session, session_context, key, error, patience).await;
        }
        Err(error) => return KeyLookup::Failed(Arc::new(error)),
    };
    if user.is_none() && !session_context.caller.arn.is_root() {
        // Only root itself can list root's keys.
        return KeyLookup::ThisAccount { user, key: Err(Arc::new(only_root_error())), last_use };
    }
    let lacks = match patience.retry(async || reader.keys(user.as_ref()).await).await {
        Ok(read) => match read.keys.into_iter().find(|listed| listed.id == *key) {
            Some(found) => {
                return KeyLookup::ThisAccount {
                    user,
                    key: Ok((found.status, found.created)),
                    last_use,
                };
            }
            None => Missing::Key,
        },
        Err(error) if error.kind == ErrorKind::NotFound => Missing::User,
        Err(error) => return KeyLookup::ThisAccount { user, key: Err(Arc::new(error)), last_use },
    };
    match user {
        Some(user) => KeyLookup::NotListed { user, lacks, last_use },
        None => KeyLookup::NotFound { is_ours: true },
    }
}

fn only_root_error() -> ServiceError {
    ServiceError {
        kind: ErrorKind::Denied,
        operation: "ListAccessKeys",
        code: None,
        message: "only root itself can list root's keys".into(),
        request_id: None,
        hint: None,
    }
}

/// What it means that IAM did not tell the owner, with `error`: the key may be
/// of another account, or gone, or the caller may not ask.
pub(in crate::commands) async fn classify_unknown_owner(
    session: &Session,
    session_context: &SessionContext,
    key: &KeyId,
    error: ServiceError,
    patience: &ReadRetry,
) -> KeyLookup {
    let ours = &session_context.caller.account;
    let told = patience.retry(async || session.screen_reader().account_of(key).await).await;
    let is_ours = match (told, key.account()) {
        (Ok(account), _) if account != *ours => {
            return KeyLookup::OtherAccount { account, certain: true };
        }
        (Err(_), Some(account)) if account != *ours => {
            return KeyLookup::OtherAccount { account, certain: false };
        }
        (told, guess) => told.is_ok() || guess.is_some(),
    };
    if error.kind == ErrorKind::NotFound {
        return KeyLookup::NotFound { is_ours };
    }
    match can_look_up(session, session_context, patience).await {
        Some(true) => KeyLookup::NotFound { is_ours },
        Some(false) => KeyLookup::NotPermitted(Arc::new(error)),
        None => KeyLookup::Refused(Arc::new(error)),
    }
}

/// Whether the caller may ask for owners at all, tried on a key that surely
/// exists here: its own. `None` where there is no such key to try.
async fn can_look_up(
    session: &Session,
    session_context: &SessionContext,
    patience: &ReadRetry,
) -> Option<bool> {
    session_context.caller.arn.user_name()?;
    let own = session_context.signer.as_ref()?;
    match patience.retry(async || session.screen_reader().last_use(own).await).await {
        Ok(_) => Some(true),
        Err(error) if error.kind == ErrorKind::Denied => Some(false),
        Err(_) => None,
    }
}
