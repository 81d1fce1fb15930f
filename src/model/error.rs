//! What goes wrong between here and IAM, by kind.

use std::fmt;
use std::sync::Arc;

/// What kind of failure it is, told by the service's code or by the
/// transport, never by the text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ErrorKind {
    /// The service asks to go slower (`Throttling` and its like).
    Throttled,
    /// The caller may not do this (`AccessDenied`).
    Denied,
    /// No such user or key (`NoSuchEntity`).
    NotFound,
    /// A parameter that the service does not take (`ValidationError`,
    /// `InvalidInput`).
    Invalid,
    /// A limit of the account (`LimitExceeded`).
    QuotaExceeded,
    /// The report is still being made, or there is none yet.
    NotReady,
    /// The session's credentials were good, and have ended (`ExpiredToken`).
    Expired,
    /// The service does not accept the credentials
    /// (`InvalidClientTokenId`, `SignatureDoesNotMatch`).
    BadCredentials,
    /// The machine's clock differs too much (`RequestTimeTooSkewed`, or a
    /// signature said to be expired or not yet current).
    ClockSkew,
    /// Settings that no session can be opened with: an unknown profile, a
    /// broken file. Nothing was sent.
    Settings,
    /// There are no credentials to sign with anywhere: nothing was sent.
    NoCredentials,
    /// There is a source of credentials, and it gave none: nothing was sent.
    CredentialSourceFailed,
    /// The source of the credentials now gives those of another account or
    /// principal: nothing was sent.
    CallerChanged,
    /// A change that is no longer what was confirmed: keyflip did not send it.
    Withheld,
    /// The service failed (a 5xx answer).
    Server,
    /// No answer in time.
    TimedOut,
    /// No connection was made: nothing was sent.
    Unreachable,
    /// The connection was lost after the request had gone out.
    ConnectionLost,
    /// An answer that is not the service's.
    Unreadable,
    /// Any other code that the service answered.
    Other,
}

impl ErrorKind {
    /// Whether the call may have been carried out although it failed. A
    /// service's own refusal settles the matter; silence does not.
    pub(crate) fn is_ambiguous(self) -> bool {
        matches!(self, Self::Server | Self::TimedOut | Self::ConnectionLost | Self::Unreadable)
    }

    /// Whether every further call of the session would fail alike.
    pub(crate) fn ends_session(self) -> bool {
        self.lacks_credentials()
            || matches!(
                self,
                Self::CallerChanged
                    | Self::Expired
                    | Self::BadCredentials
                    | Self::ClockSkew
                    | Self::Settings
            )
    }

    /// Whether the call never left this machine.
    pub(crate) fn was_not_sent(self) -> bool {
        self.lacks_credentials()
            || matches!(self, Self::CallerChanged | Self::Withheld | Self::Unreachable)
    }

    /// Whether there was nothing to sign the call with.
    pub(crate) fn lacks_credentials(self) -> bool {
        matches!(self, Self::NoCredentials | Self::CredentialSourceFailed)
    }

    /// Whether nothing is wrong with the question: it can be asked again.
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
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The operation, as IAM names it: `ListAccessKeys`.
    pub operation: &'static str,
    /// The service's own code, where it answered.
    pub code: Option<Arc<str>>,
    /// The service's own sentence, or the innermost cause; made visible, and
    /// free of secrets.
    pub message: Arc<str>,
    /// The request ID, to quote to AWS.
    pub request_id: Option<Arc<str>>,
    /// What to do now, in one sentence, where that is known.
    pub hint: Option<Arc<str>>,
}

impl ServiceError {
    /// That the program itself failed in the middle of the operation.
    pub(crate) fn internal(operation: &'static str) -> Self {
        Self {
            kind: ErrorKind::Other,
            operation,
            code: None,
            message: "a fault in keyflip itself".into(),
            request_id: None,
            hint: Some("Please report it; nothing else is affected.".into()),
        }
    }
}

impl fmt::Display for ServiceError {
    /// One sentence on what happened, and one on what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        match (&self.code, self.kind) {
            (Some(code), _) => write!(f, " was answered with {code}: ")?,
            (None, ErrorKind::TimedOut) => f.write_str(" had no answer in time: ")?,
            (None, kind) if kind.lacks_credentials() => f.write_str(" could not be signed: ")?,
            (None, ErrorKind::CallerChanged | ErrorKind::Withheld) => {
                f.write_str(" was not sent: ")?;
            }
            (None, ErrorKind::Unreachable) => f.write_str(" reached nobody: ")?,
            (None, ErrorKind::ConnectionLost) => f.write_str(" lost its connection: ")?,
            (None, _) => f.write_str(" failed: ")?,
        }
        let message = self.message.trim_end_matches('.');
        write!(f, "{message}.")?;
        match &self.hint {
            Some(hint) => write!(f, " {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ServiceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_sentence_with_what_to_do() {
        let error = ServiceError {
            kind: ErrorKind::Denied,
            operation: "ListUsers",
            code: Some("AccessDenied".into()),
            message: "User: x is not authorized.".into(),
            request_id: None,
            hint: Some("Ask for iam:ListUsers.".into()),
        };
        assert_eq!(
            error.to_string(),
            "ListUsers was answered with AccessDenied: User: x is not authorized. Ask for iam:ListUsers."
        );
    }

    #[test]
    fn only_silence_leaves_an_outcome_unknown() {
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
