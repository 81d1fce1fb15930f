//! Tests of `--any-account` and `--account`: keys of other accounts of the demo's organization.

use serde_json::Value;

use super::{KEY, MEMBER_KEY, OPERATOR, SECRET, USER, ends, journal, json, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;

/// The key of member 2 whose ID does not name its account.
const OLD_KEY: &str = "AKIAIOLDGENDEMO27XQA";
/// The account of member 1, and those of members 2 and 3, which have the same name.
const MEMBER_1: &str = "300098765431";
const MEMBER_2: &str = "300197530862";
const MEMBER_3: &str = "004815162342";

/// A configuration that prefers one role of Identity Center, and falls back to the hub role.
const BOTH_ROUTES: &str =
    "[reach]\nsso_roles = [\"IncidentResponder\"]\nroles = [\"OrganizationAccountAccessRole\"]\n";

/// Starts a demo with 20 member accounts. The home has its sign-in and profiles.
pub(crate) fn organization(home: &Home, options: &[&str]) -> Demo {
    let files = home.path(".aws");
    let files = files.to_str().unwrap();
    home.write(".config/keyflip/config.toml", BOTH_ROUTES);
    Demo::start(home, &[&["--organization", "20", "--files", files], options].concat())
}

/// Launches keyflip with the demo's operator and sign-in.
pub(crate) fn member(home: &Home, demo: &Demo, words: &[&str]) -> Launch {
    Launch::keyflip(home, words).env("AWS_ENDPOINT_URL", demo.url()).env("AWS_PROFILE", "demo")
}

/// Returns the description of the member with this number.
fn describe(demo: &Demo, number: usize) -> Value {
    json(&crate::support::http::get(demo.url(), "/_demo/organization"))[number - 1].clone()
}

/// Returns the leaked key of the member with this number.
fn leaked(demo: &Demo, number: usize) -> String {
    describe(demo, number)["leaked_key"].as_str().unwrap().to_owned()
}

/// Returns the operations that enter an account or change a key.
fn entering(demo: &Demo) -> Vec<String> {
    let entering = ["AssumeRole", "GetRoleCredentials", "ListAccountRoles", "UpdateAccessKey"];
    operations(demo).into_iter().filter(|it| entering.contains(&&**it)).collect()
}

#[test]
fn a_leaked_key_is_deactivated_through_the_portal_in_seven_round_trips() {
    let home = Home::new();
    let demo = organization(&home, &["--latency", "50ms"]);
    let words = ["deactivate", MEMBER_KEY, "--any-account", "--yes", "--format", "json"];
    let rows = json(&ends(member(&home, &demo, &words), 0).stdout);
    assert_eq!(
        ["Account", "AccountName", "Route", "UserName", "Outcome"].map(|name| &rows[0][name]),
        [MEMBER_1, "team-0001", "via demo · IncidentResponder", "svc-api-0001", "verified"]
    );
    let mut calls = operations(&demo);
    // The name of the account is read beside the other calls.
    assert_eq!(calls.iter().filter(|it| *it == "ListAccounts").count(), 1);
    calls.retain(|operation| operation != "ListAccounts");
    let entered = ["ListAccountRoles", "GetRoleCredentials", "GetCallerIdentity"];
    let changed = ["GetAccessKeyLastUsed", "ListAccessKeys", "UpdateAccessKey", "ListAccessKeys"];
    assert_eq!(calls, [&entered[..], &changed].concat());
    let lines = journal(&home);
    assert_eq!(lines[0]["route"], "via demo · IncidentResponder");
    assert_eq!(
        (&lines[0]["account"], &lines[1]["outcome"]),
        (&MEMBER_1.into(), &"verified".into())
    );
}

#[test]
fn a_leaked_key_is_deactivated_by_a_role_in_five_round_trips() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--organization", "3", "--latency", "50ms"]);
    home.write(".config/keyflip/config.toml", BOTH_ROUTES);
    let words = ["deactivate", MEMBER_KEY, "--any-account", "--yes"];
    let launch = Launch::keyflip(&home, &words).signed_by(OPERATOR, SECRET);
    let finished = ends(launch.env("AWS_ENDPOINT_URL", demo.url()), 0);
    assert!(finished.stderr.contains("via role OrganizationAccountAccessRole"), "{finished:?}");
    // The reply of AssumeRole names the caller.
    let entered = ["AssumeRole", "GetAccessKeyLastUsed"];
    let changed = ["ListAccessKeys", "UpdateAccessKey", "ListAccessKeys"];
    assert_eq!(operations(&demo), [&entered[..], &changed].concat());
}

