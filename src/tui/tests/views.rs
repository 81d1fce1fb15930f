//! The Keys view, the full scan, and rows that stay in place.

use crate::inventory::Lane;
use crate::model::{
    ErrorKind, IamRead, KeyStatus, Marker, ReadData, ReadReply, SessionId, UserDetailPart, UserName,
};
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::panes::View;
use crate::tui::popups::Popup;
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, TWO_B, session_context, user};

/// Starts a screen on an account with more users than are read unasked.
fn big() -> Driver {
    let mut driver = Driver::new(120, 20);
    driver.open(session_context());
    let names: Vec<_> = (0..60).map(|n| format!("user-{n:02}")).collect();
    let users = names.iter().map(|name| user(name)).collect();
    answer(&mut driver, IamRead::Users { from: None }, ReadData::Users { users, next: None });
    driver.batch(vec![failed(&driver, IamRead::GenerateReport, ErrorKind::Denied)]);
    driver.tasks.clear();
    driver
}

fn answer(driver: &mut Driver, read: IamRead, found: ReadData) {
    let at = driver.now.wall;
    let answer = ReadReply { session: SessionId(1), read, result: Ok(found), asked_at: at, at };
    driver.batch(vec![Message::Reply(answer)]);
}

fn scanned(driver: &mut Driver) -> Vec<IamRead> {
    let reads = driver
        .tasks
        .extract_if(.., |effect| matches!(effect, TaskEffect::Read { lane: Lane::FullScan, .. }));
    reads
        .filter_map(
            |effect| if let TaskEffect::Read { read, .. } = effect { Some(read) } else { None },
        )
        .collect()
}

#[test]
fn all_keys_are_listed_with_their_owners() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v");
    driver.assert_shows("Keys 4");
    for id in [ONE, TWO_A, TWO_B, OWN] {
        driver.assert_shows(id);
    }
    driver.keys("/ s t a t u s : i n a c t i v e enter");
    driver.assert_shows("Keys 1 of 4");
    driver.assert_hides(ONE);
    driver.keys("t");
    let Some(Popup::Confirm(dialog)) = driver.app.popup() else { panic!("no dialog") };
    assert_eq!(dialog.targets[0].key.as_str(), TWO_B);
    driver.keys("esc esc v v");
    driver.assert_shows("Keys of bob");
    assert_eq!(
        driver.app.ui.panes.user_keys.list.selected().map(crate::model::KeyId::as_str),
        Some(TWO_B)
    );
}

#[test]
fn the_list_of_all_keys_starts_a_full_scan_only_if_it_stays_in_view() {
    let mut driver = big();
    driver.keys("v v");
    driver.wait(2_000);
    assert_eq!(driver.app.ui.panes.view, View::Overview);
    assert_eq!(scanned(&mut driver), [], "it was passed");
    driver.keys("v v");
    driver.wait(2_000);
    assert_eq!(scanned(&mut driver).len(), 16);
    driver.assert_shows("reading keys 0 of 60");

    let mut driver = big();
    driver.keys(": o v e r v enter");
    driver.wait(2_000);
    assert_eq!(driver.app.ui.panes.view, View::Overview);
    assert_eq!(scanned(&mut driver), [], "it was not shown");
    driver.keys("v : k e y s enter");
    assert_eq!(driver.app.ui.panes.view, View::Keys);
    assert_eq!(scanned(&mut driver).len(), 16, "it was asked for");
}

#[test]
fn a_view_chosen_by_name_keeps_the_selected_key() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j tab j");
    let selected = |driver: &Driver| driver.app.ui.panes.selected_key(&driver.app.shared).cloned();
    let key = selected(&driver);
    assert!(key.as_ref().is_some_and(|key| [TWO_A, TWO_B].contains(&key.as_str())), "{key:?}");
    driver.keys(": o v e r v enter : u s e r s enter");
    assert_eq!((driver.app.ui.panes.view, selected(&driver)), (View::Users, key.clone()));
    driver.keys(": o v e r v enter : k e y s enter");
    assert_eq!((driver.app.ui.panes.view, selected(&driver)), (View::Keys, key.clone()));
    driver.keys(": u s e r s enter");
    assert_eq!((driver.app.ui.panes.view, selected(&driver)), (View::Users, key));
}

#[test]
fn a_key_starts_and_stops_the_full_scan() {
    let mut driver = big();
    assert_eq!(scanned(&mut driver), []);
    driver.keys("R");
    assert_eq!(scanned(&mut driver).len(), 16);
    driver.assert_shows("reading keys 0 of 60");
    for name in ["user-01", "user-02"] {
        answer(
            &mut driver,
            IamRead::Keys { user: Some(UserName::from_service(name)) },
            ReadData::Keys(Vec::new()),
        );
    }
    assert_eq!(scanned(&mut driver).len(), 2);
    driver.batch(vec![Message::Throttled(SessionId(1), 7)]);
    driver.assert_shows("3/s throttled");
    driver.keys("R");
    driver.assert_shows("keys of 2 read");
    driver.wait(3_100);
    driver.assert_hides("throttled");
    assert_eq!(scanned(&mut driver), []);
}

