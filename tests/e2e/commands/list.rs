//! Tests of `keyflip list`.

use rustix::process::Signal;

use super::{at, ends, json, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::moto::Moto;
use crate::support::process::{Exit, Finished};

#[test]
fn every_format_has_the_same_rows() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let run = |format: &str| {
        ends(at(&home, &demo, &["list", "user:jenkins-*", "--format", format]), 0).stdout
    };
    let rows = json(&run("json"));
    let ids: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["AccessKeyId"].as_str().unwrap()).collect();
    assert_eq!(ids, ["AKIARZPUZDIKD6STGU4X", "AKIARZPUZDIKCPGOWHIC"]);
    assert_eq!(
        (&rows[0]["UserName"], &rows[0]["AccessKeyLastUsed"]["ServiceName"]),
        (&"jenkins-2019".into(), &"codecommit".into())
    );
    let lines: Vec<_> = run("jsonl").lines().map(json).collect();
    assert_eq!(serde_json::Value::from(lines), rows);
    let csv = run("csv");
    assert!(csv.starts_with("UserName,AccessKeyId,Status,CreateDate,"), "{csv}");
    let table = run("table");
    for id in ids {
        assert!(csv.contains(id) && table.contains(id), "{csv}{table}");
    }
}

#[test]
fn a_filter_on_user_names_reads_only_their_keys() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let said = ends(at(&home, &demo, &["list", "user:jenkins-*", "--format", "csv"]), 0).stderr;
    let lists = operations(&demo).iter().filter(|operation| *operation == "ListAccessKeys").count();
    assert_eq!(lists, 1);
    assert!(
        said.contains("keys of 1 read, 41 excluded by the filter without reading their keys"),
        "{said}"
    );
    assert!(said.contains("123456789012") && said.contains("NOT AWS http://127.0.0.1"), "{said}");
}

#[test]
fn a_large_account_takes_last_uses_from_the_report() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "300", "--rate", "150", "--burst", "20"]);
    let finished = ends(at(&home, &demo, &["list", "--format", "json"]), 0);
    let rows = json(&finished.stdout);
    let users: std::collections::HashSet<_> =
        rows.as_array().unwrap().iter().map(|row| row["UserName"].as_str().unwrap()).collect();
    assert_eq!(users.len(), 300);
    assert!(rows.as_array().unwrap().iter().any(|row| row["LastUsedFrom"] == "report"));
    assert!(finished.stderr.contains("300 users listed, keys of 300 read."), "{}", finished.stderr);
    assert!(!operations(&demo).contains(&"GetAccessKeyLastUsed".to_owned()));
}

#[test]
fn a_denied_user_makes_the_list_partial() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let refused = serde_json::json!({ "errors": [
        { "on": { "operations": ["ListAccessKeys"], "times": 1 }, "status": 403, "code": "AccessDenied", "message": "no" }
    ] });
    demo.faults(&refused);
    let finished = ends(
        at(&home, &demo, &["list", "-mfa:yes", "user:svc-billing-0042", "--format", "jsonl"]),
        1,
    );
    assert_eq!(json(&finished.stdout)["AccessKeysFrom"], "denied");
    assert!(
        finished.stderr.contains("1 denied") && finished.stderr.contains("iam:ListAccessKeys"),
        "{}",
        finished.stderr
    );
    demo.faults(&refused);
    let finished = ends(at(&home, &demo, &["list", "status:active", "user:svc-billing-0042"]), 1);
    assert!(
        finished.stderr.contains("1 more row may match but could not be checked"),
        "{}",
        finished.stderr
    );
}

#[test]
fn report_only_needs_few_calls_and_names_its_source() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let finished =
        ends(at(&home, &demo, &["list", "--report", "status:active", "--format", "json"]), 0);
    assert!(
        json(&finished.stdout)
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["AccessKeysFrom"] == "report")
    );
    assert!(finished.stderr.contains("s ago), which covers"), "{}", finished.stderr);
    assert!(!operations(&demo).iter().any(|operation| operation.starts_with("List")));
}

#[test]
fn rows_are_printed_without_a_report_that_is_never_ready() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--users", "60"]);
    demo.faults(&serde_json::json!({ "report": { "never_ready": true } }));
    let finished = ends(at(&home, &demo, &["list", "--format", "csv"]), 0);
    assert!(finished.stdout.lines().count() > 60, "{finished:?}");
    let unused = "Warning: the credential report was not used, since IAM is still generating it.";
    assert!(finished.stderr.contains(unused), "{}", finished.stderr);
    assert!(
        operations(&demo).contains(&"GetAccessKeyLastUsed".to_owned()),
        "the last uses are read one by one then"
    );
}

