//! Journals that no single process has written, for property tests: several accounts, keys and
//! clocks, and lines that are not entries.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::journal::encode;
use super::journal::entry::{Intent, JournalLine};
use super::journal::outcome::{OutcomeKind, OutcomeRecord};
use super::test_fixtures::{change, intent, time};
use crate::model::{AccountId, Direction, KeyChange, KeyId};

/// The keys of the changes.
pub(crate) const KEYS: [&str; 4] = [
    "AKIARZPUZDIKFYHOWX26",
    "AKIARZPUZDIKJ3TBYUFZ",
    "AKIARZPUZDIKAAAAAAAA",
    "AKIAIOSFODNN7EXAMPLE",
];

const OUTCOMES: [OutcomeKind; 6] = [
    OutcomeKind::Verified,
    OutcomeKind::Verified,
    OutcomeKind::Accepted,
    OutcomeKind::Refused,
    OutcomeKind::Unknown,
    OutcomeKind::Settled,
];

/// A journal with the facts about it that a test needs.
#[derive(Debug)]
pub(crate) struct RandomJournal {
    pub(crate) text: Vec<u8>,
    /// The IDs of all changes.
    pub(crate) ids: Vec<String>,
    /// When its last line was written.
    pub(crate) now: Timestamp,
}

#[derive(Clone, Debug)]
enum Step {
    Intent {
        key: usize,
        is_here: bool,
        batch: Option<usize>,
        /// The change that is undone, counted back from this one.
        undoes: Option<usize>,
        skew: i64,
    },
    /// The change, counted back from the last one, and the outcome.
    Outcome(usize, OutcomeKind),
    /// A line that is not an entry, of this length.
    Garbage(usize),
    Newer,
    Orphan,
    /// The beginning of a line, which another process has continued with a line of its own.
    Torn,
    Pause,
}

/// Returns journals of some hundred kilobytes. Clocks differ by up to a minute.
pub(crate) fn random_journal() -> impl Strategy<Value = RandomJournal> {
    prop::collection::vec(step(), 1..80).prop_map(|steps| journal_of(&steps))
}

fn step() -> impl Strategy<Value = Step> {
    let batch = prop::option::of(0_usize..3);
    let undoes = prop::option::weighted(0.3, 0_usize..6);
    let intent = (0..KEYS.len(), prop::bool::weighted(0.7), batch, undoes, -60_i64..60).prop_map(
        |(key, is_here, batch, undoes, skew)| Step::Intent { key, is_here, batch, undoes, skew },
    );
    let outcome = (0_usize..6, prop::sample::select(&OUTCOMES[..]));
    prop_oneof![
        6 => intent,
        6 => outcome.prop_map(|(back, kind)| Step::Outcome(back, kind)),
        2 => (0_usize..60_000).prop_map(Step::Garbage),
        1 => Just(Step::Newer),
        1 => Just(Step::Orphan),
        1 => Just(Step::Torn),
        1 => Just(Step::Pause),
    ]
}

fn journal_of(steps: &[Step]) -> RandomJournal {
    let (mut text, mut ids, mut now) = (Vec::new(), Vec::<String>::new(), time("08:00:00"));
    let mut batches: [Option<String>; 3] = Default::default();
    for step in steps {
        now += SignedDuration::from_secs(5);
        let added = match step {
            Step::Intent { key, is_here, batch, undoes, skew } => {
                let number = ids.len();
                let undone = undoes.and_then(|back| number.checked_sub(back + 1));
                let change = KeyChange {
                    key: KeyId::parse(KEYS[*key]).unwrap(),
                    direction: [Direction::Deactivate, Direction::Activate][number % 5 / 4],
                    undoes: undone.map(|undone| ids[undone].as_str().into()),
                    ..change()
                };
                let stamp =
                    |number: usize| format!("{}-{number:05}", now.strftime("%Y%m%dT%H%M%SZ"));
                let mut intent: Intent = intent(&change, "08:00:00");
                let longest = intent.deadline.duration_since(intent.time);
                intent.time = now + SignedDuration::from_secs(*skew);
                intent.deadline = intent.time + longest;
                intent.id = stamp(number).into();
                intent.batch = batch.map(|batch| {
                    batches[batch]
                        .get_or_insert_with(|| format!("{}-1", stamp(batch)))
                        .clone()
                        .into()
                });
                // Those of this process are not reported as in flight.
                intent.pid += 1;
                if !is_here {
                    intent.account = Some(AccountId::from_number(1));
                }
                ids.push(intent.id.to_string());
                encode(&JournalLine::Intent(intent)).unwrap()
            }
            Step::Outcome(back, kind) => {
                let Some(number) = ids.len().checked_sub(back + 1) else { continue };
                outcome(&ids[number], *kind, now)
            }
            Step::Garbage(length) => [vec![b'x'; *length], b"\n".to_vec()].concat(),
            Step::Newer => b"{\"v\":2,\"line\":\"intent\"}\n".to_vec(),
            Step::Orphan => outcome("20200101T000000Z-00000", OutcomeKind::Verified, now),
            Step::Torn => {
                let line = outcome("20200101T000000Z-00000", OutcomeKind::Verified, now);
                [&line[..line.len() / 2], b"\n"].concat()
            }
            Step::Pause => {
                now += SignedDuration::from_mins(20);
                continue;
            }
        };
        text.extend(added);
    }
    RandomJournal { text, ids, now }
}

/// Returns the beginning of the line of the intent with that ID.
pub(crate) fn intent_line(id: &str) -> String {
    format!("{{\"v\":1,\"line\":\"intent\",\"id\":\"{id}\"")
}

fn outcome(id: &str, kind: OutcomeKind, at: Timestamp) -> Vec<u8> {
    encode(&JournalLine::Outcome(OutcomeRecord::new(&id.into(), kind, at))).unwrap()
}
