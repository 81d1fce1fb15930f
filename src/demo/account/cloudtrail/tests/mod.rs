//! Tests of LookupEvents and of the events of the demo.

mod faults;
mod story;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::demo::account::validation::Params;
use crate::demo::account::{AccountStore, ApiReply, ApiRequest, Conditions, Protocol, Signature};
use crate::demo::{OPERATOR_KEY, STAGING_KEY};

const LEAKED: &str = "AKIARZPUZDIKFYHOWX26";
/// The key that the leaked key has created.
const MINTED: &str = "AKIARZPUZDIKD2FI3MTQ";

/// The demo at a fixed time, asked by a signer in a Region.
struct Scene {
    store: AccountStore,
    now: Timestamp,
    key: &'static str,
    region: &'static str,
    service: &'static str,
    conditions: Conditions,
}

impl Scene {
    fn new() -> Self {
        let now: Timestamp = "2026-11-24T04:00:00.5Z".parse().unwrap();
        Self {
            store: AccountStore::demo(now).unwrap(),
            now,
            key: OPERATOR_KEY,
            region: "us-east-1",
            service: "cloudtrail",
            conditions: Conditions::default(),
        }
    }

    fn in_region(region: &'static str) -> Self {
        Self { region, ..Self::new() }
    }

    /// Sets the fault `cloudtrail`.
    fn with_faults(mut self, faults: Value) -> Self {
        self.conditions.trail = Arc::new(serde_json::from_value(faults).unwrap());
        self
    }

    fn call(&mut self, params: &[(&str, &str)]) -> ApiReply {
        let header = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261124/{}/{}/aws4_request, SignedHeaders=host, Signature=0",
            self.key, self.region, self.service
        );
        let action = [("Action", "LookupEvents")];
        let params: Params =
            action.iter().chain(params).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let signature = Signature::parse(Some(&header), None);
        let request =
            ApiRequest { protocol: Protocol::AwsJson, params, signature, id: "request".to_owned() };
        self.store.call(&request, self.now, &self.conditions)
    }

    fn code(&mut self, params: &[(&str, &str)]) -> String {
        let reply = self.call(params);
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        let code = reply.code.unwrap_or_default().into_owned();
        assert_eq!(body["__type"].as_str().unwrap_or_default(), code);
        assert!(code.is_empty() || reply.status == 400);
        code
    }

    fn page(&mut self, params: &[(&str, &str)]) -> (Vec<Value>, Option<String>) {
        let reply = self.call(params);
        assert_eq!(reply.status, 200, "{}", reply.body);
        let mut body: Value = serde_json::from_str(&reply.body).unwrap();
        let events = body["Events"].as_array_mut().map(std::mem::take).unwrap();
        (events, body["NextToken"].as_str().map(str::to_owned))
    }

    /// Reads every page; returns the events and the number of pages.
    fn all(&mut self, params: &[(&str, &str)]) -> (Vec<Value>, usize) {
        let (mut events, mut next) = self.page(params);
        let mut pages = 1;
        while let Some(token) = next {
            let with_token: Vec<_> =
                params.iter().copied().chain([("NextToken", &*token)]).collect();
            let (more, after) = self.page(&with_token);
            events.extend(more);
            next = after;
            pages += 1;
        }
        (events, pages)
    }
}

/// Returns the parameters that look up events by an attribute.
fn by<'a>(name: &'a str, value: &'a str) -> [(&'a str, &'a str); 2] {
    [("LookupAttributes.1.AttributeKey", name), ("LookupAttributes.1.AttributeValue", value)]
}

fn ids(events: &[Value]) -> HashSet<&str> {
    events.iter().map(|event| event["EventId"].as_str().unwrap()).collect()
}

#[test]
fn pages_of_any_size_join_without_gaps_or_repeats() {
    let mut scene = Scene::new();
    let (all, pages) = scene.all(&by("AccessKeyId", LEAKED));
    assert_eq!(pages, all.len().div_ceil(50));
    assert!(all.is_sorted_by_key(|event| std::cmp::Reverse(event["EventTime"].as_i64())));
    for size in ["1", "7", "50"] {
        let (key, value) = (by("AccessKeyId", LEAKED)[0], by("AccessKeyId", LEAKED)[1]);
        let (events, pages) = scene.all(&[key, value, ("MaxResults", size)]);
        assert_eq!(events, all, "{size}");
        assert_eq!(pages, all.len().div_ceil(size.parse().unwrap()));
    }
    scene.conditions.paging.at_most = Some(20);
    assert_eq!(scene.all(&by("AccessKeyId", LEAKED)), (all.clone(), all.len().div_ceil(20)));
}

#[test]
fn the_time_window_includes_its_ends_and_goes_back_90_days() {
    let mut scene = Scene::new();
    let now = scene.now.as_second();
    let (all, _) = scene.all(&[]);
    let oldest = all.last().unwrap()["EventTime"].as_i64().unwrap();
    assert!((now - 90 * 86_400..now - 80 * 86_400).contains(&oldest), "{oldest}");
    let newest = all[0]["EventTime"].as_i64().unwrap();
    for (from, to, found) in [
        (format!("{newest}.0"), format!("{newest}.25"), true),
        (format!("{newest}"), format!("{now}"), true),
        (format!("{newest}.5"), format!("{now}"), false),
        (format!("{}", newest - 1), format!("{newest}.999e0"), true),
    ] {
        let (events, _) = scene.all(&[("StartTime", &from), ("EndTime", &to)]);
        assert_eq!(!events.is_empty(), found, "{from} to {to}");
    }
    scene.now += SignedDuration::from_hours(24 * 90);
    assert_eq!(scene.all(&[("StartTime", "0")]), (Vec::new(), 1), "nothing is older than 90 days");
}