#[test]
fn a_closed_pipe_succeeds_and_an_interrupt_fails() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "20ms"]);
    let script = r#""$0" list --format csv | head -n 1; exit "${PIPESTATUS[0]}""#;
    let keyflip = env!("CARGO_BIN_EXE_keyflip");
    let launch = Launch::program(&home, "bash", &["-c", script, keyflip]);
    let launch =
        launch.signed_by(super::OPERATOR, super::SECRET).env("AWS_ENDPOINT_URL", demo.url());
    let finished = ends(launch, 0);
    assert_eq!(
        (finished.stdout.lines().count(), finished.stderr.contains("panicked")),
        (1, false),
        "{finished:?}"
    );

    demo.faults(&serde_json::json!({ "latency": { "fixed": 0.5 } }));
    let before = demo.calls().len();
    let running = at(&home, &demo, &["list", "--format", "json"]).start();
    // It is sent once the caller is known.
    while demo.calls()[before..].iter().all(|call| call["operation"] != "GetAccountSummary") {
        std::thread::yield_now();
    }
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.exit, Exit::Code(130), "{finished:?}");
    assert!(json(&finished.stdout).is_array());
}

#[test]
fn an_invalid_filter_is_a_usage_error() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let finished = ends(at(&home, &demo, &["list", "status:of"]), 252);
    assert!(finished.stderr.contains("status:active"), "{}", finished.stderr);
    let finished = ends(at(&home, &demo, &["list", "-MARKED:yes"]), 252);
    assert!(finished.stderr.contains("“marked” works only on the screen"), "{}", finished.stderr);
    assert_eq!(operations(&demo), [""; 0]);
}

#[test]
fn list_works_against_moto() {
    let Some(moto) = Moto::start() else { return };
    let home = Home::new();
    let key = moto.create_user("ann", None);
    let launch = Launch::keyflip(&home, &["list", "user:ann", "--format", "json"]);
    let operator = moto.operator();
    let launch = launch.signed_by(operator.access_key_id(), operator.secret_access_key());
    let rows = json(&ends(launch.env("AWS_ENDPOINT_URL", moto.url()), 0).stdout);
    assert_eq!(
        (&rows[0]["AccessKeyId"], &rows[0]["Status"]),
        (&key.access_key_id().into(), &"Active".into())
    );
}

#[test]
fn an_odd_row_of_the_report_is_left_out_and_named() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let list = |arguments: &[&str], code| {
        ends(at(&home, &demo, &[&["list", "--format", "json"], arguments].concat()), code)
    };
    let rows = |finished: &Finished| json(&finished.stdout).as_array().unwrap().len();
    let complete = rows(&list(&["--report"], 0));
    demo.faults(&serde_json::json!({ "report": { "cut": 40 } }));
    let odd = "Warning: a row of the credential report cannot be used, and is left out: row 43 \
        (yuki.tanaka) is cut short.";
    let finished = list(&["--report"], 1);
    assert_eq!(rows(&finished), complete - 1);
    assert!(finished.stderr.contains(odd), "{}", finished.stderr);
    // MFA devices that the report lacks are read.
    let finished = list(&["-mfa:yes"], 0);
    assert!(finished.stderr.contains(odd), "{}", finished.stderr);

    demo.faults(&serde_json::json!({ "report": { "cut": 1_000_000 } }));
    let reason = "GetCredentialReport failed: the report has no column user.";
    let finished = list(&["--report"], 255);
    assert!(finished.stderr.contains(reason), "{}", finished.stderr);
    let finished = list(&["-mfa:yes"], 0);
    let unused = format!("Warning: the credential report was not used. {reason}");
    assert!(finished.stderr.contains(&unused), "{}", finished.stderr);
}

#[test]
fn an_odd_row_of_the_report_is_named_on_the_screen() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({ "report": { "cut": 40 } }));
    let pty = demo.screen(&home, &[]).on_pty(120, 40);
    pty.wait_for_words(
        "has a row that cannot be used and is left out: row 43 (yuki.tanaka) is cut short.",
    );
}

#[test]
fn a_filter_on_the_account_matches_its_id_or_alias() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let rows = |filter: &str, code| {
        let words = ["list", "user:svc-billing-0042", filter, "--format", "json"];
        json(&ends(at(&home, &demo, &words), code).stdout).as_array().unwrap().len()
    };
    assert_eq!([rows("account:ACME-*", 0), rows("account:123456789012", 0)], [2, 2]);
    assert_eq!([rows("account:other", 0), rows("-account:acme-prod", 0)], [0, 0]);
    demo.faults(&serde_json::json!({ "permissions": { "deny": ["ListAccountAliases"] } }));
    assert_eq!([rows("account:123456789012", 0), rows("account:acme-prod", 1)], [2, 0]);
}

