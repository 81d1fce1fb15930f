//! Sending a text to the clipboard of the person in front of the terminal,
//! however many machines away. Nobody answers, so nobody knows whether it got
//! there.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Sends the text on every way there is: by OSC 52 to the terminal and, inside
/// tmux, which drops that in its default settings, by tmux's own command.
///
/// # Errors
/// Where the terminal can't be written to.
pub(crate) fn copy(text: &str, out: &mut impl Write) -> io::Result<()> {
    if std::env::var_os("TMUX").is_some() {
        tokio::spawn(send_via_tmux(text.to_owned()));
    }
    out.write_all(osc52_sequence(text, std::env::var_os("STY").as_deref()).as_bytes())?;
    out.flush()
}

/// The control sequence, passed on through GNU screen where that is around.
fn osc52_sequence(text: &str, screen: Option<&OsStr>) -> String {
    let sequence = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    if screen.is_some() { format!("\x1bP{sequence}\x1b\\") } else { sequence }
}

/// `-w`, since tmux 3.2, hands the text on to the terminal around. An older
/// one refuses, and then nothing can be done.
async fn send_via_tmux(text: String) {
    let tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let Ok(mut tmux) = tmux else { return };
    if let Some(mut pipe) = tmux.stdin.take() {
        let _ = pipe.write_all(text.as_bytes()).await;
    }
    let _ = tmux.wait().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_travels_in_base64_and_through_screen() {
        assert_eq!(osc52_sequence("AKIA", None), "\x1b]52;c;QUtJQQ==\x07");
        assert_eq!(
            osc52_sequence("AKIA", Some(OsStr::new("1.pts"))),
            "\x1bP\x1b]52;c;QUtJQQ==\x07\x1b\\"
        );
    }
}
