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
            RecordIntentError::InFlight(other) => Self::InFlight(Box::new(ChangeInFlight {
                has_ended: has_ended(&other.host, other.pid),
                os_user: other.os_user_label(),
                ends_by: other.effective_deadline(),
                id: other.id,
                direction: other.direction,
                pid: other.pid,
                host: other.host,
            })),
        }
    }
}
