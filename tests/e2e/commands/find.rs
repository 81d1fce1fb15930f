//! Tests of `keyflip find`.

use serde_json::Value;

use super::{KEY, OPERATOR, SECRET, at, ends, json, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;

const EMAIL: &str = "From: abuse@example.org\nSubject: leaked\n\nHello, we saw id=AKIARZPUZDIKFYHOWX26&x and\n\
                     \"AKIARZPUZDIKNHN4FYRQ\". Regards\n";

#[test]
fn both_keys_in_an_email_are_found_with_their_owners() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let found =
        json(&ends(at(&home, &demo, &["find", "-", "--format", "json"]).stdin(EMAIL), 0).stdout);
    let reported: Vec<_> =
        found.as_array().unwrap().iter().map(|row| (&row["UserName"], &row["Status"])).collect();
    assert_eq!(
        reported,
        [
            (&"svc-billing-0042".into(), &"Active".into()),
            (&"ci-deploy-0007".into(), &"Active".into())
        ]
    );
    let mut calls = operations(&demo);
    calls.sort();
    let [used, list] = ["GetAccessKeyLastUsed", "ListAccessKeys"];
    assert_eq!(calls, [used, used, "GetCallerIdentity", list, list], "and no listing of users");
}

#[test]
fn deleted_foreign_and_temporary_ids_are_distinguished() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(
        ".aws/config",
        "[profile staging]\nrole_arn = arn:aws:iam::210987654321:role/Ops\nsource_profile = x\n",
    );
    let ids = "AKIARZPUZDIKAAAAAAAA AKIATCH6YDSYXAJH6J7Y ASIAY34FZKBOKMUTVV7A AIDARZPUZDIKFYHOWX26";
    let finished = ends(at(&home, &demo, &["find", ids, "--format", "json"]), 1);
    let found = json(&finished.stdout);
    let words: Vec<_> =
        found.as_array().unwrap().iter().map(|row| row["Finding"].as_str().unwrap()).collect();
    assert_eq!(words, ["not here, or denied", "other account", "temporary key", "user ID"]);
    assert_eq!(
        (&found[1]["Account"], &found[1]["Profiles"][0]),
        (&"210987654321".into(), &"staging".into())
    );
    assert!(found[2]["Sentence"].as_str().unwrap().contains("cannot be deactivated"));
}

#[test]
fn a_mistyped_id_is_reported() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let found = |id: &str, code| ends(at(&home, &demo, &["find", id]), code);
    let finished = found("AKIARZPUZDIKFYHOWX2", 1);
    assert!(finished.stderr.contains("it has 19 characters"), "{finished:?}");
    let finished = found("AKIARZPUZDIKFYHOWX266", 0);
    assert!(
        finished.stderr.contains("Other characters follow AKIARZPUZDIKFYHOWX26 directly"),
        "{finished:?}"
    );
    assert!(found("akiarzpuzdikfyhowx26", 0).stderr.contains("lower case"));
    let finished = found("AKIAIOSFODNN7EXAMPLE", 1);
    assert!(finished.stdout.contains("does not reveal its account"), "{finished:?}");
}

#[test]
fn a_caller_without_permission_gets_a_denial() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let refused = serde_json::json!({ "errors": [
        { "on": { "operations": ["GetAccessKeyLastUsed"] }, "status": 403, "code": "AccessDenied", "message": "no" }
    ] });
    demo.faults(&refused);
    let found = json(&ends(at(&home, &demo, &["find", KEY, "--format", "jsonl"]), 1).stdout);
    assert_eq!(found["Finding"], "denied");
}

