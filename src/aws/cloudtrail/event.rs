//! Conversion of CloudTrail's events. A field that is missing or has another form than expected is
//! left out: a caller chooses user agents and names, and a record may be of a future version.

use std::sync::Arc;

use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::Event;
use jiff::Timestamp;
use serde_json::Value;

use crate::aws::cloudtrail::fields::{at, boolean, clipped, field, string, truth};
use crate::aws::cloudtrail::issued::issued_credentials;
use crate::aws::cloudtrail::target::target;
use crate::model::{Region, TrailEvent, UnreadRecord};

/// Names of the fields of a record that are secrets, in any case.
const SECRET_FIELDS: [&str; 4] =
    ["sessionToken", "secretAccessKey", "delegatedToken", "webIdentityToken"];

/// Text in place of a secret.
const REMOVED: &str = "removed by keyflip";

/// Service of an event that does not name it.
const UNKNOWN_SERVICE: &str = "unknown";

/// Converts an event; `None` if it has no ID, time or name. The fields that CloudTrail has indexed
/// come from the event, all others from its record.
pub(super) fn trail_event(event: &Event, region: &Region) -> Option<TrailEvent> {
    let parsed = parse_record(event.cloud_trail_event().unwrap_or_default());
    let unread_record = parsed.as_ref().err().copied();
    let record = parsed.unwrap_or_default();
    let text = |name: &str| field(&record, name).and_then(string).and_then(clipped);
    let own = |value: Option<&str>, name: &str| value.and_then(clipped).or_else(|| text(name));
    let parameters = field(&record, "requestParameters");
    Some(TrailEvent {
        id: own(event.event_id(), "eventID")?,
        time: time(event, &record)?,
        region: region.clone(),
        service: own(event.event_source(), "eventSource")
            .map_or_else(|| UNKNOWN_SERVICE.into(), |source| without_suffix(&source).into()),
        name: own(event.event_name(), "eventName")?,
        source_ip: text("sourceIPAddress"),
        user_agent: text("userAgent"),
        principal: at(&record, &["userIdentity", "arn"]).and_then(string).and_then(clipped),
        error_code: text("errorCode"),
        error_message: text("errorMessage"),
        read_only: field(&record, "readOnly")
            .and_then(boolean)
            .or_else(|| truth(event.read_only()?)),
        target: parameters
            .and_then(target)
            .or_else(|| event.resources().iter().find_map(|resource| resource.resource_name()))
            .and_then(clipped),
        issued: field(&record, "responseElements").and_then(issued_credentials),
        record: unread_record.is_none().then(|| without_tokens(record)),
        unread_record,
        search_text: Box::default(),
    })
}

/// Parses the text of a record.
fn parse_record(text: &str) -> Result<Value, UnreadRecord> {
    if text.is_empty() {
        return Err(UnreadRecord::Missing);
    }
    let record = serde_json::from_slice(text.as_bytes()).ok().filter(Value::is_object);
    record.ok_or(UnreadRecord::NotJson)
}

/// Returns a record as text without the session tokens that AWS returned to the caller: whoever has
/// one can still use it. CloudTrail leaves out the secret keys itself.
fn without_tokens(mut record: Value) -> Arc<str> {
    remove_tokens(&mut record);
    record.to_string().into()
}

fn remove_tokens(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if SECRET_FIELDS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
                    *value = Value::from(REMOVED);
                } else {
                    remove_tokens(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(remove_tokens),
        _ => {}
    }
}

/// Returns the time of the call.
fn time(event: &Event, record: &Value) -> Option<Timestamp> {
    let in_record = || field(record, "eventTime").and_then(string)?.parse::<Timestamp>().ok();
    let seconds =
        event.event_time().map(DateTime::secs).or_else(|| Some(in_record()?.as_second()))?;
    Timestamp::from_second(seconds).ok()
}

