//! The Overview of all accounts: the sum, what a bar opens, and small screens.

use jiff::SignedDuration;

use crate::model::{
    Caller, CredentialReport, IamRead, KeyStatus, Known, LastUse, ReportRow, ReportedKey,
    SessionContext, SessionId, UserName,
};
use crate::ops::organization::{AccountSummary, OrganizationEvent};
use crate::ops::overview::{Overview, RootKeys};
use crate::tui::effect::{OpenRequest, TaskEffect};
use crate::tui::keymap::Action;
use crate::tui::message::Message;
use crate::tui::panes::View;
use crate::tui::tests::organization::{id, list, opened, read, route, selected, send, summary};
use crate::tui::tests::{Driver, session_context, start, user};

/// Returns counts of active keys of one user each, 400 days old, of which the last was never used.
pub(super) fn overview(active: usize) -> Overview {
    let at = start().wall - SignedDuration::from_hours(3);
    let created = start().wall - SignedDuration::from_hours(24 * 400);
    let row = |number: usize| {
        let used = LastUse::Used { at: created, service: None, region: None };
        let value = if number + 1 == active { LastUse::Never } else { used };
        let name = format!("user-{number:02}");
        ReportRow {
            number: 1,
            user: Some(UserName::from_service(&name)),
            arn: user(&name).arn,
            created: None,
            password_enabled: Known::NotRead,
            mfa: Known::Reported { value: number.is_multiple_of(2), at },
            password_last_use: Known::NotRead,
            password_changed: None,
            keys: vec![ReportedKey {
                slot: 1,
                status: KeyStatus::Active,
                created: Some(created),
                last_use: Known::Reported { value, at },
            }],
        }
    };
    let rows = (0..active).map(row).collect();
    let report = CredentialReport { rows, odd: Vec::new(), generated: at, sha256: [0; 32] };
    let mut overview = Overview::of_report(&report, start().wall);
    overview.root =
        [RootKeys::None, RootKeys::Active, RootKeys::Inactive, RootKeys::Unknown][active % 4];
    overview
}

/// Opens the Overview of the accounts 1 and 3 to 5, which have 31, 8, 0 and 45 active keys. Of each
/// that has one, one key was never used.
pub(super) fn bars(columns: u16, rows: u16) -> Driver {
    let mut driver = opened(columns, rows);
    driver.keys("v");
    driver
}

/// Moves to the bar with that label; `times` the cursor has to meet it.
pub(super) fn go_to(driver: &mut Driver, label: &str) {
    driver.keys("g");
    for _ in 0..40 {
        let line = driver.text().lines().find(|line| line.contains('▸')).unwrap().to_owned();
        if line.contains(label) {
            return;
        }
        driver.keys("j");
    }
    panic!("there is no bar {label:?}");
}

#[test]
fn the_overview_sums_the_accounts_that_were_read() {
    let mut driver = bars(120, 40);
    driver.assert_shows("Organization 84+ active keys");
    driver.assert_shows("~ reports of 3 of 12 accounts read and 1 in part up to 3h old");
    driver.assert_shows("3 of 12 accounts read, 1 in part, 1 failed");
    for (label, keys) in
        [("over 365 days", "~84"), ("never used", "~3"), ("within 1 day", "0"), ("root user", "?")]
    {
        go_to(&mut driver, label);
        let line = driver.text().lines().find(|line| line.contains('▸')).unwrap().to_owned();
        assert!(line.contains(&format!(" {keys} ")), "{line}");
    }
    read(&mut driver, 6, Ok(summary(7)));
    driver.assert_shows("Organization 91+ active keys");
    let reads = driver.tasks.iter().filter(|task| matches!(task, TaskEffect::Read { .. }));
    assert_eq!(reads.count(), 0, "the view reads nothing");
}

#[test]
fn a_bar_lists_its_accounts_and_an_account_opens_with_the_keys_of_the_bar() {
    let mut driver = bars(120, 40);
    go_to(&mut driver, "over 365 days");
    driver.keys("enter");
    driver.assert_shows("Organization 3 of 12 · age: over 365 days");
    assert_eq!(driver.app.ui.panes.organization.shown_accounts(), [id(5), id(1), id(3)]);
    driver.keys("j enter");
    let opens = TaskEffect::Open(OpenRequest {
        session: SessionId(2),
        route: Some(route(1)),
        first_reads: vec![IamRead::Users { from: None }],
    });
    assert!(driver.tasks.contains(&opens), "{:?}", driver.tasks);
    let mut context = session_context();
    context.caller.account = id(1);
    driver.open(SessionContext { route: Some(route(1)), ..context });
    driver.serve();
    driver.wait(200);
    driver.serve();
    assert_eq!(driver.app.ui.panes.view, View::Keys);
    driver.assert_shows("status:active age>365d");
    driver.assert_shows("Keys 3 of 4");
    // The list is where it was left.
    driver.keys("esc o");
    assert_eq!(selected(&driver), Some(&id(1)));
    driver.keys("esc");
    driver.assert_shows("Organization 84+ active keys");
    driver.keys("esc");
    assert_eq!(driver.app.ui.panes.view, View::Keys);
}

#[test]
fn the_keys_of_a_bar_are_not_shown_in_an_account_that_was_opened_otherwise() {
    let mut driver = bars(120, 40);
    go_to(&mut driver, "over 365 days");
    driver.keys("enter enter");
    let mut context = session_context();
    context.caller.account = id(9);
    driver.open(context);
    driver.serve();
    assert_eq!(driver.app.ui.panes.view, View::Users);
    driver.assert_hides("status:active age>365d");
}

