//! Tests of the format of the lines: what is written, and what is read of lines from elsewhere.

use super::read::{ParsedLine, parse_line};
use super::*;
use crate::changes::journal::outcome::OutcomeKind;
use crate::model::{Direction, Endpoint, KeyStatus, UserName, Verification};

/// An intent with a value in every field.
const INTENT: &str = r#"{"v":1,"line":"intent","id":"20261124T140211Z-k7q2x","time":"2026-11-24T14:02:11.412Z","deadline":"2026-11-24T14:03:50.412Z","account":"123456789012","caller":"arn:aws:sts::123456789012:assumed-role/Ops/ann","endpoint":"NOT AWS http://127.0.0.1:4566","unverified_tls":true,"profile":"prod","route":"via corp · Ops","host":"bastion","os_user":"root","sudo_user":"ann","pid":7,"user":"svc-\u202egnillib","key":"AKIARZPUZDIKFYHOWX26","status_before":"Expired","status_after":"Active","verification":"refusal","reason":"why <U+0007>","undoes":"20261124T140200Z-0a1b2","batch":"20261124T140150Z-9z8y7-3","plan":"20261124T135900Z-p1a2n"}"#;

/// An outcome with a value in every field.
const OUTCOME: &str = r#"{"v":1,"line":"outcome","id":"20261124T140211Z-k7q2x","time":"2026-11-24T14:02:11.905Z","outcome":"unknown","status_seen":"Paused","verified_at":"2026-11-24T14:02:11.9Z","took_ms":488,"request_ids":["3f1","3f2"],"attempts":2,"error":{"operation":"UpdateAccessKey","code":"Throttling","request_id":"3f3","sentence":"UpdateAccessKey failed with Throttling."}}"#;

/// An intent and an outcome with the required fields alone, in another order.
const SHORT_INTENT: &str = r#"{"line":"intent","key":"AKIARZPUZDIKFYHOWX26","verification":"none","status_after":"Inactive","endpoint":"aws","pid":7,"os_user":"ann","host":"h","deadline":"2026-11-24T14:03:50Z","time":"2026-11-24T14:02:11Z","id":"ID","added_later":[{}],"v":1}"#;
const SHORT_OUTCOME: &str =
    r#"{"v":1,"line":"outcome","outcome":"settled","time":"2026-11-24T14:02:11Z","id":"ID"}"#;

fn parse(text: &str) -> Option<JournalLine> {
    match parse_line(text.as_bytes()) {
        ParsedLine::Line(line) => Some(*line),
        ParsedLine::Newer | ParsedLine::Garbage => None,
    }
}

fn parse_intent(text: &str) -> Intent {
    let Some(JournalLine::Intent(intent)) = parse(text) else { panic!("no intent: {text}") };
    intent
}

fn parse_outcome(text: &str) -> OutcomeRecord {
    let Some(JournalLine::Outcome(outcome)) = parse(text) else { panic!("no outcome: {text}") };
    outcome
}

/// Returns `line` with `old`, which it has once, replaced.
fn replaced(line: &str, old: &str, new: &str) -> String {
    assert_eq!(line.matches(old).count(), 1, "{old}");
    line.replace(old, new)
}

#[test]
fn a_full_line_is_written_again_as_it_was_read() {
    for line in [INTENT, OUTCOME] {
        let written = encode(&parse(line).unwrap()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), format!("{line}\n"));
    }
}

