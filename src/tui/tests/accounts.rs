//! Other accounts: the question for the account of a key, and the list of accounts.

use std::sync::Arc;

use crate::model::{
    AccountId, ErrorKind, IamRead, KeyId, KeyLastUse, LastUse, ListedAccount, ReadData, ReadReply,
    RecentlyUsed, Route, ServiceError, SessionId, UserName,
};
use crate::ops::organization::OrganizationEvent;
use crate::ops::reach::AccountRoutes;
use crate::tui::effect::{OpenRequest, TaskEffect};
use crate::tui::message::{AccountsEvent, Message, SignInEvent};
use crate::tui::popups::Popup;
use crate::tui::tests::incident::refused;
use crate::tui::tests::{Driver, ONE, organization};

/// A key of account 595918472158.
const FOREIGN: &str = "AKIAYVP4CIPPERUVIFXG";

fn account() -> AccountId {
    AccountId::from_service("595918472158")
}

fn sso(role: &str) -> Route {
    Route::Sso { session: "corp".into(), account: account(), role: role.into() }
}

fn routes(found: &[Route]) -> Message {
    let routes = Ok(Box::new(AccountRoutes::all_preferred(found.to_vec())));
    Message::Routes { account: account(), routes }
}

pub(super) fn listed(id: &str, name: &str) -> ListedAccount {
    ListedAccount {
        id: AccountId::from_service(id),
        name: Some(name.into()),
        email: None,
        session: "corp".into(),
    }
}

/// Returns the routes of the sessions that were requested after the first.
fn opened_routes(driver: &Driver) -> Vec<Option<Route>> {
    let route = |effect: &TaskEffect| match effect {
        TaskEffect::Open(OpenRequest { session, route, .. }) if *session != SessionId(1) => {
            Some(route.clone())
        }
        _ => None,
    };
    driver.tasks.iter().filter_map(route).collect()
}

#[test]
fn a_key_of_another_account_asks_and_is_looked_up_there() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(FOREIGN);
    let wanted = TaskEffect::FindRoutes { session: SessionId(1), account: account() };
    assert!(driver.tasks.contains(&wanted), "at once, by the letters of the ID");
    driver.assert_shows("according to its ID");
    driver.assert_shows("Looking for routes into the account");
    driver.keys("enter");
    assert_eq!(opened_routes(&driver), [], "no route is known yet");
    driver.batch(vec![routes(&[sso("IncidentResponder"), sso("ReadOnlyAccess")])]);
    driver.assert_shows("▸ via corp · IncidentResponder");
    driver.batch(vec![Message::Accounts(AccountsEvent::Page(vec![listed(
        "595918472158",
        "team-0001",
    )]))]);
    driver.assert_shows("team-0001 595918472158");
    driver.keys("tab enter");
    assert_eq!(opened_routes(&driver), [Some(sso("ReadOnlyAccess"))]);
    driver.tasks.clear();
    let mut there = crate::tui::tests::session_context();
    there.caller.account = account();
    driver.open(there);
    driver.assert_shows("team-0001 595918472158");
    let read = IamRead::LastUse { key: KeyId::parse(FOREIGN).unwrap() };
    let is_asked = |effect: &TaskEffect| matches!(effect, TaskEffect::Read { session: SessionId(2), read: asked, .. } if *asked == read);
    assert!(driver.tasks.iter().any(is_asked), "{:?}", driver.tasks);
}

#[test]
fn esc_stays_in_the_account_and_asks_once() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(FOREIGN);
    driver.keys("esc");
    driver.assert_shows("screen still shows acme-prod 123456789012");
    let key = KeyId::parse(FOREIGN).unwrap();
    let refuse = |driver: &mut Driver, read| {
        let at = driver.now.wall;
        let error = ServiceError::new(ErrorKind::Denied, "GetAccessKeyLastUsed", "no");
        let result = Err(Arc::new(error));
        let reply =
            crate::model::ReadReply { session: SessionId(1), read, result, asked_at: at, at };
        driver.batch(vec![Message::Reply(reply)]);
    };
    refuse(&mut driver, IamRead::LastUse { key: key.clone() });
    refuse(&mut driver, IamRead::Account { key });
    assert!(driver.app.popup().is_none());
    assert_eq!(opened_routes(&driver), []);
    driver.paste(FOREIGN);
    assert!(matches!(driver.app.popup(), Some(Popup::RoutePicker(_))), "pasted again");
}

