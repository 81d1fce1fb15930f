//! A found key is selected only if the user has not moved on meanwhile.

use crate::model::{ErrorKind, IamRead, KeyId, UserName};
use crate::tui::message::Message;
use crate::tui::render::layout::Pane;
use crate::tui::tests::incident::owned;
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, TWO_B};

/// Presses these keys before the reply to a look-up arrives.
fn late(keys: &str) -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.paste(TWO_B);
    driver.keys(keys);
    let answer = owned(&driver, TWO_B, Some("bob"));
    driver.batch(vec![answer]);
    driver.serve();
    driver
}

#[test]
fn a_key_found_after_a_move_is_reported_not_selected() {
    for keys in ["j j", "tab", "l", "v", "space"] {
        let mut driver = late(keys);
        assert_ne!(
            driver.app.ui.panes.selected_key(&driver.app.shared).map(KeyId::as_str),
            Some(TWO_B),
            "{keys}"
        );
        driver.assert_shows(&format!(
            "{TWO_B} belongs to bob. Press f, then enter twice, to go to it."
        ));
        driver.keys("f enter enter");
        assert_eq!(
            driver.app.ui.panes.user_keys.list.selected().map(KeyId::as_str),
            Some(TWO_B),
            "{keys}"
        );
        assert_eq!(driver.app.ui.panes.focus, Pane::UserKeys);
    }
    let mut driver = late("t");
    driver.keys("esc t");
    driver.assert_shows(ONE);
    driver.assert_hides(TWO_B);
}

#[test]
fn a_filter_being_typed_stays_open_when_a_key_is_found() {
    let mut driver = late("/ a l");
    driver.keys("i d q");
    assert_eq!(driver.app.ui.panes.filter.input.value(), "alidq");
    assert!(driver.app.popup().is_none() && !driver.app.should_exit());
    driver.assert_shows(&format!("{TWO_B} belongs to bob"));
}

#[test]
fn a_filter_that_hides_the_owner_is_cleared() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ a l i enter");
    driver.paste(TWO_B);
    let answer = owned(&driver, TWO_B, Some("bob"));
    driver.batch(vec![answer]);
    assert_eq!(driver.app.ui.panes.user_keys.list.selected().map(KeyId::as_str), Some(TWO_B));
    driver.assert_shows("Users 4");
}

#[test]
fn a_key_whose_list_is_pending_is_not_selected_after_a_move() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses.push(("zoe", "AKIARZPUZDIKZZ222222", crate::model::KeyStatus::Active));
    driver.paste("AKIARZPUZDIKZZ222222");
    let answer = owned(&driver, "AKIARZPUZDIKZZ222222", Some("zoe"));
    driver.batch(vec![answer]);
    driver.keys("g");
    let keys = driver.answer(
        driver.app.shared.session.id,
        IamRead::Keys { user: Some(UserName::from_service("zoe")) },
    );
    driver.batch(vec![Message::Reply(keys)]);
    assert_eq!(
        driver.app.ui.panes.selected_user(&driver.app.shared),
        Some(&UserName::from_service("alice"))
    );
    driver.assert_shows("AKIARZPUZDIKZZ222222 belongs to zoe");
}

#[test]
fn a_found_key_with_a_denied_list_is_not_called_deleted() {
    let mut driver = Driver::ready(120, 40);
    driver.paste("AKIARZPUZDIKZZ222222");
    let answer = owned(&driver, "AKIARZPUZDIKZZ222222", Some("zoe"));
    driver.batch(vec![answer]);
    let denied = failed(
        &driver,
        IamRead::Keys { user: Some(UserName::from_service("zoe")) },
        ErrorKind::Denied,
    );
    driver.batch(vec![denied]);
    driver.assert_shows("AKIARZPUZDIKZZ222222 belongs to zoe. Could not read its status.");
}
