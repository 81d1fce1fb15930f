//! Parsing of the arguments.

use super::*;

fn line(text: &str) -> Result<CommandLine, Usage> {
    parse(&text.split(' ').map(str::to_owned).collect::<Vec<_>>(), None)
}

fn cli(text: &str) -> Cli {
    match line(text).unwrap() {
        CommandLine::Keyflip(cli) => *cli,
        other @ CommandLine::UpdateAccessKey(_) => panic!("{other:?}"),
    }
}

#[test]
fn the_definition_passes_claps_own_checks() {
    command().debug_assert();
}

#[test]
fn global_options_work_before_and_after_the_command() {
    for text in ["keyflip --profile prod list svc", "keyflip list svc --profile prod"] {
        let cli = cli(text);
        assert_eq!(cli.global.profile.as_deref(), Some("prod"));
        assert!(
            matches!(cli.command, Some(Command::List(list)) if list.filter == ["svc"]),
            "{text}"
        );
    }
}

#[test]
fn without_a_command_the_screen_opens() {
    assert_eq!(
        cli("keyflip AKIARZPUZDIKFYHOWX26").screen.key_id.as_deref(),
        Some("AKIARZPUZDIKFYHOWX26")
    );
    assert!(cli("keyflip --demo").screen.key_id.is_none());
}

#[test]
fn options_of_the_screen_are_parsed_as_by_the_whole_definition() {
    for text in [
        "keyflip",
        "keyflip AKIARZPUZDIKFYHOWX26 --profile prod",
        "keyflip --demo --no-animation -- AKIARZPUZDIKFYHOWX26",
        "keyflip --plan plan.csv --reason INC-42",
    ] {
        let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
        let whole = Cli::from_arg_matches(&command().get_matches_from(&words)).unwrap();
        let screen = parse_screen_options(&words).unwrap();
        assert_eq!(format!("{screen:?}"), format!("{whole:?}"), "{text}");
    }
    for text in ["keyflip list", "keyflip help", "keyflip --version", "keyflip AKIA --plan x"] {
        let words: Vec<_> = text.split(' ').map(str::to_owned).collect();
        assert!(parse_screen_options(&words).is_none(), "{text}");
    }
}

#[test]
fn a_filter_may_begin_with_a_dash() {
    let Some(Command::List(list)) = cli("keyflip list -status:active age>1d --format csv").command
    else {
        panic!()
    };
    assert_eq!(
        (list.filter.join(" ").as_str(), list.format),
        (" -status:active age>1d", Format::Csv)
    );
}

#[test]
fn invalid_usage_exits_with_252_and_help_with_0() {
    let unknown = line("keyflip --nonsense").unwrap_err();
    assert_eq!(unknown.code, 252);
    assert!(unknown.text.starts_with("keyflip: unexpected argument"), "{}", unknown.text);
    assert_eq!(line("keyflip deactivate").unwrap_err().code, 252);
    assert_eq!(line("keyflip --endpoint-url x").unwrap_err().code, 252);
    let help = line("keyflip --help").unwrap_err();
    assert_eq!(help.code, 0);
    assert!(help.text.contains("Exit codes") && help.text.contains("--profile"));
    assert_eq!(line("keyflip --version").unwrap_err().text, version());
}

#[test]
fn the_words_of_update_access_key_are_not_parsed() {
    for (text, words) in [
        ("keyflip update-access-key --status --wat", vec!["--status", "--wat"]),
        (
            "keyflip --profile update-access-key --debug update-access-key x",
            vec!["--profile", "update-access-key", "--debug", "x"],
        ),
        ("keyflip --outp text --reg=x update-access-key y", vec!["--outp", "text", "--reg=x", "y"]),
        (
            "keyflip --color off --no-cli-pager update-access-key",
            vec!["--color", "off", "--no-cli-pager"],
        ),
    ] {
        let CommandLine::UpdateAccessKey(rest) = line(text).unwrap() else { panic!("{text}") };
        assert_eq!(rest, words);
    }
    assert!(matches!(line("keyflip list update-access-key"), Ok(CommandLine::Keyflip(_))));
    assert!(update_access_key_help(false, None).contains("--generate-cli-skeleton"));
}

#[test]
fn durations_and_faults_are_parsed() {
    let Some(Command::Demo(demo)) =
        cli("keyflip demo --latency 50ms --users 5000 --rate 20").command
    else {
        panic!()
    };
    assert_eq!((demo.latency.as_millis(), demo.users, demo.rate), (50, Some(5000), Some(20.0)));
    assert_eq!(line("keyflip demo --latency 50").unwrap_err().code, 252);
    assert_eq!(line("keyflip demo --rate -1").unwrap_err().code, 252);
}

#[test]
fn debug_takes_a_file_only_after_an_equals_sign() {
    assert!(matches!(cli("keyflip --debug list").global.debug, Some(None)));
    let file = cli("keyflip --debug=x.log list").global.debug.flatten();
    assert_eq!(file.as_deref(), Some(std::path::Path::new("x.log")));
}
