//! Guard against panics in tasks.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use crate::model::ServiceError;

/// Runs work and turns a panic in it into an error, so that it is reported like any other failure.
pub(super) async fn run_guarded<T>(
    what: &'static str,
    work: impl Future<Output = Result<T, ServiceError>>,
) -> Result<T, ServiceError> {
    // Nothing that the work has changed is used after a panic.
    let result = AssertUnwindSafe(work).catch_unwind().await;
    result.unwrap_or_else(|_| Err(ServiceError::internal(what)))
}
