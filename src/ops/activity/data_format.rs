//! The activity as JSON, as JSON Lines and as CSV.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::model::{EscapedText, TrailEvent, csv_line, escape_json};
use crate::ops::activity::coverage::{RegionActivity, RegionState};
use crate::ops::activity::issued::{Issued, IssuedStatus};
use crate::ops::activity::summary::Activity;
use crate::ops::activity::tactic::tactic_of;
use crate::ops::activity::tally::Count;

/// Field of JSON that marks an event without CloudTrail's record.
const CUT_MARK: &str = "keyflipRecordCut";

/// Field of JSON that marks an event whose record could not be read: a field that is missing is not
/// known, such as the error code.
const UNREAD_MARK: &str = "keyflipRecordUnreadable";

/// The columns of CSV, in order. Those that CloudTrail's records have are named as there.
const CSV_COLUMNS: [&str; 16] = [
    "eventTime",
    "eventID",
    "awsRegion",
    "eventSource",
    "eventName",
    "readOnly",
    "sourceIPAddress",
    "userAgent",
    "arn",
    "target",
    "errorCode",
    "errorMessage",
    "issuedAccessKeyId",
    "issuedExpiration",
    "tactic",
    "outcome",
];

/// Returns the activity as one indented JSON object with the query, the Regions, the summary and
/// the events, and a line feed at its end. It comes in parts, one for each event, so that many
/// events need little memory. Hidden characters are escaped.
pub(crate) fn activity_json(activity: &Activity, now: Timestamp) -> impl Iterator<Item = String> {
    let query = activity.query();
    let regions: Vec<_> = activity.regions().iter().map(region_json).collect();
    let value = json!({
        "query": {
            "account": &*query.account,
            "accessKeyId": query.key.as_str(),
            "startTime": query.since.to_string(),
            "endTime": query.sent_until().to_string(),
            "clockAtStart": query.ends_now.then(|| query.until.to_string()),
            "maxEvents": query.max_events,
        },
        "complete": activity.is_complete(),
        "regions": regions,
        "summary": summary_json(activity, now),
        "caveats": activity.caveats(),
    });
    let text = format!("{value:#}");
    let open = text.strip_suffix("\n}").unwrap_or(&text);
    let head = format!("{open},\n  \"events\": [");
    let before = std::iter::once("\n    ").chain(std::iter::repeat(",\n    "));
    let events = activity.events().iter().zip(before).map(|(event, before)| {
        let event = format!("{:#}", event_json(event)).replace('\n', "\n    ");
        format!("{before}{event}")
    });
    let end = if activity.events().is_empty() { "]\n}\n" } else { "\n  ]\n}\n" };
    let parts = std::iter::once(head).chain(events).chain([end.to_owned()]);
    parts.map(|part| escape_json(&part).into_owned())
}

/// Returns an event as one line of JSON with a line feed at its end. Hidden characters are escaped.
pub(crate) fn event_json_line(event: &TrailEvent) -> String {
    escape_json(&format!("{}\n", event_json(event))).into_owned()
}

/// Returns the header of CSV, with a line feed at its end.
pub(crate) fn csv_header() -> String {
    csv_line(&CSV_COLUMNS)
}

/// Returns an event as a line of CSV, with a line feed at its end. No cell is a formula to a
/// spreadsheet.
pub(crate) fn event_csv_line(event: &TrailEvent) -> String {
    csv_line(&event_cells(event))
}

/// Returns the cells of [`CSV_COLUMNS`] for an event.
fn event_cells(event: &TrailEvent) -> [String; CSV_COLUMNS.len()] {
    let text = |text: &Option<EscapedText>| text.as_deref().unwrap_or("").to_owned();
    let issued = event.issued.as_ref();
    let expires = issued.and_then(|issued| issued.expires);
    [
        event.time.to_string(),
        event.id.to_string(),
        event.region.to_string(),
        event_source(event),
        event.name.to_string(),
        event.read_only.map(|read_only| read_only.to_string()).unwrap_or_default(),
        text(&event.source_ip),
        text(&event.user_agent),
        text(&event.principal),
        text(&event.target),
        text(&event.error_code),
        text(&event.error_message),
        issued.map(|issued| issued.key.to_string()).unwrap_or_default(),
        expires.map(|expires| expires.to_string()).unwrap_or_default(),
        tactic_of(event).map(|tactic| tactic.to_string()).unwrap_or_default(),
        event.outcome().as_str().to_owned(),
    ]
}

/// Returns the service as CloudTrail names it: `s3.amazonaws.com`.
fn event_source(event: &TrailEvent) -> String {
    format!("{}.amazonaws.com", event.service)
}

