//! Whose is this key? Asked of one account, and told apart as far as IAM lets
//! one: here, elsewhere, gone, or not allowed to know.

use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::patience::Patience;
use crate::model::{AccountId, ErrorKind, KeyId, KeyKind, KeyStatus, Lacks, LastUse, Place, ServiceError, UserName};

/// What is known of an ID.
#[derive(Clone, Debug)]
pub(in crate::commands) enum Finding {
    /// It is a key of this account.
    Here {
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
        lacks: Lacks,
        /// The key's last use.
        last_use: LastUse,
    },
    /// It is a key of another account.
    Elsewhere {
        /// Which.
        account: AccountId,
        /// Whether STS says so; else it was read out of the ID.
        certain: bool,
    },
    /// IAM does not know it: it was deleted, or never existed; or it is another
    /// account's, where that could not be told.
    NotHere {
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
    NoKey(KeyKind),
}

impl Finding {
    /// Whether something was looked for and not found.
    pub(in crate::commands) fn is_missing(&self) -> bool {
        !matches!(self, Self::Here { .. } | Self::NoKey(_))
    }

    /// The answer in a word or two.
    pub(in crate::commands) fn word(&self) -> &'static str {
        match self {
            Self::Here { .. } => "found",
            Self::NotListed { lacks: Lacks::User, .. } => "owner not found",
            Self::NotListed { lacks: Lacks::Key, .. } => "not listed",
            Self::Elsewhere { .. } => "other account",
            Self::NotHere { .. } => "not here",
            Self::Refused(_) => "not here, or not permitted",
            Self::NotPermitted(_) => "not permitted",
            Self::Failed(_) => "failed",
            Self::NoKey(KeyKind::Temporary) => "temporary key",
            Self::NoKey(KeyKind::UserId) => "user ID",
            Self::NoKey(_) => "no access key",
        }
    }

    /// How much it tells, the best last: of the answers of several profiles
    /// the best counts.
    pub(in crate::commands) fn worth(&self) -> u8 {
        match self {
            Self::Failed(_) => 0,
            Self::NotPermitted(_) => 1,
            Self::Refused(_) => 2,
            Self::NotHere { is_ours: false } => 3,
            Self::Elsewhere { certain: false, .. } => 4,
            Self::Elsewhere { certain: true, .. } => 5,
            Self::NotHere { is_ours: true } => 6,
            Self::NoKey(_) => 7,
            Self::NotListed { .. } => 8,
            Self::Here { .. } => 9,
        }
    }
}

/// What it means that IAM does not know a key here.
pub(in crate::commands) fn not_here(key: &KeyId, account: &str, is_ours: bool) -> String {
    let why = if is_ours {
        "It was deleted, or never existed."
    } else {
        "Whose account it is of could not be told from the ID: it may be another account's, or it was deleted, or never \
         existed."
    };
    let odd = key.odd_length().map(|odd| format!(" {odd}")).unwrap_or_default();
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
pub(in crate::commands) async fn look(session: &Session, place: &Place, key: &KeyId, patience: &Patience) -> Finding {
    let reader = session.screen();
    let (user, last_use) = match patience.ask(async || reader.last_use(key).await).await {
        Ok(told) => told,
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied) => {
            return unknown(session, place, key, error, patience).await;
        }
        Err(error) => return Finding::Failed(Arc::new(error)),
    };
    if user.is_none() && !place.caller.arn.is_root() {
        // Only root itself can list root's keys.
        return Finding::Here { user, key: Err(Arc::new(only_root())), last_use };
    }
    let lacks = match patience.ask(async || reader.keys(user.as_ref()).await).await {
        Ok(read) => match read.keys.into_iter().find(|listed| listed.id == *key) {
            Some(found) => return Finding::Here { user, key: Ok((found.status, found.created)), last_use },
            None => Lacks::Key,
        },
        Err(error) if error.kind == ErrorKind::NotFound => Lacks::User,
        Err(error) => return Finding::Here { user, key: Err(Arc::new(error)), last_use },
    };
    match user {
        Some(user) => Finding::NotListed { user, lacks, last_use },
        None => Finding::NotHere { is_ours: true },
    }
}

fn only_root() -> ServiceError {
    ServiceError {
        kind: ErrorKind::Denied,
        operation: "ListAccessKeys",
        code: None,
        message: "only root itself can list root's keys".into(),
        request_id: None,
        advice: None,
    }
}

/// What it means that IAM did not tell the owner, with `error`: the key may be
/// of another account, or gone, or the caller may not ask.
pub(in crate::commands) async fn unknown(
    session: &Session,
    place: &Place,
    key: &KeyId,
    error: ServiceError,
    patience: &Patience,
) -> Finding {
    let ours = &place.caller.account;
    let told = patience.ask(async || session.screen().account_of(key).await).await;
    let is_ours = match (told, key.account()) {
        (Ok(account), _) if account != *ours => return Finding::Elsewhere { account, certain: true },
        (Err(_), Some(account)) if account != *ours => return Finding::Elsewhere { account, certain: false },
        (told, guess) => told.is_ok() || guess.is_some(),
    };
    if error.kind == ErrorKind::NotFound {
        return Finding::NotHere { is_ours };
    }
    match may_ask(session, place, patience).await {
        Some(true) => Finding::NotHere { is_ours },
        Some(false) => Finding::NotPermitted(Arc::new(error)),
        None => Finding::Refused(Arc::new(error)),
    }
}

/// Whether the caller may ask for owners at all, tried on a key that surely
/// exists here: its own. `None` where there is no such key to try.
async fn may_ask(session: &Session, place: &Place, patience: &Patience) -> Option<bool> {
    place.caller.arn.user_name()?;
    let own = place.signer.as_ref()?;
    match patience.ask(async || session.screen().last_use(own).await).await {
        Ok(_) => Some(true),
        Err(error) if error.kind == ErrorKind::Denied => Some(false),
        Err(_) => None,
    }
}
