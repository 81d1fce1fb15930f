//! The Organization view.

use std::sync::Arc;

use jiff::SignedDuration;
use proptest::prelude::*;

use crate::model::{
    AccountId, ErrorKind, IamRead, ListedAccount, Route, ServiceError, SessionContext, SessionId,
};
use crate::ops::organization::{
    AccountFailure, AccountReading, AccountSummary, Count, OldestKey, OrganizationEvent,
};
use crate::tui::context::SessionPhase;
use crate::tui::effect::{OpenRequest, TaskEffect, TerminalEffect};
use crate::tui::message::Message;
use crate::tui::panes::View;
use crate::tui::tests::organization_overview::overview;
use crate::tui::tests::{Driver, session_context, start};

/// Account ID of a row.
pub(super) fn id(number: usize) -> AccountId {
    AccountId::from_number(300_000_000_000 + u64::try_from(number).unwrap())
}

fn account(number: usize) -> ListedAccount {
    ListedAccount {
        id: id(number),
        name: (number != 4).then(|| format!("team-{number:04}").into()),
        email: Some(format!("aws+{number}@example.org").into()),
        session: "corp".into(),
    }
}

pub(super) fn route(number: usize) -> Route {
    Route::Sso { session: "corp".into(), account: id(number), role: "IncidentResponder".into() }
}

fn exactly(certain: usize) -> Count {
    Count { certain, may_be_more: false }
}

pub(super) fn summary(active: usize) -> AccountSummary {
    let days_ago = |days: i64| start().wall - SignedDuration::from_hours(24 * days);
    AccountSummary {
        generated: start().wall - SignedDuration::from_hours(3),
        users: exactly(active + 2),
        active: exactly(active),
        unused: exactly(active / 2),
        never_used: Count { certain: active / 3, may_be_more: active > 20 },
        oldest: match i64::try_from(active).unwrap() {
            0 => OldestKey::None,
            active => OldestKey::Since(days_ago(10 * active)),
        },
        odd_rows: 0,
        overview: overview(active),
    }
}

fn denied() -> AccountFailure {
    const MESSAGE: &str =
        "User: arn:aws:sts::300000000002:assumed-role/ReadOnly/me is not authorized.";
    let error = ServiceError::new(ErrorKind::Denied, "GenerateCredentialReport", MESSAGE);
    let code = Some("AccessDenied".into());
    let error =
        ServiceError { code, ..error }.with_hint("The policy needs iam:GenerateCredentialReport.");
    AccountFailure { reason: "access denied".into(), error: Arc::new(error) }
}

/// The load that was requested last.
fn load(driver: &Driver) -> u64 {
    let mut loads = driver.tasks.iter().filter_map(|effect| match effect {
        TaskEffect::ReadOrganization { load, .. } => Some(*load),
        _ => None,
    });
    loads.next_back().expect("no load was requested")
}

pub(super) fn send(driver: &mut Driver, event: OrganizationEvent) {
    let load = load(driver);
    driver.batch(vec![Message::Organization { load, event }]);
}

pub(super) fn list(driver: &mut Driver, numbers: impl Iterator<Item = usize>) {
    send(driver, OrganizationEvent::Listed(numbers.map(account).collect()));
}

type Summary = Result<AccountSummary, AccountFailure>;

pub(super) fn read(driver: &mut Driver, number: usize, summary: Summary) {
    let reading = AccountReading { account: id(number), route: Some(route(number)), summary };
    send(driver, OrganizationEvent::Read(Box::new(reading)));
}

/// Opens the view on 12 accounts: 1 and 3 to 5 are read, 2 failed.
pub(super) fn opened(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::ready(columns, rows);
    driver.keys("o");
    list(&mut driver, 1..=12);
    send(&mut driver, OrganizationEvent::AllListed);
    driver.wait(4_000);
    for (number, active) in [(1, 31), (3, 8), (4, 0), (5, 45)] {
        read(&mut driver, number, Ok(summary(active)));
    }
    read(&mut driver, 2, Err(denied()));
    driver
}

