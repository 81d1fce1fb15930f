//! Tests of responses that are incomplete, contradictory or endless.

use super::*;

#[tokio::test]
async fn an_incomplete_response_is_not_a_shorter_list() {
    let half =
        "<ListUsersResponse><ListUsersResult><IsTruncated>false</IsTruncated><Users></Users>";
    let other = "<ListAccessKeysResponse></ListAccessKeysResponse>";
    let whole = "<ListUsersResponse><ListUsersResult></ListUsersResult></ListUsersResponse> \n";
    for (body, kind) in
        [(half, Some(ErrorKind::Unreadable)), (other, Some(ErrorKind::Unreadable)), (whole, None)]
    {
        let server = CannedServer::start(&[CannedReply::Answer(200, body)]).await;
        let read = demo(&server.url).await.scan_reader().users(None).await;
        assert_eq!(read.as_ref().err().map(|error| error.kind), kind, "{body}: {read:?}");
    }
}

#[tokio::test]
async fn an_error_says_what_was_received_without_the_body() {
    let body = "<html><body>Sign in to Wi-Fi: token=hunter2</body></html>";
    let server = CannedServer::start(&[CannedReply::Answer(200, body)]).await;
    let error = demo(&server.url).await.screen_reader().alias().await.unwrap_err().to_string();
    assert!(error.contains("(HTTP status 200, "), "{error}");
    assert!(error.contains("content type"), "{error}");
    assert!(!error.contains("hunter2") && !error.contains("<html>"), "{error}");
}

#[tokio::test]
async fn a_key_is_never_used_only_if_iam_says_so() {
    let used = |fields: &str| format!("<AccessKeyLastUsed>{fields}</AccessKeyLastUsed>");
    let date = "<LastUsedDate>2026-11-20T10:00:00Z</LastUsedDate>";
    let none = "<ServiceName>N/A</ServiceName><Region>N/A</Region>";
    for (body, expected) in [
        (used(none), Ok("never")),
        (used(&format!("{date}<ServiceName>s3</ServiceName>")), Ok("used")),
        (used("<ServiceName>s3</ServiceName>"), Err(ErrorKind::Unreadable)),
        (used(""), Err(ErrorKind::Unreadable)),
        (String::new(), Err(ErrorKind::Unreadable)),
    ] {
        let body = format!(
            "<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult><UserName>ann</UserName>{body}\
             </GetAccessKeyLastUsedResult></GetAccessKeyLastUsedResponse>"
        );
        let server = CannedServer::start(&[CannedReply::Answer(200, body.leak())]).await;
        let read = demo(&server.url).await.screen_reader().last_use(&key()).await;
        let read = read.map_err(|error| error.kind).map(|read| match read.last_use {
            LastUse::Never => "never",
            LastUse::Used { .. } => "used",
        });
        assert_eq!(read, expected);
    }
}

#[tokio::test]
async fn a_summary_without_the_keys_of_root_still_has_the_number_of_users() {
    let body = "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap>\
        <entry><key>Users</key><value>7</value></entry></SummaryMap></GetAccountSummaryResult>\
        </GetAccountSummaryResponse>";
    let server = CannedServer::start(&[CannedReply::Answer(200, body)]).await;
    let summary = demo(&server.url).await.screen_reader().summary().await.unwrap();
    assert_eq!((summary.users, summary.root_has_key), (7, None));
}

