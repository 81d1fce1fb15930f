//! Tests of signing in: which session is chosen, the calls of a device authorization, and the files
//! that it leaves.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::aws::config_files::AwsConfigFiles;
use crate::aws::http::client::HttpClients;
use crate::aws::portal::client_factory;
use crate::aws::sso::session::SsoSession;
use crate::aws::tests::at_home;
use crate::aws::tests::http_server::{CannedReply, CannedServer};
use crate::aws::{ConnectOptions, SignIn, SignInError, TokenReply, find_sign_in};

const SESSION: &str = "[sso-session corp]\nsso_region = eu-west-1\n\
    sso_start_url = https://d-1.awsapps.com/start\n";

const REGISTERED: CannedReply = CannedReply::Answer(
    200,
    r#"{"clientId": "client-1", "clientSecret": "client-secret-0123456789", "clientSecretExpiresAt": 4070908800}"#,
);
const STARTED: CannedReply = CannedReply::Answer(
    200,
    r#"{"deviceCode": "device-secret-0123456789", "userCode": "PQCF-FCCN", "interval": 1, "expiresIn": 600,
        "verificationUri": "https://device.sso.eu-west-1.amazonaws.com/",
        "verificationUriComplete": "https://device.sso.eu-west-1.amazonaws.com/?user_code=PQCF-FCCN"}"#,
);
const ISSUED: CannedReply = CannedReply::Answer(
    200,
    r#"{"accessToken": "opens", "expiresIn": 28800, "refreshToken": "r"}"#,
);

/// An error of the token service, in the form of the OAuth standard.
const fn refused(error: &'static str) -> CannedReply {
    CannedReply::Answer(400, error)
}

async fn found(home: &Path, oidc: &CannedServer) -> SignIn {
    let variables = [("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc.url)];
    find_sign_in(&at_home(home, SESSION, "", &variables), None, None).await.unwrap()
}

fn cached(home: &Path) -> Vec<(String, Value)> {
    let mut files: Vec<_> = std::fs::read_dir(home.join(".aws/sso/cache"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{path:?}");
            let text = std::fs::read_to_string(&path).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), text.parse().unwrap())
        })
        .collect();
    files.sort_by(|one, other| one.0.cmp(&other.0));
    files
}

