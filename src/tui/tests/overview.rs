//! The Overview: counts, what a bar opens, facts that are not known, and small screens.

use jiff::SignedDuration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;

use crate::model::{
    CredentialReport, ErrorKind, IamRead, IamSummary, KeyStatus, Known, LastUse, ReadData,
    ReadReply, ReportRow, ReportedKey, SessionId, UserName,
};
use crate::ops::overview::{BarCount, BarId, GROUPS};
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::panes::View;
use crate::tui::popups::Popup;
use crate::tui::render::Theme;
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, OWN, TWO_A, session_context, user};

/// Users of the large account, all known from its credential report.
const REPORTED_USERS: usize = 60;

fn answer(driver: &mut Driver, read: IamRead, found: ReadData) {
    let at = driver.now.wall;
    let reply = ReadReply { session: SessionId(1), read, result: Ok(found), asked_at: at, at };
    driver.batch(vec![Message::Reply(reply)]);
}

/// Starts a screen on an account with more users than are read unasked, each with one active key of
/// 400 days. Every third key was never used.
fn large(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::new(columns, rows);
    driver.open(session_context());
    let names: Vec<_> = (0..REPORTED_USERS).map(|n| format!("user-{n:02}")).collect();
    let users = names.iter().map(|name| user(name)).collect();
    answer(&mut driver, IamRead::Users { from: None }, ReadData::Users { users, next: None });
    answer(&mut driver, IamRead::GenerateReport, ReadData::ReportPending);
    let at = driver.now.wall - SignedDuration::from_hours(2);
    let created = driver.now.wall - SignedDuration::from_hours(24 * 400);
    let row = |(number, name): (usize, &String)| {
        let used = LastUse::Used { at: created, service: None, region: None };
        let value = if number % 3 == 0 { LastUse::Never } else { used };
        ReportRow {
            number: 1,
            user: Some(UserName::from_service(name)),
            arn: user(name).arn,
            created: user(name).created,
            password_enabled: Known::NotRead,
            mfa: Known::Reported { value: number % 2 == 0, at },
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
    let mut rows: Vec<_> = names.iter().enumerate().map(row).collect();
    rows.insert(0, ReportRow { user: None, keys: Vec::new(), ..rows[0].clone() });
    let report = CredentialReport { rows, odd: Vec::new(), generated: at, sha256: [0; 32] };
    answer(&mut driver, IamRead::Report, ReadData::Report(report));
    driver.tasks.clear();
    driver
}

fn select(driver: &mut Driver, label: &str) {
    driver.keys("g");
    for _ in 0..40 {
        if driver.app.ui.panes.overview.selected_bar().spec().label == label {
            return;
        }
        driver.keys("j");
    }
    panic!("there is no bar {label:?}");
}

fn selected_count(driver: &Driver) -> BarCount {
    let overview = &driver.app.ui.panes.overview;
    overview.overview().unwrap().count(overview.selected_bar())
}

fn keys_shown(driver: &Driver) -> usize {
    driver.app.ui.panes.all_keys.list.items().len()
}

#[test]
fn the_third_view_counts_the_active_keys() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v v");
    driver.assert_shows("Overview 3 active keys");
    assert_eq!(
        driver.app.ui.panes.overview.overview().unwrap().total,
        BarCount { listed: 3, reported: 0 }
    );
    for (label, keys) in
        [("over 365 days", 3), ("1–7 days ago", 3), ("never used", 0), ("no device", 1)]
    {
        select(&mut driver, label);
        assert_eq!(selected_count(&driver).listed, keys, "{label}");
    }
    driver.keys("v");
    assert_eq!(driver.app.ui.panes.view, View::Users);
}

#[test]
fn a_bar_opens_the_list_of_its_keys() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v v");
    for bar in (0..GROUPS.len()).flat_map(BarId::of_group) {
        if bar.spec().filter.is_none() || bar == BarId::ROOT {
            continue;
        }
        driver.keys("g");
        while driver.app.ui.panes.overview.selected_bar() != bar {
            driver.keys("j");
        }
        let count = selected_count(&driver);
        driver.keys("enter");
        assert_eq!(driver.app.ui.panes.view, View::Keys, "{bar:?}");
        assert_eq!(keys_shown(&driver), count.listed, "{:?}", bar.spec());
        driver.keys("v");
    }
}

