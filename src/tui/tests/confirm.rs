//! The confirmation dialog: what you confirm is what is called.

use std::time::Duration;

use crossterm::event::Event;

use crate::model::{Direction, IamRead, KeyStatus, Outcome, ReadReply, UserName};
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, TWO_B, press, session_context};

pub(super) fn asks(driver: &Driver) -> bool {
    matches!(driver.app.popup(), Some(Popup::Confirm(_)))
}

#[test]
fn t_then_y_change_the_key() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.assert_shows("Deactivate this access key?");
    driver.assert_shows("Active → Inactive");
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.only_change(), (ONE.to_owned(), Direction::Deactivate));
    driver.assert_shows("→ Inactive");
    let at = driver.now.wall;
    driver.finish(
        Outcome::Verified { at, took: Duration::from_millis(400), refused: false },
        "IAM reports it Inactive.",
    );
    driver.assert_shows("○ Inactive");
    driver.assert_shows("✓ IAM reports it Inactive.");
}

#[test]
fn a_fresh_dialog_confirms_nothing() {
    for keys in ["t n", "t esc", "t enter", "t y", "t y y y", "t tab enter"] {
        let mut driver = Driver::ready(120, 40);
        driver.keys(keys);
        driver.wait(1_000);
        assert!(driver.changes().is_empty(), "{keys}");
    }
}

#[test]
fn text_that_arrives_in_one_piece_confirms_nothing() {
    for text in ["ty", "security", "tyyyy", "t\ny"] {
        let mut driver = Driver::ready(120, 40);
        driver.types(text);
        driver.wait(1_000);
        assert!(driver.changes().is_empty(), "{text}");
    }
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(1_000);
    driver.types("yes, security");
    driver.types("securit");
    driver.types("y");
    assert!(asks(&driver) && driver.changes().is_empty());
}

#[test]
fn a_key_buffered_during_a_stall_confirms_nothing() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.now.mono += Duration::from_secs(5);
    driver.batch(vec![Message::Deadline, press("y")]);
    assert!(driver.changes().is_empty());
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn no_event_changes_the_target_of_a_dialog() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    let late =
        driver.answer(driver.app.shared.session.id, crate::model::IamRead::Users { from: None });
    driver.keys("r s j");
    driver.batch(vec![Message::Input(Event::Resize(90, 30)), Message::Reply(late)]);
    driver.batch(vec![Message::Input(Event::Paste("y".to_owned()))]);
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.only_change(), (ONE.to_owned(), Direction::Deactivate));
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn the_target_is_the_selected_key_of_two() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j t");
    assert!(!asks(&driver), "a user with two keys has no single one to change");
    driver.serve();
    driver.keys("t");
    driver.assert_shows(TWO_A);
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.only_change(), (TWO_A.to_owned(), Direction::Deactivate));
}

#[test]
fn activating_asks_for_the_last_four_characters() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j tab j t");
    driver.wait(300);
    driver.keys("y");
    driver.wait(300);
    assert!(asks(&driver) && driver.changes().is_empty());
    driver.keys("backspace N O 2 enter");
    assert!(
        asks(&driver) && driver.changes().is_empty(),
        "three of four characters are not enough"
    );
    driver.assert_shows("“NO2” is not the key's last four characters.");
    driver.keys("n o 2 p enter");
    assert_eq!(driver.only_change(), (TWO_B.to_owned(), Direction::Activate));
}

#[test]
fn the_key_that_signs_has_a_warning_and_a_typed_confirmation() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("G t");
    driver.assert_shows(&format!("{OWN} is the key that signs this session. You cannot undo"));
    driver.wait(300);
    driver.keys("y");
    assert!(driver.changes().is_empty());
    driver.wait(300);
    driver.keys("backspace K E Y 2 enter");
    assert_eq!(driver.only_change(), (OWN.to_owned(), Direction::Deactivate));
}

