//! The filter line: completion, recall, and the mark of an invalid term.

use std::sync::Arc;

use crossterm::event::Event;
use ratatui::style::{Color, Modifier};

use crate::model::{ErrorKind, IamRead, ServiceError};
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::incident::verified;
use crate::tui::tests::{Driver, ONE, TWO_A};

fn input(driver: &Driver) -> &str {
    driver.app.ui.panes.filter.input.value()
}

/// Returns the characters of the footer that are underlined.
fn underlined(driver: &mut Driver) -> String {
    let frame = driver.frame();
    let row = frame.area.height - 1;
    let cells = (0..frame.area.width).map(|column| &frame[(column, row)]);
    cells
        .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED))
        .inspect(|cell| assert_eq!(cell.fg, Color::Yellow))
        .map(ratatui::buffer::Cell::symbol)
        .collect()
}

#[test]
fn terms_and_their_values_are_completed() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ b o b space s t");
    driver.assert_shows("tab for status:, enter to keep");
    driver.keys("tab");
    assert_eq!(input(&driver), "bob status:");
    driver.assert_shows("tab for status:active status:inactive status:expired, enter");
    driver.assert_shows("Users 1 of 4");
    driver.keys("tab tab");
    assert_eq!(input(&driver), "bob status:inactive");
    driver.assert_shows("tab for status:active status:inactive status:expired");
    driver.keys("space - m f tab tab");
    assert_eq!(input(&driver), "bob status:inactive -mfa:yes");
    driver.keys("backspace");
    driver.keys("backspace backspace n tab");
    assert_eq!(input(&driver), "bob status:inactive -mfa:no");
    driver.keys("tab");
    assert_eq!(input(&driver), "bob status:inactive -mfa:no", "nothing is left to complete");
}

#[test]
fn filters_of_this_run_are_recalled_also_in_another_account() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ b o b enter esc / o p e r enter esc");
    driver.keys("/ up");
    assert_eq!(input(&driver), "oper");
    driver.assert_shows("Users 1 of 4");
    driver.keys("up");
    assert_eq!(input(&driver), "bob");
    driver.assert_shows("▸ bob");
    driver.keys("down down");
    assert_eq!(input(&driver), "");
    driver.keys("esc");
    driver.app.ui.panes.forget_account();
    driver.keys("/ up enter");
    assert_eq!(input(&driver), "oper");
}

#[test]
fn an_invalid_term_is_marked_where_it_stands() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ é space s t a t u s : o n");
    assert_eq!(underlined(&mut driver), "status:on");
    driver.keys("space b o b");
    assert_eq!(underlined(&mut driver), "status:on");
    driver.assert_shows("wrong term, write status:active, :inactive or :expired; only");
    driver.keys("enter");
    assert_eq!(underlined(&mut driver), "status:on");
    driver.keys("esc / s t a t u s : a");
    assert_eq!(underlined(&mut driver), "", "it may become status:active");
    driver.assert_shows("tab for status:active,");
    driver.keys("enter");
    assert_eq!(underlined(&mut driver), "status:a", "it is kept as it is");
}

#[test]
fn nothing_opens_over_a_filter_that_is_being_typed() {
    for keys in ["/ a b", "o / a b"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys(keys);
        let session = driver.app.shared.session.id;
        let mut reply = driver.answer(session, IamRead::Alias);
        let error = ServiceError::new(ErrorKind::CredentialSourceFailed, "ListUsers", "expired");
        reply.result = Err(Arc::new(error.with_sign_in("corp")));
        driver.batch(vec![Message::Reply(reply)]);
        assert!(driver.app.popup().is_none(), "{keys}");
        driver.keys("enter");
        assert!(matches!(driver.app.popup(), Some(Popup::SignIn(_))), "{keys}");
    }
}

#[test]
fn pasted_text_goes_where_the_cursor_is() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ b b left");
    driver.paste("o");
    assert_eq!(input(&driver), "bob");
    driver.keys("é");
    assert_eq!(input(&driver), "boéb", "the cursor is behind the pasted text");
    driver.keys("esc p p d left");
    driver.paste("ro\nsecond line");
    driver.assert_shows("> prod");
    driver.keys("esc t tab x z left");
    driver.paste("y");
    driver.assert_shows("xyz");
}

#[test]
fn the_mark_follows_the_visible_part() {
    let mut driver = Driver::ready(40, 10);
    let text = "user:svc-billing-00* bogus:1 keys>1".to_owned();
    driver.keys("/");
    driver.batch(vec![Message::Input(Event::Paste(text))]);
    assert_eq!(underlined(&mut driver), "bogus:1");
    driver.keys("enter");
    assert_eq!(underlined(&mut driver), "");
    driver.assert_shows(" /user:svc-billin");
    driver.assert_shows("unknown term");
}

#[test]
fn a_filter_for_marks_follows_every_change_of_the_marks() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v");
    for key in "/ m a r k e d : y e s enter".split(' ') {
        driver.keys(key);
    }
    driver.assert_shows("Keys 0 of 4");
    driver.paste(&format!("{ONE} {TWO_A}"));
    driver.serve();
    driver.keys("ctrl-a");
    driver.assert_shows("Keys 2 of 4");
    driver.keys("space");
    driver.assert_shows("Keys 1 of 4");
    driver.keys("esc d");
    driver.wait(300);
    driver.keys("y");
    verified(&mut driver, 0);
    driver.assert_shows("Keys 0 of 4");
}

#[test]
fn ctrl_c_closes_the_line_of_the_filter() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ b o ctrl-c");
    assert!(!driver.app.should_exit() && !driver.app.ui.panes.is_editing_filter());
    driver.assert_shows("alice");
    driver.keys("ctrl-c");
    assert!(driver.app.should_exit());
}

#[test]
fn an_empty_list_says_for_how_many_users_the_filter_is_not_decided() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/");
    driver.types("quarantine:yes");
    driver.assert_shows("No match among what was read; not known for ");
}
