//! Which change can be put back, and whether it still may be. Pure but for the
//! journal: the caller reads the key's present status just before.

mod choice;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use choice::{Choice, Chooser};

use super::change_context::ChangeContext;
use super::journal::entry::{ChangeState, Intent, JournalEntry};
use super::journal::outcome::{ChangeEffect, OutcomeKind};
use super::journal::{Journal, JournalError};
use crate::model::{Direction, KeyId, KeyStatus, Missing, NamedBy, UserName, owner_not_found};

/// A change that may be put back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UndoTarget {
    /// The key.
    pub key: KeyId,
    /// Its owner; `None` where no UserName was sent.
    pub user: Option<UserName>,
    /// Its present status, as just read.
    pub before: KeyStatus,
    /// Which way it goes back.
    pub direction: Direction,
    /// The change that is put back.
    pub undoes: Arc<str>,
}

/// So many of the changes that match are named.
const MAX_IDS_LISTED: usize = 10;

/// Why nothing is put back. Each is told in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UndoRefusal {
    /// There is no change to put back here.
    Nothing,
    /// There is no change of that key to put back here.
    NothingOf(KeyId),
    /// No change has an ID that begins so.
    NoSuchChange(Arc<str>),
    /// Several changes have an ID that begins so.
    Ambiguous(Arc<str>, Vec<Arc<str>>),
    /// The change was made in another account, or at another endpoint: which.
    Elsewhere(Box<Intent>),
    /// It is still under way.
    InFlight(Box<Intent>),
    /// It has changed nothing.
    ChangedNothing(Box<Intent>),
    /// It has been put back already: by which change.
    Undone(Box<Intent>, Arc<str>),
    /// The status before was not read, so that one has to be given.
    PriorStatusUnknown(Box<Intent>),
    /// The status before can't be set.
    CannotSet(Box<Intent>, KeyStatus),
    /// The key no longer has the status that the change left.
    StatusChanged(Box<Intent>, KeyStatus),
    /// The key is not among its owner's keys any more.
    Gone(Box<Intent>),
    /// There is no user of the owner's name any more; that says nothing of
    /// the key.
    NoSuchUser(Box<Intent>, UserName),
}

/// The change to put back at `change_context`: with an ID the change of that ID, or the
/// only one whose ID begins or ends so; with the ID of a key the last one of
/// that key that is not put back yet; without an ID the last one of all.
///
/// # Errors
/// Outside: the journal can't be read. Inside: there is no such change, or
/// more than one; it was made elsewhere; or it has been put back already.
pub(crate) fn choose(
    journal: &Journal,
    change_context: &ChangeContext,
    id: Option<&str>,
) -> Result<Result<JournalEntry, UndoRefusal>, JournalError> {
    let mut chooser = Chooser::new(change_context, id);
    let mut scan = journal.scan(&mut |number, line| chooser.take(number, line))?;
    Ok(match chooser.choose() {
        Ok(Choice::Change(number)) => Ok(scan.entry(number)?),
        Ok(Choice::Elsewhere(number)) => {
            Err(UndoRefusal::Elsewhere(Box::new(scan.entry(number)?.intent)))
        }
        Ok(Choice::Undone(number, by)) => {
            Err(UndoRefusal::Undone(Box::new(scan.entry(number)?.intent), by))
        }
        Err(refusal) => Err(refusal),
    })
}

