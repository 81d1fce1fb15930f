//! A change whose outcome is unknown: its key is shown so until a later read.

use std::sync::Arc;

use crate::model::{
    ChangeReport, ErrorKind, IamRead, KeyId, KeyStatus, NotSentReason, Outcome, ReadReply,
    ServiceError, UserName,
};
use crate::tui::effect::TaskEffect;
use crate::tui::message::{ChangeEvent, Message, RecoveryEvent, UnfinishedChange};
use crate::tui::tests::confirm::asks;
use crate::tui::tests::{Driver, ONE};

fn error(operation: &'static str) -> Arc<ServiceError> {
    ServiceError::new(ErrorKind::ConnectionLost, operation, "reset").into()
}

/// Returns a screen on which the deactivation of [`ONE`] has ended without a clear outcome.
fn after_unknown_outcome() -> Driver {
    after(Outcome::Unknown { last_status: None, error: error("UpdateAccessKey") })
}

/// Returns a screen on which the deactivation of [`ONE`] has ended like that.
fn after(outcome: Outcome) -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    let change = driver.changes()[0].clone();
    let report = ChangeReport::not_sent(change, NotSentReason::ReadOnly);
    let change_report = Box::new(ChangeReport { outcome, ..report });
    driver.tasks.clear();
    driver.wait(1_000);
    let sentence = "Outcome unknown".to_owned();
    driver.batch(vec![Message::Change(ChangeEvent::Done { change_report, sentence })]);
    driver.wait(1_000);
    driver
}

/// Returns the reply to the read of the owner's keys that was requested last.
fn reply(driver: &Driver) -> ReadReply {
    let read = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::Read { read: read @ IamRead::Keys { .. }, .. } => Some(read.clone()),
        _ => None,
    });
    driver.answer(driver.app.shared.session.id, read.expect("the key is read again"))
}

#[test]
fn the_wanted_status_has_a_question_mark_until_the_recovery_has_settled_it() {
    let mut driver = after_unknown_outcome();
    driver.assert_shows("Inactive?");
    let session = driver.app.shared.session.id;
    assert!(driver.tasks.contains(&TaskEffect::Recover { session }), "{:?}", driver.tasks);
    let read = reply(&driver);
    let earlier =
        ReadReply { asked_at: read.asked_at - jiff::SignedDuration::from_mins(1), ..read };
    driver.batch(vec![Message::Reply(earlier)]);
    driver.assert_shows("Inactive?");
    driver.serve();
    driver.assert_shows("Inactive?");
    driver.keys("j k enter enter");
    driver.assert_shows("Inactive? The outcome of the change was unknown at");
    driver.keys("esc");
    let (key, user) = (KeyId::parse(ONE).unwrap(), Some(UserName::from_service("alice")));
    driver.batch(vec![Message::Recovery(session, RecoveryEvent::Settled { key, user })]);
    driver.assert_hides("Inactive?");
}

#[test]
fn the_status_before_ends_the_question_mark_only_when_lists_show_the_change() {
    let mut driver = after(Outcome::Unverified { last_status: None, error: None });
    driver.serve();
    driver.assert_shows("Inactive?");
    driver.wait(9 * 60 * 1_000);
    driver.keys("r");
    driver.serve();
    driver.assert_shows("Inactive?");
    driver.wait(2 * 60 * 1_000);
    driver.keys("r");
    driver.serve();
    driver.assert_hides("Inactive?");
    driver.assert_shows("● Active");
}

#[test]
fn an_unfinished_change_of_another_run_makes_the_status_uncertain() {
    let mut driver = Driver::ready(120, 40);
    let session = driver.app.shared.session.id;
    let found = |wanted: &[KeyStatus]| {
        let since = driver.now.wall;
        let key = KeyId::parse(ONE).unwrap();
        let change =
            |it: &KeyStatus| UnfinishedChange { key: key.clone(), wanted: it.clone(), since };
        let found = wanted.iter().map(change).collect();
        Message::Recovery(session, RecoveryEvent::Unfinished(found))
    };
    let (unfinished, none) = (found(&[KeyStatus::Inactive]), found(&[]));
    driver.tasks.clear();
    driver.batch(vec![unfinished]);
    let reads_journal = |it: &TaskEffect| matches!(it, TaskEffect::ReadJournal { .. });
    assert!(!driver.tasks.iter().any(reads_journal), "nothing was recorded");
    driver.assert_shows("Inactive?");
    driver.keys("a");
    driver.assert_hides("already Active");
    assert!(asks(&driver));
    driver.keys("esc");
    driver.batch(vec![none]);
    driver.assert_hides("Inactive?");
    driver.keys("a");
    driver.assert_shows("already Active");
}

#[test]
fn a_read_of_the_wanted_status_ends_the_question_mark() {
    let mut driver = after_unknown_outcome();
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.serve();
    driver.assert_hides("Inactive?");
    driver.assert_shows("○ Inactive");
}

#[test]
fn a_key_of_uncertain_status_is_never_already_set() {
    let mut driver = after_unknown_outcome();
    driver.keys("a");
    assert!(asks(&driver));
    driver.assert_shows("Inactive → Active");
    driver.serve();
    assert!(!asks(&driver));
    driver.assert_shows("has not taken effect so far");
}

#[test]
fn a_key_whose_change_is_in_flight_is_never_already_set() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
    // IAM still lists it Active.
    driver.keys("a");
    driver.assert_shows("still in progress");
    driver.assert_hides("already Active");
}

#[test]
fn a_dialog_on_the_key_waits_for_a_read_and_closes_if_that_fails() {
    let mut driver = after_unknown_outcome();
    driver.keys("d");
    driver.assert_shows("The outcome of your change to Inactive was unknown at");
    driver.wait(300);
    driver.keys("y");
    assert!(asks(&driver) && driver.changes().is_empty(), "nothing is known of the status");
    let failed = ReadReply { result: Err(error("ListAccessKeys")), ..reply(&driver) };
    driver.batch(vec![Message::Reply(failed)]);
    assert!(!asks(&driver));
    driver.assert_shows(&format!("Could not read the status of {ONE}"));
}

#[test]
fn the_old_status_arms_the_dialog_again() {
    let mut driver = after_unknown_outcome();
    driver.keys("d");
    driver.serve();
    driver.assert_hides("Reading the key");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn the_wanted_status_is_not_ascribed_to_someone_else() {
    let mut driver = after_unknown_outcome();
    driver.keys("d");
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.serve();
    assert!(!asks(&driver));
    driver.assert_shows("your change, whose outcome was unknown at");
    driver.assert_hides("someone else");
}

#[test]
fn what_the_recovery_says_replaces_the_error() {
    let mut driver = after_unknown_outcome();
    let session = driver.app.shared.session.id;
    let key = KeyId::parse(ONE).unwrap();
    let sentence = "Still unknown".to_owned();
    let unsettled = RecoveryEvent::Unsettled { key: key.clone(), sentence };
    driver.batch(vec![Message::Recovery(session, unsettled)]);
    let shown = |driver: &Driver| {
        let errors = driver.app.shared.notifications.undismissed().iter();
        errors.map(|error| error.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&driver), ["Still unknown"]);
    let user = Some(UserName::from_service("alice"));
    driver.batch(vec![Message::Recovery(session, RecoveryEvent::Settled { key, user })]);
    assert_eq!(shown(&driver), Vec::<String>::new());
}
