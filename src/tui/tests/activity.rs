//! What a key has done: the popup that fills as pages come, and its timeline.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;

use crate::model::{
    ActivityRegions, ErrorKind, EscapedText, IssuedCredentials, KeyId, KeyStatus, Region,
    ServiceError, SessionId, TrailEvent,
};
use crate::ops::activity::{ActivityProgress, ActivityQuery};
use crate::tui::context::{ActivityUpdate, Context};
use crate::tui::effect::{Effects, TaskEffect};
use crate::tui::handlers;
use crate::tui::message::Message;
use crate::tui::popups::Popup;
use crate::tui::tests::{Driver, ONE, session_context, start};

/// A key that the leaked one has issued.
const ISSUED_KEY: &str = "AKIARZPUZDIKQZ7WTVKE";

/// A session that the leaked key has issued.
const ISSUED_SESSION: &str = "ASIARZPUZDIKW6ZWDMNE";

pub(super) fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

pub(super) fn query(key: &str, regions: &[&str]) -> ActivityQuery {
    let until = start().wall;
    ActivityQuery {
        account: "acme-prod 123456789012".into(),
        notes: Vec::new(),
        key: KeyId::parse(key).unwrap(),
        since: until - SignedDuration::from_hours(24 * 90),
        until,
        ends_now: true,
        regions: regions.iter().copied().map(region).collect(),
        max_events: 10_000,
        keeps_all_records: false,
    }
}

/// A call that many seconds before the start.
pub(in crate::tui) fn call(id: &str, seconds: i64, service: &str, name: &str) -> TrailEvent {
    let text = |text: &str| Some(EscapedText::from(text));
    TrailEvent {
        id: id.into(),
        time: start().wall - SignedDuration::from_secs(seconds),
        region: region("us-east-1"),
        service: service.into(),
        name: name.into(),
        source_ip: text("203.0.113.77"),
        user_agent: text("aws-cli/2.15.30"),
        principal: text("arn:aws:iam::123456789012:user/alice"),
        error_code: None,
        error_message: None,
        read_only: Some(true),
        target: None,
        issued: None,
        record: Some(format!("{{\"eventID\":\"{id}\",\"eventName\":\"{name}\"}}").into()),
        unread_record: None,
        search_text: Box::default(),
    }
}

pub(super) fn issued(key: &str, hours: Option<i64>) -> IssuedCredentials {
    let expires = hours.map(|hours| start().wall + SignedDuration::from_hours(hours));
    IssuedCredentials {
        key: KeyId::parse(key).unwrap(),
        expires,
        owner: Some("backup-admin".into()),
    }
}

fn intrusion() -> Vec<TrailEvent> {
    vec![
        TrailEvent {
            error_code: Some("AccessDenied".into()),
            ..call("e6", 60, "cloudtrail", "StopLogging")
        },
        TrailEvent {
            issued: Some(issued(ISSUED_KEY, None)),
            ..call("e5", 120, "iam", "CreateAccessKey")
        },
        TrailEvent { target: Some("backup-admin".into()), ..call("e4", 180, "iam", "CreateUser") },
        TrailEvent {
            issued: Some(issued(ISSUED_SESSION, Some(11))),
            ..call("e3", 240, "sts", "GetFederationToken")
        },
        call("e2", 300, "s3", "ListBuckets"),
        TrailEvent {
            source_ip: Some("198.51.100.7".into()),
            user_agent: Some("aws-sdk-go".into()),
            ..call("e1", 86_400, "sts", "GetCallerIdentity")
        },
    ]
}

/// Returns the number of the reading requested last.
fn reading(driver: &Driver) -> u64 {
    let numbers = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::ReadActivity { number, .. } => Some(*number),
        _ => None,
    });
    numbers.expect("no activity was requested")
}

fn cancelled(driver: &Driver) -> Vec<u64> {
    let numbers = driver.tasks.iter().filter_map(|effect| match effect {
        TaskEffect::CancelActivity(number) => Some(*number),
        _ => None,
    });
    numbers.collect()
}

pub(super) fn send(driver: &mut Driver, number: u64, update: ActivityUpdate) {
    driver.batch(vec![Message::Activity { number, update }]);
}

pub(super) fn begin(driver: &mut Driver, query: ActivityQuery) -> u64 {
    let number = reading(driver);
    send(driver, number, ActivityUpdate::Started(Box::new(query)));
    number
}

pub(super) fn page(name: &str, events: Vec<TrailEvent>, is_last: bool) -> ActivityUpdate {
    let region = region(name);
    ActivityUpdate::Progress(ActivityProgress::Page { region, events, unreadable: 0, is_last })
}

/// A screen with the activity of a key, read to its end.
pub(super) fn read(columns: u16, rows: u16) -> Driver {
    let mut driver = Driver::ready(columns, rows);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    send(&mut driver, number, page("us-east-1", intrusion(), true));
    send(&mut driver, number, ActivityUpdate::Ended);
    driver
}

