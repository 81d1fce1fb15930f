//! The watch that asks CloudTrail about changed keys.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::{AccountId, ErrorKind, KeyId, KeyStatus, Outcome, ServiceError, TrailEvent};
use crate::ops::activity::{Activity, ActivityProgress};
use crate::tui::context::ActivityUpdate;
use crate::tui::effect::TaskEffect;
use crate::tui::message::Message;
use crate::tui::tests::activity::{begin, call, page, query, region, send};
use crate::tui::tests::sessions::profile;
use crate::tui::tests::{Driver, ONE, session_context};

fn deactivate(driver: &mut Driver) {
    driver.keys("t");
    driver.wait(300);
    driver.keys("y");
    driver.statuses[0].2 = KeyStatus::Inactive;
    let at = driver.now.wall;
    driver.finish(Outcome::Verified { at, took: Duration::from_secs(1), refused: false }, "done");
    driver.serve();
}

/// Ends a verified deactivation, and watches the key.
fn watched() -> Driver {
    let mut driver = Driver::ready(120, 40);
    driver.app.shared.options.activity_watch = Duration::from_mins(30);
    deactivate(&mut driver);
    driver.keys("w");
    driver.assert_shows("CloudTrail in the usual Regions");
    driver.assert_shows("for 30 min.");
    driver
}

fn questions(driver: &Driver) -> Vec<Timestamp> {
    let asked = driver.tasks.iter().filter_map(|effect| match effect {
        TaskEffect::WatchActivity { since, .. } => Some(*since),
        _ => None,
    });
    asked.collect()
}

fn answer(driver: &mut Driver, events: Vec<TrailEvent>) {
    let mut query = query(ONE, &["us-east-1"]);
    query.until = driver.now.wall;
    let mut activity = Activity::new(query);
    let region = region("us-east-1");
    activity.apply(ActivityProgress::Page { region, events, unreadable: 0, is_last: true });
    let key = KeyId::parse(ONE).unwrap();
    driver.batch(vec![Message::WatchedActivity(key, Ok(Box::new(activity)))]);
}

#[test]
fn the_watch_asks_cloudtrail_every_30_seconds_and_ends_with_a_line() {
    let mut driver = watched();
    assert_eq!(questions(&driver).len(), 1);
    driver.wait(60_000);
    assert_eq!(questions(&driver).len(), 1, "the first answer is awaited");
    answer(&mut driver, Vec::new());
    for asked in 2..5 {
        driver.wait(30_100);
        assert_eq!(questions(&driver).len(), asked);
        answer(&mut driver, Vec::new());
    }
    driver.wait(30 * 60_000);
    answer(&mut driver, Vec::new());
    driver.assert_shows("nothing recorded yet in CloudTrail between 2026-11-24 14:02");
    driver.assert_shows("up to 15 minutes late");
    let asked = questions(&driver).len();
    driver.wait(60_000);
    assert_eq!(questions(&driver).len(), asked, "nothing is asked after the end");
}

#[test]
fn calls_after_the_change_are_reported_once() {
    let mut driver = watched();
    let mut late = call("w1", 0, "sts", "GetCallerIdentity");
    late.time = driver.now.wall + SignedDuration::from_secs(5);
    let before = call("w0", 3_600, "s3", "ListBuckets");
    answer(&mut driver, vec![late.clone(), before.clone()]);
    driver.assert_shows("CloudTrail has recorded 1 call, the last");
    driver.assert_shows("sts GetCallerIdentity from 203.0.113.77");
    let errors = driver.app.shared.notifications.errors().len();
    driver.wait(30_100);
    answer(&mut driver, vec![late, before]);
    assert_eq!(driver.app.shared.notifications.errors().len(), errors);
    let lines = driver.app.shared.watch.into_lines();
    assert!(
        lines[0].contains("Not counted: 1 call in the 15 minutes before the change."),
        "{lines:?}"
    );
}

#[test]
fn the_watch_asks_in_every_region_that_was_read() {
    let mut driver = Driver::ready(120, 40);
    driver.app.shared.options.activity_watch = Duration::from_mins(30);
    driver.keys("tab c R");
    let number = begin(&mut driver, query(ONE, &["us-east-1", "eu-west-1", "ap-east-1"]));
    for name in ["us-east-1", "eu-west-1"] {
        send(&mut driver, number, page(name, Vec::new(), true));
    }
    let denied = ServiceError::new(ErrorKind::Denied, "LookupEvents", "not authorized");
    let failed = ActivityProgress::Failed(region("ap-east-1"), Arc::new(denied));
    send(&mut driver, number, ActivityUpdate::Progress(failed));
    send(&mut driver, number, ActivityUpdate::Ended);
    driver.keys("esc");
    deactivate(&mut driver);
    driver.keys("w");
    driver.assert_shows("CloudTrail in 2 Regions");
    let asked = driver.tasks.iter().find_map(|effect| match effect {
        TaskEffect::WatchActivity { regions, .. } => Some(regions.clone()),
        _ => None,
    });
    assert_eq!(asked, Some(vec![region("us-east-1"), region("eu-west-1")]));
}

