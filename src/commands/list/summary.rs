//! What a list covers, for standard error.

use crate::commands::exit::Exit;
use crate::commands::output;

/// What a list covers, and its exit code.
#[derive(Debug)]
pub(super) struct ListSummary {
    /// Sentences, the first with the account and the number of rows.
    pub(super) lines: Vec<String>,
    /// The exit code.
    pub(super) exit: Exit,
}

impl ListSummary {
    /// Prints the sentences on standard error. Returns the exit code.
    pub(super) fn print(self) -> Exit {
        let exit = self.exit;
        for line in self.into_lines() {
            output::eprint_line(&line);
        }
        exit
    }

    /// Returns the sentences to print: with `--quiet`, a complete list has only its warnings.
    pub(super) fn into_lines(self) -> Vec<String> {
        let is_left_out = output::is_quiet() && self.exit == Exit::Done;
        self.lines.into_iter().skip(usize::from(is_left_out)).collect()
    }
}