#[test]
fn the_popup_fills_as_pages_come() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("tab c");
    driver.assert_shows(&format!("Activity of {ONE} of alice"));
    driver.assert_shows("Asking CloudTrail");
    let number = begin(&mut driver, query(ONE, &["us-east-1", "eu-west-1"]));
    driver.assert_shows("summary, 0 events, reading");
    let mut events = intrusion();
    let older = events.split_off(3);
    send(&mut driver, number, page("us-east-1", events, false));
    driver.assert_shows("summary, 3 events, reading");
    driver.assert_shows("203.0.113.77");
    driver.assert_hides("198.51.100.7");
    send(&mut driver, number, page("us-east-1", older, true));
    let denied = ServiceError::new(ErrorKind::Denied, "LookupEvents", "not authorized");
    let failed = ActivityProgress::Failed(region("eu-west-1"), Arc::new(denied));
    send(&mut driver, number, ActivityUpdate::Progress(failed));
    send(&mut driver, number, ActivityUpdate::Ended);
    for text in [
        "summary, 6 events, 1-31 of 36 ",
        "6 events: first 2026-11-23 14:02:11Z, last 2026-11-24 14:01:11Z",
        "ISSUED CREDENTIALS",
        ISSUED_KEY,
        "10h left",
        "CALLS THAT CHANGE ACCESS, CODE OR LOGGING",
        "iam CreateUser  backup-admin",
        "cloudtrail StopLogging",
        "SOURCES",
        "198.51.100.7",
        "CALLS BY SERVICE",
        "cloudtrail                 1 failed · StopLogging 1 (1 failed)",
        "FAILED CALLS",
        "AccessDenied",
    ] {
        driver.assert_shows(text);
    }
    driver.keys("G");
    driver.assert_shows("eu-west-1");
    driver.assert_shows("Only management events");
}

#[test]
fn events_later_than_the_clock_are_shown_and_told() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    driver.assert_shows("2026-11-24 14:02:11Z (this computer's clock; read 15 minutes beyond it)");
    let late = call("late", -180, "s3", "ListBuckets");
    send(&mut driver, number, page("us-east-1", vec![late], true));
    driver.assert_shows("1 event: first 2026-11-24 14:05:11Z");
    driver.assert_shows("The clock may be slow");
}

#[test]
fn a_row_of_the_summary_leads_to_its_events_and_back() {
    let mut driver = read(120, 40);
    // All events; the issued key and session; then the suspect calls.
    driver.keys("j j j enter");
    driver.assert_shows("\"eventName\": \"CreateUser\"");
    driver.keys("esc G enter");
    driver.assert_shows("timeline");
    driver.assert_shows("StopLogging");
    driver.assert_hides("ListBuckets");
    driver.keys("esc");
    driver.assert_shows("SOURCES");
    driver.keys("tab");
    driver.assert_shows("ListBuckets");
    driver.keys("/ 1 9 8 enter");
    driver.assert_shows("GetCallerIdentity");
    driver.assert_hides("ListBuckets");
    driver.keys("enter");
    driver.assert_shows("\"eventID\": \"e1\"");
    driver.keys("y");
    assert!(driver.copied().contains("\"eventID\": \"e1\""));
    driver.keys("esc esc esc");
    assert!(driver.app.popup().is_none());
}

#[test]
fn closing_cancels_the_reading_and_a_late_page_changes_nothing() {
    let mut driver = Driver::ready(120, 40);
    driver.keys("tab c");
    let first = begin(&mut driver, query(ONE, &["us-east-1"]));
    driver.keys("esc");
    assert_eq!(cancelled(&driver), [first]);
    let before = driver.text();
    send(&mut driver, first, page("us-east-1", intrusion(), true));
    assert_eq!(driver.text(), before);
    driver.keys("c");
    let second = reading(&driver);
    assert_ne!(first, second);
    driver.assert_shows("Asking CloudTrail");
    driver.keys("ctrl-c");
    assert_eq!(cancelled(&driver), [first, second]);
}

#[test]
fn what_was_read_to_its_end_is_shown_again_without_reading() {
    let mut driver = read(120, 40);
    let number = reading(&driver);
    driver.keys("esc c");
    assert_eq!(reading(&driver), number);
    driver.assert_shows("summary, 6 events");
    driver.keys("r");
    assert_ne!(reading(&driver), number, "it is read again on request");
    driver.keys("R");
    let all = driver.tasks.iter().rev().find_map(|effect| match effect {
        TaskEffect::ReadActivity { regions, .. } => regions.clone(),
        _ => None,
    });
    assert_eq!((all, cancelled(&driver).len()), (Some(ActivityRegions::All), 1));
}

#[test]
fn issued_credentials_open_to_a_depth_of_two() {
    let mut driver = read(120, 40);
    driver.keys("j j enter");
    driver.assert_shows(&format!("Activity of {ISSUED_SESSION}"));
    let number = begin(&mut driver, query(ISSUED_SESSION, &["us-east-1"]));
    let event = TrailEvent {
        issued: Some(issued("ASIARZPUZDIKZZZZZZZZ", Some(1))),
        ..call("f1", 30, "sts", "AssumeRole")
    };
    send(&mut driver, number, page("us-east-1", vec![event], true));
    driver.keys("j enter");
    driver.assert_shows("keyflip follows issued credentials two levels deep");
    driver.keys("esc");
    driver.assert_shows(&format!("Activity of {ONE}"));
    driver.assert_shows("summary, 6 events");
}

