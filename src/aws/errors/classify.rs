//! Classification of SDK errors by the service's error code or by the state of the connection. Only
//! clock skew needs the text of a message.
//!
//! Codes that all AWS services use:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use hyper::http::StatusCode;

use crate::aws::errors::causes::{find_cause, root_cause};
use crate::aws::errors::certificate::CertificateRefusal;
use crate::aws::errors::hints;
use crate::aws::errors::hints::ErrorContext;
use crate::aws::http::client::HostFailure;
use crate::aws::http::proxies::ProxyFailure;
use crate::aws::messages;
use crate::model::{ErrorKind, HIDDEN, Secret, ServiceError, escape_hidden};

/// Error of a credential source. It passes through the SDK as the source of an [`SdkError`]. The
/// call was not sent.
#[derive(Clone, Debug)]
pub(in crate::aws) struct CredentialSourceError {
    /// `NoCredentials`, `CredentialSourceFailed`, `CallerChanged`, or of the source and not the
    /// service, `Unreachable` or `BadCertificate`.
    pub kind: ErrorKind,
    /// One sentence on what happened.
    pub message: Arc<str>,
    /// One sentence on what to do.
    pub hint: Arc<str>,
    /// Session or start URL of Identity Center, if signing in to it helps.
    pub sign_in: Option<Arc<str>>,
}

impl CredentialSourceError {
    /// Creates an error.
    pub(in crate::aws) fn new(
        kind: ErrorKind,
        message: impl Into<Arc<str>>,
        hint: impl Into<Arc<str>>,
    ) -> Self {
        Self { kind, message: message.into(), hint: hint.into(), sign_in: None }
    }

    /// Creates an error of the kind `CredentialSourceFailed`.
    pub(in crate::aws) fn failed(message: impl Into<Arc<str>>, hint: impl Into<Arc<str>>) -> Self {
        Self::new(ErrorKind::CredentialSourceFailed, message, hint)
    }

    /// Returns the error of an operation that could not be signed.
    pub(in crate::aws) fn for_operation(&self, operation: &'static str) -> ServiceError {
        let error = ServiceError::new(self.kind, operation, Arc::clone(&self.message))
            .with_hint(Arc::clone(&self.hint));
        ServiceError { sign_in: self.sign_in.clone(), ..error }
    }
}

impl fmt::Display for CredentialSourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CredentialSourceError {}

/// Converts an SDK error and adds a hint.
pub(in crate::aws) fn classify<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    error_context: &ErrorContext,
) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut classified = match error {
        SdkError::ServiceError(error) => classify_response(operation, error.err(), error.raw()),
        other => classify_no_response(operation, other),
    };
    hide_secrets(&mut classified.message, &error_context.secrets);
    if classified.hint.is_none() {
        classified.hint = hints::hint_for(&classified, error_context).map(Into::into);
    }
    classified
}

/// Replaces the secrets in a message. AWS repeats parts of a request that it cannot parse.
pub(in crate::aws) fn hide_secrets(message: &mut Arc<str>, secrets: &[Secret]) {
    // One that is shorter is no secret of AWS, and may be part of a word.
    for secret in secrets.iter().map(Secret::reveal).filter(|secret| secret.len() >= 16) {
        if message.contains(secret) {
            *message = message.replace(secret, HIDDEN).into();
        }
    }
}

