//! Choice of the changes to undo, and the check that each still can be undone. The screen and the
//! command read the current status of the keys just before. The sentences are in `messages`.

mod choice;
mod messages;
mod refusal;

use jiff::Timestamp;

pub(crate) use choice::{ChangesElsewhere, UndoChooser};
pub(crate) use refusal::{UndoChoice, UndoRefusal};

use crate::changes::{
    ChangeOrigin, ChangeState, Journal, JournalEntry, JournalError, OutcomeKind, search_from_end,
};
use crate::model::{ChangeEffect, Direction, EscapedText, KeyId, KeyStatus, UserName};

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

/// Chooses the changes to undo in `change_origin`. With an ID that is the change with this ID, or
/// the only one whose ID begins or ends with it; with a key ID, the last change of that key that is
/// not undone; without an ID, the last change of all, and those confirmed together with it that are
/// not undone either. Returns beside them those that were confirmed together with the last one in
/// other accounts. Reads the journal from its end, as far as the choice depends on it.
///
/// # Errors
/// Returns an outer error if the journal cannot be read. Returns an inner error if no change or
/// several match, or if the change was made elsewhere or is already undone.
pub(crate) fn choose(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    id: Option<&str>,
) -> Result<(UndoChoice, Vec<ChangesElsewhere>), JournalError> {
    search_from_end(0, |bytes| {
        let mut chooser = UndoChooser::new(change_origin, id);
        let mut scan =
            journal.scan_end(bytes, &mut |number, line| chooser.add_line(number, line))?;
        if !chooser.is_decided(&scan) {
            return Ok(None);
        }
        Ok(Some((chooser.choose(&mut scan)?, chooser.elsewhere(&mut scan)?)))
    })
}

/// Chooses the changes of a plan in `change_origin` that had an effect and are not undone. Returns
/// them, and the refusals of those whose keys were changed later by something else than the plan.
///
/// # Errors
/// Returns an outer error if the journal cannot be read, and an inner one if there is none.
pub(crate) fn choose_of_plan(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    plan: &str,
) -> Result<(UndoChoice, Vec<UndoRefusal>), JournalError> {
    let mut chooser = UndoChooser::of_plan(change_origin, plan);
    let mut scan = journal.scan(&mut |number, line| chooser.add_line(number, line))?;
    let superseded = chooser.superseded(&mut scan)?;
    let chosen = match chooser.choose(&mut scan)? {
        // Those that are refused say more.
        Err(UndoRefusal::NothingOfPlan(_)) if !superseded.is_empty() => Ok(Vec::new()),
        chosen => chosen,
    };
    Ok((chosen, superseded))
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
        return Err(UndoRefusal::InFlight(intent(), Box::new((&entry.intent).into())));
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
        Some(status) if *status != left && entry.effect() == ChangeEffect::Unknown => {
            Err(UndoRefusal::NotInEffect(intent(), status.clone()))
        }
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
