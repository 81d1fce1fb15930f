use std::time::Duration;

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
    assert_eq!(flow.step(), Step::Call);
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
