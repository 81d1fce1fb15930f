//! The command line as clap types, and nothing else: what can be said, not
//! what it means.
//!
//! `update-access-key` is read in two steps, since it has to answer as AWS
//! CLI version 2 does: clap knows its options for help, completions and the
//! manual page, but its words are handed over unread.

mod commands;
mod global;

pub(crate) use commands::{
    Command, ConsentArgs, DemoArgs, FindArgs, Format, JournalArgs, JournalFormat, ListArgs,
    SetStatusArgs, StatusArg, TextOrJson, UndoArgs,
};
pub(crate) use global::{AWS_HEADING, GlobalArgs, ThemeName};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

/// The name of the subcommand that behaves like the AWS CLI.
const UPDATE_ACCESS_KEY: &str = "update-access-key";

/// The version, with the commit and its date where git told them.
pub(crate) const VERSION: &str = env!("KEYFLIP_VERSION");

const EXAMPLES: &str = "\
Examples:
  keyflip --demo                         try everything on a made-up account
  keyflip --profile prod                 the screen, on the account of a profile
  keyflip AKIARZPUZDIKFYHOWX26           the screen, opened on that key
  keyflip list 'status:active unused>90d' --format csv
  keyflip find - < alert.txt             whose are the key IDs in this text?
  keyflip deactivate AKIARZPUZDIKFYHOWX26 --reason 'INC-42, seen on a forum'
  keyflip undo                           put the last change back

Exit codes, those of AWS CLI 2:
  0    done
  1    done, but not wholly: something was not found, or some of several failed
  130  interrupted
  252  wrong usage, or a wrong parameter: nothing was sent
  253  no usable credentials
  254  the service said no
  255  anything else, an unknown profile included";

/// Find an AWS IAM access key, switch it off or on, prove it, and write it down
#[derive(Clone, Debug, Parser)]
#[command(
    name = "keyflip",
    version = VERSION,
    after_help = EXAMPLES,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// Open the screen on this access key, or on those in this text, without waiting for the list
    #[arg(value_name = "KEY_ID")]
    pub key_id: Option<String>,
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A command line that was understood.
#[derive(Clone, Debug)]
pub(crate) enum CommandLine {
    /// The screen, or any command but one.
    Keyflip(Box<Cli>),
    /// `update-access-key`, with every other word of the line, unread.
    UpdateAccessKey(Vec<String>),
}

/// What to print instead of going on: an error, the help or the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    /// The text, with its line end.
    pub text: String,
    /// The exit code: 252 for an error, and then the text belongs on
    /// standard error; 0 for help and version.
    pub code: u8,
}

/// What a word of `update-access-key` may be.
#[derive(Clone, Debug)]
pub(crate) struct OptionSpec {
    /// The name, without dashes.
    pub name: String,
    /// Whether it takes a value, and from where.
    pub value: ValueSpec,
    /// The values it takes; empty where any will do.
    pub choices: Vec<String>,
    /// Whether the AWS CLI has it too: those may be abbreviated as there.
    pub of_aws: bool,
    /// Whether it stands for the whole program, not for this command.
    pub global: bool,
}

/// How an option takes its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueSpec {
    /// It is a flag.
    None,
    /// The next word, or behind an equals sign.
    One,
    /// The same, but it may be left out.
    Optional,
    /// Behind an equals sign only, and it may be left out.
    OptionalAfterEquals,
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// What to print instead: a wrong usage (252), or the help or version asked
/// for (0).
pub(crate) fn parse(args: &[String]) -> Result<CommandLine, Usage> {
    if let Some(at) = update_access_key_at(args) {
        let words = args.iter().enumerate().skip(1).filter(|(i, _)| *i != at);
        return Ok(CommandLine::UpdateAccessKey(words.map(|(_, word)| word.clone()).collect()));
    }
    command()
        .try_get_matches_from(shield_negated_terms(args))
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map(|cli| CommandLine::Keyflip(Box::new(cli)))
        .map_err(|error| usage_error(&error))
}

