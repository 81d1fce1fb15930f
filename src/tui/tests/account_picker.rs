//! The list of profiles and accounts: its order, what it opens, and what it says of sign-ins.

use std::sync::Arc;

use crossterm::event::{Event, KeyModifiers, MouseEvent, MouseEventKind};

use crate::model::{ErrorKind, Route, ServiceError};
use crate::tui::effect::{OpenRequest, TaskEffect};
use crate::tui::message::{AccountsEvent, Message};
use crate::tui::popups::Popup;
use crate::tui::tests::accounts::listed;
use crate::tui::tests::sessions::profile;
use crate::tui::tests::{Driver, ONE, TWO_A, press};

/// A screen with the list of those profiles.
fn with_profiles(names: &[&str]) -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    let profiles = names.iter().map(|name| profile(name, "111122223333")).collect();
    driver.batch(vec![Message::Profiles(profiles)]);
    driver
}

/// Returns the profiles that were opened.
fn opened(driver: &Driver) -> Vec<String> {
    let opened = driver.tasks.iter().filter_map(|effect| match effect {
        TaskEffect::Open(OpenRequest { route: Some(Route::Profile(name)), .. }) => {
            Some(name.to_string())
        }
        _ => None,
    });
    opened.collect()
}

#[test]
fn enter_opens_no_entry_that_was_not_on_the_screen() {
    let mut driver = with_profiles(&["dev", "stage"]);
    driver.batch(vec![press("s"), press("enter")]);
    assert_eq!(opened(&driver), [""; 0]);
    driver.keys("enter");
    assert_eq!(opened(&driver), ["stage"]);
}

#[test]
fn the_entry_found_by_typing_stays_selected_when_others_arrive() {
    let mut driver = with_profiles(&["stage-2"]);
    driver.keys("s t");
    driver.batch(vec![Message::Profiles(vec![
        profile("stage-1", "111122223333"),
        profile("stage-2", "111122223333"),
    ])]);
    driver.assert_shows("▸ stage-2");
    driver.keys("enter");
    assert_eq!(opened(&driver), ["stage-2"]);
}

#[test]
fn the_profile_of_the_session_shown_only_closes_the_list() {
    let mut driver = with_profiles(&["prod", "stage"]);
    driver.keys("enter");
    assert!(driver.app.popup().is_none());
    assert_eq!(opened(&driver), [""; 0]);
    driver.assert_shows("alice");
}

#[test]
fn names_come_before_ids_that_contain_the_text() {
    let mut driver = with_profiles(&[]);
    driver.batch(vec![Message::Accounts(AccountsEvent::Page(vec![
        listed("111122223333", "alpha"),
        listed("595918472158", "team-22"),
    ]))]);
    driver.keys("2 2");
    driver.assert_shows("▸ team-22");
    driver.assert_shows("  alpha");
}

#[test]
fn a_sign_in_is_offered_under_any_text() {
    let mut driver = with_profiles(&["dev"]);
    let error = ServiceError::new(ErrorKind::CredentialSourceFailed, "ListAccounts", "no token");
    let failed = AccountsEvent::Failed(Arc::new(error.with_sign_in("corp")));
    driver.batch(vec![Message::Accounts(failed)]);
    driver.assert_shows("sign in to list its accounts");
    driver.types("zzz");
    driver.assert_shows("▸ corp");
    driver.assert_shows("its accounts are not listed: enter signs in");
    driver.assert_hides("No profile or account contains this text.");
    driver.keys("enter");
    assert!(matches!(driver.app.popup(), Some(Popup::SignIn(_))));
}

#[test]
fn pasted_key_ids_are_looked_up() {
    let mut driver = with_profiles(&["dev"]);
    driver.paste(&format!("{ONE} {TWO_A}"));
    driver.assert_shows("2 key IDs found");
}

#[test]
fn the_wheel_moves_in_lists_of_popups() {
    let wheel = || {
        let (kind, modifiers) = (MouseEventKind::ScrollDown, KeyModifiers::NONE);
        Message::Input(Event::Mouse(MouseEvent { kind, column: 4, row: 4, modifiers }))
    };
    let mut driver = with_profiles(&["a", "b", "c", "d", "e"]);
    driver.batch(vec![wheel()]);
    driver.assert_shows("▸ d");
    driver.keys("esc");
    driver.paste(&format!("{ONE} {TWO_A}"));
    driver.batch(vec![wheel()]);
    driver.assert_shows(&format!("▸ {TWO_A}"));
}
