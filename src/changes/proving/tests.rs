use super::*;
use crate::changes::entry::LONGEST;
use crate::changes::samples::{KEY, change, error, key, time};

fn at(since: f64) -> Moment {
    Moment { wall: time("14:02:11"), since: Duration::from_secs_f64(since) }
}

fn proving(proof: Proof) -> Proving {
    Proving::new(&KeyChange { proof, ..change() }, Limits::default(), at(0.0))
}

fn status(status: KeyStatus) -> Vec<AccessKey> {
    vec![key("AKIARZPUZDIKJ3TBYUFZ", KeyStatus::Inactive), key(KEY, status)]
}

fn look(turn: Turn) -> Look {
    match turn {
        Turn::Look(look) => look,
        Turn::End(outcome) => panic!("ended with {outcome:?}"),
    }
}

fn end(turn: Turn) -> Outcome {
    match turn {
        Turn::End(outcome) => outcome,
        Turn::Look(look) => panic!("goes on with {look:?}"),
    }
}

/// Answers every look alike until it ends: the pauses, and the outcome.
fn run_out(
    proving: &mut Proving,
    mut turn: Turn,
    mut answer: impl FnMut(&mut Proving, Look, Moment) -> Turn,
) -> (Vec<f64>, Outcome) {
    let (mut pauses, mut now) = (Vec::new(), 0.0);
    loop {
        match turn {
            Turn::End(outcome) => return (pauses, outcome),
            Turn::Look(look) => {
                now += look.after.as_secs_f64();
                pauses.push(look.after.as_secs_f64());
                turn = answer(proving, look, at(now));
            }
        }
        assert!(pauses.len() < 100, "does not end: {pauses:?}");
    }
}

#[test]
fn the_wanted_status_proves_at_once() {
    let mut proving = proving(Proof::Read);
    let first = look(proving.answered(Ok(()), false, at(0.3)));
    assert_eq!((first.how, first.after), (How::Read, Duration::ZERO));
    let proved = end(proving.read(Ok(&status(KeyStatus::Inactive)), at(0.4)));
    let took = Duration::from_secs_f64(0.4);
    assert_eq!(proved, Outcome::Proved { at: time("14:02:11"), took, refused: false });
}

#[test]
fn the_old_status_proves_nothing_until_the_limit() {
    let mut proving = proving(Proof::Read);
    let first = proving.answered(Ok(()), false, at(0.0));
    let (pauses, outcome) =
        run_out(&mut proving, first, |proving, _, now| proving.read(Ok(&status(KeyStatus::Active)), now));
    assert_eq!(outcome, Outcome::NotProved { still: Some(KeyStatus::Active), error: None });
    assert_eq!(pauses[..7], [0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0]);
    assert!((pauses.iter().sum::<f64>() - 30.0).abs() < 1e-6, "the last look is at the limit: {pauses:?}");
}

#[test]
fn a_change_that_becomes_visible_late_is_proved() {
    let mut proving = proving(Proof::Read);
    proving.answered(Ok(()), false, at(0.0));
    look(proving.read(Ok(&status(KeyStatus::Active)), at(0.1)));
    look(proving.read(Err(error(ErrorKind::Server, "ServiceFailure")), at(0.4)));
    look(proving.read(Ok(&[]), at(0.8)));
    assert!(end(proving.read(Ok(&status(KeyStatus::Inactive)), at(9.0))).is_done());
}

#[test]
fn a_lost_answer_is_settled_by_reads() {
    for kind in [ErrorKind::TimedOut, ErrorKind::Lost, ErrorKind::Server, ErrorKind::Unreadable] {
        let lost = error(kind, "");
        let mut carried_out = proving(Proof::Read);
        look(carried_out.answered(Err(Arc::clone(&lost)), false, at(5.0)));
        assert!(end(carried_out.read(Ok(&status(KeyStatus::Inactive)), at(5.1))).is_done(), "{kind:?}");

        let mut silent = proving(Proof::Read);
        let first = silent.answered(Err(Arc::clone(&lost)), false, at(0.0));
        let (_, outcome) = run_out(&mut silent, first, |p, _, now| p.read(Ok(&status(KeyStatus::Active)), now));
        assert_eq!(outcome, Outcome::Unknown { error: lost, still: Some(KeyStatus::Active) });
    }
}

#[test]
fn a_clear_refusal_ends_it_unless_an_earlier_attempt_may_have_got_through() {
    let denied = error(ErrorKind::Denied, "AccessDenied");
    assert_eq!(
        end(proving(Proof::Read).answered(Err(denied.clone()), false, at(0.1))),
        Outcome::Refused(denied.clone())
    );
    let mut second_attempt = proving(Proof::Read);
    look(second_attempt.answered(Err(denied), true, at(0.1)));
    assert!(end(second_attempt.read(Ok(&status(KeyStatus::Inactive)), at(0.2))).is_done());
}