#[test]
fn a_search_of_all_profiles_never_prompts() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let url = demo.url();
    home.write(
        ".aws/config",
        &format!(
            "[profile prod]\nendpoint_url = {url}\n[profile staging]\nendpoint_url = {url}\n\
             [profile locked]\nendpoint_url = {url}\nrole_arn = arn:aws:iam::609629065308:role/ops/IncidentResponse\n\
             source_profile = prod\nmfa_serial = arn:aws:iam::123456789012:mfa/operator\n"
        ),
    );
    let key = |name: &str, id: &str| {
        format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
    };
    home.write(
        ".aws/credentials",
        &(key("prod", OPERATOR) + &key("staging", "AKIATCH6YDSYQDEMOOPS")),
    );
    let ids = format!("{KEY} AKIATCH6YDSYXAJH6J7Y AKIAY34FZKBOKMUTVV7A");
    let finished =
        ends(Launch::keyflip(&home, &["find", &ids, "--all-profiles", "--format", "json"]), 1);
    let found = json(&finished.stdout);
    assert_eq!(
        (&found[0]["Profiles"][0], &found[1]["Profiles"][0]),
        (&"prod".into(), &"staging".into())
    );
    for said in [
        "Profile prod: 1 key found in",
        "Profile staging: 1 key found in",
        "Could not look up keys with profile locked.",
        "search this account alone: --profile locked.",
    ] {
        assert!(finished.stderr.contains(said), "{}", finished.stderr);
    }
}

/// Writes a profile with the operator's key, and others of other accounts.
fn write_profiles(home: &Home, demo: &Demo, others: usize) {
    let url = demo.url();
    let role = |number: usize| {
        format!(
            "[profile role-{number}]\nendpoint_url = {url}\nsource_profile = prod\n\
             role_arn = arn:aws:iam::{:012}:role/Other\n",
            number / 2 + 1
        )
    };
    let roles = (0..others).map(role).collect::<Vec<_>>().concat();
    let own = ["prod", "prod-too"].map(|name| format!("[profile {name}]\nendpoint_url = {url}\n"));
    let config = own.concat() + &roles;
    home.write(".aws/config", &config);
    let key = format!("aws_access_key_id = {OPERATOR}\naws_secret_access_key = {SECRET}\n");
    home.write(".aws/credentials", &format!("[prod]\n{key}[prod-too]\n{key}"));
}

#[test]
fn only_a_profile_of_the_account_that_an_id_names_is_asked() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    write_profiles(&home, &demo, 40);
    let finished = ends(Launch::keyflip(&home, &["find", KEY, "--all-profiles"]), 0);
    let said = "Not asked: 1 profile, since another profile of its account was asked; \
                40 profiles, since nothing points to their accounts.";
    assert!(finished.stderr.contains(said), "{finished:?}");
    let mut calls = operations(&demo);
    calls.sort();
    assert_eq!(calls, ["GetAccessKeyLastUsed", "GetCallerIdentity", "ListAccessKeys"]);
}

#[test]
fn one_answer_about_the_account_of_a_key_spares_the_other_profiles() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    write_profiles(&home, &demo, 40);
    // No profile leads to its account, 609629065308.
    let words = ["find", "AKIAY34FZKBOKMUTVV7A", "--all-profiles", "--format", "json"];
    let finished = ends(Launch::keyflip(&home, &words), 1);
    assert_eq!(json(&finished.stdout)[0]["Finding"], "other account");
    let said = "40 profiles, since nothing points to their accounts";
    assert!(finished.stderr.contains(said), "{finished:?}");
    let mut calls = operations(&demo);
    calls.sort();
    assert_eq!(calls, ["GetAccessKeyInfo", "GetAccessKeyLastUsed", "GetCallerIdentity"]);
}

