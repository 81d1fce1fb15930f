//! The validated arguments.

use crate::cli::GlobalArgs;
use crate::model::{Direction, KeyId, UserName};

/// A validated call of UpdateAccessKey.
#[derive(Debug)]
pub(super) struct UpdateRequest {
    /// The key's user; `None` if no UserName is sent.
    pub user: Option<UserName>,
    /// The key.
    pub key: KeyId,
    /// Activate or deactivate.
    pub direction: Direction,
    /// True to read the key until IAM reports the new status.
    pub verify: bool,
    /// What `--query` prints after the call.
    pub output: String,
    /// The global options.
    pub global: GlobalArgs,
}
