//! Tests of the faults of CloudTrail.

use serde_json::{Value, json};

use super::{LEAKED, Scene, by, ids};

#[test]
fn short_pages_are_sometimes_empty_and_lose_nothing() {
    let key = by("AccessKeyId", LEAKED);
    let mut scene = Scene::in_region("eu-west-1");
    let (all, pages) = scene.all(&key);
    let mut scene = scene.with_faults(json!({"short_pages": true}));
    let (events, short_pages) = scene.all(&key);
    assert_eq!(events, all);
    assert!(short_pages > 2 * pages, "{short_pages}");
    scene.region = "ap-southeast-3";
    let (first, next) = scene.page(&[]);
    assert!(first.is_empty() && next.is_some());
}

#[test]
fn repeated_tokens_and_endless_pages_never_end() {
    let mut scene = Scene::new();
    scene.conditions.paging.repeats = true;
    let token = scene.page(&[]).1.unwrap();
    let (events, next) = scene.page(&[("NextToken", &token)]);
    assert_eq!((events.len(), next), (50, Some(token)));
    scene.conditions.paging.repeats = false;
    scene.conditions.paging.endless = true;
    let mut token = scene.page(&[]).1.unwrap();
    for _ in 0..40 {
        let (events, next) = scene.page(&[("NextToken", &token)]);
        let next = next.unwrap();
        assert!(!events.is_empty() && next != token);
        token = next;
    }
}

#[test]
fn regions_can_be_denied_or_disabled() {
    let faults = json!({"denied_regions": ["eu-west-1"], "disabled_regions": ["ap-east-1"]});
    let mut scene = Scene::new().with_faults(faults);
    for (region, code) in [
        ("us-east-1", ""),
        ("eu-west-1", "AccessDeniedException"),
        ("ap-east-1", "UnrecognizedClientException"),
    ] {
        scene.region = region;
        assert_eq!(scene.code(&[]), code, "{region}");
    }
}

#[test]
fn many_events_are_paged_once_each() {
    let mut scene = Scene::new();
    let key = by("AccessKeyId", LEAKED);
    let before = scene.all(&key).0.len();
    let mut scene = scene.with_faults(json!({"events": 4_000}));
    let (events, pages) = scene.all(&key);
    assert_eq!((events.len(), pages), (before + 2_000, (before + 2_000).div_ceil(50)));
    assert_eq!(ids(&events).len(), events.len());
    let day = (scene.now.as_second() - 86_400).to_string();
    assert!(scene.all(&[key[0], key[1], ("StartTime", &day)]).0.len() >= 2_000);
    let mut scene = scene.with_faults(json!({"events": 50_000}));
    assert_eq!(scene.page(&key).0.len(), 50);
}

#[test]
fn hostile_events_lack_fields_and_have_control_characters() {
    let mut scene = Scene::new().with_faults(json!({"hostile": true}));
    let (events, _) = scene.all(&by("AccessKeyId", LEAKED));
    let text = serde_json::to_string(&events).unwrap();
    for part in ["u001b[2J", "\u{202e}", "\u{200b}", &"A".repeat(10_000), "unknownField"] {
        assert!(text.contains(part), "{part:?}");
    }
    for field in ["EventId", "EventTime", "CloudTrailEvent"] {
        assert!(events.iter().any(|event| event[field].is_null()), "{field}");
    }
    let parsed = |event: &Value| {
        event["CloudTrailEvent"]
            .as_str()
            .map(serde_json::from_str::<Value>)
            .is_some_and(|r| r.is_err())
    };
    assert!(events.iter().any(parsed), "a record that is not JSON");
    let now = scene.now.as_second();
    assert!(events.iter().any(|event| event["EventTime"].as_i64() > Some(now)), "the future");
}
