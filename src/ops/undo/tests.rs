use proptest::prelude::*;

use super::*;
use crate::changes::long_journal::{bytes_read, write_long_journal};
use crate::changes::random_journal::{KEYS, random_journal};
use crate::changes::test_fixtures::{change, change_origin, entry, intent, time};
use crate::changes::{Intent, JournalLine, OutcomeRecord};
use crate::model::{Endpoint, KeyChange};

/// Chooses a change from a journal with these entries.
fn chosen(entries: &[JournalEntry], id: Option<&str>) -> Result<JournalEntry, UndoRefusal> {
    let chosen = choose(&Journal::with_entries(entries), &change_origin(), id).unwrap().0;
    chosen.map(|entries| {
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries[0].clone()
    })
}

fn done(at: &str) -> JournalEntry {
    entry(&change(), at, Some(OutcomeKind::Verified))
}

fn undo_of(undone: &JournalEntry, at: &str, kind: OutcomeKind) -> JournalEntry {
    let undoes = Some(undone.intent.id.clone().into());
    let back = Direction::Activate;
    entry(
        &KeyChange { undoes, direction: back, before: Some(KeyStatus::Inactive), ..change() },
        at,
        Some(kind),
    )
}

fn now() -> Timestamp {
    time("20:00:00")
}

#[test]
fn the_last_change_of_each_key_of_a_plan_is_undone_once() {
    let of_plan = |plan: &str, key: &str, at: &str, kind: Option<OutcomeKind>| {
        let (key, plan) = (KeyId::parse(key).unwrap(), Some(plan.into()));
        entry(&KeyChange { key, plan, ..change() }, at, kind)
    };
    let (one, two) = ("AKIARZPUZDIKFYHOWX26", "AKIARZPUZDIKJ3TBYUFZ");
    let verified = Some(OutcomeKind::Verified);
    // A crash left the outcome of the first one open; the second has changed the same key.
    let open = of_plan("plan", one, "10:00:00", None);
    let again = of_plan("plan", one, "10:10:00", verified);
    let other_key = of_plan("plan", two, "10:20:00", verified);
    let refused = of_plan("plan", two, "10:30:00", Some(OutcomeKind::Refused));
    let other_plan = of_plan("other", two, "10:40:00", verified);
    let mut entries = vec![open, again.clone(), other_key.clone(), refused];
    let choice = |entries: &[JournalEntry]| {
        choose_of_plan(&Journal::with_entries(entries), &change_origin(), "plan").unwrap()
    };
    assert_eq!(choice(&entries), (Ok(vec![again.clone(), other_key.clone()]), vec![]));
    // A later plan has retired the key: undoing this plan would undo that one.
    let with_other = [&entries[..], std::slice::from_ref(&other_plan)].concat();
    let superseded = UndoRefusal::Superseded(
        Box::new(other_key.intent.clone()),
        Box::new(other_plan.intent.clone()),
    );
    let named = superseded.to_string();
    assert!(named.contains("of plan other is later (Active → Inactive)"), "{named}");
    assert_eq!(choice(&with_other), (Ok(vec![again.clone()]), vec![superseded.clone()]));
    let only_later = [other_key.clone(), other_plan.clone()];
    assert_eq!(choice(&only_later), (Ok(vec![]), vec![superseded]));
    // Once that is undone, the change of this plan is the last one again.
    let mut undone = undo_of(&other_plan, "10:50:00", OutcomeKind::Verified);
    undone.intent.key = KeyId::parse(two).unwrap();
    let with_undone = [&with_other[..], &[undone]].concat();
    assert_eq!(choice(&with_undone), (Ok(vec![again.clone(), other_key.clone()]), vec![]));

    entries.push(undo_of(&again, "11:00:00", OutcomeKind::Verified));
    assert_eq!(choice(&entries), (Ok(vec![other_key.clone()]), vec![]));
    entries.push(undo_of(&other_key, "11:00:00", OutcomeKind::Verified));
    let nothing = Err(UndoRefusal::NothingOfPlan("plan".into()));
    assert_eq!(choice(&entries), (nothing, vec![]));
}

