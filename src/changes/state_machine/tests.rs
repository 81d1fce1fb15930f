use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::changes::test_fixtures::{KEY, change, error, key, time};
use crate::model::{ErrorKind, KeyId, Verification};

fn now() -> Now {
    Now { wall: time("14:02:11"), mono: Duration::from_millis(400) }
}

fn machine(verification: Verification) -> ChangeMachine {
    ChangeMachine::new(
        KeyChange { verification, ..change() },
        "ID".into(),
        ChangeLimits::default(),
        time("14:04:00"),
    )
}

fn answered(result: Result<(), Arc<ServiceError>>) -> StepResult {
    StepResult::Responded {
        result,
        request_id: Some("req-1".into()),
        attempts: 2,
        had_ambiguous_attempt: false,
    }
}

fn read(status: KeyStatus) -> StepResult {
    let keys = vec![key(KEY, status), key("AKIARZPUZDIKJ3TBYUFZ", KeyStatus::Active)];
    StepResult::Read(Ok(OwnerKeys { keys, request_id: Some("req-2".into()) }))
}

#[test]
fn a_change_runs_its_steps_in_order_and_calls_once() {
    let mut machine = machine(Verification::ByRead);
    assert_eq!(machine.step(), ChangeStep::WriteIntent);
    assert_eq!(
        machine.handle(StepResult::IntentWritten(Ok(())), now()),
        Some(ChangeProgress::Intended("ID".into()))
    );
    assert!(matches!(machine.step(), ChangeStep::Call(_)));
    assert_eq!(machine.handle(answered(Ok(())), now()), Some(ChangeProgress::Accepted));
    assert!(matches!(machine.step(), ChangeStep::Probe(_)));
    assert_eq!(
        machine.handle(read(KeyStatus::Active), now()),
        Some(ChangeProgress::StatusUnchanged(Some(KeyStatus::Active)))
    );
    assert_eq!(machine.handle(read(KeyStatus::Inactive), now()), None);
    let ChangeStep::WriteOutcome(written) = machine.step() else { panic!("{:?}", machine.step()) };
    machine.handle(StepResult::OutcomeWritten(Ok(())), now());
    let ChangeStep::Done(change_report) = machine.step() else { panic!("{:?}", machine.step()) };

    assert_eq!(written, change_report);
    assert!(change_report.outcome.is_applied());
    assert_eq!(change_report.request_ids, ["req-1".into(), "req-2".into()]);
    assert_eq!((change_report.attempts, change_report.journal_id.as_deref()), (2, Some("ID")));
    assert_eq!(
        change_report.siblings,
        [(KeyId::parse("AKIARZPUZDIKJ3TBYUFZ").unwrap(), KeyStatus::Active)]
    );
}

#[test]
fn nothing_is_sent_if_the_intent_is_not_written() {
    let mut machine = machine(Verification::ByRead);
    machine.handle(
        StepResult::IntentWritten(Err(NotSentReason::Journal(JournalError::Thread.into()))),
        now(),
    );
    let ChangeStep::Done(change_report) = machine.step() else { panic!("{:?}", machine.step()) };
    assert_eq!(
        change_report.outcome,
        Outcome::NotSent(NotSentReason::Journal(JournalError::Thread.into()))
    );
    assert_eq!((change_report.journal_id, change_report.attempts), (None, 0));
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let mut machine = machine(Verification::ByRead);
    machine.handle(StepResult::IntentWritten(Ok(())), Now { wall: time("14:04:00"), ..now() });
    let ChangeStep::WriteOutcome(change_report) = machine.step() else {
        panic!("{:?}", machine.step())
    };
    assert!(matches!(change_report.outcome, Outcome::NotSent(_)), "{:?}", change_report.outcome);
}

