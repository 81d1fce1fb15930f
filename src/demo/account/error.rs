//! What IAM and STS answer when they refuse.

use std::borrow::Cow;

use super::Service;
use super::xml::Xml;

/// A refusal: HTTP status, code and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The code, as AWS spells it.
    pub code: Cow<'static, str>,
    /// AWS's sentence.
    pub message: String,
}

impl ApiError {
    /// A refusal of that status and code.
    pub(crate) fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// A parameter that the service does not take.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    /// No user of that name.
    pub(crate) fn no_user(name: &str) -> Self {
        Self::new(404, "NoSuchEntity", format!("The user with name {name} cannot be found."))
    }

    /// No such key of that user.
    pub(crate) fn no_key(id: &str) -> Self {
        Self::new(404, "NoSuchEntity", format!("The Access Key with id {id} cannot be found."))
    }

    /// The caller may not do this.
    pub(crate) fn denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    /// The signing key or its token is not known, or switched off.
    pub(crate) fn bad_token() -> Self {
        Self::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    }

    /// The account's rate is used up.
    pub(crate) fn throttling() -> Self {
        Self::new(400, "Throttling", "Rate exceeded")
    }

    /// The service has failed.
    pub(crate) fn service_failure() -> Self {
        Self::new(
            500,
            "ServiceFailure",
            "The request processing has failed because of an unknown error.",
        )
    }
}

/// The body of a refusal.
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
