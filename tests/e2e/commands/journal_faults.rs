//! Tests of commands whose journal is writable by others, behind a link, in a pipe, shared with
//! other processes, or owned by the user who called sudo.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::Path;

use jiff::SignedDuration;
use serde_json::json;

use super::{KEY, OTHER_KEY, USER, at, by_shell, ends, intent, journal, operations, write_journal};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::screen_steps::JOURNAL;

fn changes_sent(demo: &Demo) -> usize {
    operations(demo).iter().filter(|operation| *operation == "UpdateAccessKey").count()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_closed_standard_error_is_no_journal() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    for to in ["2>&-", "2>/dev/null", "2>/dev/full"] {
        for command in [
            format!("deactivate {KEY} --yes"),
            format!("update-access-key --access-key-id {KEY} --user-name {USER} --status Inactive"),
        ] {
            let finished = by_shell(&home, &demo, "", &format!("--journal - {command} {to}")).run();
            assert_eq!(changes_sent(&demo), 0, "{command} {to}: {finished:?}");
        }
    }
    let finished = ends(at(&home, &demo, &["--journal", "-", "deactivate", KEY, "--yes"]), 0);
    assert!(
        finished.stderr.contains("\"outcome\":\"verified\"") && changes_sent(&demo) == 1,
        "{finished:?}"
    );
}

#[test]
fn undo_does_not_trust_a_journal_that_others_can_write() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write(JOURNAL, "");
    let set =
        |mode| fs::set_permissions(home.path(JOURNAL), fs::Permissions::from_mode(mode)).unwrap();
    set(0o666);
    let warned = |words: &[&str], code| {
        let finished = ends(at(&home, &demo, words), code);
        assert!(
            finished.stderr.contains("others can change the journal"),
            "{words:?}: {finished:?}"
        );
        finished
    };
    warned(&["deactivate", KEY, "--yes"], 0);
    warned(&["journal"], 0);
    let update = [
        "update-access-key",
        "--access-key-id",
        OTHER_KEY,
        "--user-name",
        USER,
        "--status",
        "Inactive",
    ];
    warned(&update, 0);
    assert_eq!(changes_sent(&demo), 2, "changes are made all the same");
    let refused = warned(&["undo", KEY, "--yes"], 255);
    assert!(refused.stderr.contains("Nothing was sent") && changes_sent(&demo) == 2, "{refused:?}");

    let pty = at(&home, &demo, &["undo", KEY]).on_pty(150, 40);
    pty.wait_for_words("others can change the journal");
    pty.wait_for("last four characters");
    drop(pty);

    set(0o600);
    let finished = ends(at(&home, &demo, &["undo", KEY, "--yes"]), 0);
    assert!(
        !finished.stderr.contains("others can change") && changes_sent(&demo) == 3,
        "{finished:?}"
    );
}

#[test]
fn a_journal_that_is_a_link_or_pipe_is_refused() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    home.write("profile", "export A=1\n");
    symlink(home.path("profile"), home.path("link")).unwrap();
    assert!(
        std::process::Command::new("mkfifo").arg(home.path("pipe")).status().unwrap().success()
    );
    for (name, why) in [("link", "symbolic link"), ("pipe", "not a regular file")] {
        for words in [&["deactivate", KEY, "--yes"][..], &["journal"], &["undo", "--yes"]] {
            let finished = at(&home, &demo, &[&["--journal", name], words].concat()).run();
            let reported = finished.stdout.clone() + &finished.stderr;
            assert!(reported.contains(why), "{name} {words:?}: {finished:?}");
        }
    }
    let finished = ends(at(&home, &demo, &["--debug=link", "list"]), 255);
    assert!(finished.stderr.contains("symbolic link"), "{finished:?}");
    assert_eq!((changes_sent(&demo), home.read("profile").as_str()), (0, "export A=1\n"));
}

#[test]
fn the_debug_logs_directories_are_owner_only() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(by_shell(&home, &demo, "umask 000;", "--debug list"), 0);
    for made in [".local", ".local/state", ".local/state/keyflip"] {
        assert_eq!(mode(&home.path(made)), 0o700, "{made}");
    }
    assert_eq!(mode(&home.path(".local/state/keyflip/debug.log")), 0o600);
}

