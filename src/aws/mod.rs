//! Calls of IAM, STS, CloudTrail and Identity Center, from options and profiles to typed results.
//!
//! Only this module uses the AWS SDK. Its public functions return types of [`crate::model`].
//!
//! - [`connect_options`], [`config_files`], [`profiles`], [`setting_lookup`],
//!   [`client_config`]: settings
//! - [`shared_config`]: one read of the config files, for many sessions
//! - [`credentials`]: sources, role chains, web identity, cache
//! - [`sso`], [`portal`], [`sign_in`]: IAM Identity Center
//! - [`http`]: client, response check, call statistics, call log
//! - [`sdk_clients`]: clients of a session
//! - [`iam`]: session, reads, credential report, and the only write, UpdateAccessKey
//! - [`cloudtrail`]: event history of a key
//! - [`regions`]: Regions of each partition
//! - [`pagination`]: lists that are read as a whole
//! - [`operations`]: names of operations, and their services
//! - [`pacer`]: pace of the calls of Identity Center and CloudTrail
//! - [`errors`]: classification of errors, and a hint for each
//! - [`messages`]: all other sentences

mod client_config;
mod client_role;
mod cloudtrail;
mod config_files;
mod connect_options;
mod credentials;
mod endpoint_hosts;
mod errors;
mod http;
mod iam;
mod messages;
mod operations;
mod pacer;
mod pagination;
mod portal;
mod profiles;
mod regions;
mod retry_settings;
mod sdk_clients;
mod setting_lookup;
mod setting_value;
mod shared_config;
mod sign_in;
mod sso;
mod time;
mod timeouts;

#[cfg(test)]
mod tests;

pub(crate) use cloudtrail::history::{EventHistory, EventPage, EventWindow};
#[cfg(test)]
pub(crate) use connect_options::ConfigSource;
pub(crate) use connect_options::{ConnectOptions, DemoSignIn, Environment, SettingsError};
#[cfg(feature = "bench")]
pub(crate) use iam::credential_report::parse_report;
pub(crate) use iam::reader::{KeyListing, Reader};
pub(crate) use iam::session::Session;
pub(crate) use iam::writer::{UpdateResult, Writer};
pub(crate) use messages::{NO_CREDENTIALS_MESSAGE, sso_session_not_found};
pub(crate) use operations::waits_while_throttled;
pub(crate) use pagination::endless_list;
pub(crate) use portal::{InvalidPortal, Portal, Portals, open_portals};
pub(crate) use profiles::list_profiles;
pub(crate) use shared_config::SharedConfig;
#[cfg(test)]
pub(crate) use shared_config::open;
pub(crate) use sign_in::{
    BrowserRequest, DeviceCode, SignIn, SignInError, TokenReply, find_sign_in,
};
pub(crate) use sso::refresh::wait_for_token_refreshes;
