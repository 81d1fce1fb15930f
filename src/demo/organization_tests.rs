//! Identity Center over a real socket, with the SDK.

use aws_sdk_sso::config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_sdk_sso::error::{ProvideErrorMetadata, SdkError};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::sdk_http::plain_http;
use super::*;

const FIRST: &str = "300098765431";

fn serve(faults: &Value) -> DemoServer {
    let faults = serde_json::from_value(faults.clone()).unwrap();
    let options = DemoOptions {
        faults,
        serves_admin_api: true,
        organization: Some(150),
        ..DemoOptions::default()
    };
    start(&options).unwrap()
}

macro_rules! client {
    ($service:ident, $demo:expr) => {
        $service::Client::from_conf(
            $service::Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new("us-east-1"))
                .endpoint_url($demo.url())
                .http_client(plain_http())
                .retry_config(RetryConfig::disabled())
                .build(),
        )
    };
}

/// Returns the status and the code of an error.
fn refusal<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String
where
    SdkError<E, R>: ProvideErrorMetadata,
{
    error.code().unwrap_or_default().to_owned()
}

async fn calls(demo: &DemoServer) -> Vec<Value> {
    let mut stream = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
    let request = "GET /_demo/calls HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn the_sdk_walks_the_portal_and_every_call_is_logged() {
    let demo = serve(&json!({}));
    let portal = client!(aws_sdk_sso, demo);
    let pages = portal.list_accounts().access_token(DEMO_SSO_TOKEN).max_results(100);
    let accounts =
        pages.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(accounts.len(), 152);
    let roles = portal.list_account_roles().access_token(DEMO_SSO_TOKEN).account_id(FIRST);
    assert_eq!(roles.send().await.unwrap().role_list().len(), 2);
    let credentials = portal.get_role_credentials().access_token(DEMO_SSO_TOKEN).account_id(FIRST);
    let reply = credentials.role_name("ReadOnlyAccess").send().await.unwrap();
    assert!(reply.role_credentials().unwrap().expiration() > 1_600_000_000_000);
    let wrong = portal.list_accounts().access_token("wrong").send().await.unwrap_err();
    assert_eq!(refusal(&wrong), "UnauthorizedException");
    assert_eq!(wrong.raw_response().unwrap().status().as_u16(), 401);

    let calls = calls(&demo).await;
    let names: Vec<_> = calls.iter().map(|call| call["operation"].as_str().unwrap()).collect();
    let asked = ["ListAccounts", "ListAccounts", "ListAccountRoles", "GetRoleCredentials"];
    assert_eq!((&names[..4], names[4]), (&asked[..], "ListAccounts"));
    assert!(calls.iter().all(|call| call["connection"] == 1 && call["key"].is_null()));
    assert_eq!(calls[3]["params"], json!({"account_id": FIRST, "role_name": "ReadOnlyAccess"}));
    assert_eq!(
        (&calls[4]["status"], &calls[4]["code"]),
        (&json!(401), &json!("UnauthorizedException"))
    );
}

#[tokio::test]
async fn faults_hit_the_calls_of_identity_center_by_name() {
    let demo = serve(&json!({
        "throttle": {"operations": ["ListAccountRoles"], "times": 1},
        "server_error": {"operations": ["GetRoleCredentials"], "times": 1},
        "junk": {"operations": ["RegisterClient"], "times": 1},
        "errors": [{
            "status": 400,
            "code": "AccessDeniedException",
            "message": "denied",
            "on": {"operations": ["CreateToken"]}
        }],
    }));
    let (portal, oidc) = (client!(aws_sdk_sso, demo), client!(aws_sdk_ssooidc, demo));
    let roles = || portal.list_account_roles().access_token(DEMO_SSO_TOKEN).account_id(FIRST);
    let error = roles().send().await.unwrap_err();
    assert_eq!(refusal(&error), "TooManyRequestsException");
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 429);
    roles().send().await.unwrap();
    let credentials = portal.get_role_credentials().access_token(DEMO_SSO_TOKEN).account_id(FIRST);
    let error = credentials.role_name("ReadOnlyAccess").send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 500);
    let register =
        || oidc.register_client().client_name("keyflip").client_type("public").scopes("a");
    assert!(register().send().await.is_err());
    let client = register().send().await.unwrap();
    let token = oidc
        .create_token()
        .client_id(client.client_id().unwrap())
        .client_secret(client.client_secret().unwrap())
        .grant_type("refresh_token")
        .refresh_token(DEMO_REFRESH_TOKEN);
    let error = token.send().await.unwrap_err().into_service_error();
    assert!(error.is_access_denied_exception(), "{error:?}");
    let secrets = calls(&demo).await[5]["params"].clone();
    assert_eq!(
        secrets,
        json!({"clientId": client.client_id().unwrap(), "grantType": "refresh_token"})
    );
}

#[tokio::test]
async fn the_sdk_signs_in_with_a_device_code() {
    let demo = serve(&json!({}));
    let oidc = client!(aws_sdk_ssooidc, demo);
    let start = oidc.start_device_authorization().client_id(DEMO_CLIENT);
    let started =
        start.client_secret(DEMO_CLIENT_SECRET).start_url(demo.url() + "/start").send().await;
    let started = started.unwrap();
    assert_eq!(started.verification_uri(), Some((demo.url() + "/device").as_str()));
    let poll = oidc
        .create_token()
        .client_id(DEMO_CLIENT)
        .client_secret(DEMO_CLIENT_SECRET)
        .grant_type("urn:ietf:params:oauth:grant-type:device_code")
        .device_code(started.device_code().unwrap());
    let first = poll.clone().send().await.unwrap_err().into_service_error();
    assert!(first.is_authorization_pending_exception(), "{first:?}");
    let second = poll.send().await.unwrap_err().into_service_error();
    assert!(second.is_slow_down_exception(), "{second:?}");
}

#[tokio::test]
async fn a_throttled_call_to_the_portal_is_not_carried_out() {
    let demo = serve(&json!({"portal_rate": {"per_second": 0.001, "burst": 20}}));
    let portal = client!(aws_sdk_sso, demo);
    for number in 1..=21 {
        let call = portal.list_accounts().access_token(DEMO_SSO_TOKEN).send().await;
        assert_eq!(call.is_ok(), number <= 20, "{number}");
    }
    let logged = calls(&demo).await;
    assert_eq!((&logged[20]["status"], &logged[20]["carried_out"]), (&json!(429), &json!(false)));
}

#[tokio::test]
async fn without_an_organization_identity_center_is_not_served() {
    let demo = start(&DemoOptions::default()).unwrap();
    let portal = client!(aws_sdk_sso, demo);
    let error = portal.list_accounts().access_token(DEMO_SSO_TOKEN).send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 404);
    assert!(demo.cached_token(jiff::Timestamp::now()).is_none());
    assert!(!demo.config().contains("sso-session"));
}
