//! Tests of the least-privilege policies in `assets/`: each lists exactly the actions keyflip
//! uses for the features it grants.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{OPERATOR, SECRET, WANTED, demo_with_config, says};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::screen_steps::KEY;

/// A key of another account.
const FOREIGN: &str = "AKIATCH6YDSYXAJH6J7Y";

/// Returns the actions that a policy allows.
fn granted(name: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/policies/{name}.json"));
    let policy: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Starts a demo where only the actions of that policy are allowed.
fn under(name: &str) -> (Home, Demo) {
    let (home, demo) = demo_with_config("", "");
    demo.faults(&json!({"permissions": {"allow": granted(name)}}));
    (home, demo)
}

/// Returns the actions called; checks that none was denied.
fn used(demo: &Demo) -> BTreeSet<String> {
    let calls = demo.calls();
    let denied: Vec<_> = calls.iter().filter(|call| call["code"] == "AccessDenied").collect();
    assert!(denied.iter().all(|call| call["params"]["AccessKeyId"] == FOREIGN), "{denied:?}");
    let action = |call: &Value| {
        let operation = call["operation"].as_str().unwrap();
        let of_sts = ["GetCallerIdentity", "GetAccessKeyInfo", "AssumeRole"];
        let service = if of_sts.contains(&operation) { "sts" } else { "iam" };
        format!("{service}:{operation}")
    };
    calls.iter().map(action).collect()
}

#[test]
fn each_role_uses_exactly_the_actions_its_policy_grants() {
    let (home, demo) = under("browse-and-toggle");
    let mut pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_ready(KEY);
    pty.paste(FOREIGN);
    pty.wait_for("210987654321");
    let mut seen = BTreeSet::new();
    let switch = ["iam:UpdateAccessKey".to_owned()];
    let wanted: BTreeSet<String> = granted("browse");
    for _ in 0..40 {
        pty.wait_quiet(Duration::from_millis(200));
        seen = used(&demo);
        if seen == wanted {
            break;
        }
    }
    assert_eq!(seen, wanted, "by looking alone");
    pty.press("esc");
    pty.wait_quiet(Duration::from_millis(200));
    let args = ["deactivate", WANTED, "--yes"];
    says(
        Launch::keyflip(&home, &args)
            .signed_by(OPERATOR, SECRET)
            .env("AWS_ENDPOINT_URL", demo.url()),
        0,
        &[],
    );
    let both = granted("browse-and-toggle");
    assert_eq!(
        (used(&demo), wanted.union(&switch.into()).cloned().collect()),
        (both.clone(), both)
    );
}

#[test]
fn the_own_key_policy_permits_finding_and_deactivating_it() {
    let (home, demo) = under("own-key-only");
    let own = demo.apply(&json!({"add_key": {"user": "operator"}}));
    let own = own["key"].as_str().unwrap();
    let args = ["deactivate", own, "--yes"];
    says(
        Launch::keyflip(&home, &args)
            .signed_by(OPERATOR, SECRET)
            .env("AWS_ENDPOINT_URL", demo.url()),
        0,
        &[],
    );
    assert!(used(&demo).is_subset(&granted("own-key-only")));
}

#[test]
fn hub_and_responder_permit_what_commands_do_in_other_accounts() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--organization", "3"]);
    let both: BTreeSet<_> = granted("hub").union(&granted("responder")).cloned().collect();
    demo.faults(&json!({"permissions": {"allow": &both}}));
    let reach = "[reach]\nroles = [\"OrganizationAccountAccessRole\"]\n";
    home.write(".config/keyflip/config.toml", reach);
    let old_key = "AKIAIOLDGENDEMO27XQA";
    for words in [
        &["deactivate", old_key, "--any-account", "--yes"][..],
        &["find", old_key, WANTED, "--any-account"],
        &["list", "--account", "300098765431"],
        &["list", "--account", "300098765431", "--report"],
    ] {
        let launch = Launch::keyflip(&home, words).signed_by(OPERATOR, SECRET);
        says(launch.env("AWS_ENDPOINT_URL", demo.url()), 0, &[]);
    }
    assert_eq!(used(&demo), both);
}
