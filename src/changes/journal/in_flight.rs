//! Whether a change of a key may be under way, without understanding more of a
//! journal than tells that: every change waits for this answer, and a script
//! that makes hundreds of them has hundreds of lines in reach.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use jiff::Timestamp;
use serde::Deserialize;

use super::read::{LineRead, ParsedLine, next_line, parse_line};
use crate::changes::journal::entry::{Intent, JournalLine, MAX_CHANGE_DURATION, SCHEMA_VERSION};

/// How much of the end of a file to read at first, and at most, in bytes.
const FIRST_READ_BYTES: u64 = 16 * 1024;
const MAX_READ_BYTES: u64 = 16 * 1024 * 1024;

/// The part of a line that is read of all of them.
#[derive(Deserialize)]
struct LineHeader<'a> {
    v: u32,
    #[serde(borrow)]
    line: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    time: Timestamp,
    /// Of an intent alone.
    #[serde(borrow, default)]
    key: Option<Cow<'a, str>>,
}

/// What the lines told.
struct SearchResult {
    /// A change of the same key that may be under way.
    other: Option<Intent>,
    /// The latest time in the first part of them.
    latest: Option<Timestamp>,
}

/// The change of the same key as `intent`'s that may be under way at the end
/// of a file of that length. Reads as much of it as reaches back before all
/// changes that can be.
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
            // The window begins anywhere, so that its first line may be half
            // a line.
            next_line(&mut reader, &mut Vec::new())?;
        }
        // One line of a machine whose clock is behind tells nothing of when
        // the lines before it were written: all lines of the part that was
        // added last have to be old.
        let found = search(reader, window - former, intent, now)?;
        let reaches_back =
            found.latest.is_some_and(|latest| now.duration_since(latest) > MAX_CHANGE_DURATION);
        if found.other.is_some() || start == 0 || reaches_back || window >= MAX_READ_BYTES {
            return Ok(found.other);
        }
        former = window;
        window *= 4;
    }
}

/// The same, in a whole journal.
pub(super) fn find_in_all(
    reader: impl BufRead,
    intent: &Intent,
    now: Timestamp,
) -> io::Result<Option<Intent>> {
    search(reader, 0, intent, now).map(|found| found.other)
}

/// Looks at all lines; of those in the first `part` bytes it tells the latest
/// time. A key's ID is unique in the world, so that only the endpoint has to
/// be the same.
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
        // What can't be read is no change that this program has begun.
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
    let other =
        intents.find(|theirs| theirs.endpoint.is_same(&intent.endpoint) && theirs.in_flight(now));
    Ok(SearchResult { other, latest })
}
