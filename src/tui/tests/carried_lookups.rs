//! Look-ups that wait for a session: they go on in the account that it leads into.

use crate::model::{AccountId, ErrorKind, IamRead, KeyId, Route, SessionContext};
use crate::ops::reach::AccountRoutes;
use crate::tui::context::LookupState;
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::incident::refused;
use crate::tui::tests::{Driver, ONE, TWO_A, session_context};

fn elsewhere() -> SessionContext {
    let mut elsewhere = session_context();
    elsewhere.caller.account = AccountId::from_service("210987654321");
    elsewhere
}

/// A screen whose session is being reopened.
fn reopening() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.app.shared.session.reopen();
    driver
}

fn is_looked_up(driver: &Driver, key: &str) -> bool {
    let wanted = IamRead::LastUse { key: KeyId::parse(key).unwrap() };
    let here = driver.app.shared.session.id;
    let is_wanted = |effect: &TaskEffect| matches!(effect, TaskEffect::Read { session, read, .. } if *session == here && *read == wanted);
    driver.tasks.iter().any(is_wanted)
}

#[test]
fn an_id_pasted_while_the_session_is_reopened_is_looked_up_in_the_account_it_leads_to() {
    let mut driver = reopening();
    driver.paste(ONE);
    driver.assert_shows("Looking up the owner");
    driver.open(elsewhere());
    assert!(is_looked_up(&driver, ONE));
    let key = KeyId::parse(ONE).unwrap();
    assert_eq!(driver.app.shared.lookups.target(), Some(&key));
}

#[test]
fn the_list_of_ids_pasted_while_the_session_is_reopened_stays() {
    let mut driver = reopening();
    driver.paste(&format!("{ONE} {TWO_A}"));
    driver.open(elsewhere());
    assert!(matches!(driver.app.popup(), Some(Popup::LookupResults(_))));
    for key in [ONE, TWO_A] {
        assert!(is_looked_up(&driver, key));
        driver.assert_shows(key);
    }
}

#[test]
fn what_was_found_of_a_single_id_is_dropped_with_its_account() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(ONE);
    driver.serve();
    driver.app.shared.session.reopen();
    driver.open(elsewhere());
    assert!(driver.app.shared.lookups.is_empty());
    assert!(driver.app.popup().is_none());
}

#[test]
fn the_ids_of_a_list_are_looked_up_again_in_each_account() {
    const FOREIGN: &str = "AKIAYVP4CIPPERUVIFXG";
    const TEMPORARY: &str = "ASIAY34FZKBOKMUTVV7A";
    const OF_THIRD: &str = "AKIAULX2HYJ3VNYBDUQ4";
    let account = || AccountId::from_service("595918472158");
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("{ONE} {TEMPORARY} {FOREIGN} {TWO_A} {OF_THIRD}"));
    let [id, of_third] = [FOREIGN, OF_THIRD].map(|id| KeyId::parse(id).unwrap());
    for key in [&id, &of_third] {
        for read in [IamRead::LastUse { key: key.clone() }, IamRead::Account { key: key.clone() }] {
            let denied = refused(&driver, read, ErrorKind::Denied);
            driver.batch(vec![denied]);
        }
    }
    driver.serve();
    driver.keys("j j enter");
    let routes = AccountRoutes::all_preferred(vec![Route::Profile("there".into())]);
    driver.batch(vec![Message::Routes { account: account(), routes: Ok(Box::new(routes)) }]);
    driver.tasks.clear();
    driver.keys("enter");
    let mut there = session_context();
    there.caller.account = account();
    driver.open(there);
    let shared = &driver.app.shared;
    assert_eq!(shared.lookups.target(), Some(&id));
    for key in [ONE, TWO_A] {
        let state = shared.lookups.get(&KeyId::parse(key).unwrap());
        assert!(matches!(state, Some(LookupState::Pending(_))), "{key}: {state:?}");
    }
    let state = shared.lookups.get(&of_third);
    assert!(matches!(state, Some(LookupState::Miss(_))), "of neither account: {state:?}");
    driver.keys("f enter");
    driver.assert_shows("5 key IDs found");
    driver.assert_shows("is a temporary key");
    let first = driver.tasks.iter().find_map(|effect| match effect {
        TaskEffect::Open(request) => request.first_reads.first().cloned(),
        _ => None,
    });
    assert_eq!(first, Some(IamRead::LastUse { key: id }), "the chosen one first");
}

#[test]
fn a_route_into_another_account_ends_the_notification_of_the_look_up() {
    let mut driver = Driver::ready(120, 40);
    let route = Some(Route::Profile("stale".into()));
    let account = Some(AccountId::from_service("595918472158"));
    driver.app.shared.session.change_route(route, account);
    // Its ID does not tell its account, which would be offered else.
    let old = "AKIAIOSFODNN7EXAMPLE";
    driver.paste(old);
    driver.assert_shows("Looking up the owner");
    driver.open(elsewhere());
    driver.assert_shows("leads into account 210987654321, not 595918472158");
    driver.keys("esc");
    driver.assert_shows(&format!("{old} was not looked up: no session is open."));
    let key = KeyId::parse(old).unwrap();
    assert!(matches!(driver.app.shared.lookups.get(&key), Some(LookupState::Pending(_))));
}