#[test]
fn effective_changes_are_listed_once_latest_first() {
    let (first, second) = (done("10:00:00"), done("11:00:00"));
    let refused = entry(&change(), "12:00:00", Some(OutcomeKind::Refused));
    let mut entries = vec![first.clone(), second.clone(), refused];
    assert_eq!(chosen(&entries, None), Ok(second.clone()));
    entries.push(undo_of(&second, "13:00:00", OutcomeKind::Refused));
    assert_eq!(chosen(&entries, None), Ok(second.clone()), "that undo was refused");
    entries.push(undo_of(&second, "13:01:00", OutcomeKind::Verified));
    assert_eq!(chosen(&entries, None), Ok(first.clone()), "an undo is not undone in turn");
    entries.push(undo_of(&first, "13:02:00", OutcomeKind::Accepted));
    assert_eq!(chosen(&entries, None), Err(UndoRefusal::Nothing));
}

#[test]
fn an_undone_undo_has_no_effect() {
    let first = done("10:00:00");
    let undo = undo_of(&first, "11:00:00", OutcomeKind::Verified);
    let redo = undo_of(&undo, "12:00:00", OutcomeKind::Verified);
    let entries = [first.clone(), undo, redo];
    assert_eq!(chosen(&entries, Some(&first.intent.id)), Ok(first.clone()));
}

#[test]
fn only_changes_of_this_account_count() {
    let (first, second) = (done("10:00:00"), done("11:00:00"));
    let mut demo = done("12:00:00");
    demo.intent.endpoint = Endpoint::Custom("http://127.0.0.1:4000".into());
    let entries = [first, second.clone(), demo.clone()];
    assert_eq!(chosen(&entries, None), Ok(second.clone()));
    let elsewhere = chosen(&entries, Some(&demo.intent.id)).unwrap_err();
    assert!(
        elsewhere.to_string().contains("123456789012, NOT AWS http://127.0.0.1:4000"),
        "{elsewhere}"
    );
}

#[test]
fn a_unique_id_prefix_is_accepted() {
    let entries = [done("10:00:00"), done("11:00:00")];
    let id = &entries[1].intent.id;
    assert_eq!(chosen(&entries, Some("20261124t11")), Ok(entries[1].clone()));
    assert_eq!(chosen(&entries, Some(id.rsplit('-').next().unwrap())), Ok(entries[1].clone()));
    assert!(
        matches!(chosen(&entries, Some("2026")), Err(UndoRefusal::Ambiguous(_, ids)) if ids.len() == 2)
    );
    assert_eq!(chosen(&entries, Some("")), Err(UndoRefusal::NoSuchChange("".into())));
}

#[test]
fn a_confirmation_of_several_keys_is_undone_together() {
    let of_key = |digit: char, batch: Option<&str>| {
        let key = KeyId::parse(&format!("AKIARZPUZDIKAAAAAAA{digit}")).unwrap();
        let mut entry =
            entry(&KeyChange { key, ..change() }, "10:00:00", Some(OutcomeKind::Verified));
        entry.intent.batch = batch.map(EscapedText::from);
        entry
    };
    let mut elsewhere = of_key('E', Some("one"));
    elsewhere.intent.endpoint = Endpoint::Custom("http://127.0.0.1:4000".into());
    let mut refused = of_key('F', Some("one"));
    refused.outcomes[0].kind = OutcomeKind::Refused;
    let mut upwards = of_key('G', Some("one"));
    upwards.intent.direction = Direction::Activate;
    let (alone, two, one) =
        (of_key('A', None), of_key('B', Some("two")), ['C', 'D'].map(|c| of_key(c, Some("one"))));
    // Not written by keyflip: two directions in a confirmation, and one key twice.
    let mut entries = vec![alone.clone(), two.clone(), elsewhere, refused, upwards];
    entries.extend([one[0].clone(), of_key('D', Some("one")), one[1].clone()]);
    let all = |entries: &[JournalEntry]| {
        choose(&Journal::with_entries(entries), &change_origin(), None).unwrap().0.unwrap()
    };
    assert_eq!(all(&entries), one);
    assert_eq!(chosen(&entries, Some(one[0].intent.key.as_str())), Ok(one[0].clone()));
    assert_eq!(chosen(&entries, Some(&one[1].intent.id)), Ok(one[1].clone()));
    drop(entries.remove(6));
    entries.push(undo_of(&one[1], "11:00:00", OutcomeKind::Verified));
    assert_eq!(all(&entries), [one[0].clone()], "what is undone is left out");
    assert_eq!(all(&entries[..2]), [two]);
    assert_eq!(all(&entries[..1]), [alone], "a change without the field stands for itself");
}

