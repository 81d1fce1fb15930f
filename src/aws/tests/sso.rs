//! Tests of IAM Identity Center: its files, and the calls of its portal and token service.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::aws::tests::aws_files::request;
use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::aws::tests::{at_home, signer};
use crate::aws::{ConnectOptions, wait_for_token_refreshes};

const SSO: &str = "sso_session = Acme Corp\nsso_account_id = 123456789012\nsso_role_name = Ops\n";
const SSO_SESSION: &str = "[sso-session 'Acme Corp']\nsso_region = eu-west-1\n\
    sso_start_url = https://x.example.org/start\n";
/// The SHA-1 of `Acme Corp`.
const SSO_CACHE: &str = ".aws/sso/cache/8c29ce477dcedba1cf04177311e4a8de7793ab17.json";
const ROLE_CREDENTIALS: &str = r#"{"roleCredentials": {"accessKeyId": "ASIARZPUZDIKFYHOWX26",
    "secretAccessKey": "s", "sessionToken": "portal token", "expiration": 4070908800000}}"#;

/// A token that has expired and can be refreshed.
const STALE: &str = r#"{"accessToken": "stale", "expiresAt": "2020-11-29T03:04:24Z", "clientId": "c",
    "clientSecret": "s", "registrationExpiresAt": "2099-01-01T00:00:00UTC", "refreshToken": "first"}"#;

/// Writes the cached token of `Acme Corp`. Returns its file.
fn cached_token(home: &Path, token: &str) -> PathBuf {
    let cache = home.join(SSO_CACHE);
    fs::create_dir_all(cache.parent().unwrap()).unwrap();
    fs::write(&cache, token).unwrap();
    cache
}

