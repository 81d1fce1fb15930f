//! Compares `keyflip update-access-key` with the observed behaviour of AWS CLI 2.36, beyond the
//! recorded cases.

use super::{KEY, OPERATOR, SECRET, USER, at, ends, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::proxy_server::ProxyServer;

const WORDS: [&str; 7] =
    ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];

/// Launches the command with additional arguments, as the demo's operator.
fn call(home: &Home, url: &str, more: &[&str]) -> Launch {
    Launch::keyflip(home, &[&WORDS[..], more].concat())
        .signed_by(OPERATOR, SECRET)
        .env("AWS_ENDPOINT_URL", url)
}

#[test]
fn what_the_aws_cli_takes_is_taken_wherever_it_stands() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for before in [["--outp", "text"], ["--reg", "us-west-2"], ["--color", "off"], ["--query", "x"]]
    {
        ends(at(&home, &demo, &[&before[..], &WORDS].concat()), 0);
    }
    ends(call(&home, demo.url(), &["--profile", "", "--region=", ""]), 0);
    assert_eq!(operations(&demo), ["UpdateAccessKey"; 5]);
}

#[test]
fn it_tries_as_often_as_the_settings_say_and_names_a_bare_status() {
    let home = Home::new();
    let server = ProxyServer::answering(|_| (503, String::new()));
    let url = format!("http://{}", server.address());
    let finished = ends(call(&home, &url, &[]).env("AWS_MAX_ATTEMPTS", "1"), 254);
    let said = "An error occurred (503) when calling the UpdateAccessKey operation (reached max retries: 0): Service Unavailable";
    assert_eq!(finished.stderr, format!("\nkeyflip: [ERROR]: {said}\n"));
    assert_eq!(server.heard().len(), 1);
    home.write(".aws/config", "[default]\nmax_attempts = 2\n");
    let finished = ends(call(&home, &url, &["--cli-error-format", "json"]), 254);
    assert_eq!(
        finished.stderr,
        "{\n    \"Code\": \"503\",\n    \"Message\": \"Service Unavailable\"\n}\n"
    );
    assert_eq!(server.heard().len(), 3);
}

#[test]
fn settings_that_can_not_be_used_end_with_255_before_anything_is_sent() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for (more, part) in [
        (["--region", "us east"], "'us east' is not a valid region name"),
        (["--endpoint-url", "ftp://x"], "'ftp://x' is not a valid endpoint URL"),
        (["--cli-read-timeout", "soon"], "takes a whole number of seconds, not 'soon'"),
    ] {
        let finished = ends(call(&home, demo.url(), &more), 255);
        assert!(finished.stderr.contains(part), "{finished:?}");
    }
    let nobody = call(&home, "http://127.0.0.1:1/a/b", &[]);
    assert!(ends(nobody, 255).stderr.ends_with("endpoint URL: \"http://127.0.0.1:1/a/b\"\n"));
    let unknown = ends(call(&home, demo.url(), &[]).env("AWS_DEFAULT_PROFILE", "nope"), 255);
    assert!(
        unknown.stderr.ends_with("The config profile (nope) could not be found\n"),
        "{unknown:?}"
    );
    assert!(operations(&demo).is_empty());
}

#[test]
fn credentials_that_are_nowhere_end_with_253_and_a_source_that_gives_none_with_255() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(
        ".aws/config",
        "[profile none]\nregion = us-east-1\n[profile process]\ncredential_process = /bin/false\n\
         [profile half]\naws_access_key_id = AKIARZPUZDIKFYHOWX26\n[profile sso]\nsso_session = s\n\
         sso_account_id = 123456789012\nsso_role_name = r\n[sso-session s]\nsso_region = us-east-1\n\
         sso_start_url = https://x.example.org\n[profile circle]\nsource_profile = circle\n\
         role_arn = arn:aws:iam::123456789012:role/x\n",
    );
    let call = |words: &[&str]| {
        let words = [&WORDS[..], words].concat();
        Launch::keyflip(&home, &words)
            .env("AWS_ENDPOINT_URL", demo.url())
            .env("AWS_EC2_METADATA_DISABLED", "true")
    };
    let nowhere = ends(call(&[]), 253);
    assert!(
        nowhere.stderr.contains("(NoCredentials): Unable to locate credentials."),
        "{nowhere:?}"
    );
    ends(call(&["--profile", "none"]), 253);
    for profile in ["process", "half", "sso", "circle"] {
        let finished = ends(call(&["--profile", profile]), 255);
        assert!(finished.stderr.starts_with("\nkeyflip: [ERROR]: "), "{finished:?}");
        assert!(
            finished.stderr.contains(profile) && !finished.stderr.contains("NoCredentials"),
            "{finished:?}"
        );
    }
    ends(call(&[]).env("AWS_ACCESS_KEY_ID", OPERATOR), 255);
    assert!(operations(&demo).is_empty());
}

#[test]
fn a_key_in_an_indented_credentials_file_signs_before_a_process() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".aws/config", "[default]\ncredential_process = /no/such/program\n");
    let key = format!(
        "  [default]\n  aws_access_key_id = {OPERATOR}\n  # its secret\n  aws_secret_access_key : {SECRET}\n"
    );
    home.write(".aws/credentials", &key);
    ends(Launch::keyflip(&home, &WORDS).env("AWS_ENDPOINT_URL", demo.url()), 0);
}
