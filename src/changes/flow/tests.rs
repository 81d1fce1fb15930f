use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::changes::samples::{KEY, change, error, key, time};
use crate::model::{ErrorKind, KeyId, Proof};

fn now() -> Moment {
    Moment { wall: time("14:02:11"), since: Duration::from_millis(400) }
}

fn flow(proof: Proof) -> Flow {
    Flow::new(KeyChange { proof, ..change() }, "ID".into(), Limits::default(), time("14:04:00"))
}

fn answered(result: Result<(), Arc<ServiceError>>) -> Event {
    Event::Answered { result, request_id: Some("req-1".into()), attempts: 2, earlier: false }
}

fn read(status: KeyStatus) -> Event {
    let keys = vec![key(KEY, status), key("AKIARZPUZDIKJ3TBYUFZ", KeyStatus::Active)];
    Event::Read(Ok(Listing { keys, request_id: Some("req-2".into()) }))
}

#[test]
fn intent_call_proof_outcome_in_that_order_and_the_call_once() {
    let mut flow = flow(Proof::Read);
    assert_eq!(flow.step(), Step::WriteIntent);
    assert_eq!(flow.take(Event::IntentWritten(Ok(())), now()), Some(Progress::Intended("ID".into())));
    assert!(matches!(flow.step(), Step::Call(_)));
    assert_eq!(flow.take(answered(Ok(())), now()), Some(Progress::Accepted));
    assert!(matches!(flow.step(), Step::Look(_)));
    assert_eq!(flow.take(read(KeyStatus::Active), now()), Some(Progress::StillOld(Some(KeyStatus::Active))));
    assert_eq!(flow.take(read(KeyStatus::Inactive), now()), None);
    let Step::WriteOutcome(written) = flow.step() else { panic!("{:?}", flow.step()) };
    flow.take(Event::OutcomeWritten(Ok(())), now());
    let Step::Done(receipt) = flow.step() else { panic!("{:?}", flow.step()) };

    assert_eq!(written, receipt);
    assert!(receipt.outcome.is_done());
    assert_eq!(receipt.request_ids, ["req-1".into(), "req-2".into()]);
    assert_eq!((receipt.attempts, receipt.journal_id.as_deref()), (2, Some("ID")));
    assert_eq!(receipt.siblings, [(KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap(), KeyStatus::Active)]);
}

#[test]
fn nothing_is_sent_where_the_intent_is_not_written() {
    let mut flow = flow(Proof::Read);
    flow.take(Event::IntentWritten(Err(NotSent::Journal("full".into()))), now());
    let Step::Done(receipt) = flow.step() else { panic!("{:?}", flow.step()) };
    assert_eq!(receipt.outcome, Outcome::NotSent(NotSent::Journal("full".into())));
    assert_eq!((receipt.journal_id, receipt.attempts), (None, 0));
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let mut flow = flow(Proof::Read);
    flow.take(Event::IntentWritten(Ok(())), Moment { wall: time("14:04:00"), ..now() });
    let Step::WriteOutcome(receipt) = flow.step() else { panic!("{:?}", flow.step()) };
    assert!(matches!(receipt.outcome, Outcome::NotSent(_)), "{:?}", receipt.outcome);
}