#[test]
fn the_aws_files_are_read_once_for_all_profiles() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    write_profiles(&home, &demo, 0);
    let printed = serde_json::json!({
        "Version": 1, "AccessKeyId": "AKIATCH6YDSYQDEMOOPS", "SecretAccessKey": SECRET
    });
    home.write("credentials.json", &printed.to_string());
    // The first profile removes both files.
    home.write(
        "remove",
        &format!(
            "rm {0}/.aws/config {0}/.aws/credentials; cat {0}/credentials.json",
            home.path("").display()
        ),
    );
    let config = format!(
        "[profile a]\nendpoint_url = {0}\ncredential_process = sh {1}\n\
         [profile prod]\nendpoint_url = {0}\n",
        demo.url(),
        home.path("remove").display()
    );
    home.write(".aws/config", &config);
    // It names no account.
    let id = "AKIAIOSFODNN7EXAMPLE";
    let finished = ends(Launch::keyflip(&home, &["find", id, "--all-profiles"]), 1);
    assert!(!home.path(".aws/config").exists());
    for said in ["Profile a: 0 keys found in 210987654321", "Profile prod: 0 keys found in"] {
        assert!(finished.stderr.contains(said), "{}", finished.stderr);
    }
}

#[test]
fn text_without_an_id_makes_no_call() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let long = "AKIA \u{1b}[31m no key here ".repeat(400_000);
    let finished = ends(at(&home, &demo, &["find", "-"]).stdin(&long), 1);
    assert!(finished.stderr.contains("no access key ID"), "{}", finished.stderr);
    assert_eq!(operations(&demo), [""; 0]);
}

#[test]
fn a_root_key_is_found_with_its_last_use_but_without_its_status() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let root = "AKIATCH6YDSYQDEMROOT";
    let find = at(&home, &demo, &["find", root, "--format", "json"]);
    let found = json(&ends(find.signed_by("AKIATCH6YDSYQDEMOOPS", SECRET), 0).stdout);
    assert_eq!(
        (&found[0]["Finding"], &found[0]["Account"], &found[0]["UserName"], &found[0]["Status"]),
        (&"found".into(), &"210987654321".into(), &"<root_account>".into(), &Value::Null)
    );
    assert!(found[0]["AccessKeyLastUsed"]["ServiceName"].is_string(), "{found}");
    let sentence = found[0]["Sentence"].as_str().unwrap();
    assert!(sentence.contains("Only root can see its status and change it"), "{sentence}");
    assert!(sentence.contains("used"), "{sentence}");
}

/// Writes profiles, each with a name, its endpoint and the ID of its key.
fn write_keys(home: &Home, profiles: &[(&str, &Demo, &str)]) {
    let config = profiles
        .iter()
        .map(|(name, demo, _)| format!("[profile {name}]\nendpoint_url = {}\n", demo.url()));
    let credentials = profiles.iter().map(|(name, _, id)| {
        format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
    });
    home.write(".aws/config", &config.collect::<String>());
    home.write(".aws/credentials", &credentials.collect::<String>());
}

#[test]
fn the_same_account_number_at_two_endpoints_is_looked_up_at_both() {
    let home = Home::new();
    let (one, other) = (Demo::start(&home, &[]), Demo::start(&home, &[]));
    write_keys(&home, &[("one", &one, OPERATOR), ("other", &other, OPERATOR)]);
    let words = ["find", KEY, "--all-profiles", "--format", "json"];
    let found = json(&ends(Launch::keyflip(&home, &words), 0).stdout);
    let rows = found.as_array().unwrap();
    assert_eq!(rows.len(), 2, "{found}");
    for demo in [&one, &other] {
        let mut calls = operations(demo);
        calls.sort();
        assert_eq!(calls, ["GetAccessKeyLastUsed", "GetCallerIdentity", "ListAccessKeys"]);
        let not_aws = format!("NOT AWS {}", demo.url());
        let names_it = |row: &&serde_json::Value| row["Sentence"].to_string().contains(&not_aws);
        assert_eq!(rows.iter().filter(names_it).count(), 1, "{found}");
    }
}

