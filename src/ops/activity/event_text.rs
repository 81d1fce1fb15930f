//! One event as text.

use serde_json::Value;

use crate::model::{TrailEvent, escape_hidden, format_utc};

/// Returns the lines of an event: its record as indented JSON, with hidden characters escaped, or
/// what is known if there is no record.
pub(crate) fn event_lines(event: &TrailEvent) -> Vec<String> {
    let Some(record) = &event.record else { return known_lines(event) };
    let pretty = serde_json::from_str::<Value>(record)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let text = pretty.as_deref().unwrap_or(record);
    text.lines().map(|line| escape_hidden(line).into_owned()).collect()
}

fn known_lines(event: &TrailEvent) -> Vec<String> {
    let text = |name: &str, value: Option<&str>| value.map(|value| format!("{name}: {value}"));
    let issued = event.issued.as_ref().map(|issued| issued.key.as_str());
    let lines = [
        text("eventID", Some(&event.id)),
        text("eventTime", Some(&format_utc(event.time))),
        text("awsRegion", Some(event.region.as_str())),
        text("eventSource", Some(&event.service)),
        text("eventName", Some(&event.name)),
        text("sourceIPAddress", event.source_ip.as_deref()),
        text("userAgent", event.user_agent.as_deref()),
        text("userIdentity", event.principal.as_deref()),
        text("errorCode", event.error_code.as_deref()),
        text("errorMessage", event.error_message.as_deref()),
        text("accessKeyId issued", issued),
        Some("The whole record was too long to keep.".to_owned()),
    ];
    lines.into_iter().flatten().collect()
}
