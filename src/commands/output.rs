//! Standard output and standard error. All output, including
//! arguments and file names in it, has its control and invisible characters
//! escaped.

use std::io::{self, Write as _};

use serde_json::Value;

use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::model::{escape_hidden, escape_json, visible_lines};

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

/// Prints a part of the output on standard output.
///
/// # Errors
/// Returns an error if the reader has closed the pipe, or the text could not be
/// written.
pub(super) fn write(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(visible_lines(text).as_bytes()).and_then(|()| out.flush()).map_err(|error| {
        match error.kind() {
            io::ErrorKind::BrokenPipe => CommandError::StdoutClosed,
            _ => CommandError::Stdout(error),
        }
    })
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

/// Prints the error of a command on standard error.
pub(super) fn eprint_error(error: &CommandError) {
    match error {
        CommandError::Interrupted | CommandError::StdoutClosed => {}
        CommandError::Usage(_) | CommandError::UpdateAccessKey(_) => {
            eprint_raw(&error.to_string());
        }
        _ => eprint_line(&error.to_string()),
    }
    if let CommandError::UndoRefused(_, Some(hint)) = error {
        eprint_line(hint);
    }
}

/// Prints a text on standard error as it is. Ignores errors, since there is no
/// place to report them.
pub(crate) fn eprint_raw(text: &str) {
    let _ = io::stderr().lock().write_all(visible_lines(text).as_bytes());
}

/// Prints lines on standard error, which is a terminal, in black on white.
pub(super) fn eprint_black_on_white(lines: &[String]) {
    let mut out = io::stderr().lock();
    for line in lines {
        let _ = out.write_all(format!("\x1b[30;107m{}\x1b[0m\n", escape_hidden(line)).as_bytes());
    }
}

/// Replaces the current line of the terminal on standard error; an empty text
/// clears it.
pub(crate) fn overwrite_line(text: &str) {
    let _ = io::stderr().lock().write_all(format!("\r\x1b[K{}", escape_hidden(text)).as_bytes());
}