#[test]
fn the_time_that_the_journal_takes_is_the_calls_no_more() {
    for (took, left) in [(40, Some(20)), (60, None)] {
        let mut flow = flow(Proof::Read);
        flow.take(Event::IntentWritten(Ok(())), Moment { since: Duration::from_secs(took), ..now() });
        match (flow.step(), left) {
            (Step::Call(within), Some(left)) => assert_eq!(within, Duration::from_secs(left)),
            (Step::WriteOutcome(_), None) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn no_event_out_of_turn_moves_it() {
    let events = || {
        [
            Event::IntentWritten(Ok(())),
            answered(Ok(())),
            read(KeyStatus::Inactive),
            Event::Signed(Ok(())),
            Event::OutcomeWritten(Ok(())),
        ]
    };
    let mut flow = flow(Proof::Read);
    for turn in [0, 1, 2, 4] {
        for (number, event) in events().into_iter().enumerate() {
            if number != turn {
                let step = flow.step();
                assert_eq!((flow.take(event, now()), flow.step()), (None, step));
            }
        }
        flow.take(events()[turn].clone(), now());
    }
    assert!(matches!(flow.step(), Step::Done(_)));
}

#[test]
fn doubt_is_told_and_a_refusal_is_quoted_by_its_request() {
    let mut flow = flow(Proof::Refusal);
    flow.take(Event::IntentWritten(Ok(())), now());
    let lost = error(ErrorKind::Lost, "");
    assert_eq!(flow.take(answered(Err(lost.clone())), now()), Some(Progress::InDoubt(lost)));
    assert_eq!(flow.take(Event::Signed(Ok(())), now()), Some(Progress::StillSigns));
    flow.take(Event::Signed(Err(error(ErrorKind::BadCredentials, "InvalidClientTokenId"))), now());
    flow.take(Event::OutcomeWritten(Err("the disk is full".into())), now());
    let Step::Done(receipt) = flow.step() else { panic!("{:?}", flow.step()) };
    assert!(matches!(receipt.outcome, Outcome::Proved { refused: true, .. }));
    assert_eq!(receipt.request_ids, ["req-1".into(), "req-error".into()]);
    assert_eq!(receipt.unwritten.as_deref(), Some("the disk is full"));
}

#[test]
fn a_refused_change_is_written_down_and_reads_nothing() {
    let mut flow = flow(Proof::Read);
    flow.take(Event::IntentWritten(Ok(())), now());
    assert_eq!(flow.take(answered(Err(error(ErrorKind::Denied, "AccessDenied"))), now()), None);
    let Step::WriteOutcome(receipt) = flow.step() else { panic!("{:?}", flow.step()) };
    assert!(matches!(receipt.outcome, Outcome::Refused(_)));
}

/// A day's worth of the wall clock, set forwards and back.
fn jumps() -> impl Strategy<Value = Vec<(i64, u8)>> {
    prop::collection::vec((-86_400_000..86_400_000_i64, any::<u8>()), 200)
}

proptest! {
    #[test]
    fn however_the_clock_is_set_a_change_ends_in_time_and_calls_once(jumps in jumps(), refusal in any::<bool>()) {
        let mut flow = flow(if refusal { Proof::Refusal } else { Proof::Read });
        let (mut calls, mut since) = (0, Duration::ZERO);
        let begun: Timestamp = time("14:02:11");
        for (millis, answer) in jumps {
            let event = match flow.step() {
                Step::WriteIntent => Event::IntentWritten(Ok(())),
                Step::Call(_) => {
                    calls += 1;
                    since += Duration::from_millis(300);
                    answered(if answer.is_multiple_of(3) { Err(error(ErrorKind::TimedOut, "")) } else { Ok(()) })
                }
                Step::Look(look) => {
                    since += look.after + Duration::from_millis(10);
                    match (look.how, answer % 4) {
                        (How::Read, 0) => read(KeyStatus::Inactive),
                        (How::Read, 1) => Event::Read(Err(error(ErrorKind::Throttled, "Throttling"))),
                        (How::Read, _) => read(KeyStatus::Active),
                        (How::Sign, _) => Event::Signed(Ok(())),
                    }
                }
                Step::WriteOutcome(_) => Event::OutcomeWritten(Ok(())),
                Step::Done(receipt) => {
                    prop_assert!(calls <= 1, "{} calls", calls);
                    // Lengths of time are measured, not taken from the wall.
                    if let Outcome::Proved { took, .. } = receipt.outcome {
                        prop_assert!(took <= since);
                    }
                    prop_assert!(calls == 1 || matches!(receipt.outcome, Outcome::NotSent(_)));
                    return Ok(());
                }
            };
            flow.take(event, Moment { wall: begun + SignedDuration::from_millis(millis), since });
            prop_assert!(since < Limits::default().longest(Proof::Read), "it goes on for {:?}", since);
        }
        prop_assert!(false, "it never ends: {:?}", flow.step());
    }
}

#[test]
fn a_clock_set_forward_while_the_intent_was_written_sends_nothing_and_one_set_back_holds_nothing_up() {
    let mut forward = flow(Proof::Read);
    forward.take(Event::IntentWritten(Ok(())), Moment { wall: time("23:00:00"), ..now() });
    let Step::WriteOutcome(receipt) = forward.step() else { panic!("{:?}", forward.step()) };
    assert!(matches!(receipt.outcome, Outcome::NotSent(_)));

    let mut back = flow(Proof::Read);
    back.take(Event::IntentWritten(Ok(())), Moment { wall: time("01:00:00"), ..now() });
    assert!(matches!(back.step(), Step::Call(_)));
}
