//! Tests of sessions against an HTTP server with canned responses: signing, retries, errors.

mod assumed_session;
mod aws_files;
mod event_history;
mod http_server;
mod partition;
mod renewal;
mod responses;
mod sign_in;
mod sso;
mod tls;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::aws::connect_options::ConfigSource;
use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::aws::{ConnectOptions, Environment, Session, open};
use crate::model::{
    Direction, Endpoint, ErrorKind, IamRead, KeyChange, KeyId, LastUse, Secret, SelfLockoutRisk,
    SessionId, UserDetailPart, UserName, Verification,
};

const KEY: &str = "AKIARZPUZDIKFYHOWX26";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const DONE: &str = "<UpdateAccessKeyResponse><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></UpdateAccessKeyResponse>";
const THROTTLED: &str = "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
const REFUSED: &str = "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>The token is invalid.</Message></Error></ErrorResponse>";
const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn>\
    <UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

async fn demo(url: &str) -> Session {
    with_read_timeout(url, Duration::from_mins(1)).await
}

async fn with_read_timeout(url: &str, read_timeout: Duration) -> Session {
    let connect = ConnectOptions {
        read_timeout: Some(read_timeout),
        ..ConnectOptions::demo(url, KEY, SECRET)
    };
    open(&connect, SessionId(1)).await.unwrap()
}

fn key() -> KeyId {
    KeyId::parse(KEY).unwrap()
}

/// A change without a confirmed caller, as from `update-access-key`.
pub(super) fn change(user: Option<&str>, direction: Direction) -> KeyChange {
    KeyChange {
        id: 1,
        session: SessionId(1),
        key: key(),
        user: user.map(UserName::from_service),
        before: None,
        read: None,
        caller: None,
        lockout_risk: SelfLockoutRisk::Certain,
        direction,
        reason: None,
        verification: Verification::ByRead,
        undoes: None,
        batch: None,
        plan: None,
    }
}

/// Options with a home directory that contains these two files.
pub(super) fn at_home(
    home: &Path,
    config: &str,
    credentials: &str,
    variables: &[(&str, &str)],
) -> ConnectOptions {
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), config).unwrap();
    std::fs::write(home.join(".aws/credentials"), credentials).unwrap();
    let mut all: BTreeMap<String, String> =
        variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    all.insert("HOME".into(), home.to_str().unwrap().into());
    ConnectOptions {
        config_source: ConfigSource::Environment(Environment::Given(Arc::new(all))),
        ..ConnectOptions::default()
    }
}

/// The access key ID in `Credential=AKIA…/…` of a request.
pub(super) fn signer(request: &str) -> &str {
    request.split_once("Credential=").unwrap().1.split_once('/').unwrap().0
}

