//! Times of IAM that are later than their reading.

use std::sync::Arc;

use jiff::Timestamp;

use crate::inventory::messages;
use crate::model::{ErrorKind, KeyLastUse, LastUse, ReadData, ServiceError, known_age};

/// Returns what was read at a time, without times that are later and cannot be right: the creation
/// of such a key is not known.
///
/// # Errors
/// Returns an error if it is a last use with such a time.
pub(super) fn without_future_times(
    mut found: ReadData,
    at: Timestamp,
) -> Result<ReadData, Arc<ServiceError>> {
    match &mut found {
        ReadData::Keys(keys) => {
            for key in keys {
                key.created = key.created.filter(|created| known_age(*created, at).is_some());
            }
        }
        ReadData::LastUse(KeyLastUse { last_use: LastUse::Used { at: used, .. }, .. })
            if known_age(*used, at).is_none() =>
        {
            let message = messages::used_in_the_future(*used);
            let error = ServiceError::new(ErrorKind::Unreadable, "GetAccessKeyLastUsed", message);
            return Err(Arc::new(error));
        }
        _ => {}
    }
    Ok(found)
}