#[test]
fn a_key_id_selects_the_last_change_of_that_key() {
    let other = KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap();
    let (first, second) =
        (done("10:00:00"), entry(&KeyChange { key: other, ..change() }, "11:00:00", None));
    let entries = [first.clone(), second];
    assert_eq!(chosen(&entries, Some(first.intent.key.as_str())), Ok(first.clone()));
    let none = chosen(&entries, Some("AKIARZPUZDIKAAAAAAAA")).unwrap_err();
    assert!(none.to_string().contains("no change of AKIARZPUZDIKAAAAAAAA"), "{none}");
}

#[test]
fn an_undo_requires_the_status_that_the_change_set() {
    let entry = done("10:00:00");
    let undo = check_undo(&entry, Some(&KeyStatus::Inactive), None, now()).unwrap();
    assert_eq!((undo.direction, &undo.undoes), (Direction::Activate, &entry.intent.id));
    let moved = check_undo(&entry, Some(&KeyStatus::Active), None, now()).unwrap_err();
    assert!(
        moved.to_string().contains("left the key Inactive, but IAM now reports Active"),
        "{moved}"
    );
    let gone = check_undo(&entry, None, None, now());
    assert!(matches!(gone, Err(UndoRefusal::KeyNotListed(_))));
}

#[test]
fn a_previous_status_that_was_not_read_must_be_given() {
    let unread =
        entry(&KeyChange { before: None, ..change() }, "10:00:00", Some(OutcomeKind::Accepted));
    let inactive = Some(&KeyStatus::Inactive);
    assert!(matches!(
        check_undo(&unread, inactive, None, now()),
        Err(UndoRefusal::PriorStatusUnknown(_))
    ));
    assert!(check_undo(&unread, inactive, Some(Direction::Activate), now()).is_ok());
    let same = check_undo(&unread, inactive, Some(Direction::Deactivate), now());
    assert!(matches!(same, Err(UndoRefusal::ChangedNothing(_))));
    let known =
        check_undo(&done("10:00:00"), inactive, Some(Direction::Deactivate), now()).unwrap();
    assert_eq!(known.direction, Direction::Activate, "what was read wins");
}

#[test]
fn changes_in_flight_or_without_effect_are_not_undone() {
    let inactive = Some(&KeyStatus::Inactive);
    let open = entry(&change(), "10:00:00", None);
    assert!(matches!(
        check_undo(&open, inactive, None, time("10:00:01")),
        Err(UndoRefusal::InFlight(..))
    ));
    assert!(check_undo(&open, inactive, None, now()).is_ok(), "the read just made has settled it");
    let mut settled = open;
    settled.outcomes.push(OutcomeRecord {
        status_seen: Some(KeyStatus::Active),
        ..OutcomeRecord::new(&settled.intent.id, OutcomeKind::Settled, now())
    });
    assert!(matches!(
        check_undo(&settled, inactive, None, now()),
        Err(UndoRefusal::ChangedNothing(_))
    ));
    let expired = KeyChange { before: Some(KeyStatus::Expired), ..change() };
    let expired = entry(&expired, "10:00:00", Some(OutcomeKind::Verified));
    assert!(matches!(check_undo(&expired, inactive, None, now()), Err(UndoRefusal::CannotSet(..))));
}

