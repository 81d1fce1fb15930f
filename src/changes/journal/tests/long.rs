//! A journal with a million lines: how many bytes of it are read.

use std::fs::File;
use std::io::BufWriter;

use super::*;
use crate::changes::test_fixtures::change_origin;
use crate::changes::{Lookback, SCREEN_BYTES, UnresolvedChanges, journal_for_screen};

/// Creates a journal of the length of 1,000,000 lines, of which the last 20,000 are written. The
/// rest is a hole of the file: reading it would count as well.
fn long_journal(folder: &Folder) -> (Journal, Intent) {
    let sample = intent(&change(), "08:00:00");
    let lines = [JournalLine::Intent(sample.clone()), JournalLine::Outcome(verified(&sample))];
    let text = lines.map(|line| String::from_utf8(encode(&line).unwrap()).unwrap()).concat();
    fs::create_dir_all(folder.path().parent().unwrap()).unwrap();
    let file = File::create(folder.path()).unwrap();
    let length = u64::try_from(text.len()).unwrap();
    file.set_len(length * 490_000).unwrap();
    let mut file = BufWriter::new(file);
    file.seek(SeekFrom::End(0)).unwrap();
    writeln!(file).unwrap();
    for number in 0..10_000 {
        let id = format!("20261124T080000Z-{number:05}");
        file.write_all(text.replace(&*sample.id, &id).as_bytes()).unwrap();
    }
    file.flush().unwrap();
    (folder.journal(), intent(&change(), "14:02:11"))
}

/// Returns the number of bytes that this thread reads in `act`.
fn bytes_read(act: impl FnOnce()) -> u64 {
    let total = || {
        let text = fs::read_to_string("/proc/thread-self/io").unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap();
        line.parse::<u64>().unwrap()
    };
    // The count of the first look is in the second one.
    let before = total();
    let own = total() - before;
    let before = total();
    act();
    total() - before - own
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn of_a_million_lines_only_the_end_is_read() {
    let folder = Folder::new();
    let (journal, next) = long_journal(&folder);
    let now = next.time;
    let begun = bytes_read(|| journal.begin(&next, now).unwrap());
    let ended = bytes_read(|| journal.end(&verified(&next)).unwrap());
    let unresolved =
        |lookback| bytes_read(|| drop(UnresolvedChanges::scan(&journal, lookback, now).unwrap()));
    let before_change = unresolved(Lookback::BeforeChange);
    let start = unresolved(Lookback::ForScreen);
    let screen = bytes_read(|| {
        let ignore = &mut |_, _: &_| {};
        let read = journal_for_screen(&journal, &change_origin(), now, SCREEN_BYTES, ignore);
        assert_eq!(read.unwrap().lines.iter().filter(|line| line.contains(KEY)).count(), 500);
    });
    let bounds = [
        ("the intent", begun, 64),
        ("the outcome", ended, 1),
        ("recovery before a change", before_change, 300),
        ("recovery at the start", start, 4_200),
        ("the changes on the screen", screen, 5_000),
    ];
    for (what, bytes, kib) in bounds {
        assert!(bytes > 0 && bytes <= kib * 1024, "{what}: {bytes} bytes, not {kib} KiB");
    }
}
