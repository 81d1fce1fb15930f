//! The keys to be changed, as IAM tells them just before.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;

use crate::aws::{KeysRead, Session, Writer};
use crate::commands::look::{self, Finding};
use crate::commands::out::Exit;
use crate::commands::patience::Patience;
use crate::commands::place::exit_of;
use crate::model::{
    Caller, Direction, ErrorKind, KeyChange, KeyId, KeyStatus, Lacks, LastUse, NamedBy, Place, ServiceError, SessionId,
    Signing, UserName, owner_not_certain, owner_not_found,
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
    /// When that was read.
    pub(in crate::commands) read: Timestamp,
    /// Its last use; `None` where that was not asked for.
    pub(in crate::commands) last_use: Option<LastUse>,
    /// The owner's other keys.
    pub(in crate::commands) others: Vec<(KeyId, KeyStatus)>,
    /// What part it has in the signing of this session.
    pub(in crate::commands) signing: Signing,
    /// The change that is put back, where this is an undo.
    pub(in crate::commands) undoes: Option<Arc<str>>,
}

impl Target {
    /// The change to carry out.
    pub(in crate::commands) fn change(
        &self,
        ticket: u64,
        session: SessionId,
        caller: &Caller,
        direction: Direction,
        reason: Option<Arc<str>>,
    ) -> KeyChange {
        KeyChange {
            ticket,
            session,
            key: self.key.clone(),
            user: self.user.clone(),
            before: Some(self.before.clone()),
            read: Some(self.read),
            caller: Some(caller.clone()),
            signing: self.signing,
            direction,
            reason,
            proof: self.signing.proof(direction),
            undoes: self.undoes.clone(),
        }
    }

    /// Whether the change may end this session.
    pub(in crate::commands) fn locks_out(&self, direction: Direction) -> bool {
        self.signing.is_guarded() && direction == Direction::Deactivate
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
pub(super) async fn owners(writer: &Writer, keys: &[KeyId], patience: &Patience) -> Vec<(KeyId, Owner)> {
    let asked = stream::iter(keys.to_vec()).map(|key| async move {
        let owner = patience.ask(async || writer.last_use(&key).await).await.map_err(Arc::new);
        (key, owner)
    });
    asked.buffered(AT_ONCE).collect().await
}

/// The keys with their statuses, and those that can't be changed: each
/// owner's keys are listed once.
pub(super) async fn targets(
    session: &Session,
    writer: &Writer,
    place: &Place,
    owners: Vec<(KeyId, Owner)>,
    patience: &Patience,
) -> Vec<Result<Target, Lost>> {
    let mut users: Vec<Option<UserName>> = Vec::new();
    for (user, _) in owners.iter().filter_map(|(_, owner)| owner.as_ref().ok()) {
        if !users.contains(user) && (user.is_some() || place.caller.arn.is_root()) {
            users.push(user.clone());
        }
    }
    let reads = stream::iter(users).map(|user| async move {
        let keys = patience.ask(async || writer.keys(user.as_ref()).await).await.map_err(Arc::new);
        (user, keys.map(|keys| (keys, Timestamp::now())))
    });
    let lists: Lists = reads.buffered(AT_ONCE).collect().await;
    let mut targets = Vec::new();
    for (key, owner) in owners {
        targets.push(match owner {
            Ok((user, last_use)) => target(key, user, last_use, &lists, place),
            Err(error) => Err(no_owner(session, place, key, &error, patience).await),
        });
    }
    targets
}

type Lists = HashMap<Option<UserName>, Result<(KeysRead, Timestamp), Arc<ServiceError>>>;

fn target(key: KeyId, user: Option<UserName>, last_use: LastUse, lists: &Lists, place: &Place) -> Result<Target, Lost> {
    let account = place.account_label();
    let lose = |sentence: String, exit| Lost { key: key.clone(), sentence, exit };
    let Some(list) = lists.get(&user) else {
        return Err(lose(
            format!("{key} belongs to the root user of {account}: only root itself can switch it."),
            Exit::Refused,
        ));
    };
    let not_found = |lacks| match &user {
        Some(user) => {
            let next = format!("Nothing was sent. {}", look::next_step(&key));
            lose(owner_not_found(&key, user, &account, NamedBy::Iam, lacks, &next), Exit::Partly)
        }
        None => lose(look::not_here(&key, &account, true), Exit::Partly),
    };
    let (read, at) = match list {
        Ok(read) => read,
        Err(error) if error.kind == ErrorKind::NotFound => return Err(not_found(Lacks::User)),
        Err(error) => {
            let owner = user.as_ref().map_or("the root user", |user| user.as_str());
            let sentence = format!("{key} of {owner} in {account} is as it was: its status could not be read. {error}");
            return Err(lose(sentence, exit_of(error)));
        }
    };
    let Some(found) = read.keys.iter().find(|listed| listed.id == key) else {
        return Err(not_found(Lacks::Key));
    };
    let rivals = listed_for(&key, lists);
    if rivals.len() > 1 {
        let next = "Nothing was sent: name the user in keyflip update-access-key --user-name.";
        return Err(lose(format!("{} {next}", owner_not_certain(&key, &rivals, &account)), Exit::Partly));
    }
    let others = read.keys.iter().filter(|other| other.id != key);
    Ok(Target {
        before: found.status.clone(),
        read: *at,
        last_use: Some(last_use),
        others: others.map(|other| (other.id.clone(), other.status.clone())).collect(),
        signing: place.signing(&key, user.as_ref()),
        undoes: None,
        key,
        user,
    })
}

/// The users for whom the lists that were read show the key.
fn listed_for(key: &KeyId, lists: &Lists) -> Vec<UserName> {
    let shows = |read: &KeysRead| read.keys.iter().any(|listed| listed.id == *key);
    let listing = lists.iter().filter(|(_, list)| list.as_ref().is_ok_and(|(read, _)| shows(read)));
    listing.filter_map(|(user, _)| user.clone()).collect()
}

/// IAM did not tell the owner: finds out what that means.
async fn no_owner(session: &Session, place: &Place, key: KeyId, error: &ServiceError, patience: &Patience) -> Lost {
    let account = place.account_label();
    if !matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied) {
        let sentence = format!("{key} in {account} is as it was: its owner could not be found. {error}");
        return Lost { key, sentence, exit: exit_of(error) };
    }
    let (sentence, exit) = match look::unknown(session, place, &key, error.clone(), patience).await {
        Finding::Elsewhere { account: theirs, certain } => {
            let how = if certain { "" } else { ", as far as the ID itself tells" };
            (format!("{key} is not in {account}: it belongs to account {theirs}{how}."), Exit::Partly)
        }
        Finding::NotPermitted(error) => {
            (format!("{key} in {account} is as it was: the caller may not ask whose it is. {error}"), Exit::Refused)
        }
        Finding::Refused(error) => (
            format!(
                "{key}: IAM would not say whose it is, as it does where there is no such key in {account} and where \
                 the caller may not ask. {error}"
            ),
            Exit::Refused,
        ),
        Finding::NotHere { is_ours } => (look::not_here(&key, &account, is_ours), Exit::Partly),
        _ => (look::not_here(&key, &account, false), Exit::Partly),
    };
    Lost { key, sentence, exit }
}
