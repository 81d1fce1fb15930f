//! Tests of reading from the CloudTrail of the demo, over HTTP.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::test_fixtures::region;
use super::*;
use crate::aws::{ConnectOptions, Session, open};
use crate::demo::{DEMO_SECRET, DemoOptions, DemoServer, OPERATOR_KEY, start};
use crate::model::{KeyId, SessionId};

/// A demo with these faults, and a session there.
async fn serve(faults: Value) -> (DemoServer, Session) {
    let faults = serde_json::from_value(faults).unwrap();
    let demo =
        start(&DemoOptions { faults, serves_admin_api: true, ..DemoOptions::default() }).unwrap();
    let connect = ConnectOptions::demo(&demo.url(), OPERATOR_KEY, DEMO_SECRET);
    let session = open(&connect, SessionId(1)).await.unwrap();
    (demo, session)
}

/// The leaked key's activity of that many hours.
fn leaked(regions: &[&str], hours: i64, max_events: usize) -> ActivityQuery {
    let until = Timestamp::now();
    ActivityQuery {
        account: "123456789012".into(),
        notes: Vec::new(),
        key: KeyId::parse("AKIARZPUZDIKFYHOWX26").unwrap(),
        since: until - SignedDuration::from_hours(hours),
        until,
        ends_now: true,
        regions: regions.iter().map(|name| region(name)).collect(),
        max_events,
        keeps_all_records: false,
    }
}

async fn read(session: &Session, query: &ActivityQuery) -> Activity {
    let activity = RefCell::new(Activity::new(query.clone()));
    read_activity(&session.event_history().unwrap(), query, |progress| {
        activity.borrow_mut().apply(progress);
    })
    .await;
    activity.into_inner()
}

#[tokio::test]
async fn events_later_than_a_slow_clock_are_read_and_told() {
    let (_demo, session) = serve(json!({})).await;
    let mut query = leaked(&["us-east-1"], 24 * 90, 10_000);
    let all = read(&session, &query).await;
    assert_eq!(all.clock_warning(), None);
    let last = all.last().unwrap();
    query.until = last - SignedDuration::from_mins(4);
    let slow = read(&session, &query).await;
    assert_eq!((slow.last(), slow.events().len()), (Some(last), all.events().len()));
    let warning = slow.clock_warning().unwrap();
    assert!(warning.contains("The clock may be slow"), "{warning}");
    assert!(slow.caveats().contains(&warning));
    query.ends_now = false;
    let given = read(&session, &query).await;
    assert!(given.last().unwrap() <= query.until, "an end that is given is kept to");
    assert_eq!(given.clock_warning(), None);
}

