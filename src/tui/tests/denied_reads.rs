//! Reads that IAM denies: what is missing is said where the values would be, and in the list of
//! errors.

use crate::model::{ErrorKind, IamRead, ReadReply, ServiceError};
use crate::tui::context::Tone;
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::render::layout::Pane;
use crate::tui::tests::{Driver, session_context};

/// Starts a screen on an account whose lists of keys are denied.
fn denied(columns: u16, rows: u16) -> Driver {
    let of_keys = |read: &IamRead| match read {
        IamRead::Keys { user: Some(user) } => {
            let message = format!("alice may not list the keys of {user}");
            let error = ServiceError::new(ErrorKind::Denied, "ListAccessKeys", message)
                .with_hint("A service control policy does not allow it.");
            Some(error)
        }
        _ => None,
    };
    failing(columns, rows, of_keys)
}

/// Starts a screen on an account where some reads fail.
fn failing(columns: u16, rows: u16, error: fn(&IamRead) -> Option<ServiceError>) -> Driver {
    let mut driver = Driver::new(columns, rows);
    driver.open(session_context());
    for _ in 0..20 {
        let reads: Vec<_> = driver
            .tasks
            .extract_if(.., |effect| matches!(effect, TaskEffect::Read { .. }))
            .collect();
        for effect in reads {
            let TaskEffect::Read { session, read, .. } = effect else { continue };
            let reply = match error(&read) {
                Some(error) => {
                    let at = driver.now.wall;
                    ReadReply { session, read, result: Err(error.into()), asked_at: at, at }
                }
                None => driver.answer(session, read),
            };
            driver.batch(vec![Message::Reply(reply)]);
        }
        driver.wait(200);
    }
    driver
}

#[test]
fn what_is_needed_comes_first_and_errors_are_counted_by_operation() {
    let mut driver = denied(100, 24);
    driver.assert_shows("4 denied");
    driver.assert_shows("A service control policy does not allow it.");
    driver.keys("!");
    driver.assert_shows("(4 times)");
    driver.assert_shows("A service control policy does not allow it. ListAccessKeys is denied.");
    driver.assert_shows("Last: ");
    driver.assert_shows("alice may not list the keys of ");
    driver.assert_hides("No errors so far");
    driver.keys("esc v");
    driver.assert_shows("ListAccessKeys is denied for every user.");
}

#[test]
fn what_to_do_about_unread_keys_is_not_cut_off() {
    let of_keys = |read: &IamRead| {
        let times_out = || {
            let message = "No response within 60 s, in any of the attempts that were made.";
            ServiceError::new(ErrorKind::TimedOut, "ListAccessKeys", message)
                .with_hint("Check the network, or set a longer --cli-read-timeout.")
        };
        matches!(read, IamRead::Keys { .. }).then(times_out)
    };
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut driver = failing(columns, rows, of_keys);
        driver.assert_shows("--cli-read-timeout");
        driver.assert_shows("Press r to");
        let hints = driver.app.ui.hints(&driver.app.shared);
        assert!(hints.iter().any(|hint| hint.key == "!"), "{hints:?}");
    }
}

#[test]
fn the_last_sentence_of_a_long_notification_is_whole() {
    let mut driver = Driver::ready(40, 10);
    driver
        .app
        .shared
        .notifications
        .notify(Tone::Info, "w".repeat(64) + " has 2 keys. Press t again.");
    driver.batch(Vec::new());
    driver.assert_shows("Press t again.");
}

#[test]
fn users_that_are_not_listed_are_unknown_and_not_zero() {
    let mut driver = Driver::new(120, 30);
    driver.assert_shows("Users ?");
    driver.assert_hides("0 users");
    driver.open(session_context());
    driver.assert_shows("Users ?");
    driver.assert_hides("0 users");
    let of_users_and_report = |read: &IamRead| match read {
        IamRead::Users { .. } => {
            Some(ServiceError::new(ErrorKind::Denied, "ListUsers", "no list of users"))
        }
        IamRead::GenerateReport | IamRead::Report => {
            Some(ServiceError::new(ErrorKind::Denied, "GenerateCredentialReport", "no report"))
        }
        _ => None,
    };
    let mut driver = failing(120, 30, of_users_and_report);
    driver.assert_shows("Users ?");
    for text in ["Users 0", "0 of ", "keys of 0 read", "0 users"] {
        driver.assert_hides(text);
    }
    driver.assert_shows("ListUsers");
    driver.assert_shows("(and 1 more: !)");
}

/// Starts a screen whose users are listed, and none of their keys read.
fn without_keys() -> Driver {
    let mut driver = Driver::new(120, 30);
    driver.open(session_context());
    while let Some(at) = driver.tasks.iter().position(is_list_of_users) {
        let TaskEffect::Read { session, read, .. } = driver.tasks.remove(at) else { break };
        let reply = driver.answer(session, read);
        driver.batch(vec![Message::Reply(reply)]);
    }
    driver
}

fn is_list_of_users(effect: &TaskEffect) -> bool {
    matches!(effect, TaskEffect::Read { read: IamRead::Users { .. }, .. })
}

#[test]
fn a_key_pressed_before_the_keys_are_read_leaves_the_cursor_in_the_list() {
    let mut driver = without_keys();
    driver.keys("t");
    driver.assert_shows("are not read yet. Wait a moment");
    assert_eq!(driver.app.ui.panes.focus, Pane::List);
    driver.wait(200);
    driver.serve();
    driver.assert_hides("are not read yet. Wait a moment");
    let before = driver.text();
    driver.keys("j");
    assert_ne!(driver.text(), before, "the cursor moves");
}

#[test]
fn the_list_of_all_keys_says_that_they_are_being_read() {
    let mut driver = without_keys();
    driver.keys("v");
    driver.assert_shows("Keys ?");
    driver.assert_shows("No keys read yet (R starts a full scan).");
    driver.keys("R");
    driver.assert_shows("Reading the keys of all users…");
    driver.assert_hides("No keys read yet");
}
