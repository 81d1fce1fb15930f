//! Search for a change of a key that may still be in flight.
//!
//! Every change waits for this search, so it parses only the header of each line: a script that
//! changes hundreds of keys leaves hundreds of lines to look at.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use jiff::Timestamp;
use serde::Deserialize;

use super::read::{LineRead, MAX_SEARCH_BYTES, ParsedLine, next_line, parse_line};
use crate::changes::journal::entry::{Intent, JournalLine, MAX_CHANGE_DURATION, SCHEMA_VERSION};
use crate::changes::os_identity::has_ended;

/// Bytes read from the end of a file at first.
const FIRST_READ_BYTES: u64 = 16 * 1024;

/// The fields that are parsed of every line.
#[derive(Deserialize)]
struct LineHeader<'a> {
    v: u32,
    #[serde(borrow)]
    line: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    time: Timestamp,
    /// Present in intents only.
    #[serde(borrow, default)]
    key: Option<Cow<'a, str>>,
}

/// The result of a search through some lines.
struct SearchResult {
    /// A change of the same key that may be in flight.
    other: Option<Intent>,
    /// The latest time in the first part of the lines.
    latest: Option<Timestamp>,
}

/// Returns the change of the same key as `intent`'s that may be in flight, from the end of a file
/// of `length` bytes. Reads as far back as a change in flight can be, at most 16 MiB.
///
/// # Errors
/// Returns an error if the file cannot be read.
pub(super) fn find_at_end(
    file: &mut (impl Read + Seek),
    length: u64,
    intent: &Intent,
    now: Timestamp,
) -> io::Result<Option<Intent>> {
    let (mut window, mut former) = (FIRST_READ_BYTES, 0);
    loop {
        let start = length.saturating_sub(window);
        file.seek(SeekFrom::Start(start))?;
        let mut reader = BufReader::with_capacity(64 * 1024, file.by_ref().take(length - start));
        if start > 0 {
            // The window may begin in the middle of a line.
            next_line(&mut reader, &mut Vec::new())?;
        }
        // A line from a machine whose clock is behind does not show that the lines before it
        // are old, so all lines of the part added last have to be old.
        let found = search(reader, window - former, intent, now)?;
        let reaches_back =
            found.latest.is_some_and(|latest| now.duration_since(latest) > MAX_CHANGE_DURATION);
        if found.other.is_some() || start == 0 || reaches_back || window >= MAX_SEARCH_BYTES {
            return Ok(found.other);
        }
        former = window;
        window *= 4;
    }
}

/// Returns the change of the same key as `intent`'s that may be in flight, from a whole journal.
///
/// # Errors
/// Returns an error if `reader` fails.
pub(super) fn find_in_all(
    reader: impl BufRead,
    intent: &Intent,
    now: Timestamp,
) -> io::Result<Option<Intent>> {
    search(reader, 0, intent, now).map(|found| found.other)
}

/// Returns whether `intent` repeats `theirs`, whose process has ended. Its call may still take
/// effect, which does no harm: both calls set the same status.
fn is_repeated_by(theirs: &Intent, intent: &Intent) -> bool {
    theirs.direction == intent.direction && has_ended(&theirs.host, theirs.pid)
}

/// Searches all lines, and returns the latest time of those in the first `part` bytes. Key IDs are
/// unique across accounts, so beside the key only the endpoint has to match.
fn search(
    mut reader: impl BufRead,
    part: u64,
    intent: &Intent,
    now: Timestamp,
) -> io::Result<SearchResult> {
    let mut open: Vec<(String, Vec<u8>)> = Vec::new();
    let (mut line, mut latest, mut at) = (Vec::new(), None, 0);
    loop {
        let begins_at = at;
        match next_line(&mut reader, &mut line)? {
            LineRead::End => break,
            LineRead::TooLong(length) => {
                at += length;
                continue;
            }
            LineRead::Line(length) | LineRead::Unended(length) => at += length,
        }
        // A line that cannot be parsed is not a change that keyflip started.
        let Ok(head) = serde_json::from_slice::<LineHeader<'_>>(&line) else { continue };
        if begins_at < part {
            latest = latest.max(Some(head.time));
        }
        match &*head.line {
            _ if head.v > SCHEMA_VERSION => {}
            "outcome" => open.retain(|(id, _)| *id != head.id),
            _ => {
                if head.key.as_deref() == Some(intent.key.as_str()) {
                    open.push((head.id.into_owned(), line.clone()));
                }
            }
        }
    }
    let mut intents = open.iter().filter_map(|(_, line)| match parse_line(line) {
        ParsedLine::Line(line) => match *line {
            JournalLine::Intent(theirs) => Some(theirs),
            JournalLine::Outcome(_) => None,
        },
        ParsedLine::Newer | ParsedLine::Garbage => None,
    });
    let other = intents.find(|theirs| {
        theirs.endpoint.is_same(&intent.endpoint)
            && theirs.may_be_in_flight(now)
            && !is_repeated_by(theirs, intent)
    });
    Ok(SearchResult { other, latest })
}
