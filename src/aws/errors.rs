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

use crate::aws::advice::{self, Circumstances};
use crate::model::{ErrorKind, ServiceError, visible};

/// Credentials that could not be had, as the credentials' holder reports it
/// through the SDK: nothing was sent.
#[derive(Clone, Debug)]
pub(super) struct NotSigned {
    /// `NoCredentials` where there are none, `Unsigned` where their source
    /// failed, and `Unreachable` where that was the network's fault.
    pub kind: ErrorKind,
    /// What happened.
    pub message: Arc<str>,
    /// What to do.
    pub advice: Arc<str>,
}

impl NotSigned {
    /// The failure of an operation that could not be signed.
    pub(super) fn of(&self, operation: &'static str) -> ServiceError {
        ServiceError {
            kind: self.kind,
            operation,
            code: None,
            message: Arc::clone(&self.message),
            request_id: None,
            advice: Some(Arc::clone(&self.advice)),
        }
    }
}

impl fmt::Display for NotSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for NotSigned {}

/// The failure of an operation, sorted and with advice.
pub(super) fn sort<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    circumstances: &Circumstances,
) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut sorted = match error {
        SdkError::ServiceError(answer) => answered(operation, answer.err(), answer.raw()),
        other => unanswered(operation, other),
    };
    if sorted.advice.is_none() {
        sorted.advice = advice::on(&sorted, circumstances).map(Into::into);
    }
    sorted
}

/// The service answered with an error.
fn answered<E>(operation: &'static str, error: &E, raw: &HttpResponse) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let meta = error.meta();
    let status = raw.status().as_u16();
    // The SDK finds the code in IAM's own layout only; emulators have others,
    // and what stands before the service has none: as for the AWS CLI, the
    // status is its code.
    let bare = status.to_string();
    let code = meta.code().or_else(|| element(raw, "Code")).or((status >= 500).then_some(bare.as_str()));
    let said = meta.message().or_else(|| element(raw, "Message")).map(str::trim).unwrap_or_default();
    let kind = match code {
        Some(code) => kind_of_code(code, said, status),
        None => ErrorKind::Unreadable,
    };
    let message = match code {
        _ if !said.is_empty() => visible(said).into_owned(),
        None => format!("the answer had status {status} and was not IAM's"),
        Some(code) if code == bare => reason(status),
        Some(_) => format!("status {status}, without a message"),
    };
    ServiceError {
        kind,
        operation,
        code: code.map(|code| visible(code).into()),
        message: message.into(),
        request_id: meta.request_id().map(|id| visible(id).into()),
        advice: None,
    }
}

/// What the status means, in HTTP's words.
fn reason(status: u16) -> String {
    let known = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    known.unwrap_or("the answer was not IAM's").to_owned()
}

/// The text of the first element of that name in an answer that was read.
pub(super) fn element<'a>(answer: &'a HttpResponse, name: &str) -> Option<&'a str> {
    let body = std::str::from_utf8(answer.body().bytes()?).ok()?;
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    Some(rest.split_once("</")?.0.trim())
}

