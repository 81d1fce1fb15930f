//! How many bytes of a journal with a million lines are read.

use super::*;
use crate::changes::long_journal::{bytes_read, write_long_journal};
use crate::changes::test_fixtures::change_origin;
use crate::changes::{Lookback, SCREEN_BYTES, UnresolvedChanges, journal_for_screen};

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn of_a_million_lines_only_the_end_is_read() {
    let folder = Folder::new();
    let journal = folder.journal();
    fs::create_dir_all(folder.path().parent().unwrap()).unwrap();
    write_long_journal(&folder.path());
    let next = intent(&change(), "14:02:11");
    let now = next.time;
    let begun = bytes_read(|| journal.record_intent(&next, now).unwrap());
    let ended = bytes_read(|| journal.record_outcome(&verified(&next)).unwrap());
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
        ("recovery before a change", before_change, 192),
        ("recovery at the start", start, 4_200),
        ("the changes on the screen", screen, 5_000),
    ];
    for (what, bytes, kib) in bounds {
        assert!(bytes > 0 && bytes <= kib * 1024, "{what}: {bytes} bytes, not {kib} KiB");
    }
}
