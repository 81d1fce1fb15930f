//! Reads that IAM denies: what is missing is said where the values would be, and in the list of errors.

use crate::model::{ErrorKind, IamRead, ReadReply, ServiceError};
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::tests::{Driver, session_context};

/// Starts a screen on an account whose lists of keys are denied.
fn denied(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::new(columns, rows);
    driver.open(session_context());
    for _ in 0..20 {
        let reads: Vec<_> = driver
            .tasks
            .extract_if(.., |effect| matches!(effect, TaskEffect::Read { .. }))
            .collect();
        for effect in reads {
            let TaskEffect::Read { session, read, .. } = effect else { continue };
            let reply = match &read {
                IamRead::Keys { user: Some(user) } => {
                    let message = format!("alice may not list the keys of {user}");
                    let error = ServiceError::new(ErrorKind::Denied, "ListAccessKeys", message)
                        .with_hint("A service control policy does not allow it.");
                    let at = driver.now.wall;
                    ReadReply { session, read, result: Err(error.into()), asked_at: at, at }
                }
                _ => driver.answer(session, read),
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
