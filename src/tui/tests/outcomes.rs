//! Outcomes of changes: reported for each confirmation, and compared with later
//! reads.

use std::sync::Arc;

use crate::model::{
    ChangeReport, ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, LastUse, NotSentReason,
    Outcome, ReadData, ReadReply, ServiceError, UserName,
};
use crate::tui::message::{ChangeEvent, Message};
use crate::tui::tests::incident::verified;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A};

/// Finishes a change with that outcome.
fn ends(driver: &mut Driver, number: usize, outcome: Outcome, sentence: &str) {
    let change = driver.changes()[number].clone();
    let change_report = Box::new(ChangeReport {
        outcome,
        ..ChangeReport::not_sent(change, NotSentReason::ReadOnly)
    });
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
        sign_in: None,
        proxy: None,
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
    driver.assert_shows(
        "1 of 2 changes verified: IAM reports 1 key Inactive in acme-prod 123456789012.",
    );
    driver.assert_shows("IAM refused it.");
    assert_eq!(driver.app.shared.marks.iter().collect::<Vec<_>>(), [&failed]);
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
fn finished_changes_are_counted_per_confirmation() {
    let mut driver = two_confirmations();
    ends(&mut driver, 1, refused(), "IAM refused it.");
    driver.assert_hides("of 2 ");
    verified(&mut driver, 0);
    driver.assert_shows("verified 0");
    driver.assert_hides("of 2 ");
    assert_eq!(driver.changes()[2].key.as_str(), OWN);
    verified(&mut driver, 2);
    driver.assert_shows(
        "1 of 2 changes verified: IAM reports 1 key Inactive in acme-prod 123456789012.",
    );
    driver.assert_shows("The others are still marked: press !");

    let mut driver = two_confirmations();
    verified(&mut driver, 0);
    verified(&mut driver, 1);
    verified(&mut driver, 2);
    driver.assert_shows(
        "IAM reports 2 of 2 keys Inactive in acme-prod 123456789012. Press u to undo.",
    );
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
fn the_users_own_undo_contradicts_no_verification() {
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
        let failures = driver.app.shared.notifications.errors();
        assert!(
            failures.iter().all(|failure| !failure.text.contains("IAM now reports it")),
            "{failures:?}"
        );
    }
}

#[test]
fn changes_and_uses_after_a_contradiction_are_reported() {
    let mut driver = deactivated();
    reads(&mut driver, KeyStatus::Active);
    driver.assert_shows("was verified Inactive at");
    reads(&mut driver, KeyStatus::Active);
    assert_eq!(
        driver.app.shared.notifications.undismissed().len(),
        1,
        "what was told is not told again"
    );
    let (session, at) = (driver.app.shared.session.id, driver.now.wall);
    let read = IamRead::LastUse { key: KeyId::parse(ONE).unwrap() };
    let last_use = LastUse::Used { at, service: None, region: None };
    let result = Ok(ReadData::LastUse(KeyLastUse {
        owner: Some(UserName::from_service("alice")),
        last_use,
    }));
    driver.batch(vec![Message::Reply(ReadReply { session, read, result, asked_at: at, at })]);
    reads(&mut driver, KeyStatus::Inactive);
    let reported: Vec<_> = driver
        .app
        .shared
        .notifications
        .undismissed()
        .iter()
        .map(|failure| failure.text.as_str())
        .collect();
    assert!(reported[1].contains("after IAM reported it Inactive"), "{reported:?}");
    assert!(reported[2].contains("was Active at"), "{reported:?}");
    assert!(reported[2].contains("but IAM now reports it Inactive"), "{reported:?}");
}

#[test]
fn a_batch_and_its_undo_are_reported_with_count_status_and_account() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space tab space d");
    driver.wait(300);
    driver.keys("2 enter");
    for number in 0..2 {
        driver.statuses[number].2 = KeyStatus::Inactive;
        verified(&mut driver, number);
    }
    driver.serve();
    driver.assert_shows(
        "✓ IAM reports 2 of 2 keys Inactive in acme-prod 123456789012. Press u to undo.",
    );
    driver.keys("u");
    driver.serve();
    driver.wait(300);
    driver.keys("2 enter");
    for number in 2..4 {
        driver.statuses[number - 2].2 = KeyStatus::Active;
        verified(&mut driver, number);
    }
    driver.assert_shows("✓ IAM reports 2 of 2 keys Active in acme-prod 123456789012.");
    driver.assert_hides("u undoes");
}

#[test]
fn a_batch_with_the_own_key_claims_only_what_iam_showed() {
    let mut driver = two_confirmations();
    verified(&mut driver, 0);
    verified(&mut driver, 1);
    let at = driver.now.wall;
    let refused = Outcome::Verified { at, took: std::time::Duration::from_secs(1), refused: true };
    ends(&mut driver, 2, refused, "IAM now refuses it.");
    let text = &driver.app.shared.notifications.result().unwrap().text;
    assert_eq!(
        *text,
        "IAM reports 1 of 2 keys Inactive in acme-prod 123456789012; it now refuses the key that \
         signs this session."
    );
}