#[test]
fn without_the_option_no_other_account_is_entered() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let finished = ends(member(&home, &demo, &["deactivate", MEMBER_KEY, "--yes"]), 1);
    let sentence = format!(
        "{MEMBER_KEY} belongs to account {MEMBER_1}; this session is in 123456789012. That account is \
         team-0001. To follow the key there, add --any-account. Nothing was sent."
    );
    assert!(finished.stdout.contains(&sentence), "{finished:?}");
    let finished = ends(member(&home, &demo, &["find", MEMBER_KEY]), 1);
    assert!(finished.stdout.contains("That account is team-0001."), "{finished:?}");
    assert!(finished.stdout.contains("To look there, add --any-account."), "{finished:?}");
    assert_eq!(entering(&demo), [""; 0]);
}

#[test]
fn one_alert_for_many_accounts_has_a_row_and_an_undo_for_each_key() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let suspended = leaked(&demo, 6);
    let no_role = leaked(&demo, 7);
    let keys = [MEMBER_KEY, KEY, OLD_KEY, &suspended, &no_role];
    let words = ["deactivate", "-", "--any-account", "--yes", "--format", "json"];
    let launch = member(&home, &demo, &words).stdin(keys.join("\n"));
    let rows = json(&ends(launch, 1).stdout);
    let row = |key: &str| {
        let mut rows = rows.as_array().unwrap().iter().filter(|row| row["AccessKeyId"] == key);
        let row = rows.next().unwrap();
        assert!(rows.next().is_none(), "{key} twice");
        row.clone()
    };
    let outcome = |key| row(key)["Outcome"].as_str().unwrap().to_owned();
    let not_sent = "not sent";
    assert_eq!(keys.map(outcome), ["verified", "verified", "verified", not_sent, "verified"]);
    assert_eq!(row(OLD_KEY)["Account"], MEMBER_2, "STS has named the account");
    assert_eq!(row(KEY)["AccountName"], "acme-prod");
    assert_eq!((&row(KEY)["UserName"], &row(KEY)["Route"]), (&USER.into(), &"profile demo".into()));
    assert_eq!(row(&no_role)["Route"], "via role OrganizationAccountAccessRole");
    let sentence = row(&suspended)["Sentence"].as_str().unwrap().to_owned();
    assert!(sentence.starts_with("Nothing was sent for "), "{sentence}");
    assert_eq!(demo.changes().len(), 4);
    let intents = journal(&home);
    let intents: Vec<_> = intents.iter().filter(|line| line["line"] == "intent").collect();
    assert!(intents.iter().all(|line| line["batch"] == intents[0]["batch"]), "{intents:?}");
    demo.apply(&serde_json::json!({ "set_status": { "key": KEY, "status": "Active" } }));
    let finished = ends(member(&home, &demo, &["undo", MEMBER_KEY, "--yes"]), 1);
    assert!(finished.stderr.contains(&format!("add --account {MEMBER_1}")), "{finished:?}");
    let finished = ends(member(&home, &demo, &["undo", "--account", MEMBER_2, "--yes"]), 0);
    assert!(finished.stdout.contains(&format!("IAM reports {OLD_KEY}")), "{finished:?}");
    let rest = format!(
        "1 key of this confirmation is in account {MEMBER_1}. To undo there: keyflip undo --account \
         {MEMBER_1}"
    );
    assert_eq!(finished.stderr.matches(&rest).count(), 1, "{finished:?}");
    assert_eq!(demo.changes().len(), 5, "the other accounts are unchanged");
}

