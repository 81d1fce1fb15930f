//! Calls of IAM and STS: the session, reads, the credential report, and the one write.

pub(super) mod credential_report;
pub(super) mod identity;
pub(super) mod pagination;
mod read;
pub(super) mod reader;
pub(super) mod session;
mod user_detail;
pub(super) mod writer;
