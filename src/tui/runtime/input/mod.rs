//! The terminal's input: keys, pastes, clicks and resizes.

mod keys;
mod parser;
mod paste;
#[cfg(test)]
mod tests;
mod utf8_decoder;

use std::io::{self, ErrorKind, Stdin};

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::yield_now;
use tokio::time::Instant;

use crate::tui::runtime::clock::sleep_until;
use parser::Parser;

/// Maximum number of bytes per read: the size of a terminal's line buffer in Linux.
const READ_CHUNK_BYTES: usize = 4096;

/// The terminal's input as events. It reads only within [`Self::next`] and
/// [`Self::ready`], so that it takes no key from another program that has the
/// terminal.
pub(crate) struct TerminalInput {
    /// Standard input; `None` after it was closed, and while another program has
    /// the terminal.
    terminal: Option<AsyncFd<Stdin>>,
    resized: Signal,
    parser: Parser,
}

impl TerminalInput {
    /// Registers the terminal and the resize signal.
    ///
    /// # Errors
    /// Returns an error if registration fails.
    pub(crate) fn new() -> io::Result<Self> {
        let resized = signal(SignalKind::window_change())?;
        Ok(Self { terminal: Some(terminal()?), resized, parser: Parser::default() })
    }

    /// Stops reading: another program has the terminal.
    pub(crate) fn close(&mut self) {
        self.terminal = None;
    }

    /// Reads again, and forgets an incomplete sequence.
    ///
    /// # Errors
    /// Returns an error if registration fails.
    pub(crate) fn open(&mut self) -> io::Result<()> {
        self.parser = Parser::default();
        self.terminal = Some(terminal()?);
        Ok(())
    }

    /// Waits for the next event. Returns `None` after the input has ended.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parser.next() {
                return Some(event);
            }
            let terminal = self.terminal.as_ref()?;
            let taken = tokio::select! {
                biased;
                _ = self.resized.recv() => match crossterm::terminal::size() {
                    Ok((columns, rows)) => return Some(Event::Resize(columns, rows)),
                    Err(_) => continue,
                },
                ready = terminal.readable() => ready.and_then(|mut ready| {
                    let taken = take(&mut self.parser)?;
                    if !taken {
                        ready.clear_ready();
                    }
                    Ok(taken)
                }),
                () = sleep_until(self.parser.deadline()) => take(&mut self.parser).inspect(|taken| {
                    // Otherwise more arrived while the program was busy.
                    if !taken {
                        self.parser.on_timeout(Instant::now());
                    }
                }),
            };
            match taken {
                // Let other tasks run, also under a flood of unknown input.
                Ok(true) => yield_now().await,
                Ok(false) => {}
                Err(_) => self.terminal = None,
            }
        }
    }

    /// Returns an event that is ready now.
    pub(crate) fn ready(&mut self) -> Option<Event> {
        let event = self.parser.next();
        if event.is_some() || self.terminal.is_none() {
            return event;
        }
        if take(&mut self.parser).is_err() {
            self.terminal = None;
        }
        self.parser.next()
    }

    /// Returns true once after a paste was cut.
    pub(crate) fn paste_was_cut(&mut self) -> bool {
        self.parser.paste_was_cut()
    }
}

#[expect(
    deprecated,
    reason = "unsound where a descriptor may be closed early, as standard input is not; the other is unsafe"
)]
fn terminal() -> io::Result<AsyncFd<Stdin>> {
    AsyncFd::with_interest(io::stdin(), Interest::READABLE)
}

/// Reads what is ready. Returns whether there was anything.
fn take(parser: &mut Parser) -> io::Result<bool> {
    let mut chunk = [0; READ_CHUNK_BYTES];
    let count = read_ready(&mut chunk)?;
    parser.feed(&chunk[..count], Instant::now());
    Ok(count > 0)
}

/// Reads what is ready, without blocking. Polls first instead of setting
/// `O_NONBLOCK`, which would affect every process that has the terminal open.
///
/// # Errors
/// Returns an error if the terminal was closed.
fn read_ready(chunk: &mut [u8]) -> io::Result<usize> {
    let stdin = io::stdin();
    loop {
        let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
        let read = poll(&mut watched, Some(&Timespec::default())).and_then(|_| {
            match watched[0].revents() {
                events if events.contains(PollFlags::IN) => read(&stdin, &mut *chunk),
                _ => Ok(0),
            }
        });
        let has_gone =
            watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        return match read {
            Err(Errno::INTR) => continue,
            // Another process read it first.
            Err(Errno::AGAIN) => Ok(0),
            Ok(0) if has_gone => Err(ErrorKind::UnexpectedEof.into()),
            // Nothing, or ctrl-d in canonical mode, set by another process.
            read => Ok(read?),
        };
    }
}