/// What a code means. IAM throttles under several names, and one code
/// stands for both a wrong secret and a wrong clock.
pub(super) fn kind_of_code(code: &str, message: &str, status: u16) -> ErrorKind {
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
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "AuthorizationError" => ErrorKind::Denied,
        "NoSuchEntity" | "NoSuchEntityException" => ErrorKind::NotFound,
        "ValidationError"
        | "ValidationException"
        | "InvalidInput"
        | "InvalidParameterValue"
        | "InvalidParameterCombination"
        | "MissingParameter"
        | "InvalidAction" => ErrorKind::Invalid,
        "LimitExceeded" | "LimitExceededException" => ErrorKind::Limit,
        "ReportInProgress" | "ReportNotPresent" | "ReportExpired" => ErrorKind::NotReady,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => ErrorKind::Expired,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => ErrorKind::Clock,
        "SignatureDoesNotMatch" if is_clock(message) => ErrorKind::Clock,
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
fn is_clock(message: &str) -> bool {
    message.starts_with("Signature expired") || message.starts_with("Signature not yet current")
}

/// There was no answer, or none that could be read.
fn unanswered<E, R>(operation: &'static str, error: &SdkError<E, R>) -> ServiceError
where
    E: Error + 'static,
    R: fmt::Debug,
{
    if let Some(not_signed) = find::<NotSigned>(source_of(error)) {
        return not_signed.of(operation);
    }
    let kind = match error {
        SdkError::TimeoutError(_) => ErrorKind::TimedOut,
        SdkError::DispatchFailure(failure) => failure.as_connector_error().map_or(ErrorKind::Other, kind_of_connection),
        SdkError::ResponseError(_) => kind_of_body(source_of(error)),
        SdkError::ConstructionFailure(_) => ErrorKind::Invalid,
        _ => ErrorKind::Other,
    };
    let advice = is_certificate_trouble(source_of(error)).then(|| advice::CERTIFICATE.into());
    ServiceError { kind, operation, code: None, message: innermost(source_of(error)).into(), request_id: None, advice }
}

/// Whether a failed connection had carried the request away.
pub(super) fn kind_of_connection(error: &ConnectorError) -> ErrorKind {
    let http = find::<hyper::Error>(Some(error));
    let client = find::<hyper_util::client::legacy::Error>(Some(error));
    if client.is_some_and(hyper_util::client::legacy::Error::is_connect) {
        ErrorKind::Unreachable
    } else if error.is_timeout() {
        ErrorKind::TimedOut
    } else if http.is_some_and(hyper::Error::is_parse) {
        ErrorKind::Unreadable
    } else if error.is_io() || client.is_some() || http.is_some() {
        ErrorKind::Lost
    } else {
        // The request was never handed to a connection.
        ErrorKind::Other
    }
}

/// Whether the answer broke off, or was complete and no XML of IAM's.
fn kind_of_body(error: Option<&(dyn Error + 'static)>) -> ErrorKind {
    if find::<hyper::Error>(error).is_some() || find::<io::Error>(error).is_some() {
        ErrorKind::Lost
    } else {
        ErrorKind::Unreadable
    }
}

fn source_of<E, R>(error: &SdkError<E, R>) -> Option<&(dyn Error + 'static)>
where
    E: Error + 'static,
    R: fmt::Debug,
{
    // A connector's error stands for itself in the chain.
    match error {
        SdkError::DispatchFailure(failure) => failure.as_connector_error().map(|e| e as &(dyn Error + 'static)),
        other => other.source(),
    }
}

/// The error and all it was caused by. What an I/O error wraps is not among
/// its sources, so it is looked up by hand.
fn causes<'a>(error: Option<&'a (dyn Error + 'static)>) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error, |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    })
}

/// The first cause of that type.
pub(super) fn find<'a, T: Error + 'static>(error: Option<&'a (dyn Error + 'static)>) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

/// The innermost cause's text: the SDK's outer errors say no more than
/// "dispatch failure".
pub(super) fn innermost(error: Option<&(dyn Error + 'static)>) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    if text.is_empty() { "the SDK gave no reason".to_owned() } else { visible(&text).into_owned() }
}

/// The TLS failure among the causes, if it is about certificates.
fn is_certificate_trouble(error: Option<&(dyn Error + 'static)>) -> bool {
    find::<rustls::Error>(error).is_some_and(|e| matches!(e, rustls::Error::InvalidCertificate(_)))
}

/// An answer that lacks what it must hold, or holds what it must not.
pub(super) fn unreadable(operation: &'static str, message: impl Into<Arc<str>>) -> ServiceError {
    let advice = "Check that the endpoint is IAM's; nothing was changed by reading.";
    ServiceError {
        kind: ErrorKind::Unreadable,
        operation,
        code: None,
        message: message.into(),
        request_id: None,
        advice: Some(advice.into()),
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
            ("LimitExceeded", "", 409, ErrorKind::Limit),
            ("AccessDenied", "", 403, ErrorKind::Denied),
            ("NoSuchEntity", "", 404, ErrorKind::NotFound),
            ("ReportInProgress", "", 404, ErrorKind::NotReady),
            ("ReportExpired", "", 410, ErrorKind::NotReady),
            ("ExpiredToken", "", 403, ErrorKind::Expired),
            ("InvalidClientTokenId", "", 403, ErrorKind::BadCredentials),
            ("SignatureDoesNotMatch", "The request signature we calculated …", 403, ErrorKind::BadCredentials),
            ("SignatureDoesNotMatch", "Signature expired: 20261101T…", 403, ErrorKind::Clock),
            ("ServiceFailure", "", 500, ErrorKind::Server),
            ("SomethingNew", "", 400, ErrorKind::Other),
            ("SomethingNew", "", 502, ErrorKind::Server),
        ];
        for (code, message, status, kind) in cases {
            assert_eq!(kind_of_code(code, message, status), kind, "{code} {status}");
        }
    }

    #[test]
    fn what_an_io_error_wraps_is_among_its_causes() {
        let inner = NotSigned { kind: ErrorKind::Unsigned, message: "why".into(), advice: "".into() };
        let outer = io::Error::other(io::Error::other(inner));
        assert_eq!(find::<NotSigned>(Some(&outer)).map(|n| &*n.message), Some("why"));
        assert_eq!(innermost(Some(&outer)), "why");
    }
}
