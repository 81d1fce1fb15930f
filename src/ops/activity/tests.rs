use std::sync::Arc;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::issued::IssuedKind;
use super::records::RecordCounts;
use super::tactic::Tactic;
use super::test_fixtures::{call, now, query, region};
use super::*;
use crate::model::{ErrorKind, IssuedCredentials, KeyId, ServiceError, TrailEvent, UnreadRecord};

fn seconds_ago(event: TrailEvent, id: &str, seconds: i64) -> TrailEvent {
    TrailEvent { id: id.into(), time: now() - SignedDuration::from_secs(seconds), ..event }
}

fn page(name: &str, events: Vec<TrailEvent>, is_last: bool) -> ActivityProgress {
    let events =
        events.into_iter().map(|event| TrailEvent { region: region(name), ..event }).collect();
    ActivityProgress::Page { region: region(name), events, unreadable: 0, is_last }
}

fn ids(activity: &Activity) -> Vec<String> {
    activity.events().iter().map(|event| event.id.to_string()).collect()
}

#[test]
fn events_of_all_regions_are_merged_and_counted_once() {
    let mut activity = Activity::new(query(&["us-east-1", "eu-west-1"]));
    assert!(activity.is_reading() && !activity.is_complete());
    let list = call("iam", "ListUsers");
    let create = TrailEvent {
        error_code: Some("AccessDenied".into()),
        source_ip: Some("203.0.113.9".into()),
        ..call("iam", "CreateUser")
    };
    let first = vec![seconds_ago(list.clone(), "a", 10), seconds_ago(list.clone(), "b", 30)];
    activity.apply(page("us-east-1", first, false));
    activity.apply(page("eu-west-1", vec![seconds_ago(create, "c", 20)], true));
    let again = vec![seconds_ago(list.clone(), "b", 30), seconds_ago(list, "d", 40)];
    activity.apply(page("us-east-1", again, true));
    assert_eq!(ids(&activity), ["a", "c", "b", "d"]);
    assert!(activity.is_complete() && !activity.is_reading());
    assert_eq!(activity.failed(), 1);
    let counts: Vec<_> = activity.sources().iter().map(|source| source.events).collect();
    assert_eq!(counts, [3, 1]);
    let service = &activity.services()[0];
    assert_eq!((service.events, service.failed), (4, 1));
    assert_eq!((&*service.calls()[0].key, service.calls()[0].events), ("ListUsers", 3));
    assert_eq!(&*activity.errors()[0].calls()[0].key, "CreateUser");
    assert_eq!(activity.suspect_calls()[0].tactic, Tactic::Persistence);
    assert_eq!(activity.first(), Some(now() - SignedDuration::from_secs(40)));
}

#[test]
fn a_region_that_stops_or_fails_says_from_when_it_was_read() {
    let mut activity = Activity::new(query(&["us-east-1", "eu-west-1", "eu-north-1"]));
    let event = seconds_ago(call("iam", "ListUsers"), "a", 60);
    activity.apply(page("us-east-1", vec![event], false));
    activity.apply(ActivityProgress::Throttled(region("us-east-1")));
    activity.apply(ActivityProgress::Stopped(region("us-east-1")));
    let error = Arc::new(ServiceError {
        code: Some("AccessDeniedException".into()),
        ..ServiceError::new(ErrorKind::Denied, "LookupEvents", "no")
    });
    activity.apply(ActivityProgress::Failed(region("eu-west-1"), error));
    activity.apply(page("eu-north-1", Vec::new(), true));
    let caveats = activity.caveats().join("\n");
    assert!(caveats.contains("us-east-1 was read back to 2026-11-24 13:59:00Z"), "{caveats}");
    assert!(caveats.contains("eu-west-1 was not read: "), "{caveats}");
    assert!(caveats.contains("Read to the end: eu-north-1."), "{caveats}");
    assert!(!activity.is_complete() && !activity.is_reading());
    assert_eq!(activity.regions()[0].throttled, 1);
}

#[test]
fn without_events_use_is_not_excluded() {
    let mut activity = Activity::new(query(&["us-east-1"]));
    assert!(activity.nothing_recorded().unwrap().contains("so far"));
    activity.apply(page("us-east-1", Vec::new(), true));
    assert!(activity.nothing_recorded().unwrap().ends_with("It may still have been used."));
    assert_eq!(activity.histogram(4).calls, [0; 4]);
}