#[test]
fn an_issued_access_key_is_looked_up_over_the_activity_which_comes_back() {
    for leave in ["esc", "d esc"] {
        let mut driver = read(120, 40);
        driver.statuses.push(("carol", ISSUED_KEY, KeyStatus::Active));
        driver.keys("j d");
        assert!(matches!(driver.app.popup(), Some(Popup::LookupResults(_))));
        let key = KeyId::parse(ISSUED_KEY).unwrap();
        assert!(driver.app.shared.lookups.get(&key).is_some());
        driver.serve();
        driver.keys(leave);
        assert!(matches!(driver.app.popup(), Some(Popup::Activity(_))), "{leave}");
        driver.assert_shows(&format!("▸ 2026-11-24 14:00:11Z  {ISSUED_KEY}"));
        driver.keys("esc Y");
        driver.assert_shows(&format!("Commands for {ONE}"));
    }
    let mut driver = read(120, 40);
    driver.keys("j j d");
    driver.assert_shows("(AKIA…): space marks it, d lists it to deactivate it.");
}

#[test]
fn marked_access_keys_are_looked_up_together() {
    let other = "AKIARZPUZDIKH3TBYUFZ";
    let mut driver = Driver::ready(120, 40);
    driver.keys("tab c");
    let number = begin(&mut driver, query(ONE, &["us-east-1"]));
    let issues = |id, key| TrailEvent {
        issued: Some(issued(key, None)),
        ..call(id, 100, "iam", "CreateAccessKey")
    };
    let events = vec![issues("k1", ISSUED_KEY), issues("k2", other)];
    send(&mut driver, number, page("us-east-1", events, true));
    driver.keys("space");
    driver.assert_shows("Select an access key among the issued credentials (AKIA…)");
    driver.keys("j space space d");
    assert!(matches!(driver.app.popup(), Some(Popup::LookupResults(_))));
    for key in [ISSUED_KEY, other] {
        let key = KeyId::parse(key).unwrap();
        assert!(driver.app.shared.lookups.get(&key).is_some());
        assert!(driver.app.shared.marks.contains(&key));
    }
}

#[test]
fn the_export_asks_for_a_name_whose_ending_decides_the_format() {
    let mut driver = read(120, 40);
    driver.keys("e");
    driver.assert_shows("keyflip-AKIARZPUZDIKFYHOWX26-20261124T1402");
    driver.assert_shows("a copy does not");
    driver.keys("enter");
    let export = |driver: &Driver| {
        let found = driver.tasks.iter().rev().find_map(|effect| match effect {
            TaskEffect::Export { path, text, changes_of } => {
                Some((path.clone(), text.clone(), changes_of.clone()))
            }
            _ => None,
        });
        found.unwrap()
    };
    let (path, text, changes_of) = export(&driver);
    assert!(path.to_string_lossy().ends_with("Z.md") && changes_of.is_some());
    assert!(text.contains("203.0.113.77") && text.contains("CreateUser"), "{text}");
    let exported = |requested: PathBuf, written| Message::Exported {
        path: requested.clone(),
        requested,
        written,
    };
    driver.batch(vec![exported(path, Ok(()))]);
    driver.assert_shows("which only you can read");
    driver.keys("e");
    for _ in 0..60 {
        driver.keys("backspace");
    }
    driver.types("x.csv");
    driver.keys("enter");
    let (path, text, changes_of) = export(&driver);
    assert_eq!((path.to_str(), changes_of), (Some("x.csv"), None));
    assert!(text.lines().count() == 7, "a heading and six events: {text}");
    driver.batch(vec![exported(path, Err("File exists".into()))]);
    driver.assert_shows("Could not write x.csv: File exists");
}

#[test]
fn nothing_is_read_in_an_account_whose_session_was_left() {
    let mut driver = Driver::ready(120, 40);
    let mut effects = Effects::default();
    let (shared, now) = (&mut driver.app.shared, driver.now);
    let context = &mut Context { shared, now, effects: &mut effects };
    handlers::open_activity(context, SessionId(99), &KeyId::parse(ONE).unwrap());
    assert!(effects.tasks.is_empty(), "{:?}", effects.tasks);
    driver.assert_shows("The session in the account of this key has ended.");
}

#[test]
fn after_the_session_was_reopened_the_activity_is_read_in_the_new_one() {
    let mut driver = read(120, 40);
    driver.app.shared.session.reopen();
    driver.open(session_context());
    driver.tasks.clear();
    driver.keys("r");
    let new = driver.app.shared.session.id;
    let is_read = |task: &TaskEffect| matches!(task, TaskEffect::ReadActivity { session, .. } if *session == new);
    assert!(driver.tasks.iter().any(is_read), "{:?}", driver.tasks);
}
