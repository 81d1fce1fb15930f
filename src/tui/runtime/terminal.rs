//! Taking the terminal over, and giving it back as it was: at the end, after
//! an error, and while unwinding from a panic.

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

use crate::tui::runtime::blocking_stdout;

/// Why there is no terminal to draw on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTerminal {
    /// Standard input or output is none.
    NotOne,
    /// TERM says that it can do nothing.
    Dumb,
}

impl std::fmt::Display for NoTerminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotOne => {
                "The screen needs a terminal, but standard input or output is none. The commands work without one: \
                 see keyflip --help."
            }
            Self::Dumb => {
                "The screen needs a terminal that can move its cursor, but TERM says “dumb”. Set TERM to what the \
                 terminal is, or use the commands: see keyflip --help."
            }
        })
    }
}

/// Checks that there is a terminal to draw on.
///
/// # Errors
/// What is missing.
pub(crate) fn check() -> Result<(), NoTerminal> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(NoTerminal::NotOne);
    }
    match std::env::var("TERM") {
        Ok(term) if term == "dumb" => Err(NoTerminal::Dumb),
        _ => Ok(()),
    }
}

/// The terminal's modes, to set them back after another program has had it.
pub(crate) fn terminal_modes() -> Option<Termios> {
    tcgetattr(io::stdin()).ok()
}

/// Sets the modes back. There is nothing to be done where that fails.
pub(crate) fn restore_modes(modes: &Termios) {
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, modes);
}

/// Whether the terminal is taken over now.
static TERMINAL_TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is taken, too.
static MOUSE_TAKEN: AtomicBool = AtomicBool::new(false);

/// Clicks and the wheel, in SGR form for any column; not the pointer's every
/// move, as crossterm asks for.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// The thread that draws. A panic of any other leaves the screen alone.
static DRAWING_THREAD: OnceLock<ThreadId> = OnceLock::new();

/// Holds the terminal; gives it back when dropped.
#[derive(Debug)]
pub(crate) struct TerminalGuard {
    mouse: bool,
}

impl TerminalGuard {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// What the terminal answered; it is as it was then.
    pub(crate) fn enter(mouse: bool) -> io::Result<Self> {
        let _ = DRAWING_THREAD.set(std::thread::current().id());
        let guard = Self { mouse };
        guard.take()?;
        Ok(guard)
    }

    /// Takes the terminal over, also after it was given back or was left in
    /// another mode by a shell.
    ///
    /// # Errors
    /// What the terminal answered.
    pub(crate) fn take(&self) -> io::Result<()> {
        TERMINAL_TAKEN.store(true, Ordering::SeqCst);
        // What was once set raw counts as raw to crossterm, whatever a shell
        // has made of it meanwhile, until it is set back.
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

    /// Gives the terminal back for a while.
    pub(crate) fn release() {
        restore();
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, once. Errors are of no use to anybody here: the
/// terminal may have gone.
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

/// Makes a panic of the drawing thread give the terminal back before its
/// message is printed, and a panic of any other thread print nothing, since
/// that would land in the middle of the screen; whoever waits for such a task
/// tells of it.
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
