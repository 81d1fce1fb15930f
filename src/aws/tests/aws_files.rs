//! Tests of unusual AWS files, with the credentials that the AWS CLI takes from them. Each case has
//! been reported for another program.

use std::path::Path;

use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::aws::tests::{CALLER, at_home, signer};
use crate::aws::{ConnectOptions, open};
use crate::model::{ServiceError, SessionId};

const ID: &str = "AKIARZPUZDIKFYHOWX26";
const KEY: &str =
    "aws_access_key_id = AKIARZPUZDIKFYHOWX26\naws_secret_access_key = wJalrXUtnFEMI\n";
const TOKEN_HEADER: &str = "\r\nx-amz-security-token: ";
const SSO: &str = "sso_session = Acme Corp\nsso_account_id = 123456789012\nsso_role_name = Ops\n";
const SSO_SESSION: &str = "[sso-session 'Acme Corp']\nsso_region = eu-west-1\n\
    sso_start_url = https://x.example.org/start\n";
/// The SHA-1 of `Acme Corp`.
const SSO_CACHE: &str = ".aws/sso/cache/8c29ce477dcedba1cf04177311e4a8de7793ab17.json";
const ROLE_CREDENTIALS: &str = r#"{"roleCredentials": {"accessKeyId": "ASIARZPUZDIKFYHOWX26",
    "secretAccessKey": "s", "sessionToken": "portal token", "expiration": 4070908800000}}"#;

/// Opens a session, asks for the caller, and returns the request.
async fn request(connect: ConnectOptions) -> Result<String, ServiceError> {
    let server = CannedServer::start(&[CannedReply::Answer(200, CALLER)]).await;
    let connect = ConnectOptions { endpoint_url: Some(server.url.clone()), ..connect };
    let session = open(&connect, SessionId(1)).await.unwrap();
    session.identify().await?;
    Ok(server.requests().remove(0))
}

/// Returns the error of a session that cannot be opened.
async fn refusal(connect: ConnectOptions) -> String {
    match open(&connect, SessionId(1)).await {
        Ok(_) => panic!("the session was opened"),
        Err(error) => error.to_string(),
    }
}

fn profile(name: &str, connect: ConnectOptions) -> ConnectOptions {
    ConnectOptions { profile: Some(name.to_owned()), ..connect }
}

/// Writes a command that prints this file.
fn process(home: &Path, output: &str) -> String {
    std::fs::write(home.join("cred.json"), output).unwrap();
    format!("credential_process = sh -c 'true ; cat {}'\n", home.join("cred.json").display())
}

#[tokio::test]
async fn text_after_a_title_is_accepted_and_a_broken_line_costs_one_profile() {
    let home = tempfile::tempdir().unwrap();
    let credentials = format!("[demo]\n{KEY}[broken]\n{KEY}wJalrXUtnFEMI\n");
    let config = "[profile lake] /* s3://bucket */\nregion = eu-west-1\n[profile two words]\n";
    let connect = |name| profile(name, at_home(home.path(), config, &credentials, &[]));
    let sent = request(connect("demo")).await.unwrap();
    assert_eq!(signer(&sent), ID);
    assert!(open(&connect("lake"), SessionId(1)).await.is_ok());
    let line = |file: &str, line: usize, reason: &str| {
        let path = home.path().join(".aws").join(file);
        format!("Syntax error in {}, line {line}: {reason}. Fix that line", path.display())
    };
    let said = refusal(connect("broken")).await;
    assert!(said.starts_with(&line("credentials", 7, "the setting has no equals sign")), "{said}");
    assert!(!said.contains("wJalr"), "{said}");
    let said = refusal(connect("two words")).await;
    let reason = "the section name has not exactly two words, as in [profile prod]; put a name \
        with spaces in quotes";
    assert!(said.contains(&line("config", 3, reason)), "{said}");
    // A broken `default` is used by every session that names no profile.
    let connect = at_home(home.path(), "[default]\njunk\n", "", &[("AWS_ACCESS_KEY_ID", ID)]);
    assert!(refusal(connect).await.contains("config, line 2"));
}

