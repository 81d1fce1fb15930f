//! Detection of unbracketed pastes, which never act as commands.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::model::{KeyId, KeyStatus, SessionId};
use crate::tui::context::Shutdown;
use crate::tui::effect::TerminalEffect;
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::sessions::profile;
use crate::tui::tests::{Driver, ONE, TWO_A, press};

impl Driver {
    /// Pastes a text, as a terminal with bracketed paste does.
    pub(super) fn paste(&mut self, text: &str) {
        self.batch(vec![Message::Input(Event::Paste(text.to_owned()))]);
    }
}

fn still(driver: &Driver) -> bool {
    driver.changes().is_empty()
        && driver.app.popup().is_none()
        && driver.app.shared.marks.is_empty()
}

#[test]
fn a_burst_of_text_is_searched_for_key_ids_like_a_paste() {
    let mut driver = Driver::ready(120, 40);
    driver.types(&format!("ALERT: leaked key {TWO_A} seen\nat dawn"));
    assert!(still(&driver));
    driver.wait(310);
    driver.serve();
    assert_eq!(driver.app.ui.panes.user_keys.list.selected().map(KeyId::as_str), Some(TWO_A));
    assert!(still(&driver));
}

#[test]
fn a_paste_in_pieces_is_one_paste() {
    let mut driver = Driver::ready(120, 40);
    let text = format!("what is {ONE} and {TWO_A}? d\ty");
    // After the first piece, even single characters that arrive slowly are part of it.
    let (first, rest) = text.as_bytes().split_at(9);
    driver.types(std::str::from_utf8(first).unwrap());
    for piece in rest.chunks(2) {
        driver.wait(200);
        driver.types(std::str::from_utf8(piece).unwrap());
    }
    driver.wait(310);
    driver.serve();
    driver.assert_shows("2 key IDs found");
    assert!(driver.changes().is_empty() && driver.app.shared.marks.is_empty());
}

#[test]
fn a_paste_without_a_key_id_is_reported_and_ignored() {
    let mut driver = Driver::ready(120, 40);
    driver.types("delete it today, quickly");
    driver.wait(310);
    driver.assert_shows("Ignored pasted text (24 characters, no access key ID).");
    assert!(still(&driver));
    driver.keys("t");
    driver.assert_shows("Deactivate this access key?");
}

#[test]
fn typing_and_key_repeat_are_no_paste() {
    let mut driver = Driver::ready(120, 40);
    driver.types("jjjjjjjjjj");
    assert_eq!(
        driver.app.ui.panes.selected_user(&driver.app.shared).map(ToString::to_string).as_deref(),
        Some("operator")
    );
    driver.types("gjj");
    assert_eq!(
        driver.app.ui.panes.selected_user(&driver.app.shared).map(ToString::to_string).as_deref(),
        Some("carol")
    );
    driver.keys("k k v v v j k g G");
    driver.assert_hides("Ignored pasted text");
    driver.batch(vec![press("g"), press("down"), press("down")]);
    assert_eq!(
        driver.app.ui.panes.selected_user(&driver.app.shared).map(ToString::to_string).as_deref(),
        Some("carol")
    );
}

#[test]
fn a_burst_of_text_goes_to_the_focused_text_input() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/");
    driver.types("user:alice status:active");
    assert_eq!(driver.app.ui.panes.filter.input.value(), "user:alice status:active");
    driver.keys("esc");
    driver.types("/user:alice status:active\n");
    assert_eq!(driver.app.ui.panes.filter.input.value(), "user:alice status:active");
    driver.keys("esc");
    driver.types("/etc/motd\ndelete it\ny");
    assert_eq!(driver.app.ui.panes.filter.input.value(), "");
    driver.wait(310);
    driver.assert_shows("Ignored pasted text");
    driver.keys("t");
    driver.wait(300);
    driver.keys("tab");
    driver.types("found in a build log");
    driver.assert_shows("Reason      found in a build log");
}

#[test]
fn a_paste_into_a_dialog_neither_confirms_nor_cancels() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.types("no, why not today");
    driver.types("y");
    driver.wait(1_000);
    assert!(matches!(driver.app.popup(), Some(Popup::Confirm(_))) && driver.changes().is_empty());
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_typed_confirmation_in_one_burst_still_needs_enter() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("G t");
    driver.wait(300);
    driver.types("key2 leaked\n");
    assert!(driver.changes().is_empty());
    driver.assert_shows("then enter: KEY2");
    driver.wait(300);
    driver.keys("enter");
    assert_eq!(driver.changes().len(), 1);
}

const CAROLS: &str = "AKIARZPUZDIKB2222222";

/// Starts a screen on an account in which carol has a key too.
fn ready() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.statuses.push(("carol", CAROLS, KeyStatus::Active));
    driver.keys("j j r");
    driver.serve();
    driver.keys("g");
    driver
}

fn click(driver: &mut Driver, text: &str) -> Message {
    let screen = driver.text();
    let row = screen.lines().position(|line| line.contains(text)).unwrap();
    let (kind, row) = (MouseEventKind::Down(MouseButton::Left), u16::try_from(row).unwrap());
    Message::Input(Event::Mouse(MouseEvent { kind, column: 4, row, modifiers: KeyModifiers::NONE }))
}

#[test]
fn a_command_after_a_move_acts_on_the_new_selection() {
    for keys in
        ["j j t", "down down t", "j j l t", "l j j h j j t", "/ c a r enter t", "/ c a r enter d"]
    {
        let mut driver = ready();
        driver.batch(keys.split(' ').map(press).collect());
        let Some(Popup::Confirm(confirm)) = driver.app.popup() else { panic!("{keys}: no dialog") };
        assert_eq!(confirm.targets[0].key.as_str(), CAROLS, "{keys}");
    }
    let mut driver = ready();
    let carol = click(&mut driver, " carol ");
    driver.batch(vec![carol, press("y")]);
    assert!(
        driver.terminal_effects.contains(&TerminalEffect::Copy(CAROLS.to_owned())),
        "{:?}",
        driver.tasks
    );
    let mut driver = ready();
    driver.batch(["space", "j", "space"].map(press).into());
    assert_eq!(
        driver.app.shared.marks.iter().map(KeyId::as_str).collect::<Vec<_>>(),
        [CAROLS, ONE]
    );
}

#[test]
fn an_alt_key_is_handled_as_esc_and_the_key() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("space g space g alt-t");
    driver.assert_shows("Deactivate this access key?");
    driver.assert_shows(&format!("Key         {ONE}"));
    assert!(driver.app.shared.marks.is_empty());
    driver.wait(300);
    driver.keys("tab tab");
    driver.wait(300);
    for confirms in ["alt-enter", "alt-y"] {
        driver.keys(confirms);
        assert!(driver.changes().is_empty() && driver.app.popup().is_none(), "{confirms}");
        driver.keys("g tab tab t");
        driver.wait(300);
    }
    driver.keys("y q alt-y");
    assert!(driver.app.popup().is_none() && driver.app.shared.exit.shutdown == Shutdown::None);
    driver.keys("p");
    driver.batch(vec![Message::Profiles(vec![profile("prod", "123456789012")])]);
    driver.keys("alt-enter");
    assert_eq!(driver.app.shared.session.id, SessionId(1));
    driver.keys("/ x alt-d");
    assert!(
        !driver.app.ui.panes.filter.is_editing()
            && driver.app.ui.panes.filter.input.value().is_empty()
    );
}
