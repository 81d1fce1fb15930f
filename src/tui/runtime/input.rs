//! The terminal's input.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Once, OnceLock};
use std::task::Poll;

use crossterm::event::{Event, EventStream};
use futures_util::{Stream as _, StreamExt as _};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::stdio::dup2_stdin;
use tokio::sync::Notify;

/// The terminal's input, event by event.
pub(crate) struct Input {
    events: Option<EventStream>,
    /// Told when the terminal hangs up.
    gone: Arc<Notify>,
    /// The input has ended: the terminal has gone.
    ended: bool,
}

impl Input {
    /// Begins to listen.
    pub(crate) fn new() -> Self {
        Self { events: Some(EventStream::new()), gone: watched_terminal(), ended: false }
    }

    /// Stops to listen: what is typed from now on is somebody else's.
    pub(crate) fn close(&mut self) {
        self.events = None;
    }

    /// The next event; `None` once the input has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        let events = self.events.as_mut().filter(|_| !self.ended)?;
        let event = tokio::select! {
            biased;
            () = self.gone.notified() => None,
            event = events.next() => event.and_then(Result::ok),
        };
        self.ended = event.is_none();
        event
    }

    /// Stops listening to a terminal that has gone. Whoever reads it for
    /// crossterm, a thread of its own or the loop itself, would go on reading
    /// at full speed and never come back, since the end of input is no end to
    /// it: it gets a pipe to read instead in which there is never anything.
    pub(crate) fn forget_terminal() {
        static FORGOTTEN: Once = Once::new();
        FORGOTTEN.call_once(|| {
            if let Ok((silent, end)) = io::pipe()
                && ioctl_fionbio(&silent, true).is_ok()
                && dup2_stdin(silent).is_ok()
            {
                // Closed, it would be one more end of input.
                std::mem::forget(end);
            }
        });
    }

    /// An event that is ready now. Asked with the task's own waker: the stream
    /// keeps the first waker it is given until it has used it.
    pub(crate) async fn ready(&mut self) -> Option<Event> {
        let events = self.events.as_mut().filter(|_| !self.ended)?;
        let polled = poll_fn(|context| match Pin::new(&mut *events).poll_next(context) {
            Poll::Ready(event) => Poll::Ready(Some(event)),
            Poll::Pending => Poll::Ready(None),
        });
        match polled.await {
            Some(Some(Ok(event))) => Some(event),
            Some(_) => {
                self.ended = true;
                None
            }
            None => None,
        }
    }
}

/// What tells that the terminal has hung up. A thread of its own waits for
/// that: the loop may be caught in a read at that very moment, and a signal
/// need not come.
fn watched_terminal() -> Arc<Notify> {
    static GONE: OnceLock<Arc<Notify>> = OnceLock::new();
    let begin = || {
        let gone = Arc::new(Notify::new());
        let told = Arc::clone(&gone);
        let watch = move || {
            if has_hung_up() {
                Input::forget_terminal();
                told.notify_one();
            }
        };
        // Without the thread the signal is left, and the end of input.
        let _ = std::thread::Builder::new().name("hang-up".to_owned()).spawn(watch);
        gone
    };
    Arc::clone(GONE.get_or_init(begin))
}

/// Waits until the terminal hangs up; `false` where it can't be waited for.
fn has_hung_up() -> bool {
    let stdin = io::stdin();
    // No events are asked for: a hang-up is told unasked.
    let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
    loop {
        match poll(&mut watched, None) {
            Err(Errno::INTR) => {}
            Err(_) => return false,
            Ok(_) => return watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR),
        }
    }
}