#[tokio::test]
async fn a_key_above_all_sections_is_reported_instead_of_missing_credentials() {
    let home = tempfile::tempdir().unwrap();
    let variables = [("AWS_EC2_METADATA_DISABLED", "true")];
    let error = request(at_home(home.path(), "", KEY, &variables)).await.unwrap_err().to_string();
    assert!(error.contains("credentials, line 1: settings must come after a section"), "{error}");
    let said = refusal(profile("demo", at_home(home.path(), "", KEY, &[]))).await;
    assert!(said.contains("credentials, line 1: settings must"), "{said}");
}

#[tokio::test]
async fn a_credential_process_has_no_comments_and_an_expiration_in_any_form() {
    let home = tempfile::tempdir().unwrap();
    let output = format!(
        r#"{{"Version": 1, "AccessKeyId": "{ID}", "SecretAccessKey": "s", "SessionToken": "",
            "Expiration": "2099-11-29T03:04:24UTC"}}"#
    );
    let config = format!("[default]\n{}", process(home.path(), &output));
    let sent = request(at_home(home.path(), &config, "", &[])).await.unwrap();
    assert_eq!(signer(&sent), ID);
    assert!(!sent.contains(TOKEN_HEADER), "an empty token is not sent: {sent}");
    process(home.path(), &output.replace("UTC", ""));
    let error = request(at_home(home.path(), &config, "", &[])).await.unwrap_err().to_string();
    assert!(error.contains("Expiration in the output of the command is not a time"), "{error}");
    process(home.path(), &output.replace("2099", "2020"));
    let error = request(at_home(home.path(), &config, "", &[])).await.unwrap_err().to_string();
    assert!(error.contains("have already expired"), "{error}");
}

#[tokio::test]
async fn the_token_is_from_the_file_of_the_key() {
    let home = tempfile::tempdir().unwrap();
    let sent = async |config: &str, credentials: &str, variables: &[(&str, &str)]| {
        let (config, credentials) =
            (format!("[default]\n{config}"), format!("[default]\n{credentials}"));
        let sent = request(at_home(home.path(), &config, &credentials, variables)).await.unwrap();
        assert_eq!(signer(&sent), ID);
        let (_, rest) = sent.split_once(TOKEN_HEADER)?;
        Some(rest.split_once("\r\n")?.0.to_owned())
    };
    assert_eq!(sent("aws_session_token = other\n", KEY, &[]).await, None);
    assert_eq!(sent(KEY, "aws_session_token = other\n", &[]).await, None);
    let security = format!("{KEY}aws_security_token = t\n");
    assert_eq!(sent("", &security, &[]).await.as_deref(), Some("t"));
    assert_eq!(sent(&security, "", &[]).await.as_deref(), Some("t"));
    let both = format!("{security}aws_session_token = u\n");
    assert_eq!(sent("", &both, &[]).await.as_deref(), Some("t"), "the older name comes first");
    assert_eq!(sent("", &both.replace("= t", "="), &[]).await, None, "also if it is empty");
    let mut variables = vec![
        ("AWS_ACCESS_KEY_ID", ID),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SECURITY_TOKEN", "t"),
        ("AWS_SESSION_TOKEN", "u"),
    ];
    assert_eq!(sent("", "", &variables).await.as_deref(), Some("t"));
    variables[2].1 = "";
    assert_eq!(sent("", "", &variables).await.as_deref(), Some("u"), "an empty variable is unset");
}

