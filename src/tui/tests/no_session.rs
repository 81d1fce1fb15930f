//! The screen whose session could not be opened, as with nothing but an `[sso-session]`.

use std::sync::Arc;

use crossterm::event::Event;

use crate::model::{ErrorKind, ServiceError};
use crate::tui::effect::TaskEffect;
use crate::tui::message::{Message, SessionEvent};
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE};

/// A key whose ID has no account.
const OLD_FORM: &str = "AKIAIZPUZDIKFYHOWX26";

fn paste(driver: &mut Driver, text: &str) {
    driver.batch(vec![Message::Input(Event::Paste(text.to_owned()))]);
}

fn fail(driver: &mut Driver) {
    let id = driver.app.shared.session.id;
    let error = ServiceError::new(ErrorKind::NoCredentials, "GetCallerIdentity", "no credentials");
    driver.batch(vec![Message::Session(id, SessionEvent::Failed(Arc::new(error)))]);
}

fn asks_for_routes(driver: &Driver) -> bool {
    driver.tasks.iter().any(|task| matches!(task, TaskEffect::FindRoutes { .. }))
}

#[test]
fn enter_opens_the_accounts_as_the_text_says_for_p() {
    for key in ["p", "enter"] {
        let mut driver = Driver::new(120, 40);
        fail(&mut driver);
        driver.assert_shows("No session. Press p to sign in or to choose an");
        driver.keys(key);
        assert!(matches!(driver.app.popup(), Some(Popup::Accounts(_))), "{key}");
    }
}

#[test]
fn the_routes_to_a_key_are_offered_without_a_session() {
    for is_given in [true, false] {
        let mut driver = Driver::new(120, 40);
        if is_given {
            paste(&mut driver, ONE);
            driver.assert_shows("Looking up the owner");
            assert!(!asks_for_routes(&driver), "the session may be of the account");
        }
        fail(&mut driver);
        if !is_given {
            paste(&mut driver, ONE);
        }
        driver.assert_shows("Account of the key");
        driver.assert_shows("123456789012, according to its ID");
        assert!(asks_for_routes(&driver));
        driver.keys("esc");
        driver.assert_shows("which is not open; p opens an account.");
        assert!(driver.app.popup().is_none(), "the question is asked once");
    }
}

#[test]
fn a_look_up_ends_where_no_session_opens() {
    let mut driver = Driver::new(120, 40);
    paste(&mut driver, OLD_FORM);
    driver.assert_shows("Looking up the owner");
    fail(&mut driver);
    driver.assert_hides("Looking up the owner");
    driver.assert_shows(&format!("{OLD_FORM} was not looked up: no session is open. Press p to"));
}