#[tokio::test]
async fn a_code_is_asked_about_until_its_token_is_cached_and_the_client_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let oidc = CannedServer::start(&[
        REGISTERED,
        STARTED,
        refused(r#"{"error": "authorization_pending"}"#),
        refused(r#"{"error": "slow_down", "error_description": "Slow down"}"#),
        ISSUED,
        STARTED,
        CannedReply::Answer(200, r#"{"accessToken": "new", "expiresIn": 28800}"#),
    ])
    .await;
    let sign_in = found(home.path(), &oidc).await;
    assert_eq!((sign_in.name(), sign_in.region()), ("corp", "eu-west-1"));
    assert_eq!(sign_in.custom_url(), Some(&*oidc.url));
    let code = sign_in.start().await.unwrap();
    assert!(code.user_code == "PQCF-FCCN" && code.is_page_of_aws(), "{code:?}");
    assert!(!format!("{code:?}").contains("-secret"), "{code:?}");
    assert_eq!(sign_in.request_token(&code).await.unwrap(), TokenReply::Pending);
    assert_eq!(sign_in.request_token(&code).await.unwrap(), TokenReply::SlowDown);
    assert!(matches!(sign_in.request_token(&code).await, Ok(TokenReply::SignedIn(_))));
    let requests = oidc.requests();
    let parts: [&[&str]; 3] = [
        &[
            "POST /client/register ",
            r#""clientName":"keyflip""#,
            r#""clientType":"public""#,
            r#""scopes":["sso:account:access"]"#,
        ],
        &[
            "POST /device_authorization ",
            r#""startUrl":"https://d-1.awsapps.com/start""#,
            r#""clientSecret":"client-secret-0123456789""#,
        ],
        &[
            "POST /token ",
            r#""deviceCode":"device-secret-0123456789""#,
            r#""grantType":"urn:ietf:params:oauth:grant-type:device_code""#,
        ],
    ];
    for (request, parts) in requests.iter().zip(parts) {
        for part in parts {
            assert!(request.contains(part), "{part}: {request}");
        }
        assert!(!request.contains("grantTypes") && !request.contains("\r\nauthorization: "));
    }
    assert_eq!(requests.len(), 5);
    let files = cached(home.path());
    let token = &files.iter().find(|(_, file)| file.get("accessToken").is_some()).unwrap();
    // The SHA-1 of `corp`.
    assert_eq!(token.0, "ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
    assert_eq!(files.len(), 2);
    assert_eq!(token.1["accessToken"], "opens");
    assert_eq!(token.1["refreshToken"], "r");
    assert_eq!(token.1["registrationExpiresAt"], "2099-01-01T00:00:00Z");
    // The refresh token of the former sign-in may be another user's.
    let code = sign_in.start().await.unwrap();
    assert!(matches!(sign_in.request_token(&code).await, Ok(TokenReply::SignedIn(_))));
    assert_eq!(oidc.requests().len(), 7, "the client is registered already");
    let files = cached(home.path());
    let token = &files.iter().find(|(_, file)| file.get("accessToken").is_some()).unwrap().1;
    assert!(token["accessToken"] == "new" && token.get("refreshToken").is_none(), "{token}");
}

#[tokio::test]
async fn a_forgotten_client_is_registered_again() {
    let home = tempfile::tempdir().unwrap();
    let oidc = CannedServer::start(&[
        REGISTERED,
        STARTED,
        CannedReply::Answer(401, r#"{"error": "invalid_client"}"#),
        REGISTERED,
        STARTED,
        CannedReply::Answer(
            401,
            r#"{"error": "invalid_client",
                "error_description": "No\u001b[2J, device-secret-0123456789 of client-secret-0123456789"}"#,
        ),
        REGISTERED,
        STARTED,
    ])
    .await;
    let sign_in = found(home.path(), &oidc).await;
    sign_in.start().await.unwrap();
    let code = sign_in.start().await.unwrap();
    assert_eq!(oidc.requests().len(), 5);
    let error = sign_in.request_token(&code).await.unwrap_err().to_string();
    let hidden = "invalid_client: No<U+001B>[2J, ** hidden ** of ** hidden **. Sign in again";
    assert!(error.contains(hidden), "{error}");
    sign_in.start().await.unwrap();
    assert!(oidc.requests()[6].starts_with("POST /client/register "));
}

#[tokio::test]
async fn each_end_of_a_code_has_its_sentence_and_leaves_the_former_token() {
    let home = tempfile::tempdir().unwrap();
    for (reply, start) in [
        (refused(r#"{"error": "access_denied"}"#), "The sign-in was refused."),
        (refused(r#"{"error": "expired_token"}"#), "The code expired before it was approved."),
        (refused(r#"{"error": "invalid_grant"}"#), "Identity Center no longer knows the code."),
        (refused(r#"{"error": "invalid_scope"}"#), "CreateToken failed with invalid_scope"),
        (CannedReply::Answer(200, "{}"), "CreateToken failed"),
    ] {
        std::fs::create_dir_all(home.path().join(".aws/sso/cache")).unwrap();
        let oidc = CannedServer::start(&[REGISTERED, STARTED, reply]).await;
        let sign_in = found(home.path(), &oidc).await;
        let code = sign_in.start().await.unwrap();
        let error = sign_in.request_token(&code).await.unwrap_err().to_string();
        assert!(error.starts_with(start), "{error}");
        assert!(cached(home.path()).iter().all(|(_, file)| file.get("accessToken").is_none()));
        std::fs::remove_dir_all(home.path().join(".aws")).unwrap();
    }
    let oidc = CannedServer::start(&[
        REGISTERED,
        refused(r#"{"error": "invalid_request", "error_description": "Invalid start url"}"#),
    ])
    .await;
    let error = found(home.path(), &oidc).await.start().await.unwrap_err().to_string();
    assert!(
        error.ends_with("Invalid start url. Check sso_start_url and sso_region of the session."),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_is_sent_if_the_token_could_not_be_saved() {
    let home = tempfile::tempdir().unwrap();
    let oidc = CannedServer::start(&[REGISTERED, STARTED, ISSUED]).await;
    let sign_in = found(home.path(), &oidc).await;
    std::fs::create_dir_all(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/sso"), "").unwrap();
    let error = sign_in.start().await.unwrap_err();
    assert!(matches!(error, SignInError::CacheNotWritable(..)), "{error}");
    assert!(error.to_string().contains("/.aws/sso/cache: Not a directory"), "{error}");
    assert_eq!(oidc.requests().len(), 0);
    // A token that is approved but cannot be saved.
    std::fs::remove_file(home.path().join(".aws/sso")).unwrap();
    let code = sign_in.start().await.unwrap();
    std::fs::remove_dir_all(home.path().join(".aws/sso/cache")).unwrap();
    std::fs::write(home.path().join(".aws/sso/cache"), "").unwrap();
    let error = sign_in.request_token(&code).await.unwrap_err();
    assert!(matches!(error, SignInError::NotSaved(..)), "{error}");
    assert!(!error.to_string().contains("opens"), "{error}");
}

#[tokio::test]
async fn the_session_is_the_named_one_or_that_of_the_profile_or_the_only_one() {
    let home = tempfile::tempdir().unwrap();
    let other = SESSION.replace("corp", "other").replace("d-1", "d-2");
    let old =
        "[profile old]\nsso_region = us-east-1\nsso_start_url = https://d-1.awsapps.com/start\n";
    let roles = "[profile ops]\nrole_arn = arn:aws:iam::123456789012:role/Ops\nsource_profile = base\n\
        [profile base]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Ops\n\
        [profile bare]\nsso_session = corp\n[profile keys]\nregion = us-east-1\n";
    let misspelt = "[profile misspelt]\nsso_session = croup\n";
    let config = format!("{SESSION}{other}{old}{roles}{misspelt}");
    let name = async |connect: ConnectOptions, named: Option<&str>, preferred: Option<&str>| {
        let found = find_sign_in(&connect, named, preferred).await;
        found.map_or_else(|error| error.to_string(), |found| found.name().to_owned())
    };
    let of_config = |variables: &[(&str, &str)]| at_home(home.path(), &config, "", variables);
    let of_profile = |profile: &str| ConnectOptions {
        profile: Some(profile.to_owned()),
        ..of_config(&[("AWS_PROFILE", "old")])
    };
    assert_eq!(name(of_config(&[]), Some("other"), None).await, "other");
    let url = "https://d-1.awsapps.com/start";
    assert_eq!(name(of_config(&[]), Some(url), None).await, url);
    for start_url in [url, "https://d-1.awsapps.com/start/", "https://d-1.awsapps.com/start/#/"] {
        let corp = at_home(home.path(), SESSION, "", &[]);
        assert_eq!(name(corp, Some(start_url), None).await, "corp", "{start_url}");
    }
    let twin = format!("{SESSION}{}", SESSION.replace("corp", "twin"));
    let said = name(at_home(home.path(), &twin, "", &[]), Some(url), None).await;
    assert!(said.contains("several sessions: corp, twin."), "{said}");
    let said = name(of_config(&[]), Some("https://d-7.awsapps.com/start"), None).await;
    assert!(said.contains("has the start URL https://d-7.awsapps.com/start."), "{said}");
    assert!(!said.contains("Did you mean"), "{said}");
    for (profile, session) in [("ops", "corp"), ("bare", "corp"), ("old", url)] {
        assert_eq!(name(of_profile(profile), None, Some("other")).await, session, "{profile}");
    }
    assert_eq!(name(of_config(&[("AWS_PROFILE", "old")]), None, None).await, url);
    assert_eq!(name(of_config(&[]), None, Some("corp")).await, "corp");
    let only = at_home(home.path(), &format!("{SESSION}{old}"), "", &[]);
    assert_eq!(name(only, None, None).await, "corp");
    let one_session = |variables: &[(&str, &str)]| {
        at_home(home.path(), &format!("{SESSION}{roles}{misspelt}"), "", variables)
    };
    assert_eq!(name(one_session(&[("AWS_PROFILE", "keys")]), None, None).await, "corp");
    for (profile, part) in [("misspelt", "croup"), ("nobody", "Profile nobody does not exist")] {
        let said = name(one_session(&[("AWS_PROFILE", profile)]), None, None).await;
        assert!(said.contains(part), "not another session: {said}");
    }
    for (connect, named, part) in [
        (of_config(&[]), None, "several sessions: corp, other. Name one with --sso-session."),
        (of_config(&[]), Some("crop"), "There is no [sso-session crop]"),
        (of_config(&[]), Some("crop"), "Did you mean corp?"),
        (of_profile("keys"), None, "Profile keys does not use Identity Center."),
        (of_profile("nobody"), None, "Profile nobody does not exist"),
    ] {
        let said = name(connect, named, None).await;
        assert!(said.contains(part), "{said}");
    }
    let typo = old.replace("us-east-1", "us east 1");
    let beside = at_home(home.path(), &format!("{SESSION}{typo}"), "", &[]);
    assert_eq!(name(beside, None, None).await, "corp");
    for named in [None, Some(url)] {
        let said = name(at_home(home.path(), &typo, "", &[]), named, None).await;
        assert!(said.contains("line 2) is not a valid region name"), "{said}");
    }
    let said = name(at_home(home.path(), "", "", &[]), None, None).await;
    assert!(said.contains("no session of Identity Center"), "{said}");
}

/// A dual-stack portal does not know the codes of the IPv4 endpoint.
#[tokio::test]
async fn the_endpoint_is_of_the_family_of_the_start_url_and_of_the_region() {
    let home = tempfile::tempdir().unwrap();
    let expected = [
        ("eu-west-1", "d-1.awsapps.com/start", "https://oidc.eu-west-1.amazonaws.com"),
        ("us-east-2", "ssoins-1.portal.us-east-2.app.aws", "https://oidc.us-east-2.api.aws"),
        ("cn-north-1", "start.home.awsapps.cn/x", "https://oidc.cn-north-1.amazonaws.com.cn"),
        (
            "us-gov-west-1",
            "start.us-gov-home.awsapps.com",
            "https://oidc.us-gov-west-1.amazonaws.com",
        ),
    ];
    let section = |(number, (region, url, _)): (usize, &(&str, &str, &str))| {
        format!("[sso-session s{number}]\nsso_region = {region}\nsso_start_url = https://{url}\n")
    };
    let config: String = expected.iter().enumerate().map(section).collect();
    let connect = at_home(home.path(), &config, "", &[]);
    let environment = connect.environment().unwrap();
    let (files, _) = AwsConfigFiles::read(environment).await.unwrap();
    let base = client_factory(&connect, &files, &HttpClients::default()).unwrap();
    let (sessions, _) = SsoSession::all(&files, environment);
    for (session, (.., host)) in sessions.iter().zip(expected) {
        assert_eq!(session.authorization_host(&base).await.unwrap(), host);
    }
    assert_eq!(sessions.len(), expected.len());
}
