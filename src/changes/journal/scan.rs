//! The end of a journal, or all of it, read once. Only the offsets of each change's lines stay in
//! memory, about 16 bytes a change; entries are read again one by one on request.
//!
//! All outcomes of a change follow its intent, and so does an undo. So what the end of a journal
//! says of the changes that begin there is complete, and searches for recent changes need no more.
//! Only a repeated ID is not noticed there if the earlier entry is not in that part.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::num::NonZeroU64;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::JournalError;
use super::read::{Damage, LineRead, ParsedLine, next_line, parse_line};
use crate::changes::journal::entry::{Intent, JournalEntry, JournalLine};
use crate::changes::messages::journal::CHANGED_DURING_READ;
use crate::model::KeyId;

/// Size of the read buffer, in bytes.
const BUFFER_BYTES: usize = 64 * 1024;

/// A source that can be read from any position.
pub(super) trait JournalSource: Read + Seek + Send {}

impl<T: Read + Seek + Send> JournalSource for T {}

/// A journal as it was when the scan began. Changes are numbered from 0 in the order of their
/// intents. A scan of the end has only the changes whose intents are there.
pub(crate) struct JournalScan {
    reader: BufReader<Box<dyn JournalSource>>,
    /// The reader's position in the source, in bytes.
    at: u64,
    line: Vec<u8>,
    path: PathBuf,
    changes: Vec<LineOffsets>,
    /// The second and later outcomes of the few changes that have several.
    further: HashMap<usize, Vec<u64>>,
    damage: Damage,
    is_complete: bool,
    latest_in_first_half: Option<Timestamp>,
}

/// Offsets of the lines of a change, in bytes. No outcome is at 0, since its intent precedes it.
struct LineOffsets {
    intent: u64,
    outcome: Option<NonZeroU64>,
}

/// Callback for each valid line, with the number of its change.
pub(crate) type LineVisitor<'a> = &'a mut dyn FnMut(usize, &JournalLine);

impl JournalScan {
    /// Scans these bytes of the journal at `path`. Leaves out a line that begins before them.
    ///
    /// # Errors
    /// Returns an error if the source cannot be read.
    pub(super) fn new(
        mut source: Box<dyn JournalSource>,
        bytes: Range<u64>,
        path: &Path,
        visit: LineVisitor<'_>,
    ) -> io::Result<Self> {
        // The byte before shows whether a line begins at the first byte.
        let mut at = bytes.start.saturating_sub(1);
        source.seek(SeekFrom::Start(at))?;
        let mut found = ScanState::new(&bytes);
        let length = bytes.end.saturating_sub(at);
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, (&mut source).take(length));
        let mut line = Vec::new();
        if bytes.start > 0 {
            at += next_line(&mut reader, &mut line)?.length();
        }
        for number in 1.. {
            let read = next_line(&mut reader, &mut line)?;
            match read {
                LineRead::End => break,
                LineRead::TooLong(_) => found.add_garbage(number),
                LineRead::Line(_) => found.add_line(number, &line, at, true, visit),
                LineRead::Unended(_) => found.add_line(number, &line, at, false, visit),
            }
            at += read.length();
        }
        source.rewind()?;
        Ok(Self {
            reader: BufReader::with_capacity(BUFFER_BYTES, source),
            at: 0,
            line,
            path: path.to_path_buf(),
            changes: found.changes,
            further: found.further,
            damage: found.damage,
            is_complete: found.is_complete,
            latest_in_first_half: found.latest_in_first_half,
        })
    }

    /// Returns whether the scan began at the beginning of the journal.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns whether all lines written since `time` were read. A line from a machine whose clock
    /// is behind does not show that the lines before it are old, so the first half has to be old.
    pub(crate) fn reaches_back_to(&self, time: Timestamp) -> bool {
        self.is_complete || self.latest_in_first_half.is_some_and(|latest| latest < time)
    }

    /// Returns the number of changes.
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Returns the parts that could not be read, as far as the journal was scanned.
    pub(crate) fn damage(&self) -> &Damage {
        &self.damage
    }

    /// Reads the change of that number with all its outcomes.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read, or has changed since the scan.
    pub(crate) fn entry(&mut self, number: usize) -> Result<JournalEntry, JournalError> {
        self.read_entry(number).map_err(|error| JournalError::Read(self.path.clone(), error))
    }

    /// Returns all changes in order; each is read when the iterator reaches it.
    pub(crate) fn entries(&mut self) -> impl Iterator<Item = Result<JournalEntry, JournalError>> {
        (0..self.len()).map(|number| self.entry(number))
    }

    /// Keeps only the changes of these keys, and numbers them again.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read, or has changed since the scan.
    pub(crate) fn retain_keys(&mut self, keys: &[KeyId]) -> Result<(), JournalError> {
        self.retain(|intent| keys.contains(&intent.key))
    }

    /// Keeps only the changes whose intents are wanted, and numbers them again.
    ///
    /// # Errors
    /// Returns an error if the journal cannot be read, or has changed since the scan.
    pub(crate) fn retain(
        &mut self,
        mut is_wanted: impl FnMut(&Intent) -> bool,
    ) -> Result<(), JournalError> {
        let mut kept = Vec::new();
        for number in 0..self.len() {
            if is_wanted(&self.entry(number)?.intent) {
                kept.push(number);
            }
        }
        let mut further = std::mem::take(&mut self.further);
        let renumbered = kept.iter().enumerate().filter_map(|(number, former)| {
            further.remove(former).map(|outcomes| (number, outcomes))
        });
        self.further = renumbered.collect();
        let mut number = 0..;
        self.changes
            .retain(|_| number.next().is_some_and(|number| kept.binary_search(&number).is_ok()));
        Ok(())
    }

    fn read_entry(&mut self, number: usize) -> io::Result<JournalEntry> {
        let changed = || io::Error::other(CHANGED_DURING_READ);
        let LineOffsets { intent, outcome } = self.changes.get(number).ok_or_else(changed)?;
        let (intent, first) = (*intent, outcome.map(NonZeroU64::get));
        let further = self.further.get(&number).cloned().unwrap_or_default();
        let JournalLine::Intent(intent) = self.line_at(intent)?.ok_or_else(changed)? else {
            return Err(changed());
        };
        let mut entry = JournalEntry { intent, outcomes: Vec::new() };
        for at in first.into_iter().chain(further) {
            match self.line_at(at)? {
                Some(JournalLine::Outcome(outcome)) if outcome.id == entry.intent.id => {
                    entry.outcomes.push(outcome);
                }
                _ => return Err(changed()),
            }
        }
        Ok(entry)
    }

    fn line_at(&mut self, at: u64) -> io::Result<Option<JournalLine>> {
        // A relative seek keeps what is in the buffer already.
        self.reader.seek_relative(at.cast_signed().wrapping_sub(self.at.cast_signed()))?;
        self.at = at;
        match next_line(&mut self.reader, &mut self.line)? {
            LineRead::Line(length) | LineRead::Unended(length) => {
                self.at += length;
                Ok(match parse_line(&self.line) {
                    ParsedLine::Line(line) => Some(*line),
                    ParsedLine::Newer | ParsedLine::Garbage => None,
                })
            }
            LineRead::TooLong(_) | LineRead::End => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl fmt::Debug for JournalScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, damage, .. } = self;
        f.debug_struct("JournalScan")
            .field("path", path)
            .field("changes", &self.len())
            .field("damage", damage)
            .finish()
    }
}

