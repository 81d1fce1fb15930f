//! Sentences about changes, shared by the screen, the commands and the journal.
//!
//! - `outcomes`: the result of a change, as it ends and as the journal reports it.
//! - `journal`: a journal that cannot be used, and the words of its exports.
//! - `recovery`: changes that a crash left unfinished.

pub(in crate::changes) mod journal;
mod outcomes;
mod recovery;

use crate::model::{KeyId, UserName};

/// Returns a key and its owner: `AKIA… of svc-billing-0042`. The owner is left out where
/// the change names no user.
pub(in crate::changes) fn key_and_owner(key: &KeyId, user: Option<&UserName>) -> String {
    match user {
        Some(user) => format!("{key} of {user}"),
        None => key.to_string(),
    }
}
