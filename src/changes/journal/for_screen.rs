//! The journal as the screen shows it: one account's changes, the latest first, and a note for
//! each key that was deactivated for a recorded reason.

use std::collections::{HashMap, VecDeque};
use std::path::Path;

use jiff::Timestamp;

use crate::changes::journal::entry::JournalLine;
use crate::changes::journal::{JournalScan, LineVisitor};
use crate::changes::messages::journal::{
    OLDER_CHANGES, deactivation_note, journal_file, no_changes_in,
};
use crate::changes::{ChangeOrigin, Intent, Journal, JournalEntry, JournalError};
use crate::model::{ChangeEffect, Direction, KeyId, escape_hidden, format_utc};

/// Number of changes shown; the file has all of them.
const MAX_CHANGES_SHOWN: usize = 500;

/// Bytes of the journal that the screen reads from its end: about 5,000 changes.
pub(crate) const SCREEN_BYTES: u64 = 4 * 1024 * 1024;

/// An account's changes for the screen.
#[derive(Debug)]
pub(crate) struct JournalForScreen {
    /// The lines to show.
    pub lines: Vec<String>,
    /// A note for each key whose last change, of those read, deactivated it for a recorded reason.
    pub notes: Vec<(KeyId, String)>,
    /// The scan that they are from.
    pub scan: JournalScan,
}

/// Reads an account's changes in the last `bytes` of the journal, and passes each line on to
/// `visit`.
///
/// # Errors
/// Returns an error if the journal cannot be read.
pub(crate) fn journal_for_screen(
    journal: &Journal,
    change_origin: &ChangeOrigin,
    now: Timestamp,
    bytes: u64,
    visit: LineVisitor<'_>,
) -> Result<JournalForScreen, JournalError> {
    let mut changes = AccountChanges::default();
    let mut scan = journal.scan_end(bytes, &mut |number, line| {
        changes.add_line(number, line, |intent| intent.matches(change_origin));
        visit(number, line);
    })?;
    // Entries are read in the order of the file, which costs the fewest reads.
    let entries = changes.latest.iter().map(|number| scan.entry(*number));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let mut lines: Vec<_> =
        entries.iter().rev().flat_map(|entry| entry_lines(entry, now)).collect();
    if lines.is_empty() {
        lines.push(no_changes_in(change_origin, scan.is_complete()));
    }
    if !scan.is_complete() {
        lines.push(OLDER_CHANGES.to_owned());
    }
    let path = journal.path().map(Path::to_path_buf).unwrap_or_default();
    lines.extend(scan.damage().sentence(&path));
    lines.extend(journal.warning());
    if journal.path().is_some() {
        lines.push(journal_file(&path));
    }
    let notes = changes.notes(&mut scan)?;
    Ok(JournalForScreen { lines, notes, scan })
}

/// Returns the notes on the keys of several accounts, from the end of the journal as the screen
/// reads it: one for each key whose last change deactivated it for a recorded reason.
///
/// # Errors
/// Returns an error if the journal cannot be read.
pub(crate) fn deactivation_notes(
    journal: &Journal,
    accounts: &[ChangeOrigin],
) -> Result<HashMap<KeyId, String>, JournalError> {
    let mut changes = AccountChanges::default();
    let is_there = |intent: &Intent| accounts.iter().any(|account| intent.matches(account));
    let mut scan = journal
        .scan_end(SCREEN_BYTES, &mut |number, line| changes.add_line(number, line, is_there))?;
    Ok(changes.notes(&mut scan)?.into_iter().collect())
}

/// One account's changes, collected while the journal is scanned: a few bytes a change.
#[derive(Default)]
struct AccountChanges {
    /// Numbers of the latest changes.
    latest: VecDeque<usize>,
    changes: Vec<ChangeSummary>,
    /// Each key's index, in the order of first appearance.
    keys: HashMap<KeyId, u32>,
}

struct ChangeSummary {
    number: usize,
    key: u32,
    direction: Direction,
    has_reason: bool,
    is_done: bool,
}

impl AccountChanges {
    /// Takes the next line. Those of other accounts than `is_there` says are ignored.
    fn add_line(&mut self, number: usize, line: &JournalLine, is_there: impl Fn(&Intent) -> bool) {
        match line {
            JournalLine::Intent(intent) if is_there(intent) => {
                self.latest.push_back(number);
                if self.latest.len() > MAX_CHANGES_SHOWN {
                    self.latest.pop_front();
                }
                let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                let key = *self.keys.entry(intent.key.clone()).or_insert(next);
                let has_reason = intent.reason.is_some();
                self.changes.push(ChangeSummary {
                    number,
                    key,
                    direction: intent.direction,
                    has_reason,
                    is_done: false,
                });
            }
            JournalLine::Intent(_) => {}
            JournalLine::Outcome(outcome) => {
                if let Ok(at) = self.changes.binary_search_by_key(&number, |change| change.number) {
                    let change = &mut self.changes[at];
                    change.is_done = outcome.effect(change.direction) == ChangeEffect::Done;
                }
            }
        }
    }

