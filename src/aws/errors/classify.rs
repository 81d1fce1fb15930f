//! From the SDK's errors to ours: by the service's code, or by what the
//! connection did, never by the text of a message.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use hyper::http::StatusCode;

use crate::aws::errors::hints;
use crate::aws::errors::hints::ErrorContext;
use crate::model::{ErrorKind, ServiceError, escape_hidden};

/// Credentials that could not be had, as the credentials' holder reports it
/// through the SDK: nothing was sent.
#[derive(Clone, Debug)]
pub(in crate::aws) struct CredentialSourceError {
    /// `NoCredentials` where there are none, `CredentialSourceFailed` where their source
    /// failed, and `Unreachable` where that was the network's fault.
    pub kind: ErrorKind,
    /// What happened.
    pub message: Arc<str>,
    /// What to do.
    pub hint: Arc<str>,
}

impl CredentialSourceError {
    /// The failure of an operation that could not be signed.
    pub(in crate::aws) fn of(&self, operation: &'static str) -> ServiceError {
        ServiceError {
            kind: self.kind,
            operation,
            code: None,
            message: Arc::clone(&self.message),
            request_id: None,
            hint: Some(Arc::clone(&self.hint)),
        }
    }
}

impl fmt::Display for CredentialSourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CredentialSourceError {}

/// The failure of an operation, sorted and with advice.
pub(in crate::aws) fn classify<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    error_context: &ErrorContext,
) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut sorted = match error {
        SdkError::ServiceError(answer) => classify_answered(operation, answer.err(), answer.raw()),
        other => classify_unanswered(operation, other),
    };
    if sorted.hint.is_none() {
        sorted.hint = hints::hint_for(&sorted, error_context).map(Into::into);
    }
    sorted
}

/// The service answered with an error.
fn classify_answered<E>(operation: &'static str, error: &E, raw: &HttpResponse) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let meta = error.meta();
    let status = raw.status().as_u16();
    // The SDK finds the code in IAM's own layout only; emulators have others,
    // and what stands before the service has none: as for the AWS CLI, the
    // status is its code.
    let bare = status.to_string();
    let code = meta
        .code()
        .or_else(|| xml_element(raw, "Code"))
        .or((status >= 500).then_some(bare.as_str()));
    let said =
        meta.message().or_else(|| xml_element(raw, "Message")).map(str::trim).unwrap_or_default();
    let kind = match code {
        Some(code) => kind_from_code(code, said, status),
        None => ErrorKind::Unreadable,
    };
    let message = match code {
        _ if !said.is_empty() => escape_hidden(said).into_owned(),
        None => format!("the answer had status {status} and was not IAM's"),
        Some(code) if code == bare => status_reason(status),
        Some(_) => format!("status {status}, without a message"),
    };
    ServiceError {
        kind,
        operation,
        code: code.map(|code| escape_hidden(code).into()),
        message: message.into(),
        request_id: meta.request_id().map(|id| escape_hidden(id).into()),
        hint: None,
    }
}

/// What the status means, in HTTP's words.
fn status_reason(status: u16) -> String {
    let known = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    known.unwrap_or("the answer was not IAM's").to_owned()
}

/// The text of the first element of that name in an answer that was read.
pub(in crate::aws) fn xml_element<'a>(answer: &'a HttpResponse, name: &str) -> Option<&'a str> {
    let body = std::str::from_utf8(answer.body().bytes()?).ok()?;
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    Some(rest.split_once("</")?.0.trim())
}

/// What a code means. IAM throttles under several names, and one code
/// stands for both a wrong secret and a wrong clock.
pub(in crate::aws) fn kind_from_code(code: &str, message: &str, status: u16) -> ErrorKind {
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "EC2ThrottledException"
        | "PriorRequestNotComplete"
        | "ProvisionedThroughputExceededException"
        | "TooManyRequestsException"
        | "SlowDown" => ErrorKind::Throttled,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthorizationError" => ErrorKind::Denied,
        "NoSuchEntity" | "NoSuchEntityException" => ErrorKind::NotFound,
        "ValidationError"
        | "ValidationException"
        | "InvalidInput"
        | "InvalidParameterValue"
        | "InvalidParameterCombination"
        | "MissingParameter"
        | "InvalidAction" => ErrorKind::Invalid,
        "LimitExceeded" | "LimitExceededException" => ErrorKind::QuotaExceeded,
        "ReportInProgress" | "ReportNotPresent" | "ReportExpired" => ErrorKind::NotReady,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => ErrorKind::Expired,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => ErrorKind::ClockSkew,
        "SignatureDoesNotMatch" if is_clock_skew(message) => ErrorKind::ClockSkew,
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "NotAuthorized" => ErrorKind::BadCredentials,
        _ if status == 429 => ErrorKind::Throttled,
        _ if status >= 500 => ErrorKind::Server,
        _ => ErrorKind::Other,
    }
}

/// "Signature expired: …" and "Signature not yet current: …" come under the
/// same code as a wrong secret; nothing but the message tells them apart.
fn is_clock_skew(message: &str) -> bool {
    message.starts_with("Signature expired") || message.starts_with("Signature not yet current")
}