pub(super) fn selected(driver: &Driver) -> Option<&AccountId> {
    driver.app.ui.panes.organization.selected_account().map(|(id, _)| id)
}

fn view(driver: &Driver) -> View {
    driver.app.ui.panes.view
}

fn shown_order(driver: &Driver) -> Vec<usize> {
    let ids = driver.app.ui.panes.organization.shown_accounts();
    let number = |shown: &AccountId| (1..20).find(|number| id(*number) == *shown);
    ids.iter().filter_map(number).take(5).collect()
}

#[test]
fn the_advice_is_shown_whole_however_long_the_rest_is() {
    let mut driver = opened(80, 24);
    let email = Some(format!("aws+{}@example.org", "team-0002-".repeat(8)).into());
    send(&mut driver, OrganizationEvent::Listed(vec![ListedAccount { email, ..account(2) }]));
    let error = ServiceError::new(ErrorKind::Denied, "ListUsers", "denied ".repeat(40))
        .with_hint("The policy needs more, as its last word.");
    read(&mut driver, 2, Err(AccountFailure { error: Arc::new(error), ..denied() }));
    driver.keys("g j");
    for text in ["300000000002 · aws+team", "ListUsers failed: denied", "last word."] {
        driver.assert_shows(text);
    }
}

#[test]
fn rows_fill_in_wide_and_narrow() {
    for (name, columns, rows) in [
        ("organization-120x40", 120, 40),
        ("organization-80x24", 80, 24),
        ("organization-40x10", 40, 10),
    ] {
        let mut driver = opened(columns, rows);
        driver.keys("j");
        insta::assert_snapshot!(name, driver.text());
    }
}

#[test]
fn all_rows_are_read() {
    let mut driver = opened(120, 24);
    for number in 6..=12 {
        read(&mut driver, number, Ok(summary(number)));
    }
    send(&mut driver, OrganizationEvent::AllRead);
    driver.keys("s s");
    insta::assert_snapshot!("organization-read-120x24", driver.text());
}

#[test]
fn the_accounts_are_read_once_and_again_on_request() {
    let mut driver = opened(120, 40);
    let loads = |driver: &Driver| {
        let is_load = |effect: &&TaskEffect| matches!(effect, TaskEffect::ReadOrganization { .. });
        driver.tasks.iter().filter(is_load).count()
    };
    assert_eq!(loads(&driver), 1);
    for keys in ["o", "o esc", "o v v"] {
        driver.keys(keys);
    }
    assert_eq!((loads(&driver), view(&driver)), (1, View::Organization));
    driver.assert_shows("team-0005");
    driver.keys("r");
    assert_eq!((loads(&driver), load(&driver)), (2, 2));
    driver.assert_shows("0 of 0+ accounts read");
    driver.assert_shows("team-0005");
}

#[test]
fn late_replies_of_an_earlier_load_are_dropped() {
    let mut driver = opened(120, 40);
    driver.keys("r");
    let late = AccountReading { account: id(6), route: Some(route(6)), summary: Ok(summary(77)) };
    let listed = OrganizationEvent::Listed(vec![account(99)]);
    for event in [OrganizationEvent::Read(Box::new(late)), listed] {
        driver.batch(vec![Message::Organization { load: 1, event }]);
    }
    driver.assert_hides("77");
    driver.assert_hides("team-0099");
    driver.assert_shows("0 of 0+ accounts read");
}

#[test]
fn an_account_that_is_no_longer_listed_says_so() {
    let mut driver = opened(120, 40);
    driver.keys("r");
    list(&mut driver, 2..=12);
    send(&mut driver, OrganizationEvent::AllListed);
    send(&mut driver, OrganizationEvent::AllRead);
    driver.assert_shows("no longer listed");
    driver.assert_shows("12 accounts");
}

