//! What is told while something is waited for, where nothing can be done, and
//! which keys do something now.

use crate::model::{Answer, ErrorKind, Read};
use crate::tui::app::{ChangeNews, Message, SessionNews, Step};
use crate::tui::tests::incident::{paste, proved, refused};
use crate::tui::tests::{Driver, ONE};

#[test]
fn a_change_under_way_tells_what_it_waits_for_and_how_long() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.shows(&format!("{ONE} → Inactive: being written to the journal"));
    let ticket = driver.changes()[0].ticket;
    let step = Step::Proving;
    driver.batch(vec![Message::Change(ChangeNews::Step { ticket, step })]);
    driver.wait(3_100);
    driver.shows("accepted, waiting for IAM to report it (3 s)");
    proved(&mut driver, 0);
    driver.hides("waiting for IAM");
    driver.shows("u undo");
    driver.shows("w watch");
}

#[test]
fn without_a_session_it_is_told_why_nothing_happens() {
    let mut driver = Driver::new(120, 40);
    driver.keys("t");
    driver.shows("The session is still being opened");
    let id = driver.state.session.id;
    let Message::Answer(Answer { result: Err(error), .. }) = refused(&driver, Read::Alias, ErrorKind::NoCredentials)
    else {
        panic!("no error")
    };
    let failed = SessionNews::Failed(error);
    driver.batch(vec![Message::Session(id, failed)]);
    for key in ["t", "u", "d"] {
        driver.keys("esc");
        driver.keys(key);
        driver.shows("There is no session, so IAM can't be asked: r tries again, p changes the profile.");
    }
    driver.keys("esc");
    paste(&mut driver, ONE);
    driver.shows("There is no session");
}

#[test]
fn the_footer_has_the_keys_of_the_window_that_is_open() {
    let mut driver = Driver::ready(120, 40);
    driver.shows("L journal");
    driver.keys("t");
    driver.shows(" y confirm  n cancel  tab reason, buttons");
    driver.hides("L journal");
    driver.keys("esc !");
    driver.shows(" esc close  j k scroll");
}
