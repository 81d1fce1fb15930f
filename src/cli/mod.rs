//! The command line, as [`clap`] types.
//!
//! `update-access-key` parses its arguments with a definition of its own, since
//! the AWS CLI allows abbreviated and repeated options.

mod activity;
mod commands;
mod global;
mod help;
mod list;
mod plan;
mod report;
mod update_access_key;
mod values;

pub(crate) use activity::{ActivityArgs, ActivityFormat, DEFAULT_MAX_EVENTS};
pub(crate) use commands::{
    AccountsArgs, Command, DemoArgs, FindArgs, JournalArgs, JournalFormat, LoginArgs, PolicyName,
    SetStatusArgs, StatusArg, UndoArgs,
};
pub(crate) use global::{AWS_HEADING, GlobalArgs, ThemeName};
pub(crate) use list::{ListArgs, ListColumn, ListSort, RowSort};
pub(crate) use plan::{ApplyArgs, PlanArgs, PlanCommand, PlanFileArgs, PlanFormat, PlanStatusArgs};
pub(crate) use report::{BenchmarkVersion, CisArgs, ReportArgs, ReportFormat, ReportName};
pub(crate) use values::{ConfirmArgs, Format, TextOrJson, parse_duration};

use std::path::PathBuf;

use clap::builder::StringValueParser;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

/// The name of the command that behaves like the AWS CLI.
const UPDATE_ACCESS_KEY: &str = "update-access-key";

/// The name of the words of `update-access-key` that are neither options nor values.
pub(crate) const OTHER_WORDS: &str = "other-words";

/// The version, with the commit and its date if it was built in a git repository.
pub(crate) const VERSION: &str = env!("KEYFLIP_VERSION");

const EXAMPLES: &str = "\
Examples:
  keyflip --demo                         open the screen on a demo account
  keyflip --profile prod                 open the screen on the account of a profile
  keyflip AKIARZPUZDIKFYHOWX26           open the screen on this key
  keyflip list 'status:active unused>90d' --format csv
  keyflip find - < alert.txt             look up the key IDs in a file
  keyflip deactivate AKIARZPUZDIKFYHOWX26 --reason 'INC-42, seen on a forum'
  keyflip deactivate - --any-account < key-ids.txt
                                         also in the accounts that the IDs name
  keyflip undo                           undo the last change";

/// The notes of the help.
const NOTES: &str = "\
Exit codes (as in AWS CLI 2):
  0    success
  1    partial: something was not found, or some of several operations failed
  130  interrupted
  252  invalid usage or parameter; nothing was sent
  253  no usable credentials
  254  the service refused the call
  255  any other error, such as an unknown profile";

/// Find, deactivate or activate AWS IAM access keys, verify the result and record it
#[derive(Clone, Debug, Default, Parser)]
#[command(
    name = "keyflip",
    version = VERSION,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{NOTES}"),
    max_term_width = help::MAX_COLUMNS
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub screen: ScreenArgs,
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The arguments of the screen.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ScreenArgs {
    /// Open the screen on this access key, or on all key IDs in this text
    #[arg(value_name = "KEY_ID")]
    pub key_id: Option<String>,
    /// Open the screen on the keys of this plan, marked (see keyflip plan --help)
    #[arg(long, value_name = "FILE", conflicts_with = "key_id")]
    pub plan: Option<PathBuf>,
}

impl Cli {
    /// Returns whether `--role` is given to a command that would ignore it.
    pub(crate) fn has_role_without_account(&self) -> bool {
        let uses_role = match &self.command {
            Some(Command::Find(find)) => find.any_account.any_account || find.all_accounts,
            Some(Command::List(list)) => list.all_accounts,
            Some(Command::Report(ReportArgs { report: ReportName::Cis(cis) })) => cis.all_accounts,
            Some(Command::Deactivate(set)) => set.any_account.any_account,
            Some(Command::Activate(set)) => set.any_account.any_account,
            Some(Command::Journal(journal)) => journal.any_account,
            Some(Command::Activity(activity)) => activity.any_account,
            Some(Command::Undo(_) | Command::Plan(_) | Command::Apply(_)) => false,
            // The screen and `accounts` use it, and `update-access-key` checks its options itself.
            // The others enter no account, so a shell alias may give them options of all commands.
            None
            | Some(
                Command::Accounts(_)
                | Command::UpdateAccessKey
                | Command::Login(_)
                | Command::Demo(_)
                | Command::Completions { .. }
                | Command::Man
                | Command::Config
                | Command::Policy { .. },
            ) => true,
        };
        self.global.role.is_some() && self.global.account.is_none() && !uses_role
    }
}

