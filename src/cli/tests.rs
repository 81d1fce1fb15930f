//! Parsing of the arguments.

use super::*;

fn line(text: &str) -> Result<CommandLine, UsageError> {
    parse(&text.split(' ').map(str::to_owned).collect::<Vec<_>>(), None)
}

fn cli(text: &str) -> Cli {
    match line(text).unwrap() {
        CommandLine::Keyflip(cli) => *cli,
        other => panic!("{other:?}"),
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
fn invalid_usage_is_an_error_and_help_is_none() {
    let UsageError(unknown) = line("keyflip --nonsense").unwrap_err();
    assert!(unknown.starts_with("keyflip: unexpected argument"), "{unknown}");
    assert!(line("keyflip deactivate").is_err());
    assert!(line("keyflip --endpoint-url x").is_err());
    let Ok(CommandLine::Print(help)) = line("keyflip --help") else { panic!() };
    assert!(help.contains("Exit codes") && help.contains("--profile"));
    assert!(matches!(line("keyflip --version"), Ok(CommandLine::Print(text)) if text == version()));
}

#[test]
fn a_role_is_refused_where_it_would_be_ignored() {
    let key = "AKIARZPUZDIKFYHOWX26";
    for (words, is_refused) in [
        (format!("activity {key}"), true),
        (format!("activity {key} --any-account"), false),
        (format!("activity {key} --account 123456789012"), false),
        (format!("deactivate {key}"), true),
        (format!("deactivate {key} --any-account"), false),
        ("undo".to_owned(), true),
        ("accounts".to_owned(), false),
        ("login".to_owned(), false),
    ] {
        let cli = cli(&format!("keyflip --role Ops {words}"));
        assert_eq!(cli.has_role_without_account(), is_refused, "{words}");
    }
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
    assert!(line("keyflip demo --latency 50").is_err());
    assert!(line("keyflip demo --rate -1").is_err());
}

#[test]
fn debug_takes_a_file_only_after_an_equals_sign() {
    assert!(matches!(cli("keyflip --debug list").global.debug, Some(None)));
    let file = cli("keyflip --debug=x.log list").global.debug.flatten();
    assert_eq!(file.as_deref(), Some(std::path::Path::new("x.log")));
}
