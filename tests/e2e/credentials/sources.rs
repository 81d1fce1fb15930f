//! Tests of the credential sources, and of the key that each signs with.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{
    OPERATOR, SECRET, STAGING, demo_with_config, find, keys, says, session_keys, session_of,
    signers,
};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::proxy_server::ProxyServer;

const IDENTITY: &str = "GetCallerIdentity";
const AUDITOR: &str = "role_arn = arn:aws:iam::123456789012:role/Auditor\n";
const DEPLOY: &str = "arn:aws:iam::123456789012:role/ci/GitHubDeploy";
/// Cache file of the AWS CLI for the SSO session `corp`; the name is the SHA-1 of `corp`.
pub(super) const CORP_CACHE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
/// The same for a profile without a session; the name is the SHA-1 of the start URL.
const PORTAL_CACHE: &str = ".aws/sso/cache/314e53d6f95c6a3223cafb737bb3d26b5a2f338b.json";

/// Returns credentials in the format of the container endpoint and IMDS.
fn served(session: &Value, token: &str) -> Value {
    json!({
        "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "RoleArn": "arn",
        "AccessKeyId": session["AccessKeyId"], "SecretAccessKey": session["SecretAccessKey"],
        token: session["SessionToken"], "Expiration": "2099-01-01T00:00:00Z",
    })
}

#[test]
fn an_explicit_profile_wins_over_a_key_in_the_environment() {
    let (home, demo) =
        demo_with_config("[profile staging]\nendpoint_url = URL\n", &keys("staging", STAGING));
    let launch = |arguments: &[&str]| {
        find(&home, arguments).signed_by(OPERATOR, SECRET).env("AWS_PROFILE", "staging")
    };
    // As in the AWS CLI, a key in the environment takes precedence over AWS_PROFILE.
    says(launch(&[]), 0, &["Looking in 123456789012", "(environment variables), NOT AWS"]);
    says(
        launch(&["--profile", "staging"]),
        1,
        &["Looking in 210987654321", "(staging, access key), NOT AWS"],
    );
    says(find(&home, &[]).env("AWS_PROFILE", "staging"), 1, &["(staging, access key)"]);
    assert_eq!(signers(&demo, IDENTITY), [OPERATOR, STAGING, STAGING]);
}

#[test]
fn chained_roles_are_assumed_with_their_profile_settings() {
    let (home, demo) = demo_with_config(
        &format!(
            "[profile audit]\nendpoint_url = URL\n{AUDITOR}source_profile = base\n\
             [profile staging-audit]\nendpoint_url = URL\nrole_arn = arn:aws:iam::210987654321:role/StagingAudit\n\
             source_profile = audit\nexternal_id = acme-7731\nrole_session_name = ann.h\nduration_seconds = 1800\n"
        ),
        &keys("base", OPERATOR),
    );
    says(
        find(&home, &["--profile", "audit"]),
        0,
        &["(audit, role Auditor from profile base, access key)"],
    );
    says(find(&home, &["--profile", "staging-audit"]), 1, &["assumed-role/StagingAudit/ann.h"]);
    let calls = demo.calls();
    let assumed: Vec<_> = calls.iter().filter(|call| call["operation"] == "AssumeRole").collect();
    let [_, second, last] = assumed[..] else { panic!("{assumed:?}") };
    assert_eq!(
        (second["key"].as_str(), &second["params"]["DurationSeconds"]),
        (Some(OPERATOR), &Value::Null)
    );
    let reported = ["ExternalId", "RoleSessionName", "DurationSeconds"]
        .map(|name| last["params"][name].as_str());
    assert_eq!(reported, [Some("acme-7731"), Some("ann.h"), Some("1800")]);
    assert!(last["key"].as_str().unwrap().starts_with("ASIA"), "{last}");
    assert!(signers(&demo, IDENTITY).iter().all(|key| key.starts_with("ASIA")));
}

#[test]
fn a_role_is_assumed_with_the_key_in_the_environment() {
    let (home, demo) = demo_with_config(
        &format!("[profile audit]\nendpoint_url = URL\n{AUDITOR}credential_source = Environment\n"),
        "",
    );
    let launch = find(&home, &["--profile", "audit"]).signed_by(OPERATOR, SECRET);
    says(launch, 0, &["(audit, role Auditor from profile audit, environment variables)"]);
    assert_eq!(signers(&demo, "AssumeRole"), [OPERATOR]);
    let none = find(&home, &["--profile", "audit"]);
    says(
        none,
        253,
        &["credential_source Environment, but no credentials are set", "Set AWS_ACCESS_KEY_ID"],
    );
}

