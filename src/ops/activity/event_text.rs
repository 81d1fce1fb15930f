//! One event as lines of text.

use crate::model::{TrailEvent, UnreadRecord, escape_hidden, escape_json, format_utc};

/// Returns an event as lines without hidden characters: its record as indented JSON, or what is
/// known of it if there is no record or it is not JSON.
pub(crate) fn event_lines(event: &TrailEvent) -> Vec<String> {
    let Some(record) = &event.record else { return known_lines(event) };
    let pretty = serde_json::from_slice::<serde_json::Value>(record.as_bytes())
        .and_then(|value| serde_json::to_string_pretty(&value));
    if let Ok(json) = pretty {
        return escape_json(&json).lines().map(str::to_owned).collect();
    }
    let mut lines = known_lines(event);
    lines.push("The record is not JSON:".to_owned());
    lines.extend(record.lines().map(|line| escape_hidden(line).into_owned()));
    lines
}

/// Returns what the fields of the event say, one a line.
fn known_lines(event: &TrailEvent) -> Vec<String> {
    let read_only = event.read_only.map(|read_only| read_only.to_string());
    let issued = event.issued.as_ref().map(|issued| issued.key.to_string());
    let time = format_utc(event.time);
    let fields = [
        ("Event ID", Some(&*event.id)),
        ("Time", Some(time.as_str())),
        ("Region", Some(event.region.as_str())),
        ("Service", Some(&*event.service)),
        ("Call", Some(&*event.name)),
        ("Target", event.target.as_deref()),
        ("Error code", event.error_code.as_deref()),
        ("Error message", event.error_message.as_deref()),
        ("Source IP", event.source_ip.as_deref()),
        ("User agent", event.user_agent.as_deref()),
        ("Principal", event.principal.as_deref()),
        ("Reads only", read_only.as_deref()),
        ("Issued credentials", issued.as_deref()),
    ];
    let known = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let mut lines: Vec<_> = known.map(|(name, value)| format!("{name}: {value}")).collect();
    let note = match event.unread_record {
        None => "The whole record was not kept.",
        Some(UnreadRecord::Missing) => {
            "CloudTrail sent no record: whether the call failed, and what it issued, is not known."
        }
        Some(UnreadRecord::NotJson) => {
            "The record is not a JSON object: whether the call failed, and what it issued, is not known."
        }
    };
    lines.push(note.to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::activity::test_fixtures::call;

    #[test]
    fn a_record_is_indented_and_its_hidden_characters_are_escaped() {
        let mut event = call("iam", "CreateUser");
        event.record = Some("{\"userAgent\":\"a\\u001b[2J\u{202e}b\"}".into());
        assert_eq!(event_lines(&event), ["{", r#"  "userAgent": "a\u001b[2J\u202eb""#, "}"]);
        event.record = Some("no json \u{1b}[2J\nsecond".into());
        let lines = event_lines(&event);
        assert_eq!(lines[lines.len() - 2..], ["no json <U+001B>[2J", "second"]);
        event.record = None;
        assert!(event_lines(&event).contains(&"Call: CreateUser".to_owned()));
    }
}
