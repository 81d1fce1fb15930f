//! Failed calls, by kind. `messages` has their sentences.

use std::sync::Arc;

/// Message of a call that has timed out.
const NO_RESPONSE_IN_TIME: &str = "no response within the time limit";

/// Message of an error in keyflip itself.
const INTERNAL_ERROR: &str = "an internal error in keyflip";

/// Hint for an error in keyflip itself.
const INTERNAL_ERROR_HINT: &str = "Please report it; nothing else is affected.";

/// Kind of a failed call. Derived from the service's error code
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>) or the transport's
/// error, never from the text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ErrorKind {
    /// The service throttles calls (`Throttling` and similar codes).
    Throttled,
    /// The caller lacks a permission (`AccessDenied`).
    Denied,
    /// No such user or key (`NoSuchEntity`).
    NotFound,
    /// The service rejects a parameter (`ValidationError`, `InvalidInput`).
    Invalid,
    /// The service does not have the operation (`InvalidAction`, `NotImplemented`): it offers only
    /// a part of the IAM or STS API.
    Unsupported,
    /// A quota of the account is reached (`LimitExceeded`).
    QuotaExceeded,
    /// The credential report is being generated, or there is none yet.
    NotReady,
    /// The credentials have expired (`ExpiredToken`).
    Expired,
    /// The service does not accept the credentials
    /// (`InvalidClientTokenId`, `SignatureDoesNotMatch`).
    BadCredentials,
    /// The machine's clock is wrong (`RequestTimeTooSkewed`, or a signature reported as expired
    /// or not yet current).
    ClockSkew,
    /// No session can be opened with these settings: an unknown profile, an invalid file. Nothing
    /// was sent.
    Settings,
    /// No source has credentials: nothing was sent.
    NoCredentials,
    /// A source of credentials returned none: nothing was sent.
    CredentialSourceFailed,
    /// The source of the credentials now returns those of another account or principal: nothing was
    /// sent.
    CallerChanged,
    /// keyflip did not send the call: a change that is no longer what was confirmed, or a call that
    /// would have gone to AWS beside an endpoint that is not AWS's.
    Withheld,
    /// The service failed (a 5xx response).
    Server,
    /// There was no response within the time limit.
    TimedOut,
    /// No connection was made: nothing was sent.
    Unreachable,
    /// The server's certificate is not trusted, has expired or is for another name: nothing was
    /// sent.
    BadCertificate,
    /// The connection was lost after the request had gone out.
    ConnectionLost,
    /// The response is not the service's.
    Unreadable,
    /// The service responded with any other code.
    Other,
}

impl ErrorKind {
    /// Returns whether the call may have had an effect although it failed.
    pub(crate) fn is_ambiguous(self) -> bool {
        matches!(self, Self::Server | Self::TimedOut | Self::ConnectionLost | Self::Unreadable)
    }

    /// Returns whether every further call of the session would fail as well.
    pub(crate) fn ends_session(self) -> bool {
        self.lacks_credentials()
            || matches!(
                self,
                Self::CallerChanged
                    | Self::Expired
                    | Self::BadCredentials
                    | Self::BadCertificate
                    | Self::ClockSkew
                    | Self::Settings
            )
    }

    /// Returns whether the call was never sent.
    pub(crate) fn was_not_sent(self) -> bool {
        self.lacks_credentials()
            || matches!(
                self,
                Self::CallerChanged | Self::Withheld | Self::Unreachable | Self::BadCertificate
            )
    }

    /// Returns whether there were no credentials to sign the call with.
    pub(crate) fn lacks_credentials(self) -> bool {
        matches!(self, Self::NoCredentials | Self::CredentialSourceFailed)
    }

    /// Returns whether the same call may succeed later.
    pub(crate) fn is_transient(self) -> bool {
        matches!(
            self,
            Self::Throttled
                | Self::Server
                | Self::TimedOut
                | Self::ConnectionLost
                | Self::Unreachable
        )
    }
}

