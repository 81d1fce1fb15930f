//! A member account of the demo's organization, reached through its Identity Center.

use serde_json::Value;

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::http;
use crate::support::launch::Launch;

/// Cache file of the AWS CLI for the SSO session `demo`; the name is the SHA-1 of `demo`.
const DEMO_CACHE: &str = ".aws/sso/cache/89e495e7941cf9e40e6980d14a16bf023ccd4c91.json";

#[test]
fn a_profile_with_the_sso_session_lists_the_users_of_a_member_account() {
    let home = Home::new();
    let files = home.path(".aws");
    let demo = Demo::start(&home, &["--organization", "8", "--files", files.to_str().unwrap()]);
    let members: Value =
        serde_json::from_str(&http::get(demo.url(), "/_demo/organization")).unwrap();
    let account = members[0]["account"].as_str().unwrap();
    assert_eq!(members.as_array().unwrap().len(), 8);
    assert!(home.read(DEMO_CACHE).contains("demo-sso-token"), "--files writes the token");
    let profile = |account: &str| {
        format!(
            "\n[profile member]\nregion = us-east-1\nendpoint_url = {}\nsso_session = demo\n\
             sso_account_id = {account}\nsso_role_name = IncidentResponder\n",
            demo.url()
        )
    };
    let config = home.read(".aws/config");
    let list = |account: &str| {
        home.write(".aws/config", &(config.clone() + &profile(account)));
        Launch::keyflip(&home, &["list", "--profile", "member", "--format", "json"])
            .env("AWS_ENDPOINT_URL", demo.url())
            .run()
    };
    let listed = list(account);
    let text = &listed.stdout;
    assert!(text.contains("\"ci-deploy-0001\""), "{text}");
    assert!(text.contains(members[0]["leaked_key"].as_str().unwrap()), "{text}");
    assert!(!text.contains("svc-billing-0042"), "of another account: {text}");
    let portal: Vec<_> = demo.calls_of("GetRoleCredentials");
    assert_eq!(portal.len(), 1);
    assert_eq!(portal[0]["params"]["account_id"], account);

    let suspended = list(members[5]["account"].as_str().unwrap());
    assert!(suspended.stdout.is_empty() && suspended.stderr.contains("No access"));
}
