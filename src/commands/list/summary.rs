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
    pub(super) fn print(&self) -> Exit {
        for line in &self.lines {
            output::eprint_line(line);
        }
        self.exit
    }
}