#[test]
fn rows_are_sorted_and_have_the_columns_that_are_named() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let list = |words: &[&str]| ends(at(&home, &demo, &[&["list"], words].concat()), 0).stdout;
    let columns = ["--columns", "UserName,agedays,UnusedDays,AccountName"];
    let csv =
        list(&[&["status:active", "--format", "csv", "--sort", "-age"], &columns[..]].concat());
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("UserName,AgeDays,UnusedDays,AccountName"));
    let ages: Vec<u32> =
        lines.map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).collect();
    assert!(ages.len() > 20 && ages.is_sorted_by(|one, next| one >= next), "{ages:?}");
    assert!(
        csv.contains("jenkins-2019,") && csv.lines().skip(1).all(|it| it.ends_with(",acme-prod"))
    );
    let lines: Vec<_> =
        list(&["--sort", "last-used", "--format", "jsonl"]).lines().map(json).collect();
    let unknown = lines.iter().position(|row| row["AccessKeyLastUsed"].is_null()).unwrap();
    assert!(lines[unknown..].iter().all(|row| row["UnusedDays"].is_null()));
    assert!(lines[0]["UnusedDays"].is_u64() && lines[0]["AgeDays"] == lines[0]["UnusedDays"]);
    let table = list(&["user:jenkins-*", "--columns", "AccessKeyId,AccountId"]);
    assert!(table.starts_with("AccessKeyId           AccountId\n"), "{table}");
    let refused = ends(at(&home, &demo, &["list", "--format", "json", "--columns", "Arn"]), 252);
    assert!(refused.stderr.contains("JSON has all fields"), "{refused:?}");
    ends(at(&home, &demo, &["list", "--sort", "size"]), 252);
}

#[test]
fn a_saved_filter_is_used_by_its_name() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(".config/keyflip/config.toml", "[filters]\nstale = \"status:active unused>90d\"\n");
    let list = |filter: &[&str], code| {
        ends(at(&home, &demo, &[&["list"], filter, &["--format", "csv"]].concat()), code)
    };
    let whole = list(&["status:active", "unused>90d", "user:j*"], 0).stdout;
    assert!(whole.lines().count() > 1, "{whole}");
    assert_eq!(list(&["@stale", "user:j*"], 0).stdout, whole);
    let unknown = list(&["@stael"], 252).stderr;
    let sentence = "column 1: There is no saved filter @stael; did you mean @stale? The saved filter is @stale.";
    assert!(unknown.contains(sentence), "{unknown}");
    let config = ends(at(&home, &demo, &["config"]), 0).stdout;
    assert!(config.contains("filters.stale = \"status:active unused>90d\""), "{config}");
    home.write(".config/keyflip/config.toml", "[filters]\nstale = \"statos:active\"\n");
    let invalid = ends(at(&home, &demo, &["config"]), 255).stderr;
    assert!(invalid.contains("config.toml, line 2: the filter “stale” is not valid"), "{invalid}");
}

#[test]
fn denied_last_uses_are_counted_in_the_coverage() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({ "permissions": { "deny": ["GetAccessKeyLastUsed"] } }));
    let listed = ends(at(&home, &demo, &["list", "user:svc-billing-0042"]), 1);
    assert!(listed.stdout.contains("(denied)"), "{listed:?}");
    let last_uses = "The last use of 2 keys is not known: 2 denied. GetAccessKeyLastUsed failed";
    assert!(listed.stderr.contains(last_uses), "{listed:?}");
    assert!(listed.stderr.contains("iam:GetAccessKeyLastUsed"), "{listed:?}");
    let list = |words: &[&str], code| {
        ends(at(&home, &demo, &[&["list", "user:svc-billing-0042"], words].concat()), code)
    };
    for words in [&["--format", "json"][..], &["--columns", "UserName,UnusedDays"]] {
        list(words, 1);
    }
    let columns = ["--columns", "UserName,AccessKeyId"];
    list(&columns, 0);
    list(&[&columns[..], &["--sort", "last-used"]].concat(), 1);
    demo.faults(&serde_json::json!({}));
    let listed = ends(at(&home, &demo, &["list", "user:svc-billing-0042"]), 0);
    assert!(!listed.stderr.contains("last use"), "{listed:?}");
}