#[test]
fn the_journals_delay_shortens_the_calls_time() {
    for (took, left) in [(40, Some(20)), (60, None)] {
        let mut machine = machine(Verification::ByRead);
        machine.handle(
            StepResult::IntentWritten(Ok(())),
            Now { mono: Duration::from_secs(took), ..now() },
        );
        match (machine.step(), left) {
            (ChangeStep::Call(within), Some(left)) => assert_eq!(within, Duration::from_secs(left)),
            (ChangeStep::WriteOutcome(_), None) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn events_out_of_order_are_ignored() {
    let events = || {
        [
            StepResult::IntentWritten(Ok(())),
            answered(Ok(())),
            read(KeyStatus::Inactive),
            StepResult::Signed(Ok(())),
            StepResult::OutcomeWritten(Ok(())),
        ]
    };
    let mut machine = machine(Verification::ByRead);
    for turn in [0, 1, 2, 4] {
        for (number, event) in events().into_iter().enumerate() {
            if number != turn {
                let step = machine.step();
                assert_eq!((machine.handle(event, now()), machine.step()), (None, step));
            }
        }
        machine.handle(events()[turn].clone(), now());
    }
    assert!(matches!(machine.step(), ChangeStep::Done(_)));
}

#[test]
fn an_unknown_outcome_is_reported_with_its_request_id() {
    let mut machine = machine(Verification::ByRefusal);
    machine.handle(StepResult::IntentWritten(Ok(())), now());
    let lost = error(ErrorKind::ConnectionLost, "");
    assert_eq!(
        machine.handle(answered(Err(lost.clone())), now()),
        Some(ChangeProgress::OutcomeUnknown(lost))
    );
    assert_eq!(
        machine.handle(StepResult::Signed(Ok(())), now()),
        Some(ChangeProgress::KeyStillAccepted)
    );
    machine.handle(
        StepResult::Signed(Err(error(ErrorKind::BadCredentials, "InvalidClientTokenId"))),
        now(),
    );
    machine.handle(StepResult::OutcomeWritten(Err(JournalError::Thread.into())), now());
    let ChangeStep::Done(change_report) = machine.step() else { panic!("{:?}", machine.step()) };
    assert!(matches!(change_report.outcome, Outcome::Verified { refused: true, .. }));
    assert_eq!(change_report.request_ids, ["req-1".into(), "req-error".into()]);
    assert_eq!(change_report.journal_error.as_deref(), Some(&JournalError::Thread));
}

#[test]
fn a_denied_change_is_journaled_without_a_read() {
    let mut machine = machine(Verification::ByRead);
    machine.handle(StepResult::IntentWritten(Ok(())), now());
    assert_eq!(
        machine.handle(answered(Err(error(ErrorKind::Denied, "AccessDenied"))), now()),
        None
    );
    let ChangeStep::WriteOutcome(change_report) = machine.step() else {
        panic!("{:?}", machine.step())
    };
    assert!(matches!(change_report.outcome, Outcome::Refused(_)));
}

/// Offsets of the wall clock in milliseconds, up to a day forwards or back.
fn jumps() -> impl Strategy<Value = Vec<(i64, u8)>> {
    prop::collection::vec((-86_400_000..86_400_000_i64, any::<u8>()), 200)
}

proptest! {
    #[test]
    fn clock_jumps_do_not_delay_a_change_or_repeat_its_call(jumps in jumps(), refusal in any::<bool>()) {
        let mut machine = machine(if refusal { Verification::ByRefusal } else { Verification::ByRead });
        let (mut calls, mut since) = (0, Duration::ZERO);
        let begun: Timestamp = time("14:02:11");
        for (millis, answer) in jumps {
            let event = match machine.step() {
                ChangeStep::WriteIntent => StepResult::IntentWritten(Ok(())),
                ChangeStep::Call(_) => {
                    calls += 1;
                    since += Duration::from_millis(300);
                    answered(if answer.is_multiple_of(3) { Err(error(ErrorKind::TimedOut, "")) } else { Ok(()) })
                }
                ChangeStep::Probe(probe) => {
                    since += probe.after + Duration::from_millis(10);
                    match (probe.kind, answer % 4) {
                        (ProbeKind::Read, 0) => read(KeyStatus::Inactive),
                        (ProbeKind::Read, 1) => StepResult::Read(Err(error(ErrorKind::Throttled, "Throttling"))),
                        (ProbeKind::Read, _) => read(KeyStatus::Active),
                        (ProbeKind::Sign, _) => StepResult::Signed(Ok(())),
                    }
                }
                ChangeStep::WriteOutcome(_) => StepResult::OutcomeWritten(Ok(())),
                ChangeStep::Done(change_report) => {
                    prop_assert!(calls <= 1, "{} calls", calls);
                    // Durations come from the monotonic clock.
                    if let Outcome::Verified { took, .. } = change_report.outcome {
                        prop_assert!(took <= since);
                    }
                    prop_assert!(calls == 1 || matches!(change_report.outcome, Outcome::NotSent(_)));
                    return Ok(());
                }
            };
            machine.handle(event, Now { wall: begun + SignedDuration::from_millis(millis), mono: since });
            prop_assert!(since < ChangeLimits::default().max_duration(Verification::ByRead), "it goes on for {:?}", since);
        }
        prop_assert!(false, "it never ends: {:?}", machine.step());
    }
}

#[test]
fn a_clock_jump_while_the_intent_is_written_is_handled() {
    let mut forward = machine(Verification::ByRead);
    forward.handle(StepResult::IntentWritten(Ok(())), Now { wall: time("23:00:00"), ..now() });
    let ChangeStep::WriteOutcome(change_report) = forward.step() else {
        panic!("{:?}", forward.step())
    };
    assert!(matches!(change_report.outcome, Outcome::NotSent(_)));

    let mut back = machine(Verification::ByRead);
    back.handle(StepResult::IntentWritten(Ok(())), Now { wall: time("01:00:00"), ..now() });
    assert!(matches!(back.step(), ChangeStep::Call(_)));
}
