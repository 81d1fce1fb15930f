//! The footer: what the keys do to the selection, and what `esc` clears.

use crate::tui::tests::Driver;

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