#[test]
fn what_never_left_was_not_sent() {
    for kind in [ErrorKind::NoCredentials, ErrorKind::Unsigned, ErrorKind::Unreachable] {
        let error = error(kind, "");
        let outcome = end(proving(Proof::Read).answered(Err(error.clone()), false, at(0.1)));
        assert_eq!(outcome, Outcome::NotSent(NotSent::Call(error)));
    }
}

#[test]
fn without_a_wish_for_proof_nothing_is_read() {
    assert_eq!(end(proving(Proof::None).answered(Ok(()), false, at(0.1))), Outcome::Accepted);
    let lost = error(ErrorKind::TimedOut, "");
    let outcome = end(proving(Proof::None).answered(Err(lost.clone()), false, at(0.1)));
    assert_eq!(outcome, Outcome::Unknown { error: lost, still: None });
}

#[test]
fn a_read_that_is_denied_is_not_repeated() {
    let denied = error(ErrorKind::Denied, "AccessDenied");
    let mut accepted = proving(Proof::Read);
    accepted.answered(Ok(()), false, at(0.0));
    let outcome = end(accepted.read(Err(denied.clone()), at(0.1)));
    assert_eq!(outcome, Outcome::NotProved { still: None, error: Some(denied) });
}

#[test]
fn throttled_reads_come_more_slowly_and_never_prove() {
    let mut proving = proving(Proof::Read);
    let first = proving.answered(Ok(()), false, at(0.0));
    let (pauses, outcome) = run_out(&mut proving, first, |proving, _, now| {
        proving.read(Err(error(ErrorKind::Throttled, "Throttling")), now)
    });
    assert_eq!(pauses[..4], [0.0, 2.0, 4.0, 8.0]);
    assert!(matches!(outcome, Outcome::NotProved { still: None, error: Some(_) }), "{outcome:?}");
}

#[test]
fn being_refused_proves_that_the_own_key_is_off() {
    let mut proving = proving(Proof::Refusal);
    assert_eq!(look(proving.answered(Ok(()), false, at(0.2))).how, How::Sign);
    assert_eq!(look(proving.signed(Ok(()), at(0.3))).how, How::Sign);
    look(proving.signed(Err(error(ErrorKind::TimedOut, "")), at(0.6)));
    let refused = end(proving.signed(Err(error(ErrorKind::BadCredentials, "InvalidClientTokenId")), at(3.0)));
    assert!(matches!(refused, Outcome::Proved { refused: true, .. }), "{refused:?}");
}

#[test]
fn a_broken_signature_or_an_ended_session_proves_nothing() {
    for (kind, code) in [
        (ErrorKind::BadCredentials, "SignatureDoesNotMatch"),
        (ErrorKind::Expired, "ExpiredToken"),
        (ErrorKind::Denied, "AccessDenied"),
    ] {
        let mut proving = proving(Proof::Refusal);
        proving.answered(Ok(()), false, at(0.2));
        let outcome = end(proving.signed(Err(error(kind, code)), at(0.3)));
        assert!(matches!(outcome, Outcome::NotProved { error: Some(_), .. }), "{outcome:?}");
    }
    let mut reading = proving(Proof::Read);
    reading.answered(Ok(()), false, at(0.2));
    let foreign = reading.read(Err(error(ErrorKind::BadCredentials, "InvalidClientTokenId")), at(0.3));
    assert!(!end(foreign).is_done(), "it may be another key that is refused");
}

#[test]
fn where_another_key_signs_after_all_the_key_is_read() {
    let mut proving = proving(Proof::Refusal);
    let first = proving.answered(Ok(()), false, at(0.0));
    let (_, outcome) = run_out(&mut proving, first, |proving, look, now| match look.how {
        How::Sign => proving.signed(Ok(()), now),
        How::Read => proving.read(Ok(&status(KeyStatus::Inactive)), now),
    });
    let Outcome::Proved { took, refused: false, .. } = outcome else { panic!("{outcome:?}") };
    assert!(took >= REFUSAL_PATIENCE, "{took:?}");
}

#[test]
fn every_answer_ends_within_the_longest_time() {
    let limits = Limits { call: MOST, proof: MOST };
    for proof in [Proof::Read, Proof::Refusal] {
        let mut proving = Proving::new(&KeyChange { proof, ..change() }, limits, at(0.0));
        let mut turn = proving.answered(Ok(()), false, at(limits.call.as_secs_f64()));
        let mut now = limits.call;
        // The worst: every answer comes as late as it may, and is no answer.
        while let Turn::Look(next) = turn {
            now += next.after + next.within;
            let late = error(ErrorKind::TimedOut, "");
            turn = match next.how {
                How::Read => proving.read(Err(late), at(now.as_secs_f64())),
                How::Sign => proving.signed(Err(late), at(now.as_secs_f64())),
            };
        }
        assert!(now < limits.longest(proof), "{now:?}");
        assert!(limits.longest(proof).as_secs() < LONGEST.as_secs().unsigned_abs());
    }
}
