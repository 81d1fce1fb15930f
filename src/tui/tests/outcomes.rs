//! Outcomes of changes: reported for each confirmation, and compared with later
//! reads.

use std::sync::Arc;

use crate::model::{
    ChangeReport, ErrorKind, IamRead, KeyId, KeyStatus, LastUse, NotSent, Outcome, ReadData,
    ReadReply, ServiceError, UserName,
};
use crate::tui::app::{ChangeEvent, Message};
use crate::tui::tests::incident::verified;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A};

/// Finishes a change with that outcome.
fn ends(driver: &mut Driver, number: usize, outcome: Outcome, sentence: &str) {
    let change = driver.changes()[number].clone();
    let change_report =
        Box::new(ChangeReport { outcome, ..ChangeReport::not_sent(change, NotSent::ReadOnly) });
    driver.batch(vec![Message::Change(ChangeEvent::Done {
        change_report,
        sentence: sentence.to_owned(),
    })]);
}

fn refused() -> Outcome {
    Outcome::Refused(Arc::new(ServiceError {
        kind: ErrorKind::Denied,
        operation: "UpdateAccessKey",
        code: Some("AccessDenied".into()),
        message: "no".into(),
        request_id: None,
        hint: None,
    }))
}

#[test]
fn failed_keys_of_a_batch_stay_marked_and_are_reported() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space tab space d");
    driver.wait(300);
    driver.keys("2 enter");
    verified(&mut driver, 0);
    let failed = driver.changes()[1].key.clone();
    ends(&mut driver, 1, refused(), "IAM refused it.");
    driver.assert_shows("1 of 2 keys are done");
    driver.assert_shows("IAM refused it.");
    assert_eq!(driver.state.marks.iter().collect::<Vec<_>>(), [&failed]);
}

/// Deactivates and activates two keys while a change of a third is in flight.
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
    driver.assert_hides("keys are done");
    verified(&mut driver, 0);
    driver.assert_shows("proved 0");
    driver.assert_hides("keys are done");
    assert_eq!(driver.changes()[2].key.as_str(), OWN);
    verified(&mut driver, 2);
    driver.assert_shows("1 of 2 keys are done. The others are still marked");

    let mut driver = two_confirmations();
    verified(&mut driver, 0);
    verified(&mut driver, 1);
    verified(&mut driver, 2);
    driver.assert_shows("2 of 2 keys are done.");
}

/// Deactivates the only key of alice, verified.
fn deactivated() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    driver.serve();
    driver
}

/// Reads the keys again, with that status of the key.
fn reads(driver: &mut Driver, status: KeyStatus) {
    driver.statuses[0].2 = status;
    driver.wait(100);
    driver.keys("r");
    driver.serve();
}

#[test]
fn what_one_is_putting_back_oneself_contradicts_no_verification() {
    for outcome in [None, Some(Outcome::Unverified { last_status: None, error: None })] {
        let mut driver = deactivated();
        driver.keys("u");
        driver.serve();
        driver.wait(300);
        driver.keys("W X 2 6 enter");
        assert_eq!(driver.changes().len(), 2);
        if let Some(outcome) = outcome {
            ends(&mut driver, 1, outcome, "IAM still reports it otherwise.");
        }
        reads(&mut driver, KeyStatus::Active);
        let failures = driver.state.notifications.errors();
        assert!(
            failures.iter().all(|failure| !failure.text.contains("IAM now reports it")),
            "{failures:?}"
        );
    }
}

#[test]
fn after_a_contradiction_the_next_change_and_use_are_told_too() {
    let mut driver = deactivated();
    reads(&mut driver, KeyStatus::Active);
    driver.assert_shows("was proved Inactive at");
    reads(&mut driver, KeyStatus::Active);
    assert_eq!(
        driver.state.notifications.undismissed().len(),
        1,
        "what was told is not told again"
    );
    let (session, at) = (driver.state.session.id, driver.now.wall);
    let read = IamRead::LastUse { key: KeyId::parse(ONE).unwrap() };
    let last_use = LastUse::Used { at, service: None, region: None };
    let result = Ok(ReadData::LastUse { owner: Some(UserName::from_service("alice")), last_use });
    driver.batch(vec![Message::Reply(ReadReply { session, read, result, asked_at: at, at })]);
    reads(&mut driver, KeyStatus::Inactive);
    let told: Vec<_> = driver
        .state
        .notifications
        .undismissed()
        .iter()
        .map(|failure| failure.text.as_str())
        .collect();
    assert!(told[1].contains("after IAM had reported it Inactive"), "{told:?}");
    assert!(told[2].contains("was Active at"), "{told:?}");
    assert!(told[2].contains("but IAM now reports it Inactive"), "{told:?}");
}
