//! Accounts that are open beside the one shown: activity of their keys, dialogs, and the end of
//! their sessions.

use std::sync::Arc;

use crate::model::{
    AccountId, ErrorKind, IamRead, KeyId, KeyLastUse, KeyStatus, LastUse, ReadData, ReadReply,
    ServiceError, SessionId, TrailEvent, UserName,
};
use crate::tui::context::{ActivityUpdate, SessionPhase};
use crate::tui::effect::TaskEffect;
use crate::tui::message::{Message, SessionEvent};
use crate::tui::popups::Popup;
use crate::tui::tests::activity::{begin, call, issued, page, query, send};
use crate::tui::tests::incident::refused;
use crate::tui::tests::{Driver, ONE, key, session_context};

/// A key of account 595918472158.
const FOREIGN: &str = "AKIAYVP4CIPPERUVIFXG";
/// A key that it has issued.
const ISSUED_THERE: &str = "AKIAYVP4CIPPQZ7WTVKE";

fn foreign_account() -> AccountId {
    AccountId::from_service("595918472158")
}

fn reply(driver: &mut Driver, session: SessionId, read: IamRead, data: ReadData) {
    let at = driver.now.wall;
    let reply = ReadReply { session, read, result: Ok(data), asked_at: at, at };
    driver.batch(vec![Message::Reply(reply)]);
}

/// A screen with the results for two keys, of which one is of another account that is open; returns
/// the session of that account, too. The key of the other account is selected.
fn opened_beside() -> (Driver, SessionId) {
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("{FOREIGN} {ONE}"));
    let id = KeyId::parse(FOREIGN).unwrap();
    let denied = refused(&driver, IamRead::LastUse { key: id.clone() }, ErrorKind::Denied);
    driver.batch(vec![denied]);
    let account = ReadData::Account(foreign_account());
    reply(&mut driver, SessionId(1), IamRead::Account { key: id.clone() }, account);
    driver.keys("r");
    let opened = driver.tasks.iter().find_map(|effect| match effect {
        TaskEffect::OpenOthers(accounts) => accounts.first().cloned(),
        _ => None,
    });
    let session = opened.unwrap().session;
    let mut there = session_context();
    there.caller.account = foreign_account();
    driver.batch(vec![Message::OtherOpened(session, Ok(Box::new(there)))]);
    let owner = Some(UserName::from_service("mallory"));
    let last_use = ReadData::LastUse(KeyLastUse { owner: owner.clone(), last_use: LastUse::Never });
    reply(&mut driver, session, IamRead::LastUse { key: id }, last_use);
    let keys = ReadData::Keys(vec![key(FOREIGN, &KeyStatus::Active)]);
    reply(&mut driver, session, IamRead::Keys { user: owner }, keys);
    driver.assert_shows("595918472158: mallory, ● Active");
    (driver, session)
}

/// Returns the session of the activity that was requested last.
fn session_of_reading(driver: &Driver) -> Option<SessionId> {
    driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::ReadActivity { session, .. } => Some(*session),
        _ => None,
    })
}

#[test]
fn the_activity_of_a_key_is_read_again_in_its_account() {
    let (mut driver, other) = opened_beside();
    driver.keys("c");
    let number = begin(&mut driver, query(FOREIGN, &["us-east-1"]));
    let event = TrailEvent {
        issued: Some(issued(ISSUED_THERE, None)),
        ..call("e1", 60, "iam", "CreateAccessKey")
    };
    send(&mut driver, number, page("us-east-1", vec![event], true));
    send(&mut driver, number, ActivityUpdate::Ended);
    driver.keys("j d");
    assert!(matches!(driver.app.popup(), Some(Popup::LookupResults(_))));
    let issued = KeyId::parse(ISSUED_THERE).unwrap();
    let last_use = IamRead::LastUse { key: issued.clone() };
    let denied = refused(&driver, last_use.clone(), ErrorKind::Denied);
    driver.batch(vec![denied]);
    let account = ReadData::Account(foreign_account());
    reply(&mut driver, SessionId(1), IamRead::Account { key: issued }, account);
    driver.tasks.clear();
    driver.keys("r");
    let is_asked = |effect: &TaskEffect| matches!(effect, TaskEffect::Read { session, read, .. } if *session == other && *read == last_use);
    assert!(driver.tasks.iter().any(is_asked), "{:?}", driver.tasks);
    let opens = |effect: &TaskEffect| matches!(effect, TaskEffect::OpenOthers(_));
    assert!(!driver.tasks.iter().any(opens), "it is open already");
    driver.tasks.clear();
    driver.keys("esc r");
    assert_eq!(session_of_reading(&driver), Some(other));
}