#[test]
fn one_confirmation_lists_account_user_and_key_and_asks_for_the_number() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let words = ["deactivate", MEMBER_KEY, OLD_KEY, "--any-account"];
    for answer in ["y\n", "1\n"] {
        let mut pty = member(&home, &demo, &words).on_pty(200, 40);
        pty.wait_for("Deactivate these 2 keys? Type their number:");
        pty.wait_for("About to deactivate 2 keys in 2 accounts:");
        pty.wait_for("team-0001 300098765431 as ");
        pty.wait_for("team-0002 300197530862 as ");
        pty.send(answer);
        assert_eq!(pty.exit(), Exit::Code(1));
    }
    assert_eq!(demo.changes(), []);
    let mut pty = member(&home, &demo, &words).on_pty(200, 40);
    pty.wait_for("Type their number:");
    pty.send("2\n");
    assert_eq!(pty.exit(), Exit::Code(0));
    assert_eq!(demo.changes().len(), 2);
}

#[test]
fn the_profile_in_force_is_used_in_its_own_account_and_asks_for_its_code() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let words = ["deactivate", KEY, "--any-account", "--profile", "demo-incident"];
    let mut pty = member(&home, &demo, &words).on_pty(120, 30);
    pty.wait_for("Code of the MFA device");
    pty.send("123456\n");
    pty.wait_for("assumed-role/IncidentResponse");
    pty.wait_for("Type y:");
    pty.send("y\n");
    assert_eq!(pty.exit(), Exit::Code(0));
}

#[test]
fn keys_of_too_many_accounts_are_refused() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let (third, fourth) = (leaked(&demo, 3), leaked(&demo, 4));
    let keys = ["--max-accounts", "2", "--any-account", MEMBER_KEY, &third, &fourth];
    for command in [&["deactivate", "--yes"][..], &["find"]] {
        let finished = ends(member(&home, &demo, &[command, &keys].concat()), 252);
        assert!(finished.stderr.contains("in 3 accounts, and at most 2"), "{finished:?}");
    }
    assert_eq!(entering(&demo), [""; 0]);
    let words = ["find", MEMBER_KEY, "--max-accounts", "2"];
    ends(member(&home, &demo, &words), 252);
}

#[test]
fn find_follows_each_key_into_its_account() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let text = format!("{MEMBER_KEY} {OLD_KEY} {KEY} ASIAY34FZKBOKMUTVV7A");
    let words = ["find", "--any-account", "--format", "json", &text];
    let found = json(&ends(member(&home, &demo, &words), 0).stdout);
    let column = |name: &str| {
        let rows = found.as_array().unwrap().iter();
        rows.map(|row| row[name].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(column("Account")[..3], [MEMBER_1, MEMBER_2, "123456789012"]);
    assert_eq!(column("AccountName")[..3], ["team-0001", "team-0002", "acme-prod"]);
    assert_eq!(column("UserName")[..3], ["svc-api-0001", "svc-legacy-0002", USER]);
    assert_eq!(column("Finding"), ["found", "found", "found", "temporary key"]);
    let words = ["find", "--any-account", "arn:aws:iam::300197530862:user/svc-legacy-0002"];
    let finished = ends(member(&home, &demo, &words), 0);
    assert!(finished.stdout.contains(OLD_KEY), "{finished:?}");
}

#[test]
fn a_role_that_may_only_read_is_refused_by_iam() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let role = ["--any-account", "--role", "ReadOnlyAccess"];
    let words = [&["deactivate", MEMBER_KEY, "--yes"], &role[..]].concat();
    let finished = ends(member(&home, &demo, &words), 254);
    assert!(finished.stdout.contains("The caller needs iam:UpdateAccessKey"), "{finished:?}");
    let finished = ends(member(&home, &demo, &["list", "--role", "ReadOnlyAccess"]), 252);
    assert!(finished.stderr.contains("Name the account with --account"), "{finished:?}");
    // A read-only rule for the account counts there, too.
    let rule = format!("{BOTH_ROUTES}[accounts.{MEMBER_1}]\nread_only = true\n");
    home.write(".config/keyflip/config.toml", &rule);
    let words = ["deactivate", MEMBER_KEY, "--any-account", "--yes"];
    let finished = ends(member(&home, &demo, &words), 255);
    assert!(finished.stdout.contains("read-only"), "{finished:?}");
    assert_eq!(demo.changes().len(), 1);
}

