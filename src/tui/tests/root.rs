//! Keys of the account's root user, which only root can read.

use crate::model::{Arn, IamRead, KeyId, KeyStatus, ROOT_USER_NAME};
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::tests::incident::verified;
use crate::tui::tests::{Driver, ONE, TWO_A, session_context};

/// Starts a screen for root, who has a key, and filters for root.
fn ready() -> Driver {
    let mut driver = Driver::new(120, 40);
    driver.statuses = vec![(ROOT_USER_NAME, ONE, KeyStatus::Active)];
    let mut context = session_context();
    context.caller.arn = Arn::from_service("arn:aws:iam::123456789012:root");
    driver.open(context);
    driver.serve();
    driver.wait(200);
    driver.serve();
    driver.keys("/ r o o t : y e s enter");
    driver
}

#[test]
fn root_is_counted_beside_the_users_and_has_no_details() {
    let mut driver = ready();
    driver.assert_shows("Users 1 of 4 + root");
    driver.assert_shows("4 users + root");
    driver.assert_shows("not read for root");
    driver.assert_hides("Boundary");
    driver.keys("esc");
    driver.assert_shows("Users 4 + root");
}

#[test]
fn a_refresh_reads_the_keys_of_root() {
    let mut driver = ready();
    driver.keys("r");
    let reads = driver.tasks.iter().filter_map(|task| match task {
        TaskEffect::Read { read: IamRead::Keys { user }, .. } => Some(user.as_ref()),
        _ => None,
    });
    assert_eq!(reads.collect::<Vec<_>>(), [None], "root is not a user with a name");
}

#[test]
fn a_new_key_of_root_is_reported_after_a_change() {
    let mut driver = ready();
    driver.keys("t");
    driver.serve();
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    verified(&mut driver, 0);
    driver.serve();
    driver.wait(100);
    driver.statuses.push((ROOT_USER_NAME, TWO_A, KeyStatus::Active));
    let reply = driver.answer(driver.app.shared.session.id, IamRead::Keys { user: None });
    driver.batch(vec![Message::Reply(reply)]);
    let reported = driver.app.shared.notifications.undismissed();
    let text = format!("IAM listed a new key of {ROOT_USER_NAME}: {TWO_A}.");
    assert!(reported.iter().any(|error| error.text.contains(&text)), "{reported:?}");
}

#[test]
fn the_dialog_on_the_key_of_root_that_signs_says_who_can_activate_it_again() {
    let mut driver = Driver::new(120, 40);
    driver.statuses = vec![(ROOT_USER_NAME, ONE, KeyStatus::Active)];
    let mut context = session_context();
    context.caller.arn = Arn::from_service("arn:aws:iam::123456789012:root");
    let signer = KeyId::parse(ONE).unwrap();
    (context.signing_keys, context.signer) = ([signer.clone()].into(), Some(signer));
    driver.open(context);
    driver.serve();
    driver.keys("t");
    driver.assert_shows("Only root can activate its own key again");
}
