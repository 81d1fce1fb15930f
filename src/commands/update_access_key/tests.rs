use serde::Deserialize;

use super::messages::USAGE;
use super::*;
use crate::model::Direction;

/// The recorded output of AWS CLI 2.36, with KEY, USER and DIR in place of real
/// values.
const RECORDED: &str = include_str!("../../../tests/data/aws-cli-v2.jsonl");

const KEY: &str = "AKIARZPUZDIKFYHOWX26";
const BLOCK: &str = "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
                     To see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n";

/// The recorded cases that the AWS CLI sends and keyflip refuses.
const REFUSED_HERE: [(&str, &str); 5] = [
    (
        "bad-status",
        "Invalid value for parameter Status, value: Paused, valid values: Active, Inactive",
    ),
    (
        "lower-status",
        "Invalid value for parameter Status, value: inactive, valid values: Active, Inactive",
    ),
    (
        "expired-status",
        "Invalid value for parameter Status, value: Expired, valid values: Active, Inactive",
    ),
    ("long-key", "Invalid length for parameter AccessKeyId, value: 129, valid max length: 128"),
    (
        "dash-key",
        "Invalid characters in parameter AccessKeyId, value: AKIA-IOSFODNN7EXAMPLE, valid characters: letters, digits and _",
    ),
];

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "case")]
    name: String,
    argv: Vec<String>,
    rc: u8,
    stdout: String,
    stderr: String,
}

fn run(words: &[&str]) -> Result<ParsedCommand, UpdateError> {
    let options = cli::update_access_key_options();
    let words = words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let words = cli::spell_out(&options, &words);
    parse(options, &words)
}

/// Parses a valid call with further words.
fn with(words: &[&str]) -> Result<ParsedCommand, UpdateError> {
    run(&[&["--access-key-id", KEY, "--status", "Active"], words].concat())
}

fn request(parsed: Result<ParsedCommand, UpdateError>) -> UpdateRequest {
    match parsed.unwrap() {
        ParsedCommand::Change(request) => *request,
        ParsedCommand::Print(text) => panic!("{text}"),
    }
}

fn printed(parsed: Result<ParsedCommand, UpdateError>) -> String {
    match parsed.unwrap() {
        ParsedCommand::Print(text) => text,
        ParsedCommand::Change(request) => panic!("{request:?}"),
    }
}

/// Returns the sentences of a parameter error, without their frame.
fn invalid_sentence(parsed: Result<ParsedCommand, UpdateError>) -> String {
    let error = parsed.unwrap_err();
    assert_eq!((error.exit(), error.code()), (Exit::Usage, Some("ParamValidation")), "{error}");
    error.to_string().replace("Parameter validation failed:\n", "")
}

/// Returns the sentence before the usage block.
fn usage_sentence(parsed: Result<ParsedCommand, UpdateError>) -> String {
    let text = invalid_sentence(parsed);
    text.strip_suffix(&format!("\n\n{}", USAGE.trim_end())).unwrap().to_owned()
}

fn unknown(parsed: Result<ParsedCommand, UpdateError>) -> String {
    let text = parsed.unwrap_err().to_string();
    text.strip_prefix("Unknown options: ").unwrap().to_owned()
}

fn json(document: &str) -> Result<ParsedCommand, UpdateError> {
    run(&["--cli-input-json", document])
}

fn yaml(document: &str) -> Result<ParsedCommand, UpdateError> {
    run(&["--cli-input-yaml", document])
}

