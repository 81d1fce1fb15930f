//! HTTP: the client, the check of each response, and what is counted and logged of each call.

pub(super) mod call_log;
pub(super) mod call_stats;
pub(super) mod client;
pub(super) mod insecure_tls;
pub(super) mod response_guard;