#[test]
fn every_kind_of_value_is_written_again_as_it_was_read() {
    for (line, old, values) in [
        (INTENT, r#""refusal""#, &["read", "refusal", "none"][..]),
        (INTENT, r#""Expired""#, &["Active", "Inactive", "Expired", "Other status"]),
        (
            INTENT,
            r#""NOT AWS http://127.0.0.1:4566""#,
            &["aws", "NOT AWS https://x", "DEMO http://127.0.0.1:4566"],
        ),
        (INTENT, r#""arn:aws:sts::123456789012:assumed-role/Ops/ann""#, &["not an ARN", ""]),
        (
            OUTCOME,
            r#""unknown""#,
            &[
                "verified",
                "verified by refusal",
                "accepted, not verified",
                "not verified in time",
                "refused",
                "not sent",
                "settled",
            ],
        ),
    ] {
        for value in values {
            let line = replaced(line, old, &format!("\"{value}\""));
            let written = encode(&parse(&line).unwrap()).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), format!("{line}\n"));
        }
    }
}

#[test]
fn fields_may_be_missing_unknown_or_in_another_order() {
    let intent = parse_intent(SHORT_INTENT);
    assert_eq!((&intent.account, &intent.caller, &intent.user), (&None, &None, &None));
    assert_eq!((&intent.profile, &intent.before, &intent.reason), (&None, &None, &None));
    assert_eq!(intent.route, None);
    assert_eq!((&intent.sudo_user, &intent.undoes), (&None, &None));
    assert_eq!((&intent.batch, &intent.plan), (&None, &None));
    assert_eq!((intent.direction, &intent.endpoint), (Direction::Deactivate, &Endpoint::Aws));
    assert_eq!((intent.verification, intent.unverified_tls), (Verification::None, false));
    let outcome = parse_outcome(SHORT_OUTCOME);
    assert_eq!((outcome.kind, &outcome.status_seen), (OutcomeKind::Settled, &None));
    assert_eq!((outcome.attempts, &outcome.error), (0, &None));
    assert!(outcome.request_ids.is_empty());
}

#[test]
fn hidden_characters_are_escaped_in_every_text_that_is_read() {
    let bell = |line: &str, old: &str| replaced(line, old, &format!(r"{old}\u0007"));
    let mut line = INTENT.to_owned();
    for field in [
        r#""id":"20261124T140211Z-k7q2x"#,
        r#""account":"123456789012"#,
        "assumed-role/Ops/ann",
        "4566",
        r#""profile":"prod"#,
        r#""route":"via corp · Ops"#,
        "bastion",
        r#""os_user":"root"#,
        r#""sudo_user":"ann"#,
        r#""status_before":"Expired"#,
        r#""reason":"why "#,
        r#""undoes":"2026"#,
        r#""batch":"2026"#,
        r#""plan":"2026"#,
    ] {
        line = bell(&line, field);
    }
    let intent = parse_intent(&line);
    assert_eq!(intent.before, Some(KeyStatus::from_service("Expired\u{7}")));
    assert_eq!(intent.user.as_ref().map(UserName::raw), Some("svc-\u{202e}gnillib"));
    let shown = format!("{intent:?}");
    assert_eq!(shown.matches("<U+0007>").count(), 15, "{shown}");

    let mut line = OUTCOME.to_owned();
    for field in [
        r#""id":"20261124T140211Z-k7q2x"#,
        "Paused",
        "3f1",
        "3f2",
        r#""operation":"UpdateAccessKey"#,
        r#""code":"Throttling"#,
        "3f3",
        r#""sentence":"UpdateAccessKey"#,
    ] {
        line = bell(&line, field);
    }
    let shown = format!("{:?}", parse_outcome(&line));
    assert_eq!(shown.matches("<U+0007>").count(), 8, "{shown}");
}

#[test]
fn a_line_with_a_value_of_another_kind_is_no_entry() {
    for (old, new) in [
        (r#""id":"20261124T140211Z-k7q2x""#, r#""id":null"#),
        (r#""account":"123456789012""#, r#""account":123456789012"#),
        (r#""caller":"arn:aws:sts::123456789012:assumed-role/Ops/ann""#, r#""caller":["arn"]"#),
        (r#""endpoint":"NOT AWS http://127.0.0.1:4566""#, r#""endpoint":"http://127.0.0.1:4566""#),
        (r#""endpoint":"NOT AWS http://127.0.0.1:4566""#, r#""endpoint":null"#),
        (r#""host":"bastion""#, r#""host":true"#),
        (r#""profile":"prod""#, r#""profile":["prod"]"#),
        (r#""user":"svc-\u202egnillib""#, r#""user":7"#),
        (r#""key":"AKIARZPUZDIKFYHOWX26""#, r#""key":"AKIA""#),
        (r#""key":"AKIARZPUZDIKFYHOWX26""#, r#""key":["AKIARZPUZDIKFYHOWX26"]"#),
        (r#""status_before":"Expired""#, r#""status_before":{"Active":null}"#),
        (r#""status_after":"Active""#, r#""status_after":"Expired""#),
        (r#""status_after":"Active""#, r#""status_after":{"Active":null}"#),
        (r#""status_after":"Active""#, r#""status_after":"active""#),
        (r#""verification":"refusal""#, r#""verification":"ByRefusal""#),
        (r#""verification":"refusal""#, r#""verification":{"refusal":null}"#),
        (r#""undoes":"20261124T140200Z-0a1b2""#, r#""undoes":0"#),
        (r#""batch":"20261124T140150Z-9z8y7-3""#, r#""batch":3"#),
        (r#""plan":"20261124T135900Z-p1a2n""#, r#""plan":["x"]"#),
        (r#""pid":7"#, r#""pid":7,"pid":7"#),
    ] {
        let line = replaced(INTENT, old, new);
        assert_eq!(parse(&line), None, "{new}");
    }
    for (old, new) in [
        (r#""outcome":"unknown""#, r#""outcome":"Unknown""#),
        (r#""outcome":"unknown""#, r#""outcome":{"unknown":null}"#),
        (r#""status_seen":"Paused""#, r#""status_seen":7"#),
        (r#"["3f1","3f2"]"#, r#"["3f1",null]"#),
        (r#"["3f1","3f2"]"#, "null"),
        (r#""operation":"UpdateAccessKey""#, r#""operation":null"#),
    ] {
        let line = replaced(OUTCOME, old, new);
        assert_eq!(parse(&line), None, "{new}");
    }
    let escaped = replaced(INTENT, r#""verification":"refusal""#, r#""verification":"\u0072ead""#);
    assert_eq!(parse_intent(&escaped).verification, Verification::ByRead);
}
