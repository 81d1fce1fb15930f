//! Unknown is not none: a fact always says how it is known.

use std::sync::Arc;

use jiff::Timestamp;

use super::{ErrorKind, ServiceError};

/// A fact about the account, and how it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Known<T> {
    /// Nobody has asked yet, or the answer is still out.
    #[default]
    NotRead,
    /// From the credential report, which may be four hours old.
    Reported {
        /// What the report says.
        value: T,
        /// When the report was made.
        at: Timestamp,
    },
    /// Read from the service itself.
    Live {
        /// What it answered.
        value: T,
        /// When.
        at: Timestamp,
        /// A later attempt that failed, so that the value could not be
        /// confirmed since.
        refresh_error: Option<ReadFailure>,
    },
    /// The service refused to tell.
    Denied(ReadFailure),
    /// The user or key was gone when asked.
    Vanished {
        /// When it was found gone.
        at: Timestamp,
    },
    /// The attempt failed for another reason.
    Failed(ReadFailure),
}

/// A read that did not succeed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReadFailure {
    /// What went wrong.
    pub error: Arc<ServiceError>,
    /// When.
    pub at: Timestamp,
}

impl<T> Known<T> {
    /// A value just read from the service.
    pub(crate) fn live(value: T, at: Timestamp) -> Self {
        Self::Live { value, at, refresh_error: None }
    }

    /// The value, live or from the report.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::Live { value, .. } | Self::Reported { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The value, only if the service itself told it.
    pub(crate) fn live_value(&self) -> Option<&T> {
        match self {
            Self::Live { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The live value, to update in place.
    pub(crate) fn live_value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Live { value, .. } => Some(value),
            _ => None,
        }
    }

    /// When the value was read, or the report made.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Live { at, .. } | Self::Reported { at, .. } | Self::Vanished { at } => Some(*at),
            Self::Denied(failure) | Self::Failed(failure) => Some(failure.at),
            Self::NotRead => None,
        }
    }

    /// What kept it from being read, or from being confirmed since.
    pub(crate) fn failure(&self) -> Option<&ReadFailure> {
        match self {
            Self::Denied(failure)
            | Self::Failed(failure)
            | Self::Live { refresh_error: Some(failure), .. } => Some(failure),
            _ => None,
        }
    }

    /// Whether the service has been asked and has answered, one way or
    /// another. A report is no answer.
    pub(crate) fn is_settled(&self) -> bool {
        !matches!(self, Self::NotRead | Self::Reported { .. })
    }

    /// The same fact, seen through `f`.
    pub(crate) fn map<'a, U>(&'a self, f: impl FnOnce(&'a T) -> U) -> Known<U> {
        match self {
            Self::NotRead => Known::NotRead,
            Self::Reported { value, at } => Known::Reported { value: f(value), at: *at },
            Self::Live { value, at, refresh_error: later } => {
                Known::Live { value: f(value), at: *at, refresh_error: later.clone() }
            }
            Self::Denied(failure) => Known::Denied(failure.clone()),
            Self::Vanished { at } => Known::Vanished { at: *at },
            Self::Failed(failure) => Known::Failed(failure.clone()),
        }
    }

    /// Takes in a failed read. A value once read live stays, with the note
    /// that it could not be confirmed; only "it is gone" replaces it.
    pub(crate) fn fail(&mut self, error: &Arc<ServiceError>, at: Timestamp) {
        let failure = ReadFailure { error: Arc::clone(error), at };
        match (error.kind, &mut *self) {
            (ErrorKind::NotFound, _) => *self = Self::Vanished { at },
            (_, Self::Live { refresh_error: later, .. }) => *later = Some(failure),
            (ErrorKind::Denied, _) => *self = Self::Denied(failure),
            _ => *self = Self::Failed(failure),
        }
    }
}
