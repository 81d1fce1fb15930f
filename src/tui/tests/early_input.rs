//! Input that came before a dialog could be confirmed: ignored, and the dialog says so.

use crate::tui::tests::confirm::{asks, crowded};
use crate::tui::tests::{Driver, press};

#[test]
fn a_y_that_came_too_early_says_so() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 10)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("t y");
        driver.assert_shows("too early");
        driver.wait(300);
        driver.assert_shows("too early");
        driver.keys("y");
        assert_eq!(driver.changes().len(), 1, "{columns}x{rows}");
    }
}

#[test]
fn a_y_in_the_same_burst_as_the_dialog_says_so() {
    let mut driver = Driver::ready(120, 40);
    driver.batch(vec![press("t"), press("y")]);
    driver.assert_shows("too early, not taken: press y again");
    driver.wait(300);
    driver.keys("tab");
    driver.assert_hides("too early");
}

#[test]
fn a_y_while_the_status_is_read_again_says_so() {
    let mut driver = Driver::ready(120, 40);
    driver.wait(31_000);
    driver.keys("t");
    driver.assert_shows("reading the status again");
    driver.keys("y");
    driver.assert_shows("too early, not taken: reading the status again");
    driver.serve();
    driver.assert_shows("too early, not taken: press y again");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_discarded_key_that_does_not_confirm_is_not_called_too_early() {
    for key in ["n", "esc", "j"] {
        let mut driver = Driver::ready(120, 40);
        driver.batch(vec![press("t"), press(key)]);
        assert!(asks(&driver));
        driver.assert_hides("too early");
    }
}

#[test]
fn a_number_typed_with_keys_below_shows_them_and_enter_does_not_cancel() {
    let mut driver = crowded(80, 24, 35);
    driver.keys("v ctrl-a d");
    driver.wait(300);
    let hint = |driver: &Driver, label: &str| driver.hints().iter().any(|it| it.label == label);
    driver.assert_shows("38 access keys? ─ ↓ to see all keys first");
    driver.assert_shows("scroll down to see all keys first");
    assert!(hint(&driver, "show all keys first") && !hint(&driver, "confirm"));
    driver.keys("3");
    driver.assert_shows("not taken: see all keys first (↓)");
    driver.assert_hides("1–");
    driver.keys("enter");
    assert!(asks(&driver), "enter was meant for the number");
    driver.assert_shows("not taken: see all keys first (↓)");
    driver.keys("enter");
    assert!(!asks(&driver), "nothing was typed, and the focus is on Cancel");
    assert!(driver.changes().is_empty());
}

#[test]
fn the_last_key_shown_by_a_number_that_was_ignored_leaves_the_message() {
    let mut driver = crowded(80, 24, 4);
    driver.last_used = driver.now.wall;
    driver.keys("v ctrl-a d");
    driver.serve();
    driver.wait(300);
    driver.assert_shows("scroll down to see all keys first");
    driver.keys("7 7 7 7");
    driver.assert_shows("too early, not taken: type it again");
    driver.keys("enter");
    driver.assert_shows("too early, not taken: type it again");
    driver.wait(300);
    driver.keys("7 enter");
    assert_eq!(driver.app.shared.change_queue.in_flight().len(), 7);
}

#[test]
fn text_typed_too_early_must_be_typed_again() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("G t K E Y 2");
    driver.assert_shows("too early, not taken: type it again");
    driver.keys("enter");
    assert!(asks(&driver));
    driver.wait(300);
    driver.keys("K E Y 2 enter");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_y_in_place_of_text_is_refused_and_enter_does_not_cancel() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("G t");
    driver.wait(300);
    driver.keys("y");
    driver.assert_shows("“Y” is not the key's last four characters. Type KEY2, then enter: ____");
    driver.keys("enter");
    assert!(asks(&driver));
    driver.wait(300);
    driver.keys("K E Y 2 enter");
    assert_eq!(driver.changes().len(), 1);
}
