//! Standard output, standard error, and how a command ends. Whatever is
//! written here, words of the command line and file names among it, shows
//! the characters that would act on a terminal or hide there.

use std::io::{self, Write as _};

use serde_json::Value;

use crate::model::{escape_hidden, escape_json, visible_lines};

/// How a command ended, by the exit codes of AWS CLI version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: done, but not wholly: not found, partly covered, some of several
    /// failed.
    Partial,
    /// 130: interrupted.
    Interrupted,
    /// 252: bad usage or a bad parameter; nothing was sent.
    Usage,
    /// 253: no usable credentials.
    NoCredentials,
    /// 254: the service said no.
    Refused,
    /// 255: anything else.
    Failed,
}

impl Exit {
    /// The exit code.
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

    /// The end of that code; any unknown one is a failure.
    pub(crate) fn from_code(code: u8) -> Self {
        [
            Self::Done,
            Self::Partial,
            Self::Interrupted,
            Self::Usage,
            Self::NoCredentials,
            Self::Refused,
        ]
        .into_iter()
        .find(|exit| exit.code() == code)
        .unwrap_or(Self::Failed)
    }

    /// Says the text on standard error as it is, and ends by that code.
    pub(crate) fn refused(code: u8, text: &str) -> Self {
        eprint_raw(text);
        Self::from_code(code)
    }

    /// Says a sentence on standard error, and fails.
    pub(crate) fn failed(sentence: &str) -> Self {
        eprint_line(sentence);
        Self::Failed
    }
}

/// Prints on standard output. A reader who has gone (`| head`) is no failure
/// of the command.
pub(crate) fn print(text: &str) -> Exit {
    write(text).map_or_else(|exit| exit, |()| Exit::Done)
}

/// Prints a part of the output on standard output.
///
/// # Errors
/// How the command ends now, since nobody reads on or nothing can be written.
pub(crate) fn write(text: &str) -> Result<(), Exit> {
    let mut out = io::stdout().lock();
    out.write_all(visible_lines(text).as_bytes()).and_then(|()| out.flush()).map_err(|error| {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Exit::Done,
            _ => Exit::failed(&format!("Standard output could not be written: {error}.")),
        }
    })
}

/// The value as indented JSON, with its line end.
pub(crate) fn pretty_json(value: &Value) -> String {
    escape_json(&format!("{value:#}\n")).into_owned()
}

/// The value as one line of JSON.
pub(crate) fn json_line(value: &Value) -> String {
    escape_json(&format!("{value}\n")).into_owned()
}

/// How several parts end together: as all of them do, or else partly.
pub(crate) fn combine(ends: impl IntoIterator<Item = Exit>) -> Exit {
    ends.into_iter()
        .reduce(|all, one| if all == one { all } else { Exit::Partial })
        .unwrap_or(Exit::Done)
}

/// Says a sentence on standard error, with the program's name before it.
pub(crate) fn eprint_line(sentence: &str) {
    eprint_raw(&format!("keyflip: {sentence}\n"));
}

/// Writes on standard error without a name before it. There is nobody to tell if that fails.
pub(crate) fn eprint_raw(text: &str) {
    let _ = io::stderr().lock().write_all(visible_lines(text).as_bytes());
}

/// Draws over the line of the terminal that standard error is; an empty text
/// takes the line away.
pub(crate) fn draw_over(text: &str) {
    let _ = io::stderr().lock().write_all(format!("\r\x1b[K{}", escape_hidden(text)).as_bytes());
}
