use serde::Deserialize;

use super::messages::USAGE;
use super::*;

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

pub(super) fn run(words: &[&str]) -> Result<ParsedCommand, Rejection> {
    parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
}

/// Parses a valid call with further words.
pub(super) fn with(words: &[&str]) -> Result<ParsedCommand, Rejection> {
    run(&[&["--access-key-id", KEY, "--status", "Active"], words].concat())
}

pub(super) fn request(parsed: Result<ParsedCommand, Rejection>) -> UpdateRequest {
    match parsed.unwrap() {
        ParsedCommand::Change(request) => *request,
        ParsedCommand::Print(text) => panic!("{text}"),
    }
}

/// Returns the sentences of a parameter error, without their frame.
pub(super) fn invalid_sentence(parsed: Result<ParsedCommand, Rejection>) -> String {
    let rejection = parsed.unwrap_err();
    assert_eq!(rejection.code, 252);
    let text = rejection
        .stderr
        .strip_prefix("\nkeyflip: [ERROR]: An error occurred (ParamValidation): ")
        .unwrap();
    text.strip_suffix('\n').unwrap().replace("Parameter validation failed:\n", "")
}

/// Returns the sentence before the usage block.
pub(super) fn usage_sentence(parsed: Result<ParsedCommand, Rejection>) -> String {
    let text = invalid_sentence(parsed) + "\n";
    text.strip_suffix(&format!("\n\n{USAGE}")).unwrap().to_owned()
}

fn unknown(parsed: Result<ParsedCommand, Rejection>) -> String {
    let text = parsed.unwrap_err().stderr;
    text.strip_prefix(&format!("\n{USAGE}\n\nkeyflip: [ERROR]: Unknown options: "))
        .unwrap()
        .trim_end()
        .to_owned()
}

fn json(document: &str) -> Result<ParsedCommand, Rejection> {
    run(&["--cli-input-json", document])
}

fn yaml(document: &str) -> Result<ParsedCommand, Rejection> {
    run(&["--cli-input-yaml", document])
}