#[test]
fn the_activity_of_a_key_is_not_read_in_another_account_than_its_own() {
    let (mut driver, _) = opened_beside();
    driver.keys("c");
    begin(&mut driver, query(FOREIGN, &["us-east-1"]));
    driver.app.shared.leave_other_accounts();
    driver.tasks.clear();
    driver.keys("r");
    assert_eq!(session_of_reading(&driver), None);
    driver.assert_shows("The session in the account of this key has ended.");
}

#[test]
fn the_dialog_on_a_key_closes_when_the_session_of_its_account_ends() {
    let (mut driver, other) = opened_beside();
    driver.keys("d");
    assert!(matches!(driver.app.popup(), Some(Popup::Confirm(_))));
    driver.wait(31_000);
    let error = ServiceError::new(ErrorKind::Expired, "ListAccessKeys", "expired");
    let read = IamRead::Keys { user: Some(UserName::from_service("mallory")) };
    let (at, result) = (driver.now.wall, Err(Arc::new(error)));
    let reply = ReadReply { session: other, read, result, asked_at: at, at };
    driver.batch(vec![Message::Reply(reply)]);
    assert!(!matches!(driver.app.popup(), Some(Popup::Confirm(_))));
    driver.assert_shows("The session in the account of this key has ended.");
}

#[test]
fn actions_say_of_a_key_in_another_account_what_its_row_says() {
    let (mut driver, session) = opened_beside();
    driver.keys("esc");
    driver.paste(&format!("{ISSUED_THERE} {ONE}"));
    let id = KeyId::parse(ISSUED_THERE).unwrap();
    let denied = refused(&driver, IamRead::LastUse { key: id.clone() }, ErrorKind::Denied);
    driver.batch(vec![denied]);
    let account = ReadData::Account(foreign_account());
    reply(&mut driver, SessionId(1), IamRead::Account { key: id.clone() }, account);
    driver.keys("r");
    driver.keys("d");
    driver.assert_shows(&format!("{ISSUED_THERE}: opening account 595918472158"));
    let opened = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::OpenOthers(accounts) => accounts.first().cloned(),
        _ => None,
    });
    let there_session = opened.unwrap().session;
    assert_ne!(there_session, session);
    let mut there = session_context();
    there.caller.account = foreign_account();
    driver.batch(vec![Message::OtherOpened(there_session, Ok(Box::new(there)))]);
    driver.keys("d");
    driver.assert_shows("is still being looked up");
    let (at, read) = (driver.now.wall, IamRead::LastUse { key: id.clone() });
    let error = ServiceError::new(ErrorKind::NotFound, "GetAccessKeyLastUsed", "gone");
    let result = Err(Arc::new(error));
    let gone = ReadReply { session: there_session, read, result, asked_at: at, at };
    driver.batch(vec![Message::Reply(gone)]);
    let account = ReadData::Account(foreign_account());
    reply(&mut driver, there_session, IamRead::Account { key: id }, account);
    for key in ["d", "c"] {
        driver.keys(key);
        let said = &driver.app.shared.notifications.result().unwrap().text;
        assert!(!said.contains("Press p to open that account"), "{key}: {said}");
        assert!(said.contains(ISSUED_THERE) && said.contains("595918472158"), "{key}: {said}");
    }
}

#[test]
fn the_dialog_on_a_key_closes_if_it_signs_its_session_now() {
    let (mut driver, other) = opened_beside();
    driver.keys("d");
    assert!(matches!(driver.app.popup(), Some(Popup::Confirm(_))));
    // The session shown may have failed meanwhile.
    driver.app.shared.session.phase = SessionPhase::Failed;
    let mut renewed = session_context();
    renewed.caller.account = foreign_account();
    let signer = KeyId::parse(FOREIGN).unwrap();
    (renewed.signing_keys, renewed.signer) = ([signer.clone()].into(), Some(signer));
    driver.batch(vec![Message::Session(other, SessionEvent::Renewed(Box::new(renewed)))]);
    assert!(!matches!(driver.app.popup(), Some(Popup::Confirm(_))));
    driver.assert_shows("Another access key now signs this session");
}
