//! Reasons why a change cannot be undone. The sentences are in `messages`.

use std::sync::Arc;

use crate::changes::{Intent, JournalEntry};
use crate::model::{ChangeInFlight, EscapedText, KeyId, KeyStatus, UserName};

/// The changes to undo, in the order of the journal: one, or those of one confirmation. They have
/// one direction, and each key is in them once.
pub(crate) type UndoChoice = Result<Vec<JournalEntry>, UndoRefusal>;

/// A change that cannot be undone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum UndoRefusal {
    /// There is no change to undo in this account.
    Nothing,
    /// There is none in the end of the journal, which is all that was read.
    NothingRecent,
    /// There is no change of that key to undo in this account.
    NothingOf(KeyId),
    /// There is no change of the plan with that ID to undo in this account.
    NothingOfPlan(Arc<str>),
    /// No change has an ID that begins or ends with this.
    NoSuchChange(Arc<str>),
    /// Several changes have an ID that begins or ends with this.
    Ambiguous(Arc<str>, Vec<Arc<str>>),
    /// The change was made in another account or at another endpoint.
    Elsewhere(Box<Intent>),
    /// It is still in flight.
    InFlight(Box<Intent>, Box<ChangeInFlight>),
    /// It changed nothing.
    ChangedNothing(Box<Intent>),
    /// It is already undone, by the change with this ID.
    AlreadyUndone(Box<Intent>, EscapedText),
    /// A later change has set the status of the key.
    Superseded(Box<Intent>, Box<Intent>),
    /// The status before was not read, so one has to be given.
    PriorStatusUnknown(Box<Intent>),
    /// The status before cannot be set.
    CannotSet(Box<Intent>, KeyStatus),
    /// The key no longer has the status that the change set, but this one.
    StatusChanged(Box<Intent>, KeyStatus),
    /// Whether the change had an effect is not known, and the key has this status, not the one that
    /// it was to set.
    NotInEffect(Box<Intent>, KeyStatus),
    /// The key is no longer in its owner's list of keys.
    KeyNotListed(Box<Intent>),
    /// The owner's name no longer exists, which does not mean that the key is deleted.
    NoSuchUser(Box<Intent>, UserName),
}

impl UndoRefusal {
    /// Returns whether the listed status of the key is the reason.
    pub(crate) fn is_by_status(&self) -> bool {
        matches!(self, Self::StatusChanged(..) | Self::NotInEffect(..))
    }
}

impl std::error::Error for UndoRefusal {}

impl UndoRefusal {
    /// Returns the key of a change that a later one has superseded.
    pub(crate) fn superseded_key(&self) -> Option<KeyId> {
        match self {
            Self::Superseded(intent, _) => Some(intent.key.clone()),
            _ => None,
        }
    }
}
