use super::*;
use crate::changes::journal::entry::MAX_CHANGE_DURATION;
use crate::changes::test_fixtures::{KEY, change, error, key, time};

fn at(since: f64) -> Now {
    Now { wall: time("14:02:11"), mono: Duration::from_secs_f64(since) }
}

fn verifier(verification: Verification) -> Verifier {
    Verifier::new(&KeyChange { verification, ..change() }, at(0.0))
}

fn status(status: KeyStatus) -> Vec<AccessKey> {
    vec![key("AKIARZPUZDIKJ3TBYUFZ", KeyStatus::Inactive), key(KEY, status)]
}

fn probe(next: NextStep) -> Probe {
    match next {
        NextStep::Probe(probe) => probe,
        NextStep::Finished(outcome) => panic!("ended with {outcome:?}"),
    }
}

fn end(turn: NextStep) -> Outcome {
    match turn {
        NextStep::Finished(outcome) => outcome,
        NextStep::Probe(probe) => panic!("goes on with {probe:?}"),
    }
}

/// Answers every probe alike until the verification ends. Returns the pauses and the outcome.
fn run_out(
    verifier: &mut Verifier,
    mut turn: NextStep,
    mut answer: impl FnMut(&mut Verifier, Probe, Now) -> NextStep,
) -> (Vec<f64>, Outcome) {
    let (mut pauses, mut now) = (Vec::new(), 0.0);
    loop {
        match turn {
            NextStep::Finished(outcome) => return (pauses, outcome),
            NextStep::Probe(probe) => {
                now += probe.after.as_secs_f64();
                pauses.push(probe.after.as_secs_f64());
                turn = answer(verifier, probe, at(now));
            }
        }
        assert!(pauses.len() < 100, "does not end: {pauses:?}");
    }
}

#[test]
fn the_target_status_verifies_at_once() {
    let mut verifier = verifier(Verification::ByRead);
    let first = probe(verifier.on_response(Ok(()), false, at(0.3)));
    assert_eq!((first.kind, first.after), (ProbeKind::Read, Duration::ZERO));
    let verified = end(verifier.on_read(Ok(&status(KeyStatus::Inactive)), at(0.4)));
    let took = Duration::from_secs_f64(0.4);
    assert_eq!(verified, Outcome::Verified { at: time("14:02:11"), took, refused: false });
}

#[test]
fn the_old_status_is_polled_until_the_time_limit() {
    let mut verifier = verifier(Verification::ByRead);
    let first = verifier.on_response(Ok(()), false, at(0.0));
    let (pauses, outcome) = run_out(&mut verifier, first, |verifier, _, now| {
        verifier.on_read(Ok(&status(KeyStatus::Active)), now)
    });
    assert_eq!(outcome, Outcome::Unverified { last_status: Some(KeyStatus::Active), error: None });
    assert_eq!(pauses[..7], [0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0]);
    assert!(
        (pauses.iter().sum::<f64>() - 30.0).abs() < 1e-6,
        "the last probe is at the limit: {pauses:?}"
    );
}

#[test]
fn a_change_that_becomes_visible_late_is_verified() {
    let mut verifier = verifier(Verification::ByRead);
    verifier.on_response(Ok(()), false, at(0.0));
    probe(verifier.on_read(Ok(&status(KeyStatus::Active)), at(0.1)));
    probe(verifier.on_read(Err(error(ErrorKind::Server, "ServiceFailure")), at(0.4)));
    probe(verifier.on_read(Ok(&[]), at(0.8)));
    assert!(end(verifier.on_read(Ok(&status(KeyStatus::Inactive)), at(9.0))).is_applied());
}

#[test]
fn a_lost_response_is_resolved_by_reads() {
    for kind in
        [ErrorKind::TimedOut, ErrorKind::ConnectionLost, ErrorKind::Server, ErrorKind::Unreadable]
    {
        let lost = error(kind, "");
        let mut carried_out = verifier(Verification::ByRead);
        probe(carried_out.on_response(Err(Arc::clone(&lost)), false, at(5.0)));
        assert!(
            end(carried_out.on_read(Ok(&status(KeyStatus::Inactive)), at(5.1))).is_applied(),
            "{kind:?}"
        );

        let mut silent = verifier(Verification::ByRead);
        let first = silent.on_response(Err(Arc::clone(&lost)), false, at(0.0));
        let (_, outcome) =
            run_out(&mut silent, first, |p, _, now| p.on_read(Ok(&status(KeyStatus::Active)), now));
        assert_eq!(outcome, Outcome::Unknown { error: lost, last_status: Some(KeyStatus::Active) });
    }
}

#[test]
fn a_denial_is_final_unless_an_attempt_was_lost() {
    let denied = error(ErrorKind::Denied, "AccessDenied");
    assert_eq!(
        end(verifier(Verification::ByRead).on_response(Err(denied.clone()), false, at(0.1))),
        Outcome::Refused(denied.clone())
    );
    let mut second_attempt = verifier(Verification::ByRead);
    probe(second_attempt.on_response(Err(denied), true, at(0.1)));
    assert!(end(second_attempt.on_read(Ok(&status(KeyStatus::Inactive)), at(0.2))).is_applied());
}

