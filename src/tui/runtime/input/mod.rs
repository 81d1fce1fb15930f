//! The terminal's input: keys, pastes, clicks and new sizes.

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

use crate::tui::runtime::event_loop::sleep_until;
use parser::Parser;

/// Bytes that are read at once: as many as a terminal's line holds in Linux.
const READ_CHUNK_BYTES: usize = 4096;

/// The terminal's input, event by event. Nothing is read but while `next` or
/// `ready` is asked, so that no key is taken from a program that has the
/// terminal meanwhile.
pub(crate) struct TerminalInput {
    /// Standard input, which is a terminal; `None` once it has gone, and while
    /// it is somebody else's.
    terminal: Option<AsyncFd<Stdin>>,
    resized: Signal,
    parser: Parser,
}

impl TerminalInput {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn new() -> io::Result<Self> {
        let resized = signal(SignalKind::window_change())?;
        Ok(Self { terminal: Some(terminal()?), resized, parser: Parser::default() })
    }

    /// Stops to listen: what is typed from now on is somebody else's.
    pub(crate) fn close(&mut self) {
        self.terminal = None;
    }

    /// Listens again. What had begun before was cut.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn open(&mut self) -> io::Result<()> {
        self.parser = Parser::default();
        self.terminal = Some(terminal()?);
        Ok(())
    }

    /// The next event; `None` once the input has ended. What is read without
    /// one goes unnoticed.
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
                    // Else more has come while the program was held up.
                    if !taken {
                        self.parser.pass(Instant::now());
                    }
                }),
            };
            match taken {
                // However much comes that means nothing, others have their turn.
                Ok(true) => yield_now().await,
                Ok(false) => {}
                Err(_) => self.terminal = None,
            }
        }
    }

    /// An event that is ready now.
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

    /// Whether a paste was longer than what is kept of one, asked once.
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

/// Takes in what the terminal has now; tells whether there was anything.
fn take(parser: &mut Parser) -> io::Result<bool> {
    let mut chunk = [0; READ_CHUNK_BYTES];
    let count = read_ready(&mut chunk)?;
    parser.feed(&chunk[..count], Instant::now());
    Ok(count > 0)
}

/// Reads what is there, without waiting. The terminal is asked first, and not
/// set to refuse to wait: that would hold for everybody who has it open.
///
/// # Errors
/// The terminal has gone.
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
            // Somebody else was faster.
            Err(Errno::AGAIN) => Ok(0),
            Ok(0) if has_gone => Err(ErrorKind::UnexpectedEof.into()),
            // Nothing, or the ctrl-d of a line that somebody has set back to
            // whole lines.
            read => Ok(read?),
        };
    }
}