#[test]
fn files_created_under_sudo_belong_to_the_user() {
    const ANN: u32 = 12_345;
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let by_sudo = |words: &[&str]| {
        at(&home, &demo, words).env("SUDO_UID", ANN.to_string()).env("SUDO_USER", "ann")
    };
    if rustix::process::geteuid().is_root() {
        chown(home.path(""), Some(ANN), Some(ANN)).unwrap();
        let finished = ends(by_sudo(&["--debug", "deactivate", KEY, "--yes"]), 0);
        assert!(!finished.stderr.contains("others can change"), "{finished:?}");
        for made in [
            ".local",
            ".local/state",
            ".local/state/keyflip",
            JOURNAL,
            ".local/state/keyflip/debug.log",
        ] {
            let there = fs::metadata(home.path(made)).unwrap();
            assert_eq!((there.uid(), there.gid()), (ANN, ANN), "{made}");
        }
    } else {
        ends(by_sudo(&["deactivate", KEY, "--yes"]), 0);
    }
    assert_eq!(journal(&home)[0]["sudo_user"], "ann");
    assert!(ends(at(&home, &demo, &["journal"]), 0).stdout.contains("(SUDO_USER ann)"));
}

#[test]
fn changes_of_other_processes_are_one_line() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let others =
        (0..40).map(|n| intent(n, &format!("AKIARZPUZDIKOTHER{n:03}"), SignedDuration::ZERO));
    write_journal(&home, &demo, others);
    let finished = ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    assert!(
        finished.stderr.contains("40 changes of other processes may still take effect"),
        "{finished:?}"
    );
    assert!(finished.stderr.len() < 1_000 && !finished.stderr.contains("OTHER0"), "{finished:?}");
}

#[test]
fn a_recovery_that_times_out_lists_the_open_changes() {
    let home = Home::new();
    let demo = Demo::start(
        &home,
        &[
            "--faults",
            &json!({"latency": {"fixed": 3.5, "on": {"operations": ["ListAccessKeys"]}}})
                .to_string(),
        ],
    );
    let key = "AKIARZPUZDIKNHN4FYRQ";
    write_journal(&home, &demo, [intent(1, key, SignedDuration::from_hours(1))].into_iter());
    let finished = ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    let said = format!("Could not check 1 unfinished change within 3 s: {key}");
    assert!(finished.stderr.contains(&said), "{finished:?}");
}

#[test]
fn the_json_of_a_journal_is_one_indented_array() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let show = || ends(at(&home, &demo, &["--demo", "journal", "--format", "json"]), 0).stdout;
    assert_eq!(show(), "[]\n");
    let done = (0..300).map(|n| intent(n, KEY, SignedDuration::from_hours(1)));
    write_journal(&home, &demo, done);
    fs::rename(home.path(JOURNAL), home.path(".local/state/keyflip/demo-journal.jsonl")).unwrap();
    let text = show();
    let value = super::json(&text);
    assert_eq!((value.as_array().unwrap().len(), format!("{value:#}\n")), (300, text));
}

#[test]
fn the_journal_reads_what_a_change_with_an_unknown_outcome_has_done() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({ "reset_after": { "operations": ["UpdateAccessKey"] } }));
    let words = ["update-access-key", "--access-key-id", KEY, "--user-name", USER];
    let unknown = ends(at(&home, &demo, &[&words[..], &["--status", "Inactive"]].concat()), 255);
    assert!(unknown.stderr.contains("Outcome unknown"), "{unknown:?}");
    demo.faults(&json!({}));
    let shown = ends(at(&home, &demo, &["journal"]), 0);
    assert!(shown.stdout.contains("settled: Inactive"), "{shown:?}");
    let reads = |demo: &Demo| operations(demo).iter().filter(|it| *it == "ListAccessKeys").count();
    let before = reads(&demo);
    assert!(before > 0, "the key is read");
    ends(at(&home, &demo, &["journal"]), 0);
    assert_eq!(reads(&demo), before, "a certain outcome is not read again");
}
