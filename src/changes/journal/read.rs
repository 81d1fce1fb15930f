//! Lines of a journal: what is whole is understood, what is not is counted.

use std::borrow::Cow;
use std::io::{self, BufRead, Read as _};
use std::path::Path;

use serde::Deserialize;

use super::MAX_LINE_BYTES;
use crate::changes::journal::entry::{JournalLine, SCHEMA_VERSION};
use crate::model::escape_hidden;

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
    /// Intents with the ID of an earlier one, which alone counts.
    pub repeated: usize,
}

impl Damage {
    /// What is wrong with the journal at `path`, in sentences; `None` where
    /// nothing is.
    pub(crate) fn sentence(&self, path: &Path) -> Option<String> {
        let mut parts = Vec::new();
        match (self.garbage, self.first) {
            (0, _) => {}
            (1, Some(line)) => parts.push(format!("line {line} is no entry")),
            (n, first) => parts.push(format!(
                "{n} lines are no entries, the first is line {}",
                first.unwrap_or(0)
            )),
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
        if self.repeated > 0 {
            parts.push(format!("entries that repeat the ID of an earlier one: {}", self.repeated));
        }
        let path = path.to_string_lossy();
        let skipped = "What was skipped is still in the file.";
        (!parts.is_empty()).then(|| {
            format!(
                "The journal {} can't be read wholly: {}. {skipped}",
                escape_hidden(&path),
                parts.join("; ")
            )
        })
    }
}

/// What a line is.
pub(super) enum ParsedLine {
    Line(Box<JournalLine>),
    Newer,
    Garbage,
}

/// How the lines begin that this version writes: which kind a line is need not
/// be looked for in these.
pub(super) const INTENT: &[u8] = br#"{"v":1,"line":"intent","#;
pub(super) const OUTCOME: &[u8] = br#"{"v":1,"line":"outcome","#;

/// Understands a line.
pub(super) fn parse_line(text: &[u8]) -> ParsedLine {
    let line = match text {
        _ if text.starts_with(INTENT) => serde_json::from_slice(text).map(JournalLine::Intent),
        _ if text.starts_with(OUTCOME) => serde_json::from_slice(text).map(JournalLine::Outcome),
        _ => return parse_any(text),
    };
    line.map_or(ParsedLine::Garbage, |line| ParsedLine::Line(Box::new(line)))
}

/// Understands a line whose fields are in any order, or of a newer version.
fn parse_any(text: &[u8]) -> ParsedLine {
    #[derive(Deserialize)]
    struct Head<'a> {
        v: u32,
        #[serde(borrow, default)]
        line: Cow<'a, str>,
    }
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let line = match serde_json::from_slice(text) {
        Ok(Head { v, .. }) if v > SCHEMA_VERSION => return ParsedLine::Newer,
        Ok(Head { line, .. }) if line == "intent" => {
            serde_json::from_slice(text).map(JournalLine::Intent)
        }
        Ok(Head { line, .. }) if line == "outcome" => {
            serde_json::from_slice(text).map(JournalLine::Outcome)
        }
        Ok(_) => return ParsedLine::Garbage,
        Err(_) => {
            let is_newer =
                serde_json::from_slice(text).is_ok_and(|Version { v }| v > SCHEMA_VERSION);
            return if is_newer { ParsedLine::Newer } else { ParsedLine::Garbage };
        }
    };
    line.map_or(ParsedLine::Garbage, |line| ParsedLine::Line(Box::new(line)))
}

/// What came next, and its length in bytes.
pub(super) enum LineRead {
    /// A line, with its line feed.
    Line(u64),
    /// The last line, without one.
    Unended(u64),
    /// A line that is too long to be an entry, skipped.
    TooLong(u64),
    End,
}

/// Reads one line into `line`, of which it keeps no more than an entry can
/// have.
pub(super) fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<LineRead> {
    line.clear();
    let limit = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
    let length =
        u64::try_from(reader.by_ref().take(limit + 1).read_until(b'\n', line)?).unwrap_or(u64::MAX);
    let is_ended = line.last() == Some(&b'\n');
    Ok(match length {
        0 => LineRead::End,
        _ if length > limit && is_ended => LineRead::TooLong(length),
        _ if length > limit => {
            let rest = u64::try_from(reader.skip_until(b'\n')?).unwrap_or(u64::MAX);
            LineRead::TooLong(length.saturating_add(rest))
        }
        _ if is_ended => LineRead::Line(length),
        _ => LineRead::Unended(length),
    })
}
