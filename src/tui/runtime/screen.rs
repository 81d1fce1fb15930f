//! The settings of a screen, and how it ended.

use std::io;

use thiserror::Error;

use crate::changes::Journal;
use crate::session_factory::SessionFactory;
use crate::tui::context::ScreenOptions;
use crate::tui::render::Theme;
use crate::tui::runtime::terminal::NoTerminal;

/// The settings of a screen.
pub(crate) struct ScreenSetup {
    /// Opens sessions.
    pub session_factory: SessionFactory,
    /// The journal of changes.
    pub journal: Journal,
    /// The journal in memory, for changes that the user sends although the
    /// journal cannot be written.
    pub unjournaled: Journal,
    /// The options of the run.
    pub options: ScreenOptions,
    /// The theme.
    pub theme: Theme,
    /// Whether to handle mouse clicks and the wheel.
    pub mouse: bool,
    /// Whether to wrap frames in synchronized-update sequences.
    pub synchronized: bool,
}

/// The reason why the screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// The user quit.
    Quit,
    /// A signal ended it.
    Signalled,
    /// The terminal was closed: nothing can be printed.
    TerminalClosed,
}

/// The result of a screen.
#[derive(Debug)]
pub(crate) struct ScreenEnd {
    /// The reason.
    pub end: EndReason,
    /// Confirmed changes that were not sent, one line each.
    pub unsent: Vec<String>,
    /// Sent changes whose outcome is unknown, one line each.
    pub sent: Vec<String>,
    /// The results of changes that finished while quitting, one sentence each.
    pub messages: Vec<String>,
}

/// The reason why the screen could not start.
#[derive(Debug, Error)]
pub(crate) enum ScreenError {
    /// There is no usable terminal.
    #[error(transparent)]
    NoTerminal(#[from] NoTerminal),
    /// Reading from or writing to the terminal failed.
    #[error("Could not use the terminal: {0}.")]
    Io(#[from] io::Error),
}
