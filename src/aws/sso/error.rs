//! Errors of Identity Center.

use std::error::Error;

use aws_sdk_sso::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use serde_json::Value;

use crate::aws::errors::causes::find_cause;
use crate::aws::errors::classify::{classify, hide_secrets};
use crate::aws::errors::hints::ErrorContext;
use crate::aws::errors::json_code::json_error_code;
use crate::aws::sso::token::TokenFileError;
use crate::model::{Secret, ServiceError, escape_hidden};

/// A token that cannot be exchanged.
#[derive(Debug, thiserror::Error)]
pub(in crate::aws) enum SsoError {
    /// The cached token cannot be used.
    #[error(transparent)]
    Token(#[from] TokenFileError),
    /// The token has expired.
    #[error("the SSO token has expired")]
    Expired,
    /// The portal does not accept the token, although it should still be valid.
    #[error("Identity Center no longer accepts the SSO token")]
    Refused,
    /// The portal does not give this role, or any role of the account, to the user.
    #[error("{}", .0.message)]
    NotAssigned(ServiceError),
    /// A call failed.
    #[error("{}", .0.message)]
    Call(#[from] ServiceError),
}

/// Converts an SDK error of a call with these secrets. The SDK keeps the message of a response
/// without an error code only as the cause of the error.
pub(super) fn call_error<E>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
    secrets: &[Secret],
) -> ServiceError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut classified = classify(operation, error, &ErrorContext::default());
    if let SdkError::ServiceError(response) = error
        && response.err().message().is_none()
        && let Some(message) =
            find_cause::<ErrorMetadata>(Some(response.err())).and_then(ErrorMetadata::message)
    {
        classified.message = escape_hidden(message).into();
    }
    hide_secrets(&mut classified.message, secrets);
    classified
}

/// Error code of the portal for a role that is not assigned to the user.
const FORBIDDEN: &str = "ForbiddenException";

/// Returns whether the portal refuses the role. It sends an error code or a message in JSON; other
/// responses of the same status are those of proxies.
pub(super) fn is_not_assigned(response: &HttpResponse) -> bool {
    if response.status().as_u16() != 403 {
        return false;
    }
    if let Some(code) = json_error_code(response) {
        return code == FORBIDDEN;
    }
    let body = response.body().bytes().unwrap_or_default();
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    body.get("message").is_some_and(Value::is_string)
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn only_the_error_of_the_portal_means_that_the_role_is_not_assigned() {
        let response = |status: u16, code: Option<&'static str>, body: &'static str| {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            if let Some(code) = code {
                response.headers_mut().insert("x-amzn-errortype", code);
            }
            is_not_assigned(&response)
        };
        assert!(response(403, Some("ForbiddenException"), ""));
        assert!(response(403, Some("ForbiddenException:http://x.example.org/"), ""));
        assert!(response(403, None, r#"{"__type": "com.example#ForbiddenException"}"#));
        assert!(response(403, None, r#"{"message": "No access"}"#));
        assert!(!response(403, Some("AccessDeniedException"), r#"{"message": "x"}"#));
        assert!(!response(401, Some("ForbiddenException"), r#"{"message": "x"}"#));
        for page in ["", "<html>403 Forbidden</html>", "\"message\"", r#"{"error": "blocked"}"#] {
            assert!(!response(403, None, page), "{page}");
        }
    }
}
