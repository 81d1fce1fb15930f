//! Helpers of the end-to-end tests.
//!
//! - `home`: a temporary home directory, isolated from the developer's
//! - `launch`: a program with its arguments and a clean environment, to start on a terminal
//!   (`pty`, with `terminal_modes`) or without one (`process`)
//! - `moto` and `demo`: the two IAM endpoints; `http` sends requests to both, `sdk_http` is for the
//!   SDK's
//! - `proxy_server`: a proxy, a TLS front and servers of fixed responses
//! - `screen_cells` reads a terminal's cells, `svg` draws them, `animated_svg` a sequence of
//!   screens
//! - `file_opens` counts how often files are opened
//! - `screen_steps`: steps on keyflip's screen, and its journal
//! - `monitor`: a value that one thread changes and another waits for

pub(crate) mod animated_svg;
pub(crate) mod demo;
#[cfg(target_os = "linux")]
pub(crate) mod file_opens;
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
pub(crate) mod sdk_http;
pub(crate) mod svg;
mod terminal_modes;

use std::thread;
use std::time::{Duration, Instant};

/// Time limit for conditions that should hold almost at once: long enough for a busy machine,
/// short enough to fail soon.
pub(crate) const WAIT_TIMEOUT: Duration = Duration::from_secs(20);

/// Waits until `ready` returns true; `what` describes the condition for the failure message.
pub(crate) fn wait_until(what: &str, mut ready: impl FnMut() -> bool) {
    let end = Instant::now() + WAIT_TIMEOUT;
    while !ready() {
        assert!(Instant::now() < end, "waited for {what}");
        thread::yield_now();
    }
}
