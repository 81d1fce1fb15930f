//! The keys to be changed, as IAM tells them just before.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::aws::{KeysRead, Writer};
use crate::commands::out::Exit;
use crate::commands::place::exit_of;
use crate::model::{
    Direction, ErrorKind, KeyChange, KeyId, KeyStatus, LastUse, Place, Proof, ServiceError, SessionId, UserName,
};

/// So many calls are in flight at most.
pub(super) const AT_ONCE: usize = 4;

/// A key, and what there is to know before it is changed.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Target {
    /// The key.
    pub(in crate::commands) key: KeyId,
    /// Its owner; `None` for root's.
    pub(in crate::commands) user: Option<UserName>,
    /// Its status.
    pub(in crate::commands) before: KeyStatus,
    /// Its last use; `None` where that was not asked for.
    pub(in crate::commands) last_use: Option<LastUse>,
    /// The owner's other keys.
    pub(in crate::commands) others: Vec<(KeyId, KeyStatus)>,
    /// Whether it may sign this session.
    pub(in crate::commands) signs: bool,
    /// The change that is put back, where this is an undo.
    pub(in crate::commands) undoes: Option<Arc<str>>,
}

impl Target {
    /// The change to carry out.
    pub(in crate::commands) fn change(
        &self,
        ticket: u64,
        session: SessionId,
        direction: Direction,
        reason: Option<Arc<str>>,
    ) -> KeyChange {
        KeyChange {
            ticket,
            session,
            key: self.key.clone(),
            user: self.user.clone(),
            before: Some(self.before.clone()),
            direction,
            reason,
            proof: if self.locks_out(direction) { Proof::Refusal } else { Proof::Read },
            undoes: self.undoes.clone(),
        }
    }

    /// Whether the change may end this session.
    pub(in crate::commands) fn locks_out(&self, direction: Direction) -> bool {
        self.signs && direction == Direction::Deactivate
    }
}

/// A key that can't be changed: why, as a sentence, and how that ends.
#[derive(Clone, Debug)]
pub(super) struct Lost {
    pub(super) key: KeyId,
    pub(super) sentence: String,
    pub(super) exit: Exit,
}

/// An owner and the last use, as GetAccessKeyLastUsed tells them.
pub(super) type Owner = Result<(Option<UserName>, LastUse), Arc<ServiceError>>;

/// Who owns each key: one call for each, and no listing.
pub(super) async fn owners(writer: &Writer, keys: &[KeyId]) -> Vec<(KeyId, Owner)> {
    let asked = stream::iter(keys.to_vec()).map(|key| async move {
        let owner = writer.last_use(&key).await.map_err(Arc::new);
        (key, owner)
    });
    asked.buffered(AT_ONCE).collect().await
}

/// The keys with their statuses, and those that can't be changed: each
/// owner's keys are listed once.
pub(super) async fn targets(writer: &Writer, place: &Place, owners: Vec<(KeyId, Owner)>) -> Vec<Result<Target, Lost>> {
    let mut users: Vec<Option<UserName>> = Vec::new();
    for (user, _) in owners.iter().filter_map(|(_, owner)| owner.as_ref().ok()) {
        if !users.contains(user) && (user.is_some() || place.caller.arn.is_root()) {
            users.push(user.clone());
        }
    }
    let reads = stream::iter(users).map(|user| async move {
        let keys = writer.keys(user.as_ref()).await.map_err(Arc::new);
        (user, keys)
    });
    let lists: HashMap<_, _> = reads.buffered(AT_ONCE).collect().await;
    owners.into_iter().map(|(key, owner)| target(key, owner, &lists, place)).collect()
}

type Lists = HashMap<Option<UserName>, Result<KeysRead, Arc<ServiceError>>>;

fn target(key: KeyId, owner: Owner, lists: &Lists, place: &Place) -> Result<Target, Lost> {
    let account = place.account_label();
    let lost = |sentence: String, exit| Lost { key: key.clone(), sentence, exit };
    let (user, last_use) = owner.map_err(|error| no_owner(&key, place, &error))?;
    let Some(list) = lists.get(&user) else {
        return Err(lost(
            format!("{key} belongs to the root user of {account}: only root itself can switch it."),
            Exit::Refused,
        ));
    };
    let owner = user.as_ref().map_or("the root user", |user| user.as_str());
    let list = list.as_ref().map_err(|error| {
        lost(
            format!("{key} of {owner} in {account} is as it was: its status could not be read. {error}"),
            exit_of(error),
        )
    })?;
    let Some(found) = list.keys.iter().find(|listed| listed.id == key) else {
        return Err(lost(
            format!("{key} is not among the keys of {owner} in {account}: it was deleted."),
            Exit::Partly,
        ));
    };
    let others = list.keys.iter().filter(|other| other.id != key);
    Ok(Target {
        before: found.status.clone(),
        last_use: Some(last_use),
        others: others.map(|other| (other.id.clone(), other.status.clone())).collect(),
        signs: place.signs(&key),
        undoes: None,
        key,
        user,
    })
}

/// IAM did not tell the owner.
fn no_owner(key: &KeyId, place: &Place, error: &ServiceError) -> Lost {
    let account = place.account_label();
    let elsewhere = key.account().filter(|theirs| *theirs != place.caller.account);
    let (sentence, exit) = match (elsewhere, error.kind) {
        (Some(theirs), ErrorKind::NotFound | ErrorKind::Denied) => (
            format!("{key} is not in {account}: as far as the ID itself tells, it belongs to account {theirs}."),
            Exit::Partly,
        ),
        (None, ErrorKind::NotFound) => {
            (format!("{key} is not in {account}: IAM knows no such key there. {error}"), Exit::Partly)
        }
        (None, ErrorKind::Denied) => (
            format!(
                "{key}: IAM would not say whose it is, as it does where there is no such key in {account} and where \
                 the caller may not ask. {error}"
            ),
            Exit::Refused,
        ),
        _ => (format!("{key} in {account} is as it was: its owner could not be found. {error}"), exit_of(error)),
    };
    Lost { key: key.clone(), sentence, exit }
}
