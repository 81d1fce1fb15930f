//! Questions at the terminal. They are printed on standard error, since standard
//! output is for results.

use std::io::{self, IsTerminal as _};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::commands::exit::Interrupted;
use crate::commands::interrupts::Interrupts;
use crate::commands::output;

/// Returns whether there is a terminal to ask on.
pub(super) fn can_prompt() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Discards input that was typed before the question.
pub(super) fn discard_typed_ahead() {
    // Fails only if standard input is not a terminal; its text is then the answer.
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
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
        let read = io::stdin().read_line(&mut line);
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
