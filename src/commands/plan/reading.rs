//! Reads what became of planned keys, from IAM and from the journal.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Reader;
use crate::changes::{ChangeOrigin, Journal, JournalError};
use crate::commands::read_retry::ReadRetry;
use crate::model::{ErrorKind, KeyId};
use crate::ops::plan::{AppliedState, KeyReading, Plan, PlanHistory, PlannedKey};

/// Reads the keys of the planned owner, and the last use of the key.
pub(in crate::commands) async fn read_key(
    entry: &PlannedKey,
    reader: &Reader,
    retry: &ReadRetry,
) -> KeyReading {
    let (listed, last_use) = tokio::join!(
        retry.retry(async || reader.keys(Some(&entry.user)).await),
        retry.retry(async || reader.last_use(&entry.key).await),
    );
    let has_user = !listed.as_ref().is_err_and(|error| error.kind == ErrorKind::NotFound);
    let listed = listed.map(|read| read.keys.into_iter().map(|key| (key.id, key.status)).collect());
    KeyReading {
        listed: listed.map_err(Arc::new),
        has_user,
        last_use: last_use.map_err(Arc::new),
        at: Timestamp::now(),
    }
}

/// Returns the state of each key that the plan has changed, by the journal.
///
/// # Errors
/// Returns an error if the journal cannot be read.
pub(in crate::commands) fn plan_states(
    plan: &Plan,
    journal: &Journal,
    change_origin: &ChangeOrigin,
) -> Result<HashMap<KeyId, AppliedState>, JournalError> {
    let mut history = PlanHistory::new(plan, change_origin);
    journal.scan(&mut |number, line| history.add_line(number, line))?;
    Ok(history.states(Timestamp::now()))
}
