//! Lists, filters, and replies in any order.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    ErrorKind, IamRead, KeyStatus, Outcome, ReadReply, ServiceError, SessionId, UserName,
};
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::tests::{Driver, ONE, TWO_A, session_context};

fn error(kind: ErrorKind, operation: &'static str) -> Arc<ServiceError> {
    Arc::new(ServiceError {
        kind,
        operation,
        code: Some("Code".into()),
        message: "a message".into(),
        request_id: None,
        hint: None,
        sign_in: None,
        proxy: None,
    })
}

pub(super) fn failed(driver: &Driver, read: IamRead, kind: ErrorKind) -> Message {
    let at = driver.now.wall;
    let session = driver.app.shared.session.id;
    Message::Reply(ReadReply {
        session,
        read,
        result: Err(error(kind, "ListAccessKeys")),
        asked_at: at,
        at,
    })
}

fn keys_of(user: &str) -> IamRead {
    IamRead::Keys { user: Some(UserName::from_service(user)) }
}

#[test]
fn the_account_loads_in_the_background() {
    let mut driver = Driver::new(120, 40);
    driver.assert_shows("Resolving credentials");
    driver.open(session_context());
    driver.assert_shows("123456789012");
    driver.serve();
    driver.wait(200);
    driver.serve();
    driver.assert_shows("acme-prod 123456789012");
    driver.assert_shows("alice");
    driver.assert_shows("keys of 4 read");
}

#[test]
fn moving_the_selection_hides_the_old_users_keys_at_once() {
    let mut driver = Driver::ready(120, 40);
    driver.assert_shows(ONE);
    driver.keys("j");
    driver.assert_hides(ONE);
    driver.assert_shows(TWO_A);
}

#[test]
fn sorting_keeps_the_selected_row_or_the_top() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("S");
    driver.assert_shows("▸ operator");
    driver.keys("j S");
    driver.assert_shows("▸ carol");
}

#[test]
fn a_filter_narrows_the_list_and_esc_widens_it() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ b o b enter");
    driver.assert_shows("Users 1 of 4");
    driver.assert_hides("▸ alice");
    driver.keys("esc");
    driver.assert_shows("Users 4");
    driver.keys("/ s t a t u s : i n a c t i v e enter");
    driver.assert_shows("Users 1 of 4");
    driver.assert_shows("▸ bob");
    driver.keys("esc / a c c o u n t : a c m e - * enter");
    driver.assert_shows("Users 4");
    driver.keys("esc / - a c c o u n t : 1 2 3 4 5 6 7 8 9 0 1 2 enter");
    driver.assert_shows("Users 0 of 4");
}

#[test]
fn saved_filters_are_completed_by_tab_and_used_by_name() {
    let mut driver = Driver::ready(120, 40);
    let filters = [("off", "status:inactive"), ("only-bob", "user:bob")];
    driver.app.shared.options.filters =
        filters.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    driver.keys("/");
    driver.assert_shows("tab for @off @only-bob status: age> unused> used< …, enter to keep");
    driver.keys("@ o f f");
    driver.assert_shows("@off: status:inactive");
    driver.assert_shows("Users 1 of 4");
    driver.keys("esc / @ o tab");
    driver.assert_shows("/@off ");
    driver.keys("tab");
    driver.assert_shows("/@only-bob ");
    driver.assert_shows("Users 1 of 4");
    driver.keys("tab enter");
    driver.assert_shows("/@off ");
    driver.keys("esc / @ o x");
    driver.assert_shows("no saved filter @ox");
    driver.assert_shows("Users 4");
}

#[test]
fn an_invalid_filter_term_is_reported_and_filters_nothing() {
    for (columns, reported) in [
        (120, "write mfa:yes or mfa:no; only the other terms apply"),
        (80, "write mfa:yes or mfa:no"),
        (40, "…"),
    ] {
        let mut driver = Driver::ready(columns, 24);
        driver.keys("/ b o b space m f a : m a y b e");
        driver.assert_shows("Users 1 of 4");
        driver.assert_shows("   wrong term, w");
        driver.assert_shows(reported);
    }
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ m f a : m a y b e enter");
    driver.assert_shows("Users 4");
    driver.assert_shows("wrong term, write mfa:yes or mfa:no; showing everything");
}

#[test]
fn a_denied_read_is_shown_in_its_row_and_counted() {
    let mut driver = Driver::new(120, 40);
    driver.open(session_context());
    let users = driver.answer(SessionId(1), IamRead::Users { from: None });
    driver.batch(vec![Message::Reply(users)]);
    driver.batch(vec![failed(&driver, keys_of("alice"), ErrorKind::Denied)]);
    driver.assert_shows("denied");
    driver.assert_shows("1 denied");
    driver.batch(vec![failed(&driver, keys_of("bob"), ErrorKind::NotFound)]);
    driver.assert_shows("1 deleted");
    driver.batch(vec![failed(&driver, keys_of("carol"), ErrorKind::TimedOut)]);
    driver.assert_shows("1 failed");
}