#[test]
fn rows_that_fill_in_do_not_move_the_selection_or_the_order() {
    let mut driver = opened(120, 40);
    driver.keys("s s j j");
    let before = (selected(&driver).cloned(), shown_order(&driver));
    assert_eq!(before.1, [5, 1, 3, 4, 2], "most unused keys first, failures after those read");
    for number in 6..=12 {
        read(&mut driver, number, Ok(summary(100 + number)));
    }
    list(&mut driver, 13..=14);
    assert_eq!((selected(&driver).cloned(), shown_order(&driver)), before);
    driver.assert_shows("by unused keys, 9 unsorted, press s");
    driver.keys("s");
    assert_eq!(selected(&driver), before.0.as_ref());
    assert_eq!(shown_order(&driver)[..2], [12, 10]);
    driver.assert_hides("unsorted");
    driver.keys("S");
    driver.assert_shows("by unused keys, reversed");
}

#[test]
fn unknown_figures_are_never_shown_as_zero() {
    let mut driver = opened(120, 40);
    driver.assert_shows("? not read yet");
    driver.assert_shows("access denied: GenerateCredentialReport failed");
    driver.assert_shows("10+");
    driver.keys("j");
    driver.assert_shows("The policy needs iam:GenerateCredentialReport.");
    driver.keys("!");
    driver.assert_shows("Could not read account team-0002 300000000002.");
}

#[test]
fn words_of_the_filter_match_name_id_and_address() {
    let mut driver = opened(120, 40);
    for (words, shown) in [("TEAM 0003", 1), ("00005", 1), ("aws+1", 4), ("status:active", 0)] {
        driver.keys("/");
        driver.batch(vec![Message::Input(crossterm::event::Event::Paste(words.to_owned()))]);
        driver.keys("enter");
        driver.assert_shows(&format!("Organization {shown} of 12"));
        driver.keys("esc");
        assert_eq!(view(&driver), View::Organization);
    }
    driver.assert_shows("Organization 12");
    driver.keys("o");
    driver.assert_shows("alice");
}

#[test]
fn the_time_left_is_shown_once_the_accounts_are_listed() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("o");
    driver.assert_shows("Listing the accounts");
    list(&mut driver, 1..=10);
    driver.wait(2_000);
    read(&mut driver, 1, Ok(summary(4)));
    driver.assert_shows("1 of 10+ accounts read");
    driver.assert_hides("left");
    send(&mut driver, OrganizationEvent::AllListed);
    driver.assert_shows("1 of 10 accounts read, about 20 s left");
}

#[test]
fn an_account_is_opened_by_its_route_and_the_rows_stay() {
    let mut driver = opened(120, 40);
    driver.keys("j j enter");
    let expected = TaskEffect::Open(OpenRequest {
        session: SessionId(2),
        route: Some(route(3)),
        first_reads: vec![IamRead::Users { from: None }],
    });
    assert!(driver.tasks.contains(&expected), "{:?}", driver.tasks);
    assert_eq!(view(&driver), View::Users);
    driver.assert_hides("alice");
    let mut context = session_context();
    context.caller.account = id(3);
    context.route = Some(route(3));
    driver.open(SessionContext { source: "via corp · IncidentResponder".into(), ..context });
    driver.assert_shows("team-0003 300000000003");
    read(&mut driver, 6, Ok(summary(7)));
    driver.keys("o");
    assert_eq!(selected(&driver), Some(&id(3)));
    driver.assert_shows("3 of 12 accounts read, 2 in part, 1 failed");
    // It is open already.
    driver.keys("enter");
    assert_eq!((view(&driver), driver.app.shared.session.id), (View::Users, SessionId(2)));
}

#[test]
fn an_account_without_a_known_route_asks_for_one() {
    let mut driver = opened(120, 40);
    driver.keys("G enter");
    driver.assert_shows("Open another account");
    driver.assert_shows("team-0012 300000000012");
    let session = SessionId(1);
    assert!(driver.tasks.contains(&TaskEffect::FindRoutes { session, account: id(12) }));
    driver.keys("esc");
    assert_eq!((view(&driver), selected(&driver)), (View::Organization, Some(&id(12))));
    assert!(matches!(driver.app.shared.session.phase, SessionPhase::Open(_)));
}

