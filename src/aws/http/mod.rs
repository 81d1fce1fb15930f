//! HTTP client, response check, call statistics and call log.

pub(super) mod ca_bundle;
pub(super) mod call_log;
pub(super) mod call_stats;
pub(super) mod client;
mod connector;
pub(super) mod insecure_tls;
pub(super) mod proxies;
pub(super) mod response_guard;
mod trust;