async fn until(ready: impl Fn() -> bool) {
    while !ready() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Returns Region, token and HTTP status of each call of LookupEvents.
async fn lookups(demo: &DemoServer) -> Vec<(String, Option<String>, u64)> {
    let mut stream = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
    let request = "GET /_demo/calls HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let calls: Vec<Value> = serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap();
    let calls = calls.iter().filter(|call| call["operation"] == "LookupEvents");
    let text = |call: &Value, name: &str| call["params"][name].as_str().map(str::to_owned);
    calls
        .map(|call| {
            let status = call["status"].as_u64().unwrap_or_default();
            (text(call, "Region").unwrap(), text(call, "NextToken"), status)
        })
        .collect()
}

#[tokio::test]
async fn each_page_is_read_once_under_throttling() {
    let faults = json!({"throttle": {"operations": ["LookupEvents"], "skip": 1, "times": 3},
        "cloudtrail": {"events": 200}});
    let (demo, session) = serve(faults).await;
    let activity = read(&session, &leaked(&["us-east-1", "eu-west-1"], 24, 10_000)).await;
    assert!(activity.is_complete(), "{:?}", activity.caveats());
    let calls = lookups(&demo).await;
    let read: Vec<_> = calls.iter().filter(|(_, _, status)| *status == 200).collect();
    let pages: HashSet<_> = read.iter().map(|(region, token, _)| (region, token)).collect();
    assert_eq!(pages.len(), read.len(), "no page was read twice");
    assert_eq!(calls.len(), read.len() + 3, "{calls:?}");
    let throttled: usize = activity.regions().iter().map(|region| region.throttled).sum();
    assert_eq!(throttled, 3);
    let counted: usize = activity.regions().iter().map(|region| region.events).sum();
    assert_eq!(counted, activity.events().len());
    assert!(counted >= 200, "{counted}");
}

#[tokio::test]
async fn pages_without_events_do_not_end_a_region() {
    let (demo, session) = serve(json!({"cloudtrail": {"short_pages": true}})).await;
    // Without an event in the Region, each page is empty and names a next one.
    let query = leaked(&["sa-east-1"], 24 * 90, 10_000);
    let history = session.event_history().unwrap();
    let activity = RefCell::new(Activity::new(query.clone()));
    let pages = Cell::new(0);
    let reading = read_activity(&history, &query, |progress| {
        pages.set(pages.get() + 1);
        activity.borrow_mut().apply(progress);
    });
    tokio::select! {
        () = reading => panic!("it has more pages"),
        () = until(|| pages.get() == 3) => {}
    }
    assert!(activity.borrow().is_reading() && activity.borrow().events().is_empty());
    let calls = lookups(&demo).await;
    assert!(calls.iter().skip(1).all(|(_, token, _)| token.is_some()), "{calls:?}");
}

#[tokio::test]
async fn a_token_that_repeats_ends_the_region_and_keeps_what_was_read() {
    let faults = json!({"repeat_marker": {"operations": ["LookupEvents"]},
        "cloudtrail": {"events": 400}});
    let (demo, session) = serve(faults).await;
    let activity = read(&session, &leaked(&["us-east-1"], 24, 10_000)).await;
    assert_eq!(lookups(&demo).await.len(), 2);
    assert_eq!(activity.events().len(), 100, "the events of both pages");
    assert!(!activity.is_complete() && !activity.is_reading());
    let caveats = activity.caveats().join("\n");
    assert!(caveats.contains("the same next page twice"), "{caveats}");
    assert!(caveats.contains("us-east-1 was read back to"), "{caveats}");
}

/// Faults that expire that many tokens after two pages.
fn expired_tokens(times: u32) -> Value {
    let on = json!({"operations": ["LookupEvents"], "skip": 2, "times": times});
    let error = json!({"status": 400, "code": "InvalidNextTokenException", "on": on});
    json!({"cloudtrail": {"events": 400}, "errors": [error]})
}

#[tokio::test]
async fn after_an_expired_token_reading_goes_on_from_the_last_event() {
    let query = leaked(&["us-east-1"], 24, 10_000);
    let ids = |activity: &Activity| -> Vec<_> {
        activity.events().iter().map(|event| event.id.clone()).collect()
    };
    let (_demo, session) = serve(json!({"cloudtrail": {"events": 400}})).await;
    let whole = read(&session, &query).await;
    let (demo, session) = serve(expired_tokens(1)).await;
    let activity = read(&session, &query).await;
    assert!(activity.is_complete(), "{:?}", activity.caveats());
    assert_eq!(ids(&activity).len(), ids(&whole).len());
    assert_eq!(activity.regions()[0].events, activity.events().len());
    let calls = lookups(&demo).await;
    assert_eq!(calls.iter().filter(|(_, token, _)| token.is_none()).count(), 2, "{calls:?}");
    let (_demo, session) = serve(expired_tokens(1)).await;
    let limited = read(&session, &leaked(&["us-east-1"], 24, 130)).await;
    assert_eq!(limited.events().len(), 130, "an event that is known does not count twice");
}

#[tokio::test]
async fn a_region_whose_tokens_expire_twice_is_given_up() {
    let (demo, session) = serve(expired_tokens(2)).await;
    let activity = read(&session, &leaked(&["us-east-1"], 24, 10_000)).await;
    assert_eq!((lookups(&demo).await.len(), activity.events().len()), (4, 100));
    let caveats = activity.caveats().join("\n");
    assert!(caveats.contains("us-east-1 was read back to"), "{caveats}");
    assert!(caveats.contains("InvalidNextTokenException"), "{caveats}");
}

#[tokio::test]
async fn the_limit_is_that_of_all_regions_together() {
    let (demo, session) = serve(json!({"cloudtrail": {"events": 400}})).await;
    let activity = read(&session, &leaked(&["us-east-1", "eu-west-1"], 24, 130)).await;
    assert_eq!(activity.events().len(), 130);
    assert!(!activity.is_complete() && !activity.is_reading());
    assert!(lookups(&demo).await.len() <= 4);
    let caveats = activity.caveats().join("\n");
    assert!(caveats.contains("the limit of 130 events was reached"), "{caveats}");
}

#[tokio::test]
async fn no_call_follows_a_reading_that_was_dropped() {
    let (demo, session) = serve(json!({"cloudtrail": {"events": 2_000}})).await;
    let query = leaked(&["us-east-1", "eu-west-1"], 24, 10_000);
    let history = session.event_history().unwrap();
    let activity = RefCell::new(Activity::new(query.clone()));
    let reading = read_activity(&history, &query, |page| activity.borrow_mut().apply(page));
    tokio::select! {
        () = reading => panic!("it has more pages"),
        () = until(|| activity.borrow().events().len() >= 100) => {}
    }
    let calls = lookups(&demo).await.len();
    // Time of at least one more turn of each Region.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(lookups(&demo).await.len(), calls);
}
