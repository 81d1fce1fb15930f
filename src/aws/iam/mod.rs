//! Session, IAM and STS calls, and the credential report.

pub(super) mod caller;
pub(super) mod credential_report;
mod read;
pub(super) mod reader;
pub(super) mod session;
pub(super) mod session_core;
mod user_detail;
pub(super) mod writer;
