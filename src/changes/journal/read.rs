//! Reading a journal: what is whole is understood, what is not is counted.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::LONGEST_LINE;
use crate::changes::entry::{Entry, Line, VERSION};
use crate::model::visible;

/// What a journal tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History {
    /// The changes, in the order in which they were begun.
    pub entries: Vec<Entry>,
    /// What could not be read.
    pub damage: Damage,
    /// Where each change is.
    by_id: HashMap<Arc<str>, usize>,
}

/// What of a journal could not be read. It is left in the file as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Lines that are no entry.
    pub garbage: usize,
    /// The number of the first of them, from 1.
    pub first: Option<usize>,
    /// Whether the last line was cut off while it was being written.
    pub torn: bool,
    /// Lines of a newer version of this program.
    pub newer: usize,
    /// Outcomes of changes whose intent is not in the journal.
    pub orphans: usize,
}

impl Damage {
    /// What is wrong with the journal at `path`, in sentences; `None` where
    /// nothing is.
    pub(crate) fn sentence(&self, path: &Path) -> Option<String> {
        let mut parts = Vec::new();
        match (self.garbage, self.first) {
            (0, _) => {}
            (1, Some(line)) => parts.push(format!("line {line} is no entry")),
            (n, first) => parts.push(format!("{n} lines are no entries, the first is line {}", first.unwrap_or(0))),
        }
        if self.torn {
            parts.push("the last line was cut off while it was being written".to_owned());
        }
        if self.newer > 0 {
            parts.push(format!("lines written by a newer keyflip: {}", self.newer));
        }
        if self.orphans > 0 {
            parts.push(format!("outcomes without their intent: {}", self.orphans));
        }
        let path = path.to_string_lossy();
        let skipped = "What was skipped is still in the file.";
        (!parts.is_empty())
            .then(|| format!("The journal {} can't be read wholly: {}. {skipped}", visible(&path), parts.join("; ")))
    }
}

impl History {
    fn take(&mut self, number: usize, text: &[u8], ended: bool) {
        if text.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        match parse(text) {
            Parsed::Line(line) => self.add(*line),
            Parsed::Newer => self.damage.newer += 1,
            Parsed::Garbage if !ended => self.damage.torn = true,
            Parsed::Garbage => self.garbage(number),
        }
    }

    fn garbage(&mut self, number: usize) {
        self.damage.garbage += 1;
        self.damage.first.get_or_insert(number);
    }

    fn add(&mut self, line: Line) {
        match line {
            Line::Intent(intent) => {
                self.by_id.insert(Arc::clone(&intent.id), self.entries.len());
                self.entries.push(Entry { intent, endings: Vec::new() });
            }
            Line::Outcome(ending) => match self.by_id.get(&ending.id) {
                Some(&at) => self.entries[at].endings.push(ending),
                None => self.damage.orphans += 1,
            },
        }
    }
}

/// What a line is.
pub(super) enum Parsed {
    Line(Box<Line>),
    Newer,
    Garbage,
}

/// Understands a line.
pub(super) fn parse(text: &[u8]) -> Parsed {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    match serde_json::from_slice(text) {
        Ok(Version { v }) if v > VERSION => Parsed::Newer,
        Ok(_) => serde_json::from_slice(text).map_or(Parsed::Garbage, |line| Parsed::Line(Box::new(line))),
        Err(_) => Parsed::Garbage,
    }
}

/// Everything in a journal. Keeps one line in memory beside what it found,
/// however long the lines are.
pub(super) fn history(mut reader: impl BufRead) -> io::Result<History> {
    let mut history = History::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        match next_line(&mut reader, &mut line)? {
            Next::Line => history.take(number, &line, true),
            Next::Unended => history.take(number, &line, false),
            Next::TooLong => history.garbage(number),
            Next::End => break,
        }
    }
    Ok(history)
}

/// What came next.
pub(super) enum Next {
    /// A line, with its line feed.
    Line,
    /// The last line, without one.
    Unended,
    /// A line that is too long to be an entry, skipped.
    TooLong,
    End,
}

/// Reads one line, of which it keeps no more than an entry can have.
pub(super) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    let mut length = 0;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        let room = LONGEST_LINE.saturating_sub(line.len()).min(used);
        line.extend_from_slice(&buffer[..room]);
        let at_end = buffer.is_empty();
        reader.consume(used);
        length += used;
        if ended {
            return Ok(match length {
                0 => Next::End,
                _ if length > LONGEST_LINE => Next::TooLong,
                _ if at_end => Next::Unended,
                _ => Next::Line,
            });
        }
    }
}
