use serde_json::json;

use super::data_format::{activity_json, csv_header, event_csv_line, event_json_line};
use super::test_fixtures::{call, now, query, region};
use super::*;
use crate::model::{IssuedCredentials, KeyId, TrailEvent, UnreadRecord};

/// Text that tries to be a terminal sequence, reversed text, Markdown, HTML and a formula.
const HOSTILE: &str = "=1+1 \u{1b}[2J\u{202e} | <img src=x> [a](http://x.example) @all `code`";

fn hostile_activity() -> Activity {
    let hostile = TrailEvent {
        user_agent: Some(HOSTILE.into()),
        error_code: Some(HOSTILE.into()),
        target: Some(HOSTILE.into()),
        record: Some(serde_json::json!({ "userAgent": HOSTILE }).to_string().into()),
        ..call("iam", "CreateUser")
    };
    let issued = TrailEvent {
        issued: Some(IssuedCredentials {
            key: KeyId::parse("ASIARZPUZDIKFYHOWX26").unwrap(),
            expires: Some(now()),
            owner: Some(HOSTILE.into()),
        }),
        ..call("sts", "AssumeRole")
    };
    let mut activity = Activity::new(query(&["us-east-1"]));
    activity.apply(ActivityProgress::Page {
        region: region("us-east-1"),
        events: vec![hostile, issued],
        unreadable: 1,
        is_last: true,
    });
    activity
}

fn has_hidden(text: &str) -> bool {
    text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}')
}

#[test]
fn no_format_has_hidden_characters() {
    let activity = hostile_activity();
    let lines = |line: fn(&TrailEvent) -> String| -> String {
        activity.events().iter().map(|event| line(event)).collect()
    };
    for text in [
        activity_json(&activity, now()).collect(),
        activity_markdown(&activity, 2, now()),
        lines(event_json_line),
        lines(event_csv_line),
    ] {
        assert!(!has_hidden(&text), "{text:?}");
    }
}

#[test]
fn json_keeps_the_value_and_the_names_of_the_record() {
    let activity = hostile_activity();
    let value: serde_json::Value =
        serde_json::from_str(&activity_json(&activity, now()).collect::<String>()).unwrap();
    assert_eq!(value["events"][0]["userAgent"], HOSTILE);
    assert_eq!(value["events"][1]["eventSource"], "sts.amazonaws.com");
    assert_eq!(value["summary"]["issuedCredentials"][0]["status"], "ended");
    assert_eq!(value["complete"], false);
    assert_eq!(value["regions"][0]["unreadable"], 1);
}

#[test]
fn an_event_without_its_record_is_marked() {
    let activity = hostile_activity();
    let marks = activity.events().iter().map(|event| {
        let line: serde_json::Value = serde_json::from_str(&event_json_line(event)).unwrap();
        line["keyflipRecordCut"] == true
    });
    assert_eq!(marks.collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_call_whose_record_could_not_be_read_does_not_look_like_a_success() {
    let unread = TrailEvent {
        unread_record: Some(UnreadRecord::NotJson),
        source_ip: None,
        user_agent: None,
        ..call("iam", "CreateAccessKey")
    };
    let mut activity = Activity::new(query(&["us-east-1"]));
    activity.apply(ActivityProgress::Page {
        region: region("us-east-1"),
        events: vec![unread, call("iam", "ListUsers")],
        unreadable: 0,
        is_last: true,
    });
    let text = activity_markdown(&activity, 1, now());
    for part in [
        "2 events, 0 of them failed, 1 not known\n",
        "| not known | – |",
        "## Issued credentials\n\nThere may be more: the record of 1 event could not be read.\n",
        "| iam | 2 | 0, 1 not known |",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let read: serde_json::Value =
        serde_json::from_str(&activity_json(&activity, now()).collect::<String>()).unwrap();
    assert_eq!(read["complete"], false);
    let summary = &read["summary"];
    for counts in [summary, &summary["services"][0]] {
        assert_eq!((&counts["failed"], &counts["outcomeNotKnown"]), (&json!(0), &json!(1)));
    }
    assert_eq!(summary["suspectCalls"][0]["outcome"], "not known");
    let marks: Vec<_> = activity.events().iter().map(|event| event_json_line(event)).collect();
    let is_marked = |line: &String| line.contains("\"keyflipRecordUnreadable\":true");
    assert_eq!(marks.iter().map(is_marked).collect::<Vec<_>>(), [true, false]);
    let outcomes = activity.events().iter().map(|event| {
        event_csv_line(event).trim_end().rsplit(',').next().unwrap_or_default().to_owned()
    });
    assert_eq!(outcomes.collect::<Vec<_>>(), ["not known", "done"]);
}

#[test]
fn hostile_text_starts_no_markup_in_markdown() {
    let text = activity_markdown(&hostile_activity(), 2, now());
    assert!(!text.contains(" <img"), "{text}");
    assert_eq!(text.matches("](http").count(), text.matches("`[a](http://x.example)`").count());
    let rows: Vec<_> = text.lines().filter(|line| line.contains("CreateUser | ")).collect();
    let cells = |row: &str| row.replace("\\|", "").matches('|').count();
    assert!(rows.iter().any(|row| cells(row) == 7), "{text}");
    assert!(text.starts_with("## Activity of `AKIARZPUZDIKFYHOWX26`\n"));
}

#[test]
fn csv_has_one_line_for_each_event_and_no_formula() {
    let activity = hostile_activity();
    let line = event_csv_line(&activity.events()[0]);
    let columns = csv::Reader::from_reader(csv_header().as_bytes()).headers().unwrap().len();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let cells = reader.records().next().unwrap().unwrap();
    assert_eq!(cells.len(), columns);
    assert!(cells.iter().all(|cell| !cell.starts_with('=')), "{line}");
    assert_eq!(&cells[3], "iam.amazonaws.com", "as in CloudTrail's record");
}