#[test]
fn a_rule_for_a_profile_holds_for_the_roles_that_it_assumes() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let hub = "[reach]\nroles = [\"OrganizationAccountAccessRole\"]\n";
    let rule = "[profiles.demo]\nread_only = true\n";
    for (from, profile) in [("", "demo"), ("from = \"demo\"\n", "acme-staging")] {
        home.write(".config/keyflip/config.toml", &format!("{hub}{from}{rule}"));
        // Member 7: Identity Center gives no role there.
        let key = leaked(&demo, 7);
        let words = ["deactivate", &key, "--any-account", "--yes", "--profile", profile];
        let finished = ends(member(&home, &demo, &words), 255);
        assert!(finished.stdout.contains("read-only"), "{finished:?}");
    }
    assert!(demo.changes().is_empty());
}

#[test]
fn a_refusal_in_one_account_stops_no_other() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let roles = "[reach]\nsso_roles = [\"IncidentResponder\", \"ReadOnlyAccess\"]\n";
    home.write(".config/keyflip/config.toml", roles);
    let read_only = leaked(&demo, 8);
    let words =
        ["deactivate", &read_only, MEMBER_KEY, "--any-account", "--yes", "--format", "json"];
    let rows = json(&ends(member(&home, &demo, &words), 1).stdout);
    let outcome = |key: &str| {
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["AccessKeyId"] == key).unwrap()["Outcome"].clone()
    };
    assert_eq!((outcome(&read_only), outcome(MEMBER_KEY)), ("refused".into(), "verified".into()));
    let words = ["deactivate", "AKIAUMAU2AFAZD3CBZM3", "--any-account", "--yes"];
    let finished = ends(member(&home, &demo, &words), 255);
    assert!(finished.stdout.contains("gives you no role there"), "{finished:?}");
    home.write(".config/keyflip/config.toml", "");
    let finished = ends(member(&home, &demo, &["list", "--account", MEMBER_1]), 255);
    let roles =
        "via demo · IncidentResponder, via demo · ReadOnlyAccess. Give the role with --role";
    assert!(finished.stderr.contains(roles), "{finished:?}");
}

