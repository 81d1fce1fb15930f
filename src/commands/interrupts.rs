//! Runs the work of a command, and handles ctrl-c, SIGTERM and SIGHUP.
//!
//! The handlers of tokio are those of the whole process and stay until its end, so their requests
//! are counted once, on a thread of their own, and for as long as the process runs. Work that waits
//! is notified. Work that blocks, or does not check, is ended.

use std::future::Future;
use std::io;
use std::process;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::aws;
use crate::commands::error::CommandError;
use crate::commands::exit::{Exit, Interrupted};

/// Longest wait for tokens that are being refreshed when a command ends.
const REFRESH_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The number of the request that ends the process whatever it does.
const FINAL_REQUEST: u32 = 3;

/// The requests to end the process so far, once they are counted.
static REQUESTS: OnceLock<watch::Sender<u32>> = OnceLock::new();

/// What the process does at the moment.
static STATE: Mutex<ProcessState> =
    Mutex::new(ProcessState { listener: None, writes: 0, changes: 0 });

/// What the process does at the moment, which decides what a request to end does.
#[derive(Clone, Copy, Debug, Default)]
struct ProcessState {
    /// Who receives the requests.
    listener: Option<Listener>,
    /// Number of writes to standard output and standard error, which may block.
    writes: usize,
    /// Number of changes with an intent in the journal and no outcome yet.
    changes: usize,
}

/// Who handles requests to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listener {
    /// The work of a command, which has [`Interrupts`].
    Work,
    /// The screen, which restores the terminal.
    Screen,
    /// Nobody: the screen has ended, maybe by this request, and the process ends with its exit
    /// code.
    AfterScreen,
}

impl ProcessState {
    /// Returns whether the process ends at once at a request, the first of which is 1.
    fn ends_at(self, request: u32) -> bool {
        match self.listener {
            None => true,
            Some(Listener::Screen) => false,
            Some(Listener::AfterScreen) => self.writes > 0,
            Some(Listener::Work) => {
                let is_blocked = self.writes > 0 && (self.changes == 0 || request > 1);
                request >= FINAL_REQUEST || is_blocked
            }
        }
    }
}

/// Undoes a change of [`STATE`] when it is dropped.
#[must_use]
pub(super) struct ProcessGuard(fn(&mut ProcessState));

impl ProcessGuard {
    fn begin(begin: fn(&mut ProcessState), end: fn(&mut ProcessState)) -> Self {
        begin(&mut state());
        Self(end)
    }

    /// The work of a command runs.
    fn work() -> Self {
        let begin = |state: &mut ProcessState| state.listener = Some(Listener::Work);
        Self::begin(begin, |state| state.listener = None)
    }

    /// The screen runs.
    pub(super) fn screen() -> Self {
        let begin = |state: &mut ProcessState| state.listener = Some(Listener::Screen);
        Self::begin(begin, |state| state.listener = Some(Listener::AfterScreen))
    }

    /// A text is written to standard output or standard error.
    pub(super) fn write() -> Self {
        Self::begin(|state| state.writes += 1, |state| state.writes -= 1)
    }

    /// The intent of a change is in the journal, and its outcome is not.
    pub(super) fn change() -> Self {
        Self::begin(|state| state.changes += 1, |state| state.changes -= 1)
    }
}

impl Drop for ProcessGuard {
    fn drop(&mut self) {
        self.0(&mut state());
    }
}

fn state() -> MutexGuard<'static, ProcessState> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Receives the requests to end the process: their number.
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
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CommandError::Runtime)?;
    let result = block_on_in(&runtime, async |interrupts| {
        let result = work(interrupts).await;
        finish_token_refreshes().await;
        result
    });
    runtime.shutdown_background();
    result
}

/// Runs the work on a runtime.
///
/// # Errors
/// Returns the error of the work, or why signals cannot be received.
pub(super) fn block_on_in<T>(
    runtime: &Runtime,
    work: impl AsyncFnOnce(Interrupts) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let interrupts = Interrupts::of_process().map_err(CommandError::Runtime)?;
    let _work = ProcessGuard::work();
    runtime.block_on(work(interrupts))
}

/// Waits up to 2 seconds until tokens that are being refreshed are saved. Their refresh tokens are
/// used up, so the user would have to sign in again.
pub(super) async fn finish_token_refreshes() {
    let _ = timeout(REFRESH_SHUTDOWN_TIMEOUT, aws::wait_for_token_refreshes()).await;
}

impl Interrupts {
    /// Returns the requests of the process, and starts to count them the first time.
    ///
    /// # Errors
    /// Returns an error if signals cannot be received.
    pub(super) fn of_process() -> io::Result<Self> {
        if let Some(requests) = REQUESTS.get() {
            return Ok(Self(requests.subscribe()));
        }
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let signals = {
            let _entered = runtime.enter();
            EndSignals::receive()?
        };
        let requests = REQUESTS.get_or_init(watch::Sender::default);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(count_requests(signals, requests)))?;
        Ok(Self(requests.subscribe()))
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

    async fn wait_for(&mut self, requests: u32) {
        // The sender is never dropped.
        let _ = self.0.wait_for(|number| *number >= requests).await;
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

/// The signals that ask the process to end.
struct EndSignals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl EndSignals {
    /// Receives them from now on. Needs a runtime.
    fn receive() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

/// Counts the requests to end, and ends the process where nothing else would.
async fn count_requests(mut signals: EndSignals, requests: &watch::Sender<u32>) {
    loop {
        signals.next().await;
        let request = *requests.borrow() + 1;
        // Held to the end, so that no change begins meanwhile.
        let state = state();
        if state.ends_at(request) {
            process::exit(i32::from(Exit::Interrupted.code()));
        }
        drop(state);
        requests.send_replace(request);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_the_process_unless_it_is_heard() {
        let work =
            |writes, changes| ProcessState { listener: Some(Listener::Work), writes, changes };
        let ends = |state: ProcessState| [1, 2, 3].map(|request| state.ends_at(request));
        assert_eq!(ends(ProcessState::default()), [true; 3], "nobody listens");
        assert_eq!(ends(work(0, 0)), [false, false, true], "the work is told twice");
        assert_eq!(ends(work(1, 0)), [true; 3], "a write may block");
        assert_eq!(ends(work(0, 1)), [false, false, true], "a change gets time to end");
        assert_eq!(ends(work(1, 1)), [false, true, true], "unless a write blocks it");
        let screen = ProcessState { listener: Some(Listener::Screen), writes: 1, changes: 0 };
        assert_eq!(ends(screen), [false; 3], "the screen restores the terminal");
        let after =
            |writes| ProcessState { listener: Some(Listener::AfterScreen), writes, changes: 0 };
        assert_eq!(ends(after(0)), [false; 3], "a closed terminal also sends a signal");
        assert_eq!(ends(after(1)), [true; 3], "a write may block");
    }
}