/// The words of the line, with a space before each negated term of a filter:
/// `-status:active` would be taken for the options -s, -t, and so on.
fn shield_negated_terms(args: &[String]) -> impl Iterator<Item = String> {
    let list = args.iter().position(|word| word == "list").unwrap_or(args.len());
    args.iter().enumerate().map(move |(at, word)| {
        let name = word.strip_prefix('-').and_then(|word| word.split([':', '=', '<', '>']).next());
        let is_term = name.is_some_and(|name| {
            !name.is_empty()
                && name.len() + 1 < word.len()
                && name.bytes().all(|b| b.is_ascii_alphabetic())
        });
        if at > list && is_term { format!(" {word}") } else { word.clone() }
    })
}

/// What to say where the first word is neither a key nor a command: clap's own
/// words, which name a command that is near.
pub(crate) fn unknown_command(word: &str) -> Usage {
    let commands = Command::augment_subcommands(clap::Command::new("keyflip"));
    match commands.try_get_matches_from(["keyflip", word]) {
        Err(error) => usage_error(&error),
        Ok(_) => Usage { text: format!("error: there is no command “{word}”\n"), code: 252 },
    }
}

/// Reads global options alone.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_global(words: &[String]) -> Result<GlobalArgs, Usage> {
    let line = std::iter::once("keyflip").chain(words.iter().map(String::as_str));
    let matches = global_options().try_get_matches_from(line);
    matches
        .and_then(|matches| GlobalArgs::from_arg_matches(&matches))
        .map_err(|error| usage_error(&error))
}

/// The options of the whole program, without the commands: a script pays for
/// what clap builds with each `update-access-key`.
fn global_options() -> clap::Command {
    GlobalArgs::augment_args(clap::Command::new("keyflip"))
}

/// The whole command line for clap: help, completions and the manual page.
pub(crate) fn command() -> clap::Command {
    Cli::command().mut_subcommand(UPDATE_ACCESS_KEY, commands::documented_update_access_key)
}

/// The help of `update-access-key`.
pub(crate) fn update_access_key_help() -> String {
    let mut command = command();
    command.build();
    let help =
        command.find_subcommand_mut(UPDATE_ACCESS_KEY).map(|sub| sub.render_help().to_string());
    help.unwrap_or_default()
}

/// The version, as `--version` prints it.
pub(crate) fn version() -> String {
    Cli::command().render_version()
}

/// Every option that may stand in a line of `update-access-key`.
pub(crate) fn update_access_key_options() -> Vec<OptionSpec> {
    let own = commands::documented_update_access_key(clap::Command::new(UPDATE_ACCESS_KEY));
    let own = own.get_arguments().filter_map(|arg| option_spec(arg, false));
    global_options().get_arguments().filter_map(|arg| option_spec(arg, true)).chain(own).collect()
}

fn option_spec(arg: &clap::Arg, global: bool) -> Option<OptionSpec> {
    let takes = arg.get_action().takes_values();
    let optional = arg.get_num_args().is_some_and(|range| range.min_values() == 0);
    let value = match (takes, optional, arg.is_require_equals_set()) {
        (false, ..) => ValueSpec::None,
        (true, false, _) => ValueSpec::One,
        (true, true, false) => ValueSpec::Optional,
        (true, true, true) => ValueSpec::OptionalAfterEquals,
    };
    let choices = if takes { arg.get_possible_values() } else { Vec::new() };
    Some(OptionSpec {
        name: arg.get_long()?.to_owned(),
        value,
        choices: choices.iter().map(|choice| choice.get_name().to_owned()).collect(),
        of_aws: matches!(arg.get_help_heading(), Some(AWS_HEADING | commands::PARAMETERS_HEADING)),
        global,
    })
}

