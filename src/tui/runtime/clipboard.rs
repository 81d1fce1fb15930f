//! Copies text to the clipboard of the user's terminal, also over SSH. There is
//! no reply, so a failure goes unnoticed.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Copies the text with OSC 52 and, inside tmux, which ignores OSC 52 by
/// default, with `tmux load-buffer`.
///
/// # Errors
/// Returns an error if the terminal cannot be written to.
pub(crate) fn copy(text: &str, out: &mut impl Write) -> io::Result<()> {
    if std::env::var_os("TMUX").is_some() {
        tokio::spawn(send_via_tmux(text.to_owned()));
    }
    out.write_all(osc52_sequence(text, std::env::var_os("STY").as_deref()).as_bytes())?;
    out.flush()
}

/// Returns the OSC 52 sequence, wrapped for GNU screen inside of that.
fn osc52_sequence(text: &str, screen: Option<&OsStr>) -> String {
    let sequence = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    if screen.is_some() { format!("\x1bP{sequence}\x1b\\") } else { sequence }
}

/// Copies the text with `tmux load-buffer -w`, which passes it on to the outer
/// terminal. tmux before 3.2 does not know `-w`.
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
    fn text_is_encoded_in_base64_and_wrapped_for_screen() {
        assert_eq!(osc52_sequence("AKIA", None), "\x1b]52;c;QUtJQQ==\x07");
        assert_eq!(
            osc52_sequence("AKIA", Some(OsStr::new("1.pts"))),
            "\x1bP\x1b]52;c;QUtJQQ==\x07\x1b\\"
        );
    }
}
