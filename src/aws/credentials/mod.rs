//! Credentials of a session: their source, the roles assumed from there, and the cache.
//!
//! The order of sources is the AWS CLI's, see [`source::find_origin`] and
//! <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.

pub(super) mod assume_role;
pub(super) mod cache;
mod failure;
mod key_check;
pub(super) mod origin;
mod process;
pub(super) mod profile_chain;
mod sdk_providers;
pub(super) mod source;
pub(super) mod web_identity;
