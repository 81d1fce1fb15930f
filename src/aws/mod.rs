//! AWS: from flags, environment and profile to signed calls. The one room
//! that names the SDK; everything that leaves it is a word of `model`.
//!
//! - `settings`, `files`, `target`, `hosts`, `chain`, `profiles`: what is
//!   configured, and whether that is AWS
//! - `transport`, `unverified`: the HTTP client
//! - `providers`, `assume`, `web_identity`, `purse`: the credentials
//! - `clients`, `traffic`, `whole`, `log`: the SDK's clients, what they send,
//!   which answers they take, and what of it is logged
//! - `session`, `reader`, `detail`, `pages`, `report`, `writer`: the calls
//! - `errors`, `advice`: what goes wrong, and what to do then

mod advice;
mod assume;
mod chain;
mod clients;
mod detail;
mod errors;
mod files;
mod hosts;
mod identity;
mod log;
mod pages;
mod profiles;
mod providers;
mod purse;
mod reader;
mod report;
mod session;
mod settings;
mod target;
mod traffic;
mod transport;
mod unverified;
mod web_identity;
mod whole;
mod writer;

#[cfg(test)]
mod canned;
#[cfg(test)]
mod partition_tests;
#[cfg(test)]
mod renewal_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;

pub(crate) use profiles::profiles;
pub(crate) use providers::NOTHING_FOUND;
pub(crate) use reader::{KeysRead, Reader};
#[cfg(feature = "bench")]
pub(crate) use report::parse as parse_report;
pub(crate) use session::{Session, open};
pub(crate) use settings::{Connect, Environment, SettingsError};
pub(crate) use writer::{Sent, Writer};
