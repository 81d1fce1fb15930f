//! The footer: what the keys do to the selection, and what `esc` clears.

use std::time::Duration;

use crate::model::{AccountId, KeyStatus, Outcome};
use crate::tui::tests::incident::verified;
use crate::tui::tests::{Driver, ONE, TWO_B, session_context};

/// A key that has expired.
const THREE: &str = "AKIARZPUZDIKTHREEEEE";

/// Returns the last row of the screen.
fn footer(driver: &mut Driver) -> String {
    driver.text().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_actions_of_the_selection_stay_beside_a_filter() {
    for (columns, rows) in [(120, 40), (80, 24)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("v /");
        driver.types("status:active");
        driver.keys("enter");
        let hints = footer(&mut driver);
        assert!(hints.contains("/status:active") && hints.contains("d deactivate"), "{hints}");
        assert!(hints.contains("esc clear filter"), "{hints}");
        driver.keys("ctrl-a");
        let hints = footer(&mut driver);
        assert!(hints.contains("d deactivate 3") && !hints.contains("toggle"), "{hints}");
    }
}

#[test]
fn esc_clears_one_thing_at_a_time_and_says_which() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v /");
    driver.types("status:active");
    driver.keys("enter ctrl-a");
    for (says, marks) in [("esc clear filter", 3), ("esc clear marks", 3)] {
        let hints = footer(&mut driver);
        assert!(hints.contains(says), "{hints}");
        assert_eq!(driver.app.shared.marks.len(), marks);
        driver.keys("esc");
    }
    assert!(driver.app.shared.marks.is_empty());
    driver.assert_hides("marked");
    let hints = footer(&mut driver);
    assert!(!hints.contains("esc "), "{hints}");
}

#[test]
fn the_smallest_footer_keeps_the_number_of_marked_keys() {
    let mut driver = Driver::ready(40, 10);
    driver.keys("v ctrl-a");
    let hints = footer(&mut driver);
    assert!(hints.contains("d deactivate 4"), "{hints}");
}

#[test]
fn after_a_change_the_activity_of_the_key_stays_in_a_narrow_footer() {
    let mut driver = Driver::ready(80, 24);
    assert!(footer(&mut driver).contains("f find"));
    driver.keys("d");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    let at = driver.now.wall;
    driver.finish(Outcome::Verified { at, took: Duration::from_secs(1), refused: false }, "done");
    let hints = footer(&mut driver);
    assert!(hints.contains("c activity") && !hints.contains("/ filter"), "{hints}");
}

#[test]
fn the_footer_offers_only_changes_that_the_status_allows() {
    let offers = |driver: &mut Driver| {
        let hints = footer(driver);
        ["t toggle", "d deactivate", "a activate"].map(|hint| hints.contains(hint))
    };
    let mut driver = Driver::ready(200, 40);
    driver.statuses.push(("operator", THREE, KeyStatus::Expired));
    driver.keys("R");
    driver.serve();
    driver.keys("v");
    for (key, offered) in
        [(ONE, [true, true, false]), (TWO_B, [true, false, true]), (THREE, [false, false, false])]
    {
        driver.app.shared.marks.clear();
        while driver.app.ui.panes.selected_key(&driver.app.shared).unwrap().as_str() != key {
            driver.keys("j");
        }
        assert_eq!(offers(&mut driver), offered, "{key}");
    }
    driver.keys("g ctrl-a");
    assert_eq!(offers(&mut driver), [false, true, true], "marked keys of both statuses");
}

#[test]
fn a_narrow_footer_has_the_change_that_the_status_allows() {
    let mut driver = Driver::ready(80, 24);
    driver.keys("v /");
    driver.types("status:inactive");
    driver.keys("enter");
    let hints = footer(&mut driver);
    assert!(hints.contains("a activate") && !hints.contains("deactivate"), "{hints}");
}

#[test]
fn what_follows_a_change_is_not_offered_in_another_account() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    verified(&mut driver, 0);
    let offers = |driver: &Driver| driver.hints().iter().any(|hint| hint.label == "watch");
    assert!(offers(&driver));
    let session = &mut driver.app.shared.session;
    session.reopen();
    let mut elsewhere = session_context();
    elsewhere.caller.account = AccountId::from_service("210987654321");
    driver.open(elsewhere);
    driver.serve();
    assert!(!offers(&driver));
}