/// One failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The operation's name in the API, `ListAccessKeys`, or a task in words, `Opening the
    /// session`.
    pub operation: &'static str,
    /// The service's error code, if it responded.
    pub code: Option<Arc<str>>,
    /// The service's message, or the root cause; without secrets, and with hidden characters
    /// escaped.
    pub message: Arc<str>,
    /// The request ID, for AWS Support.
    pub request_id: Option<Arc<str>>,
    /// A sentence with what to do next, if that is known.
    pub hint: Option<Arc<str>>,
    /// Session or start URL of Identity Center, as written, if signing in to it helps.
    pub sign_in: Option<Arc<str>>,
    /// URL of the proxy, without credentials, if there was no connection to it or through it.
    pub proxy: Option<Arc<str>>,
}

impl ServiceError {
    /// Returns an error without a response of the service, and without a hint.
    pub(crate) fn new(
        kind: ErrorKind,
        operation: &'static str,
        message: impl Into<Arc<str>>,
    ) -> Self {
        let message = message.into();
        let (code, request_id, hint, sign_in, proxy) = (None, None, None, None, None);
        Self { kind, operation, code, message, request_id, hint, sign_in, proxy }
    }

    /// Returns whether it is the error of a task, and not of one operation.
    pub(super) fn is_task(&self) -> bool {
        self.operation.contains(' ')
    }

    /// Returns the error with this hint.
    pub(crate) fn with_hint(self, hint: impl Into<Arc<str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Returns the error as one that signing in to this session of Identity Center helps against.
    pub(crate) fn with_sign_in(self, session: impl Into<Arc<str>>) -> Self {
        Self { sign_in: Some(session.into()), ..self }
    }

    /// Returns the error of an operation that had no response in time.
    pub(crate) fn timed_out(operation: &'static str) -> Self {
        Self::new(ErrorKind::TimedOut, operation, NO_RESPONSE_IN_TIME)
    }

    /// Returns an error of keyflip itself in the middle of the operation.
    pub(crate) fn internal(operation: &'static str) -> Self {
        Self::new(ErrorKind::Other, operation, INTERNAL_ERROR).with_hint(INTERNAL_ERROR_HINT)
    }
}

impl std::error::Error for ServiceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_sentence_with_a_next_step() {
        let error = ServiceError {
            kind: ErrorKind::Denied,
            operation: "ListUsers",
            code: Some("AccessDenied".into()),
            message: "User: x is not authorized.".into(),
            request_id: None,
            hint: Some("Ask for iam:ListUsers.".into()),
            sign_in: None,
            proxy: None,
        };
        assert_eq!(
            error.to_string(),
            "ListUsers failed with AccessDenied: User: x is not authorized. Ask for iam:ListUsers."
        );
    }

    #[test]
    fn an_error_in_the_settings_is_no_failure_of_an_operation() {
        let error = ServiceError::new(ErrorKind::Settings, "Opening the session", "No such region");
        assert_eq!(error.to_string(), "No such region.");
    }

    #[test]
    fn credentials_are_missing_for_an_operation_and_not_for_a_task() {
        let kind = ErrorKind::CredentialSourceFailed;
        let error = |operation| ServiceError::new(kind, operation, "no token").to_string();
        assert_eq!(error("ListUsers"), "No credentials for ListUsers: no token.");
        assert_eq!(error("Opening the session"), "Opening the session failed: no token.");
    }

    #[test]
    fn only_a_missing_response_leaves_an_outcome_unknown() {
        assert!(ErrorKind::TimedOut.is_ambiguous() && ErrorKind::ConnectionLost.is_ambiguous());
        for kind in [
            ErrorKind::Denied,
            ErrorKind::Throttled,
            ErrorKind::Unreachable,
            ErrorKind::CredentialSourceFailed,
        ] {
            assert!(!kind.is_ambiguous(), "{kind:?}");
        }
    }
}