#[test]
fn no_key_can_be_changed_from_the_view() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space o");
    for keys in ["t", "d", "a", "Y", "ctrl-a", "space", "R"] {
        driver.keys(keys);
        assert!(driver.app.popup().is_none(), "{keys}");
        driver.assert_shows("This view has accounts, not keys.");
    }
    assert_eq!(driver.app.shared.marks.len(), 1);
    assert!(!driver.app.shared.inventory.is_scanning());
}

#[test]
fn the_account_id_is_copied() {
    let mut driver = opened(80, 24);
    driver.keys("y");
    assert!(driver.terminal_effects.contains(&TerminalEffect::Copy("300000000001".to_owned())));
}

#[test]
fn a_list_that_fails_and_no_sign_in_have_their_reasons() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("o");
    send(&mut driver, OrganizationEvent::AllListed);
    send(&mut driver, OrganizationEvent::AllRead);
    driver.assert_shows("No Identity Center session lists accounts.");
    driver.keys("r");
    let error = ServiceError::new(ErrorKind::Expired, "ListAccounts", "The token has expired");
    send(&mut driver, OrganizationEvent::ListFailed(Arc::new(error)));
    send(&mut driver, OrganizationEvent::AllListed);
    send(&mut driver, OrganizationEvent::AllRead);
    driver.assert_shows("Could not list the accounts.");
    driver.assert_shows("The list of accounts is incomplete. ListAccounts failed");
}

#[test]
fn progress_does_not_change_other_views() {
    let mut driver = opened(120, 40);
    driver.keys("o");
    let before = driver.text();
    read(&mut driver, 6, Ok(summary(7)));
    read(&mut driver, 7, Err(denied()));
    send(&mut driver, OrganizationEvent::AllRead);
    assert_eq!(driver.text(), before);
}

/// Events of the property below: keys, pages of accounts, and readings of several loads.
const KEYS: [&str; 14] =
    ["j", "k", "g", "G", "pagedown", "s", "S", "o", "r", "esc", "/ 0 enter", "enter", "y", "v"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn only_keys_move_the_selection_and_the_rows(
        events in prop::collection::vec((0usize..8, 1usize..30, 0u64..3), 1..60),
        (columns, rows) in prop_oneof![Just((120, 40)), Just((80, 24)), Just((40, 10))],
    ) {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("o");
        for (kind, number, age) in events {
            let current = load(&driver);
            let event = match kind {
                0..3 => {
                    driver.keys(KEYS[number % KEYS.len()]);
                    prop_assert!(driver.changes().is_empty());
                    continue;
                }
                3 => OrganizationEvent::Listed((number..number + 9).map(account).collect()),
                4..7 => OrganizationEvent::Read(Box::new(AccountReading {
                    account: id(number),
                    route: (age == 0).then(|| route(number)),
                    summary: if number.is_multiple_of(3) { Err(denied()) } else { Ok(summary(number)) },
                })),
                _ if number < 10 => OrganizationEvent::AllListed,
                _ => OrganizationEvent::AllRead,
            };
            let state = |driver: &Driver| {
                (selected(driver).cloned(), driver.app.ui.panes.organization.shown_accounts())
            };
            let (before, order) = state(&driver);
            driver.batch(vec![Message::Organization { load: current.saturating_sub(age), event }]);
            let (after, new_order) = state(&driver);
            prop_assert!(before.is_none() || before == after);
            prop_assert!(new_order.starts_with(&order));
            let is_seen = view(&driver) == View::Organization && driver.app.popup().is_none();
            if let Some(account) = after.filter(|_| is_seen) {
                let row = driver.text().lines().any(|line| line.contains('▸'));
                prop_assert!(row, "{account} is out of view:\n{}", driver.text());
            }
        }
    }
}