#[test]
fn what_no_filter_finds_lists_its_accounts_and_opens_them_whole() {
    let mut driver = bars(120, 40);
    driver.keys("G k k k");
    let line = driver.text().lines().find(|line| line.contains('▸')).unwrap().to_owned();
    assert!(line.contains("not attached"), "{line}");
    driver.keys("enter");
    driver.assert_shows("No account that was read has such a key.");
    driver.keys("j enter");
    driver.assert_shows("Organization 3 of 12 · quarantine policy: not known");
    driver.keys("enter");
    assert_eq!(driver.app.ui.panes.view, View::Users);
}

#[test]
fn actions_about_rows_do_nothing_in_the_overview_of_all_accounts() {
    let mut driver = bars(120, 40);
    for key in ["d", "a", "t", "space", "ctrl-a", "c", "y", "Y", "/", "s", "S", "R"] {
        driver.keys(key);
        driver.assert_shows("This overview sums all accounts.");
        assert!(driver.app.popup().is_none() && driver.app.shared.marks.is_empty(), "{key}");
    }
}

#[test]
fn the_overview_of_all_accounts_offers_only_what_is_of_use() {
    let driver = bars(120, 40);
    let keys: Vec<_> = driver.hints().into_iter().map(|hint| hint.key).collect();
    assert!(keys.contains(&"enter".to_owned()) && keys.contains(&"v".to_owned()), "{keys:?}");
    let possible = |action| driver.app.ui.panes.is_possible(action, &driver.app.shared);
    assert!(!possible(Action::Undo) && !possible(Action::Watch), "nothing was changed");
}

#[test]
fn the_overview_of_all_accounts_wide_and_narrow() {
    for (name, columns, rows) in [("120x40", 120, 40), ("80x24", 80, 24), ("40x10", 40, 10)] {
        let mut driver = bars(columns, rows);
        insta::assert_snapshot!(format!("organization-overview-{name}"), driver.text());
        driver.keys("enter");
        go_to(&mut driver, "over 365 days");
        driver.keys("enter");
        insta::assert_snapshot!(format!("organization-bar-{name}"), driver.text());
    }
}

#[test]
fn before_an_account_is_read_the_overview_says_so() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("o v");
    driver.assert_shows("No account has been read yet.");
    driver.keys("j enter esc");
    assert_eq!(driver.app.ui.panes.view, View::Users);
}

#[test]
fn accounts_read_in_part_are_counted_apart_and_named_among_the_errors() {
    let mut driver = opened(120, 40);
    read(&mut driver, 7, Ok(AccountSummary { odd_rows: 2, ..summary(4) }));
    driver.assert_shows("3 of 12 accounts read, 2 in part, 1 failed");
    driver.keys("!");
    driver.assert_shows("in part. 2 rows of the report could not be used.");
    driver.assert_shows("in part. The report has no usable row of root.");
}

#[test]
fn the_report_of_an_opened_account_fills_in_its_row() {
    let mut driver = opened(120, 40);
    driver.assert_shows("access denied");
    driver.assert_shows("1 failed");
    driver.keys("g j enter");
    let base = session_context();
    let caller = Caller { account: id(2), ..base.caller };
    driver.open(SessionContext { caller, route: Some(route(2)), ..base });
    let session = driver.app.shared.session.id;
    let reply = driver.answer(session, IamRead::Report);
    driver.batch(vec![Message::Reply(reply)]);
    driver.keys("o");
    driver.assert_hides("access denied");
    driver.assert_hides("1 failed");
}

#[test]
fn the_age_of_the_oldest_report_grows() {
    let mut driver = opened(120, 40);
    driver.keys("v");
    driver.assert_shows("up to 3h old");
    driver.now.wall += SignedDuration::from_hours(2);
    driver.keys("j");
    driver.assert_shows("up to 5h old");
}

#[test]
fn an_account_that_is_opened_while_it_is_read_again_counts_once() {
    let mut driver = opened(120, 40);
    send(&mut driver, OrganizationEvent::AllRead);
    driver.keys("r");
    list(&mut driver, 1..=12);
    send(&mut driver, OrganizationEvent::AllListed);
    driver.keys("g j");
    let account = id(2);
    assert_eq!(selected(&driver), Some(&account));
    let mut there = session_context();
    there.caller.account = account;
    let route = Some(route(2));
    driver.app.shared.session.change_route(route, None);
    driver.open(there);
    let session = driver.app.shared.session.id;
    let report = driver.answer(session, IamRead::Report);
    driver.batch(vec![Message::Reply(report)]);
    for number in 1..=12 {
        read(&mut driver, number, Ok(summary(number)));
    }
    let coverage = driver.app.ui.panes.organization.coverage();
    assert!(coverage.starts_with("9 of 12 accounts read, 3 in part"), "{coverage}");
}

#[test]
fn an_account_that_is_listed_again_waits_for_its_report() {
    let mut driver = opened(120, 40);
    send(&mut driver, OrganizationEvent::AllRead);
    driver.keys("r");
    list(&mut driver, 2..=12);
    send(&mut driver, OrganizationEvent::AllListed);
    send(&mut driver, OrganizationEvent::AllRead);
    driver.assert_shows("no longer listed");
    driver.keys("r");
    list(&mut driver, 1..=12);
    driver.assert_hides("no longer listed");
}
