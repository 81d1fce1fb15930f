//! AWS: from flags, environment and profile to signed calls. The only module
//! that names the SDK; everything that leaves it is a type of `model`.
//!
//! - `connect_options`, `config_files`, `endpoint_config`, `profiles`: what is configured
//! - `credentials`: sources, role chains, web identity, and the cache
//! - `http`: the client, the check of each response, call statistics and the log
//! - `sdk_clients`: the SDK's clients of a session
//! - `iam`: the session, reads, pagination, the credential report, and the one write
//! - `errors`: classification, and a hint for each

mod config_files;
mod connect_options;
mod credentials;
mod endpoint_config;
mod endpoint_hosts;
mod errors;
mod http;
mod iam;
mod profiles;
mod sdk_clients;

#[cfg(test)]
mod tests;

pub(crate) use connect_options::{ConnectOptions, Environment, SettingsError};
pub(crate) use credentials::source::NO_CREDENTIALS_MESSAGE;
#[cfg(feature = "bench")]
pub(crate) use iam::credential_report::parse_report;
pub(crate) use iam::reader::{KeyListing, Reader};
pub(crate) use iam::session::{Session, open};
pub(crate) use iam::writer::{UpdateResult, Writer};
pub(crate) use profiles::list_profiles;
