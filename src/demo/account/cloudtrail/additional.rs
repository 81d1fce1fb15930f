//! Additional events of the leaked key, for tests: very many, and such that no AWS service would
//! record.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::event::{Alteration, Client, GLOBAL_REGION, RecordedEvent, Signer};
use crate::demo::account::TrailConditions;
use crate::demo::account::time_format::{before, iso};
use crate::demo::rng::Rng;

/// Escape sequences that set the title, clear the screen and write a hyperlink.
const ESCAPES: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[2J\u{1b}[31mred\u{1b}]8;;http://198.51.100.1\u{1b}\\";
/// Bidirectional and zero-width characters, and a line feed.
const INVISIBLE: &str = "aws-cli\u{202e}ilc-swa\u{200b}\u{feff}\u{2066}\r\nfake: line";
/// Number of characters of the long texts.
const LONG: usize = 10_000;
/// The calls of the many events.
const CALLS: [(&str, &str); 4] = [
    ("ec2", "DescribeInstances"),
    ("s3", "ListBuckets"),
    ("sts", "GetCallerIdentity"),
    ("secretsmanager", "GetSecretValue"),
];
/// The Regions of the many events, in turn.
const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];
/// The time over which they are spread, before the start of the demo.
const SPREAD: Duration = Duration::from_hours(20);
/// Returns the additional events that the conditions ask for. They resemble `model`, an event of
/// the leaked key.
pub(super) fn events(
    model: &RecordedEvent,
    conditions: &TrailConditions,
    started: Timestamp,
) -> Vec<RecordedEvent> {
    let count = conditions.events;
    let mut events: Vec<_> = (0..count).map(|n| one_of_many(model, n, count, started)).collect();
    if conditions.hostile {
        let texts = hostile_texts(model);
        let altered = ALTERATIONS
            .iter()
            .map(|alter| RecordedEvent { alteration: Some(*alter), ..model.clone() });
        let hostile = (1..).zip(texts.into_iter().chain(altered));
        events.extend(hostile.map(|(minutes, event)| {
            let time = before(started, SignedDuration::from_mins(10 + minutes));
            let event = identified(event, &format!("hostile {minutes}"), time);
            RecordedEvent { region: GLOBAL_REGION.to_owned(), ..event }
        }));
    }
    events
}

/// Gives an event an ID and a time of its own.
fn identified(event: RecordedEvent, name: &str, time: Timestamp) -> RecordedEvent {
    let id = Rng::from_text(&format!("{} {name}", event.account)).request_id();
    let time = Timestamp::from_second(time.as_second()).unwrap_or(time);
    RecordedEvent { id, time, ..event }
}

fn one_of_many(model: &RecordedEvent, n: usize, count: usize, started: Timestamp) -> RecordedEvent {
    let number = |n| u32::try_from(n).unwrap_or(u32::MAX);
    let ago = Duration::from_mins(4) + SPREAD / number(count) * number(n);
    let time = before(started, SignedDuration::try_from(ago).unwrap_or_default());
    let (service, name) = CALLS[n / REGIONS.len() % CALLS.len()];
    let event = identified(model.clone(), &format!("generated {n}"), time);
    RecordedEvent {
        service: service.to_owned(),
        name: name.to_owned(),
        region: REGIONS[n % REGIONS.len()].to_owned(),
        ..event
    }
}

/// Returns events with hostile texts in the fields that a reader shows.
fn hostile_texts(model: &RecordedEvent) -> Vec<RecordedEvent> {
    let from =
        |ip: &str, agent: &str| Arc::new(Client { ip: ip.to_owned(), agent: agent.to_owned() });
    let long = "A".repeat(LONG);
    let agents = [ESCAPES, INVISIBLE, &long]
        .map(|agent| RecordedEvent { client: from("203.0.113.9", agent), ..model.clone() });
    let mut identity = model.signer.identity.clone();
    identity["arn"] = format!("arn:aws:iam::1:user/{ESCAPES}{INVISIBLE}{long}").into();
    let signer = Signer { username: ESCAPES.to_owned(), identity, ..(*model.signer).clone() };
    let others = [
        RecordedEvent { signer: Arc::new(signer), ..model.clone() },
        RecordedEvent { client: from(&format!("{INVISIBLE}{ESCAPES}"), ""), ..model.clone() },
        RecordedEvent {
            error: Some((format!("Access{ESCAPES}Denied"), format!("{INVISIBLE}{long}"))),
            ..model.clone()
        },
        RecordedEvent { name: format!("{ESCAPES}{INVISIBLE}"), ..model.clone() },
        RecordedEvent {
            service: "iam".to_owned(),
            name: "CreateUser".to_owned(),
            request: json!({ "userName": format!("{ESCAPES}{long}") }),
            ..model.clone()
        },
        RecordedEvent {
            service: "sts".to_owned(),
            name: "GetSessionToken".to_owned(),
            response: json!({ "credentials": {
                "accessKeyId": format!("ASIA{ESCAPES}"),
                "expiration": "the day after tomorrow",
            } }),
            ..model.clone()
        },
    ];
    agents.into_iter().chain(others).collect()
}

/// What the reply has in place of an event.
const ALTERATIONS: [Alteration; 10] = [
    |event| event["CloudTrailEvent"] = "{\"eventVersion\": \"1.11\", \"user".into(),
    |event| event["CloudTrailEvent"] = "[1, 2, 3]".into(),
    |event| event["CloudTrailEvent"] = format!("{{\"a\":{}", "[".repeat(LONG)).into(),
    |event| remove(event, "CloudTrailEvent"),
    |event| remove(event, "EventId"),
    |event| remove(event, "EventTime"),
    |event| *event = json!({}),
    |event| {
        event["Unknown"] = json!({ "nested": [1, { "deep": null }] });
        in_record(event, |record| record["unknownField"] = json!([{ "a": 1 }, "b", null]));
    },
    |event| {
        in_record(event, |record| {
            record["userAgent"] = 7.into();
            record["userIdentity"] = "root".into();
            record["requestParameters"] = json!(["not", "an", "object"]);
            record["readOnly"] = "perhaps".into();
        });
    },
    // A clock that is an hour ahead.
    |event| {
        let seconds = event["EventTime"].as_i64().unwrap_or_default() + 7_200;
        event["EventTime"] = seconds.into();
        let time = Timestamp::from_second(seconds).unwrap_or_default();
        in_record(event, |record| record["eventTime"] = iso(time).into());
    },
];

fn remove(event: &mut Value, field: &str) {
    if let Some(fields) = event.as_object_mut() {
        fields.remove(field);
    }
}

/// Changes the record of an event.
fn in_record(event: &mut Value, change: impl FnOnce(&mut Value)) {
    let text = event["CloudTrailEvent"].as_str().unwrap_or_default();
    let mut record = serde_json::from_slice(text.as_bytes()).unwrap_or_default();
    change(&mut record);
    event["CloudTrailEvent"] = record.to_string().into();
}
