//! Compares `keyflip update-access-key` with the recorded behaviour of AWS CLI 2.

use serde::Deserialize;

use super::{KEY, USER, at, ends, journal, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::moto::Moto;
use crate::support::process::{Exit, Finished};

const RECORDED: &str = include_str!("../../data/aws-cli-v2.jsonl");

/// Cases that the AWS CLI sends to the service, and keyflip rejects.
const REFUSED_HERE: [&str; 5] =
    ["bad-status", "lower-status", "expired-status", "long-key", "dash-key"];

/// The usage of the AWS CLI; that of keyflip differs.
const AWS_USAGE: &str = "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
     To see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n";
const USAGE: &str = "usage: keyflip [options] update-access-key [parameters]\n\
     To see help text, you can run:\n\n  keyflip help\n  keyflip update-access-key help\n";

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "case")]
    name: String,
    argv: Vec<String>,
    rc: i32,
    stdout: String,
    stderr: String,
}

/// Endpoint of the cases, and the names that replace KEY and USER.
struct Stage<'a> {
    home: &'a Home,
    key: &'a str,
    user: &'a str,
    url: &'a str,
    signer: (&'a str, &'a str),
}

impl Stage<'_> {
    fn filled(&self, text: &str) -> String {
        let dir = self.home.path("");
        text.replace("DIR/", &format!("{}/", dir.display()))
            .replace("KEY", self.key)
            .replace("USER", self.user)
    }

    fn run(&self, case: &Case) -> Finished {
        let words: Vec<String> = case.argv.iter().map(|word| self.word(word)).collect();
        let words: Vec<&str> =
            std::iter::once("update-access-key").chain(words.iter().map(String::as_str)).collect();
        let launch = Launch::keyflip(self.home, &words)
            .env("AWS_ENDPOINT_URL", self.url)
            .env("AWS_REGION", "us-east-1");
        if case.name == "no-creds" {
            launch.run()
        } else {
            launch.signed_by(self.signer.0, self.signer.1).run()
        }
    }

    /// Replaces KEY and USER in an argument, except in `AKIANOSUCHKEY0000000`, which contains KEY.
    fn word(&self, word: &str) -> String {
        if word == "AKIANOSUCHKEY0000000" { word.to_owned() } else { self.filled(word) }
    }

    fn write_documents(&self) {
        let json = format!(
            r#"{{"UserName": "{}", "AccessKeyId": "{}", "Status": "Inactive"}}"#,
            self.user, self.key
        );
        self.home.write("in.json", &json);
        self.home.write("in.yaml", &json);
        self.home.write("bad.json", "{nope");
    }

    /// Runs every case except those in `but`; `same` compares the standard error of both.
    fn run_all(&self, but: &[&str], same: impl Fn(&Case, &str, &str)) {
        self.write_documents();
        let cases = RECORDED.lines().map(|line| serde_json::from_str::<Case>(line).unwrap());
        for case in cases.filter(|case| !but.contains(&case.name.as_str())) {
            let finished = self.run(&case);
            if REFUSED_HERE.contains(&case.name.as_str()) {
                assert_eq!(finished.exit, Exit::Code(252), "{}: {finished:?}", case.name);
                continue;
            }
            assert_eq!(finished.exit, Exit::Code(case.rc), "{}: {finished:?}", case.name);
            assert_eq!(finished.stdout, case.stdout, "{}", case.name);
            let wanted =
                case.stderr.replace(AWS_USAGE, USAGE).replace("aws: [ERROR]", "keyflip: [ERROR]");
            let wanted = if wanted.contains("NOSUCHKEY") { wanted } else { self.filled(&wanted) };
            same(&case, &finished.stderr, &wanted);
        }
    }
}

#[test]
fn every_recorded_case_matches_on_the_demo() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let signer = (super::OPERATOR, super::SECRET);
    let stage = Stage { home: &home, key: KEY, user: USER, url: demo.url(), signer };
    stage.run_all(&[], |case, stderr, wanted| assert_eq!(stderr, wanted, "{}", case.name));
    assert!(operations(&demo).iter().all(|operation| operation == "UpdateAccessKey"));
}