/// Whether the change may be put back, given the `current` status of its key,
/// just read from its owner's list (`None` where that does not have it). `to`
/// is where to go back to if the status before was not read.
///
/// # Errors
/// Why not.
pub(crate) fn check_undo(
    entry: &JournalEntry,
    current: Option<&KeyStatus>,
    to: Option<Direction>,
    now: Timestamp,
) -> Result<UndoTarget, UndoRefusal> {
    let intent = || Box::new(entry.intent.clone());
    if entry.change_state(now) == ChangeState::InFlight {
        return Err(UndoRefusal::InFlight(intent()));
    }
    let left = entry.intent.direction.status();
    if entry.effect() == ChangeEffect::Nothing && !is_not_found(entry)
        || entry.intent.before.as_ref() == Some(&left)
    {
        return Err(UndoRefusal::ChangedNothing(intent()));
    }
    let direction = match (&entry.intent.before, to) {
        (Some(KeyStatus::Active), _) => Direction::Activate,
        (Some(KeyStatus::Inactive), _) => Direction::Deactivate,
        (Some(former), _) => return Err(UndoRefusal::CannotSet(intent(), former.clone())),
        (None, Some(to)) => to,
        (None, None) => return Err(UndoRefusal::PriorStatusUnknown(intent())),
    };
    match current {
        None => Err(UndoRefusal::Gone(intent())),
        Some(status) if *status != left => {
            Err(UndoRefusal::StatusChanged(intent(), status.clone()))
        }
        // Back to what it is already, by request: nothing is to be sent.
        Some(status) if *status == direction.status() => Err(UndoRefusal::ChangedNothing(intent())),
        Some(status) => Ok(UndoTarget {
            key: entry.intent.key.clone(),
            user: entry.intent.user.clone(),
            before: status.clone(),
            direction,
            undoes: Arc::clone(&entry.intent.id),
        }),
    }
}

/// Whether a later read has found neither the wanted status nor another.
fn is_not_found(entry: &JournalEntry) -> bool {
    entry
        .outcomes
        .last()
        .is_some_and(|ending| ending.kind == OutcomeKind::Settled && ending.status_seen.is_none())
}

impl fmt::Display for UndoRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (intent, why) = match self {
            Self::Nothing => {
                return f.write_str(
                    "There is no change to undo in this account: none was made from here, or all are undone.",
                );
            }
            Self::NothingOf(key) => {
                return write!(
                    f,
                    "There is no change of {key} to undo in this account: none was made from here, or all are undone."
                );
            }
            Self::NoSuchChange(id) => {
                return write!(f, "No change in the journal has the ID {id}. keyflip journal lists them.");
            }
            Self::Ambiguous(id, ids) => {
                let more = if ids.len() > MAX_IDS_LISTED { ", …" } else { "" };
                let listed = ids[..ids.len().min(MAX_IDS_LISTED)].join(", ");
                return write!(f, "{} changes match {id}: {listed}{more}. Give more of the ID.", ids.len());
            }
            Self::Elsewhere(intent) => (
                intent,
                format!("was made in {}, which is not where you are. Go there with its profile", intent.location_label()),
            ),
            Self::InFlight(intent) => (intent, "is still under way. Wait for its outcome, then undo it".to_owned()),
            Self::ChangedNothing(intent) => (intent, "changed nothing, so there is nothing to undo".to_owned()),
            Self::Undone(intent, by) => (intent, format!("has been undone already, by change {by}")),
            Self::PriorStatusUnknown(intent) => (
                intent,
                "can't be undone by itself: the status before it was not read. Say whether the key is to be Active or \
                 Inactive"
                    .to_owned(),
            ),
            Self::CannotSet(intent, former) => {
                (intent, format!("can't be undone: the key was {former} before, which can't be set"))
            }
            Self::StatusChanged(intent, now) => (
                intent,
                format!(
                    "was not undone: it left the key {}, but IAM now reports {now}, so somebody has changed it since. \
                     Nothing was sent",
                    intent.direction.status()
                ),
            ),
            Self::Gone(intent) => (
                intent,
                "was not undone: IAM no longer lists the key for that user (deleted, or the user renamed?). Nothing was sent"
                    .to_owned(),
            ),
            Self::NoSuchUser(intent, user) => {
                let next = format!("Nothing was sent; keyflip find {} tells its owner now", intent.key);
                let why = owner_not_found(&intent.key, user, &intent.location_label(), NamedBy::Journal, Missing::User, &next);
                (intent, format!("was not undone: {why}"))
            }
        };
        write!(
            f,
            "Change {} ({}, {}) {why}.",
            intent.id,
            intent.key_and_owner(),
            intent.transition()
        )
    }
}

impl std::error::Error for UndoRefusal {}

#[cfg(test)]
mod tests;
