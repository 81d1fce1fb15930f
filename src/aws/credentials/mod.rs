//! Credentials of a session: where they come from, the roles assumed from there, and the cache.

pub(super) mod assume_role;
pub(super) mod cache;
pub(super) mod profile_chain;
pub(super) mod source;
pub(super) mod web_identity;
