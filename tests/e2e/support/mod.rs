//! What the end-to-end tests stand on.
//!
//! - `home` a user's home directory, and nothing of the developer's own
//! - `launch` a program with its arguments and a clean environment, to be
//!   started on a terminal (`pty`) or without one (`process`)
//! - `moto` and `demo` the two IAMs to test against; `http` speaks to both
//! - `relay` a proxy, a TLS front and servers of fixed answers
//! - `screen` reads a terminal's cells, `svg` draws them
//! - `keyflip` the program's own screen and journal
//! - `watched` a value that one thread changes and another waits for

pub(crate) mod demo;
pub(crate) mod home;
pub(crate) mod http;
pub(crate) mod launch;
pub(crate) mod monitor;
pub(crate) mod moto;
pub(crate) mod process;
pub(crate) mod proxy_server;
pub(crate) mod pty;
pub(crate) mod screen_cells;
pub(crate) mod screen_steps;
pub(crate) mod svg;

use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for something that should be there at once: long
/// enough for a busy machine, short enough to fail before a person gives up.
pub(crate) const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// Waits until that is so; `what` says in words what was awaited.
pub(crate) fn wait_until(what: &str, mut ready: impl FnMut() -> bool) {
    let end = Instant::now() + WAIT_TIMEOUT;
    while !ready() {
        assert!(Instant::now() < end, "waited for {what}");
        thread::yield_now();
    }
}