#[test]
fn a_failure_in_the_account_of_a_key_is_reported_although_another_account_answers() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    // The first one's key does not exist; the second one's account is another one.
    let own = ("own", &demo, "AKIARZPUZDIKAAAAAAAA");
    write_keys(&home, &[own, ("staging", &demo, "AKIATCH6YDSYQDEMOOPS")]);
    // The second ID names no account, so all are asked for it.
    let words = ["find", KEY, "AKIAIOSFODNN7EXAMPLE", "--all-profiles", "--format", "json"];
    let finished = ends(Launch::keyflip(&home, &words), 1);
    let found = json(&finished.stdout);
    let row = &found[0];
    assert_eq!(
        (&row["Finding"], &row["Account"], &row["Profiles"][0]),
        (&"failed".into(), &"123456789012".into(), &"own".into())
    );
    let sentence = row["Sentence"].as_str().unwrap();
    assert!(sentence.contains("in account 123456789012 with profile own."), "{sentence}");
    assert!(finished.stderr.contains("Profile staging: 0 keys found"), "{finished:?}");
    let tries = finished.stderr.matches("Could not look up keys with profile own").count();
    assert_eq!(tries, 1, "{finished:?}");
}

#[test]
fn a_masked_id_is_not_said_to_be_nowhere_if_an_account_was_not_read() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    write_keys(&home, &[("a", &demo, OPERATOR), ("b", &demo, "AKIATCH6YDSYAAAAAAAA")]);
    let words = ["find", "AKIA************ZZZZ", "--all-profiles", "--format", "json"];
    let found = json(&ends(Launch::keyflip(&home, &words), 1).stdout);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["Finding"], "failed");
    let sentence = found[0]["Sentence"].as_str().unwrap();
    assert!(sentence.contains("other accounts could not be read"), "{sentence}");
}

#[test]
fn a_denied_look_up_names_the_permission_and_a_way_without_it() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({ "permissions": { "deny": ["GetAccessKeyLastUsed"] } }));
    let found = ends(at(&home, &demo, &["find", KEY]), 1).stdout;
    for part in ["iam:GetAccessKeyLastUsed", &format!("run keyflip list {KEY}"), "--profile"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    let kept = ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 254).stdout;
    for part in [&*format!("keyflip list {KEY}"), "update-access-key --user-name", "Nothing was"] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    // The ways work.
    let listed = ends(at(&home, &demo, &["list", KEY, "--format", "json"]), 1);
    let last_use = "The last use of 1 key is not known: 1 denied.";
    assert!(listed.stderr.contains(last_use), "{listed:?}");
    assert_eq!(json(&listed.stdout)[0]["UserName"], "svc-billing-0042", "{listed:?}");
    let pty = demo.screen(&home, &[KEY]).on_pty(120, 40);
    pty.wait_for_words("to search the keys of all users");

    demo.faults(&serde_json::json!({ "permissions": { "deny": ["ListUsers"] } }));
    let masked = ends(at(&home, &demo, &["find", "AKIA************WX26"]), 1).stdout;
    assert!(masked.contains("find needs the whole key ID"), "{masked}");
}

#[test]
fn a_response_that_is_not_from_aws_is_asked_for_three_times_and_described() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({ "junk": { "operations": ["GetAccessKeyLastUsed"] } }));
    let failed = ends(at(&home, &demo, &["find", KEY]), 1).stdout;
    assert!(failed.contains("(HTTP status 200, content type text/xml)"), "{failed}");
    assert!(failed.contains("is an IAM endpoint"), "{failed}");
    let asked = operations(&demo).iter().filter(|it| *it == "GetAccessKeyLastUsed").count();
    assert_eq!(asked, 3);
}

#[test]
fn a_text_without_an_id_is_an_empty_list_in_each_format() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let printed =
        |format| ends(at(&home, &demo, &["find", "nothing", "--format", format]), 1).stdout;
    assert_eq!(json(&printed("json")), Value::Array(Vec::new()));
    assert!(printed("csv").starts_with("AccessKeyId,Finding,"));
    assert_eq!((printed("jsonl"), printed("table")), (String::new(), String::new()));
}

#[test]
fn a_status_that_cannot_be_read_is_not_success() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&serde_json::json!({ "permissions": { "deny": ["ListAccessKeys"] } }));
    let finished = ends(at(&home, &demo, &["find", KEY]), 1);
    assert!(finished.stdout.contains("Could not read its status"), "{finished:?}");
}
