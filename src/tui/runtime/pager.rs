//! A pager for long text. It gets the terminal whole: nothing else reads or
//! writes it meanwhile.

use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::tui::app::Signal;
use crate::tui::runtime::signals::{self, Signals};

/// How the pager ended.
pub(crate) enum Paged {
    /// The user left it.
    Done,
    /// It could not be run: a sentence.
    Failed(String),
    /// This signal came, and means this program: it is the loop's to take.
    Signal(Signal),
}

/// Shows the text in the user's pager until that ends.
pub(crate) async fn show(text: &str, signals: &mut Signals) -> Paged {
    let pager = std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let pager = pager.as_deref().unwrap_or("less");
    // PAGER holds a command line, as every program that honours it has it.
    let child = Command::new("/bin/sh").args(["-c", pager]).stdin(Stdio::piped()).kill_on_drop(true).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return Paged::Failed(format!("The pager “{pager}” could not be started: {error}.")),
    };
    let pipe = child.stdin.take();
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
                Ok(status) if could_not_run(status) => {
                    Paged::Failed(format!("The pager “{pager}” could not be run: set PAGER to one that can."))
                }
                _ => Paged::Done,
            },
            signal = signals.next_beside_child() => match signal {
                // The terminal has stopped the pager, too: the shell is to
                // have its turn. Without one the pager was not stopped either.
                Signal::Stop if signals::has_shell() => signals::stop_this_group(),
                Signal::Stop | Signal::Continue => {}
                other => return Paged::Signal(other),
            },
        }
    }
}

/// What a shell answers for a command that is not there, or is no program.
fn could_not_run(status: ExitStatus) -> bool {
    matches!(status.code(), Some(126 | 127))
}
