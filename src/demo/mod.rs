//! The demo: AWS accounts in memory, behind real HTTP on a loopback port, so
//! that the screen, the commands, the tests and the AWS CLI have something to
//! work on that nobody can break.
//!
//! | file | what |
//! |---|---|
//! | `account/` | the accounts, and what IAM and STS answer for them; pure |
//! | `faults.rs` | the faults, and their JSON |
//! | `fault_injector.rs` | the faults that each call meets |
//! | `token_bucket.rs` | the token buckets behind `rate` |
//! | `server.rs`, `resettable_stream.rs`, `handler.rs`, `response_body.rs` | HTTP |
//! | `admin_api.rs` | `/_demo/…`: calls, faults and mutations for tests |
//! | `request_log.rs` | the calls that were received |
//! | `profiles.rs` | the demo's credentials, as files and environment |
//! | `rng.rs` | seeded random numbers |

mod account;
mod admin_api;
mod fault_injector;
mod faults;
mod handler;
mod profiles;
mod request_log;
mod resettable_stream;
mod response_body;
mod rng;
mod server;
mod token_bucket;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use faults::Faults;
pub(crate) use server::{DemoServer, start};

/// The user whose key the demo is shown with.
pub(crate) const OPERATOR: &str = "operator";
/// The operator's access key ID.
pub(crate) const OPERATOR_KEY: &str = "AKIARZPUZDIKDEMOOPER";
/// The access key ID of `staging-operator` in the second account.
pub(crate) const STAGING_KEY: &str = "AKIATCH6YDSYQDEMOOPS";
/// The second account's root key.
pub(crate) const STAGING_ROOT_KEY: &str = "AKIATCH6YDSYQDEMROOT";
/// The secret of all of them. No secret at all: the endpoint verifies no
/// signature.
pub(crate) const SECRET: &str = "demo-secret-that-opens-nothing-anywhere0";
/// The code that every MFA device of the demo shows.
pub(crate) const MFA_CODE: &str = "123456";

/// How a demo endpoint is to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct DemoOptions {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// So many users in the demo account, made up, in place of its own 42.
    pub users: Option<usize>,
    /// Whether every made-up user has two keys; else 6,200 for 5,000.
    pub two_keys_each: bool,
    /// What goes wrong.
    pub faults: Faults,
    /// Decides everything that looks random.
    pub seed: u64,
    /// Whether `/_demo/…` is served, and calls are recorded for it.
    pub control: bool,
    /// A credential report is there from the start, made that long ago.
    pub report_age: Option<Duration>,
}
