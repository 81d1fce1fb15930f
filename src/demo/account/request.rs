//! Calls and their replies.

use std::borrow::Cow;

use super::signing::Signature;
use super::validation::Params;
use super::{ApiError, Operation, Service, error_body};

/// The protocol of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// The AWS query protocol of IAM and STS; signed.
    Query,
    /// REST with JSON of Identity Center; not signed.
    RestJson {
        /// The token in `x-amz-sso_bearer_token`, if any.
        bearer: Option<String>,
    },
    /// AWS JSON 1.1 of CloudTrail; signed.
    AwsJson,
}

impl Protocol {
    /// Returns whether it is the protocol of a service.
    fn is_of(&self, service: Service) -> bool {
        match self {
            Self::Query => service.is_query(),
            Self::RestJson { .. } => matches!(service, Service::Sso | Service::SsoOidc),
            Self::AwsJson => service == Service::CloudTrail,
        }
    }
}

/// A received call.
#[derive(Clone, Debug)]
pub(crate) struct ApiRequest {
    /// The protocol.
    pub protocol: Protocol,
    /// The form fields; of the other protocols, `Action` and the fields of query or body.
    pub params: Params,
    /// The signer; an error if the header is malformed.
    pub signature: Result<Option<Signature>, ApiError>,
    /// The request ID of the reply.
    pub id: String,
}

impl ApiRequest {
    /// Returns the requested operation, if the demo supports it.
    pub(crate) fn operation(&self) -> Option<Operation> {
        let operation = self.params.get("Action").and_then(|name| Operation::parse(name));
        operation.filter(|operation| self.protocol.is_of(operation.service()))
    }

    /// Returns the service of the credential scope, or else of the operation.
    pub(crate) fn service(&self) -> Service {
        if self.protocol == Protocol::AwsJson {
            return Service::CloudTrail;
        }
        let signed = self.signed().and_then(|signature| Service::parse(&signature.service));
        signed.or_else(|| self.operation().map(Operation::service)).unwrap_or(Service::Iam)
    }

    /// Returns the access key ID of the signer.
    pub(crate) fn signing_key(&self) -> Option<&str> {
        self.signed().map(|signature| signature.key.as_str())
    }

    /// Returns the Region of the credential scope.
    pub(crate) fn region(&self) -> &str {
        self.signed().map(|signature| signature.region.as_str()).unwrap_or_default()
    }

    fn signed(&self) -> Option<&Signature> {
        self.signature.as_ref().ok().and_then(Option::as_ref)
    }
}

/// The reply to a call.
#[derive(Clone, Debug)]
pub(crate) struct ApiReply {
    /// The HTTP status.
    pub status: u16,
    /// The error code, if it is an error.
    pub code: Option<Cow<'static, str>>,
    /// The body: XML, or JSON of Identity Center or CloudTrail.
    pub body: String,
}

impl ApiReply {
    /// Creates an error reply.
    pub(crate) fn refusal(error: &ApiError, service: Service, request_id: &str) -> Self {
        Self {
            status: error.status,
            code: Some(error.code.clone()),
            body: error_body(service, error, request_id),
        }
    }
}