#[test]
fn every_recorded_case_ends_as_recorded_or_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let document =
        format!(r#"{{"UserName": "ann", "AccessKeyId": "{KEY}", "Status": "Inactive"}}"#);
    for (name, text) in
        [("in.json", document.as_str()), ("in.yaml", &document), ("bad.json", "{nope")]
    {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let cases: Vec<Case> =
        RECORDED.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 31);
    for case in cases {
        let dir = dir.path().to_str().unwrap();
        let words: Vec<String> = case
            .argv
            .iter()
            .map(|word| match word.as_str() {
                "KEY" => KEY.to_owned(),
                "USER" => "ann".to_owned(),
                word => word
                    .replace("DIR", dir)
                    .replace("\"KEY\"", &format!("\"{KEY}\""))
                    .replace("\"USER\"", "\"ann\""),
            })
            .collect();
        let parsed = run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let name = case.name.as_str();
        if let Some((_, sentence)) = REFUSED_HERE.iter().find(|(refused, _)| *refused == name) {
            assert_eq!(invalid_sentence(parsed), *sentence, "{name}");
        } else if case.rc == 252 {
            let stderr =
                case.stderr.replace(BLOCK, USAGE).replace("aws: [ERROR]", "keyflip: [ERROR]");
            let error = parsed.unwrap_err();
            let rendered = ErrorFormat::Enhanced.render(&error);
            assert_eq!((error.exit(), rendered), (Exit::Usage, stderr), "{name}");
        } else if name.starts_with("skeleton") {
            assert_eq!(printed(parsed), case.stdout, "{name}");
        } else {
            assert!(matches!(parsed, Ok(ParsedCommand::Change(_))), "{name}: {parsed:?}");
        }
    }
}

#[test]
fn a_call_without_user_name_sends_none() {
    let request = request(with(&[]));
    assert_eq!(
        (request.user, request.key.as_str(), request.direction, request.verify),
        (None, KEY, Direction::Activate, false)
    );
}

#[test]
fn options_may_be_joined_abbreviated_repeated_and_mixed_with_global_ones() {
    let words = ["--user=ann", "--s", "Expired", "--status=Inactive", "--outp", "text"];
    let change = request(with(&[&words[..], &["--verify", "--verify"]].concat()));
    assert_eq!((change.direction, change.verify), (Direction::Deactivate, true));
    assert_eq!(change.user.unwrap().as_str(), "ann");
    let words = ["--profile", "p", "--no-paginate", "--reg=eu-west-1", "--reason", "INC-42 leak"];
    let rest = ["--access-key-id", KEY, "--no-cli-pager", "--status", "Active"];
    let change = request(run(&[&words[..], &rest].concat()));
    assert_eq!(change.global.profile.as_deref(), Some("p"));
    assert_eq!(change.global.region.as_deref(), Some("eu-west-1"));
    assert_eq!(change.global.reason.as_deref(), Some("INC-42 leak"));
    let region = request(with(&["--re", "eu-west-1"])).global.region;
    assert_eq!(region.as_deref(), Some("eu-west-1"), "although keyflip has --reason");
    assert_eq!(unknown(with(&["--rea", "x"])), "--rea", "keyflip's own options are written out");
    assert_eq!(unknown(with(&["--cli-input", "{}"])), "--cli-input", "two options begin so");
}

#[test]
fn words_that_are_no_options_are_refused() {
    assert_eq!(unknown(with(&["--wat", "--wut=1", "x"])), "--wat");
    assert_eq!(unknown(with(&["-u"])), "-u");
    assert_eq!(unknown(with(&["--", "x"])), "x");
    assert_eq!(unknown(with(&["--user-name", "u", "v", "w"])), "v, w");
    assert_eq!(unknown(run(&["--cli-input-json", "{nope", "--wat"])), "--wat");
    assert!(with(&["--"]).is_ok());
    assert_eq!(
        usage_sentence(run(&["--access-key-id", KEY, "--", "--status", "Active"])),
        "the following arguments are required: --status"
    );
}

#[test]
fn a_missing_or_wrong_value_is_refused_with_the_usage() {
    for words in
        [["--user-name"].as_slice(), &["--user-name", "--query", "a"], &["--user-name", "--"]]
    {
        assert_eq!(
            usage_sentence(with(words)),
            "a value is required for '--user-name <NAME>' but none was supplied",
            "{words:?}"
        );
    }
    for words in [
        ["--region"].as_slice(),
        &["--output", "xml"],
        &["--cli-error-format", "xml"],
        &["--generate-cli-skeleton="],
        &["--no-verify-ssl=1"],
    ] {
        let sentence = usage_sentence(with(words));
        let option = words[0].split('=').next().unwrap();
        assert!(sentence.contains(option) && !sentence.starts_with("error"), "{sentence}");
    }
    for words in [["--user-name", "-5"], ["--user-name", "-"]] {
        assert!(with(&words).is_ok(), "{words:?}");
    }
}

