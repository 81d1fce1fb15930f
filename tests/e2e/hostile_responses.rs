//! Tests of malformed and oversized responses: memory and time stay bounded, and the error
//! message is clear.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::{Exit, Finished};
use crate::support::pty::Pty;

fn under(faults: &Value) -> (Home, Demo, Pty) {
    let home = Home::new();
    let demo = Demo::start(&home, &["--faults", &faults.to_string()]);
    let pty = demo.screen(&home, &[]).on_pty(120, 40);
    (home, demo, pty)
}

/// Returns the peak resident memory of the program in MiB.
fn most_memory(pty: &Pty) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", pty.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Checks that the program reacts to keys, stayed below `most` MiB, and quits.
fn is_well(mut pty: Pty, most: u64) {
    pty.press("?");
    pty.wait_for("v pager");
    pty.press("esc");
    pty.wait_gone("v pager");
    let memory = most_memory(&pty);
    assert!(memory <= most, "{memory} MiB");
    pty.press("q");
    assert_eq!(pty.exit(), Exit::Code(0));
    pty.assert_restored();
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn a_response_of_100_mb_is_rejected() {
    let huge = json!({"huge_answer": {"bytes": 100_000_000, "on": {"operations": ["ListUsers"]}}});
    let (home, demo, pty) = under(&huge);
    pty.wait_for_words("The user list is incomplete.");
    pty.wait_for_words("the response is longer than 32 MiB");
    is_well(pty, 100);
    let listed = demo.screen(&home, &["list"]).run();
    assert_eq!(listed.exit, Exit::Code(255), "{listed:?}");
    assert!(listed.stderr.contains("longer than 32 MiB"), "{listed:?}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn endless_pages_are_stopped_and_reported() {
    let begun = Instant::now();
    let (home, demo, pty) = under(&json!({"endless_pages": {"operations": ["ListUsers"]}}));
    pty.wait_for_words("the list has not ended after 200 pages");
    assert_eq!(demo.calls_of("ListUsers").len(), 200);
    is_well(pty, 200);
    let listed = demo.screen(&home, &["list", "user:nobody"]).run();
    assert_ne!(listed.exit, Exit::Code(0), "{listed:?}");
    assert!(listed.stderr.contains("has not ended after 200 pages"), "{listed:?}");
    assert!(begun.elapsed() < Duration::from_mins(1));
}

#[test]
fn a_list_of_accounts_without_end_is_not_complete() {
    let home = Home::new();
    let files = home.path(".aws");
    let demo = Demo::start(&home, &["--organization", "3", "--files", files.to_str().unwrap()]);
    for faults in [
        json!({"page_size": 2, "repeat_marker": {"operations": ["ListAccounts"]}}),
        json!({"endless_pages": {"operations": ["ListAccounts"]}}),
    ] {
        demo.faults(&faults);
        let launch = Launch::keyflip(&home, &["accounts"]).env("AWS_ENDPOINT_URL", demo.url());
        let listed = launch.run();
        assert_eq!(listed.exit, Exit::Code(1), "{listed:?}");
        assert!(listed.stdout.contains("team-0001"), "{listed:?}");
        assert!(listed.stderr.contains("The list of accounts is not complete."), "{listed:?}");
    }
    demo.faults(&json!({"page_size": 1, "repeat_marker": {"operations": ["ListAccountRoles"]}}));
    let launch = Launch::keyflip(&home, &["accounts", "--roles"]);
    let listed = launch.env("AWS_ENDPOINT_URL", demo.url()).run();
    assert!(
        listed.stdout.contains("ListAccountRoles failed: the list does not end."),
        "{listed:?}"
    );
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn a_repeated_marker_stops_the_list() {
    let (_home, demo, pty) = under(
        &json!({"page_size": 5, "repeat_marker": {"operations": ["ListUsers", "ListAccessKeys"]}}),
    );
    pty.wait_for_words("the list continues but has no marker for the next page");
    pty.wait_quiet(Duration::from_millis(500));
    let calls = demo.calls().len();
    assert!(calls < 300, "{calls} calls");
    is_well(pty, 100);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn invalid_key_ids_are_an_error_of_their_user_only() {
    let (_home, _demo, mut pty) = under(&json!({"hostile": {"ids": true}}));
    pty.wait_for("43 users");
    pty.press("/");
    pty.send("odd-key");
    pty.wait_for("▸ odd-key-ids");
    pty.wait_for_words("ListAccessKeys failed");
    assert!(
        !pty.screen().contains("▸ SHORT") && !pty.screen().contains("● Active"),
        "half a list hides a key"
    );
    pty.press("esc");
    pty.wait_gone("enter to keep");
    is_well(pty, 100);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn escape_sequences_from_iam_never_reach_the_terminal() {
    let evil =
        "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}reversed\u{9b}31m".to_owned() + &"x".repeat(10_000);
    let on = json!({"operations": ["GetUser", "ListGroupsForUser"], "probability": 0.5});
    let errors = json!([{"status": 403, "code": "AccessDenied", "message": evil, "on": on},
        {"status": 400, "code": evil, "message": evil, "on": {"operations": ["GetCredentialReport"]}}]);
    let (_home, _demo, mut pty) =
        under(&json!({"hostile": {"names": true, "ids": true}, "errors": errors}));
    pty.wait_for("49 users");
    pty.press("!");
    pty.wait_for("newest first");
    pty.press("esc");
    pty.wait_gone("newest first");
    pty.press("v v G g");
    for _ in 0..48 {
        pty.press("down");
        pty.comes(Duration::from_millis(20), |_| false);
    }
    pty.press("!");
    pty.wait_for("newest first");
    let written = String::from_utf8_lossy(&pty.written_since(0)).into_owned();
    for trace in ["\u{1b}]0;", "\u{7}", "\u{202e}", "\u{9b}", "\u{2066}", "\u{200b}"] {
        let context =
            written.find(trace).map(|at| written[..at].chars().rev().take(80).collect::<String>());
        let context = context.map(|reversed| reversed.chars().rev().collect::<String>());
        assert_eq!(context, None, "{} reached the terminal", trace.escape_unicode());
    }
    pty.press("esc");
    pty.wait_gone("newest first");
    is_well(pty, 100);
}

/// Checks that the output contains no control sequences or invisible characters.
fn is_clean(finished: &Finished) {
    for text in [&finished.stdout, &finished.stderr] {
        let acts = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        let hides = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{feff}' | '\u{ad}');
        assert!(!text.contains(|c| acts(c) || hides(c)), "{}", text.escape_debug());
    }
}

#[test]
fn every_output_format_sanitizes_hostile_names() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--faults", &json!({"hostile": {"names": true}}).to_string()]);
    let evil = "x\u{1b}[2J\u{9b}31m\u{202e}\u{200b}";
    let run = |words: &[&str]| {
        let finished = demo.screen(&home, words).env("AWS_REGION", "us-east-1").run();
        assert_eq!(finished.exit, Exit::Code(0), "{words:?}: {finished:?}");
        is_clean(&finished);
        finished.stdout
    };
    for format in ["json", "jsonl", "csv", "table"] {
        assert!(
            run(&["list", "path:/hostile/", "--format", format]).contains("bidi-<U+202E>nimda"),
            "{format}"
        );
    }
    let listed: Value =
        serde_json::from_str(&run(&["list", "path:/hostile/", "--format", "json"])).unwrap();
    let rows: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|row| [&row["UserName"], &row["AccessKeyId"]])
        .collect();
    let rows: Vec<_> = rows.iter().map(|row| row.map(|text| text.as_str().unwrap())).collect();
    let ids: Vec<_> = rows.iter().map(|[_, id]| *id).collect();
    assert_eq!(ids.len(), 6, "{listed}");
    for format in ["json", "jsonl", "csv", "table"] {
        run(&[&["find", "--format", format], &ids[..]].concat());
    }
    // Names too long for IAM cannot be sent.
    let short: Vec<_> =
        rows.iter().filter(|[name, _]| name.len() < 99).map(|[_, id]| *id).collect();
    assert_eq!(short.len(), 4);
    run(&[&["deactivate", "--yes", "--format", "json", "--reason", evil], &short[..]].concat());
    run(&["undo", "--yes", "--format", "json"]);
    for format in ["json", "table", "markdown"] {
        run(&["journal", "--format", format]);
    }
    let entries: Value = serde_json::from_str(&run(&["journal", "--format", "json"])).unwrap();
    let users: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["intent"]["user"].as_str().unwrap())
        .collect();
    assert!(
        users.contains(&"bidi-\u{202e}nimda\u{2066}"),
        "a parser has the name as IAM has it: {users:?}"
    );
}

#[test]
fn command_line_arguments_are_sanitized_in_output() {
    let home = Home::new();
    let evil = "x\u{1b}[31m\u{9b}\u{202e}";
    home.write(".aws/config", &format!("[profile {evil}]\nsso_account_id = 123456789012\n"));
    let file = format!("/none/{evil}");
    let key = ["--access-key-id", crate::support::screen_steps::KEY, "--status", "Active"];
    for words in [
        &["list", "--format", evil][..],
        &["list", "--profile", evil],
        &["list", &format!("status:{evil}")],
        &["--config", &file, "config"],
        &["--journal", &file, "config"],
        &["demo", "--faults", evil],
        &[&["update-access-key", "--endpoint-url", evil], &key[..]].concat(),
        &[&["update-access-key", "--cli-input-json", &format!("file://{file}")], &key[..]].concat(),
    ] {
        let finished = Launch::keyflip(&home, words).run();
        assert!(!finished.stdout.is_empty() || !finished.stderr.is_empty(), "{words:?}");
        is_clean(&finished);
    }
    let offered = Launch::keyflip(&home, &["--", "keyflip", "list", "--profile", ""]);
    let offered = offered.env("KEYFLIP_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", "3").run();
    assert_eq!(offered.exit, Exit::Code(0), "{offered:?}");
    assert!(!offered.stdout.contains('\u{1b}'), "{}", offered.stdout.escape_debug());
}