#[test]
fn every_command_works_in_the_account_that_is_named() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let run = |words: &[&str], code| ends(member(&home, &demo, words), code);
    let filter = ["user:svc-api-*", "--format", "csv"];
    for account in ["TEAM-0001", MEMBER_1] {
        let rows = run(&[&["list", "--account", account], &filter[..]].concat(), 0).stdout;
        assert!(rows.contains(MEMBER_KEY) && rows.lines().count() == 3, "{rows}");
    }
    let words =
        ["find", "--account", MEMBER_1, "--any-account", "--format", "csv", MEMBER_KEY, KEY];
    let rows = run(&words, 0).stdout;
    assert!(rows.contains("team-0001,via demo · IncidentResponder"), "{rows}");
    assert!(rows.contains(",123456789012,svc-billing-0042,"), "{rows}");
    let finished = run(&["list", "--account", "team-0002"], 255);
    let several = format!("Several accounts have the name “team-0002”: {MEMBER_2}, {MEMBER_3}.");
    assert!(finished.stderr.contains(&several), "{finished:?}");
    let finished = run(&["list", "--account", "tema-0001"], 255);
    assert!(finished.stderr.contains("Did you mean"), "{finished:?}");
    let finished = run(&["list", "--account", "nobody"], 255);
    for text in ["“nobody” in Identity Center", "alias is not accepted"] {
        assert!(finished.stderr.contains(text), "{finished:?}");
    }
    let finished = run(&["list", "--all-accounts", "--account", MEMBER_1], 252);
    assert!(finished.stderr.contains("--all-accounts cannot be used with it"), "{finished:?}");
    run(&["deactivate", MEMBER_KEY, "--account", MEMBER_1, "--yes"], 0);
    run(&["undo", "--account", "team-0001", "--yes"], 0);
    let key =
        ["--access-key-id", MEMBER_KEY, "--user-name", "svc-api-0001", "--status", "Inactive"];
    run(&[&["update-access-key", "--account", MEMBER_1], &key[..]].concat(), 0);
    run(&["journal", "--account", MEMBER_1], 0);
    assert_eq!(demo.changes().len(), 3);
    // The credentials in force are of this account, so no route is needed.
    let before = entering(&demo).len();
    run(&["list", "--account", "123456789012", "user:jenkins-*"], 0);
    assert_eq!(entering(&demo).len(), before);
}

#[test]
fn the_screen_opens_in_the_account_that_is_named() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let pty = member(&home, &demo, &["--account", "team-0001"]).on_pty(120, 40);
    pty.wait_for("via demo · IncidentResponder");
    pty.wait_for("svc-api-0001");
}

#[test]
fn a_missing_sign_in_is_named() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    std::fs::remove_dir_all(home.path(".aws/sso")).unwrap();
    let launch = || member(&home, &demo, &["accounts", "--format", "json"]);
    home.write(".config/keyflip/config.toml", "");
    let finished = ends(launch(), 1);
    let rows = json(&finished.stdout);
    assert!(rows.as_array().unwrap().iter().all(|row| row["SsoSession"].is_null()), "{rows}");
    assert!(finished.stderr.contains("The list of accounts is not complete."), "{finished:?}");
    let finished = ends(member(&home, &demo, &["list", "--all-accounts"]), 253);
    assert!(finished.stderr.contains("keyflip login --sso-session demo"), "{finished:?}");
    let words = ["deactivate", MEMBER_KEY, "--any-account", "--yes"];
    let finished = ends(member(&home, &demo, &words), 253);
    assert!(
        finished.stdout.contains(&format!("Nothing was sent for {MEMBER_KEY} in {MEMBER_1}.")),
        "{finished:?}"
    );
    // Without a sign-in there is nothing to list.
    home.write(".aws/config", "");
    let launch = Launch::keyflip(&home, &["list", "--all-accounts"]).signed_by(OPERATOR, SECRET);
    let finished = ends(launch.env("AWS_ENDPOINT_URL", demo.url()), 255);
    assert!(finished.stderr.contains("No Identity Center session is configured"), "{finished:?}");
}

#[test]
fn nothing_of_another_account_than_wanted_is_shown() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    // The files name another account than that of the key.
    let wanted = "999988887777";
    home.write(".aws/config", &format!("[default]\naws_account_id = {wanted}\n"));
    home.write(
        ".aws/credentials",
        &format!("[default]\naws_access_key_id = {OPERATOR}\naws_secret_access_key = {SECRET}\n"),
    );
    // The ID names no account, so it is looked for in that of the session.
    let words = ["find", "AKIAIOSFODNN7EXAMPLE", "--account", wanted, "--any-account"];
    let finished = ends(Launch::keyflip(&home, &words).env("AWS_ENDPOINT_URL", demo.url()), 1);
    let said = format!("belong to account 123456789012, not {wanted}");
    assert!(finished.stdout.contains(&said), "{finished:?}");
}
