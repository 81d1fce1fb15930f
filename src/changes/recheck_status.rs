//! The read right before a change: what was confirmed is sent only while the
//! key still has the status that was shown.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::backoff::Backoff;
use crate::aws::Writer;
use crate::model::{KeyChange, NotSent};

/// A status read longer ago is read again before the intent is written.
const MAX_STATUS_AGE: SignedDuration = SignedDuration::from_secs(1);

/// How long to go on asking where IAM throttles or fails for the moment.
const RECHECK_TIMEOUT: Duration = Duration::from_mins(1);

/// Reads the owner's keys where the status that the change goes by is older
/// than a second. One call, unless IAM throttles.
///
/// # Errors
/// The key has another status or is gone, or could not be read: the change
/// must not be sent.
pub(super) async fn recheck(
    writer: &Writer,
    change: &KeyChange,
    clock: fn() -> Timestamp,
) -> Result<(), NotSent> {
    let (Some(before), Some(read)) = (&change.before, change.read) else { return Ok(()) };
    let age = clock().duration_since(read);
    // A time that is still to come is of a clock that was set back.
    if (SignedDuration::ZERO..=MAX_STATUS_AGE).contains(&age) {
        return Ok(());
    }
    let begun = Instant::now();
    let mut backoff = Backoff::default();
    let keys = loop {
        match writer.keys(change.user.as_ref()).await {
            Ok(read) => break read.keys,
            Err(error) => {
                let pause = backoff.pause(Some(error.kind));
                if !error.kind.is_transient() || begun.elapsed() + pause >= RECHECK_TIMEOUT {
                    return Err(NotSent::Call(error.into()));
                }
                sleep(pause).await;
            }
        }
    };
    match keys.into_iter().find(|key| key.id == change.key).map(|key| key.status) {
        Some(status) if status == *before => Ok(()),
        status => Err(NotSent::StatusChanged(status)),
    }
}