/// Returns CloudTrail's record of the event; without it, what is known under the names of the
/// record, and [`CUT_MARK`], and also [`UNREAD_MARK`] if it could not be read.
fn event_json(event: &TrailEvent) -> Value {
    let record =
        event.record.as_deref().and_then(|record| serde_json::from_slice(record.as_bytes()).ok());
    if let Some(record @ Value::Object(_)) = record {
        return record;
    }
    let mut known = Map::from_iter([(CUT_MARK.to_owned(), Value::from(true))]);
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            known.insert(name.to_owned(), value);
        }
    };
    add(UNREAD_MARK, event.unread_record.map(|_| Value::from(true)));
    let text = |text: &str| Some(Value::from(text));
    add("eventID", text(&event.id));
    add("eventTime", text(&event.time.to_string()));
    add("awsRegion", text(event.region.as_str()));
    add("eventSource", text(&event_source(event)));
    add("eventName", text(&event.name));
    add("readOnly", event.read_only.map(Value::from));
    add("sourceIPAddress", event.source_ip.as_deref().map(Value::from));
    add("userAgent", event.user_agent.as_deref().map(Value::from));
    add("userIdentity", event.principal.as_deref().map(|arn| json!({ "arn": arn })));
    add("errorCode", event.error_code.as_deref().map(Value::from));
    add("errorMessage", event.error_message.as_deref().map(Value::from));
    add(
        "responseElements",
        event.issued.as_ref().map(|issued| {
            let expiration = issued.expires.map(|expires| expires.to_string());
            json!({ "credentials": { "accessKeyId": issued.key.as_str(), "expiration": expiration } })
        }),
    );
    Value::Object(known)
}

fn region_json(region: &RegionActivity) -> Value {
    let (state, error) = match &region.state {
        RegionState::Waiting => ("not read", None),
        RegionState::Reading { .. } => ("partly read", None),
        RegionState::Complete => ("read", None),
        RegionState::Stopped { .. } => ("stopped at the limit", None),
        RegionState::Failed { error, .. } => ("failed", Some(error)),
    };
    json!({
        "region": region.region.as_str(),
        "state": state,
        "events": region.events,
        "unreadable": region.unreadable,
        "throttled": region.throttled,
        "readBackTo": region.state.oldest().map(|oldest| oldest.to_string()),
        "errorCode": error.and_then(|error| error.code.as_deref()),
        "error": error.map(ToString::to_string),
    })
}

fn summary_json(activity: &Activity, now: Timestamp) -> Value {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let sources: Vec<_> = activity
        .sources()
        .iter()
        .map(|source| {
            json!({
                "sourceIPAddress": source.key.ip.as_deref(),
                "userAgent": source.key.user_agent.as_deref(),
                "events": source.events,
                "failed": source.failed,
                "outcomeNotKnown": source.outcome_not_known,
                "first": source.first.to_string(),
                "last": source.last.to_string(),
            })
        })
        .collect();
    let services: Vec<_> = activity
        .services()
        .iter()
        .map(|service| {
            json!({
                "service": &*service.key,
                "events": service.events,
                "failed": service.failed,
                "outcomeNotKnown": service.outcome_not_known,
                "calls": calls_json(service.calls()),
            })
        })
        .collect();
    let errors: Vec<_> = activity
        .errors()
        .iter()
        .map(|error| {
            json!({
                "errorCode": &*error.key,
                "events": error.events,
                "calls": calls_json(error.calls()),
            })
        })
        .collect();
    let suspect_calls: Vec<_> = activity
        .suspect_calls()
        .iter()
        .map(|call| {
            let event = &call.event;
            json!({
                "eventTime": event.time.to_string(),
                "eventID": &*event.id,
                "service": &*event.service,
                "eventName": &*event.name,
                "tactic": call.tactic.as_str(),
                "target": event.target.as_deref(),
                "errorCode": event.error_code.as_deref(),
                "outcome": event.outcome().as_str(),
            })
        })
        .collect();
    let issued: Vec<_> = activity.issued().iter().map(|issued| issued_json(issued, now)).collect();
    json!({
        "events": activity.events().len(),
        "failed": activity.failed(),
        "outcomeNotKnown": activity.records().unread(),
        "first": time(activity.first()),
        "last": time(activity.last()),
        "sources": sources,
        "suspectCalls": suspect_calls,
        "issuedCredentials": issued,
        "services": services,
        "errors": errors,
    })
}

fn calls_json(calls: &[Count<EscapedText>]) -> Vec<Value> {
    let call = |call: &Count<EscapedText>| {
        json!({
            "eventName": &*call.key,
            "events": call.events,
            "failed": call.failed,
            "outcomeNotKnown": call.outcome_not_known,
        })
    };
    calls.iter().map(call).collect()
}

fn issued_json(issued: &Issued, now: Timestamp) -> Value {
    let status = match issued.status(now) {
        IssuedStatus::LongTerm => "long-term",
        IssuedStatus::LiveUntil(_) => "live",
        IssuedStatus::Ended(_) => "ended",
        IssuedStatus::EndUnknown => "end unknown",
    };
    json!({
        "accessKeyId": issued.key.as_str(),
        "kind": issued.kind.as_str(),
        "eventName": &*issued.call,
        "eventTime": issued.time.to_string(),
        "awsRegion": issued.region.as_str(),
        "owner": issued.owner.as_deref(),
        "expiration": issued.expires.map(|expires| expires.to_string()),
        "status": status,
    })
}
