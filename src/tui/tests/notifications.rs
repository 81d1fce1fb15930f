//! Notifications while waiting and when nothing can be done, and footer hints.

use std::time::Duration;

use crossterm::event::{Event, KeyCode};

use crate::model::{
    AccountId, ChangeReport, ErrorKind, IamRead, KeyChange, KeyStatus, NotSentReason, Outcome,
    ReadReply, ServiceError, SessionId, UserName,
};
use crate::tui::context::Shutdown;
use crate::tui::keymap::Keymap;
use crate::tui::message::{ChangeEvent, ChangePhase, Message, SessionEvent};
use crate::tui::tests::incident::{refused, verified};
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, TWO_A, TWO_B, session_context, start};

#[test]
fn a_change_in_flight_shows_its_phase_and_duration() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver
        .assert_shows(&format!("{ONE} → Inactive: reading the key again, writing to the journal"));
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
fn a_change_without_a_clear_response_is_not_called_accepted() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    let change_id = driver.changes()[0].id;
    let step = ChangePhase::InDoubt;
    driver.batch(vec![Message::Change(ChangeEvent::Step { change_id, step })]);
    driver.wait(3_100);
    driver.assert_shows("no clear response from IAM, reading the key (3 s)");
    driver.assert_hides("accepted");
}

#[test]
fn only_the_outcome_of_a_change_that_was_sent_replaces_an_unknown_one() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    let change = driver.changes()[0].clone();
    let error = || ServiceError::new(ErrorKind::ConnectionLost, "UpdateAccessKey", "reset").into();
    let unknown = || Outcome::Unknown { last_status: None, error: error() };
    let verified = Outcome::Verified { at: start().wall, took: Duration::ZERO, refused: false };
    for (outcome, sentence, shown) in [
        (unknown(), "unknown", &["unknown"][..]),
        (Outcome::NotSent(NotSentReason::ReadOnly), "not sent", &["unknown", "not sent"]),
        (Outcome::Refused(error()), "refused", &["unknown", "not sent", "refused"]),
        (unknown(), "still unknown", &["still unknown"]),
        (verified, "verified", &[]),
    ] {
        let report = ChangeReport::not_sent(change.clone(), NotSentReason::ReadOnly);
        let change_report = Box::new(ChangeReport { outcome, ..report });
        let sentence = sentence.to_owned();
        driver.batch(vec![Message::Change(ChangeEvent::Done { change_report, sentence })]);
        let undismissed = driver.app.shared.notifications.undismissed().iter();
        assert!(
            undismissed.map(|error| error.text.as_str()).eq(shown.iter().copied()),
            "{shown:?}"
        );
    }
}

#[test]
fn a_change_of_another_key_of_the_user_is_reported() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j l d");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.only_change().0, TWO_A);
    driver.statuses[1].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    driver.serve();
    let session = driver.app.shared.session.id;
    let read = IamRead::Keys { user: Some(UserName::from_service("bob")) };
    driver.wait(100);
    let late = driver.answer(session, read.clone());
    driver.wait(100);
    driver.statuses[2].2 = KeyStatus::Active;
    let now = driver.answer(session, read);
    driver.batch(vec![Message::Reply(now)]);
    driver.batch(vec![Message::Reply(late)]);
    let [reported] = driver.app.shared.notifications.undismissed() else {
        panic!("{:?}", driver.app.shared.notifications.undismissed())
    };
    assert!(reported.text.contains(&format!(
        "IAM reported {TWO_B} of bob Active, no longer Inactive: someone else changed it."
    )));
}

#[test]
fn a_new_key_is_reported_only_if_a_key_of_its_user_was_changed_in_this_account() {
    let refused = || Outcome::NotSent(NotSentReason::ReadOnly);
    let at = start().wall;
    let verified = || Outcome::Verified { at, took: Duration::ZERO, refused: false };
    let here = SessionId(1);
    for (session, outcome, is_reported) in
        [(here, verified(), true), (here, refused(), false), (SessionId(7), verified(), false)]
    {
        let mut driver = Driver::ready(120, 40);
        let mut other = session_context();
        other.caller.account = AccountId::from_service("203977241274");
        driver.app.shared.session.opened_other_account(SessionId(7), &other);
        driver.keys("t");
        driver.wait(300);
        driver.keys("y");
        let change = KeyChange { session, ..driver.changes()[0].clone() };
        let report = ChangeReport::not_sent(change, NotSentReason::ReadOnly);
        driver.app.shared.change_queue.finish(ChangeReport { outcome, ..report }, at);
        driver.wait(100);
        driver.statuses.push(("alice", "AKIARZPUZDIKB2222222", KeyStatus::Active));
        let read = IamRead::Keys { user: Some(UserName::from_service("alice")) };
        let reply = driver.answer(here, read);
        driver.batch(vec![Message::Reply(reply)]);
        let reported = driver.app.shared.notifications.undismissed();
        let has_new = reported.iter().any(|error| error.text.contains("a new key of alice"));
        assert_eq!(has_new, is_reported, "{session:?}: {reported:?}");
    }
}