#[test]
fn a_web_identity_token_is_exchanged_at_the_set_endpoint() {
    let config = format!("[profile ci]\nrole_arn = {DEPLOY}\nweb_identity_token_file = ~/token\n");
    let (home, demo) = demo_with_config(
        &format!("{config}role_session_name = run-7\nduration_seconds = 900\n"),
        "",
    );
    home.write("token", "eyJhbGciOi.demo.token\n");
    let by_profile = || find(&home, &["--profile", "ci", "--endpoint-url", demo.url()]);
    says(by_profile(), 0, &["(ci, web identity), NOT AWS"]);
    let by_environment = find(&home, &[])
        .env("AWS_ENDPOINT_URL_STS", demo.url())
        .env("AWS_ENDPOINT_URL_IAM", demo.url())
        .env("AWS_ROLE_ARN", DEPLOY)
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", home.path("token"));
    says(by_environment, 0, &["(web identity from environment variables)"]);
    let calls = demo.calls();
    let exchange =
        calls.iter().find(|call| call["operation"] == "AssumeRoleWithWebIdentity").unwrap();
    assert_eq!(
        (&exchange["key"], &exchange["params"]["RoleSessionName"]),
        (&Value::Null, &"run-7".into())
    );
    assert_eq!(exchange["params"]["DurationSeconds"], "900");
    home.write("token", "expired");
    says(
        by_profile(),
        253,
        &["with the token in", "ExpiredTokenException", "contains a valid token"],
    );
    std::fs::remove_file(home.path("token")).unwrap();
    says(by_profile(), 253, &["No such file", "contains a valid token"]);
}

#[test]
fn the_stderr_of_a_credential_process_is_not_shown() {
    let (home, demo) = demo_with_config(
        "[profile tool]\nendpoint_url = URL\ncredential_process = cat made.json\n\
         [profile broken]\nendpoint_url = URL\ncredential_process = sh -c 'echo wJalrXUtnFEMI >&2; exit 3'\n",
        "",
    );
    let mut made = served(&session_of(&demo, "ReadOnly"), "SessionToken");
    made["Version"] = 1.into();
    home.write("made.json", &made.to_string());
    says(find(&home, &["--profile", "tool"]), 0, &["(tool, credential process)"]);
    assert_eq!(signers(&demo, IDENTITY), [made["AccessKeyId"].as_str().unwrap()]);
    let broken = find(&home, &["--profile", "broken"]);
    let broken =
        says(broken, 253, &["exit status: 3", "profile's credential_process command works"]);
    assert!(!broken.stderr.contains("wJalr"), "{}", broken.stderr);
}

#[test]
fn a_cached_sso_token_works_in_both_profile_formats() {
    let role = "endpoint_url = URL\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n";
    let portal = "sso_region = us-east-1\nsso_start_url = https://portal.example.org/start\n";
    let (home, demo) = demo_with_config(
        &format!(
            "[profile new]\n{role}sso_session = corp\n[sso-session corp]\n{portal}[profile old]\n{role}{portal}"
        ),
        "",
    );
    let session = session_of(&demo, "ReadOnly");
    let answer = json!({"roleCredentials": {
        "accessKeyId": session["AccessKeyId"], "secretAccessKey": session["SecretAccessKey"],
        "sessionToken": session["SessionToken"], "expiration": 4_070_908_800_000_i64,
    }});
    let sso = ProxyServer::answering(move |path| {
        let gone = || {
            (
                401,
                json!({"message": "Identity Center does not accept the SSO token or invalid"})
                    .to_string(),
            )
        };
        if path.contains("=Gone&") { gone() } else { (200, answer.to_string()) }
    });
    let url = format!("http://{}", sso.address());
    let ask = |profile| find(&home, &["--profile", profile]).env("AWS_ENDPOINT_URL_SSO", &url);
    let token = |ends: &str| {
        json!({"accessToken": "opens", "expiresAt": ends, "region": "us-east-1",
        "startUrl": "https://portal.example.org/start"})
    };
    for (profile, cache) in [("new", CORP_CACHE), ("old", PORTAL_CACHE)] {
        let login = format!("keyflip login --profile {profile}");
        says(ask(profile), 253, &["SSO token", &login]);
        home.write(cache, &token("2099-01-01T00:00:00Z").to_string());
        says(ask(profile), 0, &[&format!("({profile}, SSO at NOT AWS http"), "), NOT AWS"]);
    }
    home.write(CORP_CACHE, &token("2020-01-01T00:00:00Z").to_string());
    says(ask("new"), 253, &["the SSO token has expired", "keyflip login --profile new"]);
    let asked = "GET /federation/credentials?role_name=ReadOnly&account_id=123456789012 HTTP/1.1";
    assert_eq!(sso.received(), [asked, asked]);
    let signer = session["AccessKeyId"].as_str().unwrap();
    assert_eq!(signers(&demo, IDENTITY), [signer, signer]);
    let config = home.read(".aws/config").replace("ReadOnly", "Gone");
    home.write(".aws/config", &config);
    says(ask("old"), 253, &["no longer accepts the SSO token", "keyflip login --profile old"]);
}

