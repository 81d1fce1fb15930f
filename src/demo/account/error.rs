//! Error replies of the services.

use std::borrow::Cow;

use serde_json::json;

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

    /// Returns the throttling error of a service.
    pub(crate) fn throttling(service: Service) -> Self {
        match service {
            Service::Iam | Service::Sts => Self::new(400, "Throttling", "Rate exceeded"),
            Service::Sso => Self::new(429, "TooManyRequestsException", "Rate exceeded"),
            Service::SsoOidc => Self::new(400, "SlowDownException", "Rate exceeded"),
            Service::CloudTrail => Self::new(400, "ThrottlingException", "Rate exceeded"),
        }
    }

    /// Returns a service's error for an internal failure.
    pub(crate) fn service_failure(service: Service) -> Self {
        let code = if service.is_query() { "ServiceFailure" } else { "InternalServerException" };
        Self::new(500, code, "The request processing has failed because of an unknown error.")
    }

    /// Returns Identity Center's error for an invalid parameter.
    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequestException", message)
    }

    /// Returns an error of authentication or authorization as services with the AWS JSON
    /// protocol spell it: HTTP status 400, and codes that end with `Exception`.
    pub(crate) fn in_aws_json(mut self) -> Self {
        self.status = 400;
        self.code = match &*self.code {
            "InvalidClientTokenId" => "UnrecognizedClientException".into(),
            "SignatureDoesNotMatch" => "InvalidSignatureException".into(),
            code if code.ends_with("Exception") => return self,
            code => format!("{code}Exception").into(),
        };
        self
    }

    /// Returns the code of OAuth 2.0 (RFC 6749, RFC 8628): `slow_down` for
    /// `SlowDownException`.
    fn oauth_code(&self) -> String {
        let name = self.code.strip_suffix("Exception").unwrap_or(&self.code);
        if name == "InternalServer" {
            return "server_error".to_owned();
        }
        let mut code = String::new();
        for (place, c) in name.char_indices() {
            if c.is_ascii_uppercase() && place > 0 {
                code.push('_');
            }
            code.push(c.to_ascii_lowercase());
        }
        code
    }
}

/// Returns the body of an error: XML, or JSON of Identity Center or CloudTrail.
pub(crate) fn error_body(service: Service, error: &ApiError, request_id: &str) -> String {
    match service {
        Service::Iam | Service::Sts => xml_body(service, error, request_id),
        Service::Sso => json!({ "message": error.message }).to_string(),
        Service::SsoOidc => {
            json!({ "error": error.oauth_code(), "error_description": error.message }).to_string()
        }
        Service::CloudTrail => {
            json!({ "__type": error.code, "message": error.message }).to_string()
        }
    }
}

fn xml_body(service: Service, error: &ApiError, request_id: &str) -> String {
    let mut xml = Xml::new("ErrorResponse", service);
    xml.group("Error", |xml| {
        xml.leaf("Type", if error.status < 500 { "Sender" } else { "Receiver" });
        xml.leaf("Code", &error.code);
        xml.leaf("Message", &error.message);
    });
    xml.leaf("RequestId", request_id);
    xml.finish()
}
