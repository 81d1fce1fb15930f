//! Tests that `--help`, `--version`, `keyflip man` and `keyflip completions` describe the same
//! command line.

use std::collections::BTreeSet;
use std::path::Path;

use super::{KEY, at, ends, json};
use crate::support::demo::Demo;
use crate::support::home::Home;
use crate::support::launch::Launch;

/// Returns the commands that the overview lists.
pub(crate) fn commands(home: &Home) -> Vec<String> {
    let overview = ends(Launch::keyflip(home, &["--help"]), 0).stdout;
    let listed = overview
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| {
        line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty())
    });
    let names: Vec<_> = names.filter(|name| *name != "help").map(str::to_owned).collect();
    assert!(names.len() > 10 && names.contains(&"find".to_owned()), "{overview}");
    names
}

/// The commands that use no options of all commands.
const WITHOUT_GLOBALS: [&str; 4] = ["completions", "demo", "man", "policy"];

fn help(home: &Home, command: &str) -> String {
    ends(Launch::keyflip(home, &[command, "--help"]), 0).stdout
}

/// Returns the long options in a text.
fn options(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| c.is_whitespace() || "[]=,`()<>".contains(c));
    words
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .collect()
}

/// Returns bash's completions for the last of the words.
fn completed(home: &Home, words: &[&str]) -> String {
    let launch = Launch::keyflip(home, &[&["--", "keyflip"], words].concat())
        .env("KEYFLIP_COMPLETE", "bash");
    let launch = launch.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).env("_CLAP_IFS", "\n");
    ends(launch.env("_CLAP_COMPLETE_COMP_TYPE", "9").env("_CLAP_COMPLETE_SPACE", "false"), 0).stdout
}

#[test]
fn the_manual_page_has_every_command_and_option_of_the_help() {
    let home = Home::new();
    let page = ends(Launch::keyflip(&home, &["man"]), 0)
        .stdout
        .replace("\\-", "-")
        .replace("\\fR", " ")
        .replace("\\fB", " ");
    assert!(page.starts_with(".ie") && page.contains(".TH "), "{page}");
    let known = options(&page);
    for command in &commands(&home) {
        assert!(
            page.contains(&format!(".SH \"KEYFLIP {}\"", command.to_uppercase())),
            "{command}: {page}"
        );
        let help = help(&home, command);
        let reported = options(&help);
        let wide = help.lines().find(|line| line.chars().count() > 100);
        assert_eq!(wide, None, "a line of the help is broken, or runs over");
        let has_globals = !WITHOUT_GLOBALS.contains(&command.as_str());
        assert_eq!(reported.contains("--profile"), has_globals, "{help}");
        let missing: Vec<_> = reported.difference(&known).collect();
        assert!(missing.is_empty(), "{command}: {missing:?}");
    }
}

#[test]
fn help_has_what_a_command_is_about_before_what_all_have() {
    let home = Home::new();
    for command in &commands(&home) {
        let long = help(&home, command);
        let short = ends(Launch::keyflip(&home, &[command, "-h"]), 0).stdout;
        let at = |text: &str, part: &str| {
            text.find(part).unwrap_or_else(|| panic!("{command} has no {part:?}: {text}"))
        };
        assert!(!short.contains("Options of keyflip:"), "{short}");
        if WITHOUT_GLOBALS.contains(&command.as_str()) {
            continue;
        }
        assert!(at(&long, "\nUsage:") < at(&long, "\nOptions of keyflip:"), "{long}");
        assert!(at(&short, ", --help") < at(&short, "\nGlobal options (--help"), "{short}");
        assert!(short.contains("--profile, --region"), "{short}");
    }
    for command in ["list", "find", "deactivate", "undo", "journal", "plan"] {
        let long = help(&home, command);
        let examples = long.find("\nExamples").unwrap_or_else(|| panic!("{long}"));
        assert!(examples < long.find("\nOptions of keyflip:").unwrap(), "{long}");
        let short = ends(Launch::keyflip(&home, &[command, "-h"]), 0).stdout;
        assert!(short.contains("\nExamples"), "{short}");
    }
    let list = help(&home, "list");
    assert!(list.find("\nFilters").unwrap() < list.find("\nUsage").unwrap(), "{list}");
    let full = ends(Launch::keyflip(&home, &["--help"]), 0).stdout;
    assert!(full.contains("\nExit codes") && full.contains("--ca-bundle <FILE>"), "{full}");
}

