//! The demo: AWS accounts in memory, behind real HTTP on a loopback port, so
//! that the screen, the commands, the tests and the AWS CLI have something to
//! work on that nobody can break.
//!
//! | file | what |
//! |---|---|
//! | `account/` | the accounts, and what IAM and STS answer for them; pure |
//! | `faults.rs` | what goes wrong, and the JSON of it |
//! | `switchboard.rs` | what each call meets of it |
//! | `bucket.rs` | the token buckets behind `rate` |
//! | `server.rs`, `connection.rs`, `answer.rs`, `body.rs` | HTTP |
//! | `control.rs` | `/_demo/…`, by which a test looks in and meddles |
//! | `record.rs` | the calls that were received |
//! | `profiles.rs` | the demo's credentials, as files and environment |
//! | `dice.rs` | numbers that a seed decides |

mod account;
mod answer;
mod body;
mod bucket;
mod connection;
mod control;
mod dice;
mod faults;
mod profiles;
mod record;
mod server;
mod switchboard;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub(crate) use faults::Faults;
pub(crate) use server::{Running, start};

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
pub(crate) struct Options {
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
