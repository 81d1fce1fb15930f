//! Reading a journal from where an earlier read ended.

use std::io::{self, BufRead};

use super::read::{LineRead, ParsedLine, next_line, parse_line};
use crate::changes::journal::entry::JournalLine;

/// Calls `visit` for each valid line. Returns the length of the complete lines, in bytes: a last line
/// without a line feed may still be in the middle of being written.
///
/// # Errors
/// Returns an error if `reader` fails.
pub(super) fn visit_lines(
    mut reader: impl BufRead,
    visit: &mut dyn FnMut(&JournalLine),
) -> io::Result<u64> {
    let (mut complete, mut line) = (0, Vec::new());
    loop {
        let length = match next_line(&mut reader, &mut line)? {
            LineRead::End | LineRead::Unended(_) => return Ok(complete),
            LineRead::TooLong(length) => length,
            LineRead::Line(length) => {
                if let ParsedLine::Line(parsed) = parse_line(&line) {
                    visit(&parsed);
                }
                length
            }
        };
        complete += length;
    }
}
