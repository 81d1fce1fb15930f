//! Conversion of CloudTrail's events. A field that is missing or has another form than expected is
//! left out: a caller chooses user agents and names, and a record may be of a future version.

use aws_sdk_cloudtrail::primitives::DateTime;
use aws_sdk_cloudtrail::types::Event;
use jiff::Timestamp;
use serde_json::Value;

use crate::aws::cloudtrail::issued::issued_credentials;
use crate::aws::cloudtrail::target::target;
use crate::model::{EscapedText, Region, TrailEvent};

/// Maximum length of a text, in characters.
const MAX_TEXT: usize = 512;

/// Maximum length of a record that is kept, in bytes.
const MAX_RECORD: usize = 16 * 1024;

/// Service of an event that does not name it.
const UNKNOWN_SERVICE: &str = "unknown";

/// Converts an event; `None` if it has no ID, time or name. The fields that CloudTrail has indexed
/// come from the event, all others from its record.
pub(super) fn trail_event(event: &Event, region: &Region) -> Option<TrailEvent> {
    let record_text = event.cloud_trail_event().unwrap_or_default();
    let parsed = serde_json::from_str(record_text).ok().filter(Value::is_object);
    let is_record = parsed.is_some();
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
        record: (is_record && record_text.len() <= MAX_RECORD).then(|| record_text.into()),
    })
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

/// Returns the text without hidden characters, and its beginning if it is long; `None` if it is
/// empty.
pub(super) fn clipped(text: &str) -> Option<EscapedText> {
    // Escapes are longer than what they stand for, so the escaped text is measured. Without the
    // beginning of a very long text, the rest need not be escaped.
    let beginning = text.char_indices().nth(MAX_TEXT + 1).map_or(text, |(end, _)| &text[..end]);
    let escaped = EscapedText::from(beginning.trim());
    if escaped.is_empty() {
        return None;
    }
    match escaped.char_indices().nth(MAX_TEXT) {
        None => Some(escaped),
        Some(_) => {
            let kept: String = escaped.chars().take(MAX_TEXT - 1).chain(['…']).collect();
            Some(kept.into())
        }
    }
}

/// Returns the field at the end of a path.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| field(value, name))
}

/// Returns a field of an object. Services write its name with a small or a capital first letter.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = value.as_object()?;
    let spelled_otherwise =
        || fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    fields.get(name).or_else(spelled_otherwise).filter(|value| !value.is_null())
}

/// Returns a text that is not empty.
pub(super) fn string(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| truth(value.as_str()?))
}

fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
