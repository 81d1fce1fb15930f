mod file;
mod long;

use std::fs;
use std::io::{self, Write as _};
use std::time::Duration;

use proptest::prelude::*;

use super::file::{FileJournal, wait_for, write_durably};
use super::*;
use crate::changes::journal::entry::ChangeState;
use crate::changes::journal::outcome::OutcomeKind;
use crate::changes::test_fixtures::{KEY, change, intent, time};
use crate::model::{ChangeReport, KeyChange, KeyId, NotSentReason, Outcome, UserName};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("state/keyflip/journal.jsonl")
    }

    fn journal(&self) -> Journal {
        Journal::file(self.path())
    }
}

/// Reads a journal of these bytes.
fn history(text: &[u8]) -> History {
    Journal::with_text(text.to_vec()).read()
}

fn of_key(id: &str) -> KeyChange {
    KeyChange { key: KeyId::parse(id).unwrap(), ..change() }
}

fn verified(intent: &Intent) -> OutcomeRecord {
    OutcomeRecord::new(&intent.id, OutcomeKind::Verified, intent.time)
}

/// Begins and ends one change of the sample key.
fn write_one(journal: &Journal, at: &str) -> Intent {
    let intent = intent(&change(), at);
    journal.record_intent(&intent, intent.time).unwrap();
    journal.record_outcome(&verified(&intent)).unwrap();
    intent
}

#[test]
fn written_entries_are_read_back() {
    let folder = Folder::new();
    let journal = folder.journal();
    assert_eq!(journal.read(), History::default(), "no file yet");
    let intent = write_one(&journal, "14:02:11.412");

    let history = folder.journal().read();
    assert_eq!(history.damage, Damage::default());
    assert_eq!(history.entries.len(), 1);
    assert_eq!(history.entries[0].intent, intent);
    assert_eq!(
        history.entries[0].change_state(intent.time),
        ChangeState::Ended(&verified(&intent))
    );
}

