//! Statistics that the SDK does not report: attempts, throttled responses that were retried, and
//! attempts with an unknown outcome.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use aws_sdk_iam::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};

use crate::aws::errors::classify::{kind_from_code, kind_from_connector_error, xml_element};
use crate::aws::errors::json_code::json_error_code;
use crate::model::ErrorKind;

/// Numbers of requests since the session was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallStats {
    /// Requests sent, including retries.
    pub calls: u64,
    /// Throttled responses, including those that the SDK retried.
    pub throttled: u64,
}

/// Interceptor that counts all requests of a client.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct CallCounter(Arc<CallCounts>);

#[derive(Debug, Default)]
struct CallCounts {
    calls: AtomicU64,
    throttled: AtomicU64,
}

impl CallCounter {
    /// Returns the counts so far.
    pub(in crate::aws) fn stats(&self) -> CallStats {
        CallStats {
            calls: self.0.calls.load(Ordering::Relaxed),
            throttled: self.0.throttled.load(Ordering::Relaxed),
        }
    }
}

impl Intercept for CallCounter {
    fn name(&self) -> &'static str {
        "CallCounter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context
            .response()
            .is_some_and(|response| response_error_kind(response) == Some(ErrorKind::Throttled))
        {
            self.0.throttled.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Interceptor that tracks the attempts of one call. An earlier attempt without a response may have
/// taken effect even if a retry is refused or cannot connect.
#[derive(Clone, Debug, Default)]
pub(in crate::aws) struct AttemptTracker(Arc<AttemptState>);

#[derive(Debug, Default)]
struct AttemptState {
    sent: AtomicU32,
    ambiguous: AtomicBool,
}

impl AttemptTracker {
    /// Returns the number of requests sent.
    pub(in crate::aws) fn sent(&self) -> u32 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Returns whether an attempt may have taken effect but had no clear response.
    pub(in crate::aws) fn had_ambiguous_attempt(&self) -> bool {
        self.0.ambiguous.load(Ordering::Relaxed)
    }
}

impl Intercept for AttemptTracker {
    fn name(&self) -> &'static str {
        "AttemptTracker"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if is_ambiguous_attempt(context.inner()) {
            self.0.ambiguous.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn is_ambiguous_attempt(context: &InterceptorContext) -> bool {
    let Some(Err(error)) = context.output_or_error() else { return false };
    attempt_error_kind(error, context.response()).is_ambiguous()
}

/// Returns the kind of a failed attempt.
fn attempt_error_kind<E>(
    error: &OrchestratorError<E>,
    response: Option<&HttpResponse>,
) -> ErrorKind {
    match (error.as_connector_error(), response) {
        (Some(error), _) => kind_from_connector_error(error),
        (None, _) if error.is_timeout_error() => ErrorKind::TimedOut,
        (None, Some(response)) if error.is_operation_error() => {
            response_error_kind(response).unwrap_or(ErrorKind::Unreadable)
        }
        (None, Some(_)) => ErrorKind::ConnectionLost,
        // The attempt failed before it was sent.
        (None, None) => ErrorKind::Other,
    }
}

/// Returns the kind of an error response; `None` for a success and for a response below 500 without
/// an error code.
pub(in crate::aws) fn response_error_kind(response: &HttpResponse) -> Option<ErrorKind> {
    let status = response.status().as_u16();
    if response.status().is_success() {
        return None;
    }
    match xml_element(response, "Code") {
        Some(code) => {
            Some(kind_from_code(code, xml_element(response, "Message").unwrap_or_default(), status))
        }
        None if status == 429 || is_throttled_json(response) => Some(ErrorKind::Throttled),
        None => (status >= 500).then_some(ErrorKind::Server),
    }
}

/// Returns `true` for an error response in JSON whose code stands for throttling.
fn is_throttled_json(response: &HttpResponse) -> bool {
    let status = response.status().as_u16();
    json_error_code(response)
        .is_some_and(|code| kind_from_code(&code, "", status) == ErrorKind::Throttled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::body::SdkBody;

    fn response(status: u16, body: &'static str) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))
    }

    #[test]
    fn the_kind_of_a_response_follows_from_its_code() {
        let throttled = "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
        assert_eq!(response_error_kind(&response(400, throttled)), Some(ErrorKind::Throttled));
        assert_eq!(response_error_kind(&response(502, "<html>")), Some(ErrorKind::Server));
        assert_eq!(response_error_kind(&response(429, "{}")), Some(ErrorKind::Throttled));
        for body in [
            r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
            r#"{"__type":"com.amazon.coral.availability#ThrottlingException"}"#,
            r#"{"code":"ThrottlingException:http://internal.amazon.com/coral/"}"#,
        ] {
            assert_eq!(response_error_kind(&response(400, body)), Some(ErrorKind::Throttled));
        }
        let mut by_header = response(400, "{}");
        by_header.headers_mut().insert("x-amzn-errortype", "ThrottlingException");
        assert_eq!(response_error_kind(&by_header), Some(ErrorKind::Throttled));
        let denied = r#"{"__type":"AccessDeniedException"}"#;
        assert_eq!(response_error_kind(&response(400, denied)), None);
        assert_eq!(response_error_kind(&response(403, "<html>")), None);
        assert_eq!(response_error_kind(&response(200, throttled)), None);
    }
}
