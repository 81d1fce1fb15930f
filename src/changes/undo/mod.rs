//! Choice of the change to undo, and the check that it still can be undone. The caller reads the
//! key's current status just before. The sentences are in `messages::undo`.

mod choice;
mod refusal;

use jiff::Timestamp;

use choice::{Choice, Chooser};
pub(crate) use refusal::UndoRefusal;

use super::change_origin::ChangeOrigin;
use super::journal::entry::{ChangeState, JournalEntry};
use super::journal::outcome::{ChangeEffect, OutcomeKind};
use super::journal::{Journal, JournalError};
use crate::model::{Direction, EscapedText, KeyId, KeyStatus, UserName};

/// A key to change back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UndoTarget {
    /// The key.
    pub key: KeyId,
    /// Its owner; `None` if no UserName was sent.
    pub user: Option<UserName>,
    /// Its current status, just read.
    pub before: KeyStatus,
    /// The direction of the undo.
    pub direction: Direction,
    /// The journal's ID of the change that is undone.
    pub undoes: EscapedText,
}

/// Chooses the change to undo in `change_origin`. With an ID that is the change with this ID, or
/// the only one whose ID begins or ends with it; with a key ID, the last change of that key that is
/// not undone; without an ID, the last change of all.
///
/// # Errors
/// Returns an outer error if the journal cannot be read. Returns an inner error if no change or
/// several match, or if the change was made elsewhere or is already undone.
pub(crate) fn choose(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    id: Option<&str>,
) -> Result<Result<JournalEntry, UndoRefusal>, JournalError> {
    let mut chooser = Chooser::new(change_origin, id);
    let mut scan = journal.scan(&mut |number, line| chooser.add_line(number, line))?;
    Ok(match chooser.choose() {
        Ok(Choice::Change(number)) => Ok(scan.entry(number)?),
        Ok(Choice::Elsewhere(number)) => {
            Err(UndoRefusal::Elsewhere(Box::new(scan.entry(number)?.intent)))
        }
        Ok(Choice::Undone(number, by)) => {
            Err(UndoRefusal::AlreadyUndone(Box::new(scan.entry(number)?.intent), by))
        }
        Err(refusal) => Err(refusal),
    })
}

/// Checks that the change can be undone, given the `current` status of its key, just read from its
/// owner's list (`None` if that does not have the key). `to` is the direction to take if the status
/// before was not read.
///
/// # Errors
/// Returns the reason if it cannot be undone.
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
        None => Err(UndoRefusal::KeyNotListed(intent())),
        Some(status) if *status != left => {
            Err(UndoRefusal::StatusChanged(intent(), status.clone()))
        }
        // The requested status is the current one: there is nothing to send.
        Some(status) if *status == direction.status() => Err(UndoRefusal::ChangedNothing(intent())),
        Some(status) => Ok(UndoTarget {
            key: entry.intent.key.clone(),
            user: entry.intent.user.clone(),
            before: status.clone(),
            direction,
            undoes: entry.intent.id.clone(),
        }),
    }
}

/// Returns whether a later read did not list the key.
fn is_not_found(entry: &JournalEntry) -> bool {
    entry.outcomes.last().is_some_and(|outcome| {
        outcome.kind == OutcomeKind::Settled && outcome.status_seen.is_none()
    })
}

#[cfg(test)]
mod tests;