#[test]
fn an_old_status_is_read_again_before_the_dialog_arms() {
    let mut driver = Driver::ready(120, 40);
    driver.wait(31_000);
    driver.keys("t");
    driver.wait(1_000);
    driver.keys("y");
    assert!(driver.changes().is_empty(), "it must not be armed before the answer");
    driver.serve();
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_status_read_in_the_future_is_read_again() {
    let mut driver = Driver::ready(120, 40);
    driver.now.wall -= jiff::SignedDuration::from_hours(1);
    driver.keys("t");
    driver.wait(1_000);
    driver.keys("y");
    assert!(driver.changes().is_empty(), "it must not be armed before the answer");
    driver.serve();
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_changed_status_closes_the_dialog() {
    let mut driver = Driver::ready(120, 40);
    driver.wait(31_000);
    driver.keys("t");
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.serve();
    assert!(!asks(&driver));
    driver.assert_shows("is now Inactive, not Active: someone else changed it");
}

#[test]
fn a_reply_already_in_flight_can_close_the_dialog() {
    let mut driver = Driver::ready(120, 40);
    driver.wait(1_000);
    let asked = driver.now.wall;
    driver.keys("t");
    driver.statuses[0].2 = KeyStatus::Inactive;
    let read = IamRead::Keys { user: Some(UserName::from_service("alice")) };
    let answer = ReadReply { asked_at: asked, ..driver.answer(driver.app.shared.session.id, read) };
    driver.batch(vec![Message::Reply(answer)]);
    assert!(!asks(&driver), "the list shows Inactive, and the dialog would say Active");
    driver.assert_shows("is now Inactive, not Active: someone else changed it");
}

#[test]
fn a_screen_too_small_for_the_dialog_confirms_nothing() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.batch(vec![Message::Input(Event::Resize(39, 9))]);
    driver.wait(1_000);
    driver.keys("y");
    assert!(driver.changes().is_empty());
    driver.batch(vec![Message::Input(Event::Resize(40, 10))]);
    driver.wait(1_000);
    for text in ["123456789012", "alice", ONE, "Active → Inactive"] {
        driver.assert_shows(text);
    }
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_read_only_session_opens_no_dialog() {
    let mut driver = Driver::new(120, 40);
    driver.open(crate::model::SessionContext { read_only: true, ..session_context() });
    driver.serve();
    driver.keys("t");
    assert!(!asks(&driver));
    driver.assert_shows("read-only");
    driver.assert_shows("READ-ONLY");
}

#[test]
fn the_letters_of_a_reason_confirm_nothing() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.assert_shows("(tab: add a reason for the journal)");
    driver.keys("tab b y");
    driver.wait(300);
    driver.keys("enter");
    assert!(
        asks(&driver) && driver.changes().is_empty(),
        "one tab leads to the reason, as it says"
    );
    driver.keys("tab e tab");
    driver.wait(300);
    driver.keys("enter");
    assert_eq!(driver.changes()[0].reason.as_deref(), Some("bye"));
}

#[test]
fn a_secret_key_in_a_reason_is_neither_shown_nor_recorded() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("tab");
    driver.batch(vec![Message::Input(Event::Paste(secret.to_owned()))]);
    driver.assert_hides("wJalr");
    driver.keys("space");
    for letter in secret.chars() {
        driver.keys(&letter.to_string());
    }
    driver.keys("tab");
    driver.wait(300);
    driver.keys("enter");
    assert_eq!(driver.changes()[0].reason.as_deref(), Some("** hidden ** ** hidden **"));
}

#[test]
fn a_reason_has_its_own_line_in_a_typed_confirmation() {
    for (columns, rows) in [(120, 40), (40, 10)] {
        let mut driver = Driver::ready(columns, rows);
        driver.keys("G t");
        driver.wait(300);
        driver.keys("tab l e a k");
        driver.assert_shows("Reason      leak");
        driver.keys("tab tab");
        driver.wait(300);
        driver.keys("K E Y 2 X X X");
        driver.assert_shows("enter: KEY2");
        driver.assert_hides("KEY2X");
        driver.keys("enter");
        assert_eq!(driver.changes()[0].reason.as_deref(), Some("leak"));
    }
}

#[test]
fn a_dialog_on_the_sessions_own_key_does_not_promise_an_undo() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("G t");
    driver.assert_shows("is the key that signs this session. You cannot undo the");
    driver.assert_shows("change from here.");
    driver.assert_hides("can undo this change");
    driver.assert_shows("Only another identity of this account can activate your own key again.");
}

