//! The keys to be changed, as IAM tells them just before.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::{KeyListing, Session, Writer};
use crate::commands::key_lookup;
use crate::commands::key_lookup::KeyLookup;
use crate::commands::open_session::exit_for;
use crate::commands::output::Exit;
use crate::commands::read_retry::ReadRetry;
use crate::model::{
    Caller, Direction, ErrorKind, KeyChange, KeyId, KeyStatus, LastUse, Missing, NamedBy,
    SelfLockoutRisk, ServiceError, SessionContext, SessionId, UserName, owner_not_certain,
    owner_not_found,
};

/// So many calls are in flight at most.
pub(in crate::commands::set_status) const MAX_CONCURRENT_READS: usize = 4;

/// A key, and what there is to know before it is changed.
#[derive(Clone, Debug)]
pub(in crate::commands) struct ChangeTarget {
    /// The key.
    pub(in crate::commands) key: KeyId,
    /// Its owner; `None` for root's.
    pub(in crate::commands) user: Option<UserName>,
    /// Its status.
    pub(in crate::commands) before: KeyStatus,
    /// When that was read.
    pub(in crate::commands) read: Timestamp,
    /// Its last use; `None` where that was not asked for.
    pub(in crate::commands) last_use: Option<LastUse>,
    /// The owner's other keys.
    pub(in crate::commands) others: Vec<(KeyId, KeyStatus)>,
    /// What part it has in the signing of this session.
    pub(in crate::commands) lockout_risk: SelfLockoutRisk,
    /// The change that is put back, where this is an undo.
    pub(in crate::commands) undoes: Option<Arc<str>>,
}

impl ChangeTarget {
    /// The change to carry out.
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
            read: Some(self.read),
            caller: Some(caller.clone()),
            signing: self.lockout_risk,
            direction,
            reason,
            verification: self.lockout_risk.verification_for(direction),
            undoes: self.undoes.clone(),
        }
    }

    /// Whether the change may end this session.
    pub(in crate::commands) fn locks_out(&self, direction: Direction) -> bool {
        self.lockout_risk.is_any() && direction == Direction::Deactivate
    }
}

/// A key that can't be changed: why, as a sentence, and how that ends.
#[derive(Clone, Debug)]
pub(in crate::commands::set_status) struct UnresolvedKey {
    pub(in crate::commands::set_status) key: KeyId,
    pub(in crate::commands::set_status) sentence: String,
    pub(in crate::commands::set_status) exit: Exit,
}

/// An owner and the last use, as GetAccessKeyLastUsed tells them.
pub(in crate::commands::set_status) type OwnerResult =
    Result<(Option<UserName>, LastUse), Arc<ServiceError>>;

/// Who owns each key: one call for each, and no listing.
pub(in crate::commands::set_status) async fn read_owners(
    writer: &Writer,
    keys: &[KeyId],
    patience: &ReadRetry,
) -> Vec<(KeyId, OwnerResult)> {
    let asked = stream::iter(keys.to_vec()).map(|key| async move {
        let owner = patience.retry(async || writer.last_use(&key).await).await.map_err(Arc::new);
        (key, owner)
    });
    asked.buffered(MAX_CONCURRENT_READS).collect().await
}

/// The keys with their statuses, and those that can't be changed: each
/// owner's keys are listed once.
pub(in crate::commands::set_status) async fn read_targets(
    session: &Session,
    writer: &Writer,
    session_context: &SessionContext,
    owners: Vec<(KeyId, OwnerResult)>,
    patience: &ReadRetry,
) -> Vec<Result<ChangeTarget, UnresolvedKey>> {
    let mut users: Vec<Option<UserName>> = Vec::new();
    for (user, _) in owners.iter().filter_map(|(_, owner)| owner.as_ref().ok()) {
        if !users.contains(user) && (user.is_some() || session_context.caller.arn.is_root()) {
            users.push(user.clone());
        }
    }
    let reads = stream::iter(users).map(|user| async move {
        let keys =
            patience.retry(async || writer.keys(user.as_ref()).await).await.map_err(Arc::new);
        (user, keys.map(|keys| (keys, Timestamp::now())))
    });
    let lists: KeyLists = reads.buffered(MAX_CONCURRENT_READS).collect().await;
    let mut targets = Vec::new();
    for (key, owner) in owners {
        targets.push(match owner {
            Ok((user, last_use)) => resolve_target(key, user, last_use, &lists, session_context),
            Err(error) => {
                Err(unresolved_owner(session, session_context, key, &error, patience).await)
            }
        });
    }
    targets
}

