//! Questions at the terminal. They are printed on standard error, since standard output is for
//! results. The answer is read from standard input, or from the controlling terminal if standard
//! input has something else, such as key IDs.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _};
use std::os::fd::AsFd as _;

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::commands::exit::Interrupted;
use crate::commands::interrupts::Interrupts;
use crate::commands::output;

/// The controlling terminal of the process.
const CONTROLLING_TERMINAL: &str = "/dev/tty";

/// Returns whether there is a terminal to ask on.
pub(super) fn can_prompt() -> bool {
    io::stderr().is_terminal() && open_terminal().is_ok()
}

/// Opens the terminal that answers are read from.
///
/// # Errors
/// Returns an error if standard input is no terminal, and the process has none.
fn open_terminal() -> io::Result<File> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return stdin.as_fd().try_clone_to_owned().map(File::from);
    }
    File::open(CONTROLLING_TERMINAL)
}

/// Discards input that was typed before the question.
pub(super) fn discard_typed_ahead() {
    // Without a terminal there is no answer either.
    if let Ok(terminal) = open_terminal() {
        let _ = rustix::termios::tcflush(terminal, rustix::termios::QueueSelector::IFlush);
    }
}

/// Asks a question, and returns one line without surrounding spaces, or `None`
/// at the end of input. The line is zeroed on drop, since it may be a secret.
///
/// # Errors
/// Returns an error after an interrupt.
pub(super) async fn read_line(
    question: &str,
    interrupts: &mut Interrupts,
) -> Result<Option<Zeroizing<String>>, Interrupted> {
    output::eprint_raw(question);
    let (sender, receiver) = oneshot::channel();
    // A thread of its own that is not joined: with a blocking thread of the
    // runtime, the program could not end until a line is typed.
    std::thread::spawn(move || {
        let mut line = Zeroizing::new(String::new());
        // The terminal returns one line at a time, so the buffer takes no later one.
        let read = open_terminal().and_then(|it| BufReader::new(it).read_line(&mut line));
        let typed = matches!(read, Ok(1..)).then(|| Zeroizing::new(line.trim().to_owned()));
        // Fails only at the end of the program.
        let _ = sender.send(typed);
    });
    match interrupts.race(receiver).await {
        Ok(typed) => Ok(typed.unwrap_or_default()),
        Err(interrupted) => {
            output::eprint_raw("\n");
            Err(interrupted)
        }
    }
}