#[test]
fn the_keys_of_a_bar_are_marked_and_deactivated_together() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v v");
    select(&mut driver, "over 365 days");
    driver.keys("enter");
    driver.assert_shows("3 keys in this bar. ctrl-a marks them all");
    driver.keys("ctrl-a d");
    let Some(Popup::Confirm(dialog)) = driver.app.popup() else { panic!("no dialog") };
    let targets: Vec<_> = dialog.targets.iter().map(|target| target.key.as_str()).collect();
    assert_eq!(targets.len(), 3);
    assert!(targets.contains(&TWO_A) && targets.contains(&OWN));
}

#[test]
fn a_change_moves_the_counts_with_it() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v v");
    driver.assert_shows("Overview 3 active keys");
    driver.statuses[0].2 = KeyStatus::Inactive;
    let read = IamRead::Keys { user: Some(UserName::from_service("alice")) };
    let reply = driver.answer(SessionId(1), read);
    driver.batch(vec![Message::Reply(reply)]);
    driver.assert_shows("Overview 2 active keys");
}

#[test]
fn keys_of_the_report_are_counted_apart_and_cost_no_call() {
    let mut driver = large(120, 40);
    driver.keys("v R");
    driver.tasks.clear();
    driver.keys("v");
    let reads = driver.tasks.iter().filter(|task| matches!(task, TaskEffect::Read { .. }));
    assert_eq!(reads.count(), 0, "the view itself reads nothing");
    driver.assert_shows("Overview 60 active keys");
    driver.assert_shows("~ keys of 60 users from the report, 2h old");
    select(&mut driver, "never used");
    assert_eq!(selected_count(&driver), BarCount { listed: 0, reported: 20 });
    driver.assert_shows("~20");
    driver.keys("enter");
    assert_eq!(driver.app.ui.panes.view, View::Keys);
    assert!(driver.app.shared.inventory.is_scanning(), "the keys have to be listed");
    driver.assert_shows("reading keys 0 of 60");
}

#[test]
fn a_refresh_asks_for_the_report_again_and_keeps_the_counts() {
    let mut driver = large(120, 40);
    driver.keys("v R v r");
    let asked =
        |task: &TaskEffect| matches!(task, TaskEffect::Read { read: IamRead::GenerateReport, .. });
    assert_eq!(driver.tasks.iter().filter(|task| asked(task)).count(), 1);
    answer(&mut driver, IamRead::GenerateReport, ReadData::ReportPending);
    driver.assert_shows("Overview 60 active keys");
    driver.assert_shows("~ keys of 60 users from the report ");
}

#[test]
fn what_is_not_known_is_shown_and_opens_nothing() {
    let mut driver = Driver::new(120, 40);
    driver.open(session_context());
    let users = (0..60).map(|n| user(&format!("user-{n:02}"))).collect();
    answer(&mut driver, IamRead::Users { from: None }, ReadData::Users { users, next: None });
    driver.batch(vec![failed(&driver, IamRead::GenerateReport, ErrorKind::Denied)]);
    driver.keys("v v");
    driver.assert_shows("Overview 0+ active keys ─ keys of 60 users not known");
    select(&mut driver, "not known");
    driver.keys("enter");
    driver.assert_shows("These keys cannot be listed, because their facts are not known");
    assert_eq!(driver.app.ui.panes.view, View::Overview);
    select(&mut driver, "root user");
    driver.keys("enter");
    driver.assert_shows("Only root can list its keys");
}

/// Returns the line of the selected bar.
fn selected_line(driver: &mut Driver) -> String {
    driver.text().lines().find(|line| line.contains('▸')).unwrap().to_owned()
}

/// Starts a screen whose list of users is denied. The account has 43 users, and root a key.
fn without_list(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::new(columns, rows);
    driver.open(session_context());
    driver.batch(vec![failed(&driver, IamRead::Users { from: None }, ErrorKind::Denied)]);
    let summary = ReadData::Summary(IamSummary { users: 43, root_has_key: Some(true) });
    answer(&mut driver, IamRead::Summary, summary);
    driver.keys("v v");
    driver
}

#[test]
fn without_the_list_of_users_the_overview_says_what_is_missing() {
    let mut driver = without_list(120, 40);
    driver.assert_shows(
        "Overview 0+ active keys ─ incomplete list of users, keys of 43 users not known",
    );
    select(&mut driver, "not known");
    assert!(
        selected_line(&mut driver).trim_end_matches([' ', '│', '▐']).ends_with("43+"),
        "{}",
        driver.text()
    );
    driver.assert_shows("0+");
    select(&mut driver, "root user");
    assert!(selected_line(&mut driver).contains("has a key, status not known"));
    for (columns, rows) in [(80, 24), (40, 10)] {
        without_list(columns, rows).assert_shows("Overview 0+ active keys ─ incomplete");
    }
}

