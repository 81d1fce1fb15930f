//! What came of changes: told for each confirmation, and held against later
//! reads.

use std::sync::Arc;

use crate::model::{
    Answer, ErrorKind, Found, KeyId, KeyStatus, LastUse, NotSent, Outcome, Read, Receipt, ServiceError, UserName,
};
use crate::tui::app::{ChangeNews, Message};
use crate::tui::tests::incident::proved;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A};

/// A change ends in that way.
fn ends(driver: &mut Driver, number: usize, outcome: Outcome, sentence: &str) {
    let change = driver.changes()[number].clone();
    let receipt = Box::new(Receipt { outcome, ..Receipt::not_sent(change, NotSent::ReadOnly) });
    driver.batch(vec![Message::Change(ChangeNews::Done { receipt, sentence: sentence.to_owned() })]);
}

fn refused() -> Outcome {
    Outcome::Refused(Arc::new(ServiceError {
        kind: ErrorKind::Denied,
        operation: "UpdateAccessKey",
        code: Some("AccessDenied".into()),
        message: "no".into(),
        request_id: None,
        advice: None,
    }))
}

#[test]
fn a_part_that_failed_stays_marked_and_is_told() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space tab space d");
    driver.wait(300);
    driver.keys("2 enter");
    proved(&mut driver, 0);
    let failed = driver.changes()[1].key.clone();
    ends(&mut driver, 1, refused(), "IAM refused it.");
    driver.shows("1 of 2 keys are done");
    driver.shows("IAM refused it.");
    assert_eq!(driver.state.marks.iter().collect::<Vec<_>>(), [&failed]);
}

/// Two keys are switched on and off while a change of a third is under way.
fn two_confirmations() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.keys("G space k k l space d");
    driver.wait(300);
    driver.keys("2 enter");
    let keys: Vec<_> = driver.changes().iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, [ONE, TWO_A]);
    driver
}

#[test]
fn what_is_done_is_counted_for_each_confirmation() {
    let mut driver = two_confirmations();
    ends(&mut driver, 1, refused(), "IAM refused it.");
    driver.hides("keys are done");
    proved(&mut driver, 0);
    driver.shows("proved 0");
    driver.hides("keys are done");
    assert_eq!(driver.changes()[2].key.as_str(), OWN);
    proved(&mut driver, 2);
    driver.shows("1 of 2 keys are done. The others are still marked");

    let mut driver = two_confirmations();
    proved(&mut driver, 0);
    proved(&mut driver, 1);
    proved(&mut driver, 2);
    driver.shows("2 of 2 keys are done.");
}

/// The only key of alice is off, and that is proved.
fn switched_off() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    proved(&mut driver, 0);
    driver.serve();
    driver
}

/// The keys are read again, while that one has this status.
fn reads(driver: &mut Driver, status: KeyStatus) {
    driver.statuses[0].2 = status;
    driver.wait(100);
    driver.keys("r");
    driver.serve();
}

#[test]
fn what_one_is_putting_back_oneself_contradicts_no_proof() {
    for outcome in [None, Some(Outcome::NotProved { still: None, error: None })] {
        let mut driver = switched_off();
        driver.keys("u");
        driver.serve();
        driver.wait(300);
        driver.keys("W X 2 6 enter");
        assert_eq!(driver.changes().len(), 2);
        if let Some(outcome) = outcome {
            ends(&mut driver, 1, outcome, "IAM still reports it otherwise.");
        }
        reads(&mut driver, KeyStatus::Active);
        let failures = driver.state.notices.failures();
        assert!(failures.iter().all(|failure| !failure.text.contains("IAM now reports it")), "{failures:?}");
    }
}

#[test]
fn after_a_contradiction_the_next_change_and_use_are_told_too() {
    let mut driver = switched_off();
    reads(&mut driver, KeyStatus::Active);
    driver.shows("was proved Inactive at");
    reads(&mut driver, KeyStatus::Active);
    assert_eq!(driver.state.notices.standing().len(), 1, "what was told is not told again");
    let (session, at) = (driver.state.session.id, driver.now.wall);
    let read = Read::LastUse { key: KeyId::parse(ONE).unwrap() };
    let last_use = LastUse::Used { at, service: None, region: None };
    let result = Ok(Found::LastUse { owner: Some(UserName::remote("alice")), last_use });
    driver.batch(vec![Message::Answer(Answer { session, read, result, asked: at, at })]);
    reads(&mut driver, KeyStatus::Inactive);
    let told: Vec<_> = driver.state.notices.standing().iter().map(|failure| failure.text.as_str()).collect();
    assert!(told[1].contains("after IAM had reported it Inactive"), "{told:?}");
    assert!(told[2].contains("was Active at"), "{told:?}");
    assert!(told[2].contains("but IAM now reports it Inactive"), "{told:?}");
}
