//! Results of the command.

use std::sync::Arc;

use crate::commands::key_lookup::KeyLookupResult;
use crate::model::{KeyId, SessionContext};

/// The result for one ID.
pub(super) struct FindResult {
    pub id: KeyId,
    pub lookup: KeyLookupResult,
    /// The context of the session that was asked.
    pub session_context: Option<SessionContext>,
    /// The profiles of the key's account, or the one that found the key.
    pub profiles: Vec<Arc<str>>,
}