#[test]
fn without_the_permission_the_watch_goes_on_without_cloudtrail() {
    let mut driver = watched();
    let error = ServiceError::new(ErrorKind::Denied, "LookupEvents", "not authorized");
    let key = KeyId::parse(ONE).unwrap();
    driver.batch(vec![Message::WatchedActivity(key, Err(Arc::new(error)))]);
    driver.assert_shows("is watched without CloudTrail");
    let asked = questions(&driver).len();
    driver.wait(120_000);
    assert_eq!(questions(&driver).len(), asked);
    assert!(driver.app.shared.watch.is_on());
}

#[test]
fn the_lines_are_printed_after_the_end_and_kept_when_the_account_is_left() {
    let mut driver = watched();
    driver.wait(1_000);
    answer(&mut driver, Vec::new());
    driver.keys("w");
    driver.assert_shows("nothing recorded yet");
    driver.keys("w");
    driver.app.shared.forget_account();
    let lines = driver.app.shared.watch.into_lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].contains("CloudTrail has not answered yet"), "{lines:?}");
}

#[test]
fn an_answer_from_the_moment_of_the_change_says_nothing_about_the_key() {
    let mut driver = watched();
    answer(&mut driver, Vec::new());
    driver.keys("w");
    driver.assert_hides("nothing recorded yet");
    driver.assert_shows("was not watched long enough");
}

#[test]
fn a_failed_question_is_asked_again() {
    let mut driver = watched();
    let error = ServiceError::new(ErrorKind::TimedOut, "LookupEvents", "no answer");
    let key = KeyId::parse(ONE).unwrap();
    driver.batch(vec![Message::WatchedActivity(key, Err(Arc::new(error)))]);
    let asked = questions(&driver).len();
    driver.wait(30_100);
    assert_eq!(questions(&driver).len(), asked + 1);
}

/// Changes the key once more, with that outcome; `keys` confirm it.
fn change_again(driver: &mut Driver, keys: &str, status: KeyStatus, outcome: Outcome) {
    driver.keys("t");
    driver.serve();
    driver.wait(300);
    driver.keys(keys);
    driver.statuses[0].2 = status;
    let change = (*driver.changes().last().unwrap()).clone();
    driver.end_change(change, outcome, "done");
    driver.serve();
}

fn verified_now(driver: &Driver) -> Outcome {
    Outcome::Verified { at: driver.now.wall, took: Duration::from_secs(1), refused: false }
}

#[test]
fn calls_while_a_key_was_active_again_are_not_counted_after_its_next_deactivation() {
    let mut driver = watched();
    driver.wait(1_000);
    answer(&mut driver, Vec::new());
    driver.wait(1_000);
    let verified = verified_now(&driver);
    change_again(&mut driver, "W X 2 6 enter", KeyStatus::Active, verified);
    driver.wait(5_000);
    let mut used = call("w1", 0, "s3", "ListBuckets");
    used.time = driver.now.wall;
    driver.wait(5_000);
    let verified = verified_now(&driver);
    change_again(&mut driver, "y", KeyStatus::Inactive, verified);
    let asked = questions(&driver);
    assert!(asked.last() > Some(&used.time), "the key is watched since its last change: {asked:?}");
    driver.wait(5_000);
    answer(&mut driver, vec![used.clone()]);
    let errors = driver.app.shared.notifications.errors();
    assert!(errors.iter().all(|error| !error.text.contains("CloudTrail")), "{errors:?}");
    used.time = driver.now.wall;
    answer(&mut driver, vec![used]);
    driver.assert_shows("was used after it was verified Inactive: CloudTrail has recorded 1 call");
    let lines = driver.app.shared.watch.into_lines();
    assert_eq!(lines.len(), 3, "one for each verified change: {lines:?}");
}

#[test]
fn a_further_change_without_a_verification_does_not_end_the_watch() {
    let mut driver = watched();
    let unverified = Outcome::Unverified { last_status: None, error: None };
    change_again(&mut driver, "W X 2 6 enter", KeyStatus::Inactive, unverified);
    let asked = questions(&driver).len();
    answer(&mut driver, Vec::new());
    driver.wait(30_100);
    assert_eq!(questions(&driver).len(), asked + 1);
}

#[test]
fn the_end_of_the_watch_with_its_account_is_reported() {
    let mut driver = watched();
    driver.keys("p");
    driver.batch(vec![Message::Profiles(vec![profile("staging", "210987654321")])]);
    driver.keys("enter");
    driver.assert_shows(&format!(
        "The watch of {ONE} in acme-prod 123456789012 has ended. Press w there to go on."
    ));
    let mut staging = session_context();
    staging.caller.account = AccountId::from_service("210987654321");
    driver.open(staging);
    driver.keys("w");
    let said = &driver.app.shared.notifications.result().unwrap().text;
    assert!(said.starts_with("No key has been changed here yet"), "{said}");
    let not_watched = format!("Not watched from here: {ONE} in 123456789012. Press w there.");
    assert!(said.ends_with(&not_watched), "{said}");
}
