//! Tests of the connection to IAM: endpoints, proxies and certificates.

use serde_json::json;

use super::sources::CORP_CACHE;
use super::{OPERATOR, OWNER, SECRET, WANTED, demo_with_config, find, keys, says};
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::proxy_server::{CA, ProxyServer};

const UNCHECKED: &str =
    "Warning: --no-verify-ssl turns certificate checks off, so the server may not be AWS.";

fn signed(home: &Home, arguments: &[&str]) -> Launch {
    find(home, arguments).signed_by(OPERATOR, SECRET)
}

#[test]
fn every_way_to_name_another_endpoint_is_shown_as_not_aws() {
    let (home, demo) = demo_with_config(
        "[profile section]\nservices = demo\n[services demo]\niam =\n  endpoint_url = URL\nsts =\n  endpoint_url = URL\n\
         [profile plain]\nendpoint_url = URL\n",
        &(keys("section", OPERATOR) + &keys("plain", OPERATOR)),
    );
    let shown = format!("NOT AWS {}", demo.url());
    says(find(&home, &["--profile", "section"]), 0, &[&shown]);
    says(find(&home, &["--profile", "plain"]), 0, &[&shown]);
    says(signed(&home, &["--endpoint-url", demo.url()]), 0, &[&shown]);
    says(signed(&home, &[]).env("AWS_ENDPOINT_URL", demo.url()), 0, &[&shown]);
    let each = signed(&home, &[])
        .env("AWS_ENDPOINT_URL_IAM", demo.url())
        .env("AWS_ENDPOINT_URL_STS", demo.url());
    says(each, 0, &[&shown]);
    let pty = Launch::keyflip(&home, &["--profile", "section"]).on_pty(120, 40);
    pty.wait_for(&shown);
}

#[test]
fn cloudtrail_is_not_asked_at_aws_beside_an_endpoint_that_is_not_aws() {
    let (home, demo) = demo_with_config("", "");
    let launch = |words: &[&str]| {
        Launch::keyflip(&home, words)
            .signed_by(OPERATOR, SECRET)
            .env("AWS_ENDPOINT_URL_IAM", demo.url())
            .env("AWS_ENDPOINT_URL_STS", demo.url())
    };
    let sentence =
        "is not AWS, and CloudTrail has no endpoint there. Set AWS_ENDPOINT_URL_CLOUDTRAIL";
    says(launch(&["activity", WANTED]), 255, &[sentence, demo.url()]);
    let record = ["journal", WANTED, "--format", "markdown", "--activity"];
    says(launch(&record), 1, &[sentence]);
    let mut pty = launch(&[WANTED]).on_pty(120, 40);
    pty.wait_for(&format!("▸ {WANTED}"));
    pty.wait_for("keys of 42 read");
    pty.press("c");
    pty.wait_for("was not sent");
    assert!(demo.calls().iter().all(|call| call["operation"] != "LookupEvents"));
    let with_trail = launch(&["activity", WANTED]).env("AWS_ENDPOINT_URL_CLOUDTRAIL", demo.url());
    says(with_trail, 0, &[]);
}

#[test]
fn http_calls_use_the_environments_proxy_except_for_no_proxy() {
    let (home, demo) = demo_with_config("", "");
    let proxy = ProxyServer::proxy();
    let launch = || {
        let launch = signed(&home, &["--endpoint-url", demo.url()]);
        launch.env("HTTP_PROXY", format!("http://{}", proxy.address()))
    };
    says(launch().env("NO_PROXY", "127.0.0.1"), 0, &[]);
    assert_eq!(proxy.received(), [""; 0]);
    says(launch(), 0, &[]);
    assert_eq!(proxy.received()[0], format!("POST {}/ HTTP/1.1", demo.url()));
}

#[test]
fn a_proxy_variable_that_would_be_ignored_is_refused_before_any_call() {
    let (home, demo) = demo_with_config("", "");
    let launch = || signed(&home, &["--endpoint-url", demo.url()]);
    let ftp = launch().env("HTTP_PROXY", "ftp://user:secret@127.0.0.1:1");
    says(ftp, 255, &["HTTP_PROXY is not the URL of an http or https proxy."]);
    let all = launch().env("ALL_PROXY", "socks://127.0.0.1:1");
    says(all, 255, &["ALL_PROXY is not the URL of an http or https proxy."]);
    assert!(demo.calls().is_empty());
    says(launch().env("HTTP_PROXY", ""), 0, &[]);
}

#[test]
fn https_calls_go_through_a_proxy_tunnel() {
    let (home, demo) = demo_with_config("", "");
    let (front, proxy) = (ProxyServer::tls_front(demo.url()), ProxyServer::proxy());
    let url = format!("https://{}", front.address());
    let launch = |option: &[&str]| {
        let launch = signed(&home, &[&["--endpoint-url", &*url], option].concat());
        launch.env("HTTPS_PROXY", format!("http://{}", proxy.address()))
    };
    says(launch(&["--ca-bundle", CA]).env("NO_PROXY", "127.0.0.1"), 0, &[]);
    assert_eq!(proxy.received(), [""; 0]);
    let through = format!("CONNECT {} HTTP/1.1", front.address());
    for option in [&["--ca-bundle", CA][..], &["--no-verify-ssl"]] {
        let before = proxy.received().len();
        says(launch(option), 0, &[]);
        let received = proxy.received().split_off(before);
        assert!(
            !received.is_empty() && received.iter().all(|line| *line == through),
            "{received:?}"
        );
    }
    let nobody = launch(&["--ca-bundle", CA]).env("HTTPS_PROXY", "http://127.0.0.1:1");
    says(
        nobody,
        255,
        &["could not connect through the proxy http://127.0.0.1:1:", "proxy settings"],
    );
}

