//! A journal with a million lines, for tests that count the bytes read.

use std::fs::{self, File};
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::journal::encode;
use super::journal::entry::JournalLine;
use super::journal::outcome::{OutcomeKind, OutcomeRecord};
use super::test_fixtures::{change, intent};

/// Creates a journal of the length of 1,000,000 lines, of which the last 20,000 are written. The
/// rest is a hole of the file: reading it would count as well.
pub(crate) fn write_long_journal(path: &Path) {
    let sample = intent(&change(), "08:00:00");
    let outcome = OutcomeRecord::new(&sample.id, OutcomeKind::Verified, sample.time);
    let lines = [JournalLine::Intent(sample.clone()), JournalLine::Outcome(outcome)];
    let text = lines.map(|line| String::from_utf8(encode(&line).unwrap()).unwrap()).concat();
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.get_ref().set_len(u64::try_from(text.len()).unwrap() * 490_000).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    writeln!(file).unwrap();
    for number in 0..10_000 {
        let id = format!("20261124T080000Z-{number:05}");
        file.write_all(text.replace(&*sample.id, &id).as_bytes()).unwrap();
    }
    file.flush().unwrap();
}

/// Returns the number of bytes that this thread reads in `act`.
pub(crate) fn bytes_read(act: impl FnOnce()) -> u64 {
    let total = || {
        let text = fs::read_to_string("/proc/thread-self/io").unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap();
        line.parse::<u64>().unwrap()
    };
    // The second look counts what the first one has read.
    let before = total();
    let own = total() - before;
    let before = total();
    act();
    (total() - before).saturating_sub(own)
}
