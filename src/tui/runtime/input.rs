//! The terminal's input.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;

use crossterm::event::{Event, EventStream};
use futures_util::{Stream as _, StreamExt as _};
use rustix::stdio::dup2_stdin;

/// The terminal's input, event by event.
pub(crate) struct Input {
    events: Option<EventStream>,
    /// The input has ended: the terminal has gone.
    ended: bool,
}

impl Input {
    /// Begins to listen.
    pub(crate) fn new() -> Self {
        Self { events: Some(EventStream::new()), ended: false }
    }

    /// Stops to listen: what is typed from now on is somebody else's.
    pub(crate) fn close(&mut self) {
        self.events = None;
    }

    /// The next event; `None` once the input has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        let events = self.events.as_mut().filter(|_| !self.ended)?;
        let event = events.next().await.and_then(Result::ok);
        self.ended = event.is_none();
        event
    }

    /// Stops listening to a terminal that has gone. crossterm's own thread
    /// would go on reading it, at full speed, since the end of input is no
    /// end to it; it gets a pipe to read instead that stays silent.
    pub(crate) fn forget_terminal() {
        if let Ok((silent, end)) = io::pipe()
            && dup2_stdin(silent).is_ok()
        {
            // Closed, it would be one more end of input.
            std::mem::forget(end);
        }
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