/// Returns the name of a service, whose principal is `iam.amazonaws.com`.
fn without_suffix(source: &str) -> &str {
    source.split_once(".amazonaws.").map_or(source, |(service, _)| service)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::aws::cloudtrail::fields::MAX_TEXT;
    use crate::model::CallOutcome;

    fn region() -> Region {
        Region::known("us-east-1")
    }

    /// An event of CreateAccessKey with this record.
    fn event(record: &str) -> Event {
        Event::builder()
            .event_id("e-1")
            .event_name("CreateAccessKey")
            .read_only("false")
            .event_time(DateTime::from_secs(1_795_972_325))
            .event_source("iam.amazonaws.com")
            .cloud_trail_event(record)
            .build()
    }

    #[test]
    fn a_record_is_kept_without_session_tokens() {
        let record = json!({
            "responseElements": {"credentials": {"accessKeyId": "ASIARZPUZDIKFYHOWX26",
                "sessionToken": "IQoJb3Jp"}, "list": [{"SESSIONTOKEN": {"a": "IQoJb3Jp"}}]},
        });
        let read = trail_event(&event(&record.to_string()), &region()).unwrap();
        let kept = read.record.unwrap();
        assert!(!kept.contains("IQoJb3Jp") && kept.contains("removed by keyflip"), "{kept}");
        assert_eq!(read.issued.unwrap().key.as_str(), "ASIARZPUZDIKFYHOWX26");
    }

    #[test]
    fn an_event_has_the_facts_of_its_record() {
        let record = json!({
            "eventVersion": "1.11",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/ann"},
            "eventTime": "2026-11-29T17:12:05Z",
            "eventSource": "iam.amazonaws.com",
            "eventName": "CreateAccessKey",
            "sourceIPAddress": "203.0.113.7",
            "userAgent": "aws-cli/2.31\u{1b}[2J",
            "errorCode": "AccessDenied",
            "errorMessage": "not authorized",
            "requestParameters": {"userName": "backdoor"},
            "responseElements": {"accessKey": {"accessKeyId": "AKIARZPUZDIKFYHOWX26",
                "userName": "backdoor", "status": "Active"}},
            "readOnly": false,
        });
        let record = record.to_string();
        let read = trail_event(&event(&record), &region()).unwrap();
        assert_eq!((&*read.id, &*read.service, &*read.name), ("e-1", "iam", "CreateAccessKey"));
        assert_eq!(read.time.to_string(), "2026-11-29T17:12:05Z");
        assert_eq!(read.source_ip.as_deref(), Some("203.0.113.7"));
        assert_eq!(read.user_agent.as_deref(), Some("aws-cli/2.31<U+001B>[2J"));
        assert_eq!(read.principal.as_deref(), Some("arn:aws:iam::123456789012:user/ann"));
        assert_eq!(read.error_code.as_deref(), Some("AccessDenied"));
        assert_eq!(read.error_message.as_deref(), Some("not authorized"));
        assert_eq!((read.read_only, read.target.as_deref()), (Some(false), Some("backdoor")));
        assert_eq!(read.issued.unwrap().key.as_str(), "AKIARZPUZDIKFYHOWX26");
        assert_eq!(read.record.as_deref(), Some(&*record));
        let from_record =
            trail_event(&Event::builder().cloud_trail_event(&*record).build(), &region());
        assert_eq!(from_record, None, "the record has no ID");
    }

    #[test]
    fn without_a_usable_record_the_event_has_its_own_fields() {
        let resource = aws_sdk_cloudtrail::types::Resource::builder().resource_name("ann").build();
        for record in ["", "junk", "[]", "null", "{", r#"{"a":"#, "{}"] {
            let mut event = event(record);
            event.resources = Some(vec![resource.clone()]);
            let read = trail_event(&event, &region()).unwrap();
            assert_eq!((&*read.service, read.read_only), ("iam", Some(false)), "{record}");
            assert_eq!((&read.source_ip, &read.issued), (&None, &None), "{record}");
            assert_eq!(read.target.as_deref(), Some("ann"), "{record}");
            assert_eq!(read.record.is_some(), record == "{}", "{record}");
            let outcome = if record == "{}" { CallOutcome::Done } else { CallOutcome::NotKnown };
            assert_eq!(read.outcome(), outcome, "{record}");
            let is_missing = read.unread_record == Some(UnreadRecord::Missing);
            assert_eq!(is_missing, record.is_empty(), "{record}");
        }
    }

    #[test]
    fn an_event_without_id_time_or_name_is_unreadable() {
        let record = r#"{"eventID":"e-2","eventTime":"2026-11-29T17:12:05.9Z","eventName":"A"}"#;
        let read =
            trail_event(&Event::builder().cloud_trail_event(record).build(), &region()).unwrap();
        assert_eq!((&*read.id, &*read.service, &*read.name), ("e-2", UNKNOWN_SERVICE, "A"));
        assert_eq!(read.time.to_string(), "2026-11-29T17:12:05Z");
        for change in [
            |event: &mut Event| event.event_id = None,
            |event: &mut Event| event.event_id = Some(" ".into()),
            |event: &mut Event| event.event_name = None,
            |event: &mut Event| event.event_time = None,
            |event: &mut Event| event.event_time = Some(DateTime::from_secs(i64::MAX)),
        ] {
            let mut event = event("{}");
            change(&mut event);
            assert_eq!(trail_event(&event, &region()), None, "{event:?}");
        }
    }

    #[test]
    fn a_long_record_is_kept_whole() {
        let record = format!(r#"{{"userAgent":"{}"}}"#, "a".repeat(250_000));
        let read = trail_event(&event(&record), &region()).unwrap();
        assert_eq!(read.record.as_deref(), Some(&*record));
    }

    /// JSON with the names that are looked for, and values of all kinds.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "(arn:[a-z:/]{0,12}|https://[/a]{0,4}|AKIARZPUZDIKFYHOWX26|[0-9]{0,20}|\\PC{0,8})"
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            let name = "(userIdentity|arn|eventTime|requestParameters|userName|policyArn|\
                responseElements|credentials|accessKey|accessKeyId|expiration|instancesSet|items|x)";
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((name, inner), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_record_causes_a_panic(record in any_json(), junk in "\\PC{0,40}", cut in 0_usize..200) {
            let text = record.to_string();
            let cut = text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at);
            for text in [&*text, &text[..cut], &*junk] {
                let read = trail_event(&event(text), &region()).unwrap();
                prop_assert!(read.target.is_none_or(|target| target.chars().count() <= MAX_TEXT));
            }
        }
    }
}
