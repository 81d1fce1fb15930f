//! Looks up the owner of a key in one account. Distinguishes, as far as IAM
//! allows, keys of this account, of others, deleted keys and denied access.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::Session;
use crate::commands::list::{AccountSearch, FoundKey, SearchResult, UsersRead};
use crate::commands::open_session::EarlyReads;
use crate::commands::read_retry::ReadRetry;
use crate::model::{
    ErrorKind, KeyId, KeyKind, KeyLastUse, KeyStatus, LastUse, MissingOwnerOrKey, ReadData,
    ServiceError, SessionContext, UserName,
};
use crate::ops::key_lookup::{KeyHome, LookupMiss, LookupStep, PendingRead};

/// The maximum number of look-ups at the same time in an account.
pub(in crate::commands) const MAX_CONCURRENT_LOOKUPS: usize = 8;

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
        /// Its last use, unless it is not known.
        last_use: Option<LastUse>,
    },
    /// IAM names an owner, but does not list the key there.
    NotListed {
        /// The owner whom IAM names.
        user: UserName,
        /// The user or the key, which IAM's response does not have.
        lacks: MissingOwnerOrKey,
        /// The key's last use, unless it is not known.
        last_use: Option<LastUse>,
    },
    /// The text names the key in another way than by its ID, and no key was found.
    Mention(MentionMiss),
    /// Anything else.
    Miss(LookupMiss),
}

/// Why a masked ID or a user leads to no key.
#[derive(Clone, Debug)]
pub(in crate::commands) enum MentionMiss {
    /// No key that was read has such an ID.
    NoMatch {
        /// The users whose keys were read.
        users: UsersRead,
        /// Why there may be more.
        incomplete: Option<Arc<ServiceError>>,
    },
    /// Keys with such an ID were found, but not all could be read.
    MayHaveOthers {
        /// The users whose keys were read.
        users: UsersRead,
        /// Why there may be more.
        error: Arc<ServiceError>,
    },
    /// The text names only other accounts, such as this one, of which the last four digits may be
    /// known only.
    OtherAccount(Arc<str>),
    /// No profile leads to the accounts that the text names.
    NoProfile(Arc<str>),
    /// None of the accounts that were read has it.
    InNoAccount {
        /// Whether there are accounts that could not be read.
        is_partial: bool,
    },
    /// The account has no such user.
    NoSuchUser,
    /// The user has no keys.
    NoKeys,
    /// The user's keys could not be read.
    Failed(Arc<ServiceError>),
}

impl KeyLookupResult {
    /// Returns whether it is a key of the account that was asked.
    pub(in crate::commands) fn is_found(&self) -> bool {
        matches!(self, Self::ThisAccount { .. } | Self::Miss(LookupMiss::RootKey(_)))
    }

    /// Returns whether a key was not found, or its status could not be read.
    pub(in crate::commands) fn is_incomplete(&self) -> bool {
        match self {
            Self::ThisAccount { key, .. } => key.is_err(),
            Self::Miss(LookupMiss::NotAKey(_)) => false,
            _ => !self.is_found(),
        }
    }

    /// Returns whether the look-up was denied.
    pub(in crate::commands) fn was_denied(&self) -> bool {
        matches!(self, Self::Miss(LookupMiss::NotPermitted(_) | LookupMiss::Refused(..)))
    }

    /// Returns whether a call of the look-up has failed.
    pub(in crate::commands) fn has_failed(&self) -> bool {
        matches!(
            self,
            Self::Miss(LookupMiss::Failed(_) | LookupMiss::Unsupported(_))
                | Self::Mention(
                    MentionMiss::Failed(_)
                        | MentionMiss::MayHaveOthers { .. }
                        | MentionMiss::NoMatch { incomplete: Some(_), .. }
                )
        )
    }

