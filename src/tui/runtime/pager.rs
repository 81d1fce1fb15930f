//! The user's pager for long text. While it runs, nothing else reads from or
//! writes to the terminal.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::tui::message::Signal;
use crate::tui::messages::popups as messages;
use crate::tui::runtime::signals::{self, Signals};

/// The result of a pager.
pub(crate) enum PagerResult {
    /// The user closed it.
    Done,
    /// It could not run: a sentence for the user.
    Failed(String),
    /// A signal arrived that the event loop must handle.
    Signal(Signal),
}

/// Time that a pager has to restore the terminal after it was asked to end.
const PAGER_EXIT_TIMEOUT: Duration = Duration::from_secs(1);

/// Shows the text in the pager of `PAGER`, by default `less`, until that ends.
pub(crate) async fn show(text: &str, signals: &mut Signals) -> PagerResult {
    let pager = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let pager = pager.as_deref().unwrap_or("less");
    // PAGER is a shell command line. A plain one replaces the shell, so that
    // signals reach the pager itself.
    let is_plain = pager.chars().all(|c| c.is_ascii_alphanumeric() || " -_./+,:@%".contains(c));
    let line = if is_plain { format!("exec {pager}") } else { pager.to_owned() };
    let child = Command::new("/bin/sh")
        .args(["-c", &line])
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            return PagerResult::Failed(messages::pager_not_started(pager, &error));
        }
    };
    let (pipe, id) = (child.stdin.take(), child.id());
    let feed = async {
        if let Some(mut pipe) = pipe {
            // The pager may end before it has read all.
            let _ = pipe.write_all(text.as_bytes()).await;
        }
    };
    let end = async { tokio::join!(feed, child.wait()).1 };
    tokio::pin!(end);
    loop {
        tokio::select! {
            ended = &mut end => return match ended {
                Ok(status) if is_not_runnable(status) => {
                    PagerResult::Failed(messages::pager_not_run(pager))
                }
                _ => PagerResult::Done,
            },
            signal = signals.next_beside_child() => match signal {
                // The terminal stops the pager too, so that the shell gets the
                // terminal. Without a shell nothing was stopped.
                Signal::Stop if signals::has_shell() => signals::stop_this_process(),
                Signal::Stop | Signal::Continue => {}
                other => {
                    if let Some(id) = id {
                        signals::ask_to_end(id);
                    }
                    let _ = timeout(PAGER_EXIT_TIMEOUT, &mut end).await;
                    return PagerResult::Signal(other);
                }
            },
        }
    }
}

/// Returns true for the exit codes of a shell that cannot run a command:
/// 127, not found, and 126, not executable.
fn is_not_runnable(status: ExitStatus) -> bool {
    matches!(status.code(), Some(126 | 127))
}