#[test]
fn every_recorded_case_is_answered_as_recorded_or_left_to_the_service() {
    let dir = tempfile::tempdir().unwrap();
    let document =
        format!(r#"{{"UserName": "ann", "AccessKeyId": "{KEY}", "Status": "Inactive"}}"#);
    std::fs::write(dir.path().join("in.json"), &document).unwrap();
    std::fs::write(
        dir.path().join("in.yaml"),
        format!("UserName: ann\nAccessKeyId: {KEY}\nStatus: Inactive\n"),
    )
    .unwrap();
    std::fs::write(dir.path().join("bad.json"), "{nope").unwrap();
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
        let parsed = parse(&words);
        let name = case.name.as_str();
        if let Some((_, sentence)) = REFUSED_HERE.iter().find(|(refused, _)| *refused == name) {
            assert_eq!(invalid_sentence(parsed), *sentence, "{name}");
        } else if case.rc == 252 {
            let stderr =
                case.stderr.replace(BLOCK, USAGE).replace("aws: [ERROR]", "keyflip: [ERROR]");
            let rejection = parsed.unwrap_err();
            assert_eq!((rejection.code, rejection.stderr), (252, stderr), "{name}");
        } else if name.starts_with("skeleton") {
            assert_eq!(parsed, Ok(ParsedCommand::Print(case.stdout)), "{name}");
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
fn options_may_be_joined_shortened_repeated_and_mixed_with_global_ones() {
    let change = request(with(&[
        "--user=ann",
        "--s",
        "Expired",
        "--status=Inactive",
        "--outp",
        "text",
        "--verify",
    ]));
    assert_eq!((change.direction, change.verify), (Direction::Deactivate, true));
    assert_eq!(change.user.unwrap().as_str(), "ann");
    let change = request(run(&[
        "--profile",
        "p",
        "--access-key-id",
        "--no-paginate",
        KEY,
        "--status",
        "Active",
        "--reg=eu-west-1",
        "--reason",
        "INC-42 leak",
        "--no-cli-pager",
    ]));
    assert_eq!(change.global.profile.as_deref(), Some("p"));
    assert_eq!(change.global.region.as_deref(), Some("eu-west-1"));
    assert_eq!(change.global.reason.as_deref(), Some("INC-42 leak"));
    assert_eq!(unknown(with(&["--rea", "x"])), "--rea, x", "keyflip's own options are written out");
}

#[test]
fn words_that_are_no_options_are_named_after_what_is_missing() {
    assert_eq!(unknown(with(&["--wat", "--wut=1", "x"])), "--wat, --wut=1, x");
    assert_eq!(unknown(with(&["-u"])), "-u");
    assert_eq!(unknown(with(&["-5"])), "-5");
    assert_eq!(unknown(with(&["--", "x"])), "x");
    assert_eq!(unknown(with(&["--user-name", "u", "v"])), "v");
    assert_eq!(unknown(run(&["--cli-input-json", "{nope", "--wat"])), "--wat");
    assert!(with(&["--"]).is_ok());
    assert_eq!(
        usage_sentence(run(&["--wat"])),
        "the following arguments are required: --access-key-id, --status"
    );
    assert_eq!(
        usage_sentence(run(&["--access-key-id", KEY, "--", "--status", "Active"])),
        "the following arguments are required: --status"
    );
}

#[test]
fn a_missing_wrong_or_ambiguous_value_is_said_with_the_usage() {
    for words in [
        vec!["--user-name"],
        vec!["--user-name", "--wat"],
        vec!["--user-name", "-x"],
        vec!["--user-name", "--"],
    ] {
        assert_eq!(
            usage_sentence(with(&words)),
            "argument --user-name: expected one argument",
            "{words:?}"
        );
    }
    assert_eq!(
        usage_sentence(run(&["--access-key-id", "--status", "Active"])),
        "argument --access-key-id: expected one argument"
    );
    assert_eq!(usage_sentence(with(&["--region"])), "argument --region: expected one argument");
    assert_eq!(
        usage_sentence(with(&["--output", "xml"])),
        "argument --output: Found invalid choice 'xml'\n"
    );
    assert_eq!(
        usage_sentence(run(&["--generate-cli-skeleton="])),
        "argument --generate-cli-skeleton: Found invalid choice ''\n"
    );
    assert_eq!(
        usage_sentence(with(&["--cli-input", "{}"])),
        "ambiguous option: --cli-input could match --cli-input-json, --cli-input-yaml"
    );
    assert_eq!(
        usage_sentence(with(&["--no-verify-ssl=1"])),
        "argument --no-verify-ssl: ignored explicit argument '1'"
    );
    for words in [["--user-name", "-5"], ["--user-name", "-"]] {
        assert!(with(&words).is_ok(), "{words:?}");
    }
    assert!(
        invalid_sentence(with(&["--user-name", "-a b"]))
            .starts_with("Invalid characters in parameter UserName")
    );
}

#[test]
fn a_skeleton_waives_the_required_options_only_in_words_of_its_own() {
    let text = |words: &[&str]| match run(words) {
        Ok(ParsedCommand::Print(text)) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(text(&["--generate-cli-skeleton", "--user-name", "u"]), SKELETON_JSON);
    assert_eq!(
        text(&["--access-key-id", "x", "--status", "y", "--generate-cli-skeleton=yaml-input"]),
        SKELETON_YAML
    );
    for words in [
        ["--generate-cli-skeleton=input"].as_slice(),
        &["--generate-cli-skeleton", "output"],
        &["--cli-input-json={}"],
    ] {
        let sentence = usage_sentence(run(words));
        assert_eq!(
            sentence, "the following arguments are required: --access-key-id, --status",
            "{words:?}"
        );
    }
    assert_eq!(
        invalid_sentence(run(&["--cli-input-json", "{nope", "--generate-cli-skeleton"])),
        "Error parsing parameter 'cli-input-json': Invalid JSON received."
    );
}

#[test]
fn everything_wrong_with_the_members_is_listed() {
    assert_eq!(
        invalid_sentence(json(r#"{"UserName":"","AccessKeyId":"x","Foo":1,"Bar":2}"#)),
        "Missing required parameter in input: \"Status\"\n\
         Unknown parameter in input: \"Foo\", must be one of: UserName, AccessKeyId, Status\n\
         Unknown parameter in input: \"Bar\", must be one of: UserName, AccessKeyId, Status\n\
         Invalid length for parameter UserName, value: 0, valid min length: 1\n\
         Invalid length for parameter AccessKeyId, value: 1, valid min length: 16"
    );
    assert_eq!(
        invalid_sentence(run(&["--access-key-id", "", "--status", "", "--user-name="])),
        "Invalid length for parameter UserName, value: 0, valid min length: 1\n\
         Invalid length for parameter AccessKeyId, value: 0, valid min length: 16"
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
fn a_member_that_is_no_text_is_printed_as_the_aws_cli_prints_it() {
    let printed = |document: &str| {
        let sentence = invalid_sentence(json(&format!(
            r#"{{"UserName":"u","AccessKeyId":{document},"Status":"Active"}}"#
        )));
        let rest =
            sentence.strip_prefix("Invalid type for parameter AccessKeyId, value: ").unwrap();
        rest.strip_suffix(", valid types: <class 'str'>").unwrap().to_owned()
    };
    for (document, expected) in [
        ("1", "1, type: <class 'int'>"),
        ("-1", "-1, type: <class 'int'>"),
        ("12345678901234567890", "12345678901234567890, type: <class 'int'>"),
        ("1.0", "1.0, type: <class 'float'>"),
        ("1e3", "1000.0, type: <class 'float'>"),
        ("1.0e16", "1e+16, type: <class 'float'>"),
        ("1e-5", "1e-05, type: <class 'float'>"),
        ("0.0001", "0.0001, type: <class 'float'>"),
        ("1.7976931348623157e308", "1.7976931348623157e+308, type: <class 'float'>"),
        ("-0.0", "-0.0, type: <class 'float'>"),
        ("null", "None, type: <class 'NoneType'>"),
        ("true", "True, type: <class 'bool'>"),
        (r#"[1,"a",null,{"b":1.5}]"#, "[1, 'a', None, {'b': 1.5}], type: <class 'list'>"),
        (
            r#"["'","\"","'\"","\né\u0001"]"#,
            r#"["'", '"', '\'"', '\né\x01'], type: <class 'list'>"#,
        ),
        (r#"{"b":"\u007f\ud83d\ude00\u200b\\"}"#, r"{'b': '\x7f😀\u200b\\'}, type: <class 'dict'>"),
    ] {
        assert_eq!(printed(document), expected);
    }
}

#[test]
fn an_input_document_must_be_one_map_and_options_win_over_it() {
    for (document, class) in [
        ("null", "NoneType"),
        ("[]", "list"),
        ("\"s\"", "str"),
        ("1", "int"),
        ("true", "bool"),
        ("1.5", "float"),
    ] {
        let expected = format!("Invalid type: expecting map, received <class '{class}'>");
        assert_eq!(
            invalid_sentence(json(document)),
            format!("Error parsing parameter '--cli-input-json': {expected}")
        );
        assert_eq!(
            invalid_sentence(yaml(document)),
            format!("Error parsing parameter '--cli-input-yaml': {expected}")
        );
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
    assert!(matches!(
        yaml(&format!("{{AccessKeyId: {KEY}, Status: Active}}")),
        Ok(ParsedCommand::Change(_))
    ));
    assert!(matches!(
        yaml(&format!("---\nAccessKeyId: '{KEY}'\nStatus: Active\nUserName: on\n...")),
        Ok(ParsedCommand::Change(_))
    ));
    for document in ["a: [", "Status: Active\nStatus: Inactive", "a: 1\n---\nb: 2", "a: *x"] {
        assert_eq!(
            invalid_sentence(yaml(document)),
            "Error parsing parameter 'cli-input-yaml': Invalid YAML received.",
            "{document}"
        );
    }
    for (document, class) in [
        ("", "NoneType"),
        ("# c", "NoneType"),
        ("- a", "list"),
        ("hello", "str"),
        ("Status:Active", "str"),
    ] {
        assert_eq!(
            invalid_sentence(yaml(document)),
            format!(
                "Error parsing parameter '--cli-input-yaml': Invalid type: expecting map, received <class '{class}'>"
            )
        );
    }
    for (value, printed) in [
        ("0x1F", "31, type: <class 'int'>"),
        ("0o17", "15, type: <class 'int'>"),
        ("1_000", "1000, type: <class 'int'>"),
        ("1e3", "1000.0, type: <class 'float'>"),
        ("~", "None, type: <class 'NoneType'>"),
        ("False", "False, type: <class 'bool'>"),
        ("[a, 'b', 1, true, ~]", "['a', 'b', 1, True, None], type: <class 'list'>"),
    ] {
        let sentence = invalid_sentence(yaml(&format!(
            "AccessKeyId: {KEY}\nStatus: Active\nUserName: {value}"
        )));
        assert_eq!(
            sentence,
            format!(
                "Invalid type for parameter UserName, value: {printed}, valid types: <class 'str'>"
            )
        );
    }
}

#[test]
fn a_file_that_can_not_be_read_is_named_with_the_reason() {
    assert_eq!(
        invalid_sentence(json("file:///nowhere/in.json")),
        "Error parsing parameter '--cli-input-json': Unable to load paramfile file:///nowhere/in.json: \
         [Errno 2] No such file or directory: '/nowhere/in.json'"
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().display();
    assert_eq!(
        invalid_sentence(with(&["--user-name", &format!("file://{path}")])),
        format!(
            "Error parsing parameter '--user-name': Unable to load paramfile file://{path}: [Errno 21] Is a directory: '{path}'"
        )
    );
    let bytes = dir.path().join("bytes");
    std::fs::write(&bytes, b"\xff\xfe").unwrap();
    let bytes = bytes.display();
    assert_eq!(
        invalid_sentence(json(&format!("file://{bytes}"))),
        format!(
            "Error parsing parameter '--cli-input-json': Unable to load paramfile ({bytes}), text contents could not be \
             decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix."
        )
    );
    assert!(
        invalid_sentence(with(&["--user-name", "file://$NOT_SET_ANYWHERE/x"]))
            .ends_with("'$NOT_SET_ANYWHERE/x'")
    );
}

#[test]
fn help_and_version_are_printed_whatever_else_stands_there() {
    for words in [["help"], ["--help"], ["-h"]] {
        assert!(
            matches!(with(&words), Ok(ParsedCommand::Print(text)) if text.contains("--access-key-id")),
            "{words:?}"
        );
    }
    assert_eq!(run(&["--wat", "--version"]), Ok(ParsedCommand::Print(crate::cli::version())));
    assert!(matches!(run(&["help"]), Ok(ParsedCommand::Print(_))));
}

#[test]
fn the_first_word_that_is_no_option_may_be_empty_or_ask_for_help() {
    assert!(
        matches!(with(&[""]), Ok(ParsedCommand::Change(_))),
        "as a script's unset variable makes it"
    );
    assert_eq!(unknown(with(&["", ""])), "");
    assert_eq!(unknown(with(&["x", "--wat", "y"])), "--wat, y, x");
    assert!(
        matches!(with(&["help", "x"]), Ok(ParsedCommand::Print(text)) if text.contains("--access-key-id"))
    );
}

#[test]
fn the_bytes_of_a_file_are_no_text() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("name");
    std::fs::write(&path, b"ann\xff'\n").unwrap();
    let path = format!("fileb://{}", path.display());
    assert_eq!(
        invalid_sentence(with(&["--user-name", &path])),
        "Invalid type for parameter UserName, value: b\"ann\\xff'\\n\", type: <class 'bytes'>, valid types: <class 'str'>"
    );
    assert_eq!(
        invalid_sentence(json(&path)),
        "Error parsing parameter 'cli-input-json': Invalid JSON received."
    );
}