#[test]
fn the_overview_is_drawn_from_the_report_before_users_are_listed() {
    let mut driver = without_list(120, 40);
    answer(&mut driver, IamRead::GenerateReport, ReadData::ReportPending);
    let at = driver.now.wall;
    let key = |status| ReportedKey {
        slot: 1,
        status,
        created: Some(at - SignedDuration::from_hours(24 * 400)),
        last_use: Known::Reported { value: LastUse::Never, at },
    };
    let row = |name: Option<&str>, keys| ReportRow {
        number: 1,
        user: name.map(UserName::from_service),
        arn: user("x").arn,
        created: None,
        password_enabled: Known::NotRead,
        mfa: Known::Reported { value: false, at },
        password_last_use: Known::NotRead,
        password_changed: None,
        keys,
    };
    let (active, inactive) = (key(KeyStatus::Active), key(KeyStatus::Inactive));
    let rows = vec![
        row(None, vec![inactive]),
        row(Some("ann"), vec![active.clone()]),
        row(Some("bob"), vec![active.clone(), active]),
    ];
    let report = CredentialReport { rows, odd: Vec::new(), generated: at, sha256: [0; 32] };
    answer(&mut driver, IamRead::Report, ReadData::Report(report));
    driver.assert_shows(
        "Overview 3+ active keys ─ incomplete list of users, keys of 41 users not known, ~ keys of 2 \
         users from the report",
    );
    select(&mut driver, "two or more");
    assert_eq!(selected_count(&driver), BarCount { listed: 0, reported: 2 });
    let line = selected_line(&mut driver);
    assert!(line.contains("~2     67%      1"), "two keys of one user: {line}");
    select(&mut driver, "root user");
    let line = selected_line(&mut driver);
    assert!(line.contains("has an inactive key") && line.contains(" 0      0%"), "{line}");
}

#[test]
fn actions_about_rows_do_nothing_in_the_overview() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v v");
    for key in ["d", "a", "t", "space", "ctrl-a", "c", "y", "Y", "/", "s", "S"] {
        driver.keys(key);
        driver.assert_shows("The overview counts every active key");
        assert!(driver.app.popup().is_none() && driver.app.shared.marks.is_empty(), "{key}");
        driver.keys("esc");
    }
    assert_eq!(driver.app.ui.panes.view, View::Overview);
}

#[test]
fn a_filter_of_the_lists_stays_and_does_not_narrow_the_overview() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v / b o b enter");
    driver.assert_shows("Keys 2 of 4");
    driver.keys("v");
    driver.assert_shows("Overview 3 active keys");
    driver.keys("v");
    driver.assert_shows("Users 1 of 4");
}

#[test]
fn the_cursor_skips_headings_on_any_screen() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 10)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("v v");
        let mut seen = vec![driver.app.ui.panes.overview.selected_bar()];
        for _ in 0..40 {
            driver.keys("j");
            driver.assert_shows("▸");
            let bar = driver.app.ui.panes.overview.selected_bar();
            if seen.last() != Some(&bar) {
                seen.push(bar);
            }
        }
        let all: Vec<_> = (0..GROUPS.len()).flat_map(BarId::of_group).collect();
        assert_eq!(seen, all);
        driver.keys("G pagedown k pageup g k k");
        assert_eq!(driver.app.ui.panes.overview.selected_bar(), all[0]);
    }
}

#[test]
fn the_overview_wide_and_narrow() {
    for (name, columns, rows) in
        [("overview-120x40", 120, 40), ("overview-80x24", 80, 24), ("overview-40x10", 40, 10)]
    {
        let mut driver = large(columns, rows);
        driver.keys("v v");
        insta::assert_snapshot!(name, driver.text());
    }
}

#[test]
fn the_overview_in_ascii_has_no_other_character_and_keeps_its_bars() {
    let mut driver = large(80, 24);
    driver.keys("v v");
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let theme = Theme::default().ascii();
    terminal.draw(|frame| driver.app.draw(&theme, frame)).unwrap();
    let text: String = terminal.backend().buffer().content.iter().map(Cell::symbol).collect();
    assert!(text.is_ascii() && text.contains("over 365 days       :::"), "{text}");
}
