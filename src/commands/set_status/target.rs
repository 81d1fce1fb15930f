//! Reads the keys to be changed from IAM, just before the confirmation.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::{KeyListing, Session, Writer};
use crate::commands::exit::Exit;
use crate::commands::key_lookup::{self, AccountLookup, KeyOwner, LookupProgress, OwnerReplies};
use crate::commands::messages::{change, find};
use crate::commands::reach::AccountNames;
use crate::commands::read_retry::ReadRetry;
use crate::commands::set_status::key_result::KeyResult;
use crate::model::{
    AccountId, Caller, Direction, ErrorKind, KeyChange, KeyId, KeyStatus, LastUse,
    MissingOwnerOrKey, SelfLockoutRisk, ServiceError, SessionContext, SessionId, UserName,
};
use crate::ops::key_lookup::messages::Advice;
use crate::ops::key_lookup::{KeyHome, LookupMiss, PendingRead};

/// The maximum number of calls in flight.
const MAX_CONCURRENT_READS: usize = 4;

/// A key to change, with the facts that the confirmation shows.
#[derive(Clone, Debug)]
pub(in crate::commands) struct ChangeTarget {
    /// The key.
    pub(in crate::commands) key: KeyId,
    /// Its owner; `None` for the root user.
    pub(in crate::commands) user: Option<UserName>,
    /// Its status.
    pub(in crate::commands) before: KeyStatus,
    /// The time at which the status was read; `None` if a recent change set it, and the list does
    /// not show that yet.
    pub(in crate::commands) read: Option<Timestamp>,
    /// Its last use; `None` if it was not read.
    pub(in crate::commands) last_use: Option<LastUse>,
    /// The owner's other keys.
    pub(in crate::commands) others: Vec<(KeyId, KeyStatus)>,
    /// The risk that it is the key that signs this session.
    pub(in crate::commands) lockout_risk: SelfLockoutRisk,
    /// The ID of the change that is undone, if this is an undo.
    pub(in crate::commands) undoes: Option<Arc<str>>,
}

impl ChangeTarget {
    /// Returns the change to make.
    pub(in crate::commands) fn change(
        &self,
        change_id: u64,
        session: SessionId,
        caller: &Caller,
        direction: Direction,
        reason: Option<Arc<str>>,
    ) -> KeyChange {
        KeyChange {
            id: change_id,
            session,
            key: self.key.clone(),
            user: self.user.clone(),
            before: Some(self.before.clone()),
            read: self.read,
            caller: Some(caller.clone()),
            lockout_risk: self.lockout_risk,
            direction,
            reason,
            verification: self.lockout_risk.verification_for(direction),
            undoes: self.undoes.clone(),
            batch: None,
            plan: None,
        }
    }

    /// Returns the target with the status that a recent change set, in place of the listed one.
    pub(in crate::commands) fn after(self, recent: Direction) -> Self {
        Self { before: recent.status(), read: None, ..self }
    }

    /// Returns whether the change may lock this session out.
    pub(in crate::commands) fn locks_out(&self, direction: Direction) -> bool {
        self.lockout_risk.is_any() && direction == Direction::Deactivate
    }
}

/// Asks IAM for the owner of each key, with the client for changes.
pub(in crate::commands::set_status) async fn read_owners(
    writer: &Writer,
    keys: &[KeyId],
    retry: &ReadRetry,
) -> OwnerReplies {
    let read = async |key: &KeyId| writer.last_use(key).await;
    key_lookup::read_owners(keys, MAX_CONCURRENT_READS, retry, read).await
}

/// Returns the other account that a key belongs to, if it does.
fn other_account(owner: &OwnerResult) -> Option<&AccountId> {
    match owner {
        Err(LookupMiss::OtherAccount { account, .. }) => Some(account),
        _ => None,
    }
}

/// The owner of a key, or what it is instead.
type OwnerResult = Result<KeyOwner, LookupMiss>;

/// Reads the statuses of the keys, with one call for each owner. Keys that cannot
/// be changed are errors.
pub(in crate::commands::set_status) async fn read_targets(
    session: &Session,
    writer: &Writer,
    session_context: &SessionContext,
    replies: OwnerReplies,
    retry: &ReadRetry,
    names: impl AsyncFnOnce(HashSet<AccountId>) -> Option<AccountNames>,
) -> Vec<Result<ChangeTarget, Box<KeyResult>>> {
    let lookup = AccountLookup::new(session, session_context, retry, LookupProgress::Shown);
    lookup.note_replies(&replies);
    let lookup = &lookup;
    let owners = stream::iter(replies).map(|(key, reply)| async move {
        let step = PendingRead::Owner.next(&key, session_context, &reply);
        let owner = lookup.find_owner(&key, step).await;
        (key, owner)
    });
    let owners: Vec<(KeyId, OwnerResult)> = owners.buffered(MAX_CONCURRENT_READS).collect().await;
    let mut users: Vec<Option<UserName>> = Vec::new();
    for (user, _) in owners.iter().filter_map(|(_, owner)| owner.as_ref().ok()) {
        if !users.contains(user) {
            users.push(user.clone());
        }
    }
    let reads = stream::iter(users).map(|user| async move {
        let keys = retry.retry(async || writer.keys(user.as_ref()).await).await.map_err(Arc::new);
        (user, keys.map(|keys| (keys, Timestamp::now())))
    });
    let lists: KeyLists = reads.buffered(MAX_CONCURRENT_READS).collect().await;
    let elsewhere = owners.iter().filter_map(|(_, owner)| other_account(owner).cloned());
    let names = names(elsewhere.collect()).await;
    let target = |(key, owner)| match owner {
        Ok((user, last_use)) => resolve_target(key, user, last_use, &lists, session_context),
        Err(miss) => Err(Box::new(unresolved_owner(key, &miss, session_context, names.as_ref()))),
    };
    owners.into_iter().map(target).collect()
}

