//! LookupEvents over a real socket, with the SDK.

use std::time::{Duration, Instant};

use aws_sdk_cloudtrail::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_cloudtrail::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use serde_json::{Value, json};

use super::sdk_http::plain_http;
use super::tests::calls;
use super::*;

const LEAKED: &str = "AKIARZPUZDIKFYHOWX26";

fn serve(faults: &Value) -> DemoServer {
    let faults = serde_json::from_value(faults.clone()).unwrap();
    start(&DemoOptions { faults, serves_admin_api: true, ..DemoOptions::default() }).unwrap()
}

fn client(demo: &DemoServer, key: &str, region: &'static str) -> aws_sdk_cloudtrail::Client {
    let config = aws_sdk_cloudtrail::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(Credentials::new(key, DEMO_SECRET, None, None, "demo"))
        .endpoint_url(demo.url())
        .http_client(plain_http())
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_cloudtrail::Client::from_conf(config)
}

/// Looks events up once; returns the HTTP status and the code of an error.
async fn attempt(client: &aws_sdk_cloudtrail::Client) -> Result<(), (u16, String)> {
    match client.lookup_events().send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error)) => {
            let code = error.err().code().unwrap_or_default().to_owned();
            Err((error.raw().status().as_u16(), code))
        }
        Err(other) => Err((0, format!("{other:?}"))),
    }
}

/// Reads every event of the leaked key.
async fn all(client: &aws_sdk_cloudtrail::Client) -> Vec<Event> {
    let attribute = LookupAttribute::builder()
        .attribute_key(LookupAttributeKey::AccessKeyId)
        .attribute_value(LEAKED);
    let pages = client.lookup_events().lookup_attributes(attribute.build().unwrap());
    let mut pages = pages.into_paginator().send();
    let mut events = Vec::new();
    while let Some(page) = pages.next().await {
        events.extend(page.unwrap().events.unwrap());
    }
    events
}

#[tokio::test]
async fn the_sdk_pages_through_the_events_and_every_call_is_logged() {
    let demo = serve(&json!({"cloudtrail_rate": {"per_second": 1000}}));
    let events = all(&client(&demo, OPERATOR_KEY, "eu-west-1")).await;
    assert_eq!(events.len(), 318);
    let newest = &events[0];
    assert_eq!(newest.read_only(), Some("true"));
    assert_eq!(newest.access_key_id(), Some(LEAKED));
    assert!(newest.event_time().is_some() && newest.cloud_trail_event().is_some());
    let calls = calls(&demo).await;
    assert_eq!(calls.len(), 7);
    let mut tokens = std::collections::HashSet::new();
    for call in &calls {
        assert_eq!((&call["operation"], &call["status"]), (&"LookupEvents".into(), &200.into()));
        assert_eq!(call["params"]["Region"], "eu-west-1");
        assert_eq!(call["params"]["LookupAttributes.1.AttributeValue"], LEAKED);
        assert!(tokens.insert(call["params"]["NextToken"].as_str()), "each page once");
    }
}

#[tokio::test]
async fn two_calls_a_second_pass_in_each_account_and_region() {
    let demo = serve(&json!({"rate": {"per_second": 1}}));
    let throttled = Err((400, "ThrottlingException".to_owned()));
    let here = client(&demo, OPERATOR_KEY, "us-east-1");
    let others =
        [client(&demo, OPERATOR_KEY, "eu-west-1"), client(&demo, STAGING_KEY, "us-east-1")];
    for client in std::iter::once(&here).chain(&others) {
        let start = Instant::now();
        assert_eq!((attempt(client).await, attempt(client).await), (Ok(()), Ok(())));
        let third = attempt(client).await;
        assert!(third == throttled || start.elapsed() > Duration::from_millis(450), "{third:?}");
    }
    tokio::time::sleep(Duration::from_millis(520)).await;
    assert_eq!(attempt(&here).await, Ok(()));
}

#[tokio::test]
async fn faults_hit_lookup_events_by_name() {
    let only = json!({"operations": ["LookupEvents"]});
    for (faults, status, code) in [
        (json!({"throttle": only}), 400, "ThrottlingException"),
        (json!({"server_error": only}), 500, "InternalServerException"),
        (
            json!({"errors": [{"status": 400, "code": "OperationNotPermittedException", "on": only}]}),
            400,
            "OperationNotPermittedException",
        ),
        (json!({"permissions": {"deny": ["LookupEvents"]}}), 400, "AccessDeniedException"),
    ] {
        let demo = serve(&faults);
        let client = client(&demo, OPERATOR_KEY, "us-east-1");
        assert_eq!(attempt(&client).await, Err((status, code.to_owned())), "{faults}");
    }
    for faulty in ["junk", "cut", "truncate", "reset"] {
        let demo = serve(&json!({faulty: only}));
        let failed = attempt(&client(&demo, OPERATOR_KEY, "us-east-1")).await;
        assert!(failed.is_err(), "{faulty}");
    }
    let demo = serve(&json!({"huge_answer": {"bytes": 300_000}}));
    assert_eq!(attempt(&client(&demo, OPERATOR_KEY, "us-east-1")).await, Ok(()));
}