/// A quadratic implementation of the choice, which gives the same results for well-formed
/// journals.
mod reference {
    use super::*;

    pub(super) fn last(entries: &[JournalEntry]) -> Option<&JournalEntry> {
        entries.iter().rev().find(|entry| {
            let may_have_changed =
                entry.intent.undoes.is_none() && entry.effect() != ChangeEffect::Nothing;
            may_have_changed
                && entry.intent.matches(&change_origin())
                && undone_by(entries, &entry.intent.id).is_none()
        })
    }

    pub(super) fn undone_by<'a>(
        entries: &'a [JournalEntry],
        id: &EscapedText,
    ) -> Option<&'a JournalEntry> {
        (0..entries.len()).map(|at| (&entries[at], &entries[at + 1..])).find_map(
            |(entry, later)| {
                let is_undo = entry.intent.undoes.as_ref() == Some(id) && entry.is_applied();
                (is_undo && undone_by(later, &entry.intent.id).is_none()).then_some(entry)
            },
        )
    }
}

/// One change of a random journal: the change that it undoes, counted back from itself, the kind
/// of its outcome, and whether it was made in this account.
type Random = (Option<usize>, Option<OutcomeKind>, bool);

fn random() -> impl Strategy<Value = Vec<Random>> {
    let kinds =
        [OutcomeKind::Verified, OutcomeKind::Accepted, OutcomeKind::Refused, OutcomeKind::Unknown]
            .map(Some);
    let kind = prop::sample::select([&kinds[..], &[None]].concat());
    prop::collection::vec((prop::option::of(0_usize..4), kind, prop::bool::weighted(0.9)), 1..14)
}

fn journal_of(random: &[Random]) -> Vec<JournalEntry> {
    let mut entries: Vec<JournalEntry> = Vec::new();
    for (number, (back, kind, is_here)) in random.iter().enumerate() {
        let mut entry = entry(&change(), "10:00:00", *kind);
        let undone = back.and_then(|back| number.checked_sub(back + 1));
        entry.intent.undoes = undone.map(|at| entries[at].intent.id.clone());
        if !is_here {
            entry.intent.endpoint = Endpoint::Custom("http://127.0.0.1:4000".into());
        }
        entries.push(entry);
    }
    entries
}

