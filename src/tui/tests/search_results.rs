//! Search results: marking, opening and changing several found keys.

use crossterm::event::Event;

use crate::model::{ErrorKind, IamRead, KeyId, KeyStatus, UserName};
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::incident::{owned, verified};
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, TWO_B};

const ALERT: &str = "AKIARZPUZDIKJ3TBYUFZ ASIAY34FZKBOKMUTVV7A AKIARZPUZDIKFYHOWX26 AKIARZPUZDIKKQLMNO2P AIDARZPUZDIKFYHOWX26";

fn alerted(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::ready(columns, rows);
    driver.batch(vec![Message::Input(Event::Paste(ALERT.to_owned()))]);
    driver.serve();
    driver
}

fn targets(driver: &Driver) -> Vec<&str> {
    let Some(Popup::Confirm(confirm)) = driver.app.popup() else { return Vec::new() };
    confirm.targets.iter().map(|target| target.key.as_str()).collect()
}

#[test]
fn actions_apply_to_marked_keys_or_else_the_selected_one() {
    let mut driver = alerted(120, 40);
    driver.keys("j j d");
    assert_eq!(targets(&driver), [ONE], "the selected one, not the one in the list beneath");
    driver.keys("esc f enter");
    driver.assert_shows("5 key IDs found, none marked");
    driver.keys("space");
    driver.assert_shows("▸ ASIAY34FZKBOKMUTVV7A");
    driver.keys("space space");
    driver.assert_shows("5 key IDs found, 2 marked");
    driver.keys("d");
    assert_eq!(targets(&driver), [TWO_A, ONE]);
    driver.keys("esc f enter ctrl-a d");
    assert_eq!(targets(&driver), [TWO_A, ONE]);
    driver.assert_shows("1 of the 3 marked keys is already Inactive and stays unchanged.");
}

#[test]
fn t_toggles_marked_keys_of_one_status() {
    let mut driver = alerted(120, 40);
    driver.keys("ctrl-a t");
    driver.assert_shows(
        "do not all have the same status. Press d to deactivate them, or a to activate them.",
    );
    assert!(targets(&driver).is_empty());
    driver.keys("G k space t");
    assert_eq!(targets(&driver), [TWO_A, ONE]);
    driver.keys("esc esc f enter G k t");
    assert_eq!(targets(&driver), [TWO_B]);
    driver.assert_shows("Activate this access key?");
}

#[test]
fn unbound_keys_leave_the_list_open_and_esc_closes_it() {
    let mut driver = alerted(120, 40);
    driver.keys("x 7 v right R");
    driver.assert_shows("5 key IDs found");
    driver.keys("esc");
    assert!(driver.app.popup().is_none());
    driver.keys("f");
    driver.assert_shows("shows the last results.");
}

#[test]
fn the_result_for_an_id_is_shown_in_full_once() {
    for (columns, rows) in [(120, 40), (80, 24), (50, 24)] {
        let mut driver = alerted(columns, rows);
        let text = driver.text();
        assert_eq!(text.matches("ASIAY34FZKBOKMUTVV7A").count(), 1, "{text}");
        let flat: Vec<_> = text
            .split(|c: char| c.is_whitespace() || c == '│')
            .filter(|word| !word.is_empty())
            .collect();
        let flat = flat.join(" ");
        assert!(
            flat.contains("(Y shows the commands).") || !flat.contains("is a temporary key"),
            "{text}"
        );
    }
    let mut driver = alerted(40, 10);
    driver.keys("j");
    driver.assert_shows("is a temporary key");
}

#[test]
fn a_listed_key_of_a_user_not_in_view_is_read() {
    let mut driver = Driver::ready(120, 40);
    driver.statuses.push(("zoe", "AKIARZPUZDIKZZ222222", KeyStatus::Active));
    driver.batch(vec![Message::Input(Event::Paste(format!("{ONE} AKIARZPUZDIKZZ222222")))]);
    let key = KeyId::parse("AKIARZPUZDIKZZ222222").unwrap();
    let owned = super::incident::owned(&driver, key.as_str(), Some("zoe"));
    driver.batch(vec![owned]);
    driver.serve();
    driver.assert_shows("zoe, ● Active");
    driver.keys("j d");
    assert_eq!(targets(&driver), [key.as_str()]);
}

#[test]
fn unread_keys_are_distinguished_from_those_that_stay_unchanged() {
    const NEW: [&str; 2] = ["AKIARZPUZDIKZZ222222", "AKIARZPUZDIKZZ333333"];
    let mut driver = Driver::ready(120, 40);
    driver.paste(&NEW.join(" "));
    for (key, owner) in NEW.iter().zip(["yan", "zoe"]) {
        let answer = owned(&driver, key, Some(owner));
        driver.batch(vec![answer]);
    }
    driver.keys("ctrl-a d");
    let reported = |driver: &Driver| driver.app.shared.notifications.result().unwrap().text.clone();
    let unread = "marked keys are not read yet and stay unchanged. Wait a moment and try again.";
    assert_eq!(reported(&driver), format!("The 2 {unread}"));
    let denied = failed(
        &driver,
        IamRead::Keys { user: Some(UserName::from_service("zoe")) },
        ErrorKind::Denied,
    );
    driver.batch(vec![denied]);
    driver.keys("d");
    driver.assert_shows("zoe, status: access denied");
    assert!(
        reported(&driver)
            .starts_with("1 of the 2 marked keys is not read yet and stays unchanged. ")
    );
    assert!(
        reported(&driver)
            .ends_with(" 1 of the 2 marked keys could not be read and stays unchanged.")
    );
    driver.keys("k space d");
    driver.assert_shows(&format!("Could not read the status of {}.", NEW[1]));
    driver.keys("esc esc");
    driver.paste(&format!("{ONE} {TWO_B} {}", NEW[0]));
    let [one, two] =
        [(ONE, "alice"), (TWO_B, "bob")].map(|(key, owner)| owned(&driver, key, Some(owner)));
    let third = owned(&driver, NEW[0], Some("yan"));
    driver.batch(vec![one, two, third]);
    driver.keys("ctrl-a d");
    assert_eq!(targets(&driver), [ONE]);
    driver.assert_shows("1 of the 3 marked keys is already Inactive and stays unchanged.");
    driver.wait(300);
    driver.keys("y");
    verified(&mut driver, 0);
    let marked: Vec<_> = driver.app.shared.marks.iter().map(KeyId::as_str).collect();
    assert_eq!(marked, [NEW[0]], "what could not be asked about stays marked, and nothing else");
}

#[test]
fn a_deleted_key_is_reported_as_deleted_by_every_action() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v G k");
    let gone = driver.app.ui.panes.selected_key(&driver.app.shared).unwrap().to_string();
    driver.statuses.retain(|(_, key, _)| *key != gone);
    driver.keys("r");
    driver.serve();
    for key in ["t", "enter", "d", "a", "Y"] {
        driver.keys("esc");
        driver.assert_hides("IAM no longer lists it");
        driver.keys(key);
        driver.assert_shows(&format!("{gone} has been deleted: IAM no longer lists it."));
    }
}

#[test]
fn a_change_of_the_selected_key_leaves_the_marks_of_others() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("G space g t");
    driver.wait(300);
    driver.keys("y");
    verified(&mut driver, 0);
    assert_eq!(driver.changes()[0].key.as_str(), ONE);
    assert_eq!(driver.app.shared.marks.iter().map(KeyId::as_str).collect::<Vec<_>>(), [OWN]);
}
