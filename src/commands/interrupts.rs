//! Runs a command's work, and hears ctrl-c while it runs.

use std::future::Future;

use tokio::sync::watch;

use crate::commands::output::Exit;

/// Tells whether somebody has asked the program to end.
#[derive(Clone)]
pub(super) struct Interrupts(watch::Receiver<bool>);

/// Runs the work on this thread. Commands wait for the network far more than
/// they compute, so that one thread does.
pub(super) fn block_on(work: impl AsyncFnOnce(Interrupts) -> Exit) -> Exit {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Exit::failed(&format!("keyflip can't start: {error}.")),
    };
    let exit = runtime.block_on(async { work(Interrupts::listen()).await });
    runtime.shutdown_background();
    exit
}

impl Interrupts {
    fn listen() -> Self {
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            if wait_for_signal().await {
                tell.send_replace(true);
            }
            // Kept open: a closed channel would read as an interrupt.
            tell.closed().await;
        });
        Self(told)
    }

    /// Whether it was asked.
    pub(super) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is asked.
    pub(super) async fn wait(&mut self) {
        if self.0.wait_for(|came| *came).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The work's result, unless an interrupt comes first: work that only
    /// reads can be dropped at any time.
    ///
    /// # Errors
    /// It was interrupted.
    pub(super) async fn race<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Exit> {
        tokio::select! {
            biased;
            () = self.wait() => Err(Exit::Interrupted),
            done = work => Ok(done),
        }
    }
}

/// Waits for ctrl-c and its like; false where they can't be heard.
async fn wait_for_signal() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut term), Ok(mut hangup)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return tokio::signal::ctrl_c().await.is_ok();
        };
        tokio::select! {
            heard = tokio::signal::ctrl_c() => heard.is_ok(),
            _ = term.recv() => true,
            _ = hangup.recv() => true,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.is_ok()
}
