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

/// Receives the requests to end the program: their number.
#[derive(Clone)]
pub(super) struct Interrupts(watch::Receiver<u32>);

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
        let (sender, receiver) = watch::channel(0);
        tokio::spawn(async move {
            count_signals(&sender).await;
            // Keeps the channel open, so that receivers go on waiting.
            sender.closed().await;
        });
        Self(receiver)
    }

    /// Returns whether the program was interrupted.
    pub(super) fn is_set(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Waits until the program is interrupted.
    pub(super) async fn wait(&mut self) {
        self.wait_for(1).await;
    }

    /// Waits until the program is interrupted for the second time.
    pub(super) async fn wait_again(&mut self) {
        self.wait_for(2).await;
    }

    async fn wait_for(&mut self, signals: u32) {
        if self.0.wait_for(|number| *number >= signals).await.is_err() {
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

/// Counts the signals that end the program. Returns if they cannot be received.
async fn count_signals(number: &watch::Sender<u32>) {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let [Ok(mut interrupt), Ok(mut term), Ok(mut hangup)] = kinds.map(signal) else { return };
    loop {
        let received = tokio::select! {
            received = interrupt.recv() => received,
            received = term.recv() => received,
            received = hangup.recv() => received,
        };
        if received.is_none() {
            return;
        }
        number.send_modify(|number| *number += 1);
    }
}
