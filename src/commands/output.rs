//! Standard output and standard error. All output, including
//! arguments and file names in it, has its control and invisible characters
//! escaped.

use std::io::{self, IsTerminal, Write as _};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::termios::tcgetwinsize;
use serde_json::Value;

use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::interrupts::ProcessGuard;
use crate::model::{escape_hidden, escape_hidden_lines, escape_json, hide_secret_keys};

/// Whether status lines and progress are left out (`--quiet`).
static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Whether the terminal on standard error shows a line that is redrawn.
static LINE_IS_OPEN: AtomicBool = AtomicBool::new(false);

/// Leaves status lines and progress out from now on.
pub(super) fn set_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Returns whether status lines and progress are left out.
pub(super) fn is_quiet() -> bool {
    IS_QUIET.load(Ordering::Relaxed)
}

/// Returns whether progress is shown: standard error is a terminal, and `--quiet` is not given.
pub(super) fn shows_progress() -> bool {
    !is_quiet() && io::stderr().is_terminal()
}

/// Returns the width of the terminal that standard output is, in columns: `COLUMNS`, else as the
/// terminal says. `None` if standard output is no terminal, or its width is not known.
pub(super) fn terminal_columns() -> Option<usize> {
    stream_columns(&io::stdout())
}

/// The same for standard error.
pub(super) fn stderr_columns() -> Option<usize> {
    stream_columns(&io::stderr())
}

fn stream_columns(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    if !stream.is_terminal() {
        return None;
    }
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let size = || tcgetwinsize(stream).ok().map(|size| usize::from(size.ws_col));
    set.filter(|columns| *columns > 0).or_else(size).filter(|columns| *columns > 0)
}

/// Prints a text on standard output. A reader that closes the pipe (`| head`) is
/// no failure.
///
/// # Errors
/// Returns an error if the text could not be written.
pub(super) fn print(text: &str) -> Result<Exit, CommandError> {
    match write(text) {
        Ok(()) | Err(CommandError::StdoutClosed) => Ok(Exit::Done),
        Err(error) => Err(error),
    }
}

/// Prints a part of the output on standard output; nothing if it is empty.
///
/// # Errors
/// Returns an error if the reader has closed the pipe, or the text could not be
/// written.
pub(super) fn write(text: &str) -> Result<(), CommandError> {
    let _write = ProcessGuard::write();
    let mut out = io::stdout().lock();
    out.write_all(escape_hidden_lines(text).as_bytes()).and_then(|()| out.flush()).map_err(
        |error| match error.kind() {
            io::ErrorKind::BrokenPipe => CommandError::StdoutClosed,
            _ => CommandError::Stdout(error),
        },
    )
}

/// Returns a value as indented JSON, with a line feed at its end.
pub(crate) fn pretty_json(value: &Value) -> String {
    escape_json(&format!("{value:#}\n")).into_owned()
}

/// Returns a value as one line of JSON.
pub(crate) fn json_line(value: &Value) -> String {
    escape_json(&format!("{value}\n")).into_owned()
}

/// Prints a sentence on standard error, after the name of the program.
pub(crate) fn eprint_line(sentence: &str) {
    eprint_raw(&format!("keyflip: {sentence}\n"));
}

/// Prints a sentence on standard error like [`eprint_line`], unless `--quiet` is given. It says
/// what is being done or was done; [`eprint_line`] says what is wrong or incomplete.
pub(super) fn eprint_status(sentence: &str) {
    if !is_quiet() {
        eprint_line(sentence);
    }
}

/// Prints a summary on standard error, with `--quiet` only that of incomplete output.
pub(super) fn eprint_summary(sentence: &str, is_complete: bool) {
    if is_complete {
        eprint_status(sentence);
    } else {
        eprint_line(sentence);
    }
}

/// Prints the error of a command on standard error. It can quote any argument, and users paste
/// secret keys in the wrong place.
pub(super) fn eprint_error(error: &CommandError) {
    let text = error.to_string();
    let text = hide_secret_keys(&text);
    match error {
        CommandError::Interrupted | CommandError::StdoutClosed => {}
        CommandError::Usage(_) | CommandError::UpdateAccessKey(_) => eprint_raw(&text),
        _ => eprint_line(&text),
    }
    if let CommandError::UndoRefused(_, Some(hint)) = error {
        eprint_line(hint);
    }
}

/// Prints a text on standard error as it is. Ignores errors, since there is no
/// place to report them.
pub(crate) fn eprint_raw(text: &str) {
    // A line that is redrawn would stay in front of the text.
    if LINE_IS_OPEN.load(Ordering::Relaxed) {
        overwrite_line("");
    }
    write_to_stderr(&escape_hidden_lines(text));
}

/// Prints lines on standard error, which is a terminal, in black on white.
pub(super) fn eprint_black_on_white(lines: &[String]) {
    for line in lines {
        write_to_stderr(&format!("\x1b[30;107m{}\x1b[0m\n", escape_hidden(line)));
    }
}

/// Replaces the current line of the terminal on standard error; an empty text
/// clears it.
pub(crate) fn overwrite_line(text: &str) {
    LINE_IS_OPEN.store(!text.is_empty(), Ordering::Relaxed);
    write_to_stderr(&format!("\r\x1b[K{}", escape_hidden(text)));
}

/// Writes a text to standard error, and ignores errors.
fn write_to_stderr(text: &str) {
    let _write = ProcessGuard::write();
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