#[test]
fn wrong_global_options_are_refused_and_empty_ones_mean_none() {
    assert_eq!(
        invalid_sentence(with(&["--endpoint-url", "x"])),
        "Bad value for --endpoint-url \"x\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/"
    );
    let error = with(&["--cli-read-timeout", "soon"]).unwrap_err();
    assert_eq!(
        (error.exit(), error.to_string().as_str()),
        (Exit::Failed, "--cli-read-timeout takes a whole number of seconds, not 'soon'.")
    );
    assert_eq!(
        invalid_sentence(with(&["--query", "a b"])),
        "Bad value for --query a b: not a JMESPath expression."
    );
    let words =
        ["--cli-read-timeout", "5", "--endpoint-url", "HTTP://x", "--profile", "", "--region="];
    let global = request(with(&words)).global;
    assert_eq!(
        (global.cli_read_timeout, global.endpoint_url.as_deref()),
        (Some(5), Some("HTTP://x"))
    );
    assert_eq!((global.profile, global.region), (None, None));
}

#[test]
fn a_template_of_the_input_needs_no_options() {
    for words in [
        ["--generate-cli-skeleton", "--user-name", "u"],
        ["--generate-cli-skeleton", "input", "--verify"],
    ] {
        assert_eq!(printed(run(&words)), SKELETON_JSON);
    }
    assert_eq!(printed(with(&["--generate-cli-skeleton=yaml-input"])), SKELETON_YAML);
    assert_eq!(
        usage_sentence(run(&["--generate-cli-skeleton", "output"])),
        "the following arguments are required: --access-key-id, --status"
    );
    assert_eq!(
        invalid_sentence(run(&["--cli-input-json", "{nope", "--generate-cli-skeleton"])),
        "Error parsing parameter 'cli-input-json': Invalid JSON received."
    );
}

