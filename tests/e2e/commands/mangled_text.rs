//! Tests of `keyflip find` with texts in which the ID is encoded, broken, masked or missing.

use serde_json::Value;

use super::{KEY, OTHER_KEY, USER, at, ends, json};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::process::Finished;

/// What `keyflip find` says of a file in `tests/cases/text`.
struct Case {
    file: &'static str,
    /// How the key was found, as in the field `FoundAs`.
    found_as: &'static str,
    /// The IDs of the keys.
    keys: &'static [&'static str],
}

const fn case(file: &'static str, found_as: &'static str, keys: &'static [&'static str]) -> Case {
    Case { file, found_as, keys }
}

/// Every file, with the right answer.
const CASES: [Case; 20] = [
    case("quoted-printable.eml", "ID", &[KEY]),
    case("base64-body.eml", "ID", &[KEY]),
    case("utf-16le.txt", "ID", &[KEY]),
    case("utf-16be-without-mark.txt", "ID", &[KEY]),
    case("html-highlight.html", "ID", &[KEY]),
    case("entities.html", "ID", &[KEY]),
    case("colored-grep.txt", "ID", &[KEY]),
    case("zero-width.txt", "ID", &[KEY]),
    case("terminal-wrap.txt", "ID in pieces", &[KEY]),
    case("quoted-reply.eml", "ID in pieces", &[KEY]),
    case("kubernetes-secret.yaml", "ID", &[KEY]),
    case("basic-authorization.txt", "ID", &[KEY]),
    case("file-in-json.json", "ID", &[KEY]),
    case("presigned-url.txt", "ID", &[KEY]),
    case("webhook-form.txt", "ID", &[KEY]),
    case("glued-to-secret.txt", "start of a longer word", &[KEY]),
    case("masked-mail.eml", "masked ID", &[KEY]),
    case("masked-finding.json", "masked ID", &[KEY]),
    case("user-arn.json", "user", &[KEY, OTHER_KEY]),
    case("unique-id.txt", "user", &[KEY, OTHER_KEY]),
];

/// Files with the beginning of an ID only.
const TRUNCATED: [&str; 2] = ["truncated.txt", "truncated-without-sign.txt"];

fn read_case(file: &str) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/text/");
    std::fs::read(format!("{path}{file}")).unwrap()
}

fn find(home: &Home, demo: &Demo, input: impl AsRef<[u8]>, code: i32) -> Finished {
    ends(at(home, demo, &["find", "-", "--format", "json"]).stdin(input), code)
}

#[test]
fn every_file_with_a_mangled_id_leads_to_its_key() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for Case { file, found_as, keys } in CASES {
        let finished = find(&home, &demo, read_case(file), 0);
        let rows = json(&finished.stdout);
        let rows = rows.as_array().unwrap();
        let text = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        let found: Vec<_> = rows.iter().map(|row| text(row, "AccessKeyId")).collect();
        assert_eq!(found, keys, "{file}: {finished:?}");
        for row in rows {
            assert_eq!(text(row, "FoundAs"), found_as, "{file}");
            assert_eq!(
                (text(row, "Finding"), text(row, "UserName")),
                ("found".into(), USER.into())
            );
        }
        let is_assembled = finished.stderr.contains("Check that it is the right ID");
        assert_eq!(
            is_assembled,
            matches!(found_as, "ID in pieces" | "start of a longer word"),
            "{file}: {}",
            finished.stderr
        );
    }
}

#[test]
fn the_beginning_of_an_id_asks_for_the_rest() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for file in TRUNCATED {
        let finished = find(&home, &demo, read_case(file), 1);
        assert!(finished.stderr.contains("AWS's IDs have 20. Give the rest, too."), "{finished:?}");
        assert_eq!(finished.stdout, "[]\n", "{finished:?}");
    }
    assert!(demo.calls().is_empty(), "nothing was looked up");
}

#[test]
fn each_file_of_the_cases_has_an_answer() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/text");
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
    let mut known: Vec<_> = CASES.iter().map(|case| case.file).chain(TRUNCATED).collect();
    files.sort();
    known.sort_unstable();
    assert_eq!(files, known);
}

#[test]
fn the_user_in_the_text_saves_the_lists_of_all_users() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    find(&home, &demo, read_case("masked-mail.eml"), 0);
    assert!(!super::operations(&demo).contains(&"ListUsers".to_owned()));
}

#[test]
fn what_is_masked_or_foreign_and_not_found_is_told_apart() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for (text, finding, sentence) in [
        (
            "AKIA************ZZZZ",
            "not here",
            "No key in 123456789012 has the ID AKIA************ZZZZ.",
        ),
        (
            "AKIA************WX26 of account ****-****-6006",
            "other account",
            "belongs to account …6006, according to the text or the ID",
        ),
        ("arn:aws:iam::999999999999:user/ann", "other account", "belongs to account 999999999999"),
        ("arn:aws:iam::123456789012:user/nobody", "no such user", "There is no user"),
    ] {
        let rows = json(&find(&home, &demo, text, 1).stdout);
        assert_eq!(rows[0]["Finding"], finding, "{text}");
        assert!(rows[0]["Sentence"].as_str().unwrap().contains(sentence), "{rows}");
    }
}
