//! What goes over the wire, counted where the SDK would hide it: attempts,
//! throttled answers that were retried away, and attempts without an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use aws_sdk_iam::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};

use crate::aws::errors::{element, kind_of_code, kind_of_connection};
use crate::model::ErrorKind;

/// What was sent and throttled so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Requests sent, retries included.
    pub calls: u64,
    /// Answers that asked to go slower, those included that the SDK retried.
    pub throttled: u64,
}

/// Counts for a client, for its whole life.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    calls: AtomicU64,
    throttled: AtomicU64,
}

impl Counter {
    /// The counts so far.
    pub(super) fn traffic(&self) -> Traffic {
        Traffic { calls: self.0.calls.load(Ordering::Relaxed), throttled: self.0.throttled.load(Ordering::Relaxed) }
    }
}

impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "Counter"
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
        if context.response().is_some_and(|answer| kind_of_answer(answer) == Some(ErrorKind::Throttled)) {
            self.0.throttled.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Watches the attempts of one call. A retry may be refused, or reach
/// nobody, after an earlier attempt was carried out without an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempts(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    sent: AtomicU32,
    unsettled: AtomicBool,
}

impl Attempts {
    /// How often the request was sent.
    pub(super) fn sent(&self) -> u32 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Whether an attempt that may have been carried out had no clear answer.
    pub(super) fn unsettled(&self) -> bool {
        self.0.unsettled.load(Ordering::Relaxed)
    }
}

impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "Attempts"
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
        if leaves_unknown(context.inner()) {
            self.0.unsettled.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn leaves_unknown(context: &InterceptorContext) -> bool {
    let Some(Err(error)) = context.output_or_error() else { return false };
    kind_of_attempt(error, context.response()).leaves_unknown()
}

/// The kind of an attempt's failure.
fn kind_of_attempt<E>(error: &OrchestratorError<E>, response: Option<&HttpResponse>) -> ErrorKind {
    match (error.as_connector_error(), response) {
        (Some(error), _) => kind_of_connection(error),
        (None, _) if error.is_timeout_error() => ErrorKind::TimedOut,
        (None, Some(answer)) if error.is_operation_error() => kind_of_answer(answer).unwrap_or(ErrorKind::Unreadable),
        (None, Some(_)) => ErrorKind::Lost,
        // It failed before it was sent.
        (None, None) => ErrorKind::Other,
    }
}

/// The kind of an error that the service answered; `None` for a success, and
/// for an answer that is no error document of IAM's.
pub(super) fn kind_of_answer(answer: &HttpResponse) -> Option<ErrorKind> {
    let status = answer.status().as_u16();
    if answer.status().is_success() {
        return None;
    }
    match element(answer, "Code") {
        Some(code) => Some(kind_of_code(code, element(answer, "Message").unwrap_or_default(), status)),
        None => (status >= 500).then_some(ErrorKind::Server),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::body::SdkBody;

    fn answer(status: u16, body: &'static str) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))
    }

    #[test]
    fn an_answers_kind_is_read_from_its_code() {
        let throttled =
            "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
        assert_eq!(kind_of_answer(&answer(400, throttled)), Some(ErrorKind::Throttled));
        assert_eq!(kind_of_answer(&answer(502, "<html>")), Some(ErrorKind::Server));
        assert_eq!(kind_of_answer(&answer(403, "<html>")), None);
        assert_eq!(kind_of_answer(&answer(200, throttled)), None);
    }
}
