//! The screen whose session could not be opened, as with nothing but an `[sso-session]`.

use std::sync::Arc;

use crate::model::{ErrorKind, ServiceError};
use crate::tui::effect::TaskEffect;
use crate::tui::message::{Message, SessionEvent};
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, session_context};

/// A key whose ID has no account.
const OLD_FORM: &str = "AKIAIZPUZDIKFYHOWX26";

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
            driver.paste(ONE);
            driver.assert_shows("Looking up the owner");
            assert!(!asks_for_routes(&driver), "the session may be of the account");
        }
        fail(&mut driver);
        if !is_given {
            driver.paste(ONE);
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
    driver.paste(OLD_FORM);
    driver.assert_shows("Looking up the owner");
    fail(&mut driver);
    driver.assert_hides("Looking up the owner");
    driver.assert_shows(&format!("{OLD_FORM} was not looked up: no session is open. Press p to"));
}

#[test]
fn several_ids_lead_to_their_accounts_without_a_session() {
    const OTHER: &str = "AKIAYVP4CIPPERUVIFXG";
    let mut driver = Driver::new(120, 40);
    fail(&mut driver);
    driver.paste(&format!("{ONE} {OLD_FORM} {OTHER}"));
    driver.assert_shows("belongs to account 123456789012; enter opens it");
    driver.assert_shows("waiting for a session");
    driver.keys("d");
    driver.assert_shows(&format!("{ONE} belongs to account 123456789012; enter opens it."));
    driver.keys("j d");
    driver.assert_shows("No session is open");
    driver.keys("r");
    let opened = driver.tasks.iter().find_map(|task| match task {
        TaskEffect::OpenOthers(accounts) => Some(accounts.len()),
        _ => None,
    });
    assert_eq!(opened, Some(2));
    driver.assert_shows("opening account 595918472158");
    driver.keys("g enter");
    driver.assert_shows("123456789012, according to its ID");
    assert!(asks_for_routes(&driver));
}

#[test]
fn an_open_session_ends_the_errors_of_its_opening() {
    let mut driver = Driver::new(120, 40);
    fail(&mut driver);
    assert_eq!(driver.app.shared.notifications.undismissed().len(), 1);
    driver.open(session_context());
    assert_eq!(driver.app.shared.notifications.undismissed(), []);
    assert_eq!(driver.app.shared.notifications.errors().len(), 1, "the list keeps them");
}
