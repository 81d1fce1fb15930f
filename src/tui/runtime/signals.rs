//! Unix signals.

use std::io;

use rustix::process::{
    Pid, Signal as Unix, getpgrp, getpid, getsid, kill_current_process_group, kill_process,
};
use rustix::termios::tcgetpgrp;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use crate::tui::message::Signal;

/// The signals that the screen handles.
pub(crate) struct Signals {
    terminate: Stream,
    interrupt: Stream,
    hang_up: Stream,
    stop: Stream,
    resume: Stream,
    /// SIGTTOU. Setting the terminal's modes from the background would stop the
    /// program; with a handler, it fails instead.
    _background: Stream,
    /// A signal to return again, because its receiver could not handle it.
    pushed_back: Option<Signal>,
}

impl Signals {
    /// Installs the handlers.
    ///
    /// # Errors
    /// Returns an error if a handler cannot be installed.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            stop: signal(SignalKind::from_raw(Unix::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(Unix::CONT.as_raw()))?,
            _background: signal(SignalKind::from_raw(Unix::TTOU.as_raw()))?,
            pushed_back: None,
        })
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) -> Signal {
        if let Some(signal) = self.pushed_back.take() {
            return signal;
        }
        tokio::select! {
            _ = self.hang_up.recv() => Signal::HangUp,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.interrupt.recv() => Signal::Terminate,
            _ = self.stop.recv() => Signal::Stop,
            _ = self.resume.recv() => Signal::Continue,
        }
    }

    /// Makes this signal the next one to be returned.
    pub(crate) fn push_back(&mut self, signal: Signal) {
        self.pushed_back = Some(signal);
    }

    /// Waits for the next signal while a child has the terminal. Ignores
    /// interrupts: ctrl-c reaches the whole process group and is meant for the
    /// child.
    pub(crate) async fn next_beside_child(&mut self) -> Signal {
        loop {
            tokio::select! {
                _ = self.hang_up.recv() => return Signal::HangUp,
                _ = self.terminate.recv() => return Signal::Terminate,
                _ = self.interrupt.recv() => {}
                _ = self.stop.recv() => return Signal::Stop,
                _ = self.resume.recv() => return Signal::Continue,
            }
        }
    }
}

/// Returns whether a shell with job control started this program and can resume
/// it: it then has its own process group in the shell's session. Without one
/// (`xterm -e`, `ssh host keyflip`) a stopped program would stay stopped.
pub(crate) fn has_shell() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Returns whether this program is in the foreground process group.
pub(crate) fn in_foreground() -> bool {
    tcgetpgrp(io::stdin()).map_or(true, |group| group == getpgrp())
}

/// Sends SIGTERM to a child.
pub(crate) fn ask_to_end(child: u32) {
    if let Some(child) = i32::try_from(child).ok().and_then(Pid::from_raw) {
        // The child may have ended already.
        let _ = kill_process(child, Unix::TERM);
    }
}

/// Stops this process only; the terminal stops the others of its group, so that
/// each can restore the terminal first. Returns when the shell resumes it.
pub(crate) fn stop_this_process() {
    let _ = kill_process(getpid(), Unix::STOP);
}

/// Stops the process group, which can include a `cargo run`, as ctrl-z does.
/// Returns when the shell resumes it.
pub(crate) fn stop_this_group() {
    // The terminal has been restored, so a failure does no harm.
    let _ = kill_current_process_group(Unix::STOP);
}