#[tokio::test]
async fn paths_are_expanded_named_and_may_be_directories() {
    let home = tempfile::tempdir().unwrap();
    let config = format!("[profile demo]\n{KEY}");
    let connect = |path: &str| {
        profile("demo", at_home(home.path(), &config, "", &[("AWS_CONFIG_FILE", path)]))
    };
    for path in ["$HOME/.aws/config", "${HOME}/.aws/config", "~/.aws/config"] {
        assert_eq!(signer(&request(connect(path)).await.unwrap()), ID, "{path}");
    }
    let said = refusal(connect("$HOEM/config")).await;
    assert!(
        said.starts_with("Profile demo does not exist: there is no file $HOEM/config."),
        "{said}"
    );
    let said = refusal(connect("")).await;
    assert!(said.contains("AWS_CONFIG_FILE is set but empty"), "{said}");
    std::fs::write(home.path().join("other"), "").unwrap();
    let other = home.path().join("other").display().to_string();
    let said = refusal(connect("~/other")).await;
    assert!(said.starts_with(&format!("Profile demo does not exist in {other}.")), "{said}");
    let keys = [
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws"),
        ("AWS_ACCESS_KEY_ID", ID),
        ("AWS_SECRET_ACCESS_KEY", "s"),
    ];
    assert_eq!(signer(&request(at_home(home.path(), "", "", &keys)).await.unwrap()), ID);
}

#[tokio::test]
async fn a_quoted_sso_session_and_an_expiry_in_utc_open_the_portal() {
    let home = tempfile::tempdir().unwrap();
    let portal = CannedServer::start(&[
        CannedReply::Answer(200, ROLE_CREDENTIALS),
        CannedReply::Answer(401, r#"{"message": "Session token not found or invalid"}"#),
        CannedReply::Answer(403, r#"{"message": "No access"}"#),
    ])
    .await;
    let config = format!("[default]\n{SSO}{SSO_SESSION}");
    let connect = || at_home(home.path(), &config, "", &[("AWS_ENDPOINT_URL_SSO", &portal.url)]);
    let cache = home.path().join(SSO_CACHE);
    std::fs::create_dir_all(cache.parent().unwrap()).unwrap();
    let token = r#"{"accessToken": "opens", "expiresAt": "2099-11-29T03:04:24UTC"}"#;
    std::fs::write(&cache, token).unwrap();
    let sent = request(connect()).await.unwrap();
    assert_eq!(signer(&sent), "ASIARZPUZDIKFYHOWX26");
    assert!(sent.contains("\r\nx-amz-security-token: portal token\r\n"), "{sent}");
    let asked = portal.requests().remove(0);
    assert!(asked.starts_with("GET /federation/credentials?"), "{asked}");
    assert!(asked.contains("\r\nx-amz-sso_bearer_token: opens\r\n"), "{asked}");
    assert!(!asked.contains("\r\nauthorization: "), "{asked}");
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(error.contains("(default, SSO): Session token not found or invalid."), "{error}");
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(error.contains("No access. The role may not be assigned to you"), "{error}");
    std::fs::write(&cache, token.replace("2099", "2020")).unwrap();
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(
        error.contains("the SSO token has expired") && error.contains("aws sso login"),
        "{error}"
    );
    assert_eq!(portal.requests().len(), 3, "the portal is not asked with an expired token");
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
    let cache = home.path().join(SSO_CACHE);
    std::fs::create_dir_all(cache.parent().unwrap()).unwrap();
    let token = r#"{"accessToken": "stale", "expiresAt": "2020-11-29T03:04:24Z", "clientId": "c",
        "clientSecret": "s", "registrationExpiresAt": "2099-01-01T00:00:00UTC", "refreshToken": "first"}"#;
    std::fs::write(&cache, token).unwrap();
    request(connect()).await.unwrap();
    let asked = oidc.requests().remove(0);
    for part in ["POST /token ", "\"grantType\":\"refresh_token\"", "\"refreshToken\":\"first\""] {
        assert!(asked.contains(part), "{asked}");
    }
    assert!(portal.requests()[0].contains("\r\nx-amz-sso_bearer_token: fresh\r\n"));
    let saved = std::fs::read_to_string(&cache).unwrap();
    assert!(saved.contains("\"fresh\"") && saved.contains("\"second\""), "{saved}");
    request(connect()).await.unwrap();
    assert_eq!(oidc.requests().len(), 1, "the saved token is still valid");
    std::fs::write(&cache, token).unwrap();
    let error = request(connect()).await.unwrap_err().to_string();
    assert!(error.contains("the SSO token has expired"), "{error}");
    assert_eq!((oidc.requests().len(), portal.requests().len()), (2, 2));
}
