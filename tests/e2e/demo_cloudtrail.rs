//! CloudTrail of the demo, read by the AWS SDK for Python.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::moto;
use crate::support::process::Exit;

/// The leaked key, and the key of a user that it has created.
const LEAKED: &str = "AKIARZPUZDIKFYHOWX26";
const CREATED: &str = "AKIARZPUZDIKD2FI3MTQ";

/// Prints each event of a key in a Region on a line of its own, or the code of the error.
const SCRIPT: &str = "import boto3, botocore, json, sys
key, region = sys.argv[1:]
pages = boto3.client('cloudtrail', region).get_paginator('lookup_events').paginate(
    LookupAttributes=[{'AttributeKey': 'AccessKeyId', 'AttributeValue': key}])
try:
    for page in pages:
        for event in page['Events']: print(json.dumps(event, default=str))
except botocore.exceptions.ClientError as error:
    print(json.dumps(error.response['Error']))
";

/// Returns the lines that the script prints.
fn looked_up(demo: &Demo, home: &Home, python: &str, key: &str, region: &str) -> Vec<Value> {
    let launch = Launch::program(home, python, &["-c", SCRIPT, key, region])
        .signed_by("AKIARZPUZDIKDEMOOPER", "demo-secret-that-opens-nothing-anywhere0")
        .env("AWS_ENDPOINT_URL", demo.url());
    let finished = launch.run();
    assert_eq!(finished.exit, Exit::Code(0), "{finished:?}");
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn boto3_reads_every_event_of_a_key_once() {
    let Some(python) = moto::python() else { return };
    let python = python.to_str().unwrap();
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let events = looked_up(&demo, &home, python, CREATED, "us-east-1");
    let names: Vec<_> = events.iter().rev().map(|e| e["EventName"].as_str().unwrap()).collect();
    let expected =
        ["GetCallerIdentity", "ListAccessKeys", "PutRolePolicy", "ListSecrets", "GetSecretValue"];
    assert_eq!(names, expected);
    assert_eq!(events[0]["Username"], "backup-admin");

    // Two calls a second pass; botocore tries the others again.
    let before = demo.calls().len();
    let events = looked_up(&demo, &home, python, LEAKED, "us-east-1");
    let ids: HashSet<_> = events.iter().map(|event| event["EventId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), events.len());
    let calls = demo.calls().split_off(before);
    let read = calls.iter().filter(|call| call["status"] == 200);
    let tokens: Vec<_> = read.map(|call| call["params"]["NextToken"].as_str()).collect();
    assert_eq!(tokens.len(), events.len().div_ceil(50));
    assert_eq!(tokens.iter().collect::<HashSet<_>>().len(), tokens.len());
}

#[test]
fn boto3_reads_the_errors_of_cloudtrail() {
    let Some(python) = moto::python() else { return };
    let python = python.to_str().unwrap();
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({"cloudtrail": {
        "denied_regions": ["eu-west-1"], "disabled_regions": ["ap-east-1"],
    }}));
    for (region, code) in
        [("eu-west-1", "AccessDeniedException"), ("ap-east-1", "UnrecognizedClientException")]
    {
        let printed = looked_up(&demo, &home, python, LEAKED, region);
        assert_eq!(printed[0]["Code"], code, "{printed:?}");
        assert!(printed[0]["Message"].is_string());
    }
    demo.faults(&json!({"cloudtrail_rate": {"per_second": 100}, "cloudtrail": {"hostile": true}}));
    let hostile = looked_up(&demo, &home, python, LEAKED, "us-east-1");
    assert!(hostile.iter().any(|event| event.get("EventId").is_none()), "it can be parsed");
}