#[test]
fn a_throttled_read_is_scheduled_again() {
    let mut driver = Driver::new(120, 40);
    driver.open(session_context());
    let users = driver.answer(SessionId(1), IamRead::Users { from: None });
    driver.batch(vec![Message::Reply(users)]);
    driver.tasks.clear();
    driver.batch(vec![failed(&driver, keys_of("alice"), ErrorKind::Throttled)]);
    assert!(driver.tasks.is_empty(), "nothing is asked at once");
    driver.wait(400);
    assert!(driver.tasks.iter().any(
        |effect| matches!(effect, TaskEffect::Read { read, .. } if *read == keys_of("alice"))
    ));
}

#[test]
fn an_ended_session_stops_reading_once_and_keeps_what_is_shown() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("r");
    for user in ["alice", "bob"] {
        let message = failed(&driver, keys_of(user), ErrorKind::Expired);
        driver.batch(vec![message]);
    }
    driver.assert_shows("Nothing more is read until you press r");
    driver.assert_shows(ONE);
    assert_eq!(driver.app.shared.notifications.undismissed().len(), 1);
    driver.tasks.clear();
    driver.keys("r");
    assert!(matches!(driver.tasks.as_slice(), [TaskEffect::Open(_), ..]), "{:?}", driver.tasks);
}

#[test]
fn late_replies_and_those_of_another_session_change_nothing() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses[0].2 = KeyStatus::Inactive;
    let foreign = driver.answer(SessionId(9), keys_of("alice"));
    driver.batch(vec![Message::Reply(foreign)]);
    driver.assert_shows("● Active");
    let mut late = driver.answer(SessionId(1), keys_of("alice"));
    late.asked_at = "2026-11-24T14:02:10Z".parse().unwrap();
    driver.batch(vec![Message::Reply(late)]);
    driver.assert_shows("● Active");
}

#[test]
fn a_read_that_contradicts_a_verification_is_reported() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    let at = driver.now.wall;
    driver
        .finish(Outcome::Verified { at, took: Duration::from_secs(1), refused: false }, "verified");
    driver.wait(1_000);
    driver.keys("r");
    driver.serve();
    driver.assert_shows("but IAM now reports it Active");
    driver.assert_shows("d to deactivate it again");
}

#[test]
fn errors_stay_until_they_are_dismissed() {
    let mut driver = Driver::ready(120, 40);
    let users = failed(&driver, IamRead::Users { from: None }, ErrorKind::Server);
    driver.batch(vec![users]);
    driver.assert_shows("The user list is incomplete.");
    driver.keys("r");
    driver.serve();
    driver.assert_shows("The user list is incomplete.");
    driver.keys("!");
    driver.assert_shows("Errors, newest first");
    driver.keys("esc");
    driver.assert_hides("The user list is incomplete.");
}

#[test]
fn a_key_that_does_nothing_draws_nothing() {
    let mut driver = Driver::ready(120, 40);
    let before = driver.frame();
    driver.wait(120_000);
    driver.keys("#");
    assert!(driver.frame() == before, "something was drawn:\n{}", driver.text());
}

#[test]
fn no_screen_size_panics() {
    let mut driver = Driver::ready(120, 40);
    for popup in ["", "t", "?", "!"] {
        if !popup.is_empty() {
            driver.keys(popup);
        }
        for columns in [1, 2, 5, 20, 39, 40, 41, 60, 80, 99, 100, 101, 200] {
            for rows in [1, 2, 3, 5, 9, 10, 11, 16, 24, 50] {
                driver.batch(vec![Message::Input(crossterm::event::Event::Resize(columns, rows))]);
            }
        }
        driver.keys("esc");
    }
}

#[test]
fn the_line_about_marked_keys_follows_the_marks() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ a l i c e enter ctrl-a");
    driver.assert_shows("1 key is marked; press esc twice to clear the filter and the marks.");
    driver.keys("esc");
    driver.assert_shows("bob");
    driver.assert_shows("1 key is marked; press esc to clear the marks.");
    driver.keys("ctrl-a");
    driver.assert_shows("4 keys are marked; press esc to clear the marks.");
    driver.keys("v space");
    driver.assert_shows("3 keys are marked; press esc to clear the marks.");
    driver.keys("esc");
    assert!(driver.app.shared.marks.is_empty());
    driver.assert_hides("marked");
    driver.keys("/ n o b o d y enter ctrl-a");
    driver.assert_shows("This list has no key to mark.");
}
