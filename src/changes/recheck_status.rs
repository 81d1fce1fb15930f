//! The read right before a change: it is sent only if the key still has the confirmed status.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep, timeout};

use super::backoff::Backoff;
use crate::aws::Writer;
use crate::model::{KeyChange, NotSentReason, ServiceError};

/// Oldest status that is not read again before a change.
const RECHECK_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// Time limit for the read, and for repeating it while IAM throttles or fails.
const RECHECK_TIMEOUT: Duration = Duration::from_mins(1);

/// Reads the owner's keys if the confirmed status is older than a second. One call, unless IAM
/// throttles.
///
/// # Errors
/// Returns an error if the key has another status, is deleted, or could not be read. The change
/// must not be sent then.
pub(super) async fn recheck(
    writer: &Writer,
    change: &KeyChange,
    clock: fn() -> Timestamp,
) -> Result<(), NotSentReason> {
    let (Some(before), Some(read)) = (&change.before, change.read) else { return Ok(()) };
    let age = clock().duration_since(read);
    // A time in the future was read before the clock was set back.
    if (SignedDuration::ZERO..=RECHECK_AFTER).contains(&age) {
        return Ok(());
    }
    let started = Instant::now();
    let mut backoff = Backoff::default();
    let keys = loop {
        let left = RECHECK_TIMEOUT.saturating_sub(started.elapsed());
        let read = timeout(left, writer.keys(change.user.as_ref())).await;
        match read.unwrap_or_else(|_| Err(ServiceError::timed_out("ListAccessKeys"))) {
            Ok(read) => break read.keys,
            Err(error) => {
                let pause = backoff.pause(Some(error.kind));
                if !error.kind.is_transient() || started.elapsed() + pause >= RECHECK_TIMEOUT {
                    return Err(NotSentReason::Call(error.into()));
                }
                sleep(pause).await;
            }
        }
    };
    match keys.into_iter().find(|key| key.id == change.key).map(|key| key.status) {
        Some(status) if status == *before => Ok(()),
        status => Err(NotSentReason::StatusChanged(status)),
    }
}