/// A parsed command line.
#[derive(Clone, Debug)]
pub(crate) enum CommandLine {
    /// The screen, or any command except `update-access-key`.
    Keyflip(Box<Cli>),
    /// `update-access-key`, with all other words of the line, not parsed.
    UpdateAccessKey(Vec<String>),
    /// The help or the version, which is to be printed.
    Print(String),
}

/// A command line that is not valid (exit code 252).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsageError(
    /// What is wrong and how to write it, with a line feed at its end.
    pub String,
);

/// Parses a command line, which begins with the name of the program. Help fits a terminal of
/// `columns`.
///
/// # Errors
/// Returns an error if the command line is not valid.
pub(crate) fn parse(args: &[String], columns: Option<usize>) -> Result<CommandLine, UsageError> {
    if let Some(at) = update_access_key_position(args) {
        let words = args.iter().enumerate().skip(1).filter(|(i, _)| *i != at);
        return Ok(CommandLine::UpdateAccessKey(words.map(|(_, word)| word.clone()).collect()));
    }
    if let Some(cli) = parse_screen_options(args) {
        return Ok(CommandLine::Keyflip(Box::new(cli)));
    }
    let args = protect_negated_terms(args);
    command()
        .try_get_matches_from(args.clone())
        .or_else(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                help::arranged(command(), columns).try_get_matches_from(args)
            }
            _ => Err(error),
        })
        .and_then(|matches| Cli::from_arg_matches(&matches))
        .map(|cli| CommandLine::Keyflip(Box::new(cli)))
        .or_else(|error| help_or_error(&error))
}

/// Parses a command line without a command. The definition of the commands takes much longer to
/// build than this. Returns `None` if a word can be a command, or for what needs the whole
/// definition: the help and errors.
fn parse_screen_options(args: &[String]) -> Option<Cli> {
    // The usual start. The definition of the global options alone takes 0.1 of 2.5 ms to the first
    // frame.
    if args.len() == 1 {
        return Some(Cli::default());
    }
    let can_be_command = |word: &String| word == "help" || Command::has_subcommand(word);
    if args.iter().skip(1).any(can_be_command) {
        return None;
    }
    let matches = ScreenArgs::augment_args(global_options()).try_get_matches_from(args).ok()?;
    Cli::from_arg_matches(&matches).ok()
}

/// Puts a space before each negated term of a filter: clap would parse
/// `-status:active` as the options `-s`, `-t` and so on.
fn protect_negated_terms(args: &[String]) -> impl Iterator<Item = String> + Clone {
    let list = args.iter().position(|word| word == "list" || word == "plan");
    let list = list.unwrap_or(args.len());
    args.iter().enumerate().map(move |(at, word)| {
        let name = word.strip_prefix('-').and_then(|word| word.split([':', '=', '<', '>']).next());
        let is_term = name.is_some_and(|name| {
            !name.is_empty()
                && name.len() + 1 < word.len()
                && !name.starts_with('-')
                && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
        });
        if at > list && is_term { format!(" {word}") } else { word.clone() }
    })
}

/// Returns the usage error for a first word that is neither a key ID nor a
/// command. It suggests similar commands.
pub(crate) fn unknown_command(word: &str) -> UsageError {
    let commands = Command::augment_subcommands(clap::Command::new("keyflip"));
    match commands.try_get_matches_from(["keyflip", word]) {
        Err(error) => usage_error(&error),
        Ok(_) => UsageError(format!("keyflip: unknown command “{word}”\n")),
    }
}

/// The options of all commands, without the commands. Building those takes
/// time, and scripts run `update-access-key` many times.
fn global_options() -> clap::Command {
    GlobalArgs::augment_args(clap::Command::new("keyflip"))
}

/// Returns the complete definition of the command line.
pub(crate) fn command() -> clap::Command {
    Cli::command()
        .mut_subcommand(UPDATE_ACCESS_KEY, update_access_key::documented_update_access_key)
}

/// Returns the help of `update-access-key`, in short or in full, for a terminal of `columns`.
pub(crate) fn update_access_key_help(is_short: bool, columns: Option<usize>) -> String {
    let mut command = help::arranged(command(), columns);
    command.build();
    let help = command.find_subcommand_mut(UPDATE_ACCESS_KEY);
    let help = help.map(|sub| if is_short { sub.render_help() } else { sub.render_long_help() });
    help.map(|help| help.to_string()).unwrap_or_default()
}

