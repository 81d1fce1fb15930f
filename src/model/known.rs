//! Facts that say how they are known: unknown is not none.

use std::sync::Arc;

use jiff::Timestamp;

use super::{ErrorKind, ServiceError};

/// A fact about the account, and how it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Known<T> {
    /// Not read yet, or the read is in flight.
    #[default]
    NotRead,
    /// From the credential report, which may be four hours old
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>).
    Reported {
        /// The value in the report.
        value: T,
        /// When the report was generated.
        at: Timestamp,
    },
    /// Read from the service itself.
    Live {
        /// The value.
        value: T,
        /// When it was read.
        at: Timestamp,
        /// The error of a later read, if the value could not be confirmed since.
        refresh_error: Option<ReadFailure>,
    },
    /// The service denied the read.
    Denied(ReadFailure),
    /// The user or key no longer existed when it was read.
    Vanished {
        /// When that was found.
        at: Timestamp,
    },
    /// The read failed for another reason.
    Failed(ReadFailure),
}

/// A failed read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReadFailure {
    /// The error.
    pub error: Arc<ServiceError>,
    /// When it failed.
    pub at: Timestamp,
}

impl<T> Known<T> {
    /// Returns a value just read from the service.
    pub(crate) fn live(value: T, at: Timestamp) -> Self {
        Self::Live { value, at, refresh_error: None }
    }

    /// Returns the value, live or from the report.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::Live { value, .. } | Self::Reported { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Returns the value if it was read live.
    pub(crate) fn live_value(&self) -> Option<&T> {
        match self {
            Self::Live { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Returns the live value for an update in place.
    pub(crate) fn live_value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Live { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Returns when the value was read, the report generated, or the read failed.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Live { at, .. } | Self::Reported { at, .. } | Self::Vanished { at } => Some(*at),
            Self::Denied(failure) | Self::Failed(failure) => Some(failure.at),
            Self::NotRead => None,
        }
    }

    /// Returns the failure that kept the value from being read, or from being confirmed since.
    pub(crate) fn failure(&self) -> Option<&ReadFailure> {
        match self {
            Self::Denied(failure)
            | Self::Failed(failure)
            | Self::Live { refresh_error: Some(failure), .. } => Some(failure),
            _ => None,
        }
    }

    /// Returns whether the service has replied to a read, successfully or not. The report does not
    /// count.
    pub(crate) fn has_reply(&self) -> bool {
        !matches!(self, Self::NotRead | Self::Reported { .. })
    }

    /// Returns the same fact with `f` applied to its value.
    pub(crate) fn map<'a, U>(&'a self, f: impl FnOnce(&'a T) -> U) -> Known<U> {
        match self {
            Self::NotRead => Known::NotRead,
            Self::Reported { value, at } => Known::Reported { value: f(value), at: *at },
            Self::Live { value, at, refresh_error } => {
                Known::Live { value: f(value), at: *at, refresh_error: refresh_error.clone() }
            }
            Self::Denied(failure) => Known::Denied(failure.clone()),
            Self::Vanished { at } => Known::Vanished { at: *at },
            Self::Failed(failure) => Known::Failed(failure.clone()),
        }
    }

    /// Takes a failed read. A live value stays, with the error beside it; only "not found" replaces
    /// it.
    pub(crate) fn fail(&mut self, error: &Arc<ServiceError>, at: Timestamp) {
        let failure = ReadFailure { error: Arc::clone(error), at };
        match (error.kind, &mut *self) {
            (ErrorKind::NotFound, _) => *self = Self::Vanished { at },
            (_, Self::Live { refresh_error, .. }) => *refresh_error = Some(failure),
            (ErrorKind::Denied, _) => *self = Self::Denied(failure),
            _ => *self = Self::Failed(failure),
        }
    }
}
