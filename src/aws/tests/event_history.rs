//! Tests of CloudTrail's event history: requests, pages, pace and errors.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::aws::tests::{CALLER, KEY, SECRET, at_home, demo, key};
use crate::aws::{EventPage, EventWindow, Session, open};
use crate::model::{ErrorKind, Region, ServiceError, SessionId};

const FIRST: &str = r#"{"Events": [
    {"EventId": "e-2", "EventName": "ListUsers", "EventTime": 1795972325.0, "ReadOnly": "true",
     "EventSource": "iam.amazonaws.com", "CloudTrailEvent": "{\"sourceIPAddress\": \"203.0.113.7\"}"},
    {"EventId": "e-1"}], "NextToken": "more"}"#;
const THROTTLED: &str = r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#;
const UNRECOGNIZED: &str = r#"{"__type": "UnrecognizedClientException",
    "message": "The security token included in the request is invalid."}"#;
const DENIED: &str = r#"{"__type": "AccessDeniedException",
    "Message": "User: ann is not authorized to perform: cloudtrail:LookupEvents"}"#;

async fn page(
    session: &Session,
    region: &'static str,
    token: Option<&str>,
) -> Result<EventPage, ServiceError> {
    let time = |seconds| Timestamp::from_second(seconds).unwrap();
    let window = EventWindow { key: key(), since: time(1_795_885_925), until: time(1_795_972_325) };
    session.event_history()?.page(&Region::known(region), &window, token).await
}

#[tokio::test]
async fn without_an_endpoint_beside_one_that_is_not_aws_nothing_is_sent() {
    let server = CannedServer::start(&[CannedReply::Answer(200, r#"{"Events": []}"#)]).await;
    let home = tempfile::tempdir().unwrap();
    let session = async |services: &[&str]| {
        let signed = [("AWS_ACCESS_KEY_ID", KEY), ("AWS_SECRET_ACCESS_KEY", SECRET)];
        let urls = services.iter().map(|service| (*service, &*server.url));
        let variables: Vec<_> = signed.into_iter().chain(urls).collect();
        open(&at_home(home.path(), "", "", &variables), SessionId(1)).await.unwrap()
    };
    let iam_only = session(&["AWS_ENDPOINT_URL_IAM"]).await;
    let error = page(&iam_only, "us-east-1", None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Withheld);
    let sentence = error.to_string();
    for part in ["was not sent", &server.url, "Set AWS_ENDPOINT_URL_CLOUDTRAIL"] {
        assert!(sentence.contains(part), "{part}: {sentence}");
    }
    assert!(server.requests().is_empty());
    let both = session(&["AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_CLOUDTRAIL"]).await;
    page(&both, "us-east-1", None).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn pages_are_requested_with_the_same_window() {
    let server = CannedServer::start(&[
        CannedReply::Answer(200, FIRST),
        CannedReply::Answer(200, r#"{"Events": []}"#),
    ])
    .await;
    let session = demo(&server.url).await;
    let first = page(&session, "eu-west-1", None).await.unwrap();
    assert_eq!((first.events.len(), first.unreadable), (1, 1));
    assert_eq!((&*first.events[0].id, first.events[0].region.as_str()), ("e-2", "eu-west-1"));
    assert_eq!(first.events[0].source_ip.as_deref(), Some("203.0.113.7"));
    assert_eq!(first.next.as_deref(), Some("more"));
    let last = page(&session, "eu-west-1", Some("more")).await.unwrap();
    assert_eq!(last, EventPage { events: vec![], unreadable: 0, next: None });
    let requests = server.requests();
    for request in &requests {
        for part in [
            "CloudTrail_20131101.LookupEvents",
            "/eu-west-1/cloudtrail/aws4_request",
            r#""StartTime":1795885925"#,
            r#""EndTime":1795972325"#,
            r#""MaxResults":50"#,
            r#""AttributeKey":"AccessKeyId""#,
            key().as_str(),
        ] {
            assert!(request.contains(part), "{part}: {request}");
        }
    }
    assert!(!requests[0].contains("NextToken"), "{}", requests[0]);
    assert!(requests[1].contains(r#""NextToken":"more""#), "{}", requests[1]);
}

#[tokio::test]
async fn a_page_that_names_itself_as_the_next_keeps_its_events() {
    let server = CannedServer::start(&[CannedReply::Answer(200, FIRST)]).await;
    let page = page(&demo(&server.url).await, "us-east-1", Some("more")).await.unwrap();
    assert_eq!((page.events.len(), page.next.as_deref()), (1, Some("more")));
}

#[tokio::test]
async fn a_body_that_is_no_page_is_an_error() {
    for body in ["", "<html>sign in</html>", r#"{"Events": [{"EventId": "e-1""#, "[1]", "{}"] {
        let server = CannedServer::start(&[CannedReply::Answer(200, body)]).await;
        let read = page(&demo(&server.url).await, "us-east-1", None).await;
        let kind = read.as_ref().map_err(|error| error.kind);
        assert_eq!(kind, Err(ErrorKind::Unreadable), "{body}");
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn calls_to_a_region_are_spaced_and_throttled_ones_are_not_repeated() {
    let server = CannedServer::start(&[
        CannedReply::Answer(200, r#"{"Events": []}"#),
        CannedReply::Answer(200, r#"{"Events": []}"#),
        CannedReply::Answer(200, r#"{"Events": []}"#),
        CannedReply::Answer(200, r#"{"Events": []}"#),
        CannedReply::Answer(200, r#"{"Events": []}"#),
        CannedReply::Answer(200, r#"{"Events": []}"#),
        CannedReply::Answer(400, THROTTLED),
        CannedReply::Answer(200, r#"{"Events": []}"#),
    ])
    .await;
    let session = demo(&server.url).await;
    let start = Instant::now();
    for region in ["us-east-1", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3"] {
        page(&session, region, None).await.unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(2), "each Region has its own limit");
    let before = Instant::now();
    let error = page(&session, "us-east-1", None).await.unwrap_err();
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert_eq!(server.requests().len(), 7);
    page(&session, "us-east-1", None).await.unwrap();
    assert!(before.elapsed() >= Duration::from_secs(1), "{:?}", before.elapsed());
}

#[tokio::test]
async fn errors_have_hints_about_permissions_and_regions() {
    let server = CannedServer::start(&[
        CannedReply::Answer(400, DENIED),
        CannedReply::Answer(400, UNRECOGNIZED),
        CannedReply::Answer(200, CALLER),
        CannedReply::Answer(400, UNRECOGNIZED),
        CannedReply::Answer(400, UNRECOGNIZED),
    ])
    .await;
    let session = demo(&server.url).await;
    let hint = |error: ServiceError| error.hint.unwrap().to_string();
    let denied = page(&session, "us-east-1", None).await.unwrap_err();
    assert_eq!(denied.kind, ErrorKind::Denied);
    assert!(hint(denied).contains("needs cloudtrail:LookupEvents"));
    let early = page(&session, "eu-south-2", None).await.unwrap_err();
    assert_eq!(early.kind, ErrorKind::BadCredentials);
    assert!(hint(early).contains("inactive or deleted"), "the credentials may be bad");
    session.identify().await.unwrap();
    let disabled = page(&session, "me-central-1", None).await.unwrap_err();
    assert!(hint(disabled).contains("may not have enabled me-central-1"));
    let refused = page(&session, "eu-west-1", None).await.unwrap_err();
    assert!(hint(refused).contains("inactive or deleted"), "every account has this Region");
}
