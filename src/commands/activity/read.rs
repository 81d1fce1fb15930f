//! Reading of the activity of a key, with progress and interrupts.

use std::cell::RefCell;
use std::sync::Arc;

use crate::aws::EventHistory;
use crate::commands::interrupts::Interrupts;
use crate::commands::messages::activity as sentences;
use crate::commands::progress::ProgressLine;
use crate::model::{ErrorKind, ServiceError};
use crate::ops::activity::{Activity, ActivityQuery, read_activity};

/// Reads until all Regions have ended, or an interrupt. Returns what was read, and whether it was
/// interrupted: an incident goes on with what there is.
pub(super) async fn read(
    history: &EventHistory,
    query: ActivityQuery,
    interrupts: &mut Interrupts,
) -> (Activity, bool) {
    let activity = RefCell::new(Activity::new(query.clone()));
    let reading = read_activity(history, &query, |page| activity.borrow_mut().apply(page));
    let progress = ProgressLine::new();
    let reading = progress.during(reading, || sentences::progress(&activity.borrow()));
    let is_interrupted = interrupts.race(Box::pin(reading)).await.is_err();
    drop(progress);
    let mut activity = activity.into_inner();
    if is_interrupted {
        let error = ServiceError::new(ErrorKind::Other, "LookupEvents", sentences::STOPPED);
        activity.stop(&Arc::new(error));
    }
    (activity, is_interrupted)
}
