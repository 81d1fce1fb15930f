//! Tests of `keyflip report cis`.

use rustix::process::Signal;
use serde_json::{Value, json as value};

use super::other_accounts::{member, organization};
use super::{at, ends, json, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Exit;
use crate::support::wait_until;

/// Returns the results of an account's controls, with their numbers.
fn results(account: &Value) -> Vec<(&str, &str)> {
    let controls = account["Controls"].as_array().unwrap();
    let text = |control: &'_ Value, name: &str| control[name].as_str().unwrap().to_owned();
    controls
        .iter()
        .map(|control| {
            assert!(!text(control, "Title").is_empty());
            (control["Control"].as_str().unwrap(), control["Result"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn each_control_has_its_result_and_the_report_its_hash() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let report =
        |words: &[&str]| ends(at(&home, &demo, &[&["report", "cis"], words].concat()), 1).stdout;
    let found = json(&report(&["--format", "json"]));
    let account = &found["Accounts"][0];
    let expected = [("1.3", "pass"), ("1.11", "fail"), ("1.12", "fail"), ("1.13", "fail")];
    assert_eq!(results(account), expected);
    assert_eq!(account["AccountId"], "123456789012");
    assert_eq!(account["AccountName"], "acme-prod");
    assert_eq!(account["CredentialReport"]["Users"], account["UsersInAccount"]);
    let hash = account["CredentialReport"]["Sha256"].as_str().unwrap();
    assert_eq!(hash.len(), 64);
    let newest = json(&report(&["--format", "json", "--benchmark", "7"]));
    let numbers: Vec<_> =
        results(&newest["Accounts"][0]).iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, ["2.4", "2.11", "2.12"]);
    let markdown = report(&[]);
    assert!(markdown.starts_with("# CIS AWS Foundations Benchmark v5.0.0"), "{markdown}");
    assert!(
        markdown.contains(hash) && markdown.contains("| jenkins-2019 | access key 2 | Active |")
    );
    let csv = report(&["--format", "csv"]);
    assert!(csv.starts_with("AccountId,AccountName,Benchmark,Control,Title,Result,"), "{csv}");
    let users = &account["CredentialReport"]["Users"];
    let coverage = format!(",{users},{users},0,");
    assert!(csv.lines().skip(1).all(|line| line.contains(&coverage)), "{csv}");
    // Never used is not the same as not known.
    assert!(
        csv.lines().any(|line| line.contains(",Active,20") && line.contains(",never,")),
        "{csv}"
    );
    assert_eq!(operations(&demo).iter().filter(|it| *it == "ListAccessKeys").count(), 0);

    let listed = ends(
        at(&home, &demo, &["list", "status:active age>90d", "--report", "--format", "jsonl"]),
        0,
    );
    let rotated = account["Controls"][3]["Failing"].as_array().unwrap();
    let users = listed.stdout.lines().filter(|line| json(line)["UserName"] != "<root_account>");
    assert_eq!(rotated.len(), users.count());
}

#[test]
fn a_report_that_is_cut_leaves_controls_not_known() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "3"]);
    demo.faults(&value!({ "report": { "cut": 100_000 } }));
    ends(at(&home, &demo, &["report", "cis"]), 255);
    demo.faults(&value!({ "permissions": { "deny": ["GetAccountSummary"] } }));
    let finished = ends(at(&home, &demo, &["report", "cis", "--format", "json"]), 1);
    let found = json(&finished.stdout);
    let one_key = &found["Accounts"][0]["Controls"][2];
    assert!(one_key["Result"] != "pass", "{found}");
    let missing = one_key["Missing"][0].as_str().unwrap();
    assert!(missing.contains("number of users of the account could not be read"), "{missing}");
    assert!(finished.stderr.contains("iam:GetAccountSummary"), "{finished:?}");
}

#[test]
fn rows_that_repeat_a_user_or_are_of_another_account_are_no_evidence() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "3"]);
    let found = |format: &str| ends(at(&home, &demo, &["report", "cis", "--format", format]), 1);
    let before = json(&found("json").stdout);
    demo.faults(&value!({ "report": { "repeats": true, "foreign": true } }));
    let after = json(&found("json").stdout);
    let [before, after] = [&before, &after].map(|it| &it["Accounts"][0]);
    assert_eq!(after["CredentialReport"]["Users"], before["CredentialReport"]["Users"]);
    let failing = |account: &Value| {
        let controls = account["Controls"].as_array().unwrap().iter();
        controls.map(|it| it["Failing"].as_array().unwrap().len()).sum::<usize>()
    };
    assert_eq!(failing(after), failing(before), "{after}");
    assert_eq!(after["CredentialReport"]["UnreadableRows"], 2);
    let left_out = after["CredentialReport"]["LeftOut"].to_string();
    assert!(left_out.contains("has the user of another row"), "{left_out}");
    assert!(left_out.contains("is of another account"), "{left_out}");
    let coverage = found("markdown").stdout;
    assert!(coverage.contains("and root; 2 rows left out, the first: row"), "{coverage}");

    let listed = ends(at(&home, &demo, &["list", "--report"]), 1);
    assert!(!listed.stdout.contains("foreign-"), "{listed:?}");
    assert!(listed.stderr.contains("is of another account"), "{listed:?}");
    let pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for_words("The credential report has 2 rows that cannot be used");
}

#[test]
fn all_accounts_have_a_section_and_those_not_read_are_named() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    let words = ["report", "cis", "--all-accounts"];
    let finished = ends(member(&home, &demo, &words), 1);
    let sections = finished.stdout.lines().filter(|line| line.starts_with("## ")).count();
    let read = finished.stderr.lines().find(|line| line.contains(" accounts read")).unwrap();
    assert!(read.contains(&format!("{} accounts read, ", sections - 1)), "{read}");
    let (_, not_read) = finished.stdout.split_once("## Accounts that were not read").unwrap();
    assert!(not_read.contains("team-0006 300592592586: "), "{not_read}");
    let csv = ends(member(&home, &demo, &[&words[..], &["--format", "csv"]].concat()), 1).stdout;
    let failed = csv.lines().find(|line| line.starts_with("300592592586,")).unwrap();
    assert!(failed.starts_with("300592592586,team-0006,5.0.0,,,not read,"), "{failed}");
}

#[test]
fn an_interrupted_report_on_all_accounts_does_not_pass() {
    let home = Home::new();
    let demo = organization(&home, &[]);
    demo.faults(&value!({ "latency": { "fixed": 1.0 } }));
    let words = ["report", "cis", "--all-accounts", "--format"];
    for format in ["json", "csv", "markdown"] {
        let before = demo.calls().len();
        let running = member(&home, &demo, &[&words[..], &[format]].concat()).start();
        wait_until("a call", || demo.calls().len() > before);
        running.signal(Signal::INT);
        let finished = running.finish();
        assert_eq!(finished.exit, Exit::Code(130), "{finished:?}");
        assert!(finished.stdout.contains("Interrupted: 0 accounts read."), "{finished:?}");
        if format == "json" {
            assert_eq!(json(&finished.stdout)["Passes"], false, "{finished:?}");
        }
    }
}
