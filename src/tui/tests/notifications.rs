//! Notifications while waiting and when nothing can be done, and footer hints.

use crate::model::{ErrorKind, IamRead, KeyStatus, ReadReply, UserName};
use crate::tui::app::{ChangeEvent, ChangePhase, Message, SessionEvent};
use crate::tui::keymap::Keymap;
use crate::tui::tests::incident::{paste, refused, verified};
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, TWO_A, TWO_B, session_context};

#[test]
fn a_change_in_flight_shows_its_phase_and_duration() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.assert_shows(&format!("{ONE} → Inactive: being written to the journal"));
    let change_id = driver.changes()[0].id;
    let step = ChangePhase::Verifying;
    driver.batch(vec![Message::Change(ChangeEvent::Step { change_id, step })]);
    driver.wait(3_100);
    driver.assert_shows("accepted, waiting for IAM to report it (3 s)");
    verified(&mut driver, 0);
    driver.assert_hides("waiting for IAM");
    driver.assert_shows("u undo");
    driver.assert_shows("w watch");
}

#[test]
fn a_change_of_a_sibling_key_is_reported_and_late_replies_are_not() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j l d");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.only_change().0, TWO_A);
    driver.statuses[1].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    driver.serve();
    let session = driver.state.session.id;
    let read = IamRead::Keys { user: Some(UserName::from_service("bob")) };
    driver.wait(100);
    let late = driver.answer(session, read.clone());
    driver.wait(100);
    driver.statuses[2].2 = KeyStatus::Active;
    let now = driver.answer(session, read);
    driver.batch(vec![Message::Reply(now)]);
    driver.batch(vec![Message::Reply(late)]);
    let [told] = driver.state.notifications.undismissed() else {
        panic!("{:?}", driver.state.notifications.undismissed())
    };
    assert!(told.text.contains(&format!(
        "{TWO_B} of bob, beside a key changed here, is Active, no longer Inactive"
    )));
}

#[test]
fn a_session_that_could_not_be_opened_again_reads_nothing_any_more() {
    let mut driver = Driver::new(120, 40);
    driver.open(session_context());
    let ended = refused(&driver, IamRead::Alias, ErrorKind::Expired);
    driver.batch(vec![ended]);
    driver.keys("r");
    let Message::Reply(ReadReply { result: Err(error), .. }) =
        refused(&driver, IamRead::Alias, ErrorKind::Expired)
    else {
        panic!("no error")
    };
    let id = driver.state.session.id;
    driver.batch(vec![Message::Session(id, SessionEvent::Failed(error))]);
    driver.wait(10_000);
    driver.assert_hides("reading");
    assert_eq!(driver.state.deadline(), None, "nothing turns any more");
}

#[test]
fn without_a_session_it_says_why_nothing_happens() {
    let mut driver = Driver::new(120, 40);
    driver.keys("t");
    driver.assert_shows("The session is still being opened");
    let id = driver.state.session.id;
    let Message::Reply(ReadReply { result: Err(error), .. }) =
        refused(&driver, IamRead::Alias, ErrorKind::NoCredentials)
    else {
        panic!("no error")
    };
    let failed = SessionEvent::Failed(error);
    driver.batch(vec![Message::Session(id, failed)]);
    for key in ["t", "u", "d"] {
        driver.keys("esc");
        driver.keys(key);
        driver.assert_shows(
            "There is no session, so IAM can't be asked: r tries again, p changes the profile.",
        );
    }
    driver.keys("esc");
    paste(&mut driver, ONE);
    driver.assert_shows("There is no session");
}

#[test]
fn the_footer_has_the_keys_of_the_open_popup() {
    let mut driver = Driver::ready(120, 40);
    driver.assert_shows("L journal");
    driver.keys("t");
    driver.assert_shows(" y confirm  n cancel  tab reason, buttons");
    driver.assert_hides("L journal");
    driver.keys("esc !");
    driver.assert_shows(" esc close  j k scroll");
}

#[test]
fn after_the_session_has_ended_it_is_told_how_to_open_it_again() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("r");
    let expired = failed(
        &driver,
        IamRead::Keys { user: Some(UserName::from_service("alice")) },
        ErrorKind::Expired,
    );
    driver.batch(vec![expired]);
    driver.wait(40_000);
    for key in ["t", "d", "u", "w"] {
        driver.keys("esc");
        driver.assert_hides("r opens it again");
        driver.keys(key);
        assert!(driver.state.popup.is_none(), "{key}");
        driver.assert_shows("The session has ended: r opens it again.");
    }
    driver.keys("esc");
    paste(&mut driver, TWO_B);
    driver.assert_shows("The session has ended: r opens it again.");
    driver.keys("Y");
    driver.assert_shows("Commands for");
}

#[test]
fn a_dialog_that_waits_for_a_read_closes_when_the_session_ends() {
    let mut driver = Driver::ready(120, 40);
    driver.wait(40_000);
    driver.keys("t");
    driver.assert_shows("Deactivate this access key?");
    let expired = failed(
        &driver,
        IamRead::Keys { user: Some(UserName::from_service("bob")) },
        ErrorKind::Expired,
    );
    driver.batch(vec![expired]);
    assert!(driver.state.popup.is_none());
    driver.assert_shows("The session has ended: r opens it again.");
}

#[test]
fn sentences_name_the_keys_as_they_are_bound() {
    let mut driver = Driver::ready(120, 40);
    let keys = ["f5".to_owned()];
    driver.state.keymap = Keymap::with([("refresh", &keys[..])].into_iter()).unwrap();
    let ended = refused(&driver, IamRead::Alias, ErrorKind::Expired);
    driver.batch(vec![ended]);
    driver.assert_shows("until you press f5");
}