#[tokio::test]
async fn what_a_response_leaves_out_is_not_none() {
    let part = |part| IamRead::Detail { user: UserName::from_service("ann"), part };
    for (read, operation, empty, whole) in [
        (
            part(UserDetailPart::Console),
            "GetLoginProfile",
            String::new(),
            "<LoginProfile><UserName>ann</UserName><CreateDate>2026-11-20T10:00:00Z</CreateDate>\
             </LoginProfile>"
                .to_owned(),
        ),
        (
            part(UserDetailPart::BoundaryAndTags),
            "GetUser",
            String::new(),
            "<User><Path>/</Path><UserName>ann</UserName><UserId>AIDA</UserId>\
             <Arn>arn:aws:iam::123456789012:user/ann</Arn>\
             <CreateDate>2020-01-01T00:00:00Z</CreateDate></User>"
                .to_owned(),
        ),
    ] {
        for (result, expected) in [(empty, Err(ErrorKind::Unreadable)), (whole, Ok(()))] {
            let body = format!(
                "<{operation}Response><{operation}Result>{result}</{operation}Result>\
                 </{operation}Response>"
            );
            let server = CannedServer::start(&[CannedReply::Answer(200, body.leak())]).await;
            let reply = demo(&server.url).await.screen_reader().read(&read).await;
            assert_eq!(reply.map(drop).map_err(|error| error.kind), expected, "{operation}");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_listed_twice_counts_once_unless_the_statuses_differ() {
    let member = |status: &str| {
        format!(
            "<member><UserName>ann</UserName><AccessKeyId>AKIARZPUZDIKFYHOWX26</AccessKeyId>\
             <Status>{status}</Status></member>"
        )
    };
    for (second, expected) in [("Active", Ok(1)), ("Inactive", Err(ErrorKind::Unreadable))] {
        let body = format!(
            "<ListAccessKeysResponse><ListAccessKeysResult><IsTruncated>false</IsTruncated>\
             <AccessKeyMetadata>{}{}</AccessKeyMetadata></ListAccessKeysResult>\
             </ListAccessKeysResponse>",
            member("Active"),
            member(second)
        );
        let server = CannedServer::start(&[CannedReply::Answer(200, body.leak())]).await;
        let read = demo(&server.url).await.scan_reader().keys(None).await;
        assert_eq!(read.map(|read| read.keys.len()).map_err(|error| error.kind), expected);
    }
}

#[tokio::test]
async fn a_caller_in_two_accounts_is_unreadable() {
    let body = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
        <Arn>arn:aws:iam::999988887777:user/ann</Arn><Account>123456789012</Account>\
        </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let server = CannedServer::start(&[CannedReply::Answer(200, body)]).await;
    let error = demo(&server.url).await.identify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreadable, "{error}");
}

#[tokio::test]
async fn an_invalid_response_leaves_the_outcome_unknown_and_is_not_retried() {
    for body in ["", "ok", "<html>sign in</html>", "<UpdateAccessKeyResponse><ResponseMetadata>"] {
        let server = CannedServer::start(&[CannedReply::Answer(200, body)]).await;
        let sent = demo(&server.url)
            .await
            .writer()
            .unwrap()
            .update_access_key(&change(None, Direction::Activate))
            .await;
        assert_eq!(
            sent.result.as_ref().map_err(|error| error.kind),
            Err(ErrorKind::Unreadable),
            "{body}"
        );
        assert!(sent.had_ambiguous_attempt && server.requests().len() == 1, "{body}: {sent:?}");
    }
}

#[tokio::test]
async fn an_endless_response_is_an_error() {
    let server = CannedServer::start(&[CannedReply::Flood]).await;
    let session =
        open(&ConnectOptions::demo(&server.url, KEY, SECRET), SessionId(10)).await.unwrap();
    let error = session.screen_reader().alias().await.unwrap_err();
    assert!(
        error.kind == ErrorKind::Unreadable && error.to_string().contains("longer than 32 MiB"),
        "{error}"
    );
}

#[tokio::test]
async fn a_user_without_a_name_fails_the_list() {
    let users = "<ListUsersResponse><ListUsersResult><Users><member><UserName></UserName><UserId>AIDA1</UserId>\
        <Path>/</Path><Arn>arn:aws:iam::123456789012:user/</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>\
        </Users><IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>";
    let server = CannedServer::start(&[CannedReply::Answer(200, users)]).await;
    let error = demo(&server.url).await.scan_reader().users(None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreadable, "{error}");
    assert!(error.to_string().contains("a user without a name"), "{error}");
}

#[tokio::test]
async fn a_report_that_has_expired_is_requested_again_and_too_many_requests_are_no_error() {
    let error = |code: &str| -> &'static str {
        format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
        )
        .leak()
    };
    let server = CannedServer::start(&[
        CannedReply::Answer(410, error("ReportExpired")),
        CannedReply::Answer(409, error("LimitExceeded")),
        CannedReply::Answer(404, error("ReportInProgress")),
    ])
    .await;
    let reader = demo(&server.url).await.screen_reader();
    for _ in 0..2 {
        assert_eq!(reader.report().await.unwrap_err().kind, ErrorKind::NotReady);
    }
    let requests = server.requests();
    let asked: Vec<_> =
        requests.iter().map(|sent| sent.contains("Action=GenerateCredentialReport")).collect();
    assert_eq!(asked, [false, true, false]);
}
