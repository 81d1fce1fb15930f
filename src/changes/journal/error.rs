//! The error of a change that cannot begin.

use std::sync::Arc;

use crate::changes::journal::entry::Intent;
use crate::changes::os_identity::has_ended;
use crate::model::{ChangeInFlight, JournalError, NotSentReason};

/// A change that must not be sent.
#[derive(Debug)]
pub(crate) enum RecordIntentError {
    /// This change of the same key may still be in flight.
    InFlight(Box<Intent>),
    /// The intent cannot be recorded.
    Journal(JournalError),
}

impl From<JournalError> for RecordIntentError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<RecordIntentError> for NotSentReason {
    fn from(error: RecordIntentError) -> Self {
        match error {
            RecordIntentError::Journal(error) => Self::Journal(Arc::new(error)),
            RecordIntentError::InFlight(other) => Self::InFlight(Box::new((&*other).into())),
        }
    }
}

impl From<&Intent> for ChangeInFlight {
    /// Looks whether the process of the change still runs, if it is one of this machine.
    fn from(intent: &Intent) -> Self {
        Self {
            id: intent.id.clone(),
            direction: intent.direction,
            pid: intent.pid,
            has_ended: has_ended(&intent.host, intent.pid),
            host: intent.host.clone(),
            os_user: intent.os_user_label(),
            ends_by: intent.effective_deadline(),
        }
    }
}