#[test]
fn a_failed_connection_means_not_sent() {
    for kind in [
        ErrorKind::NoCredentials,
        ErrorKind::CredentialSourceFailed,
        ErrorKind::Unreachable,
        ErrorKind::BadCertificate,
    ] {
        let error = error(kind, "");
        let outcome =
            end(verifier(Verification::ByRead).on_response(Err(error.clone()), false, at(0.1)));
        assert_eq!(outcome, Outcome::NotSent(NotSentReason::Call(error)));
    }
}

#[test]
fn without_verification_nothing_is_read() {
    assert_eq!(
        end(verifier(Verification::None).on_response(Ok(()), false, at(0.1))),
        Outcome::Accepted
    );
    let lost = error(ErrorKind::TimedOut, "");
    let outcome = end(verifier(Verification::None).on_response(Err(lost.clone()), false, at(0.1)));
    assert_eq!(outcome, Outcome::Unknown { error: lost, last_status: None });
}

#[test]
fn a_denied_read_is_not_repeated() {
    let denied = error(ErrorKind::Denied, "AccessDenied");
    let mut accepted = verifier(Verification::ByRead);
    accepted.on_response(Ok(()), false, at(0.0));
    let outcome = end(accepted.on_read(Err(denied.clone()), at(0.1)));
    assert_eq!(outcome, Outcome::Unverified { last_status: None, error: Some(denied) });
}

#[test]
fn throttled_reads_slow_down_and_never_verify() {
    let mut verifier = verifier(Verification::ByRead);
    let first = verifier.on_response(Ok(()), false, at(0.0));
    let (pauses, outcome) = run_out(&mut verifier, first, |verifier, _, now| {
        verifier.on_read(Err(error(ErrorKind::Throttled, "Throttling")), now)
    });
    assert_eq!(pauses[..4], [0.0, 2.0, 4.0, 8.0]);
    assert!(
        matches!(outcome, Outcome::Unverified { last_status: None, error: Some(_) }),
        "{outcome:?}"
    );
}

#[test]
fn a_refused_call_verifies_that_the_own_key_is_inactive() {
    let mut verifier = verifier(Verification::ByRefusal);
    assert_eq!(probe(verifier.on_response(Ok(()), false, at(0.2))).kind, ProbeKind::Sign);
    assert_eq!(probe(verifier.on_signed(Ok(()), at(0.3))).kind, ProbeKind::Sign);
    probe(verifier.on_signed(Err(error(ErrorKind::TimedOut, "")), at(0.6)));
    let refused =
        end(verifier
            .on_signed(Err(error(ErrorKind::BadCredentials, "InvalidClientTokenId")), at(3.0)));
    assert!(matches!(refused, Outcome::Verified { refused: true, .. }), "{refused:?}");
}

#[test]
fn a_broken_signature_or_an_ended_session_verifies_nothing() {
    for (kind, code) in [
        (ErrorKind::BadCredentials, "SignatureDoesNotMatch"),
        (ErrorKind::Expired, "ExpiredToken"),
        (ErrorKind::Denied, "AccessDenied"),
    ] {
        let mut verifier = verifier(Verification::ByRefusal);
        verifier.on_response(Ok(()), false, at(0.2));
        let outcome = end(verifier.on_signed(Err(error(kind, code)), at(0.3)));
        assert!(matches!(outcome, Outcome::Unverified { error: Some(_), .. }), "{outcome:?}");
    }
    let mut reading = verifier(Verification::ByRead);
    reading.on_response(Ok(()), false, at(0.2));
    let foreign =
        reading.on_read(Err(error(ErrorKind::BadCredentials, "InvalidClientTokenId")), at(0.3));
    assert!(!end(foreign).is_applied(), "it may be another key that is refused");
}

#[test]
fn the_key_is_read_if_another_key_signs() {
    let mut verifier = verifier(Verification::ByRefusal);
    let first = verifier.on_response(Ok(()), false, at(0.0));
    let (_, outcome) = run_out(&mut verifier, first, |verifier, probe, now| match probe.kind {
        ProbeKind::Sign => verifier.on_signed(Ok(()), now),
        ProbeKind::Read => verifier.on_read(Ok(&status(KeyStatus::Inactive)), now),
    });
    let Outcome::Verified { took, refused: false, .. } = outcome else { panic!("{outcome:?}") };
    assert!(took >= REFUSAL_TIMEOUT, "{took:?}");
}

#[test]
fn every_response_ends_within_the_time_limit() {
    let limits = ChangeLimits { call: MAX_CHANGE_LIMIT };
    for (verification, is_accepted) in [
        (Verification::ByRead, false),
        (Verification::ByRefusal, false),
        // Another key signs.
        (Verification::ByRefusal, true),
    ] {
        let mut verifier = Verifier::new(&KeyChange { verification, ..change() }, at(0.0));
        let mut turn = verifier.on_response(Ok(()), false, at(limits.call.as_secs_f64()));
        let mut now = limits.call;
        // The worst: every answer comes as late as it may, and is no answer.
        while let NextStep::Probe(next) = turn {
            now += next.after + next.within;
            let late = error(ErrorKind::TimedOut, "");
            turn = match next.kind {
                ProbeKind::Read => verifier.on_read(Err(late), at(now.as_secs_f64())),
                ProbeKind::Sign => {
                    let reply = if is_accepted { Ok(()) } else { Err(late) };
                    verifier.on_signed(reply, at(now.as_secs_f64()))
                }
            };
        }
        assert!(now < limits.max_duration(verification), "{now:?}");
        assert!(
            limits.max_duration(verification).as_secs()
                < MAX_CHANGE_DURATION.as_secs().unsigned_abs()
        );
    }
}
