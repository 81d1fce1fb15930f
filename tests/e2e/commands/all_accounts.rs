//! Tests of `accounts`, `list --all-accounts` and `find --all-accounts`.

use rustix::process::Signal;
use serde_json::json as value;

use super::other_accounts::{member, organization};
use super::{ends, json, operations};
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::wait_until;

/// Returns how many calls of this operation there were.
fn count(operations: &[String], operation: &str) -> usize {
    operations.iter().filter(|it| *it == operation).count()
}

#[test]
fn accounts_are_listed_with_the_route_to_each() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let run = |words: &[&str]| ends(member(&home, &demo, &[&["accounts"], words].concat()), 0);
    let rows = json(&run(&["--format", "json"]).stdout);
    assert_eq!(rows.as_array().unwrap().len(), 22);
    assert_eq!(count(&operations(&demo), "ListAccountRoles"), 0, "one call for all accounts");
    let row = |id: &str| {
        rows.as_array().unwrap().iter().find(|row| row["AccountId"] == id).unwrap().clone()
    };
    assert_eq!(row("123456789012")["Route"], "profile demo");
    assert_eq!(row("210987654321")["Profiles"][0], "acme-staging");
    // What is listed is the route that a key is followed by.
    let from = |words: &[&str]| member(&home, &demo, words).env("AWS_PROFILE", "acme-staging");
    let listed = json(&ends(from(&["accounts", "123456789012", "--format", "json"]), 0).stdout);
    let denied = ends(
        from(&["deactivate", "AKIARZPUZDIKFYHOWX26", "--any-account", "--yes", "--format", "json"]),
        254,
    );
    assert_eq!(listed[0]["Route"], "profile demo-auditor");
    assert_eq!(json(&denied.stdout)[0]["Route"], listed[0]["Route"]);
    let others = "Other routes into account 123456789012: ";
    for part in [
        others,
        "profile demo (--profile demo)",
        "(--account 123456789012 --role IncidentResponder)",
    ] {
        assert!(denied.stderr.contains(part), "{denied:?}");
    }
    let third = row("004815162342");
    assert_eq!((&third["AccountName"], &third["Route"]), (&"team-0002".into(), &"via demo".into()));
    let csv = run(&["team-000?", "--roles", "--format", "csv"]).stdout;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines[0], "AccountId,AccountName,Email,Route,Roles");
    let line = |id: &str| *lines.iter().find(|line| line.starts_with(id)).unwrap();
    assert!(line("300098765431").ends_with(",IncidentResponder ReadOnlyAccess"), "{csv}");
    assert!(line("300691358017").ends_with("via role OrganizationAccountAccessRole,"), "{csv}");
    let table = run(&["データ", "0005"]).stdout;
    home.write(".config/keyflip/config.toml", "");
    let rows = run(&["team-000?", "--roles", "--format", "csv"]).stdout;
    for (account, route) in [
        ("300098765431", ",choose a role,Inc"),
        ("300691358017", ",no role,"),
        ("300790123448", ",via demo"),
    ] {
        let has_route = |line: &str| line.starts_with(account) && line.contains(route);
        assert!(rows.lines().any(has_route), "{account}: {rows}");
    }
    assert!(table.lines().count() == 2 && table.contains("équipe-データ-0005"), "{table}");
}

#[test]
fn a_list_of_all_accounts_reads_those_that_the_filter_allows() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let filter = ["account:team-000?", "svc-api", "status:active"];
    let list = |format: &str, code| {
        let words = [&["list", "--all-accounts", "--format", format], &filter[..]].concat();
        ends(member(&home, &demo, &words), code)
    };
    let finished = list("csv", 1);
    let lines: Vec<_> = finished.stdout.lines().collect();
    assert!(lines[0].starts_with("AccountId,AccountName,UserName,AccessKeyId,"), "{finished:?}");
    assert_eq!(lines.len(), 7, "{finished:?}");
    assert!(lines.iter().any(|line| line.starts_with("004815162342,team-0002,svc-api-0003,")));
    let failed = "team-0006 300592592586 was not read.";
    assert_eq!(finished.stderr.matches("was not read").count(), 1, "{finished:?}");
    assert!(finished.stderr.contains(failed), "{finished:?}");
    let summary = "6 accounts read: 6 rows, 15 excluded by the filter, 1 failed.";
    assert!(finished.stderr.contains(summary), "{finished:?}");
    assert_eq!(count(&operations(&demo), "ListUsers"), 6);
    let rows = json(&list("json", 1).stdout);
    assert_eq!(
        (&rows[0]["AccountId"], &rows[0]["AccountName"]),
        (&"300098765431".into(), &"team-0001".into())
    );
    let table = list("table", 1).stdout;
    assert!(table.starts_with("AccountId     AccountName  UserName "), "{table}");
    let filter = ["list", "--all-accounts", "-account:team-0006", "-account:acme*", "--report"];
    let words = [&filter[..], &["mfa:no", "--format", "jsonl"]].concat();
    let finished = ends(member(&home, &demo, &words), 0);
    assert!(finished.stdout.lines().count() > 19 * 5, "{finished:?}");
}