/// Classifies an error response.
fn classify_response<E>(operation: &'static str, error: &E, raw: &HttpResponse) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let meta = error.meta();
    let status = raw.status().as_u16();
    // The SDK finds the code only in IAM's own XML layout. Emulators use others, and the responses
    // of gateways have none; there the status serves as the code, as in the AWS CLI.
    let bare = status.to_string();
    let code = meta
        .code()
        .or_else(|| xml_element(raw, "Code"))
        .or((status == 429 || status >= 500).then_some(bare.as_str()));
    let said =
        meta.message().or_else(|| xml_element(raw, "Message")).map(str::trim).unwrap_or_default();
    let kind = match code {
        Some(code) => kind_from_code(code, said, status),
        None => ErrorKind::Unreadable,
    };
    let message = match code {
        _ if !said.is_empty() => escape_hidden(said).into_owned(),
        None => messages::foreign_response(status),
        Some(code) if code == bare => status_reason(status),
        Some(_) => messages::no_message(status),
    };
    ServiceError {
        kind,
        operation,
        code: code.map(|code| escape_hidden(code).into()),
        message: message.into(),
        request_id: meta.request_id().map(|id| escape_hidden(id).into()),
        hint: None,
        sign_in: None,
        proxy: None,
    }
}

/// What was received in place of a response of the service. The body is not repeated: it may have
/// secrets.
fn received(cause: &str, status: u16, content_type: Option<&str>) -> String {
    let content_type = match content_type {
        Some(name) => {
            format!("content type {}", escape_hidden(&name.chars().take(60).collect::<String>()))
        }
        None => "no content type".to_owned(),
    };
    format!("{cause} (HTTP status {status}, {content_type})")
}

/// Returns the reason phrase of an HTTP status (RFC 9110).
fn status_reason(status: u16) -> String {
    let known = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    known.unwrap_or(messages::FOREIGN_RESPONSE).to_owned()
}

/// Returns the text of the first XML element of that name in a response body in memory.
pub(in crate::aws) fn xml_element<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
    let body = std::str::from_utf8(response.body().bytes()?).ok()?;
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    Some(rest.split_once("</")?.0.trim())
}

/// Returns the kind of an error code. Throttling has several codes, and `SignatureDoesNotMatch`
/// stands for both a wrong secret key and a wrong clock.
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
        | "SlowDown"
        | "SlowDownException" => ErrorKind::Throttled,
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
        | "InvalidLookupAttributesException"
        | "InvalidMaxResultsException"
        | "InvalidNextTokenException"
        | "InvalidTimeRangeException"
        | "MissingParameter" => ErrorKind::Invalid,
        "InvalidAction"
        | "NotImplemented"
        | "UnknownOperation"
        | "UnknownOperationException"
        | "UnsupportedOperation"
        | "UnsupportedOperationException"
        | "501" => ErrorKind::Unsupported,
        "LimitExceeded" | "LimitExceededException" => ErrorKind::QuotaExceeded,
        "ReportInProgress" | "ReportNotPresent" | "ReportExpired" => ErrorKind::NotReady,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => ErrorKind::Expired,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => ErrorKind::ClockSkew,
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_clock_skew(message) => {
            ErrorKind::ClockSkew
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "NotAuthorized" => ErrorKind::BadCredentials,
        _ if status == 429 => ErrorKind::Throttled,
        _ if status >= 500 => ErrorKind::Server,
        _ => ErrorKind::Other,
    }
}

/// Returns `true` for "Signature expired: …" and "Signature not yet current: …". Only the message
/// distinguishes them from a wrong secret key.
fn is_clock_skew(message: &str) -> bool {
    message.starts_with("Signature expired") || message.starts_with("Signature not yet current")
}

/// Classifies an error without a response, or with an unreadable one.
fn classify_no_response<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> ServiceError
where
    E: Error + 'static,
{
    if let Some(unsigned) = find_cause::<CredentialSourceError>(sdk_error_source(error)) {
        return unsigned.for_operation(operation);
    }
    if let Some(refusal) = CertificateRefusal::find(sdk_error_source(error)) {
        return ServiceError::new(ErrorKind::BadCertificate, operation, refusal.to_string())
            .with_hint(refusal.hint());
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
    let source = sdk_error_source(error);
    let cause = root_cause(source);
    let message = match error {
        SdkError::ResponseError(error) if kind == ErrorKind::Unreadable => {
            let raw = error.raw();
            received(&cause, raw.status().as_u16(), raw.headers().get("content-type"))
        }
        _ => match find_cause::<HostFailure>(source) {
            Some(HostFailure { host, .. }) => format!("{cause} ({host})"),
            None => cause,
        },
    };
    let proxy = find_cause::<ProxyFailure>(source);
    ServiceError {
        proxy: proxy.map(|failure| Arc::clone(&failure.proxy)),
        ..ServiceError::new(kind, operation, message)
    }
}

/// Returns the kind of a connector error. `Unreachable` and `Other` mean that nothing was sent.
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
        // The request did not reach a connection.
        ErrorKind::Other
    }
}

