use std::io;

use super::*;
use crate::changes::journal::outcome::OutcomeKind;
use crate::changes::test_fixtures::{change, intent};
use crate::model::{Direction, KeyChange, KeyId, NotSentReason};

fn of_key(id: &str) -> KeyChange {
    KeyChange { key: KeyId::parse(id).unwrap(), ..change() }
}

/// A file that counts the bytes read from it.
struct Counted(io::Cursor<Vec<u8>>, usize);

impl io::Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1 += count;
        Ok(count)
    }
}

impl io::Seek for Counted {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_change_in_flight_is_found_at_the_end_of_a_long_journal() {
    let old = intent(&change(), "10:00:00");
    let mut lines = encode(&JournalLine::Intent(old)).unwrap().repeat(1_000);
    let open = |lines: &[u8]| {
        let mut file = Counted(io::Cursor::new(lines.to_vec()), 0);
        let new = intent(&change(), "14:00:01");
        (
            concurrent_change::find_at_end(&mut file, lines.len() as u64, &new, new.time).unwrap(),
            file.1,
        )
    };
    let (other, read) = open(&lines);
    assert_eq!(other, None);
    assert!(read * 10 < lines.len(), "only the end was read: {read}");

    let begun = intent(&change(), "14:00:00");
    lines.extend(encode(&JournalLine::Intent(begun.clone())).unwrap());
    for n in 0..100 {
        let other = Intent {
            id: n.to_string().into(),
            ..intent(&of_key("AKIARZPUZDIKJ3TBYUFZ"), "14:00:00")
        };
        lines.extend(encode(&JournalLine::Intent(other)).unwrap());
    }
    assert_eq!(open(&lines).0, Some(begun.clone()), "before a hundred changes of another key");
    lines.extend(
        encode(&JournalLine::Outcome(OutcomeRecord::new(
            &begun.id,
            OutcomeKind::Verified,
            begun.time,
        )))
        .unwrap(),
    );
    assert_eq!(open(&lines).0, None);
}

#[test]
fn only_the_same_change_can_be_made_again_after_its_process_was_killed() {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let ended = child.id();
    child.wait().unwrap();
    let new = intent(&change(), "14:00:01");
    let activate = intent(&KeyChange { direction: Direction::Activate, ..change() }, "14:00:01");
    let elsewhere =
        Intent { host: "elsewhere".into(), pid: ended, ..intent(&change(), "14:00:00") };
    let alive = intent(&change(), "14:00:00");
    let killed = Intent { pid: ended, ..alive.clone() };
    for (begun, new, blocks) in [
        (&alive, &new, true),
        (&elsewhere, &new, true),
        (&killed, &new, false),
        (&killed, &activate, true),
    ] {
        let lines = encode(&JournalLine::Intent(begun.clone())).unwrap();
        let other = concurrent_change::find_in_all(&lines[..], new, new.time).unwrap();
        assert_eq!(other.is_some(), blocks, "{begun:?} {new:?}");
    }
    let in_flight =
        |begun: &Intent| NotSentReason::from(RecordIntentError::InFlight(begun.clone().into()));
    let NotSentReason::InFlight(other) = in_flight(&killed) else { panic!() };
    assert!(other.to_string().contains("ended while it was deactivating the same key"), "{other}");
    let NotSentReason::InFlight(other) = in_flight(&alive) else { panic!() };
    assert!(other.to_string().contains("is deactivating the same key"), "{other}");
}

#[test]
fn a_slow_clock_hides_no_change_in_flight() {
    let begun = intent(&change(), "14:00:00");
    let mut lines = encode(&JournalLine::Intent(begun.clone())).unwrap();
    // The first window starts after the change, with a line from a machine whose clock is an
    // hour behind.
    let filler = |time: &str| {
        let mut filler = intent(&of_key("AKIARZPUZDIKJ3TBYUFZ"), time);
        filler.reason = Some("x".repeat(200).into());
        encode(&JournalLine::Intent(filler)).unwrap()
    };
    for number in 0..100 {
        lines.extend(filler(if number % 10 == 5 { "14:00:00" } else { "13:00:00" }));
    }
    let new = intent(&change(), "14:01:00");
    let mut file = io::Cursor::new(lines.clone());
    let other =
        concurrent_change::find_at_end(&mut file, lines.len() as u64, &new, new.time).unwrap();
    assert_eq!(other, Some(begun));
}

#[test]
fn a_forged_deadline_counts_as_ten_minutes_at_most() {
    let journal = Journal::memory();
    let deadline = "9999-12-30T00:00:00Z".parse().unwrap();
    let forged = Intent { deadline, ..intent(&change(), "14:02:11") };
    journal.record_intent(&forged, forged.time).unwrap();
    let now = intent(&change(), "14:03:00");
    let NotSentReason::InFlight(why) =
        NotSentReason::from(journal.record_intent(&now, now.time).unwrap_err())
    else {
        panic!()
    };
    assert!(why.to_string().contains("ends by 14:12:11Z"), "{why}");
    assert!(journal.read().entries[0].sentence(now.time).contains("ends by 2026-11-24 14:12:11Z"));
}