#[test]
fn a_session_that_could_not_be_reopened_reads_nothing() {
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
    let id = driver.app.shared.session.id;
    driver.batch(vec![Message::Session(id, SessionEvent::Failed(error))]);
    driver.wait(10_000);
    driver.assert_hides("reading");
    assert_eq!(driver.app.deadline(), None, "nothing turns");
}

#[test]
fn without_a_session_actions_are_explained() {
    let mut driver = Driver::new(120, 40);
    driver.keys("t");
    driver.assert_shows("The session is still opening.");
    let id = driver.app.shared.session.id;
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
            "No session is open, so keyflip cannot call IAM. Press p to sign in or to choose",
        );
    }
    driver.keys("esc");
    driver.paste(ONE);
    driver.assert_shows("No session is open");
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
fn an_ended_session_is_reported_with_how_to_reopen_it() {
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
        driver.assert_hides("Press r to open it again");
        driver.keys(key);
        assert!(driver.app.popup().is_none(), "{key}");
        driver.assert_shows("The session has ended. Press r to open it again.");
    }
    driver.keys("esc");
    driver.paste(TWO_B);
    driver.assert_shows("The session has ended. Press r to open it again.");
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
    assert!(driver.app.popup().is_none());
    driver.assert_shows("The session has ended. Press r to open it again.");
}

#[test]
fn sentences_name_the_keys_as_they_are_bound() {
    let mut driver = Driver::ready(120, 40);
    let keys = ["f5".to_owned()];
    driver.app.shared.options.keymap = Keymap::with([("refresh", &keys[..])].into_iter()).unwrap();
    let ended = refused(&driver, IamRead::Alias, ErrorKind::Expired);
    driver.batch(vec![ended]);
    driver.assert_shows("until you press f5");
}

#[test]
fn further_sentences_name_the_keys_as_they_are_bound() {
    let mut driver = Driver::ready(120, 40);
    let names = ["watch", "profile", "commands", "errors", "activate", "deactivate"];
    let keys: Vec<_> = (1..=names.len()).map(|number| vec![format!("f{number}")]).collect();
    let bindings = names.iter().zip(&keys).map(|(name, keys)| (*name, &keys[..]));
    driver.app.shared.options.keymap = Keymap::with(bindings).unwrap();
    driver.paste("ASIAY34FZKBOKMUTVV7A");
    let words: Vec<_> = driver.text().split_whitespace().map(str::to_owned).collect();
    let words = words.join(" ");
    assert!(words.contains("revoke its sessions (f3 shows the commands)."), "{words}");
    driver.keys("esc t");
    driver.wait(300);
    driver.keys("y");
    driver.keys("ctrl-c y");
    driver.assert_shows("Press q to choose again.");
    driver.app.shared.exit.shutdown = Shutdown::None;
    verified(&mut driver, 0);
    driver.batch(vec![Message::Input(Event::Key(KeyCode::F(1).into()))]);
    driver.assert_shows("Watching the changed key every minute");
    driver.assert_shows("Press f1 to stop.");
}

#[test]
fn credentials_of_someone_else_are_reported_first() {
    let mut driver = Driver::ready(120, 40);
    let Message::Reply(mut reply) = refused(&driver, IamRead::Alias, ErrorKind::CallerChanged)
    else {
        panic!("no reply")
    };
    let Err(error) = &mut reply.result else { panic!("no error") };
    std::sync::Arc::make_mut(error).message = "The credentials now lead to ann.".into();
    driver.batch(vec![Message::Reply(reply)]);
    let text = &driver.app.shared.notifications.undismissed()[0].text;
    assert_eq!(
        *text,
        "The credentials now lead to ann. GetAccessKeyLastUsed was not sent, and nothing more is \
         read until you press r to open a new session."
    );
}

#[test]
fn a_plain_result_ends_when_another_view_or_user_is_shown() {
    for keys in ["v", "j"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys("t");
        driver.wait(300);
        driver.keys("n");
        driver.assert_shows("Cancelled. Nothing was changed.");
        driver.keys("tab");
        driver.assert_shows("Cancelled. Nothing was changed.");
        driver.keys("tab");
        driver.keys(keys);
        driver.assert_hides("Cancelled. Nothing was changed.");
    }
}

#[test]
fn text_pasted_over_a_dialog_is_not_dropped_without_a_word() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.paste(TWO_A);
    driver.assert_shows("Close the dialog to look up pasted text.");
    let mut driver = Driver::ready(120, 40);
    driver.keys("space tab space d");
    driver.paste("2");
    driver.assert_shows("Pasted text is not taken here. Type it.");
}