#[test]
fn a_token_is_valid_for_the_parameters_of_its_page_only() {
    let mut scene = Scene::new();
    let key = by("AccessKeyId", LEAKED);
    let window = [("StartTime", "1790000000"), ("EndTime", "1800000000")];
    let first: Vec<_> = key.into_iter().chain(window).collect();
    let token = scene.page(&first).1.unwrap();
    let next = ("NextToken", &*token);
    assert_eq!(scene.code(&[key[0], key[1], window[0], window[1], next]), "");
    let invalid = "InvalidNextTokenException";
    assert_eq!(scene.code(&[key[0], key[1], window[0], next]), invalid);
    assert_eq!(scene.code(&[window[0], window[1], next]), invalid);
    let other = by("AccessKeyId", MINTED);
    assert_eq!(scene.code(&[other[0], other[1], window[0], window[1], next]), invalid);
    scene.region = "eu-west-1";
    assert_eq!(scene.code(&[key[0], key[1], window[0], window[1], next]), invalid);
    scene.region = "us-east-1";
    scene.key = STAGING_KEY;
    assert_eq!(scene.code(&[key[0], key[1], window[0], window[1], next]), invalid);
    for made_up in ["", "x", "AAAA"] {
        assert_eq!(scene.code(&[("NextToken", made_up)]), invalid);
    }
}

#[test]
fn parameters_that_are_not_valid_are_refused_as_by_aws() {
    let mut scene = Scene::new();
    for (params, code) in [
        (&[("MaxResults", "0")][..], "InvalidMaxResultsException"),
        (&[("MaxResults", "51")], "InvalidMaxResultsException"),
        (&[("StartTime", "2"), ("EndTime", "1")], "InvalidTimeRangeException"),
        (&[("StartTime", "yesterday")], "InvalidTimeRangeException"),
        (&by("Color", "red"), "InvalidLookupAttributesException"),
        (&by("EventName", ""), "InvalidLookupAttributesException"),
        (&by("EventName", "ListUsers")[..1], "InvalidLookupAttributesException"),
        (&[("Action", "DescribeTrails")], "UnknownOperationException"),
    ] {
        assert_eq!(scene.code(params), code, "{params:?}");
    }
    let two: Vec<_> = by("EventName", "A").into_iter().collect();
    let two = [two[0], two[1], ("LookupAttributes.2.AttributeKey", "EventId")];
    assert_eq!(scene.code(&two), "InvalidLookupAttributesException");
}

#[test]
fn every_attribute_finds_its_events() {
    let mut scene = Scene::new();
    let (all, _) = scene.all(&[]);
    let created = all.iter().find(|event| event["EventName"] == "CreateAccessKey").unwrap();
    let id = created["EventId"].as_str().unwrap();
    for (attribute, value) in [
        ("EventId", id),
        ("EventName", "CreateAccessKey"),
        ("EventSource", "iam.amazonaws.com"),
        ("Username", "svc-billing-0042"),
        ("ReadOnly", "false"),
        ("ResourceName", "backup-admin"),
        ("ResourceName", MINTED),
        ("ResourceType", "AWS::IAM::AccessKey"),
        ("AccessKeyId", LEAKED),
    ] {
        let (events, _) = scene.all(&by(attribute, value));
        assert!(ids(&events).contains(id), "{attribute} {value}");
        assert!(events.len() < all.len(), "{attribute} {value}");
    }
    assert_eq!(scene.all(&by("AccessKeyId", "AKIARZPUZDIKNHN4FYRQ")).0.len(), 0, "most have none");
}

#[test]
fn a_call_needs_a_valid_key_its_service_and_its_permission() {
    let mut scene = Scene::new();
    scene.service = "iam";
    assert_eq!(scene.code(&[]), "InvalidSignatureException");
    scene.service = "cloudtrail";
    scene.key = "AKIARZPUZDIKUNKNOWN2";
    assert_eq!(scene.code(&[]), "UnrecognizedClientException");
    scene.key = "AKIARZPUZDIKME6DRC4M";
    assert_eq!(scene.code(&[]), "AccessDeniedException", "its user is in quarantine");
    scene.key = OPERATOR_KEY;
    scene.conditions.permissions =
        Arc::new(serde_json::from_value(json!({"deny": ["LookupEvents"]})).unwrap());
    let reply = scene.call(&[]);
    assert!(reply.body.contains("cloudtrail:LookupEvents"), "{}", reply.body);
    assert_eq!(scene.code(&[]), "AccessDeniedException");
    scene.conditions.permissions =
        Arc::new(serde_json::from_value(json!({"allow": ["cloudtrail:LookupEvents"]})).unwrap());
    assert_eq!(scene.code(&[]), "");
    scene.key = STAGING_KEY;
    assert_eq!(scene.all(&[]).0.len(), 0, "the events of another account");
}