#[tokio::test]
async fn an_update_is_one_call_with_its_request_id() {
    let server = CannedServer::start(&[CannedReply::Answer(200, DONE)]).await;
    let session = demo(&server.url).await;
    let sent = session
        .writer()
        .unwrap()
        .update_access_key(&change(Some("ann"), Direction::Deactivate))
        .await;
    assert_eq!((sent.result, sent.attempts, sent.had_ambiguous_attempt), (Ok(()), 1, false));
    assert_eq!(sent.request_id.as_deref(), Some("r-0"));
    let asked = server.requests();
    assert_eq!(asked.len(), 1);
    for part in ["Action=UpdateAccessKey", "UserName=ann", "Status=Inactive", KEY, "app/keyflip"] {
        assert!(asked[0].contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_throttled_response_that_was_retried_is_counted() {
    let server =
        CannedServer::start(&[CannedReply::Answer(400, THROTTLED), CannedReply::Answer(200, DONE)])
            .await;
    let connect = ConnectOptions::demo(&server.url, KEY, SECRET);
    let session = open(&connect, SessionId(2)).await.unwrap();
    let sent =
        session.writer().unwrap().update_access_key(&change(None, Direction::Activate)).await;
    assert_eq!((sent.result.is_ok(), sent.attempts, sent.had_ambiguous_attempt), (true, 2, false));
    let traffic = session.call_stats();
    assert_eq!((traffic.calls, traffic.throttled), (2, 1));
}

#[tokio::test]
async fn a_refusal_after_a_lost_attempt_leaves_the_outcome_unknown() {
    let server =
        CannedServer::start(&[CannedReply::HangUp, CannedReply::Answer(403, REFUSED)]).await;
    let session =
        open(&ConnectOptions::demo(&server.url, KEY, SECRET), SessionId(3)).await.unwrap();
    let sent =
        session.writer().unwrap().update_access_key(&change(None, Direction::Deactivate)).await;
    assert_eq!(sent.result.as_ref().unwrap_err().kind, ErrorKind::BadCredentials);
    assert!(sent.had_ambiguous_attempt);
}

#[tokio::test]
async fn each_failure_to_get_a_response_has_its_kind() {
    let cases = [
        (CannedReply::HangUp, ErrorKind::ConnectionLost),
        (CannedReply::BreakOff, ErrorKind::ConnectionLost),
        (CannedReply::Silence, ErrorKind::TimedOut),
        (CannedReply::Answer(200, "<html>sign in"), ErrorKind::Unreadable),
        (CannedReply::Answer(403, "<html>"), ErrorKind::Unreadable),
        (
            CannedReply::Answer(
                403,
                "<ErrorResponse><Errors><Error><Code>AccessDenied</Code></Error></Errors>",
            ),
            ErrorKind::Denied,
        ),
        (CannedReply::Answer(502, "bad gateway"), ErrorKind::Server),
    ];
    let ask = async |(reply, kind)| {
        let server = CannedServer::start(&[reply]).await;
        // Only the silent server may time out, however slow this machine is.
        let wait = if kind == ErrorKind::TimedOut {
            Duration::from_millis(300)
        } else {
            Duration::from_mins(1)
        };
        let error =
            with_read_timeout(&server.url, wait).await.screen_reader().alias().await.unwrap_err();
        assert_eq!(error.kind, kind, "{reply:?}: {error}");
        assert!(error.hint.is_some(), "{error}");
    };
    futures_util::future::join_all(cases.into_iter().map(ask)).await;
}

#[tokio::test]
async fn an_endpoint_that_refuses_connections_is_unreachable_and_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let session = demo(&url).await;
    let sent =
        session.writer().unwrap().update_access_key(&change(None, Direction::Deactivate)).await;
    let error = sent.result.as_ref().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    assert!(
        error.to_string().contains(&url)
            && !sent.had_ambiguous_attempt
            && !error.kind.is_ambiguous(),
        "{error}"
    );
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_named() {
    let session = demo("http://keyflip.invalid").await;
    let error = session.screen_reader().alias().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    assert!(error.message.ends_with(" (keyflip.invalid)"), "{error}");
}

#[tokio::test]
async fn all_pages_of_keys_are_read_and_a_bad_id_fails_the_list() {
    let first = "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata><member><UserName>ann</UserName>\
        <AccessKeyId>AKIARZPUZDIKFYHOWX26</AccessKeyId><Status>Active</Status></member></AccessKeyMetadata>\
        <IsTruncated>true</IsTruncated><Marker>m</Marker></ListAccessKeysResult></ListAccessKeysResponse>";
    let second = "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata><member><UserName>ann</UserName>\
        <AccessKeyId>AKIARZPUZDIKJ3TBYUFZ</AccessKeyId><Status>Odd</Status></member></AccessKeyMetadata>\
        <IsTruncated>false</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>";
    let bad = "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata><member><AccessKeyId>x</AccessKeyId>\
        <Status>Active</Status></member></AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>";
    let server = CannedServer::start(&[
        CannedReply::Answer(200, first),
        CannedReply::Answer(200, second),
        CannedReply::Answer(200, bad),
    ])
    .await;
    let reader = demo(&server.url).await.scan_reader();
    let user = UserName::from_service("ann");
    let keys = reader.keys(Some(&user)).await.unwrap().keys;
    assert_eq!(keys.iter().map(|k| k.status.as_str()).collect::<Vec<_>>(), ["Active", "Odd"]);
    assert!(server.requests()[1].contains("Marker=m"));
    assert_eq!(reader.keys(Some(&user)).await.unwrap_err().kind, ErrorKind::Unreadable);
}

#[tokio::test]
async fn an_explicit_profile_signs_although_the_environment_has_keys() {
    let server = CannedServer::start(&[CannedReply::Answer(200, CALLER)]).await;
    let home = tempfile::tempdir().unwrap();
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT00000"),
        ("AWS_SECRET_ACCESS_KEY", "e"),
        ("AWS_ENDPOINT_URL", server.url.as_str()),
        ("AWS_MAX_ATTEMPTS", "0"),
    ];
    let files = "[prod]\naws_access_key_id = AKIAPRODPRODPRODPROD\naws_secret_access_key = s\n";
    let mut connect = at_home(home.path(), "[default]\nretry_mode = legacy\n", files, &variables);
    let session_context = open(&connect, SessionId(4)).await.unwrap().identify().await.unwrap();
    assert_eq!(
        (signer(&server.requests()[0]), &*session_context.source),
        ("AKIAENVIRONMENT00000", "environment variables")
    );
    connect.profile = Some("prod".into());
    let session_context = open(&connect, SessionId(5)).await.unwrap().identify().await.unwrap();
    assert_eq!(
        (signer(&server.requests()[1]), &*session_context.source),
        ("AKIAPRODPRODPRODPROD", "prod, access key")
    );
    assert_eq!(session_context.endpoint, Endpoint::Custom(server.url.as_str().into()));
    // Both keys may have issued the session; one is known to sign.
    for (id, part) in [
        ("AKIAENVIRONMENT00000", SelfLockoutRisk::Possible),
        ("AKIAPRODPRODPRODPROD", SelfLockoutRisk::Certain),
    ] {
        assert_eq!(session_context.lockout_risk(&KeyId::parse(id).unwrap(), None), part, "{id}");
    }
}

#[tokio::test]
async fn a_role_that_requires_an_mfa_code_is_assumed_with_it() {
    let assumed = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIARZPUZDIKFYHOWX26</AccessKeyId>\
        <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
        </Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/Ops/x</Arn><AssumedRoleId>A</AssumedRoleId>\
        </AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>";
    let server =
        CannedServer::start(&[CannedReply::Answer(200, assumed), CannedReply::Answer(200, CALLER)])
            .await;
    let home = tempfile::tempdir().unwrap();
    let config = "[profile ops]\nrole_arn = arn:aws:iam::123456789012:role/Ops\nsource_profile = base\n\
        mfa_serial = arn:aws:iam::123456789012:mfa/ann\nexternal_id = ext\nduration_seconds = 1800\nrole_session_name = ann\n";
    let files = "[base]\naws_access_key_id = AKIARZPUZDIKFYHOWX26\naws_secret_access_key = s\n";
    let mut connect = at_home(home.path(), config, files, &[]);
    (connect.profile, connect.endpoint_url) = (Some("ops".into()), Some(server.url.clone()));
    let session = open(&connect, SessionId(6)).await.unwrap();
    assert_eq!(session.awaits_mfa_code(), None);
    let error = session.identify().await.unwrap_err();
    assert!(
        error.kind == ErrorKind::CredentialSourceFailed && error.to_string().contains("--mfa-code"),
        "{error}"
    );
    assert_eq!(session.awaits_mfa_code().as_deref(), Some("arn:aws:iam::123456789012:mfa/ann"));
    assert!(server.requests().is_empty());
    session.submit_mfa_code(Secret::new("123456"));
    let session_context = session.identify().await.unwrap();
    let arn = "arn:aws:sts::123456789012:assumed-role/Ops/x";
    assert_eq!(session_context.caller.arn.as_str(), arn);
    assert_eq!(server.requests().len(), 1, "AssumeRole has named the caller");
    let _ = session.screen_reader().read(&IamRead::Alias).await;
    let asked = server.requests();
    for part in [
        "TokenCode=123456",
        "DurationSeconds=1800",
        "ExternalId=ext",
        "RoleSessionName=ann",
        "SerialNumber=",
    ] {
        assert!(asked[0].contains(part), "{part}");
    }
    assert_eq!(signer(&asked[1]), "ASIARZPUZDIKFYHOWX26");
    assert_eq!(&*session_context.source, "ops, role Ops from profile base, access key");
    assert_eq!(
        session_context.lockout_risk(&key(), None),
        SelfLockoutRisk::Possible,
        "the key that assumed the role does not sign now but is protected"
    );
    assert_eq!(session.awaits_mfa_code(), None);
}

#[tokio::test]
async fn a_renewed_key_in_the_file_is_picked_up_and_a_read_only_session_has_no_writer() {
    let server =
        CannedServer::start(&[CannedReply::Answer(403, REFUSED), CannedReply::Answer(200, CALLER)])
            .await;
    let home = tempfile::tempdir().unwrap();
    let file =
        |id: &str| format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = s\n");
    let mut connect = at_home(home.path(), "", &file("AKIAOLDOLDOLDOLDOLD0"), &[]);
    (connect.endpoint_url, connect.read_only) = (Some(server.url.clone()), true);
    let session = open(&connect, SessionId(7)).await.unwrap();
    assert!(session.writer().is_none());
    assert!(session.identify().await.unwrap_err().kind.ends_session());
    std::fs::write(home.path().join(".aws/credentials"), file("AKIANEWNEWNEWNEWNEW0")).unwrap();
    let session = open(&connect, SessionId(8)).await.unwrap();
    assert!(session.writer().is_none());
    session.identify().await.unwrap();
    assert_eq!(signer(&server.requests()[1]), "AKIANEWNEWNEWNEWNEW0");
}

#[tokio::test]
async fn without_credentials_the_error_names_the_sources_tried() {
    let home = tempfile::tempdir().unwrap();
    let connect = at_home(home.path(), "", "", &[("AWS_EC2_METADATA_DISABLED", "true")]);
    let session = open(&connect, SessionId(8)).await.unwrap();
    let error = session.identify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoCredentials);
    assert!(error.to_string().contains("No credentials found in environment variables"), "{error}");
    assert!(error.to_string().contains("aws configure"), "{error}");
}

#[tokio::test]
async fn a_profile_that_lacks_one_setting_of_a_role_is_told_which() {
    let home = tempfile::tempdir().unwrap();
    let broken = "[profile 'x]\n";
    for (settings, missing) in [
        ("source_profile = base\n", "Profile a has source_profile but no role_arn."),
        ("credential_source = Environment\n", "Profile a has credential_source but no role_arn."),
        (
            "sso_session = corp\n",
            "Profile a has sso_session but no sso_account_id and no sso_role_name.",
        ),
        ("output = json\n", "Profile a has no credentials. Run aws configure --profile a or"),
    ] {
        let config = format!("[profile a]\nregion = us-east-1\n{settings}{broken}");
        let mut connect = at_home(home.path(), &config, "", &[]);
        connect.profile = Some("a".into());
        let session = open(&connect, SessionId(9)).await.unwrap();
        let error = session.identify().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NoCredentials);
        assert!(error.to_string().contains(missing), "{error}");
        let is_empty = missing.contains("no credentials");
        assert_eq!(error.to_string().contains("aws configure --profile"), is_empty, "{error}");
    }
}

#[tokio::test]
async fn the_error_for_a_missing_sso_token_names_the_login_command() {
    let home = tempfile::tempdir().unwrap();
    let config = "[profile sso]\nsso_session = s-of-no-cache\nsso_account_id = 123456789012\nsso_role_name = Ops\n\
        [sso-session s-of-no-cache]\nsso_region = us-east-1\nsso_start_url = https://x.example.org\n";
    let mut connect = at_home(home.path(), config, "", &[]);
    connect.profile = Some("sso".into());
    let session = open(&connect, SessionId(9)).await.unwrap();
    for _ in 0..2 {
        let error = session.identify().await.unwrap_err();
        assert!(error.to_string().contains("keyflip login --profile sso"), "{error}");
        assert!(error.to_string().contains("SSO token"), "{error}");
    }
}