#[test]
fn the_lines_have_the_documented_fields() {
    let mut intent = intent(&change(), "14:02:11.412");
    (intent.id, intent.host, intent.os_user, intent.pid) =
        ("ID".into(), "bastion".into(), "ann".into(), 7);
    intent.sudo_user = None;
    let outcome = Outcome::Verified {
        at: time("14:02:11.9"),
        took: Duration::from_millis(488),
        refused: false,
    };
    let change_report = ChangeReport {
        outcome,
        request_ids: vec!["3f1".into(), "3f2".into()],
        attempts: 1,
        ..ChangeReport::not_sent(change(), NotSentReason::ReadOnly)
    };
    let ending = OutcomeRecord::from_report(&intent.id, &change_report, time("14:02:11.905"));
    let lines = [JournalLine::Intent(intent), JournalLine::Outcome(ending)];
    let text: Vec<_> =
        lines.iter().map(|line| String::from_utf8(encode(line).unwrap()).unwrap()).collect();
    assert!(
        text[0].as_bytes().starts_with(read::INTENT_PREFIX)
            && text[1].as_bytes().starts_with(read::OUTCOME_PREFIX)
    );
    insta::assert_snapshot!(text.concat(), @r#"
    {"v":1,"line":"intent","id":"ID","time":"2026-11-24T14:02:11.412Z","deadline":"2026-11-24T14:03:50.412Z","account":"123456789012","caller":"arn:aws:iam::123456789012:user/operator","endpoint":"aws","profile":"prod","host":"bastion","os_user":"ann","pid":7,"user":"svc-billing-0042","key":"AKIARZPUZDIKFYHOWX26","status_before":"Active","status_after":"Inactive","verification":"read","reason":"leaked in build log","undoes":null}
    {"v":1,"line":"outcome","id":"ID","time":"2026-11-24T14:02:11.905Z","outcome":"verified","status_seen":"Inactive","verified_at":"2026-11-24T14:02:11.9Z","took_ms":488,"request_ids":["3f1","3f2"],"attempts":1,"error":null}
    "#);
}

#[test]
fn only_one_of_two_processes_begins_a_change_of_a_key() {
    let folder = Folder::new();
    let (first, second) = (intent(&change(), "14:02:11"), intent(&change(), "14:02:12"));
    folder.journal().record_intent(&first, first.time).unwrap();

    let refusal = folder.journal().record_intent(&second, second.time).unwrap_err();
    let NotSentReason::InFlight(why) = NotSentReason::from(refusal) else { panic!("begun twice") };
    assert!(why.id == first.id && why.to_string().contains("14:03:50Z"), "{why}");

    let other = intent(&of_key("AKIARZPUZDIKJ3TBYUFZ"), "14:02:12");
    folder.journal().record_intent(&other, other.time).unwrap();
    let late = intent(&change(), "14:03:50");
    folder
        .journal()
        .record_intent(&late, late.time)
        .expect("the first is over by its own deadline");
}

#[test]
fn finished_changes_and_other_endpoints_block_nothing() {
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let open = intent(&change(), "14:02:12");
    folder.journal().record_intent(&open, open.time).unwrap();
    let mut demo = intent(&change(), "14:02:13");
    demo.endpoint = crate::model::Endpoint::Custom("http://127.0.0.1:4000".into());
    folder.journal().record_intent(&demo, demo.time).unwrap();
}

#[test]
fn an_intent_from_the_future_blocks_nothing() {
    let folder = Folder::new();
    let ahead = intent(&change(), "15:02:11");
    folder.journal().record_intent(&ahead, ahead.time).unwrap();
    let now = intent(&change(), "14:02:11");
    folder.journal().record_intent(&now, now.time).expect("the clock was set back");
}

#[test]
fn an_intent_is_found_in_a_long_journal() {
    let folder = Folder::new();
    let first = intent(&change(), "14:02:11");
    folder.journal().record_intent(&first, first.time).unwrap();
    let filler = intent(&of_key("AKIARZPUZDIKJ3TBYUFZ"), "14:02:11");
    let mut lines = encode(&JournalLine::Intent(filler.clone())).unwrap();
    lines.extend(encode(&JournalLine::Outcome(verified(&filler))).unwrap());
    let mut file = fs::OpenOptions::new().append(true).open(folder.path()).unwrap();
    file.write_all(&lines.repeat(200)).unwrap();
    let second = intent(&change(), "14:02:12");
    assert!(matches!(
        folder.journal().record_intent(&second, second.time),
        Err(RecordIntentError::InFlight(_))
    ));
}

#[test]
fn concurrent_writers_lose_no_line() {
    let folder = Folder::new();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let folder = &folder;
            scope.spawn(move || {
                for turn in 0..5 {
                    let intent = intent(&of_key(&format!("{KEY}_{worker}_{turn}")), "14:02:11");
                    folder.journal().record_intent(&intent, intent.time).unwrap();
                    folder.journal().record_outcome(&verified(&intent)).unwrap();
                }
            });
        }
    });
    let history = folder.journal().read();
    assert_eq!((history.entries.len(), history.damage), (20, Damage::default()));
    assert!(history.entries.iter().all(|entry| entry.outcomes.len() == 1));
}

#[test]
fn the_entry_after_a_torn_line_has_its_own_line() {
    let folder = Folder::new();
    write_one(&folder.journal(), "14:02:11");
    let whole = fs::read(folder.path()).unwrap();
    fs::write(folder.path(), &whole[..whole.len() - 20]).unwrap();

    let torn = folder.journal().read();
    assert!(torn.damage.torn && torn.entries[0].outcomes.is_empty(), "{torn:?}");

    write_one(&folder.journal(), "15:02:11");
    let history = folder.journal().read();
    assert_eq!(history.entries.len(), 2);
    assert_eq!(history.damage, Damage { garbage: 1, first: Some(2), ..Damage::default() });
    assert_eq!(
        history.damage.sentence(Path::new("/j")).unwrap(),
        "Could not read all of the journal /j: line 2 is not an entry. The skipped lines are still in the file."
    );
}

#[test]
fn invalid_lines_are_counted_and_kept() {
    let folder = Folder::new();
    let journal = folder.journal();
    write_one(&journal, "14:02:11");
    let long = format!("{{\"v\":1,\"line\":\"{}\"}}\n", "x".repeat(MAX_LINE_BYTES));
    let strange =
        ["\u{0}\u{1}\n", "{\"v\":1}\n", "{\"v\":2,\"line\":\"intent\"}\n", "\n", &long].concat();
    fs::OpenOptions::new()
        .append(true)
        .open(folder.path())
        .unwrap()
        .write_all(strange.as_bytes())
        .unwrap();
    write_one(&journal, "15:02:11");

    let history = journal.read();
    assert_eq!(history.entries.len(), 2);
    assert_eq!(
        history.damage,
        Damage { garbage: 3, first: Some(3), newer: 1, ..Damage::default() }
    );
    assert!(
        fs::read_to_string(folder.path()).unwrap().contains(&strange),
        "nothing is repaired away"
    );
}