#[test]
fn accounts_that_were_read_in_part_are_named_and_not_counted_as_read() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let run = |words: &[&str], code| ends(member(&home, &demo, words), code).stderr;
    let list = ["list", "--all-accounts", "account:team-000?"];
    demo.faults(&value!({ "permissions": { "deny": ["ListAccessKeys"] } }));
    let denied = run(&list, 1);
    assert!(denied.contains("0 accounts read: "), "{denied}");
    assert!(denied.contains(", 6 read in part, 1 failed."), "{denied}");
    let find = ["find", "--all-accounts", "AKIA************7777", "--format", "json"];
    let denied = run(&find, 1);
    assert!(!denied.contains("in part"), "no keys were read: {denied}");
    demo.faults(&value!({ "report": { "repeats": true } }));
    let report = run(&["report", "cis", "--all-accounts"], 1);
    assert!(report.contains("0 accounts read, 21 read in part, 1 failed."), "{report}");
    let named = |line: &&str| line.contains("team-0001") && line.contains(" was read in part. ");
    assert_eq!(report.lines().filter(named).count(), 1, "{report}");
}

#[test]
fn every_account_is_searched_only_for_what_names_none() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let find = |text: &str, code| {
        let words = ["find", "--all-accounts", "--format", "json", text];
        json(&ends(member(&home, &demo, &words), code).stdout)
    };
    let found = find("key AKIAULX2HYJ3VNYBDUQ4", 0);
    assert_eq!(
        (found[0]["AccountName"].as_str(), found.as_array().unwrap().len()),
        (Some("team-0001"), 1)
    );
    assert_eq!(count(&operations(&demo), "GetRoleCredentials"), 1, "its own account is enough");
    let found = find("key AKIA************DUQ4 was seen", 1);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(
        (&found[0]["AccessKeyId"], &found[0]["AccountName"]),
        (&"AKIAULX2HYJ3VNYBDUQ4".into(), &"team-0001".into())
    );
    let found = find("key AKIA************7777 was seen", 1);
    let sentence = found[0]["Sentence"].as_str().unwrap();
    assert!(sentence.contains("Nothing in the 21 accounts that were read matches"), "{sentence}");
}

#[test]
fn a_throttled_portal_is_waited_out() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let operations = ["ListAccounts", "ListAccountRoles", "GetRoleCredentials"];
    demo.faults(&value!({ "throttle": { "operations": operations, "times": 3 } }));
    let words = ["list", "--all-accounts", "account:team-0001", "--format", "jsonl"];
    let finished = ends(member(&home, &demo, &words), 0);
    assert_eq!(finished.stdout.lines().count(), 8, "{finished:?}");
}

#[test]
fn a_filter_names_an_account_as_identity_center_does_with_its_id_too() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let rows = |options: &[&str]| {
        let words = [&["list", "account:team-0001", "--format", "jsonl"], options].concat();
        ends(member(&home, &demo, &words), 0).stdout.lines().count()
    };
    let all = rows(&["--all-accounts"]);
    assert!(all > 0);
    assert_eq!(rows(&["--account", "300098765431"]), all);
    let words = ["plan", "account:team-0001", "--account", "300098765431"];
    let plan = json(&ends(member(&home, &demo, &words), 0).stdout);
    assert!(!plan["keys"].as_array().unwrap().is_empty(), "{plan}");
}

#[test]
fn each_sign_in_that_cannot_list_its_accounts_is_named() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let config = std::fs::read_to_string(home.path(".aws/config")).unwrap();
    let session = |name: &str| {
        format!(
            "\n[sso-session {name}]\nsso_region = eu-west-1\n\
             sso_start_url = https://{name}.awsapps.com/start\n"
        )
    };
    home.write(".aws/config", &[config, session("second"), session("third")].concat());
    let finished = ends(member(&home, &demo, &["accounts"]), 1);
    for name in ["second", "third"] {
        let failed = format!("keyflip login --sso-session {name}");
        assert_eq!(finished.stderr.matches(&failed).count(), 1, "{finished:?}");
    }
}

#[test]
fn an_interrupted_search_of_all_accounts_prints_what_was_found() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    demo.faults(&value!({ "hang": { "operations": ["ListUsers"] } }));
    let text = "AKIAULX2HYJ3VNYBDUQ4 and AKIA************7777";
    let words = ["find", "--all-accounts", "--format", "json", text];
    let running = member(&home, &demo, &words).start();
    wait_until("a search of all users", || count(&operations(&demo), "ListUsers") > 0);
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.exit, Exit::Code(130), "{finished:?}");
    assert_eq!(json(&finished.stdout)[0]["AccountName"], "team-0001", "{finished:?}");
    assert!(finished.stderr.contains("Interrupted before all accounts were read"), "{finished:?}");
}
