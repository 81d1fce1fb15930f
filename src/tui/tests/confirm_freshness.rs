//! A dialog that stays open: it refreshes its facts, and closes when they are
//! contradicted.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::model::{
    ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, LastUse, ReadData, ReadReply, ServiceError,
    SessionContext,
};
use crate::tui::effect::TaskEffect;
use crate::tui::message::{Message, SessionEvent};
use crate::tui::tests::confirm::asks;
use crate::tui::tests::{Driver, ONE, session_context};

/// Opens an armed dialog for the only key of a user.
fn open() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.serve();
    driver.wait(300);
    assert!(asks(&driver));
    driver
}

fn used(driver: &Driver, ago: SignedDuration) -> ReadReply {
    let last_use =
        LastUse::Used { at: driver.now.wall - ago, service: Some("s3".into()), region: None };
    let read = IamRead::LastUse { key: KeyId::parse(ONE).unwrap() };
    let answer = driver.answer(driver.app.shared.session.id, read);
    ReadReply { result: Ok(ReadData::LastUse(KeyLastUse { owner: None, last_use })), ..answer }
}

#[test]
fn the_status_is_read_again_after_30_seconds() {
    let mut driver = open();
    driver.wait(31_000);
    driver.keys("y");
    assert!(asks(&driver) && driver.changes().is_empty(), "the status is older than 30 s");
    driver.serve();
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
    let change = driver.changes()[0].clone();
    assert!(driver.now.wall.duration_since(change.read.unwrap()) < SignedDuration::from_secs(2));
}

#[test]
fn the_status_is_read_again_after_a_stall() {
    let mut driver = open();
    driver.now.mono += std::time::Duration::from_secs(40);
    driver.now.wall += SignedDuration::from_secs(40);
    driver.keys("y");
    assert!(asks(&driver) && driver.changes().is_empty());
}

#[test]
fn the_dialog_closes_when_someone_else_changes_the_key() {
    let mut driver = open();
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.wait(31_000);
    driver.serve();
    assert!(!asks(&driver));
    driver.assert_shows("is now Inactive, not Active: someone else changed it");
}

#[test]
fn a_late_warning_is_drawn_before_anything_confirms() {
    let mut driver = open();
    driver.assert_shows("3d ago");
    let answer = used(&driver, SignedDuration::from_mins(3));
    // Pressed before the warning could be seen.
    driver.batch(vec![Message::Reply(answer), crate::tui::tests::press("y")]);
    assert!(asks(&driver) && driver.changes().is_empty());
    driver.assert_shows("was used in the last 24 hours");
    driver.keys("y");
    assert!(asks(&driver) && driver.changes().is_empty(), "it has not been at rest since");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_failed_status_read_is_shown_before_anything_confirms() {
    let mut driver = open();
    driver.wait(31_000);
    let read = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::Read { read: read @ IamRead::Keys { .. }, .. } => Some(read.clone()),
        _ => None,
    });
    let error = ServiceError {
        kind: ErrorKind::Denied,
        operation: "ListAccessKeys",
        code: Some("AccessDenied".into()),
        message: "not now".into(),
        request_id: None,
        hint: None,
        sign_in: None,
        proxy: None,
    };
    let reply = driver.answer(driver.app.shared.session.id, read.unwrap());
    let failed = Message::Reply(ReadReply { result: Err(Arc::new(error)), ..reply });
    driver.batch(vec![failed]);
    driver.keys("y");
    assert!(asks(&driver) && driver.changes().is_empty(), "the warning has just been drawn");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn the_dialog_closes_when_its_key_begins_to_sign() {
    let mut driver = open();
    let session = driver.app.shared.session.id;
    let renewed = |session_context: SessionContext| {
        vec![Message::Session(session, SessionEvent::Renewed(Box::new(session_context)))]
    };
    driver.batch(renewed(session_context()));
    assert!(asks(&driver));
    let turned = SessionContext { signer: KeyId::parse(ONE).ok(), ..session_context() };
    driver.batch(renewed(turned));
    assert!(!asks(&driver));
    driver.assert_shows("Another access key now signs this session");
    driver.keys("t");
    driver.assert_shows("is the key that signs this session");
}

#[test]
fn the_dialog_closes_when_the_session_ends() {
    let mut driver = open();
    let error = ServiceError::new(
        ErrorKind::CallerChanged,
        "ListAccessKeys",
        "The credentials now lead to somebody else.",
    );
    let answer = driver.answer(driver.app.shared.session.id, IamRead::Alias);
    driver.batch(vec![Message::Reply(ReadReply { result: Err(Arc::new(error)), ..answer })]);
    assert!(!asks(&driver));
    driver.assert_shows("The session has ended");
    driver.keys("!");
    driver.assert_shows("now lead to somebody else");
}
