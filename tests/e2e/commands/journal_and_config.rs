//! Tests of `keyflip journal`, `keyflip config` and `--debug`.

use super::{KEY, SECRET, USER, at, ends, journal, json, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;

#[test]
fn the_journal_prints_a_table_json_and_markdown() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes", "--reason", "seen | on a forum"]), 0);
    let calls = operations(&demo).len();
    let show = |format: &str| ends(at(&home, &demo, &["journal", "--format", format]), 0).stdout;
    assert!(show("table").lines().nth(1).unwrap().contains(KEY));
    assert_eq!(json(&show("json"))[0]["intent"]["user"], USER);
    assert!(show("markdown").contains("- **Reason:** seen \\| on a forum"));
    assert_eq!(operations(&demo).len(), calls, "nothing is open, so nothing is asked");
}

#[test]
fn the_demo_has_its_own_journal() {
    let home = Home::new();
    let run = |words: &[&str], code| ends(Launch::keyflip(&home, words), code);
    run(&["--demo", "deactivate", KEY, "--yes"], 0);
    assert!(run(&["--demo", "journal"], 0).stdout.contains(KEY));
    let finished = run(&["journal"], 0);
    assert!(
        finished.stdout.is_empty() && finished.stderr.contains("keyflip --demo journal"),
        "{finished:?}"
    );
    let finished = run(&["--demo", "undo", "--yes"], 1);
    assert!(finished.stderr.contains("fresh account"), "{finished:?}");
    assert_eq!(std::fs::read_dir(home.path("tmp")).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn what_is_of_the_demo_is_marked_demo_everywhere() {
    let home = Home::new();
    let run = |words: &[&str], code| ends(Launch::keyflip(&home, words), code);
    let changed = run(&["--demo", "deactivate", KEY, "--yes"], 0);
    let mut texts = vec![changed.stdout + &changed.stderr];
    for format in ["table", "json", "markdown"] {
        texts.push(run(&["--demo", "journal", "--format", format], 0).stdout);
    }
    texts.push(run(&["--demo", "report", "cis"], 1).stdout);
    for text in texts {
        assert!(text.contains("DEMO") && !text.contains("NOT AWS"), "{text}");
    }
}

#[test]
fn a_read_resolves_a_change_left_open_by_a_crash() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    let mut intent = journal(&home).swap_remove(0);
    intent["time"] = "2026-01-01T00:00:00Z".into();
    intent["deadline"] = "2026-01-01T00:01:00Z".into();
    home.write(".local/state/keyflip/journal.jsonl", &format!("{intent}\n"));
    let calls = operations(&demo).len();
    let finished = ends(at(&home, &demo, &["journal"]), 0);
    assert!(finished.stdout.contains("settled: Inactive"), "{finished:?}");
    assert_eq!(operations(&demo)[calls..], ["GetCallerIdentity", "ListAccessKeys"]);
    assert_eq!(journal(&home)[1]["outcome"], "settled");
}

#[test]
fn the_effective_settings_are_shown_with_their_sources() {
    let home = Home::new();
    home.write(".config/keyflip/config.toml", "# mine\nprofile = \"prod\"\n");
    let finished = ends(Launch::keyflip(&home, &["config", "--ascii"]), 0);
    let line = |name: &str| {
        finished.stdout.lines().find(|line| line.starts_with(name)).unwrap().to_owned()
    };
    assert!(
        line("profile").ends_with("config.toml:2")
            && line("ascii").ends_with("command line, --ascii"),
        "{finished:?}"
    );
}

#[test]
fn the_config_command_reports_invalid_key_bindings() {
    let home = Home::new();
    for (keys, why) in [
        ("togle = ['x']", "unknown action “togle”"),
        ("toggle = ['q']", "already"),
        ("quit = ['hyper-x']", "unknown key"),
    ] {
        home.write(".config/keyflip/config.toml", &format!("[keys]\n{keys}\n"));
        let finished = ends(Launch::keyflip(&home, &["config"]), 255);
        assert!(
            finished.stderr.contains("config.toml, line 2:") && finished.stderr.contains(why),
            "{finished:?}"
        );
    }
}

#[test]
fn the_debug_log_has_the_calls_and_no_secret() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let log = home.path("debug.log");
    let debug = format!("--debug={}", log.display());
    ends(at(&home, &demo, &["deactivate", KEY, "--yes", "--mfa-code", "424242", &debug]), 0);
    let text = home.read("debug.log");
    for reported in
        ["UpdateAccessKey", "GetCallerIdentity", "status=200", "123456789012", "change ends"]
    {
        assert!(text.contains(reported), "{reported}: {text}");
    }
    for secret in [SECRET, "Signature", "424242", "authorization"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn spellings_of_an_endpoint_are_equivalent() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let slashed = format!("{}/", demo.url());
    let said = ends(at(&home, &demo, &["deactivate", KEY, "--yes", "--endpoint-url", &slashed]), 0);
    assert!(said.stdout.contains(demo.url()) && !said.stdout.contains(&slashed), "{said:?}");
    let mut lines = journal(&home);
    assert_eq!(lines[0]["endpoint"], format!("NOT AWS {}", demo.url()));

    // Format of an older version: its open changes still belong to this endpoint.
    let other = format!("NOT AWS {}", slashed.replace("127.0.0.1", "LOCALHOST"));
    let now = jiff::Timestamp::now();
    let intent = &mut lines[0];
    (intent["endpoint"], intent["time"], intent["pid"]) =
        (other.into(), now.to_string().into(), 1.into());
    intent["deadline"] = (now + jiff::SignedDuration::from_mins(1)).to_string().into();
    home.write(".local/state/keyflip/journal.jsonl", &format!("{intent}\n"));
    let calls = demo.changes().len();
    let said = ends(at(&home, &demo, &["activate", KEY, "--yes"]), 255);
    assert_eq!(demo.changes().len(), calls, "{said:?}");
    assert!(said.stdout.contains("Nothing was sent"), "{said:?}");

    // So do its completed changes.
    let mut outcome = lines.swap_remove(1);
    outcome["time"] = now.to_string().into();
    let intent = &lines[0];
    home.write(".local/state/keyflip/journal.jsonl", &format!("{intent}\n{outcome}\n"));
    ends(at(&home, &demo, &["undo", "--yes"]), 0);
    assert_eq!(demo.changes().len(), calls + 1);
}
