//! The activity popup on every size of screen, with long and hostile texts.

use crate::model::TrailEvent;
use crate::tui::message::Message;
use crate::tui::tests::activity::{begin, call, page, query, read, send};
use crate::tui::tests::{Driver, ONE};

#[test]
fn a_long_notification_stays_visible_below_the_popup() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut driver = read(columns, rows);
        let path = format!("/home/{}keyflip-{ONE}.md", "directory/".repeat(6));
        driver.batch(vec![Message::Exported(path.into(), Ok(()))]);
        for part in ["✓ Written to", &format!("keyflip-{ONE}.md"), "you can read."] {
            driver.assert_shows(part);
        }
        driver.keys("G");
        driver.assert_shows("Only management events");
    }
}

#[test]
fn the_popup_works_on_every_size_of_screen() {
    for (columns, rows) in [(40, 10), (50, 14), (80, 24), (120, 40), (200, 50)] {
        let mut driver = read(columns, rows);
        let count = driver.text().contains("6 events");
        assert!(count, "{columns}x{rows}:\n{}", driver.text());
        driver.keys("G g j j j tab j j k enter j k esc / i a m enter j enter esc e esc R r");
        driver.keys("tab esc");
    }
}

#[test]
fn a_small_screen_says_which_lines_it_shows_and_leaves_out_the_sparkline() {
    let mut driver = read(80, 24);
    driver.assert_shows("summary, 6 events, 1-");
    driver.assert_hides("calls per");
    let mut driver = read(120, 40);
    driver.assert_shows("calls per");
}

#[test]
fn hostile_texts_are_drawn_without_control_characters() {
    let mut driver = Driver::ready(80, 24);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    let long = "A\u{1b}[31m\u{202e}\u{200b}".repeat(400);
    let hostile = TrailEvent {
        user_agent: Some(long.as_str().into()),
        source_ip: Some("\u{1b}]0;x\u{7}".into()),
        target: Some(long.as_str().into()),
        error_code: Some(long.as_str().into()),
        record: Some("no JSON \u{1b}[2J \u{202e}".into()),
        ..call("h1", 10, "iam", "CreateUser")
    };
    send(&mut driver, number, page("us-east-1", vec![hostile], true));
    for keys in ["j", "G", "tab", "enter"] {
        driver.keys(keys);
        let screen = driver.text();
        assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}']), "{screen}");
    }
    driver.assert_shows("h1");
}
