//! Tests of what commands print on a terminal and elsewhere: tables that fit, and `--quiet`.

use unicode_width::UnicodeWidthStr as _;

use super::{KEY, at, ends};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;
use crate::support::process::Exit;

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

#[test]
fn quiet_commands_print_nothing_but_their_output() {
    let home = Home::new();
    for command in [
        &["list"][..],
        &["list", "--report"],
        &["find", KEY],
        &["journal"],
        &["deactivate", KEY, "--yes"],
        &["activity", KEY],
    ] {
        let run = |option: &[&str]| {
            let words = [&["--demo"], command, option].concat();
            ends(Launch::keyflip(&home, &words), 0)
        };
        // Only the journal's second entry is not there yet in the first run.
        let (told, quiet) = (run(&[]), run(&["--quiet"]));
        assert!(told.stderr.starts_with("keyflip: ") || command == ["journal"], "{told:?}");
        assert_eq!(quiet.stderr, "", "{command:?}");
        assert_eq!(quiet.stdout.lines().count(), told.stdout.lines().count(), "{command:?}");
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
