//! Error replies of IAM and STS.

use std::borrow::Cow;

use super::Service;
use super::xml::Xml;

/// An error: HTTP status, code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The code in AWS's spelling.
    pub code: Cow<'static, str>,
    /// The message.
    pub message: String,
}

impl ApiError {
    /// Creates an error.
    pub(crate) fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Returns a `ValidationError`.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    /// Returns `NoSuchEntity` for a user.
    pub(crate) fn no_user(name: &str) -> Self {
        Self::new(404, "NoSuchEntity", format!("The user with name {name} cannot be found."))
    }

    /// Returns `NoSuchEntity` for a key.
    pub(crate) fn no_key(id: &str) -> Self {
        Self::new(404, "NoSuchEntity", format!("The Access Key with id {id} cannot be found."))
    }

    /// Returns `AccessDenied`.
    pub(crate) fn denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    /// Returns the error for an unknown or inactive key or an unknown token.
    pub(crate) fn bad_token() -> Self {
        Self::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    }

    /// Returns the throttling error.
    pub(crate) fn throttling() -> Self {
        Self::new(400, "Throttling", "Rate exceeded")
    }

    /// Returns the error for an internal failure.
    pub(crate) fn service_failure() -> Self {
        Self::new(
            500,
            "ServiceFailure",
            "The request processing has failed because of an unknown error.",
        )
    }
}

/// Returns the XML body of an error.
pub(crate) fn error_body(service: Service, error: &ApiError, request_id: &str) -> String {
    let mut xml = Xml::new("ErrorResponse", service);
    xml.group("Error", |xml| {
        xml.leaf("Type", if error.status < 500 { "Sender" } else { "Receiver" });
        xml.leaf("Code", &error.code);
        xml.leaf("Message", &error.message);
    });
    xml.leaf("RequestId", request_id);
    xml.finish()
}