#[test]
fn issued_credentials_live_until_their_end() {
    let issue = |name, key: &str, expires| TrailEvent {
        issued: Some(IssuedCredentials { key: KeyId::parse(key).unwrap(), expires, owner: None }),
        ..call("sts", name)
    };
    let mut activity = Activity::new(query(&["us-east-1"]));
    let hour = SignedDuration::from_hours(1);
    let events = vec![
        issue("GetFederationToken", "ASIARZPUZDIKFYHOWX26", Some(now() + hour)),
        seconds_ago(issue("AssumeRole", "ASIARZPUZDIKFYHOWX27", Some(now() - hour)), "r", 7_200),
        seconds_ago(issue("CreateAccessKey", "AKIARZPUZDIKFYHOWX28", None), "k", 60),
    ];
    activity.apply(page("us-east-1", events, true));
    let issued: Vec<_> =
        activity.issued().iter().map(|issued| (issued.kind, issued.status(now()))).collect();
    assert_eq!(
        issued,
        [
            (IssuedKind::RoleSession, IssuedStatus::Ended(now() - hour)),
            (IssuedKind::AccessKey, IssuedStatus::LongTerm),
            (IssuedKind::FederatedSession, IssuedStatus::LiveUntil(now() + hour)),
        ]
    );
}

#[test]
fn events_outside_of_the_window_and_beyond_the_limit_are_no_panic() {
    let mut query = query(&["us-east-1"]);
    query.max_events = 3;
    let mut activity = Activity::new(query);
    let list = || call("iam", "ListUsers");
    let events = vec![
        seconds_ago(list(), "future", -100_000),
        seconds_ago(list(), "a", 10),
        seconds_ago(list(), "past", 100_000_000),
        seconds_ago(list(), "left out", 100_000_001),
    ];
    activity.apply(page("us-east-1", events, true));
    assert_eq!(ids(&activity), ["future", "a", "past"]);
    assert!(!activity.is_complete() && !activity.is_reading());
    assert_eq!(activity.histogram(10).calls.iter().sum::<u32>(), 3);
    assert_eq!(activity.histogram(0).calls, Vec::<u32>::new());
}

#[test]
fn records_beyond_the_limits_are_dropped_and_counted_unless_all_are_kept() {
    let dropped = |length, number, keeps_all_records| {
        let query = ActivityQuery { keeps_all_records, max_events: 5_000, ..query(&["us-east-1"]) };
        let mut activity = Activity::new(query);
        let record: Arc<str> = "x".repeat(length).into();
        let events = (0..number)
            .map(|n| TrailEvent {
                record: Some(Arc::clone(&record)),
                ..seconds_ago(call("iam", "ListUsers"), &n.to_string(), n)
            })
            .collect();
        activity.apply(page("us-east-1", events, true));
        let RecordCounts { too_long, over_total, .. } = *activity.records();
        let caveats = activity.caveats().join("\n");
        assert!(activity.is_complete(), "the facts of the records are known");
        (too_long, over_total, caveats)
    };
    let without_record = |length, number, keeps_all_records| {
        let (too_long, over_total, _) = dropped(length, number, keeps_all_records);
        too_long + over_total
    };
    let (longest, fitting) = (16 * 1024, 2 * 1024);
    assert_eq!(without_record(longest, fitting, false), 0);
    assert_eq!(without_record(longest, fitting + 3, false), 3, "32 MiB together");
    assert_eq!(without_record(longest + 1, 1, false), 1);
    assert_eq!(without_record(longest + 1, fitting, true), 0);
    let (.., caveats) = dropped(longest + 1, 2, false);
    let sentence = "The whole record of 2 events was not kept (2: it is longer than 16 KiB).";
    assert!(caveats.contains(sentence), "{caveats}");
    let (too_long, over_total, caveats) = dropped(longest, fitting + 3, false);
    assert_eq!((too_long, over_total), (0, 3));
    let sentence = "was not kept (3: all together would be longer than 32 MiB).";
    assert!(caveats.contains(sentence), "{caveats}");
}