#[test]
fn all_errors_of_the_parameters_are_listed() {
    assert_eq!(
        invalid_sentence(json(r#"{"UserName":"","AccessKeyId":"x","Foo":1,"Bar":2}"#)),
        "Missing required parameter in input: \"Status\"\n\
         Unknown parameter in input: \"Foo\", must be one of: UserName, AccessKeyId, Status\n\
         Unknown parameter in input: \"Bar\", must be one of: UserName, AccessKeyId, Status\n\
         Invalid length for parameter UserName, value: 0, valid min length: 1\n\
         Invalid length for parameter AccessKeyId, value: 1, valid min length: 16"
    );
    assert_eq!(
        invalid_sentence(run(&[
            "--access-key-id",
            "AKIA-RZPUZDIKFYHOWX26",
            "--status",
            "on",
            "--user-name",
            "a b"
        ])),
        "Invalid characters in parameter UserName, value: a b, valid characters: letters, digits and _+=,.@-\n\
         Invalid characters in parameter AccessKeyId, value: AKIA-RZPUZDIKFYHOWX26, valid characters: letters, digits and _\n\
         Invalid value for parameter Status, value: on, valid values: Active, Inactive"
    );
    assert_eq!(
        invalid_sentence(with(&["--user-name", &"é".repeat(129)])),
        "Invalid length for parameter UserName, value: 129, valid max length: 128"
    );
}

#[test]
fn a_parameter_that_is_not_a_string_is_refused_with_its_type() {
    for (value, found) in [
        ("1", "a number"),
        ("1e3", "a number"),
        ("null", "null"),
        ("true", "a boolean"),
        ("[1]", "a list"),
        ("{}", "a map"),
    ] {
        let document = format!(r#"{{"UserName":"u","AccessKeyId":{value},"Status":"Active"}}"#);
        for parsed in [json(&document), yaml(&document)] {
            assert_eq!(
                invalid_sentence(parsed),
                format!("Invalid type for parameter AccessKeyId: expected a string, got {found}")
            );
        }
    }
    assert_eq!(
        invalid_sentence(with(&["--user-name", "fileb://name"])),
        "Invalid type for parameter UserName: expected a string, got the bytes of a file"
    );
}

#[test]
fn an_input_document_must_be_one_map_and_options_override_it() {
    for (document, found) in
        [("null", "null"), ("[]", "a list"), ("\"s\"", "a string"), ("1", "a number")]
    {
        for (parsed, option) in [(json(document), "json"), (yaml(document), "yaml")] {
            assert_eq!(
                invalid_sentence(parsed),
                format!(
                    "Error parsing parameter '--cli-input-{option}': expected a map, got {found}"
                )
            );
        }
    }
    for document in ["", "{nope", "{\"a\":1} x", "{'a':1}", "{\"a\":1,}", "\u{feff}{}"] {
        assert_eq!(
            invalid_sentence(json(document)),
            "Error parsing parameter 'cli-input-json': Invalid JSON received."
        );
    }
    assert_eq!(
        invalid_sentence(with(&["--cli-input-json", "{}", "--cli-input-yaml", "a: b"])),
        "Only one --cli-input- parameter may be specified."
    );
    let change = request(with(&[
        "--cli-input-json",
        r#"{"UserName":5,"Status":"Inactive"}"#,
        "--user-name",
        "u",
    ]));
    assert_eq!((change.user.unwrap().as_str(), change.direction), ("u", Direction::Activate));
    let last = format!(r#"{{"AccessKeyId":"{KEY}","Status":"Active","Status":"Inactive"}}"#);
    assert_eq!(request(json(&last)).direction, Direction::Deactivate);
}

#[test]
fn yaml_is_read_by_version_1_2() {
    for document in [
        format!("{{AccessKeyId: {KEY}, Status: Active}}"),
        format!("---\nAccessKeyId: '{KEY}'\nStatus: Active\nUserName: on\n..."),
    ] {
        assert_eq!(request(yaml(&document)).direction, Direction::Activate);
    }
    for document in ["a: [", "Status: Active\nStatus: Inactive", "a: 1\n---\nb: 2", "a: *x"] {
        assert_eq!(
            invalid_sentence(yaml(document)),
            "Error parsing parameter 'cli-input-yaml': Invalid YAML received.",
            "{document}"
        );
    }
    for (document, found) in [("", "null"), ("# c", "null"), ("Status:Active", "a string")] {
        assert_eq!(
            invalid_sentence(yaml(document)),
            format!("Error parsing parameter '--cli-input-yaml': expected a map, got {found}")
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("bytes"), b"\xff\xfe").unwrap();
    std::fs::write(dir.path().join("name"), "ann").unwrap();
    let path = |name: &str| format!("file://{}/{name}", dir.path().display());
    for (name, reason) in [
        ("none", "No such file"),
        ("", "Is a directory"),
        ("bytes", "valid UTF-8"),
        ("$UNSET/x", "No such"),
    ] {
        for parsed in [json(&path(name)), with(&["--user-name", &path(name)])] {
            let sentence = invalid_sentence(parsed);
            let value = format!("Unable to load paramfile {}: ", path(name));
            assert!(sentence.contains(&value) && sentence.contains(reason), "{sentence}");
        }
    }
    assert_eq!(request(with(&["--user-name", &path("name")])).user.unwrap().as_str(), "ann");
}

#[test]
fn help_and_version_are_printed_whatever_else_stands_there() {
    for words in [["help"].as_slice(), &["--help"], &["-h"], &["help", "x"]] {
        assert!(printed(with(words)).contains("--access-key-id"), "{words:?}");
    }
    assert!(printed(run(&["help"])).contains("--access-key-id"));
    assert_eq!(printed(run(&["--wat", "--version"])), cli::version());
}

#[test]
fn an_empty_word_is_ignored() {
    assert_eq!(request(with(&[""])).key.as_str(), KEY, "as from an unset variable of a script");
}