#[test]
fn the_question_closes_if_the_key_is_of_this_account_after_all() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(FOREIGN);
    let at = driver.now.wall;
    let owner = Some(UserName::from_service("bob"));
    let reply = crate::model::ReadReply {
        session: SessionId(1),
        read: IamRead::LastUse { key: KeyId::parse(FOREIGN).unwrap() },
        result: Ok(ReadData::LastUse(KeyLastUse { owner, last_use: LastUse::Never })),
        asked_at: at,
        at,
    };
    driver.batch(vec![Message::Reply(reply)]);
    assert!(driver.app.popup().is_none());
}

#[test]
fn the_list_has_accounts_those_used_last_first_and_leads_to_their_routes() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    assert!(driver.tasks.contains(&TaskEffect::ListAccounts));
    driver.batch(vec![
        Message::Profiles(Vec::new()),
        Message::Accounts(AccountsEvent::Recent(vec![RecentlyUsed::Account(account())])),
        Message::Accounts(AccountsEvent::Page(vec![listed("111122223333", "alpha")])),
    ]);
    driver.assert_shows("▸ (account)");
    driver.batch(vec![
        Message::Accounts(AccountsEvent::Page(vec![listed("595918472158", "omega")])),
        Message::Accounts(AccountsEvent::Listed),
    ]);
    driver.assert_shows("▸ omega");
    driver.keys("enter");
    driver.assert_shows("Open another account");
    driver.batch(vec![routes(&[sso("Ops")])]);
    driver.keys("enter");
    assert_eq!(opened_routes(&driver), [Some(sso("Ops"))]);
    driver.tasks.clear();
    driver.keys("p");
    assert!(!driver.tasks.contains(&TaskEffect::ListAccounts), "they are known");
}

#[test]
fn the_credentials_of_the_start_are_offered_elsewhere() {
    let mut driver = Driver::new(120, 40);
    driver.open(crate::tui::tests::session_context());
    driver.paste(FOREIGN);
    driver.batch(vec![routes(&[sso("Ops")])]);
    driver.keys("enter");
    driver.tasks.clear();
    let mut there = crate::tui::tests::session_context();
    there.caller.account = account();
    driver.open(there);
    driver.keys("p");
    driver.batch(vec![Message::Profiles(Vec::new())]);
    driver.assert_shows("(starting credentials)");
    driver.keys("enter");
    assert_eq!(opened_routes(&driver), [None]);
}

#[test]
fn a_route_that_leads_into_another_account_fails() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(FOREIGN);
    driver.batch(vec![routes(&[Route::Profile("stale".into())])]);
    driver.keys("enter");
    driver.tasks.clear();
    let mut elsewhere = crate::tui::tests::session_context();
    elsewhere.caller.account = AccountId::from_service("210987654321");
    driver.open(elsewhere);
    driver.assert_shows("leads into account 210987654321, not 595918472158");
    assert!(driver.app.shared.session_context().is_none());
    let reads = |effect: &TaskEffect| matches!(effect, TaskEffect::Read { .. });
    assert!(!driver.tasks.iter().any(reads), "{:?}", driver.tasks);
    let session = driver.app.shared.session.id;
    assert!(driver.tasks.contains(&TaskEffect::Close { session }), "{:?}", driver.tasks);
}

#[test]
fn a_pasted_account_id_is_the_text_to_filter_by() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    driver.batch(vec![
        Message::Profiles(Vec::new()),
        Message::Accounts(AccountsEvent::Page(vec![
            listed("111122223333", "alpha"),
            listed("595918472158", "omega"),
        ])),
    ]);
    driver.paste(" 595918472158\nmore");
    driver.assert_shows("▸ omega");
    assert!(!driver.text().contains("alpha"));
}

#[test]
fn the_route_that_the_row_names_is_preselected() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("p");
    driver.batch(vec![
        Message::Profiles(Vec::new()),
        Message::Accounts(AccountsEvent::Page(vec![listed("595918472158", "omega")])),
    ]);
    driver.assert_shows("Identity Center corp");
    driver.types("omega");
    driver.keys("enter");
    let auditor = Route::Profile("auditor".into());
    driver.batch(vec![routes(&[auditor, sso("Ops"), sso("ReadOnlyAccess")])]);
    driver.assert_shows("▸ via corp · Ops");
    driver.keys("enter");
    assert_eq!(opened_routes(&driver), [Some(sso("Ops"))]);
}