/// Distinguishes a response that broke off from a complete one that is not IAM's XML.
fn kind_from_body_error(error: Option<&(dyn Error + 'static)>) -> ErrorKind {
    if find_cause::<hyper::Error>(error).is_some() || find_cause::<io::Error>(error).is_some() {
        ErrorKind::ConnectionLost
    } else {
        ErrorKind::Unreadable
    }
}

fn sdk_error_source<E>(error: &SdkError<E, HttpResponse>) -> Option<&(dyn Error + 'static)>
where
    E: Error + 'static,
{
    // The connector error itself is the first cause.
    match error {
        SdkError::DispatchFailure(failure) => {
            failure.as_connector_error().map(|e| e as &(dyn Error + 'static))
        }
        other => other.source(),
    }
}

/// Returns the error for a response with missing or invalid content.
pub(in crate::aws) fn unreadable_response(
    operation: &'static str,
    message: impl Into<Arc<str>>,
) -> ServiceError {
    ServiceError::new(ErrorKind::Unreadable, operation, message).with_hint(messages::CHECK_ENDPOINT)
}

/// Returns the kind of a source of credentials that failed without a connection to STS, and
/// `CredentialSourceFailed` for all else.
pub(in crate::aws) fn unreachable_or_failed(kind: ErrorKind) -> ErrorKind {
    match kind {
        ErrorKind::Unreachable | ErrorKind::BadCertificate => kind,
        _ => ErrorKind::CredentialSourceFailed,
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;

    use super::*;

    #[test]
    fn secrets_in_messages_are_replaced() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        let (id, token) = ("AKIARZPUZDIKFYHOWX26", "FwoGZXIvYXdzEXAMPLE");
        let mut message = format!("got '{secret}/20261130', {token}, {id}").into();
        let context = |id, secret| {
            let credentials = Credentials::from_keys(id, secret, Some(token.to_owned()));
            ErrorContext::default().signed_with(&credentials)
        };
        hide_secrets(&mut message, &context(id, secret).secrets);
        assert_eq!(&*message, format!("got '** hidden **/20261130', ** hidden **, {id}"));
        let mut swapped = format!("Credential={secret}").into();
        hide_secrets(&mut swapped, &context(secret, id).secrets);
        assert_eq!(&*swapped, "Credential=** hidden **");
        let mut short = "the secret is a secret".into();
        hide_secrets(&mut short, &context(id, "secret").secrets);
        assert_eq!(&*short, "the secret is a secret");
    }

    #[test]
    fn each_error_code_has_its_kind() {
        let cases = [
            ("Throttling", "Rate exceeded", 400, ErrorKind::Throttled),
            ("RequestLimitExceeded", "", 503, ErrorKind::Throttled),
            ("SlowDownException", "", 400, ErrorKind::Throttled),
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
            (
                "InvalidSignatureException",
                "Signature expired: 20261101T…",
                400,
                ErrorKind::ClockSkew,
            ),
            ("InvalidTimeRangeException", "", 400, ErrorKind::Invalid),
            ("ServiceFailure", "", 500, ErrorKind::Server),
            ("SomethingNew", "", 400, ErrorKind::Other),
            ("SomethingNew", "", 502, ErrorKind::Server),
        ];
        for (code, message, status, kind) in cases {
            assert_eq!(kind_from_code(code, message, status), kind, "{code} {status}");
        }
    }
}
