//! Questions to a person at a terminal. They go to standard error, so that
//! standard output holds results alone.

use std::io::{self, IsTerminal as _};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::commands::interrupts::Interrupts;
use crate::commands::output;
use crate::commands::output::Exit;

/// Whether there is somebody to ask.
pub(super) fn can_prompt() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Drops what was typed before there was a question: it answers none.
pub(super) fn discard_typed_ahead() {
    // Where this fails it is no terminal, and its text is the answer.
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

/// Asks, and waits for one line, which may be a secret; what stands around it
/// is left out. `None` where the input has ended.
///
/// # Errors
/// It was interrupted.
pub(super) async fn read_line(
    question: &str,
    interrupts: &mut Interrupts,
) -> Result<Option<Zeroizing<String>>, Exit> {
    output::eprint_raw(question);
    let (tell, told) = oneshot::channel();
    // A thread of its own, which nobody waits for at the end: one of the
    // runtime's would hold the program up until a line is typed.
    std::thread::spawn(move || {
        let mut line = Zeroizing::new(String::new());
        let read = io::stdin().read_line(&mut line);
        let typed = matches!(read, Ok(1..)).then(|| Zeroizing::new(line.trim().to_owned()));
        // Nobody listens any more only where the program ends.
        let _ = tell.send(typed);
    });
    match interrupts.race(told).await {
        Ok(typed) => Ok(typed.unwrap_or_default()),
        Err(exit) => {
            output::eprint_raw("\n");
            Err(exit)
        }
    }
}