#[test]
fn without_its_record_it_is_not_known_whether_a_call_failed() {
    let mut activity = Activity::new(query(&["us-east-1"]));
    let unread = |id, name, why| TrailEvent {
        unread_record: Some(why),
        ..seconds_ago(call("iam", name), id, 10)
    };
    let failed =
        TrailEvent { error_code: Some("AccessDenied".into()), ..call("iam", "CreateUser") };
    let events = vec![
        call("iam", "ListUsers"),
        failed,
        unread("a", "CreateUser", UnreadRecord::NotJson),
        unread("b", "CreateAccessKey", UnreadRecord::NotJson),
        unread("c", "CreateAccessKey", UnreadRecord::Missing),
    ];
    activity.apply(page("us-east-1", events, true));
    assert!(!activity.is_complete());
    assert_eq!((activity.failed(), activity.records().unread()), (1, 3));
    let service = &activity.services()[0];
    assert_eq!((service.events, service.failed, service.outcome_not_known), (5, 1, 3));
    let outcomes: Vec<_> =
        activity.suspect_calls().iter().map(|call| call.event.outcome().as_str()).collect();
    assert_eq!(outcomes, ["not known", "not known", "not known", "failed"]);
    let sentence = "The record of 3 events could not be read (1: CloudTrail sent none; 2: it is not a \
                    JSON object): whether these calls failed, where they came from, and what they \
                    issued is not known.";
    assert_eq!(activity.gaps(), [sentence]);
}

#[test]
fn what_lists_leave_out_is_counted_and_told() {
    let mut query = query(&["us-east-1"]);
    query.max_events = 10_000;
    let mut activity = Activity::new(query);
    let event = |n: i64, service: &str, name: &str, code: &str| TrailEvent {
        error_code: Some(code.into()),
        ..seconds_ago(call(service, name), &format!("{service} {name} {code}"), n)
    };
    let services = (0..1_002).map(|n| event(n, &format!("service-{n}"), "List", "Denied"));
    let codes = (0..1_002).map(|n| event(n, "service-1", "List", &format!("Code{n}")));
    let operations = (0..1_002).map(|n| event(n, "service-2", &format!("Get{n}"), "Code5"));
    let events = services.chain(codes).chain(operations).collect();
    activity.apply(page("us-east-1", events, true));
    let caveats = activity.caveats().join("\n");
    // "Denied" takes the place of a code, and "List" that of an operation.
    for sentence in [
        "Not all services are listed: 2 calls went to other services.",
        "Not all error codes are listed: 3 calls failed with other codes.",
        "Not all operations are listed: 3 calls were of other operations.",
    ] {
        assert!(caveats.contains(sentence), "{caveats}");
    }
    assert!(!caveats.contains("Not all sources"), "{caveats}");
}

proptest! {
    #[test]
    fn the_order_in_which_pages_come_does_not_matter(
        times in prop::collection::vec((0i64..50, 0usize..3, 0usize..4), 0..80),
        swaps in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let names = ["us-east-1", "eu-west-1", "eu-north-1"];
        let calls = ["ListUsers", "CreateUser", "AttachUserPolicy", "GetUser"];
        let mut pages = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let mut events: Vec<_> = times
                .iter()
                .enumerate()
                .filter(|(_, (_, region, _))| *region == number)
                .map(|(id, (time, _, kind))| {
                    let event = TrailEvent {
                        error_code: (time % 3 == 0).then(|| "AccessDenied".into()),
                        source_ip: Some(format!("198.51.100.{}", time % 5).as_str().into()),
                        ..call("iam", calls[*kind])
                    };
                    seconds_ago(event, &id.to_string(), *time)
                })
                .collect();
            events.sort_by_key(|event| std::cmp::Reverse(event.time));
            pages.extend(events.chunks(7).map(|events| page(name, events.to_vec(), false)));
        }
        let read = |pages: &[ActivityProgress]| {
            let mut activity = Activity::new(query(&names));
            for page in pages {
                activity.apply(page.clone());
            }
            activity
        };
        let expected = read(&pages);
        for (position, swap) in swaps.iter().enumerate() {
            if position < pages.len() {
                let other = swap.index(pages.len());
                pages.swap(position, other);
            }
        }
        let activity = read(&pages);
        prop_assert_eq!(activity.events(), expected.events());
        prop_assert_eq!(activity.sources(), expected.sources());
        let services = |activity: &Activity| -> Vec<_> {
            activity.services().iter().map(|it| (it.key.clone(), it.calls().to_vec())).collect()
        };
        prop_assert_eq!(services(&activity), services(&expected));
        let suspect_calls = |activity: &Activity| -> Vec<_> {
            activity.suspect_calls().iter().map(|it| it.event.id.clone()).collect()
        };
        prop_assert_eq!(suspect_calls(&activity), suspect_calls(&expected));
        prop_assert_eq!(activity.events().len(), times.len());
    }
}