    /// Returns the result in a few words, for tables and programs.
    pub(in crate::commands) fn label(&self) -> &'static str {
        match self {
            Self::ThisAccount { .. } => "found",
            Self::NotListed { lacks: MissingOwnerOrKey::User, .. } => "owner not found",
            Self::NotListed { lacks: MissingOwnerOrKey::Key, .. } => "not listed",
            Self::Mention(miss) => match miss {
                MentionMiss::NoMatch { incomplete: None, .. }
                | MentionMiss::InNoAccount { is_partial: false } => "not here",
                MentionMiss::OtherAccount(_) | MentionMiss::NoProfile(_) => "other account",
                MentionMiss::NoSuchUser => "no such user",
                MentionMiss::NoKeys => "no keys",
                MentionMiss::MayHaveOthers { .. } => "maybe others",
                MentionMiss::NoMatch { .. }
                | MentionMiss::InNoAccount { .. }
                | MentionMiss::Failed(_) => "failed",
            },
            Self::Miss(miss) => match miss {
                LookupMiss::RootKey(_) => "found",
                LookupMiss::OtherAccount { .. } => "other account",
                LookupMiss::NotFound(_) => "not here",
                LookupMiss::SeveralOwners(_) => "several owners",
                LookupMiss::Refused(..) => "not here, or denied",
                LookupMiss::NotPermitted(_) => "denied",
                LookupMiss::Failed(_) | LookupMiss::Unsupported(_) => "failed",
                LookupMiss::NotAKey(KeyKind::Temporary) => "temporary key",
                LookupMiss::NotAKey(KeyKind::UserId) => "user ID",
                LookupMiss::NotAKey(_) => "no access key",
            },
        }
    }
}

/// Look-ups of keys in the account of a session. They share their retries, and the lists of users
/// that a service makes necessary which cannot name owners.
pub(in crate::commands) struct AccountLookup<'a> {
    session: &'a Session,
    session_context: &'a SessionContext,
    retry: &'a ReadRetry,
    search: tokio::sync::Mutex<AccountSearch>,
    /// A reply that shows whether the caller may look up no owner at all, from any of the look-ups.
    permission: tokio::sync::OnceCell<OwnerReply>,
    /// The progress that is shown.
    pub(in crate::commands) progress: LookupProgress,
}

/// The progress of the look-ups in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum LookupProgress {
    /// It is shown on standard error.
    Shown,
    /// It is not shown: the look-ups in other accounts, at the same time, would overwrite it.
    Hidden,
}

impl LookupProgress {
    /// Returns the progress to show if keys are looked up in this number of accounts.
    pub(in crate::commands) fn in_accounts(number: usize) -> Self {
        if number > 1 { Self::Hidden } else { Self::Shown }
    }
}

/// The owner of a key (`None` for the root user), and its last use if that is known.
pub(in crate::commands) type KeyOwner = (Option<UserName>, Option<LastUse>);

/// IAM's reply about the owner of a key.
pub(in crate::commands) type OwnerReply = Result<ReadData, Arc<ServiceError>>;

/// IAM's replies about the owners of keys, in the order of the keys.
pub(in crate::commands) type OwnerReplies = Vec<(KeyId, OwnerReply)>;

/// Asks IAM for the owner of each key, with one call for each, at most `limit` at the same time.
pub(in crate::commands) async fn read_owners(
    keys: &[KeyId],
    limit: usize,
    retry: &ReadRetry,
    read: impl AsyncFn(&KeyId) -> Result<KeyLastUse, ServiceError>,
) -> OwnerReplies {
    let read = &read;
    let reads = stream::iter(keys.to_vec()).map(|key| async move {
        let reply = retry.retry(async || read(&key).await).await;
        let reply = reply.map(ReadData::LastUse);
        (key, reply.map_err(Arc::new))
    });
    reads.buffered(limit).collect().await
}

impl EarlyReads for OwnerReplies {
    fn lack_credentials(&self) -> bool {
        self.iter().any(|(_, reply)| reply.as_ref().is_err_and(|it| it.kind.lacks_credentials()))
    }
}

impl<'a> AccountLookup<'a> {
    /// Returns look-ups in the account of the session.
    pub(in crate::commands) fn new(
        session: &'a Session,
        session_context: &'a SessionContext,
        retry: &'a ReadRetry,
        progress: LookupProgress,
    ) -> Self {
        let search = match progress {
            LookupProgress::Shown => AccountSearch::new(session, session_context),
            LookupProgress::Hidden => AccountSearch::hidden(session, session_context),
        };
        let permission = tokio::sync::OnceCell::new();
        Self { session, session_context, retry, search: search.into(), permission, progress }
    }

    /// Notes a reply that shows that the caller may look up some owners, so that its own key need
    /// not be looked up to learn that.
    pub(in crate::commands) fn note_replies(&self, replies: &OwnerReplies) {
        if let Some((_, reply)) = replies.iter().find(|(_, reply)| reply.is_ok()) {
            // It may be known already.
            let _ = self.permission.set(reply.clone());
        }
    }