#[test]
fn every_recorded_case_has_the_same_exit_code_on_moto() {
    let Some(moto) = Moto::start() else { return };
    let home = Home::new();
    let key = moto.create_user("ann", None);
    let operator = moto.operator();
    let signer = (operator.access_key_id(), operator.secret_access_key());
    let stage =
        Stage { home: &home, key: key.access_key_id(), user: "ann", url: moto.url(), signer };
    // Only the error codes are compared, since moto's messages differ. Without a user name moto
    // takes the owner of the key, not the signer.
    let code = |text: &str| text.split_inclusive("): ").next().unwrap_or_default().to_owned();
    let before =
        |text: &str| text.split_inclusive(" operation: ").next().unwrap_or_default().to_owned();
    stage.run_all(&["no-user"], |case, stderr, wanted| match case.rc {
        254 => assert_eq!(before(stderr), before(wanted), "{}", case.name),
        _ => assert_eq!(code(stderr), code(wanted), "{}", case.name),
    });
}

#[test]
fn one_call_is_made_and_recorded_as_accepted_but_not_verified() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    ends(at(&home, &demo, &words), 0);
    assert_eq!(operations(&demo), ["UpdateAccessKey"]);
    let lines = journal(&home);
    assert_eq!(
        (&lines[0]["account"], &lines[0]["status_before"]),
        (&"123456789012".into(), &serde_json::Value::Null)
    );
    assert_eq!(lines[1]["outcome"], "accepted, not verified");
    ends(at(&home, &demo, &[&words[..], &["--verify"]].concat()), 0);
    assert_eq!(operations(&demo)[1..], ["UpdateAccessKey", "ListAccessKeys"]);
}

#[test]
fn errors_before_the_call_are_worded_as_in_the_aws_cli() {
    let home = Home::new();
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    let run = |more: &[&str]| {
        Launch::keyflip(&home, &[&words[..], more].concat())
            .signed_by(super::OPERATOR, super::SECRET)
    };
    let finished = ends(run(&["--profile", "nope"]), 255);
    assert_eq!(
        finished.stderr,
        "\nkeyflip: [ERROR]: The config profile (nope) could not be found\n"
    );
    let finished = ends(run(&["--endpoint-url", "http://127.0.0.1:1"]), 255);
    assert_eq!(
        finished.stderr,
        "\nkeyflip: [ERROR]: Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"\n"
    );
    let finished =
        ends(run(&["--endpoint-url", "http://127.0.0.1:1", "--journal", "/proc/no/journal"]), 255);
    assert!(
        finished
            .stderr
            .starts_with("\nkeyflip: [ERROR]: Could not create the journal's directory /proc/no"),
        "{finished:?}"
    );
}

#[test]
fn a_query_is_applied_to_the_empty_output() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    for (more, printed) in [
        (&["--query", "UserName"][..], "null\n"),
        (&["--query", "UserName", "--output", "text"], "None\n"),
        (&["--query", "length(@)"], "0\n"),
        (&["--query", "UserName", "--output", "off"], ""),
    ] {
        let finished = ends(at(&home, &demo, &[&words[..], more].concat()), 0);
        assert_eq!(finished.stdout, printed, "{more:?}");
    }
}

#[test]
fn an_invalid_setting_of_retries_is_refused_before_the_call() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    for (name, value) in [("AWS_RETRY_MODE", "fast"), ("AWS_MAX_ATTEMPTS", "many")] {
        let refused = ends(at(&home, &demo, &words).env(name, value), 255);
        assert!(refused.stderr.contains(name) && !refused.stderr.contains(value), "{refused:?}");
    }
    for (setting, value) in [("retry_mode", "fast"), ("max_attempts", "0")] {
        home.write(".aws/config", &format!("[default]\n{setting} = {value}\n"));
        let refused = ends(at(&home, &demo, &words), 255);
        assert!(refused.stderr.contains(setting), "{refused:?}");
    }
    assert!(demo.changes().is_empty());
}

#[test]
fn a_proxy_that_refuses_the_connection_is_named() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words =
        ["update-access-key", "--access-key-id", KEY, "--user-name", USER, "--status", "Inactive"];
    let proxy = "http://ann:hunter2@127.0.0.1:1";
    let refused = ends(at(&home, &demo, &words).env("HTTP_PROXY", proxy), 255);
    let sentence = "\nkeyflip: [ERROR]: Failed to connect to proxy URL: \"http://127.0.0.1:1\"\n";
    assert_eq!(refused.stderr, sentence);
    let list = ends(at(&home, &demo, &["list"]).env("HTTP_PROXY", proxy), 255);
    assert!(
        list.stderr.contains("could not connect through the proxy http://127.0.0.1:1:"),
        "{list:?}"
    );
    assert!(
        list.stderr.contains("Check the proxy") && !list.stderr.contains("hunter2"),
        "{list:?}"
    );
}
