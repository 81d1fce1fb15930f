//! Debug log of each attempt: operation, status and request ID, never parameters or headers.

use aws_sdk_iam::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;

use crate::model::escape_hidden;

/// Interceptor that logs each attempt (`--debug`).
#[derive(Debug)]
pub(in crate::aws) struct CallLog;

impl Intercept for CallLog {
    fn name(&self) -> &'static str {
        "CallLog"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        tracing::debug!(operation = operation(config), "sent");
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = operation(config);
        if let Some(response) = context.response() {
            let request_id = response.headers().get("x-amzn-requestid").map(escape_hidden);
            let (status, request_id) = (response.status().as_u16(), request_id.as_deref());
            tracing::debug!(operation, status, request_id, "response");
        } else {
            tracing::debug!(operation, "no response");
        }
        Ok(())
    }
}

fn operation(config: &ConfigBag) -> &str {
    config.load::<Metadata>().map_or("", Metadata::name)
}
