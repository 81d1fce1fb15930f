//! Texts that name a key without its whole ID, and services that cannot name owners.

use crate::model::{ErrorKind, IamRead, KeyId};
use crate::tui::app::App;
use crate::tui::context::{ScreenOptions, Tone};
use crate::tui::effect::Effects;
use crate::tui::panes::View;
use crate::tui::popups::Popup;
use crate::tui::tests::incident::refused;
use crate::tui::tests::{Driver, ONE, TWO_A, TWO_B};

/// Returns the IDs of the rows that the list of all keys shows.
fn shown_keys(driver: &Driver) -> Vec<String> {
    let shared = &driver.app.shared;
    let items = driver.app.ui.panes.all_keys.list.items();
    items.iter().map(|index| shared.inventory.key_at(*index).1.to_string()).collect()
}

#[test]
fn a_masked_id_shows_the_keys_that_match() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("AKIA************{}", &TWO_A[16..]));
    driver.serve();
    assert_eq!(driver.app.ui.panes.view, View::Keys);
    assert_eq!(shown_keys(&driver), [TWO_A]);
    driver.assert_shows("Showing what matches AKIA************");
    assert!(driver.app.shared.marks.is_empty() && driver.changes().is_empty());
}

#[test]
fn a_user_arn_shows_the_user() {
    let mut driver = Driver::ready(120, 40);
    driver.paste("leaked by arn:aws:iam::123456789012:user/ops/bob.");
    driver.serve();
    assert_eq!(driver.app.ui.panes.view, View::Users);
    let user = driver.app.ui.panes.selected_user(&driver.app.shared).unwrap();
    assert_eq!(user.as_str(), "bob");
    driver.assert_shows("/user:bob");
}

#[test]
fn what_the_text_says_is_of_another_account_is_not_searched_here() {
    for text in
        ["arn:aws:iam::999999999999:user/bob", "the key ****-****-WBAA of account ****-****-6006"]
    {
        let mut driver = Driver::ready(140, 40);
        driver.paste(text);
        let result = driver.app.shared.notifications.result().unwrap();
        assert_eq!(result.tone, Tone::Warning, "{result:?}");
        assert!(
            result.text.contains("according to the text or the ID; this session is in"),
            "{result:?}"
        );
        assert!(!driver.app.ui.panes.filter.is_active(), "{text}");
    }
}

#[test]
fn an_id_in_pieces_is_never_marked_with_all_others() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("{ONE} and {}\n> {}.", &TWO_A[..9], &TWO_A[9..]));
    driver.serve();
    driver.assert_shows("(in pieces in the text: check the ID) bob, ● Active");
    driver.keys("ctrl-a");
    let marks = |driver: &Driver| driver.app.shared.marks.iter().map(KeyId::to_string).collect();
    let marked: Vec<_> = marks(&driver);
    assert_eq!(marked, [ONE]);
    driver.keys("j space");
    let marked: Vec<_> = marks(&driver);
    assert_eq!(marked.len(), 2, "one by one it can be marked");
}

#[test]
fn the_dialog_says_that_the_id_was_in_pieces() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(&format!("{}\n> {}.", &TWO_A[..9], &TWO_A[9..]));
    driver.serve();
    driver.keys("d");
    driver.assert_shows("Deactivate this access key?");
    driver.assert_shows("in pieces. Check that it is");
}

#[test]
fn an_id_in_pieces_can_be_changed_on_the_smallest_screen() {
    let mut driver = Driver::ready(40, 10);
    driver.paste(&format!("{}\n> {}.", &TWO_A[..9], &TWO_A[9..]));
    driver.serve();
    driver.keys("d");
    driver.assert_shows(TWO_A);
    driver.wait(300);
    driver.keys("y");
    assert_eq!(driver.changes().len(), 1);
}

#[test]
fn a_user_of_another_account_is_not_shown_at_the_start() {
    let find = Some("arn:aws:iam::999999999999:user/bob".to_owned());
    let options = ScreenOptions { find, ..ScreenOptions::default() };
    let mut driver = Driver::new(140, 40);
    let mut effects = Effects::default();
    driver.app = App::new(options, (140, 40).into(), driver.now, &mut effects);
    driver.tasks = effects.tasks;
    driver.open(crate::tui::tests::session_context());
    driver.serve();
    assert!(!driver.app.ui.panes.filter.is_active());
    driver.assert_shows("belongs to account 999999999999, according to the text or the ID");
}

#[test]
fn a_truncated_id_asks_for_the_rest() {
    let mut driver = Driver::ready(120, 40);
    driver.paste("AKIARZPUZDIK");
    driver.assert_shows("it has 12 characters, and AWS's IDs have 20. Give the rest, too.");
    assert!(driver.app.popup().is_none());
}

#[test]
fn several_findings_of_different_kinds_are_listed() {
    let mut driver = Driver::ready(120, 40);
    driver.paste(
        "arn:aws:iam::999999999999:user/x AKIA************ZZZZ arn:aws:iam::123456789012:user/bob",
    );
    driver.serve();
    driver.assert_shows("3 results, none marked");
    driver.assert_shows("belongs to account 999999999999, according to the text or the ID");
    driver.keys("j j enter");
    assert!(driver.app.popup().is_none());
    driver.assert_shows("/user:bob");
}

#[test]
fn without_the_operation_the_owner_is_looked_for_in_the_lists() {
    for (key, says) in
        [(TWO_B, "belongs to bob"), ("AKIARZPUZDIKZZ222222", "It was deleted or never existed.")]
    {
        let mut driver = Driver::new(200, 40);
        driver.open(crate::tui::tests::session_context());
        driver.paste(key);
        driver.tasks.retain(|effect| !format!("{effect:?}").contains(key));
        let read = IamRead::LastUse { key: KeyId::parse(key).unwrap() };
        let no = refused(&driver, read, ErrorKind::Unsupported);
        driver.batch(vec![no]);
        driver.serve();
        driver.wait(1000);
        driver.serve();
        driver.assert_shows(says);
        assert!(!matches!(driver.app.popup(), Some(Popup::LookupResults(_))));
    }
}
