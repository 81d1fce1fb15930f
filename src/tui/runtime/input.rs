//! The terminal's input.

use crossterm::event::{Event, EventStream};
use futures_util::{FutureExt as _, StreamExt as _};

/// The terminal's input, event by event.
pub(crate) struct Input {
    events: EventStream,
    /// The input has ended: the terminal has gone.
    ended: bool,
}

impl Input {
    /// Begins to listen.
    pub(crate) fn new() -> Self {
        Self { events: EventStream::new(), ended: false }
    }

    /// The next event; `None` once the input has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return std::future::pending().await;
        }
        let event = self.events.next().await.and_then(Result::ok);
        self.ended = event.is_none();
        event
    }

    /// An event that is ready now.
    pub(crate) fn ready(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        self.events.next().now_or_never().flatten().and_then(Result::ok)
    }
}
