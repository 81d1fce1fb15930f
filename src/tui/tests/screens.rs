//! Snapshots and colors of the screen.

use ratatui::style::{Color, Modifier};

use crate::tui::tests::{Driver, ONE};

#[test]
fn the_main_view_wide_and_narrow() {
    insta::assert_snapshot!("main-120x40", Driver::ready(120, 40).text());
    insta::assert_snapshot!("main-80x24", Driver::ready(80, 24).text());
    insta::assert_snapshot!("main-40x10", Driver::ready(40, 10).text());
}

#[test]
fn the_dialog_wide_and_narrow() {
    for (name, columns, rows) in
        [("dialog-120x40", 120, 40), ("dialog-80x24", 80, 24), ("dialog-40x10", 40, 10)]
    {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("t");
        driver.wait(300);
        insta::assert_snapshot!(name, driver.text());
    }
}

#[test]
fn nothing_is_shown_by_color_alone() {
    let mut driver = Driver::ready(120, 40);
    let text = driver.text();
    let buffer = driver.frame();
    let cell = |needle: &str| {
        let (row, line) = text.lines().enumerate().find(|(_, line)| line.contains(needle)).unwrap();
        let column = line[..line.find(needle).unwrap()].chars().count();
        buffer[(u16::try_from(column).unwrap(), u16::try_from(row).unwrap())].clone()
    };
    assert_eq!(cell("● Active").fg, Color::Green);
    assert!(cell("▸ alice").modifier.contains(Modifier::REVERSED), "the selected row");
    assert!(!cell("bob").modifier.contains(Modifier::REVERSED));
    assert!(cell(ONE).modifier.contains(Modifier::BOLD), "the selected row of the other pane");
    assert!(text.contains("● Active") && text.contains("▸ alice"));
}