/// There was no answer, or none that could be read.
fn classify_unanswered<E, R>(operation: &'static str, error: &SdkError<E, R>) -> ServiceError
where
    E: Error + 'static,
    R: fmt::Debug,
{
    if let Some(not_signed) = find_cause::<CredentialSourceError>(sdk_error_source(error)) {
        return not_signed.of(operation);
    }
    let kind = match error {
        SdkError::TimeoutError(_) => ErrorKind::TimedOut,
        SdkError::DispatchFailure(failure) => {
            failure.as_connector_error().map_or(ErrorKind::Other, kind_from_connector_error)
        }
        SdkError::ResponseError(_) => kind_from_body_error(sdk_error_source(error)),
        SdkError::ConstructionFailure(_) => ErrorKind::Invalid,
        _ => ErrorKind::Other,
    };
    let hint =
        is_certificate_error(sdk_error_source(error)).then(|| hints::CERTIFICATE_HINT.into());
    ServiceError {
        kind,
        operation,
        code: None,
        message: root_cause(sdk_error_source(error)).into(),
        request_id: None,
        hint,
    }
}

/// Whether a failed connection had carried the request away.
pub(in crate::aws) fn kind_from_connector_error(error: &ConnectorError) -> ErrorKind {
    let http = find_cause::<hyper::Error>(Some(error));
    let client = find_cause::<hyper_util::client::legacy::Error>(Some(error));
    if client.is_some_and(hyper_util::client::legacy::Error::is_connect) {
        ErrorKind::Unreachable
    } else if error.is_timeout() {
        ErrorKind::TimedOut
    } else if http.is_some_and(hyper::Error::is_parse) {
        ErrorKind::Unreadable
    } else if error.is_io() || client.is_some() || http.is_some() {
        ErrorKind::ConnectionLost
    } else {
        // The request was never handed to a connection.
        ErrorKind::Other
    }
}

/// Whether the answer broke off, or was complete and no XML of IAM's.
fn kind_from_body_error(error: Option<&(dyn Error + 'static)>) -> ErrorKind {
    if find_cause::<hyper::Error>(error).is_some() || find_cause::<io::Error>(error).is_some() {
        ErrorKind::ConnectionLost
    } else {
        ErrorKind::Unreadable
    }
}

fn sdk_error_source<E, R>(error: &SdkError<E, R>) -> Option<&(dyn Error + 'static)>
where
    E: Error + 'static,
    R: fmt::Debug,
{
    // A connector's error stands for itself in the chain.
    match error {
        SdkError::DispatchFailure(failure) => {
            failure.as_connector_error().map(|e| e as &(dyn Error + 'static))
        }
        other => other.source(),
    }
}

/// The error and all it was caused by. What an I/O error wraps is not among
/// its sources, so it is looked up by hand.
fn error_chain<'a>(
    error: Option<&'a (dyn Error + 'static)>,
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error, |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

/// The first cause of that type.
pub(in crate::aws) fn find_cause<'a, T: Error + 'static>(
    error: Option<&'a (dyn Error + 'static)>,
) -> Option<&'a T> {
    error_chain(error).find_map(|cause| cause.downcast_ref::<T>())
}

/// The innermost cause's text: the SDK's outer errors say no more than
/// "dispatch failure".
pub(in crate::aws) fn root_cause(error: Option<&(dyn Error + 'static)>) -> String {
    let text = error_chain(error).last().map(ToString::to_string).unwrap_or_default();
    if text.is_empty() {
        "the SDK gave no reason".to_owned()
    } else {
        escape_hidden(&text).into_owned()
    }
}

/// The TLS failure among the causes, if it is about certificates.
fn is_certificate_error(error: Option<&(dyn Error + 'static)>) -> bool {
    find_cause::<rustls::Error>(error)
        .is_some_and(|e| matches!(e, rustls::Error::InvalidCertificate(_)))
}

/// An answer that lacks what it must hold, or holds what it must not.
pub(in crate::aws) fn unreadable_response(
    operation: &'static str,
    message: impl Into<Arc<str>>,
) -> ServiceError {
    let hint = "Check that the endpoint is IAM's; nothing was changed by reading.";
    ServiceError {
        kind: ErrorKind::Unreadable,
        operation,
        code: None,
        message: message.into(),
        request_id: None,
        hint: Some(hint.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iams_codes_are_sorted() {
        let cases = [
            ("Throttling", "Rate exceeded", 400, ErrorKind::Throttled),
            ("RequestLimitExceeded", "", 503, ErrorKind::Throttled),
            ("LimitExceeded", "", 409, ErrorKind::QuotaExceeded),
            ("AccessDenied", "", 403, ErrorKind::Denied),
            ("NoSuchEntity", "", 404, ErrorKind::NotFound),
            ("ReportInProgress", "", 404, ErrorKind::NotReady),
            ("ReportExpired", "", 410, ErrorKind::NotReady),
            ("ExpiredToken", "", 403, ErrorKind::Expired),
            ("InvalidClientTokenId", "", 403, ErrorKind::BadCredentials),
            (
                "SignatureDoesNotMatch",
                "The request signature we calculated …",
                403,
                ErrorKind::BadCredentials,
            ),
            ("SignatureDoesNotMatch", "Signature expired: 20261101T…", 403, ErrorKind::ClockSkew),
            ("ServiceFailure", "", 500, ErrorKind::Server),
            ("SomethingNew", "", 400, ErrorKind::Other),
            ("SomethingNew", "", 502, ErrorKind::Server),
        ];
        for (code, message, status, kind) in cases {
            assert_eq!(kind_from_code(code, message, status), kind, "{code} {status}");
        }
    }

    #[test]
    fn what_an_io_error_wraps_is_among_its_causes() {
        let inner = CredentialSourceError {
            kind: ErrorKind::CredentialSourceFailed,
            message: "why".into(),
            hint: "".into(),
        };
        let outer = io::Error::other(io::Error::other(inner));
        assert_eq!(
            find_cause::<CredentialSourceError>(Some(&outer)).map(|n| &*n.message),
            Some("why")
        );
        assert_eq!(root_cause(Some(&outer)), "why");
    }
}