#[test]
fn container_and_instance_roles_bypass_the_proxy() {
    let (home, demo) = demo_with_config("", "");
    let session = session_of(&demo, "ReadOnly");
    let proxy = ProxyServer::proxy();
    let proxied =
        || find(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()).env("HTTP_PROXY", proxy.address());
    let container = served(&session, "Token").to_string();
    let container = ProxyServer::answering(move |_| (200, container.clone()));
    let full_uri = format!("http://{}/role", container.address());
    says(proxied().env("AWS_CONTAINER_CREDENTIALS_FULL_URI", full_uri), 0, &["(container role)"]);
    assert_eq!(container.received(), ["GET /role HTTP/1.1"]);

    let role = served(&session, "Token").to_string();
    let metadata = ProxyServer::answering(move |path| match path {
        "/latest/api/token" => (200, "token".to_owned()),
        path if path.ends_with("/OpsRole") => (200, role.clone()),
        _ => (200, "OpsRole".to_owned()),
    });
    says(on_instance(proxied(), &metadata), 0, &["(instance role)"]);
    assert_eq!(metadata.received()[0], "PUT /latest/api/token HTTP/1.1");
    assert!(!proxy.received().is_empty());
    let others =
        proxy.received().into_iter().filter(|line| !line.contains(demo.url())).collect::<Vec<_>>();
    assert_eq!(others, [""; 0], "the proxy sees the calls to IAM, and no credentials");
}

fn on_instance(
    launch: crate::support::launch::Launch,
    metadata: &ProxyServer,
) -> crate::support::launch::Launch {
    let url = format!("http://{}", metadata.address());
    launch.without("AWS_EC2_METADATA_DISABLED").env("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
}

#[test]
fn an_unresponsive_metadata_address_causes_no_delay() {
    let (home, demo) = demo_with_config("", "");
    let hole = ProxyServer::silent();
    let begun = Instant::now();
    let launch = on_instance(find(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()), &hole);
    says(launch, 253, &["No credentials found", "--profile"]);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert!(!hole.received().is_empty(), "it was asked");
    // IMDS is not called if AWS_EC2_METADATA_DISABLED is set.
    let received = hole.received().len();
    says(find(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()), 253, &["No credentials found"]);
    assert_eq!(hole.received().len(), received);
}

#[test]
fn files_with_crlf_bom_comments_and_spaced_names_are_read() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let config = format!(
        "\u{feff}# ours\r\n[profile \"on call\"] # by phone\r\nendpoint_url = {}\r\n\r\n; more\r\n[plugins]\r\n\
         [profile 'x']\r\nregion=eu-west-1\r\n",
        demo.url()
    );
    home.write(".aws/config", &config);
    home.write(
        ".aws/credentials",
        &format!("\u{feff}{}", keys("on call", OPERATOR).replace('\n', "\r\n")),
    );
    says(find(&home, &["--profile", "on call"]), 0, &["(on call, access key), NOT AWS"]);
    assert_eq!(signers(&demo, IDENTITY), [OPERATOR]);
}

#[test]
fn a_get_session_token_session_without_mfa_is_explained() {
    let (home, demo) = demo_with_config("[profile temp]\nendpoint_url = URL\n", "");
    let session = demo.apply(&json!({"open_session": {"user": "operator", "seconds": 3600}}));
    home.write(".aws/credentials", &session_keys("temp", &session));
    // STS accepts it, so the account is shown. IAM rejects it.
    let finished = says(find(&home, &["--profile", "temp"]), 1, &["Looking in 123456789012"]);
    assert!(
        finished.stdout.contains("only if they were requested with an MFA code"),
        "{}",
        finished.stdout
    );
    let by_mfa =
        demo.apply(&json!({"open_session": {"user": "operator", "seconds": 3600, "mfa": true}}));
    home.write(".aws/credentials", &session_keys("temp", &by_mfa));
    says(find(&home, &["--profile", "temp"]), 0, &[]);
}