#[test]
fn the_title_says_how_to_confirm() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.assert_shows("Deactivate this access key? ─ y to confirm");
    driver.assert_shows("y Deactivate   one moment");
    driver.keys("tab");
    driver.assert_shows("Deactivate this access key? ─ enter ends the reason");
    driver.keys("enter");
    driver.assert_shows("Deactivate this access key? ─ y to confirm");
    driver.keys("esc j tab j t");
    driver.assert_shows("Activate this access key? ─ type NO2P to confirm");
}

/// Starts a screen on which `more` further keys exist.
pub(super) fn crowded(columns: u16, rows: u16, more: usize) -> Driver {
    let mut driver = Driver::ready(columns, rows);
    for number in 0..more {
        let id: &'static str =
            format!("AKIARZPUZDIKC222{number:04}").replace('0', "A").replace('1', "B").leak();
        driver.statuses.push(("carol", id, KeyStatus::Active));
    }
    driver.keys("r");
    driver.serve();
    driver
}

#[test]
fn a_long_list_is_confirmed_once_all_of_it_has_been_shown() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 10)] {
        let mut driver = crowded(columns, rows, 35);
        driver.keys("v ctrl-a d");
        driver.assert_shows(" of 38");
        driver.wait(300);
        driver.keys("3 8 enter");
        driver.wait(300);
        assert!(driver.changes().is_empty(), "{columns}x{rows}");
        driver.keys("d");
        for _ in 0..40 {
            driver.keys("pagedown");
        }
        driver.assert_shows("38 of 38");
        driver.assert_shows(OWN);
        driver.keys("k j");
        driver.wait(300);
        driver.keys("3 8 enter");
        assert_eq!(driver.app.shared.change_queue.in_flight().len(), 38, "{columns}x{rows}");
    }
}

#[test]
fn keys_that_stay_unchanged_are_reported() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v ctrl-a d");
    driver.assert_shows("1 of the 4 marked keys is already Inactive and stays unchanged.");
    driver.keys("esc a");
    driver.assert_shows("3 of the 4 marked keys are already Active and stay unchanged.");
}

#[test]
fn the_smallest_screen_fits_a_key_of_the_longest_user_name() {
    let name = "a-service-user-whose-name-has-all-the-sixty-four-characters-IAM1";
    assert_eq!(name.len(), 64);
    let mut driver = Driver::ready(40, 10);
    driver.keys("G t");
    let Some(Popup::Confirm(confirm)) = driver.app.ui.popups.top_mut() else { panic!("no dialog") };
    confirm.targets[0].user = Some(crate::model::UserName::from_service(name));
    driver.wait(300);
    driver.assert_hides("too small");
    driver.assert_shows("Signs this session: no undo.");
    driver.assert_shows("Active → Inactive, used 3d ago");
    driver.keys("K E Y 2 enter");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let mut driver = Driver::ready(40, 10);
    driver.keys("t");
    let Some(Popup::Confirm(confirm)) = driver.app.ui.popups.top_mut() else { panic!("no dialog") };
    confirm.accounts[0].session_context.alias =
        Some("an-alias-of-sixty-three-characters".repeat(6).into());
    driver.wait(300);
    driver.assert_shows("Enlarge the terminal, or");
    driver.assert_shows("press esc.");
    driver.keys("y");
    assert!(driver.changes().is_empty());
}

#[test]
fn a_change_in_flight_blocks_a_second_one_of_its_key() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y t");
    assert!(!asks(&driver));
    driver.assert_shows("is still in progress");
    driver.keys("q");
    driver.assert_shows("Quit?");
    driver.keys("y");
    assert!(!driver.app.should_exit());
    let at = driver.now.wall;
    driver.finish(Outcome::Verified { at, took: Duration::from_secs(1), refused: false }, "done");
    assert!(driver.app.should_exit());
}

#[test]
fn an_id_that_ends_in_lower_case_can_be_confirmed() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses[0] = ("alice", "AKIARZPUZDIKFYHOwx2z", KeyStatus::Inactive);
    driver.keys("r");
    driver.serve();
    driver.keys("t");
    driver.wait(300);
    driver.keys("w x 2 z enter");
    assert_eq!(driver.only_change(), ("AKIARZPUZDIKFYHOwx2z".to_owned(), Direction::Activate));
}