type KeyLists = HashMap<Option<UserName>, Result<(KeyListing, Timestamp), Arc<ServiceError>>>;

fn resolve_target(
    key: KeyId,
    user: Option<UserName>,
    last_use: LastUse,
    lists: &KeyLists,
    session_context: &SessionContext,
) -> Result<ChangeTarget, UnresolvedKey> {
    let account = session_context.account_label();
    let lose = |sentence: String, exit| UnresolvedKey { key: key.clone(), sentence, exit };
    let Some(list) = lists.get(&user) else {
        return Err(lose(
            format!("{key} belongs to the root user of {account}: only root itself can switch it."),
            Exit::Refused,
        ));
    };
    let not_found = |lacks| match &user {
        Some(user) => {
            let next = format!("Nothing was sent. {}", key_lookup::next_step(&key));
            lose(owner_not_found(&key, user, &account, NamedBy::Iam, lacks, &next), Exit::Partial)
        }
        None => lose(key_lookup::not_found_sentence(&key, &account, true), Exit::Partial),
    };
    let (read, at) = match list {
        Ok(read) => read,
        Err(error) if error.kind == ErrorKind::NotFound => return Err(not_found(Missing::User)),
        Err(error) => {
            let owner = user.as_ref().map_or("the root user", |user| user.as_str());
            let sentence = format!(
                "{key} of {owner} in {account} is as it was: its status could not be read. {error}"
            );
            return Err(lose(sentence, exit_for(error)));
        }
    };
    let Some(found) = read.keys.iter().find(|listed| listed.id == key) else {
        return Err(not_found(Missing::Key));
    };
    let rivals = listed_for(&key, lists);
    if rivals.len() > 1 {
        let next = "Nothing was sent: name the user in keyflip update-access-key --user-name.";
        return Err(lose(
            format!("{} {next}", owner_not_certain(&key, &rivals, &account)),
            Exit::Partial,
        ));
    }
    let others = read.keys.iter().filter(|other| other.id != key);
    Ok(ChangeTarget {
        before: found.status.clone(),
        read: *at,
        last_use: Some(last_use),
        others: others.map(|other| (other.id.clone(), other.status.clone())).collect(),
        lockout_risk: session_context.lockout_risk(&key, user.as_ref()),
        undoes: None,
        key,
        user,
    })
}

/// The users for whom the lists that were read show the key.
fn listed_for(key: &KeyId, lists: &KeyLists) -> Vec<UserName> {
    let shows = |read: &KeyListing| read.keys.iter().any(|listed| listed.id == *key);
    let listing = lists.iter().filter(|(_, list)| list.as_ref().is_ok_and(|(read, _)| shows(read)));
    listing.filter_map(|(user, _)| user.clone()).collect()
}

/// IAM did not tell the owner: finds out what that means.
async fn unresolved_owner(
    session: &Session,
    session_context: &SessionContext,
    key: KeyId,
    error: &ServiceError,
    patience: &ReadRetry,
) -> UnresolvedKey {
    let account = session_context.account_label();
    if !matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied) {
        let sentence =
            format!("{key} in {account} is as it was: its owner could not be found. {error}");
        return UnresolvedKey { key, sentence, exit: exit_for(error) };
    }
    let (sentence, exit) = match key_lookup::classify_unknown_owner(
        session,
        session_context,
        &key,
        error.clone(),
        patience,
    )
    .await
    {
        KeyLookup::OtherAccount { account: theirs, certain } => {
            let how = if certain { "" } else { ", as far as the ID itself tells" };
            (
                format!("{key} is not in {account}: it belongs to account {theirs}{how}."),
                Exit::Partial,
            )
        }
        KeyLookup::NotPermitted(error) => (
            format!("{key} in {account} is as it was: the caller may not ask whose it is. {error}"),
            Exit::Refused,
        ),
        KeyLookup::Refused(error) => (
            format!(
                "{key}: IAM would not say whose it is, as it does where there is no such key in {account} and where \
                 the caller may not ask. {error}"
            ),
            Exit::Refused,
        ),
        KeyLookup::NotFound { is_ours } => {
            (key_lookup::not_found_sentence(&key, &account, is_ours), Exit::Partial)
        }
        _ => (key_lookup::not_found_sentence(&key, &account, false), Exit::Partial),
    };
    UnresolvedKey { key, sentence, exit }
}
