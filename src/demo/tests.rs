//! The demo endpoint over a real socket.

use std::time::{Duration, Instant};

use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_iam::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_iam::types::StatusType;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::sdk_http::plain_http;
use super::*;

const BILLING: &str = "svc-billing-0042";
const BILLING_KEY: &str = "AKIARZPUZDIKFYHOWX26";

fn serve(faults: &Value) -> DemoServer {
    let faults = serde_json::from_value(faults.clone()).unwrap();
    start(&DemoOptions { faults, serves_admin_api: true, ..DemoOptions::default() }).unwrap()
}

fn client(demo: &DemoServer) -> aws_sdk_iam::Client {
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(OPERATOR_KEY, DEMO_SECRET, None, None, "demo"))
        .endpoint_url(demo.url())
        .http_client(plain_http())
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_iam::Client::from_conf(config)
}

/// Sends a raw request; returns the head and the body of the response.
async fn raw(demo: &DemoServer, method: &str, path: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: demo\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// Returns the log of calls.
pub(super) async fn calls(demo: &DemoServer) -> Vec<Value> {
    serde_json::from_str(&raw(demo, "GET", "/_demo/calls", "").await.1).unwrap()
}

async fn deactivate(client: &aws_sdk_iam::Client) -> Result<(), SdkError<impl std::fmt::Debug>> {
    let call = client.update_access_key().user_name(BILLING).access_key_id(BILLING_KEY);
    call.status(StatusType::Inactive).send().await.map(|_| ())
}

async fn status_of(client: &aws_sdk_iam::Client) -> StatusType {
    let keys =
        client.list_access_keys().user_name(BILLING).send().await.unwrap().access_key_metadata;
    keys.into_iter()
        .find(|key| key.access_key_id() == Some(BILLING_KEY))
        .and_then(|key| key.status)
        .unwrap()
}

#[tokio::test]
async fn the_sdk_lists_changes_and_reads_back_over_one_connection() {
    let demo = serve(&json!({ "page_size": 5 }));
    let client = client(&demo);
    let pages = client.list_users().into_paginator().items().send();
    let users = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(users.len(), 42);
    deactivate(&client).await.unwrap();
    assert_eq!(status_of(&client).await, StatusType::Inactive);
    let used = client.get_access_key_last_used().access_key_id(BILLING_KEY).send().await.unwrap();
    assert_eq!(used.user_name(), Some(BILLING));

    let calls = calls(&demo).await;
    let names: Vec<_> = calls.iter().map(|call| call["operation"].as_str().unwrap()).collect();
    assert_eq!(names[..9], ["ListUsers"; 9]);
    assert_eq!(names[9..], ["UpdateAccessKey", "ListAccessKeys", "GetAccessKeyLastUsed"]);
    assert!(calls.iter().all(|call| call["connection"] == 1
        && call["key"] == OPERATOR_KEY
        && call["status"] == 200));
    assert_eq!(
        calls[9]["params"],
        json!({"AccessKeyId": BILLING_KEY, "Status": "Inactive", "UserName": BILLING})
    );
}

#[tokio::test]
async fn a_reset_before_changes_nothing_and_one_after_changes_the_key() {
    for (fault, status) in [("reset", StatusType::Active), ("reset_after", StatusType::Inactive)] {
        let demo = serve(&json!({ fault: { "operations": ["UpdateAccessKey"], "times": 1 } }));
        let client = client(&demo);
        let error = deactivate(&client).await.unwrap_err();
        assert!(matches!(error, SdkError::DispatchFailure(_)), "{fault}: {error:?}");
        assert_eq!(status_of(&client).await, status, "{fault}");
        let call = &calls(&demo).await[0];
        assert_eq!(
            (&call["status"], call["carried_out"] == true),
            (&Value::Null, status == StatusType::Inactive)
        );
    }
}

#[tokio::test]
async fn a_reset_is_a_tcp_reset() {
    let demo = serve(&json!({ "reset": {} }));
    let mut stream = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
    let body = "Action=ListUsers&Version=2010-05-08";
    let request =
        format!("POST / HTTP/1.1\r\nHost: demo\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn faulty_responses_are_errors_although_the_change_was_made() {
    for fault in ["truncate", "cut", "junk", "server_error_after"] {
        let demo = serve(&json!({ fault: { "operations": ["UpdateAccessKey"] } }));
        let client = client(&demo);
        let result = deactivate(&client).await;
        // UpdateAccessKey has an empty response, so the SDK parses no XML.
        assert_eq!(
            result.is_err(),
            matches!(fault, "cut" | "server_error_after"),
            "{fault}: {result:?}"
        );
        assert_eq!(status_of(&client).await, StatusType::Inactive, "{fault}");
    }
    for fault in ["cut", "junk"] {
        let demo = serve(&json!({ fault: { "operations": ["ListUsers"] } }));
        assert!(client(&demo).list_users().send().await.is_err(), "{fault}");
    }
}

#[tokio::test]
async fn the_sdk_accepts_a_truncated_list_as_complete() {
    // The reason for this fault: only the missing end tag shows the truncation.
    let demo = serve(&json!({ "truncate": { "operations": ["ListUsers"] } }));
    let half = client(&demo).list_users().send().await.unwrap();
    assert!(!half.is_truncated && half.users.len() < 42, "{}", half.users.len());
}

#[tokio::test]
async fn faults_can_be_replaced_at_run_time() {
    let demo = serve(&json!({ "throttle": {} }));
    let client = client(&demo);
    let error = client.list_users().send().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("Throttling"), Some("Rate exceeded")));
    assert!(raw(&demo, "POST", "/_demo/faults", "{}").await.0.starts_with("HTTP/1.1 200"));
    client.list_users().send().await.unwrap();
    assert!(
        raw(&demo, "POST", "/_demo/faults", r#"{"trottle": {}}"#)
            .await
            .0
            .starts_with("HTTP/1.1 400")
    );
}

#[tokio::test]
async fn hostile_names_and_ids_arrive_unchanged() {
    let demo = serve(&json!({ "hostile": { "names": true, "ids": true } }));
    let client = client(&demo);
    let users = client.list_users().path_prefix("/hostile/").send().await.unwrap().users;
    assert!(users.iter().any(|user| user.user_name().contains("\u{1b}[2J")));
    assert!(users.iter().any(|user| user.user_name().len() > 10_000));
    for user in users {
        let keys = client.list_access_keys().user_name(user.user_name()).send().await.unwrap();
        assert!(!keys.access_key_metadata().is_empty());
    }
}

#[tokio::test]
async fn a_huge_response_has_the_requested_size_and_is_still_xml() {
    let demo = serve(&json!({ "huge_answer": { "bytes": 5_000_000 } }));
    let (_, body) = raw(&demo, "POST", "/", "Action=ListUsers&Version=2010-05-08").await;
    assert!(body.len() > 5_000_000 && body.trim_end().ends_with('0'), "chunked, and ended");
    assert!(client(&demo).get_account_summary().send().await.is_ok());
}

#[tokio::test]
async fn without_control_the_admin_api_is_not_served() {
    let demo = start(&DemoOptions::default()).unwrap();
    for (method, path) in
        [("GET", "/_demo/calls"), ("POST", "/_demo/faults"), ("POST", "/_demo/apply")]
    {
        assert!(raw(&demo, method, path, "{}").await.0.starts_with("HTTP/1.1 404"), "{path}");
    }
}

#[tokio::test]
async fn dropping_the_server_ends_hanging_calls_and_frees_the_port() {
    let demo = serve(&json!({ "hang": { "operations": ["ListUsers"] } }));
    let client = client(&demo);
    let hanging = tokio::spawn(client.list_users().send());
    while calls(&demo).await.is_empty() {}
    assert!(!hanging.is_finished());
    let port = demo.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(demo);
    assert!(hanging.await.unwrap().is_err());
    let again = DemoOptions { port, ..DemoOptions::default() };
    while start(&again).is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn latency_delays_a_response() {
    let demo = serve(&json!({ "latency": { "fixed": 0.05 } }));
    let asked = Instant::now();
    client(&demo).list_users().send().await.unwrap();
    assert!(asked.elapsed() >= Duration::from_millis(50));
}