/// Where the first word that is neither an option nor an option's value says
/// `update-access-key`. The options before it are the AWS CLI's global ones,
/// which may be shortened, and keyflip's.
fn update_access_key_at(args: &[String]) -> Option<usize> {
    if !args.iter().any(|word| word == UPDATE_ACCESS_KEY) {
        return None;
    }
    let is_at = |at: usize| args.get(at).is_some_and(|word| word == UPDATE_ACCESS_KEY);
    if is_at(1) {
        return Some(1);
    }
    let specs = update_access_key_options();
    let takes_next = |word: &str| {
        let name = word.strip_prefix("--").filter(|name| !name.is_empty());
        let fits = |spec: &&OptionSpec, name: &str| {
            spec.name == name || (spec.of_aws && spec.name.starts_with(name))
        };
        let spec = name.and_then(|name| specs.iter().find(|spec| fits(spec, name)));
        spec.is_some_and(|spec| spec.value == ValueSpec::One)
    };
    let mut at = 1;
    while args.get(at).is_some_and(|word| word.starts_with('-')) {
        at += if takes_next(&args[at]) { 2 } else { 1 };
    }
    is_at(at).then_some(at)
}

fn usage_error(error: &clap::Error) -> Usage {
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    Usage { text: error.render().to_string(), code: if asked_for { 0 } else { 252 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<CommandLine, Usage> {
        parse(&text.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    fn cli(text: &str) -> Cli {
        match line(text).unwrap() {
            CommandLine::Keyflip(cli) => *cli,
            other @ CommandLine::UpdateAccessKey(_) => panic!("{other:?}"),
        }
    }

    #[test]
    fn clap_finds_no_fault_in_the_definition() {
        command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_and_after_the_command() {
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
    fn without_a_command_it_is_the_screen_on_a_key_or_on_all() {
        assert_eq!(
            cli("keyflip AKIARZPUZDIKFYHOWX26").key_id.as_deref(),
            Some("AKIARZPUZDIKFYHOWX26")
        );
        assert!(cli("keyflip --demo").key_id.is_none());
    }

    #[test]
    fn a_filter_may_begin_with_a_dash_and_options_may_follow_it() {
        let Some(Command::List(list)) =
            cli("keyflip list -status:active age>1d --format csv").command
        else {
            panic!()
        };
        assert_eq!(
            (list.filter.join(" ").as_str(), list.format),
            (" -status:active age>1d", Format::Csv)
        );
    }

    #[test]
    fn wrong_usage_ends_with_252_and_help_with_0() {
        assert_eq!(line("keyflip --nonsense").unwrap_err().code, 252);
        assert_eq!(line("keyflip deactivate").unwrap_err().code, 252);
        assert_eq!(line("keyflip --endpoint-url x").unwrap_err().code, 252);
        let help = line("keyflip --help").unwrap_err();
        assert_eq!(help.code, 0);
        assert!(help.text.contains("Exit codes") && help.text.contains("--profile"));
        assert_eq!(line("keyflip --version").unwrap_err().text, version());
    }

    #[test]
    fn the_words_of_update_access_key_are_handed_over_unread() {
        for (text, words) in [
            ("keyflip update-access-key --status --wat", vec!["--status", "--wat"]),
            (
                "keyflip --profile update-access-key --debug update-access-key x",
                vec!["--profile", "update-access-key", "--debug", "x"],
            ),
            (
                "keyflip --outp text --reg=x update-access-key y",
                vec!["--outp", "text", "--reg=x", "y"],
            ),
            (
                "keyflip --color off --no-cli-pager update-access-key",
                vec!["--color", "off", "--no-cli-pager"],
            ),
        ] {
            let CommandLine::UpdateAccessKey(rest) = line(text).unwrap() else { panic!("{text}") };
            assert_eq!(rest, words);
        }
        assert!(matches!(line("keyflip list update-access-key"), Ok(CommandLine::Keyflip(_))));
        assert!(update_access_key_help().contains("--generate-cli-skeleton"));
    }

    #[test]
    fn lengths_of_time_and_faults_are_read() {
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
    fn debug_takes_a_file_behind_an_equals_sign_only() {
        assert!(matches!(cli("keyflip --debug list").global.debug, Some(None)));
        let file = cli("keyflip --debug=x.log list").global.debug.flatten();
        assert_eq!(file.as_deref(), Some(std::path::Path::new("x.log")));
    }
}
