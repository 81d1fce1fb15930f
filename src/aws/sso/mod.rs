//! IAM Identity Center: cached tokens, and the portal that exchanges them for lists of accounts and
//! roles and for credentials of a role.
//!
//! Protocol: <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html>.

pub(super) mod browser_flow;
mod cache_file;
mod clients;
pub(super) mod device_flow;
pub(super) mod error;
pub(super) mod oidc;
pub(super) mod portal;
pub(super) mod refresh;
mod registration;
pub(super) mod session;
#[cfg(test)]
mod session_tests;
mod token;
