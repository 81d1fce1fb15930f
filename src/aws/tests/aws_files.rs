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
/// Opens a session, asks for the caller, and returns the request.
pub(super) async fn request(connect: ConnectOptions) -> Result<String, ServiceError> {
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
    let reason = "the section name must have exactly two words, as in [profile prod]; put a name \
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

/// The SDK would panic while it signs.
#[tokio::test]
async fn an_id_that_cannot_be_sent_is_an_error_of_its_source() {
    let home = tempfile::tempdir().unwrap();
    let output = |id: &str| {
        format!(r#"{{"Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "wJalrXUtnFEMI"}}"#)
    };
    let config = format!("[default]\n{}", process(home.path(), &output(&format!("{ID}\\n"))));
    let sent = request(at_home(home.path(), &config, "", &[])).await.unwrap();
    assert_eq!(signer(&sent), ID);
    process(home.path(), &output("AKIA\\nRZPUZDIKFYHOWX26"));
    let error = request(at_home(home.path(), &config, "", &[])).await.unwrap_err().to_string();
    let expected = "Could not get credentials (default, credential process): the access key ID \
        contains a space or another character that no ID has.";
    assert!(error.contains(expected), "{error}");
    let joined = KEY.replace('\n', "\n  ");
    let said = refusal(at_home(home.path(), "", &format!("[default]\n{joined}"), &[])).await;
    assert!(said.contains("line 3: the line continues the setting above"), "{said}");
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
