//! Accounts that could not be read.

use std::sync::Arc;

use crate::model::{ErrorKind, ServiceError};
use crate::ops::reach::ReachError;

/// Why an account could not be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccountFailure {
    /// The reason in one to three words.
    pub reason: Arc<str>,
    /// The error.
    pub error: Arc<ServiceError>,
}

impl AccountFailure {
    /// Returns the failure of an account that was not reached.
    pub(super) fn not_reached(error: ReachError) -> Self {
        let reason = match &error {
            ReachError::MfaCode { .. } => Some("needs MFA code"),
            _ => error.label(),
        };
        let error = error.into_screen_error();
        match reason {
            Some(reason) => Self { reason: reason.into(), error },
            None => Self::from_error(error),
        }
    }

    /// Returns the failure of a call.
    pub(super) fn from_error(error: Arc<ServiceError>) -> Self {
        let reason = match error.kind {
            ErrorKind::Denied => "access denied",
            ErrorKind::Throttled => "throttled",
            ErrorKind::NotReady => "no report yet",
            ErrorKind::TimedOut => "timed out",
            ErrorKind::Unreachable | ErrorKind::ConnectionLost => "no connection",
            ErrorKind::BadCertificate => "bad certificate",
            ErrorKind::NoCredentials | ErrorKind::CredentialSourceFailed => "no credentials",
            ErrorKind::Expired => "expired",
            ErrorKind::Settings => "settings",
            _ => error.code.as_deref().unwrap_or("failed"),
        };
        Self { reason: reason.into(), error }
    }
}
