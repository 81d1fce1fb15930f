//! A key whose owner was renamed, and a key listed for two users.

use crossterm::event::Event;

use crate::model::{ErrorKind, IamRead, KeyStatus, UserName};
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::incident::owned;
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, TWO_A};

const KEY: &str = "AKIARZPUZDIKZZ222222";

fn keys_of(user: &str) -> IamRead {
    IamRead::Keys { user: Some(UserName::from_service(user)) }
}

/// Pastes a key whose owner IAM names but does not find.
fn renamed(text: &str) -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.batch(vec![Message::Input(Event::Paste(text.to_owned()))]);
    let answer = owned(&driver, KEY, Some("zoe"));
    driver.batch(vec![answer]);
    let unknown = failed(&driver, keys_of("zoe"), ErrorKind::NotFound);
    driver.batch(vec![unknown]);
    driver
}

#[test]
fn a_key_with_an_unknown_owner_is_not_reported_as_deleted() {
    let mut driver = renamed(KEY);
    driver.assert_shows(&format!("IAM names zoe as the owner of {KEY} in"));
    driver.assert_shows("knows no such user (renamed or");
    driver.assert_shows("may still be Active");
    let mut driver = renamed(&format!("{KEY} {ONE}"));
    driver.assert_shows("IAM names zoe as the owner");
    driver.keys("d");
    assert!(!matches!(driver.app.popup(), Some(Popup::Confirm(_))), "there is nothing to confirm");
    driver.keys("esc");
    driver.assert_shows("may still be Active");
}

#[test]
fn a_key_is_selected_and_changed_under_the_new_user_name() {
    let mut driver = renamed(KEY);
    driver.statuses.push(("zoe-new", KEY, KeyStatus::Active));
    let answer = driver.answer(driver.app.shared.session.id, keys_of("zoe-new"));
    driver.batch(vec![Message::Reply(answer)]);
    driver.batch(vec![Message::Input(Event::Paste(KEY.to_owned()))]);
    let answer = owned(&driver, KEY, Some("zoe"));
    driver.batch(vec![answer]);
    driver.assert_shows(&format!("{KEY} belongs to zoe-new."));
    driver.keys("d");
    let Some(Popup::Confirm(confirm)) = driver.app.popup() else { panic!("no dialog") };
    assert_eq!(confirm.targets[0].user, Some(UserName::from_service("zoe-new")));
}

#[test]
fn a_dialog_closes_when_its_user_is_not_found() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    let unknown = failed(&driver, keys_of("alice"), ErrorKind::NotFound);
    driver.batch(vec![unknown]);
    assert!(driver.app.popup().is_none());
    driver.assert_shows("IAM knows no such user");
    driver.wait(300);
    driver.keys("y");
    assert!(driver.changes().is_empty());
}

#[test]
fn a_key_listed_for_two_users_is_reported_and_not_changed() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("d");
    driver.statuses.push(("carol", ONE, KeyStatus::Active));
    let answer = driver.answer(driver.app.shared.session.id, keys_of("carol"));
    driver.batch(vec![Message::Reply(answer)]);
    assert!(driver.app.popup().is_none(), "the dialog that was open closes");
    driver.serve();
    driver.assert_shows(&format!("lists {ONE} for 2 users: alice, carol."));
    driver.keys("esc esc esc g d");
    assert!(driver.app.popup().is_none() && driver.changes().is_empty());
    driver.assert_shows("cannot be changed here. Press r to refresh");
    // The others can be changed.
    driver.keys("j tab d");
    let Some(Popup::Confirm(confirm)) = driver.app.popup() else { panic!("no dialog") };
    assert_eq!(confirm.targets[0].key.as_str(), TWO_A);
}
