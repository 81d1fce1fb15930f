//! Tests of LookupEvents and of the events of the demo.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::demo::OPERATOR_KEY;
use crate::demo::account::ids::account_in;
use crate::demo::account::validation::Params;
use crate::demo::account::{AccountStore, ApiReply, ApiRequest, Conditions, Protocol, Signature};

const LEAKED: &str = "AKIARZPUZDIKFYHOWX26";

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

/// Returns the record of an event.
fn record(event: &Value) -> Value {
    serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()
}

#[test]
fn the_leaked_key_has_events_in_several_regions() {
    for (region, expected) in [("eu-west-1", 318), ("ap-southeast-1", 3), ("us-west-2", 0)] {
        let (events, _) = Scene::in_region(region).all(&by("AccessKeyId", LEAKED));
        assert_eq!((events.len(), ids(&events).len()), (expected, expected), "{region}");
    }
}

#[test]
fn the_record_of_an_event_is_json_with_the_id_of_the_event() {
    let (events, pages) = Scene::new().all(&[]);
    assert!(pages > 3);
    for event in &events {
        let record = record(event);
        assert_eq!(
            (&record["eventID"], &record["awsRegion"]),
            (&event["EventId"], &"us-east-1".into())
        );
        assert_eq!(record["userIdentity"]["accessKeyId"], event["AccessKeyId"]);
        let time: Timestamp = record["eventTime"].as_str().unwrap().parse().unwrap();
        assert_eq!(Some(time.as_second()), event["EventTime"].as_i64());
        let key = event["AccessKeyId"].as_str().unwrap();
        assert_eq!(account_in(key).as_deref(), record["recipientAccountId"].as_str());
    }
}