#[test]
fn a_full_scan_pauses_when_a_dialog_opens() {
    let mut driver = Driver::ready(120, 40);
    let mut users: Vec<_> = ["alice", "bob", "carol", "operator"].map(user).into();
    users.extend((0..60).map(|n| user(&format!("user-{n:02}"))));
    driver.app.shared.inventory.restart_listing();
    answer(&mut driver, IamRead::Users { from: None }, ReadData::Users { users, next: None });
    driver.keys("t R");
    assert_eq!(scanned(&mut driver), [], "R is no key of the dialog");
    driver.keys("esc R");
    let out = scanned(&mut driver);
    assert_eq!(out.len(), 16);
    driver.keys("t");
    driver.assert_shows("paused at keys");
    answer(&mut driver, out[3].clone(), ReadData::Keys(Vec::new()));
    assert_eq!(scanned(&mut driver), []);
    driver.keys("esc");
    assert_eq!(scanned(&mut driver).len(), 1);
}

#[test]
fn a_filter_for_new_keys_runs_a_full_scan() {
    let mut driver = big();
    driver.keys("/ c r e a t e d > 2 h enter");
    assert_eq!(scanned(&mut driver).len(), 16);
    driver.assert_shows("60 undecided");
    driver.keys("esc");
    driver.assert_shows("keys of 0 read");
    answer(
        &mut driver,
        IamRead::Keys { user: Some(UserName::from_service("user-01")) },
        ReadData::Keys(Vec::new()),
    );
    assert_eq!(scanned(&mut driver), []);
}

#[test]
fn late_users_are_appended_until_the_list_is_sorted() {
    let mut driver = Driver::new(120, 40);
    driver.open(session_context());
    let next = Some(Marker("m".into()));
    answer(
        &mut driver,
        IamRead::Users { from: None },
        ReadData::Users { users: vec![user("zoe"), user("max")], next },
    );
    driver.keys("j");
    let read = IamRead::Users { from: Some(Marker("m".into())) };
    answer(&mut driver, read, ReadData::Users { users: vec![user("amy")], next: None });
    driver.assert_shows("3 unsorted, press s");
    let rows = |driver: &Driver| {
        let rows = driver.app.ui.panes.users.list.items().iter();
        rows.map(|index| driver.app.shared.inventory.facts(*index).name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&driver), ["zoe", "max", "amy"]);
    driver.keys("s");
    assert_eq!(rows(&driver), ["amy", "max", "zoe"]);
    assert_eq!(
        driver.app.ui.panes.selected_user(&driver.app.shared),
        Some(&UserName::from_service("max"))
    );
}

#[test]
fn a_selected_row_that_no_longer_matches_stays_visible() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ s t a t u s : a c t i v e enter");
    driver.assert_shows("Users 3 of 4");
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.keys("r");
    driver.serve();
    driver.assert_shows("○ Inactive");
    driver.assert_shows("▸ alice");
    driver.keys("s");
    driver.assert_shows("Users 2 of 4");
}

#[test]
fn a_sort_order_shows_the_coverage_it_is_based_on() {
    let mut driver = big();
    driver.keys("s");
    driver.assert_shows("by newest key, 0 of 60 users read");
}

#[test]
fn the_selected_last_row_stays_in_view_when_the_status_grows() {
    let mut driver = big();
    driver.batch(vec![Message::Input(crossterm::event::Event::Resize(80, 20))]);
    for number in 0..59 {
        let id =
            crate::model::KeyId::parse(&format!("AKIARZPUZDIKAAAA{:04}", 2000 + number)).unwrap();
        let keys = vec![super::key(id.as_str(), &KeyStatus::Active)];
        let user = Some(UserName::from_service(&format!("user-{number:02}")));
        answer(&mut driver, IamRead::Keys { user }, ReadData::Keys(keys));
    }
    driver.keys("esc G k /");
    driver.batch(vec![Message::Input(crossterm::event::Event::Paste(
        "created>2020-01-01".to_owned(),
    ))]);
    driver.assert_shows("This filter needs the keys of all users");
    driver.assert_shows("▸ user-58");
}

#[test]
fn a_quarantine_denies_writes_to_its_user_only() {
    let mut driver = Driver::ready(120, 40);
    let read = IamRead::Detail {
        user: UserName::from_service("alice"),
        part: UserDetailPart::AttachedPolicies,
    };
    let mut reply = driver.answer(driver.app.shared.session.id, read);
    let policy = "AWSCompromisedKeyQuarantineV3";
    reply.result = Ok(ReadData::Names(vec![policy.into()]));
    driver.batch(vec![Message::Reply(reply)]);
    driver.assert_shows("QUARANTINED");
    driver.assert_shows("to this user only: as any other");
    driver.assert_shows("can still deactivate the key.");
}

#[test]
fn the_title_of_a_filtered_list_says_how_to_clear_the_filter() {
    let mut driver = Driver::ready(80, 24);
    driver.assert_hides("filtered");
    driver.keys("/ b o b enter");
    driver.assert_shows("Users 1 of 4 ─ best match first, filtered (esc clears)");
    driver.keys("v");
    driver.assert_shows("Keys 2 of 4 ─ best match first, filtered (esc clears)");
    driver.keys("esc");
    driver.assert_shows("Keys 4 ─ by name ─");
}

#[test]
fn a_user_without_keys_stays_selected_through_the_views() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("j j");
    let selected = |driver: &Driver| {
        driver.app.ui.panes.selected_user(&driver.app.shared).map(ToString::to_string)
    };
    assert_eq!(selected(&driver).as_deref(), Some("carol"));
    driver.keys("v v v");
    assert_eq!(selected(&driver).as_deref(), Some("carol"));
    driver.keys("v j k v v");
    assert_eq!(selected(&driver).as_deref(), Some("alice"), "a row chosen among the keys");
}