/// State of a scan in progress.
struct ScanState {
    changes: Vec<LineOffsets>,
    further: HashMap<usize, Vec<u64>>,
    damage: Damage,
    /// The number of each change by the hash of its ID; the IDs themselves would take as much
    /// memory as the journal. Two of a million IDs collide once in 30 million journals, and the
    /// random seed keeps anyone from choosing them. The second would count as repeated.
    numbers: HashMap<u64, usize>,
    hasher: RandomState,
    is_complete: bool,
    /// Offset of the middle of the bytes scanned.
    middle: u64,
    latest_in_first_half: Option<Timestamp>,
}

impl ScanState {
    fn new(bytes: &Range<u64>) -> Self {
        Self {
            changes: Vec::new(),
            further: HashMap::new(),
            damage: Damage::default(),
            numbers: HashMap::new(),
            hasher: RandomState::new(),
            is_complete: bytes.start == 0,
            middle: bytes.start.midpoint(bytes.end),
            latest_in_first_half: None,
        }
    }

    /// Takes line `number` of those scanned.
    fn add_garbage(&mut self, number: usize) {
        self.damage.garbage += 1;
        if self.is_complete {
            self.damage.first.get_or_insert(number);
        }
    }

    /// Takes line `number` of those scanned, which begins at byte `at`.
    fn add_line(
        &mut self,
        number: usize,
        text: &[u8],
        at: u64,
        is_ended: bool,
        visit: LineVisitor<'_>,
    ) {
        if text.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let line = match parse_line(text) {
            ParsedLine::Line(line) => line,
            ParsedLine::Newer => return self.damage.newer += 1,
            ParsedLine::Garbage if !is_ended => return self.damage.torn = true,
            ParsedLine::Garbage => return self.add_garbage(number),
        };
        if at < self.middle {
            self.latest_in_first_half = self.latest_in_first_half.max(Some(line.time()));
        }
        let known = |id: &str| self.numbers.get(&self.hasher.hash_one(id)).copied();
        match &*line {
            JournalLine::Intent(intent) if known(&intent.id).is_some() => self.damage.repeated += 1,
            JournalLine::Intent(intent) => {
                let change = self.changes.len();
                self.numbers.insert(self.hasher.hash_one(&*intent.id), change);
                self.changes.push(LineOffsets { intent: at, outcome: None });
                visit(change, &line);
            }
            JournalLine::Outcome(outcome) => match known(&outcome.id) {
                Some(change) => {
                    self.add_outcome(change, at);
                    visit(change, &line);
                }
                None if self.is_complete => self.damage.orphans += 1,
                // Its intent may be before the bytes scanned.
                None => {}
            },
        }
    }

    fn add_outcome(&mut self, change: usize, at: u64) {
        let Some(lines) = self.changes.get_mut(change) else { return };
        if lines.outcome.is_some() {
            self.further.entry(change).or_default().push(at);
        } else {
            lines.outcome = NonZeroU64::new(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::changes::Journal;
    use crate::changes::random_journal::{intent_line, random_journal};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_end_of_a_journal_has_its_last_changes_with_all_outcomes(
            random in random_journal(), parts in prop::collection::vec(0_usize..100, 3)
        ) {
            let journal = Journal::with_text(random.text.clone());
            let (all, text) = (journal.read(), String::from_utf8_lossy(&random.text));
            for part in parts {
                let bytes = random.text.len() * part / 100;
                let first_line = random.text.len() - bytes;
                let mut scan = journal.scan_end(u64::try_from(bytes).unwrap(), &mut |_, _| {}).unwrap();
                let entries: Vec<_> = scan.entries().map(Result::unwrap).collect();
                let expected = all.entries.iter().filter(|entry| {
                    let line = intent_line(&entry.intent.id);
                    text.find(&line).is_some_and(|at| at >= first_line)
                });
                prop_assert_eq!(entries.iter().collect::<Vec<_>>(), expected.collect::<Vec<_>>());
                prop_assert_eq!(scan.is_complete(), bytes == random.text.len());
            }
        }
    }
}
