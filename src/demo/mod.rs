//! The demo: AWS accounts in memory, served over HTTP on a loopback port, for the
//! screen, the commands, the tests and the AWS CLI.
//!
//! | file | contents |
//! |---|---|
//! | `account/` | the accounts, and the replies of IAM, STS, IAM Identity Center and CloudTrail; pure |
//! | `faults.rs` | the faults, and their JSON |
//! | `fault_injector.rs` | the choice of faults for each call |
//! | `token_bucket.rs` | the token buckets behind `rate` |
//! | `server.rs`, `resettable_stream.rs`, `handler.rs`, `rest_json.rs`, `aws_json.rs`, `response_body.rs` | HTTP |
//! | `admin_api.rs` | `/_demo/…`: calls, faults and mutations for tests |
//! | `request_log.rs` | the received calls |
//! | `profiles.rs` | the demo's credentials as files and environment variables |
//! | `rng.rs` | seeded random numbers |

mod account;
mod admin_api;
mod aws_json;
mod fault_injector;
mod faults;
mod handler;
mod profiles;
mod request_log;
mod resettable_stream;
mod response_body;
mod rest_json;
mod rng;
mod server;
mod server_state;
mod token_bucket;

#[cfg(test)]
mod cloudtrail_tests;
#[cfg(test)]
mod organization_tests;
#[cfg(test)]
#[path = "../../tests/e2e/support/sdk_http.rs"]
mod sdk_http;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use account::{HUB_ROLE, INCIDENT_RESPONDER};
pub(crate) use faults::Faults;
pub(crate) use profiles::{DEMO_REGION, SSO_SESSION};
pub(crate) use server::{DemoServer, start};

/// The IAM user that signs the calls of the demo screen.
pub(crate) const OPERATOR: &str = "operator";
/// The operator's access key ID.
pub(crate) const OPERATOR_KEY: &str = "AKIARZPUZDIKDEMOOPER";
/// The access key ID of `staging-operator` in the second account.
pub(crate) const STAGING_KEY: &str = "AKIATCH6YDSYQDEMOOPS";
/// The second account's root key.
pub(crate) const STAGING_ROOT_KEY: &str = "AKIATCH6YDSYQDEMROOT";
/// The secret key of all demo keys. It protects nothing: the endpoint does not check
/// signatures.
pub(crate) const DEMO_SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";
/// A token that opens the portal of Identity Center.
pub(crate) const DEMO_SSO_TOKEN: &str = "demo-sso-token";
/// A refresh token of [`DEMO_CLIENT`].
pub(crate) const DEMO_REFRESH_TOKEN: &str = "demo-refresh-token";
/// A client that is registered with Identity Center.
pub(crate) const DEMO_CLIENT: &str = "demo-client";
/// The secret of [`DEMO_CLIENT`].
pub(crate) const DEMO_CLIENT_SECRET: &str = "demo-client-secret";
/// Number of members of the organization of `--demo`: enough for one of each kind.
pub(crate) const SMALL_ORGANIZATION: u32 = 7;
/// The code of every MFA device of the demo.
pub(crate) const DEMO_MFA_CODE: &str = "123456";

/// Options of a demo endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct DemoOptions {
    /// The port on 127.0.0.1; 0 for any free port.
    pub port: u16,
    /// Number of generated users that replace the 42 users of the demo account.
    pub users: Option<usize>,
    /// True if each generated user has two keys; if not, 5,000 users have 6,200.
    pub two_keys_each: bool,
    /// The faults.
    pub faults: Faults,
    /// Seed of all random numbers.
    pub seed: u64,
    /// True if the admin API (`/_demo/…`) is served and calls are logged for it.
    pub serves_admin_api: bool,
    /// Number of member accounts of an organization with Identity Center; at most 5,000.
    pub organization: Option<u32>,
    /// Age of a credential report that exists from the start.
    pub report_age: Option<Duration>,
}