#[test]
fn shells_complete_every_command_option_and_profile() {
    let home = Home::new();
    home.write(".aws/config", "[profile prod-eu]\nregion = x\n");
    for command in &commands(&home) {
        assert_eq!(completed(&home, &[command]).trim(), command);
        let offered = completed(&home, &[command, "--"]);
        let offered: BTreeSet<_> = offered.lines().collect();
        for line in help(&home, command).lines() {
            let option = line.trim_start().trim_start_matches("-h, ").trim_start_matches("-y, ");
            let option = option.trim_start_matches("-q, ");
            let option =
                option.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next().unwrap();
            if line.starts_with(' ') && option.starts_with("--") && option.len() > 2 {
                assert!(offered.contains(option), "{command} {option}: {offered:?}");
            }
        }
    }
    assert!(completed(&home, &["list", "--profile", "pr"]).contains("prod-eu"));
    assert!(completed(&home, &["list", "sta"]).contains("status:inactive"));
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert!(
            ends(Launch::keyflip(&home, &["completions", shell]), 0).stdout.contains("keyflip"),
            "{shell}"
        );
    }
}

#[test]
fn the_completion_script_works_in_bash() {
    let home = Home::new();
    home.write("keyflip.bash", &ends(Launch::keyflip(&home, &["completions", "bash"]), 0).stdout);
    let script = "source keyflip.bash; COMP_WORDS=(keyflip deact); COMP_CWORD=1; COMP_TYPE=9; COMP_LINE='keyflip deact'; \
                  COMP_POINT=13; $(complete -p keyflip | sed 's/.*-F \\([^ ]*\\).*/\\1/') keyflip deact keyflip; \
                  echo \"${COMPREPLY[@]}\"";
    let folder = Path::new(env!("CARGO_BIN_EXE_keyflip")).parent().unwrap();
    let bash = Launch::program(&home, "bash", &["-c", script])
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    assert_eq!(ends(bash, 0).stdout.trim(), "deactivate");
}

#[test]
fn every_policy_is_listed_and_printed_as_it_is() {
    let home = Home::new();
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/policies");
    let listed = ends(Launch::keyflip(&home, &["policy"]), 0).stdout;
    let names: BTreeSet<_> = listed.lines().map(|line| line.split_once("  ").unwrap().0).collect();
    for name in &names {
        let printed = ends(Launch::keyflip(&home, &["policy", name.trim()]), 0).stdout;
        let asset = std::fs::read_to_string(assets.join(format!("{}.json", name.trim()))).unwrap();
        assert_eq!(printed, asset);
        json(&printed);
    }
    assert_eq!(names.len(), std::fs::read_dir(&assets).unwrap().count(), "{listed}");
    assert_eq!(completed(&home, &["policy", "own"]).trim(), "own-key-only");
    let finished = ends(Launch::keyflip(&home, &["policy", "all"]), 252);
    assert!(finished.stderr.contains("browse-and-toggle"), "{finished:?}");
}

#[test]
fn texts_are_printed_with_a_broken_configuration_and_any_complete_variable() {
    let home = Home::new();
    home.write(".config/keyflip/config.toml", "nonsense");
    for words in [&["man"][..], &["policy"], &["completions", "bash"], &["help"]] {
        let launch = Launch::keyflip(&home, words).env("COMPLETE", "1");
        assert!(!ends(launch, 0).stdout.is_empty(), "{words:?}");
    }
    assert!(ends(Launch::keyflip(&home, &["config"]), 255).stderr.contains("config.toml"));
}

#[test]
fn undo_completes_the_changes_of_the_configured_journal() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let path = home.path("own.jsonl");
    home.write(".config/keyflip/config.toml", &format!("journal = \"{}\"", path.display()));
    ends(at(&home, &demo, &["deactivate", KEY, "--yes"]), 0);
    let intent = json(home.read("own.jsonl").lines().next().unwrap());
    assert_eq!(completed(&home, &["undo", ""]).lines().next(), intent["id"].as_str());
}

#[test]
fn an_unknown_word_is_refused_before_the_screen_opens() {
    let home = Home::new();
    let finished = ends(Launch::keyflip(&home, &["lst"]), 252);
    assert!(finished.stderr.contains("'list'"), "{finished:?}");
    let finished = ends(Launch::keyflip(&home, &["AKIARZPUZDIK"]), 252);
    assert!(finished.stderr.contains("it has 12 characters"), "{finished:?}");
    assert!(ends(Launch::keyflip(&home, &["help"]), 0).stdout.contains("\n  list "));
}

#[test]
fn the_version_names_the_commit() {
    let home = Home::new();
    let version = ends(Launch::keyflip(&home, &["--version"]), 0).stdout;
    let rest =
        version.strip_prefix(concat!("keyflip ", env!("CARGO_PKG_VERSION"))).unwrap().trim_end();
    // A source archive has no commit to print.
    if let Some(commit) = rest.strip_prefix(" (") {
        let (hash, date) = commit.strip_suffix(')').unwrap().split_once(' ').unwrap();
        assert!(
            hash.len() >= 7 && hash.bytes().all(|b| b.is_ascii_hexdigit()) && date.len() == 10,
            "{version}"
        );
    }
    assert_eq!(
        ends(Launch::keyflip(&home, &["update-access-key", "--version"]), 0).stdout,
        version
    );
}