proptest! {
    #[test]
    fn one_pass_selects_the_same_changes_as_the_slow_search(random in random()) {
        let entries = journal_of(&random);
        prop_assert_eq!(chosen(&entries, None).ok(), reference::last(&entries).cloned());
        for entry in &entries {
            let id = &entry.intent.id;
            let by = match chosen(&entries, Some(id)) {
                Ok(chosen) => { prop_assert_eq!(&chosen, entry); None }
                Err(UndoRefusal::AlreadyUndone(_, by)) => Some(by),
                Err(UndoRefusal::Elsewhere(_)) => continue,
                Err(other) => panic!("{other}"),
            };
            prop_assert_eq!(by.as_ref(), reference::undone_by(&entries, id).map(|by| &by.intent.id));
        }
    }

    #[test]
    fn repeated_ids_and_undos_before_their_change_are_ignored(random in random(), at in 0_usize..14) {
        let entries = journal_of(&random);
        let at = at % entries.len();
        let mut forged = entries.clone();
        let repeated = JournalEntry { outcomes: Vec::new(), ..entries[0].clone() };
        let last = entries[entries.len() - 1].intent.id.clone();
        let mut ahead = entry(&change(), "10:00:00", Some(OutcomeKind::Verified));
        ahead.intent.undoes = Some(last);
        let mut own = entry(&change(), "10:00:00", Some(OutcomeKind::Verified));
        own.intent.undoes = Some(own.intent.id.clone());
        forged.splice(at..at, [ahead, own]);
        forged.push(repeated);
        let journal = Journal::with_entries(&forged);
        prop_assert_eq!(journal.read().damage.repeated, 1);
        let choice = choose(&journal, &change_origin(), None).unwrap().0;
        prop_assert_eq!(choice.map(|all| all[0].clone()), chosen(&entries, None));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_end_of_a_journal_decides_like_all_of_it(random in random_journal()) {
        let journal = Journal::with_text(random.text);
        let keys = KEYS.iter().map(|key| (*key).to_owned());
        // The first, the last and two between.
        let ids = random.ids.iter().step_by((random.ids.len() / 3).max(1));
        let named = ids.flat_map(|id| [id.clone(), id[..15].to_owned(), id[17..].to_owned()]);
        let selected = keys.chain(named).map(Some);
        for selected in std::iter::once(None).chain(selected) {
            let change_origin = change_origin();
            let mut chooser = UndoChooser::new(&change_origin, selected.as_deref());
            let mut scan =
                journal.scan(&mut |number, line| chooser.add_line(number, line)).unwrap();
            let expected = chooser.choose(&mut scan).unwrap();
            let choice = choose(&journal, &change_origin, selected.as_deref()).unwrap().0;
            prop_assert_eq!(choice, expected, "{:?}", selected);
        }
    }
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn of_a_million_lines_only_the_end_is_read_for_an_undo() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    write_long_journal(&path);
    let journal = Journal::file(path);
    let batch = [KEYS[0], KEYS[1]].map(|key| {
        let key = KeyId::parse(key).unwrap();
        let mut intent = intent(&KeyChange { key, ..change() }, "14:02:11");
        intent.batch = Some("20261124T140200Z-k7q2x-1".into());
        journal.record_intent(&intent, intent.time).unwrap();
        intent
    });
    let selected = [None, Some(KEYS[0]), Some(&*batch[0].id)];
    for (selected, count) in selected.into_iter().zip([2, 1, 1]) {
        let bytes = bytes_read(|| {
            let chosen = choose(&journal, &change_origin(), selected).unwrap().0.unwrap();
            assert_eq!(chosen.len(), count, "{selected:?}");
        });
        assert!(bytes > 0 && bytes <= 192 * 1024, "{selected:?}: {bytes} bytes");
    }
}

#[test]
fn long_and_forged_journals_are_read_in_one_pass() {
    // Each of these changes was undone, and each undo of an undo undone again.
    let (long, one) = (200_000_usize, intent(&change(), "10:00:00"));
    let chain = |number: usize, undoes: Option<usize>| Intent {
        id: number.to_string().into(),
        undoes: undoes.map(|undone| undone.to_string().into()),
        ..one.clone()
    };
    let change_origin = change_origin();
    for is_chain in [true, false] {
        let mut chooser = UndoChooser::new(&change_origin, None);
        for number in 0..long {
            let undoes = if is_chain {
                number.checked_sub(1)
            } else {
                (number % 2 == 1).then(|| number - 1)
            };
            let intent = chain(number, undoes);
            let ending = OutcomeRecord::new(&intent.id, OutcomeKind::Verified, intent.time);
            chooser.add_line(number, &JournalLine::Intent(intent));
            chooser.add_line(number, &JournalLine::Outcome(ending));
        }
        assert_eq!(chooser.numbers(), Err(UndoRefusal::Nothing));
    }
    // Ten thousand lines that say of one change that it undoes itself.
    let done = done("10:00:00");
    let mut forged = done.clone();
    forged.intent.undoes = Some(done.intent.id.clone());
    let entries: Vec<_> = std::iter::once(done.clone()).chain(vec![forged; 10_000]).collect();
    assert_eq!(
        chosen(&entries, None),
        Ok(JournalEntry { outcomes: vec![done.outcomes[0].clone(); 10_001], ..done })
    );
}