/// Returns the version as `--version` prints it.
pub(crate) fn version() -> String {
    Cli::command().render_version()
}

/// Returns the definition of `update-access-key` with the global options, for
/// words that [`spell_out`] returned. As in the AWS CLI, the last of several
/// values counts.
pub(crate) fn update_access_key_options() -> clap::Command {
    update_access_key::documented_update_access_key(global_options())
        .args_override_self(true)
        .disable_help_flag(true)
        // Checked by the command.
        .mut_arg("endpoint_url", |arg| arg.value_parser(StringValueParser::new()))
        .arg(clap::Arg::new(OTHER_WORDS).num_args(0..).action(clap::ArgAction::Append))
}

/// Writes the options of `update-access-key` in full, up to `--`. A value that
/// begins with a dash, but is a number or contains a space, such as a YAML
/// document, is joined to its option.
pub(crate) fn spell_out(options: &clap::Command, words: &[String]) -> Vec<String> {
    let dashes = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let mut in_full: Vec<String> = Vec::with_capacity(words.len());
    for word in &words[..dashes] {
        let is_value = |rest: &str| rest.contains(' ') || rest.parse::<f64>().is_ok();
        let long = find_option(options, word).and_then(clap::Arg::get_long);
        match (long, in_full.last_mut()) {
            (Some(long), _) => {
                let value = word.find('=').map_or("", |at| &word[at..]);
                in_full.push(format!("--{long}{value}"));
            }
            (None, Some(option))
                if word.strip_prefix('-').is_some_and(is_value) && takes_next(options, option) =>
            {
                option.extend(["=", word]);
            }
            (None, _) => in_full.push(word.clone()),
        }
    }
    in_full.extend_from_slice(&words[dashes..]);
    in_full
}

/// Returns whether a word is an option whose value is the next word.
fn takes_next(options: &clap::Command, word: &str) -> bool {
    let arg = find_option(options, word).filter(|_| !word.contains('='));
    arg.is_some_and(|arg| {
        arg.get_action().takes_values()
            && arg.get_num_args().is_none_or(|range| range.min_values() > 0)
    })
}

/// Returns the option that a word names, in full or abbreviated. Only options of
/// the AWS CLI may be abbreviated, so that an abbreviation in a script is never
/// ambiguous because of keyflip's options.
fn find_option<'a>(options: &'a clap::Command, word: &str) -> Option<&'a clap::Arg> {
    let name = word.strip_prefix("--")?.split('=').next().filter(|name| !name.is_empty())?;
    let of_aws = |arg: &clap::Arg| {
        matches!(arg.get_help_heading(), Some(AWS_HEADING | update_access_key::PARAMETERS_HEADING))
    };
    let has_prefix = |arg: &clap::Arg| arg.get_long().is_some_and(|long| long.starts_with(name));
    let mut exact = options.get_arguments().filter(|arg| arg.get_long() == Some(name));
    let mut abbreviated = options.get_arguments().filter(|arg| of_aws(arg) && has_prefix(arg));
    match (exact.next(), abbreviated.next(), abbreviated.next()) {
        (Some(arg), ..) | (None, Some(arg), None) => Some(arg),
        _ => None,
    }
}

/// Returns the index of `update-access-key` if it is the first word that is
/// neither an option nor an option's value. The options before it are global
/// options of the AWS CLI, which may be abbreviated, and those of keyflip.
fn update_access_key_position(args: &[String]) -> Option<usize> {
    if !args.iter().any(|word| word == UPDATE_ACCESS_KEY) {
        return None;
    }
    let is_at = |at: usize| args.get(at).is_some_and(|word| word == UPDATE_ACCESS_KEY);
    if is_at(1) {
        return Some(1);
    }
    let options = update_access_key_options();
    let mut at = 1;
    while args.get(at).is_some_and(|word| word.starts_with('-')) {
        at += if takes_next(&options, &args[at]) { 2 } else { 1 };
    }
    is_at(at).then_some(at)
}

/// Returns the help or the version if it was asked for, which is an error of clap.
fn help_or_error(error: &clap::Error) -> Result<CommandLine, UsageError> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            Ok(CommandLine::Print(error.render().to_string()))
        }
        _ => Err(usage_error(error)),
    }
}

/// Returns the text of an error of clap. It begins with the name of the program, as other errors
/// do.
fn usage_error(error: &clap::Error) -> UsageError {
    let text = error.render().to_string();
    UsageError(match text.strip_prefix("error: ") {
        Some(rest) => format!("keyflip: {rest}"),
        None => text,
    })
}

#[cfg(test)]
mod tests;
