//! Runs the work of a command, and handles ctrl-c, SIGTERM and SIGHUP.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::aws;
use crate::commands::error::CommandError;
use crate::commands::exit::Interrupted;

/// Longest wait for tokens that are being refreshed when a command ends.
const REFRESH_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Receives the request to end the program.
#[derive(Clone)]
pub(super) struct Interrupts(watch::Receiver<bool>);

/// Runs the work on this thread. One is enough, since commands mostly wait for
/// the network.
///
/// # Errors
/// Returns the error of the work, or of the runtime.
pub(super) fn block_on<T>(
    work: impl AsyncFnOnce(Interrupts) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CommandError::Runtime)?;
    let result = runtime.block_on(async {
        let result = work(Interrupts::listen()).await;
        finish_token_refreshes().await;
        result
    });
    runtime.shutdown_background();
    result
}

/// Waits up to 2 seconds until tokens that are being refreshed are saved. Their refresh tokens are used
/// up, so the user would have to sign in again.
pub(super) async fn finish_token_refreshes() {
    let _ = timeout(REFRESH_SHUTDOWN_TIMEOUT, aws::wait_for_token_refreshes()).await;
}

impl Interrupts {
    /// Starts to listen. Needs a runtime.
    pub(super) fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            if wait_for_signal().await {
                sender.send_replace(true);
            }
            // Keeps the channel open, so that receivers go on waiting.
            sender.closed().await;
        });
        Self(receiver)
    }

    /// Returns whether the program was interrupted.
    pub(super) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the program is interrupted.
    pub(super) async fn wait(&mut self) {
        if self.0.wait_for(|is_set| *is_set).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Returns the result of the work, unless an interrupt comes first. The work
    /// is then dropped, so it must only read.
    ///
    /// # Errors
    /// Returns an error after an interrupt.
    pub(super) async fn race<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<T, Interrupted> {
        tokio::select! {
            biased;
            () = self.wait() => Err(Interrupted),
            done = work => Ok(done),
        }
    }
}

/// Waits for a signal that ends the program. Returns false if signals cannot be
/// received.
async fn wait_for_signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut hangup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return tokio::signal::ctrl_c().await.is_ok();
    };
    tokio::select! {
        received = tokio::signal::ctrl_c() => received.is_ok(),
        _ = term.recv() => true,
        _ = hangup.recv() => true,
    }
}
