//! Reading a journal from where an earlier read ended.

use std::io::{self, BufRead};

use super::read::{LineRead, ParsedLine, next_line, parse_line};
use crate::changes::journal::entry::JournalLine;

/// Calls `visit` for each valid line. Returns the length of the complete lines, in bytes: a last
/// line without a line feed may still be in the middle of being written.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::Journal;
    use crate::changes::test_fixtures::{change, entry};

    #[test]
    fn only_complete_lines_that_were_added_are_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.jsonl");
        let journal = Journal::file(path.clone());
        let read_on = |from| {
            let mut ids = Vec::new();
            let end = journal.read_on(from, &mut |line| {
                if let JournalLine::Intent(intent) = line {
                    ids.push(intent.id.clone());
                }
            });
            (end.unwrap(), ids)
        };
        assert_eq!(read_on(0), (0, vec![]), "there is no file yet");
        let [first, second] = ["10:00:00", "11:00:00"].map(|at| entry(&change(), at, None).intent);
        journal.record_intent(&first, first.time).unwrap();
        let (after_first, ids) = read_on(0);
        assert_eq!(ids, std::slice::from_ref(&first.id));
        journal.record_intent(&second, second.time).unwrap();
        let (end, ids) = read_on(after_first);
        assert_eq!(ids, [second.id]);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}{{\"v\":1,")).unwrap();
        assert_eq!(read_on(end), (end, vec![]), "the last line is being written");
        let line = &text[..usize::try_from(after_first).unwrap()];
        std::fs::write(&path, line).unwrap();
        assert_eq!(read_on(end), (after_first, vec![first.id]), "the file was replaced");
    }
}
