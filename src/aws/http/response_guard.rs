//! Checks that a response is not too long, for all services, and that it is complete, for those
//! that respond with XML.
//!
//! The SDK accepts XML that ends early: half a ListUsers response looks like a shorter last page,
//! and any body is accepted for UpdateAccessKey, whose response is empty. JSON that ends early is
//! not accepted.

use std::error::Error;
use std::fmt;

use aws_sdk_iam::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
    InterceptorContext,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::aws::errors::causes::find_cause;
use crate::aws::messages;

/// Size limit of a response body, in MiB. The credential report of 5,000 users has less than 3 MB.
const MAX_RESPONSE_MIB: usize = 32;

/// Interceptor that rejects overlong responses.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) struct SizeLimit;

/// Interceptor that rejects incomplete responses of IAM and STS.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) struct CompleteXml;

/// Reason for rejecting a response.
#[derive(Clone, Copy, Debug)]
enum ResponseError {
    /// It lacks its end. Only if it has the beginning, it is a response of the service.
    Incomplete {
        has_beginning: bool,
    },
    TooLong,
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete { .. } => f.write_str(messages::INCOMPLETE_RESPONSE),
            Self::TooLong => f.write_str(&messages::response_too_long(MAX_RESPONSE_MIB)),
        }
    }
}

impl Error for ResponseError {}

impl Intercept for SizeLimit {
    fn name(&self) -> &'static str {
        "SizeLimit"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let original = std::mem::replace(body, SdkBody::taken());
        let limited = Limited::new(original, MAX_RESPONSE_MIB * 1024 * 1024);
        *body = SdkBody::from_body_1_x(limited.map_err(|error| {
            if error.is::<LengthLimitError>() { ResponseError::TooLong.into() } else { error }
        }));
        Ok(())
    }
}

impl Intercept for CompleteXml {
    fn name(&self) -> &'static str {
        "CompleteXml"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let operation = config.load::<Metadata>().map(Metadata::name);
        let (Some(operation), Some(body)) = (operation, response.body().bytes()) else {
            return Ok(());
        };
        if response.status().is_success() && !is_complete(body, operation) {
            let has_beginning = has_beginning(body, operation);
            return Err(ResponseError::Incomplete { has_beginning }.into());
        }
        Ok(())
    }
}

/// Retry classifier that repeats a read whose response breaks off. Whether a change was made is
/// read instead.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) struct RetryIncomplete;

impl ClassifyRetry for RetryIncomplete {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        match find_cause::<ResponseError>(error.map(|error| error as &(dyn Error + 'static))) {
            Some(ResponseError::Incomplete { has_beginning: true }) => {
                RetryAction::transient_error()
            }
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "RetryIncomplete"
    }
}

/// Returns whether the body has the opening tag of the operation's response element.
fn has_beginning(body: &[u8], operation: &str) -> bool {
    memchr::memmem::find(body, format!("<{operation}Response").as_bytes()).is_some()
}

/// Returns whether the body ends with the closing tag of the operation's response element.
fn is_complete(body: &[u8], operation: &str) -> bool {
    let ending = body.trim_ascii_end().strip_suffix(b"Response>");
    ending
        .and_then(|rest| rest.strip_suffix(operation.as_bytes()))
        .is_some_and(|rest| rest.ends_with(b"</"))
}
