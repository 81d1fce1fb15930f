//! Reads lines of a journal. Lines that are not entries are counted and skipped.

use std::borrow::Cow;
use std::io::{self, BufRead, Read as _};

use serde::Deserialize;

use crate::changes::journal::entry::{JournalLine, SCHEMA_VERSION};

/// Longest line, in bytes. Readers skip longer ones.
pub(super) const MAX_LINE_BYTES: usize = 64 * 1024;

/// Bytes read from the end of a journal at most, by a search that a change waits for.
pub(super) const MAX_SEARCH_BYTES: u64 = 16 * 1024 * 1024;

/// The parts of a journal that could not be read. They stay in the file unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Number of lines that are not entries.
    pub garbage: usize,
    /// Number of the first such line, counted from 1; `None` if there is none, or if only the end
    /// of the journal was read.
    pub first: Option<usize>,
    /// Whether the last line was cut off while it was being written.
    pub torn: bool,
    /// Number of lines written by a newer version of keyflip.
    pub newer: usize,
    /// Number of outcomes whose intent is not in the journal.
    pub orphans: usize,
    /// Number of intents that repeat the ID of an earlier one. Only the earlier one counts.
    pub repeated: usize,
}

/// A line, parsed.
pub(super) enum ParsedLine {
    Line(Box<JournalLine>),
    Newer,
    Garbage,
}

/// Beginnings of the lines that this version writes. They tell the kind of a line without
/// parsing it twice.
pub(super) const INTENT_PREFIX: &[u8] = br#"{"v":1,"line":"intent","#;
pub(super) const OUTCOME_PREFIX: &[u8] = br#"{"v":1,"line":"outcome","#;

/// Parses a line.
pub(super) fn parse_line(text: &[u8]) -> ParsedLine {
    let line = match text {
        _ if text.starts_with(INTENT_PREFIX) => {
            serde_json::from_slice(text).map(JournalLine::Intent)
        }
        _ if text.starts_with(OUTCOME_PREFIX) => {
            serde_json::from_slice(text).map(JournalLine::Outcome)
        }
        _ => return parse_any(text),
    };
    line.map_or(ParsedLine::Garbage, |line| ParsedLine::Line(Box::new(line)))
}

/// Parses a line whose fields are in any order, or one of a newer version.
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

/// The result of [`next_line`], with the number of bytes read.
pub(super) enum LineRead {
    /// A line with its line feed.
    Line(u64),
    /// The last line, without a line feed.
    Unended(u64),
    /// A line longer than any entry, skipped.
    TooLong(u64),
    End,
}

impl LineRead {
    /// Returns the number of bytes read.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Line(length) | Self::Unended(length) | Self::TooLong(length) => *length,
            Self::End => 0,
        }
    }
}

/// Reads one line into `line`, which never grows beyond the longest possible entry.
///
/// # Errors
/// Returns an error if `reader` fails.
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