#[test]
fn one_press_signs_in_for_a_key_and_what_it_solves_is_no_longer_shown() {
    let error = |operation| {
        let error = ServiceError::new(ErrorKind::CredentialSourceFailed, operation, "no token");
        Arc::new(error.with_sign_in("corp"))
    };
    let mut driver = Driver::ready(120, 40);
    driver.paste(FOREIGN);
    driver.assert_hides("Looking up the owner");
    let mut without = AccountRoutes::default();
    without.errors.push(error("ListAccountRoles"));
    driver.batch(vec![
        Message::Accounts(AccountsEvent::Failed(error("ListAccounts"))),
        Message::Routes { account: account(), routes: Ok(Box::new(without)) },
    ]);
    driver.assert_shows("Not signed in to session corp: enter signs in.");
    assert_eq!(driver.app.shared.notifications.undismissed(), []);
    driver.keys("enter");
    let number = driver.tasks.iter().find_map(|effect| match effect {
        TaskEffect::SignIn { number, sso_session } if &**sso_session == "corp" => Some(*number),
        _ => None,
    });
    let done = SignInEvent::Done("2026-11-24T22:02:11Z".parse().unwrap());
    driver.batch(vec![Message::SignIn { number: number.unwrap(), event: done }]);
    driver.assert_hides("No credentials for ListAccounts");
    assert!(matches!(driver.app.popup(), Some(Popup::RoutePicker(_))));
}

#[test]
fn an_other_account_whose_session_ends_is_reported_and_offers_the_sign_in() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("{FOREIGN} {ONE}"));
    let key = KeyId::parse(FOREIGN).unwrap();
    let denied = refused(&driver, IamRead::LastUse { key: key.clone() }, ErrorKind::Denied);
    let (at, read) = (driver.now.wall, IamRead::Account { key });
    let result = Ok(ReadData::Account(account()));
    let reply = ReadReply { session: SessionId(1), read, result, asked_at: at, at };
    driver.batch(vec![denied, Message::Reply(reply)]);
    driver.keys("r");
    let open = driver.tasks.iter().find_map(|effect| match effect {
        TaskEffect::OpenOthers(accounts) => accounts.first().cloned(),
        _ => None,
    });
    let session = open.unwrap().session;
    let mut there = crate::tui::tests::session_context();
    there.caller.account = account();
    driver.batch(vec![Message::OtherOpened(session, Ok(Box::new(there)))]);
    let mut error = ServiceError::new(ErrorKind::Expired, "GetAccessKeyLastUsed", "expired");
    error.sign_in = Some("corp".into());
    let error = Arc::new(error);
    for key in [FOREIGN, ONE] {
        let read = IamRead::LastUse { key: KeyId::parse(key).unwrap() };
        let (at, result) = (driver.now.wall, Err(Arc::clone(&error)));
        let reply = ReadReply { session, read, result, asked_at: at, at };
        driver.batch(vec![Message::Reply(reply)]);
    }
    let reported = driver.app.shared.notifications.undismissed();
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(reported[0].text.starts_with("595918472158: "), "{reported:?}");
    driver.keys("esc");
    assert!(matches!(driver.app.popup(), Some(Popup::SignIn(_))), "{:?}", driver.app.popup());
}

#[test]
fn account_ids_are_whole_on_the_smallest_screen() {
    let mut driver = Driver::ready(40, 10);
    driver.keys("p");
    let name = "acme-department-of-long-names-production";
    driver.batch(vec![
        Message::Accounts(AccountsEvent::Page(vec![listed("300197530862", name)])),
        Message::Accounts(AccountsEvent::Listed),
    ]);
    driver.assert_shows("300197530862");
    let mut driver = organization::opened(40, 10);
    driver.keys("g");
    driver.assert_shows(organization::id(1).as_str());
    driver.assert_shows("team-0001");
}

#[test]
fn the_header_has_the_name_that_the_directory_has() {
    let page = || vec![listed("123456789012", "from-directory")];
    let by_list = Message::Accounts(AccountsEvent::Page(page()));
    let event = OrganizationEvent::Listed(page());
    let mut driver = Driver::new(120, 40);
    driver.batch(vec![by_list.clone()]);
    driver.open(crate::tui::tests::session_context());
    driver.assert_shows("from-directory 123456789012");
    let mut driver = Driver::new(120, 40);
    driver.open(crate::tui::tests::session_context());
    driver.assert_hides("from-directory");
    driver.batch(vec![by_list]);
    driver.assert_shows("from-directory 123456789012");
    let mut driver = Driver::new(120, 40);
    driver.open(crate::tui::tests::session_context());
    driver.keys("o");
    driver.batch(vec![Message::Organization { load: 1, event }]);
    driver.keys("o");
    driver.assert_shows("from-directory 123456789012");
    driver.serve();
    driver.assert_shows("from-directory 123456789012");
    driver.assert_hides("acme-prod");
}
