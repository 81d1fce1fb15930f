//! Enters the terminal's raw mode and alternate screen, and restores the terminal
//! on exit, after an error, and on a panic.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use thiserror::Error;

use crate::tui::runtime::blocking_stdout;

/// The reason why there is no usable terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NoTerminal {
    /// Standard input or output is not a terminal.
    #[error(
        "The screen needs a terminal, but standard input or output is not one. The commands work \
         without a terminal: see keyflip --help."
    )]
    NotOne,
    /// TERM is `dumb`.
    #[error(
        "The screen needs a terminal that can move its cursor, but TERM is “dumb”. Set TERM to \
         the type of your terminal, or use the commands: see keyflip --help."
    )]
    Dumb,
}

/// Checks that there is a usable terminal.
///
/// # Errors
/// Returns the reason if there is none.
pub(crate) fn check() -> Result<(), NoTerminal> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(NoTerminal::NotOne);
    }
    match std::env::var("TERM") {
        Ok(term) if term == "dumb" => Err(NoTerminal::Dumb),
        _ => Ok(()),
    }
}

/// Returns the terminal's modes, to restore them after another program.
pub(crate) fn terminal_modes() -> Option<Termios> {
    tcgetattr(io::stdin()).ok()
}

/// Restores the terminal's modes. Ignores errors.
pub(crate) fn restore_modes(modes: &Termios) {
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, modes);
}

/// True while the terminal is in raw mode on the alternate screen.
static TERMINAL_TAKEN: AtomicBool = AtomicBool::new(false);

/// True while mouse reports are on.
static MOUSE_TAKEN: AtomicBool = AtomicBool::new(false);

/// Turns on reports of clicks and the wheel, in SGR form for any column; unlike
/// crossterm's command, not of pointer moves.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// The thread that draws. A panic of another thread does not touch the screen.
static DRAWING_THREAD: OnceLock<ThreadId> = OnceLock::new();

/// Guard of the terminal; restores it when dropped.
#[derive(Debug)]
pub(crate) struct TerminalGuard {
    mouse: bool,
}

impl TerminalGuard {
    /// Enters raw mode and the alternate screen.
    ///
    /// # Errors
    /// Returns the error of the terminal, which is restored.
    pub(crate) fn enter(mouse: bool) -> io::Result<Self> {
        let _ = DRAWING_THREAD.set(std::thread::current().id());
        let guard = Self { mouse };
        guard.take()?;
        Ok(guard)
    }

    /// Enters raw mode and the alternate screen again, whatever mode another
    /// program has left.
    ///
    /// # Errors
    /// Returns the error of the terminal.
    pub(crate) fn take(&self) -> io::Result<()> {
        TERMINAL_TAKEN.store(true, Ordering::SeqCst);
        // crossterm assumes that raw mode stays on until it is turned off, even if
        // a shell has changed the modes.
        disable_raw_mode()?;
        enable_raw_mode()?;
        let mut out = blocking_stdout::stdout();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        MOUSE_TAKEN.store(self.mouse, Ordering::SeqCst);
        if self.mouse {
            queue!(out, Print(MOUSE_ON))?;
        }
        out.flush()
    }

    /// Restores the terminal for another program.
    pub(crate) fn release() {
        restore();
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// Restores the terminal, once. Ignores errors: the terminal may be closed.
fn restore() {
    if TERMINAL_TAKEN.swap(false, Ordering::SeqCst) {
        let mouse = if MOUSE_TAKEN.load(Ordering::SeqCst) { MOUSE_OFF } else { "" };
        let _ = execute!(
            blocking_stdout::stdout(),
            Print(mouse),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
        let _ = disable_raw_mode();
    }
}

/// Installs a panic hook: a panic of the drawing thread restores the terminal
/// before its message is printed. A panic of another thread prints nothing, as
/// that would disturb the screen; the task that waits for it reports the panic.
pub(crate) fn install_panic_hook() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let draws = DRAWING_THREAD.get() == Some(&std::thread::current().id());
        if draws {
            restore();
        }
        if draws || !TERMINAL_TAKEN.load(Ordering::SeqCst) {
            print(panic);
        }
    }));
}