    /// Looks up a key, from IAM's reply about its owner on.
    pub(in crate::commands) async fn look_up(
        &self,
        key: &KeyId,
        reply: &OwnerReply,
    ) -> KeyLookupResult {
        let step = PendingRead::Owner.next(key, self.session_context, reply);
        let (user, last_use) = match self.find_owner(key, step).await {
            Ok(owner) => owner,
            Err(miss) => return KeyLookupResult::Miss(miss),
        };
        let reader = self.session.screen_reader();
        let lacks = match self.retry.retry(async || reader.keys(user.as_ref()).await).await {
            Ok(read) => match read.keys.into_iter().find(|listed| listed.id == *key) {
                Some(found) => {
                    return KeyLookupResult::ThisAccount {
                        user,
                        key: Ok((found.status, found.created)),
                        last_use,
                    };
                }
                None => MissingOwnerOrKey::Key,
            },
            Err(error) if error.kind == ErrorKind::NotFound => MissingOwnerOrKey::User,
            Err(error) => {
                return KeyLookupResult::ThisAccount { user, key: Err(Arc::new(error)), last_use };
            }
        };
        match user {
            Some(user) => KeyLookupResult::NotListed { user, lacks, last_use },
            None => KeyLookupResult::Miss(LookupMiss::NotFound(KeyHome::ThisAccount)),
        }
    }

    /// Makes the reads of a look-up from `step` on, and returns the owner of the key, or what it is
    /// instead.
    pub(in crate::commands) async fn find_owner(
        &self,
        key: &KeyId,
        mut step: LookupStep,
    ) -> Result<KeyOwner, LookupMiss> {
        let reader = self.session.screen_reader();
        loop {
            step = match step {
                LookupStep::Read(pending) => {
                    let read = pending.read(key);
                    let ask = async || {
                        let reply = self.retry.retry(async || reader.read(&read).await).await;
                        reply.map_err(Arc::new)
                    };
                    let reply = match pending {
                        // One reply serves all look-ups.
                        PendingRead::OwnKey { .. } => {
                            self.permission.get_or_init(ask).await.clone()
                        }
                        PendingRead::Owner | PendingRead::Account(_) => ask().await,
                    };
                    pending.next(key, self.session_context, &reply)
                }
                LookupStep::Owner(user, last_use) => return Ok((user, Some(last_use))),
                LookupStep::Miss(LookupMiss::Unsupported(_)) => {
                    return self.find_in_lists(key).await;
                }
                LookupStep::Miss(miss) => return Err(miss),
            }
        }
    }

    /// Looks for the owner of a key in the lists of all users.
    async fn find_in_lists(&self, key: &KeyId) -> Result<KeyOwner, LookupMiss> {
        let found = self.keys_that_match(&format!("key:{key}")).await;
        let found = found.map_err(|error| LookupMiss::Unsupported(Arc::new(error)))?;
        let mut owners = found.keys.into_iter().filter(|found| found.key.id == *key);
        match (owners.next(), found.incomplete) {
            // If there are several, the list of each of them has the key.
            (Some(owner), _) => match owners.next() {
                None => Ok((owner.user, None)),
                Some(other) => Err(LookupMiss::SeveralOwners(
                    [owner.user, other.user].into_iter().flatten().collect(),
                )),
            },
            (None, None) => Err(LookupMiss::NotFound(KeyHome::ThisAccount)),
            (None, Some(error)) => Err(LookupMiss::Unsupported(error)),
        }
    }

    /// Returns the keys of a user.
    ///
    /// # Errors
    /// Returns an error if IAM refuses or cannot be reached.
    pub(in crate::commands) async fn keys_of(
        &self,
        user: &UserName,
    ) -> Result<Vec<FoundKey>, Arc<ServiceError>> {
        let reader = self.session.screen_reader();
        let read = self.retry.retry(async || reader.keys(Some(user)).await).await;
        let found = |key| FoundKey { user: Some(user.clone()), key };
        Ok(read.map_err(Arc::new)?.keys.into_iter().map(found).collect())
    }

    /// Returns the last use of a key, unless it cannot be read.
    pub(in crate::commands) async fn last_use(&self, key: &KeyId) -> Option<LastUse> {
        let reader = self.session.screen_reader();
        let read = self.retry.retry(async || reader.last_use(key).await).await;
        read.ok().map(|read| read.last_use)
    }

    /// Reads the account until all keys that match a filter are known.
    ///
    /// # Errors
    /// Returns an error if the filter is not valid.
    pub(in crate::commands) async fn keys_that_match(
        &self,
        filter: &str,
    ) -> Result<SearchResult, ServiceError> {
        Box::pin(self.search.lock().await.keys(filter)).await
    }
}
