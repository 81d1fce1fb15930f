//! Tests of what commands print on a terminal and elsewhere: tables that fit, and `--quiet`.

use rustix::process::Signal;
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use super::{KEY, at, ends, operations};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::{Exit, Finished};
use crate::support::wait_until;

/// Runs a command on a terminal of that width. Returns the lines that it writes.
fn lines_on_terminal(launch: Launch, columns: u16) -> Vec<String> {
    let pty = launch.on_pty(columns, 60);
    assert_eq!(pty.exit(), Exit::Code(0), "{}", pty.screen());
    let written = String::from_utf8(pty.written_since(0)).unwrap();
    written.lines().map(str::to_owned).collect()
}

/// Returns the lines of the table that begins with a header of that name.
fn table<'a>(lines: &'a [String], first_column: &str) -> &'a [String] {
    let start = lines.iter().position(|line| line.starts_with(first_column));
    let table = &lines[start.unwrap_or_else(|| panic!("{lines:?}"))..];
    &table[..table.iter().position(String::is_empty).unwrap_or(table.len())]
}

#[test]
fn tables_fit_the_terminal() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    ends(at(&home, &demo, &["deactivate", KEY, "--yes", "--reason", "INC-42, on a forum"]), 0);
    for columns in [60, 80, 120] {
        for (command, first_column) in [
            (&["list"][..], "UserName"),
            (&["list", "--columns", "UserName,Arn,CreateDate"], "UserName"),
            (&["find", KEY], "AccessKeyId"),
            (&["journal"], ""),
        ] {
            let words = [command, &["--quiet"]].concat();
            let lines = lines_on_terminal(at(&home, &demo, &words), columns);
            let table = table(&lines, first_column);
            assert!(table.len() > 1, "{lines:?}");
            let wide = table.iter().find(|line| line.width() > usize::from(columns));
            assert_eq!(wide, None, "{command:?} at {columns}");
        }
    }
}

#[test]
fn a_list_has_ages_on_a_terminal_and_dates_elsewhere() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let words = ["list", "user:anna-*", "--quiet"];
    let header = |launch: Launch, columns| {
        let lines = lines_on_terminal(launch, columns);
        let table = table(&lines, "UserName");
        assert!(table[1].contains("d ago"), "{table:?}");
        table[0].split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let all = "UserName AccessKeyId Status Age LastUsed ServiceName Region";
    let few = "UserName AccessKeyId Status LastUsed";
    assert_eq!(header(at(&home, &demo, &words), 120), all);
    assert_eq!(header(at(&home, &demo, &words), 60), few);
    assert_eq!(header(at(&home, &demo, &words).env("COLUMNS", "60"), 120), few);

    let piped = ends(at(&home, &demo, &words).env("COLUMNS", "60"), 0).stdout;
    let lines: Vec<_> = piped.lines().collect();
    let all = "UserName AccessKeyId Status CreateDate LastUsedDate ServiceName Region";
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>().join(" "), all);
    assert!(!piped.contains('…') && !piped.contains(" ago"), "{piped}");
    assert!(lines[1].contains('T') && lines[1].contains("Z  "), "{piped}");
}

/// Runs commands one after the other on a new demo, each with these options. Returns what they
/// printed and the URL of the demo.
fn run_all(commands: &[&[&str]], options: &[&str]) -> (Vec<Finished>, String) {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let run = |command: &&[&str]| {
        // Controls of the report fail.
        let code = i32::from(command.starts_with(&["report"]));
        let done = ends(at(&home, &demo, &[command, options].concat()), code);
        if command.starts_with(&["plan", "age>1d"]) {
            home.write("plan.json", &done.stdout);
        }
        done
    };
    (commands.iter().map(run).collect(), demo.url().to_owned())
}

#[test]
fn quiet_commands_print_nothing_but_their_output() {
    let commands = [
        &["list"][..],
        &["list", "--report"],
        &["find", KEY],
        &["deactivate", KEY, "--yes"],
        &["undo", "--yes"],
        &["activity", KEY],
        &["report", "cis"],
        &["plan", "age>1d", "user:ci-*"],
        &["apply", "plan.json", "--yes", "--pause", "0s", "--keep-used-within", "0s"],
        &["undo", "--plan", "plan.json", "--yes"],
    ];
    let ((told, _), (quiet, url)) = (run_all(&commands, &[]), run_all(&commands, &["--quiet"]));
    for ((command, told), quiet) in commands.iter().zip(told).zip(quiet) {
        assert!(told.stderr.starts_with("keyflip: "), "{command:?}: {told:?}");
        assert_eq!(quiet.stderr, format!("keyflip: NOT AWS {url}\n"), "{command:?}");
        assert_eq!(quiet.stdout.lines().count(), told.stdout.lines().count(), "{command:?}");
    }
    for command in ["list", "accounts", "journal"] {
        let run = |options: &[&str]| {
            ends(Launch::keyflip(&Home::new(), &[&["--demo", command], options].concat()), 0)
        };
        let (told, quiet) = (run(&[]), run(&["--quiet"]));
        assert_ne!(told.stderr, "", "{command}");
        assert_eq!(quiet.stderr, "", "{command}");
        assert_eq!(quiet.stdout.lines().count(), told.stdout.lines().count(), "{command}");
    }
}

#[test]
fn quiet_commands_still_tell_what_must_be_known() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let quiet = ends(at(&home, &demo, &["list", "-q"]), 0).stderr;
    assert_eq!(quiet, format!("keyflip: NOT AWS {}\n", demo.url()));

    demo.faults(&serde_json::json!({ "permissions": { "deny": ["ListAccessKeys"] } }));
    let partial = ends(at(&home, &demo, &["list", "user:anna-*", "-q"]), 1).stderr;
    assert!(partial.contains("denied") && partial.contains("iam:ListAccessKeys"), "{partial}");
}

#[test]
fn a_terminal_sees_that_a_command_waits_and_a_pipe_does_not() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    demo.faults(&json!({
        "report": { "never_ready": true },
        "throttle": { "operations": ["LookupEvents", "ListUsers"] },
    }));
    let waiting = "Waiting for IAM's credential report";
    for (command, operation, progress) in [
        (&["report", "cis"][..], "GetCredentialReport", waiting),
        (&["list", "--report"], "GetCredentialReport", waiting),
        (&["list"], "ListUsers", "Listing users"),
        (&["activity", KEY, "--regions", "us-east-1"], "LookupEvents", "CloudTrail has throttled"),
    ] {
        let mut pty = at(&home, &demo, command).on_pty(120, 10);
        pty.wait_for(progress);
        pty.press("ctrl-c");
        assert_eq!(pty.exit(), Exit::Code(130), "{command:?}: {}", pty.screen());
        assert!(!pty.screen().contains(progress), "the line is cleared: {}", pty.screen());
        let calls = || operations(&demo).iter().filter(|it| *it == operation).count();
        let before = calls();
        let running = at(&home, &demo, command).start();
        // The pauses between so many calls are longer than the time after which progress is shown.
        wait_until(operation, || calls() >= before + 4);
        running.signal(Signal::INT);
        let finished = running.finish();
        assert!(!finished.stderr.contains(progress), "{command:?}: {finished:?}");
    }
}
