//! The operating system's signals.

use std::io;

use rustix::process::{
    Pid, Signal as Unix, getpgrp, getpid, getsid, kill_current_process_group, kill_process,
};
use rustix::termios::tcgetpgrp;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use crate::tui::app::Signal;

/// The signals that the screen acts on.
pub(crate) struct Signals {
    terminate: Stream,
    interrupt: Stream,
    hang_up: Stream,
    stop: Stream,
    go_on: Stream,
    /// To set the terminal's modes from the background would stop the program,
    /// also one that is about to end; while this is listened to, it fails.
    _background: Stream,
    /// One that came to somebody who can't act on it.
    put_back: Option<Signal>,
}

impl Signals {
    /// Begins to listen; until then each signal does what it does by default.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(Unix::TSTP.as_raw()))?,
            go_on: signal(SignalKind::from_raw(Unix::CONT.as_raw()))?,
            _background: signal(SignalKind::from_raw(Unix::TTOU.as_raw()))?,
            put_back: None,
        })
    }

    /// The next signal.
    pub(crate) async fn next(&mut self) -> Signal {
        if let Some(signal) = self.put_back.take() {
            return signal;
        }
        tokio::select! {
            _ = self.hang_up.recv() => Signal::Gone,
            _ = self.terminate.recv() => Signal::End,
            _ = self.interrupt.recv() => Signal::End,
            _ = self.stop.recv() => Signal::Stop,
            _ = self.go_on.recv() => Signal::Continue,
        }
    }

    /// Makes this signal the next one.
    pub(crate) fn put_back(&mut self, signal: Signal) {
        self.put_back = Some(signal);
    }

    /// The next signal while a child program has the terminal. An interrupt is
    /// the child's: its ctrl-c reaches the whole group.
    pub(crate) async fn next_beside_child(&mut self) -> Signal {
        loop {
            tokio::select! {
                _ = self.hang_up.recv() => return Signal::Gone,
                _ = self.terminate.recv() => return Signal::End,
                _ = self.interrupt.recv() => {}
                _ = self.stop.recv() => return Signal::Stop,
                _ = self.go_on.recv() => return Signal::Continue,
            }
        }
    }
}

/// Whether a shell with job control has started this program, which can wake
/// it up again: it has a process group of its own then, in the shell's
/// session. Without one (`xterm -e`, `ssh host keyflip`), a stopped program
/// would stay stopped, and its terminal with it.
pub(crate) fn has_shell() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Whether the terminal is this program's now, and not the shell's.
pub(crate) fn in_foreground() -> bool {
    tcgetpgrp(io::stdin()).map_or(true, |group| group == getpgrp())
}

/// Asks a child to end.
pub(crate) fn ask_to_end(child: u32) {
    if let Some(child) = i32::try_from(child).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process(child, Unix::TERM);
    }
}

/// Stops this process alone, where the terminal stops the others of its group
/// by itself: each is to put the terminal in order first. Comes back when the
/// shell lets them go on.
pub(crate) fn stop_this_process() {
    let _ = kill_process(getpid(), Unix::STOP);
}

/// Stops this process and those it was started with (a `cargo run` around
/// it), as the shell's own ctrl-z does. Comes back when the shell lets them
/// go on.
pub(crate) fn stop_this_group() {
    // The terminal has been given back, so it does no harm if this fails.
    let _ = kill_current_process_group(Unix::STOP);
}
