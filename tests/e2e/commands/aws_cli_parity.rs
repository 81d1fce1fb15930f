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
fn aws_cli_options_are_accepted_at_any_position() {
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
fn the_number_of_attempts_follows_the_settings() {
    let home = Home::new();
    let server = ProxyServer::answering(|_| (503, String::new()));
    let url = format!("http://{}", server.address());
    let finished = ends(call(&home, &url, &[]).env("AWS_MAX_ATTEMPTS", "1"), 254);
    let said = "An error occurred (503) when calling the UpdateAccessKey operation (reached max retries: 0): Service Unavailable";
    assert_eq!(finished.stderr, format!("\nkeyflip: [ERROR]: {said}\n"));
    assert_eq!(server.received().len(), 1);
    home.write(".aws/config", "[default]\nmax_attempts = 2\n");
    let finished = ends(call(&home, &url, &["--cli-error-format", "json"]), 254);
    assert_eq!(
        finished.stderr,
        "{\n    \"Code\": \"503\",\n    \"Message\": \"Service Unavailable\"\n}\n"
    );
    assert_eq!(server.received().len(), 3);
}

#[test]
fn invalid_settings_exit_with_255_before_any_call() {
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
fn missing_credentials_exit_with_253_failing_sources_with_255() {
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
fn a_key_in_the_credentials_file_wins_over_a_process() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".aws/config", "[default]\ncredential_process = /no/such/program\n");
    let key = format!(
        "  [default]\n  aws_access_key_id = {OPERATOR}\n  # its secret\n  aws_secret_access_key : {SECRET}\n"
    );
    home.write(".aws/credentials", &key);
    ends(Launch::keyflip(&home, &WORDS).env("AWS_ENDPOINT_URL", demo.url()), 0);
}