#[tokio::test]
async fn a_quoted_sso_session_and_an_expiry_in_utc_open_the_portal() {
    let home = tempfile::tempdir().unwrap();
    let portal = CannedServer::start(&[
        CannedReply::Answer(200, ROLE_CREDENTIALS),
        CannedReply::Answer(401, r#"{"message": "Session token not found or invalid"}"#),
        CannedReply::Answer(403, r#"{"message": "No access with opens-0123456789abcdef"}"#),
        CannedReply::Answer(403, "<html>Blocked by the proxy</html>"),
    ])
    .await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let connect = || at_home(home.path(), &config, "", &[("AWS_ENDPOINT_URL_SSO", &portal.url)]);
    let token =
        r#"{"accessToken": "opens-0123456789abcdef", "expiresAt": "2099-11-29T03:04:24UTC"}"#;
    let cache = cached_token(home.path(), token);
    let sent = request(connect()).await.unwrap();
    assert_eq!(signer(&sent), "ASIARZPUZDIKFYHOWX26");
    assert!(sent.contains("\r\nx-amz-security-token: portal token\r\n"), "{sent}");
    let asked = portal.requests().remove(0);
    assert!(asked.starts_with("GET /federation/credentials?"), "{asked}");
    assert!(asked.contains("\r\nx-amz-sso_bearer_token: opens-0123456789abcdef\r\n"), "{asked}");
    assert!(!asked.contains("\r\nauthorization: "), "{asked}");
    let error = request(connect()).await.unwrap_err().to_string();
    let shown =
        format!("(default, SSO at NOT AWS {}): Identity Center no longer accepts", portal.url);
    assert!(error.contains(&shown), "{error}");
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(
        error.contains("No access with ** hidden **. The role may not be assigned to you"),
        "{error}"
    );
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(
        error.contains("the response is not from AWS (HTTP status 403)")
            && !error.contains("assigned"),
        "{error}"
    );
    fs::write(&cache, token.replace("2099", "2020")).unwrap();
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(
        error.contains("the SSO token has expired") && error.contains("keyflip login"),
        "{error}"
    );
    assert_eq!(portal.requests().len(), 4, "the portal is not asked with an expired token");
}

#[tokio::test]
async fn an_expired_sso_token_is_refreshed_and_saved() {
    let home = tempfile::tempdir().unwrap();
    let portal = CannedServer::start(&[CannedReply::Answer(200, ROLE_CREDENTIALS)]).await;
    let oidc = CannedServer::start(&[
        CannedReply::Answer(
            200,
            r#"{"accessToken": "fresh", "expiresIn": 3600, "refreshToken": "second"}"#,
        ),
        CannedReply::Answer(400, r#"{"error": "invalid_grant", "error_description": "revoked"}"#),
    ])
    .await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let variables =
        [("AWS_ENDPOINT_URL_SSO", &*portal.url), ("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url)];
    let connect = || at_home(home.path(), &config, "", &variables);
    let cache = cached_token(home.path(), STALE);
    request(connect()).await.unwrap();
    let asked = oidc.requests().remove(0);
    for part in ["POST /token ", "\"grantType\":\"refresh_token\"", "\"refreshToken\":\"first\""] {
        assert!(asked.contains(part), "{asked}");
    }
    assert!(portal.requests()[0].contains("\r\nx-amz-sso_bearer_token: fresh\r\n"));
    let saved = fs::read_to_string(&cache).unwrap();
    assert!(saved.contains("\"fresh\"") && saved.contains("\"second\""), "{saved}");
    request(connect()).await.unwrap();
    assert_eq!(oidc.requests().len(), 1, "the saved token is still valid");
    fs::write(&cache, STALE).unwrap();
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(error.contains("the SSO token has expired"), "{error}");
    assert_eq!((oidc.requests().len(), portal.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_token_that_the_service_could_not_refresh_is_not_called_expired() {
    let home = tempfile::tempdir().unwrap();
    let failed = CannedReply::Answer(500, "<html>Internal error</html>");
    let oidc = CannedServer::start(&[failed, failed, failed]).await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let variables = [("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url)];
    cached_token(home.path(), STALE);
    let connect = at_home(home.path(), &config, "", &variables);
    let error = request(connect).await.unwrap_err().to_string();
    assert!(error.contains("CreateToken") && !error.contains("has expired"), "{error}");
    assert!(error.contains("try again"), "{error}");
}

#[tokio::test]
async fn a_refreshed_token_that_is_not_valid_for_any_time_is_not_saved() {
    let home = tempfile::tempdir().unwrap();
    let oidc = CannedServer::start(&[CannedReply::Answer(
        200,
        r#"{"accessToken": "fresh", "expiresIn": 0, "refreshToken": "second"}"#,
    )])
    .await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let variables = [("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url)];
    let cache = cached_token(home.path(), STALE);
    request(at_home(home.path(), &config, "", &variables)).await.unwrap_err();
    assert_eq!(fs::read_to_string(&cache).unwrap(), STALE);
}

/// A refresh token works once, and the server refuses the second use.
#[tokio::test]
async fn sessions_opened_at_once_share_one_refresh() {
    let home = tempfile::tempdir().unwrap();
    let portal = CannedServer::start(&[CannedReply::Answer(200, ROLE_CREDENTIALS)]).await;
    let oidc = CannedServer::start(&[
        CannedReply::Answer(200, r#"{"accessToken": "fresh", "expiresIn": 3600}"#),
        CannedReply::Answer(400, r#"{"error": "invalid_grant"}"#),
    ])
    .await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let variables =
        [("AWS_ENDPOINT_URL_SSO", &*portal.url), ("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url)];
    cached_token(home.path(), STALE);
    let sessions = (0..4).map(|_| request(at_home(home.path(), &config, "", &variables)));
    for sent in futures_util::future::join_all(sessions).await {
        assert_eq!(signer(&sent.unwrap()), "ASIARZPUZDIKFYHOWX26");
    }
    assert_eq!(oidc.requests().len(), 1);
}

/// The server has used up the refresh token by then.
#[tokio::test]
async fn a_refresh_goes_on_when_the_read_that_needs_it_is_cancelled() {
    let home = tempfile::tempdir().unwrap();
    let oidc = CannedServer::start(&[CannedReply::Answer(
        200,
        r#"{"accessToken": "fresh", "expiresIn": 3600, "refreshToken": "second"}"#,
    )])
    .await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let variables = [("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url)];
    let cache = cached_token(home.path(), STALE);
    let asked = async {
        while oidc.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = asked => {}
        sent = request(at_home(home.path(), &config, "", &variables)) => panic!("{sent:?}"),
    }
    wait_for_token_refreshes().await;
    let saved = fs::read_to_string(&cache).unwrap();
    assert!(saved.contains("\"fresh\"") && saved.contains("\"second\""), "{saved}");
}

#[tokio::test]
async fn a_token_that_another_process_refreshed_is_used() {
    let home = tempfile::tempdir().unwrap();
    let portal = CannedServer::start(&[CannedReply::Answer(200, ROLE_CREDENTIALS)]).await;
    let oidc = CannedServer::start(&[CannedReply::Silence]).await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let variables = [
        ("AWS_ENDPOINT_URL_SSO", &*portal.url),
        ("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    let cache = cached_token(home.path(), STALE);
    let connect = ConnectOptions {
        read_timeout: Some(Duration::from_millis(500)),
        ..at_home(home.path(), &config, "", &variables)
    };
    // The other process saves its token while this one waits for the response.
    let other = async {
        while oidc.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let fresh = r#"{"accessToken": "theirs", "expiresAt": "2099-01-01T00:00:00Z"}"#;
        fs::write(cache.with_extension("new"), fresh).unwrap();
        fs::rename(cache.with_extension("new"), &cache).unwrap();
    };
    let (sent, ()) = tokio::join!(request(connect), other);
    sent.unwrap();
    assert!(portal.requests()[0].contains("\r\nx-amz-sso_bearer_token: theirs\r\n"));
}

#[tokio::test]
async fn an_endless_response_of_identity_center_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    let portal = CannedServer::start(&[CannedReply::Flood]).await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    cached_token(home.path(), r#"{"accessToken": "a", "expiresAt": "2099-01-01T00:00:00Z"}"#);
    let connect = at_home(home.path(), &config, "", &[("AWS_ENDPOINT_URL_SSO", &portal.url)]);
    let error = request(connect).await.unwrap_err().to_string();
    assert!(error.contains("longer than 32 MiB"), "{error}");
}