type KeyLists = HashMap<Option<UserName>, Result<(KeyListing, Timestamp), Arc<ServiceError>>>;

fn resolve_target(
    key: KeyId,
    user: Option<UserName>,
    last_use: Option<LastUse>,
    lists: &KeyLists,
    session_context: &SessionContext,
) -> Result<ChangeTarget, Box<KeyResult>> {
    let account = session_context.account_label();
    let unresolved = |sentence, exit| Box::new(KeyResult::unresolved(key.clone(), sentence, exit));
    let not_found = |lacks| {
        let miss = LookupMiss::NotFound(KeyHome::ThisAccount);
        let sentence = user.as_ref().map_or_else(
            || miss_sentence(&miss, &key, &account, None),
            |user| change::target_not_listed(&key, user, &account, lacks),
        );
        unresolved(sentence, Exit::Partial)
    };
    let (read, at) = match lists.get(&user) {
        Some(Ok(read)) => read,
        None => return Err(not_found(MissingOwnerOrKey::User)),
        Some(Err(error)) if error.kind == ErrorKind::NotFound => {
            return Err(not_found(MissingOwnerOrKey::User));
        }
        Some(Err(error)) => {
            let sentence = change::status_unreadable(&key, user.as_ref(), &account, error);
            let result = unresolved(sentence, Exit::for_error(error));
            return Err(Box::new(result.because(error.code.clone())));
        }
    };
    let Some(found) = read.keys.iter().find(|listed| listed.id == key) else {
        return Err(not_found(MissingOwnerOrKey::Key));
    };
    let owners = listed_for(&key, lists);
    if owners.len() > 1 {
        return Err(unresolved(change::several_owners(&key, &owners, &account), Exit::Partial));
    }
    let others = read.keys.iter().filter(|other| other.id != key);
    Ok(ChangeTarget {
        before: found.status.clone(),
        read: Some(*at),
        last_use,
        others: others.map(|other| (other.id.clone(), other.status.clone())).collect(),
        lockout_risk: session_context.lockout_risk(&key, user.as_ref()),
        undoes: None,
        key,
        user,
    })
}

/// Returns the users whose lists, of those that were read, have the key.
fn listed_for(key: &KeyId, lists: &KeyLists) -> Vec<UserName> {
    let shows = |read: &KeyListing| read.keys.iter().any(|listed| listed.id == *key);
    let listing = lists.iter().filter(|(_, list)| list.as_ref().is_ok_and(|(read, _)| shows(read)));
    listing.filter_map(|(user, _)| user.clone()).collect()
}

/// Returns why a key without an owner in the account cannot be changed.
fn unresolved_owner(
    key: KeyId,
    miss: &LookupMiss,
    session: &SessionContext,
    names: Option<&AccountNames>,
) -> KeyResult {
    let account = session.account_label();
    let (sentence, exit) = match miss {
        LookupMiss::Failed(error) | LookupMiss::Unsupported(error) => {
            (change::owner_unreadable(&key, &account, error), Exit::for_error(error))
        }
        LookupMiss::NotPermitted(_) | LookupMiss::Refused(..) | LookupMiss::RootKey(_) => {
            (miss_sentence(miss, &key, &account, names), Exit::Refused)
        }
        _ => (miss_sentence(miss, &key, &account, names), Exit::Partial),
    };
    KeyResult::unresolved(key, sentence, exit).because(miss_code(miss))
}

/// Returns the error code of the service, if a call has failed.
fn miss_code(miss: &LookupMiss) -> Option<Arc<str>> {
    match miss {
        LookupMiss::Failed(error)
        | LookupMiss::Unsupported(error)
        | LookupMiss::NotPermitted(error)
        | LookupMiss::Refused(error, _) => error.code.clone(),
        _ => None,
    }
}

/// Returns why a key cannot be changed.
fn miss_sentence(
    miss: &LookupMiss,
    key: &KeyId,
    account: &str,
    names: Option<&AccountNames>,
) -> String {
    let name = |account: &AccountId| names.and_then(|names| names.get(account));
    change::nothing_sent(&miss.sentence(
        key,
        &Advice {
            here: Some(account),
            other_account: &|account| change::use_any_account(name(account).as_deref()),
            revoke_sessions: find::REVOKE_SESSIONS,
            find_user: find::FIND_USER,
            without_lookup: &change::without_lookup,
        },
    ))
}
