//! The whole account: the list of all keys, the sweep, and rows that stay
//! where they are.

use crate::inventory::Lane;
use crate::model::{Answer, ErrorKind, Found, KeyStatus, Marker, Read, SessionId, UserName};
use crate::tui::app::{Effect, Message, Overlay};
use crate::tui::tests::lists::failed;
use crate::tui::tests::{Driver, ONE, OWN, TWO_A, TWO_B, place, user};

/// A screen on an account of more users than are read without being asked.
fn big() -> Driver {
    let mut driver = Driver::new(120, 20);
    driver.open(place());
    let names: Vec<_> = (0..60).map(|n| format!("user-{n:02}")).collect();
    let users = names.iter().map(|name| user(name)).collect();
    answer(&mut driver, Read::Users { from: None }, Found::Users { users, next: None });
    driver.batch(vec![failed(&driver, Read::MakeReport, ErrorKind::Denied)]);
    driver.effects.clear();
    driver
}

fn answer(driver: &mut Driver, read: Read, found: Found) {
    let at = driver.now.wall;
    let answer = Answer { session: SessionId(1), read, result: Ok(found), asked: at, at };
    driver.batch(vec![Message::Answer(answer)]);
}

fn swept(driver: &mut Driver) -> Vec<Read> {
    let reads = driver.effects.extract_if(.., |effect| matches!(effect, Effect::Read { lane: Lane::Sweep, .. }));
    reads.filter_map(|effect| if let Effect::Read { read, .. } = effect { Some(read) } else { None }).collect()
}

#[test]
fn all_keys_stand_in_one_list_with_their_owners() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("v");
    driver.shows("Keys 4");
    for id in [ONE, TWO_A, TWO_B, OWN] {
        driver.shows(id);
    }
    driver.keys("/ s t a t u s : i n a c t i v e enter");
    driver.shows("Keys 1 of 4");
    driver.hides(ONE);
    driver.keys("t");
    let Some(Overlay::Confirm(dialog)) = &driver.state.overlay else { panic!("no dialog") };
    assert_eq!(dialog.targets[0].key.as_str(), TWO_B);
    driver.keys("esc esc v");
    driver.shows("Keys of bob");
    assert_eq!(driver.state.keys.selected().map(crate::model::KeyId::as_str), Some(TWO_B));
}

#[test]
fn the_sweep_begins_and_stops_by_a_key_and_tells_how_far_it_is() {
    let mut driver = big();
    assert_eq!(swept(&mut driver), []);
    driver.keys("R");
    assert_eq!(swept(&mut driver).len(), 16);
    driver.shows("reading keys 0 of 60");
    for name in ["user-01", "user-02"] {
        answer(&mut driver, Read::Keys { user: Some(UserName::remote(name)) }, Found::Keys(Vec::new()));
    }
    assert_eq!(swept(&mut driver).len(), 2);
    driver.batch(vec![Message::Throttled(SessionId(1), 7)]);
    driver.shows("3/s throttled");
    driver.keys("R");
    driver.shows("keys of 2 read");
    driver.wait(3_100);
    driver.hides("throttled");
    assert_eq!(swept(&mut driver), []);
}

#[test]
fn a_sweep_waits_from_the_dialog_on() {
    let mut driver = Driver::ready(120, 40);
    let users = (0..60).map(|n| user(&format!("user-{n:02}"))).collect();
    driver.state.inventory.list_again();
    answer(&mut driver, Read::Users { from: None }, Found::Users { users, next: None });
    driver.keys("t R");
    assert_eq!(swept(&mut driver), [], "R is no key of the dialog");
    driver.keys("esc R");
    let out = swept(&mut driver);
    assert_eq!(out.len(), 16);
    driver.keys("t");
    driver.shows("paused at keys");
    answer(&mut driver, out[3].clone(), Found::Keys(Vec::new()));
    assert_eq!(swept(&mut driver), []);
    driver.keys("esc");
    assert_eq!(swept(&mut driver).len(), 1);
}

#[test]
fn a_filter_for_new_keys_has_the_account_read_for_as_long_as_it_stands() {
    let mut driver = big();
    driver.keys("/ c r e a t e d > 2 h enter");
    assert_eq!(swept(&mut driver).len(), 16);
    driver.shows("60 undecided");
    driver.keys("esc");
    driver.shows("keys of 0 read");
    answer(&mut driver, Read::Keys { user: Some(UserName::remote("user-01")) }, Found::Keys(Vec::new()));
    assert_eq!(swept(&mut driver), []);
}

#[test]
fn late_users_stand_at_the_end_until_the_list_is_sorted() {
    let mut driver = Driver::new(120, 40);
    driver.open(place());
    let next = Some(Marker("m".into()));
    answer(&mut driver, Read::Users { from: None }, Found::Users { users: vec![user("zoe"), user("max")], next });
    driver.keys("j");
    let read = Read::Users { from: Some(Marker("m".into())) };
    answer(&mut driver, read, Found::Users { users: vec![user("amy")], next: None });
    driver.shows("3 new at the end: s");
    let rows = |driver: &Driver| {
        let rows = driver.state.users.list().items().iter();
        rows.map(|index| driver.state.inventory.at(*index).name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&driver), ["zoe", "max", "amy"]);
    driver.keys("s");
    assert_eq!(rows(&driver), ["amy", "max", "zoe"]);
    assert_eq!(driver.state.selected_user(), Some(&UserName::remote("max")));
}

#[test]
fn a_row_that_no_longer_passes_the_filter_stays_under_the_finger() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("/ s t a t u s : a c t i v e enter");
    driver.shows("Users 3 of 4");
    driver.statuses[0].2 = KeyStatus::Inactive;
    driver.keys("r");
    driver.serve();
    driver.shows("○ Inactive");
    driver.shows("▸ alice");
    driver.keys("s");
    driver.shows("Users 2 of 4");
}

#[test]
fn an_order_tells_on_how_much_it_rests() {
    let mut driver = big();
    driver.keys("s");
    driver.shows("by incident, on keys of 0 of 60 users");
}

#[test]
fn the_selected_last_row_stays_in_view_when_the_status_grows() {
    let mut driver = big();
    driver.batch(vec![Message::Input(crossterm::event::Event::Resize(80, 20))]);
    for number in 0..59 {
        let id = crate::model::KeyId::parse(&format!("AKIARZPUZDIKAAAA{:04}", 2000 + number)).unwrap();
        let keys = vec![super::key(id.as_str(), &KeyStatus::Active)];
        let user = Some(UserName::remote(&format!("user-{number:02}")));
        answer(&mut driver, Read::Keys { user }, Found::Keys(keys));
    }
    driver.keys("esc G k /");
    driver.batch(vec![Message::Input(crossterm::event::Event::Paste("created>2020-01-01".to_owned()))]);
    driver.shows("The filter needs the keys of all users");
    driver.shows("▸ user-58");
}
