//! A pager for long text. It gets the terminal whole: nothing else reads or
//! writes it meanwhile.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::tui::app::Signal;
use crate::tui::runtime::signals::{self, Signals};

/// How the pager ended.
pub(crate) enum PagerResult {
    /// The user left it.
    Done,
    /// It could not be run: a sentence.
    Failed(String),
    /// This signal came, and means this program: it is the loop's to take.
    Signal(Signal),
}

/// A pager that is asked to end may take so long to put the terminal in order.
const PAGER_EXIT_TIMEOUT: Duration = Duration::from_secs(1);

/// Shows the text in the user's pager until that ends.
pub(crate) async fn show(text: &str, signals: &mut Signals) -> PagerResult {
    let pager = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let pager = pager.as_deref().unwrap_or("less");
    // PAGER holds a command line, as every program that honours it has it. One
    // of plain words takes the shell's place, so that a signal reaches it.
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
            return PagerResult::Failed(format!(
                "The pager “{pager}” could not be started: {error}."
            ));
        }
    };
    let (pipe, id) = (child.stdin.take(), child.id());
    let feed = async {
        if let Some(mut pipe) = pipe {
            // A pager that ends early has read enough.
            let _ = pipe.write_all(text.as_bytes()).await;
        }
    };
    let end = async { tokio::join!(feed, child.wait()).1 };
    tokio::pin!(end);
    loop {
        tokio::select! {
            ended = &mut end => return match ended {
                Ok(status) if is_not_runnable(status) => {
                    PagerResult::Failed(format!("The pager “{pager}” could not be run: set PAGER to one that can."))
                }
                _ => PagerResult::Done,
            },
            signal = signals.next_beside_child() => match signal {
                // The terminal has stopped the pager, too, or is about to; the
                // shell is to have its turn. Without one nothing was stopped.
                Signal::Stop if signals::has_shell() => signals::stop_this_process(),
                Signal::Stop | Signal::Continue => {}
                other => {
                    id.into_iter().for_each(signals::ask_to_end);
                    let _ = timeout(PAGER_EXIT_TIMEOUT, &mut end).await;
                    return PagerResult::Signal(other);
                }
            },
        }
    }
}

/// What a shell answers for a command that is not there, or is no program.
fn is_not_runnable(status: ExitStatus) -> bool {
    matches!(status.code(), Some(126 | 127))
}
