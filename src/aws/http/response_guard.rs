//! Only a whole answer counts. The SDK stops reading XML where it has ended,
//! so that half of ListUsers would pass for a shorter last page, and anything
//! at all for the answer of UpdateAccessKey, which holds nothing.

use std::error::Error;
use std::fmt;

use aws_sdk_iam::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// No answer is longer, in bytes: the credential report of 5,000 users has
/// less than three million.
const MAX_RESPONSE_BYTES: usize = 32 * 1024 * 1024;

/// Refuses answers that are not whole, and ones that are too long.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) struct ResponseGuard;

/// Why an answer is refused.
#[derive(Clone, Copy, Debug)]
enum ResponseError {
    Incomplete,
    TooLong,
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incomplete => "the answer is cut off, or is not the service's",
            Self::TooLong => "the answer is longer than any answer of the service's can be",
        })
    }
}

impl Error for ResponseError {}

impl Intercept for ResponseGuard {
    fn name(&self) -> &'static str {
        "Whole"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let limited = Limited::new(std::mem::replace(body, SdkBody::taken()), MAX_RESPONSE_BYTES);
        *body = SdkBody::from_body_1_x(limited.map_err(|error| {
            if error.is::<LengthLimitError>() { ResponseError::TooLong.into() } else { error }
        }));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response();
        let operation = config.load::<Metadata>().map(Metadata::name);
        let (Some(operation), Some(body)) = (operation, answer.body().bytes()) else {
            return Ok(());
        };
        if answer.status().is_success() && !is_complete(body, operation) {
            return Err(ResponseError::Incomplete.into());
        }
        Ok(())
    }
}

/// Whether the body ends with the end of the operation's answer.
fn is_complete(body: &[u8], operation: &str) -> bool {
    let ending = body.trim_ascii_end().strip_suffix(b"Response>");
    ending
        .and_then(|rest| rest.strip_suffix(operation.as_bytes()))
        .is_some_and(|rest| rest.ends_with(b"</"))
}
