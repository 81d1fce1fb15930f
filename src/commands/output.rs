//! Standard output, standard error and exit codes. All output, including
//! arguments and file names in it, has its control and invisible characters
//! escaped.

use std::io::{self, Write as _};

use serde_json::Value;

use crate::commands::error::CommandError;
use crate::model::{escape_hidden, escape_json, visible_lines};

/// The end of a command, with the exit codes of
/// [AWS CLI version 2](https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: success.
    Done,
    /// 1: partial; something was not found, or some of several operations
    /// failed.
    Partial,
    /// 130: interrupted.
    Interrupted,
    /// 252: invalid usage or parameter; nothing was sent.
    Usage,
    /// 253: no usable credentials.
    NoCredentials,
    /// 254: the service refused the call.
    Refused,
    /// 255: any other error.
    Failed,
}

impl Exit {
    /// Returns the exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Partial => 1,
            Self::Interrupted => 130,
            Self::Usage => 252,
            Self::NoCredentials => 253,
            Self::Refused => 254,
            Self::Failed => 255,
        }
    }
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

/// Combines the ends of several operations: their common end, or
/// [`Exit::Partial`] if they differ.
pub(crate) fn combine(ends: impl IntoIterator<Item = Exit>) -> Exit {
    ends.into_iter()
        .reduce(|all, one| if all == one { all } else { Exit::Partial })
        .unwrap_or(Exit::Done)
}

/// Prints a sentence on standard error, after the name of the program.
pub(crate) fn eprint_line(sentence: &str) {
    eprint_raw(&format!("keyflip: {sentence}\n"));
}

/// Prints a text on standard error as it is. Ignores errors, since there is no
/// place to report them.
pub(crate) fn eprint_raw(text: &str) {
    let _ = io::stderr().lock().write_all(visible_lines(text).as_bytes());
}

/// Replaces the current line of the terminal on standard error; an empty text
/// clears it.
pub(crate) fn overwrite_line(text: &str) {
    let _ = io::stderr().lock().write_all(format!("\r\x1b[K{}", escape_hidden(text)).as_bytes());
}
