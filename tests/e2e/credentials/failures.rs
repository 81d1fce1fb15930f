//! Tests of credential failures: each error message says what to do.

use serde_json::json;

use super::{OPERATOR, SECRET, WANTED, demo_with_config, find, keys, says};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;

/// A key of a user quarantined by AWS.
const QUARANTINED: &str = "AKIARZPUZDIKME6DRC4M";

fn at(home: &Home, demo: &Demo, key: &str) -> Launch {
    find(home, &[]).signed_by(key, SECRET).env("AWS_ENDPOINT_URL", demo.url())
}

#[test]
fn an_unknown_profile_is_reported_with_similar_names() {
    let (home, _demo) =
        demo_with_config("[profile staging]\n[profile stagnant]\n[prod]\nregion = us-east-1\n", "");
    let open = |profile: &str| find(&home, &["--profile", profile]);
    says(open("stagin"), 255, &["Profile stagin does not exist", "Did you mean staging?"]);
    let line = format!(
        "Change [prod] to [profile prod] in {}, line 3.",
        home.path(".aws/config").display()
    );
    says(open("prod"), 255, &["Profile prod does not exist", &line]);
    says(
        find(&home, &[]).env("AWS_PROFILE", "nowhere"),
        255,
        &["Profile nowhere does not exist", "list-profiles"],
    );
}

#[test]
fn missing_credentials_are_reported_with_the_next_step() {
    let login = "login_session = arn:aws:iam::123456789012:user/ann\n";
    let config = format!(
        "[profile empty]\nregion = us-east-1\n[profile console]\nregion = us-east-1\n{login}"
    );
    let (home, _demo) = demo_with_config(&config, "");
    says(find(&home, &[]), 253, &["No credentials found", "aws configure", "keyflip login"]);
    says(
        find(&home, &["--profile", "empty"]),
        253,
        &["Profile empty has no credentials", "aws configure --profile empty"],
    );
    says(find(&home, &["--profile", "console"]), 253, &["aws login --profile console"]);
    says(
        find(&home, &[]).env("AWS_ACCESS_KEY_ID", OPERATOR),
        253,
        &["AWS_SECRET_ACCESS_KEY is not", "Set both"],
    );
}

#[test]
fn broken_chains_and_lines_are_reported_with_their_location() {
    let role = "role_arn = arn:aws:iam::123456789012:role/Auditor\n";
    let config =
        format!("[profile a]\n{role}source_profile = b\n[profile b]\n{role}source_profile = a\n");
    let (home, _demo) = demo_with_config(&config, "");
    says(find(&home, &["--profile", "a"]), 253, &["The source profiles of a form a loop"]);
    home.write(".aws/credentials", "[a]\naws_access_key_id = x\nwJalrXUtnFEMI\n");
    let broken = says(
        find(&home, &["--profile", "a"]),
        255,
        &["Syntax error in ", "credentials, line 3: ", "Fix that line"],
    );
    assert!(!broken.stderr.contains("wJalr"), "{}", broken.stderr);
}

#[test]
fn an_assume_role_denial_names_the_missing_trust() {
    let config = "[profile admin]\nendpoint_url = URL\nsource_profile = base\n\
                  role_arn = arn:aws:iam::123456789012:role/NoSuchRole\n";
    let (home, _demo) = demo_with_config(config, &keys("base", OPERATOR));
    says(
        find(&home, &["--profile", "admin"]),
        253,
        &[
            "Could not assume the role arn:aws:iam::123456789012:role/NoSuchRole of profile admin",
            "trust policy",
        ],
    );
}

#[test]
fn every_clock_skew_error_code_is_explained() {
    let (home, demo) = demo_with_config("", "");
    for (code, message) in [
        ("RequestTimeTooSkewed", "The difference is too large"),
        (
            "SignatureDoesNotMatch",
            "Signature expired: 20261101T000000Z is now earlier than 20261124T000000Z",
        ),
    ] {
        demo.faults(&json!({"errors": [{"status": 403, "code": code, "message": message}]}));
        says(at(&home, &demo, OPERATOR), 254, &[code, "clock differs too much", "timedatectl"]);
    }
}

#[test]
fn a_denial_names_what_allows_the_call() {
    let (home, demo) = demo_with_config("", "");
    let switch = |key| {
        Launch::keyflip(&home, &["deactivate", WANTED, "--yes"])
            .signed_by(key, SECRET)
            .env("AWS_ENDPOINT_URL", demo.url())
    };
    demo.faults(
        &json!({"permissions": {"allow": ["iam:GetAccessKeyLastUsed", "iam:ListAccessKeys"]}}),
    );
    let policy =
        "iam:UpdateAccessKey; keyflip policy browse-and-toggle prints a policy that grants it.";
    says(switch(OPERATOR), 254, &["user/service/svc-billing-0042", policy]);
    demo.faults(&json!({}));
    says(
        switch(QUARANTINED),
        254,
        &["explicitly denies iam:UpdateAccessKey", "quarantine", "use another identity"],
    );
    assert_eq!(demo.changes().len(), 2, "each was refused, and tried once");
    let message = "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: \
        iam:UpdateAccessKey on resource: user svc-billing-0042 because no permissions boundary \
        allows the iam:UpdateAccessKey action. Go to \
        https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/dddiidd1k88ni0xc6dxnae76n \
        for complete details, or call the GetRequestAuthorizationDetails API with the following \
        authorization id: dddiidd1k88ni0xc6dxnae76n";
    demo.faults(&json!({"errors": [{"status": 403, "code": "AccessDenied", "message": message,
        "on": {"operations": ["UpdateAccessKey"]}}]}));
    let advice = "The caller's permissions boundary does not allow iam:UpdateAccessKey, so another \
        grant does not help; ask who manages the boundary";
    says(switch(OPERATOR), 254, &[message, advice]);
    assert!(home.read(".local/state/keyflip/journal.jsonl").contains(message), "in the journal");
}

#[test]
fn an_unreachable_endpoint_is_named() {
    let home = Home::new();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    let launch = find(&home, &["--endpoint-url", &url]).signed_by(OPERATOR, SECRET);
    says(
        launch,
        255,
        &["GetCallerIdentity could not connect", &format!("Check the endpoint {url}")],
    );
}