    /// Returns a note for each key whose last change deactivated it for a recorded reason.
    fn notes(&self, scan: &mut JournalScan) -> Result<Vec<(KeyId, String)>, JournalError> {
        let notes = self.deactivated_with_reason().into_iter().map(|number| {
            let entry = scan.entry(number)?;
            Ok((entry.intent.key.clone(), deactivation_note(&entry)))
        });
        notes.collect()
    }

    /// Returns, in order, the numbers of those changes that were the last of their key to have an
    /// effect, deactivated it, and have a reason.
    fn deactivated_with_reason(&self) -> Vec<usize> {
        let mut last: Vec<Option<usize>> = vec![None; self.keys.len()];
        for change in self.changes.iter().filter(|change| change.is_done) {
            if let Some(last) = usize::try_from(change.key).ok().and_then(|key| last.get_mut(key)) {
                let is_noted = change.direction == Direction::Deactivate && change.has_reason;
                *last = is_noted.then_some(change.number);
            }
        }
        let mut noted: Vec<_> = last.into_iter().flatten().collect();
        noted.sort_unstable();
        noted
    }
}

fn entry_lines(entry: &JournalEntry, now: Timestamp) -> Vec<String> {
    let intent = &entry.intent;
    let mut lines = vec![format!(
        "{}  {}  {}",
        format_utc(intent.time),
        intent.key_and_owner(),
        intent.transition()
    )];
    if let Some(reason) = &intent.reason {
        lines.push(format!("  Reason: {}", escape_hidden(reason)));
    }
    lines.push(format!("  {}", entry.sentence(now)));
    lines.push(format!("  {} by {}", intent.id, intent.made_by()));
    lines.push(String::new());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::OutcomeRecord;
    use crate::changes::journal::outcome::OutcomeKind;
    use crate::changes::test_fixtures::{KEY, change, change_origin, entry, intent};
    use crate::model::{AccountId, KeyChange};

    #[test]
    fn the_latest_changes_are_listed_with_the_current_reasons() {
        let journal = Journal::memory();
        let other = KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap();
        let write = |change: &KeyChange, verdict| {
            let intent = intent(change, "10:00:00");
            journal.record_intent(&intent, intent.time).unwrap();
            journal.record_outcome(&OutcomeRecord::new(&intent.id, verdict, intent.time)).unwrap();
        };
        let read = || {
            let now = Timestamp::now();
            let ignore = &mut |_, _: &_| {};
            let read =
                journal_for_screen(&journal, &change_origin(), now, SCREEN_BYTES, ignore).unwrap();
            (read.lines, read.notes)
        };
        write(&change(), OutcomeKind::Verified);
        let back = KeyChange { direction: Direction::Activate, reason: None, ..change() };
        write(&KeyChange { key: other.clone(), ..change() }, OutcomeKind::Accepted);
        write(&KeyChange { key: other.clone(), ..back.clone() }, OutcomeKind::Verified);
        write(&back, OutcomeKind::Refused);
        let (lines, notes) = read();
        let of_accounts = |accounts: &[_]| deactivation_notes(&journal, accounts).unwrap();
        assert_eq!(of_accounts(&[change_origin()]), notes.iter().cloned().collect());
        assert!(of_accounts(&[]).is_empty());
        let keys: Vec<_> = lines
            .iter()
            .filter(|line| line.contains("AKIA"))
            .map(|line| line.contains(KEY))
            .collect();
        assert_eq!(keys, [true, false, false, true], "{lines:?}");
        assert_eq!(notes.len(), 1, "the other key was activated since: {notes:?}");
        assert!(
            notes[0].0.as_str() == KEY && notes[0].1.contains("leaked in build log"),
            "{notes:?}"
        );

        for _ in 0..MAX_CHANGES_SHOWN {
            write(&KeyChange { key: other.clone(), ..change() }, OutcomeKind::Verified);
        }
        let (lines, notes) = read();
        assert_eq!(
            (lines.iter().filter(|line| line.contains("AKIA")).count(), notes.len()),
            (MAX_CHANGES_SHOWN, 2)
        );
    }

    #[test]
    fn a_long_journal_says_that_older_changes_are_not_read() {
        let entries = [entry(&change(), "10:00:00", None), entry(&change(), "11:00:00", None)];
        let journal = Journal::with_entries(&entries);
        let lines = |origin: &ChangeOrigin, bytes| {
            let ignore = &mut |_, _: &_| {};
            journal_for_screen(&journal, origin, Timestamp::now(), bytes, ignore).unwrap().lines
        };
        let (all, latest) = (lines(&change_origin(), u64::MAX), lines(&change_origin(), 600));
        let count = |lines: &[String]| lines.iter().filter(|line| line.contains(KEY)).count();
        assert_eq!((count(&all), count(&latest)), (2, 1));
        assert!(!all.iter().any(|line| line == OLDER_CHANGES), "{all:?}");
        assert!(latest.iter().any(|line| line == OLDER_CHANGES), "{latest:?}");
        let elsewhere =
            ChangeOrigin { account: Some(AccountId::from_number(1)), ..change_origin() };
        assert!(
            lines(&elsewhere, 600)[0].starts_with("The latest changes in the journal have none")
        );
        assert!(lines(&elsewhere, u64::MAX)[0].starts_with("The journal has no changes in"));
    }
}
