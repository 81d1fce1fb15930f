//! The operations of IAM and STS that the demo supports.

pub(super) mod access_keys;
pub(super) mod account_summary;
pub(super) mod credential_report;
pub(super) mod sts;
pub(super) mod user_details;
pub(super) mod users;