#[test]
fn an_in_memory_journal_reads_like_a_file() {
    let journal = Journal::memory();
    let intent = write_one(&journal, "14:02:11");
    assert_eq!(journal.lines().lines().count(), 2);
    assert_eq!(journal.read().entries[0].intent, intent);
    let again = intent;
    journal.record_intent(&again, again.time).unwrap();
    assert!(matches!(
        journal.record_intent(&again, again.time),
        Err(RecordIntentError::InFlight(_))
    ));
}

#[test]
fn a_hostile_name_is_preserved_and_sanitized_on_output() {
    let name = "root\u{202e}nimda\u{1b}[31m\u{e0041}é";
    let intent =
        intent(&KeyChange { user: Some(UserName::from_service(name)), ..change() }, "14:02:11");
    let line = String::from_utf8(encode(&JournalLine::Intent(intent.clone())).unwrap()).unwrap();
    assert!(line.contains("\\u202enimda\\u001b[31m\\udb40\\udc41é"), "{line}");
    let read = history(line.as_bytes());
    assert_eq!(read.entries[0].intent.user.as_ref().unwrap().raw(), name);
}

#[test]
fn a_reason_of_any_length_round_trips() {
    let intent = intent(
        &KeyChange { reason: Some("\u{7}é".repeat(100_000).into()), ..change() },
        "14:02:11",
    );
    let line = encode(&JournalLine::Intent(intent)).unwrap();
    assert_eq!(history(&line[..]).entries.len(), 1);
}

proptest! {
    #[test]
    fn arbitrary_bytes_between_lines_lose_no_entry(noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..6)) {
        let mut text = Vec::new();
        for (turn, noise) in noise.iter().enumerate() {
            text.extend_from_slice(noise);
            text.push(b'\n');
            let mut intent = intent(&change(), "14:02:11");
            intent.id = turn.to_string().into();
            text.extend(encode(&JournalLine::Intent(intent.clone())).unwrap());
            text.extend(encode(&JournalLine::Outcome(verified(&intent))).unwrap());
        }
        let history = history(&text[..]);
        prop_assert_eq!(history.entries.len(), noise.len());
        prop_assert!(history.entries.iter().all(|entry| entry.outcomes.len() == 1));
    }

    #[test]
    fn a_truncated_file_loses_only_its_last_line(cut in 0_usize..1_000) {
        let intent = intent(&change(), "14:02:11");
        let mut text = encode(&JournalLine::Intent(intent.clone())).unwrap();
        let first = text.len();
        text.extend(encode(&JournalLine::Outcome(verified(&intent))).unwrap());
        let cut = cut.min(text.len());
        let history = history(&text[..cut]);
        // A line is whole as soon as its closing brace is there.
        prop_assert_eq!(history.entries.len(), usize::from(cut >= first - 1));
        prop_assert_eq!(history.damage.garbage, 0);
    }
}

#[test]
fn late_and_repeated_outcomes_belong_to_their_change() {
    let folder = Folder::new();
    let journal = folder.journal();
    let (first, second) =
        (intent(&change(), "14:02:11"), intent(&of_key("AKIARZPUZDIKJ3TBYUFZ"), "14:02:12"));
    for intent in [&first, &second] {
        journal.record_intent(intent, intent.time).unwrap();
    }
    let unknown = OutcomeRecord::new(&first.id, OutcomeKind::Unknown, first.time);
    let settled = OutcomeRecord::new(&first.id, OutcomeKind::Settled, first.time);
    for ending in [&unknown, &verified(&second), &settled] {
        journal.record_outcome(ending).unwrap();
    }
    let forged = Intent { key: second.key.clone(), ..first.clone() };
    journal.record_intent(&forged, time("15:00:00")).unwrap();
    let history = journal.read();
    let changes: Vec<_> =
        history.entries.iter().map(|entry| (&entry.intent, entry.outcomes.len())).collect();
    assert_eq!(changes, [(&first, 2), (&second, 1)]);
    assert_eq!(history.entries[0].outcomes, [unknown, settled]);
    assert_eq!(history.damage, Damage { repeated: 1, ..Damage::default() });
    let sentence = history.damage.sentence(Path::new("/j")).unwrap();
    assert!(sentence.contains("entries that repeat the ID of an earlier one: 1"), "{sentence}");
}