#[test]
fn a_custom_ca_is_trusted_wherever_it_is_configured() {
    let (home, demo) = demo_with_config("", &keys("corp", OPERATOR));
    let front = ProxyServer::tls_front(demo.url());
    let url = format!("https://{}", front.address());
    let plain = || signed(&home, &["--endpoint-url", &url]);
    says(plain(), 255, &["the server's certificate is not trusted", "--ca-bundle"]);
    says(plain().env("AWS_CA_BUNDLE", CA), 0, &[&format!("NOT AWS {url}")]);
    says(signed(&home, &["--endpoint-url", &url, "--ca-bundle", CA]), 0, &[]);
    home.write(".aws/config", &format!("[profile corp]\nendpoint_url = {url}\nca_bundle = {CA}\n"));
    says(find(&home, &["--profile", "corp"]), 0, &["(corp, access key)"]);
    home.write("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let bad = home.path("bad.pem");
    says(
        plain().env("AWS_CA_BUNDLE", &bad),
        255,
        &["Could not use the CA bundle", "bad.pem: ", "--ca-bundle"],
    );
}

#[test]
fn a_system_without_ca_certificates_is_named() {
    let (home, demo) = demo_with_config("", "");
    let front = ProxyServer::tls_front(demo.url());
    let url = format!("https://{}", front.address());
    let launch = || {
        signed(&home, &["--endpoint-url", &url])
            .env("SSL_CERT_FILE", home.path("none.pem"))
            .env("SSL_CERT_DIR", home.path("none"))
    };
    says(launch(), 255, &["no CA certificates were found", "ca-certificates", "--ca-bundle"]);
    says(launch().env("SSL_CERT_FILE", CA), 0, &[&format!("NOT AWS {url}")]);
}

/// A refused certificate is not tried again: each of the tunnels is one connection.
#[test]
fn a_refused_certificate_costs_one_connection_of_every_client() {
    let (home, demo) = demo_with_config("", &keys("base", OPERATOR));
    let (front, proxy) = (ProxyServer::tls_front(demo.url()), ProxyServer::proxy());
    let url = format!("https://{}", front.address());
    home.write(
        ".aws/config",
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Ops\nsource_profile = base\n\
         [profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Ops\n\
         [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://portal.example.org/start\n",
    );
    let token = json!({"accessToken": "opens", "expiresAt": "2099-01-01T00:00:00Z",
        "region": "us-east-1", "startUrl": "https://portal.example.org/start"});
    home.write(CORP_CACHE, &token.to_string());
    let update = ["update-access-key", "--access-key-id", WANTED, "--status", "Inactive"];
    let base = ["--profile", "base"];
    for (calls, arguments, said) in [
        // It asks for the caller and for the key's owner at the same time.
        (2, [&["find", WANTED][..], &base].concat(), "GetCallerIdentity could not connect: "),
        // It asks for the caller and for the key's owner at the same time.
        (2, [&["deactivate", WANTED, "--yes"][..], &base].concat(), "could not connect: "),
        (1, [&update[..], &base].concat(), &format!("SSL validation failed for {url}/ ")),
        (1, vec!["list", "--profile", "role"], "Could not assume the role"),
        (1, vec!["list", "--profile", "sso"], "Could not connect to get credentials"),
    ] {
        let before = proxy.received().len();
        let launch = Launch::keyflip(&home, &arguments)
            .env("AWS_ENDPOINT_URL", &url)
            .env("AWS_ENDPOINT_URL_SSO", &url)
            .env("HTTPS_PROXY", format!("http://{}", proxy.address()));
        let reason = "the server's certificate is not trusted: its issuer is not a trusted CA. \
            Pass the CA certificate of your proxy or endpoint with --ca-bundle";
        says(launch, 255, &[said, reason]);
        // The first of two refusals may end the program before the other call connects.
        let connections = proxy.received().len() - before;
        assert!((1..=calls).contains(&connections), "{arguments:?}: {connections}");
    }
}

#[test]
fn disabled_tls_verification_is_shown_everywhere() {
    let (home, demo) = demo_with_config("", "");
    let front = ProxyServer::tls_front(demo.url());
    let url = format!("https://{}", front.address());
    let options = ["--endpoint-url", &url, "--no-verify-ssl"];
    says(signed(&home, &options), 0, &[UNCHECKED]);
    let update = [
        "update-access-key",
        "--access-key-id",
        WANTED,
        "--status",
        "Active",
        "--user-name",
        OWNER,
    ];
    let update = [&update[..], &options].concat();
    says(Launch::keyflip(&home, &update).signed_by(OPERATOR, SECRET), 0, &[UNCHECKED]);
    let pty = Launch::keyflip(&home, &options).signed_by(OPERATOR, SECRET).on_pty(120, 40);
    pty.wait_for("CERTIFICATES UNCHECKED");
    pty.wait_for("123456789012");
}
