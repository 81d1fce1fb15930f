//! The commands and what each takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Args, Subcommand, ValueEnum};

use super::AWS_HEADING;

/// A command.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// List users and their keys, as far as a filter holds
    List(ListArgs),
    /// Take the key IDs out of any text, and say whose they are
    Find(FindArgs),
    /// Switch keys to Inactive, and prove it
    Deactivate(SetStatusArgs),
    /// Switch keys to Active, and prove it
    Activate(SetStatusArgs),
    /// Change one key's status with the options and answers of `aws iam update-access-key`
    UpdateAccessKey,
    /// Show what was changed, when and by whom
    Journal(JournalArgs),
    /// Put a change back, where IAM still has the status that it left
    Undo(UndoArgs),
    /// Serve the demo account on this machine, and print how to reach it
    Demo(DemoArgs),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Print the configuration in force, and where each value comes from
    Config,
}

/// `keyflip list`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Filters:
  svc bill                     names and key IDs that hold these words, letters between them allowed in names
  status:active unused>90d     keys that are active and unused for 90 days; never used counts from creation
  created>2h   age<2h          keys made in the last two hours; created>2026-11-01T09:30Z takes a time in UTC
  keys=0   user:ci-*   path:/service/   mfa:no   used<1d   age>90d
  -status:active               a leading dash negates a term
A row is a key, or a user without keys, and terms about keys are asked of that one key. (In the screen's list of users
they are asked of all of a user's keys: there -status:active finds the users without an active key.)
Facts that could not be read match neither a term nor its negation: they are counted, and the exit code is 1.")]
pub(crate) struct ListArgs {
    /// What to list: free text, and terms such as status:active
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: Format,
    /// Answer from the credential report alone: two calls, but up to four hours old and without key IDs
    #[arg(long)]
    pub report: bool,
}

/// `keyflip find`.
#[derive(Args, Clone, Debug)]
pub(crate) struct FindArgs {
    /// The text that holds key IDs; - reads it from standard input
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: Format,
    /// Look in the account of every profile
    #[arg(long)]
    pub all_profiles: bool,
}

/// How lists are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line, as soon as each is known
    Jsonl,
    /// Comma-separated values under a header, as soon as each is known
    Csv,
}

/// `keyflip deactivate` and `keyflip activate`.
#[derive(Args, Clone, Debug)]
pub(crate) struct SetStatusArgs {
    /// The keys' IDs; - reads one a line from standard input
    #[arg(required = true, value_name = "KEY_ID")]
    pub key_ids: Vec<String>,
    #[command(flatten)]
    pub consent: ConsentArgs,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: TextOrJson,
}

/// What is agreed to beforehand.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ConsentArgs {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long, short)]
    pub yes: bool,
    /// Switch off even a key that may sign this very session
    #[arg(long)]
    pub yes_lock_me_out: bool,
}

/// How sentences are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// One sentence a line, for people
    #[default]
    Text,
    /// One JSON document
    Json,
}

/// `keyflip journal`.
#[derive(Args, Clone, Debug)]
pub(crate) struct JournalArgs {
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: JournalFormat,
}

/// How the journal is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum JournalFormat {
    /// Aligned columns, for people
    #[default]
    Table,
    /// One JSON document
    Json,
    /// An incident record to paste into a ticket
    Markdown,
}

/// `keyflip undo`.
#[derive(Args, Clone, Debug)]
pub(crate) struct UndoArgs {
    /// The change to put back, by its ID in the journal, or by its key's for that key's last; without one, this account's last
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// The status to go back to, where the journal does not know the former one
    #[arg(long, value_enum, value_name = "STATUS")]
    pub to: Option<StatusArg>,
    #[command(flatten)]
    pub consent: ConsentArgs,
    /// Print in this format
    #[arg(long, value_enum, default_value_t, visible_alias = "output")]
    pub format: TextOrJson,
}

/// A status that can be set, in IAM's own spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusArg {
    /// The key can sign requests
    #[value(name = "Active")]
    Active,
    /// The key is switched off
    #[value(name = "Inactive")]
    Inactive,
}

/// What `--faults` takes. A test of the demo reads each example.
const FAULTS_HELP: &str = r#"Faults, as one JSON object; any of these, lengths of time in seconds:
  {"throttle": {"probability": 0.5}}                                half of the calls are throttled
  {"server_error": {"operations": ["ListAccessKeys"], "times": 3}}  500 three times, nothing done
  {"server_error_after": {"operations": ["UpdateAccessKey"]}}       500, though it was done
  {"hang_after": {"operations": ["UpdateAccessKey"]}}               no answer, though it was done
  {"latency": {"fixed": 0.3, "jitter": 0.2}}                        answers take 0.3 to 0.5 s
  {"stale": {"seconds": 5}}                                         reads lag 5 s behind a change
  {"permissions": {"deny": ["GetAccessKeyLastUsed"]}}               that call is denied
  {"report": {"never_ready": true}}                                 no credential report, ever"#;

/// `keyflip demo`.
#[derive(Args, Clone, Debug)]
#[command(after_help = FAULTS_HELP)]
pub(crate) struct DemoArgs {
    /// Listen on this port; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Serve a made-up account with so many users instead of the usual one
    #[arg(long, value_name = "NUMBER")]
    pub users: Option<u32>,
    /// Answer each call so much later, as in 50ms or 2s
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = parse_duration)]
    pub latency: Duration,
    /// Throttle beyond so many calls a second
    #[arg(long, value_name = "CALLS", value_parser = parse_rate)]
    pub rate: Option<f64>,
    /// Let so many calls pass at once before throttling
    #[arg(long, value_name = "CALLS", requires = "rate")]
    pub burst: Option<u32>,
    /// Write an AWS config and credentials file with the demo's profiles into this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub files: Option<PathBuf>,
    /// Fail as this JSON says (see below), given here or in a file
    #[arg(long, value_name = "FILE|JSON")]
    pub faults: Option<String>,
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    let read =
        |number: &str, milliseconds: u64| number.parse::<u64>().ok()?.checked_mul(milliseconds);
    let length = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => read(number, 1),
        (None, Some(number)) => read(number, 1000),
        (None, None) => None,
    };
    length
        .map(Duration::from_millis)
        .ok_or_else(|| "a length of time is written 50ms or 2s".to_owned())
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
    rate.ok_or_else(|| "a rate is a number above 0".to_owned())
}

/// The heading of the options that say what `update-access-key` is to do.
pub(super) const PARAMETERS_HEADING: &str = "Parameters, as of aws iam update-access-key";

/// The options of `update-access-key`, for help, completions and manual.
pub(super) fn documented_update_access_key(command: clap::Command) -> clap::Command {
    let under =
        |heading: &'static str, name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name).long(name).value_name(value).help(help).help_heading(heading)
        };
    let parameter = |name, value, help| under(PARAMETERS_HEADING, name, value, help);
    let option = |name, value, help| under(AWS_HEADING, name, value, help);
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .help(help)
            .help_heading(AWS_HEADING)
            .action(clap::ArgAction::SetTrue)
    };
    command
        .arg(parameter("user-name", "NAME", "The key's user; left out, IAM takes the user whose key signs the call"))
        .arg(parameter("access-key-id", "KEY_ID", "The key's ID"))
        .arg(parameter("status", "STATUS", "The new status: Active or Inactive"))
        .arg(parameter("cli-input-json", "JSON", "Take what is not given as an option from this JSON"))
        .arg(parameter("cli-input-yaml", "YAML", "Take what is not given as an option from this YAML"))
        .arg(
            parameter("generate-cli-skeleton", "KIND", "Print a document to fill in, or check the rest; send nothing")
                .num_args(0..=1)
                .value_parser(PossibleValuesParser::new(["input", "yaml-input", "output"])),
        )
        .arg(
            option("output", "FORMAT", "The format of the answer, which is empty in each")
                .value_parser(PossibleValuesParser::new(["json", "text", "table", "yaml", "yaml-stream", "off"])),
        )
        .arg(option("query", "EXPRESSION", "What to show of the answer, which is empty: only checked"))
        .arg(
            option("cli-error-format", "FORMAT", "How an error is told on standard error")
                .value_parser(PossibleValuesParser::new(["legacy", "json", "yaml", "text", "table", "enhanced"])),
        )
        .arg(
            option("color", "WHEN", "Whether errors are coloured; they never are")
                .value_parser(PossibleValuesParser::new(["on", "off", "auto"])),
        )
        .arg(
            option("cli-binary-format", "FORMAT", "How binary parameters are read; this call has none")
                .value_parser(PossibleValuesParser::new(["base64", "raw-in-base64-out"])),
        )
        .arg(flag("no-cli-pager", "Use no pager, as always"))
        .arg(flag("no-paginate", "Ask for one page, as always"))
        .arg(flag("no-cli-auto-prompt", "Do not prompt for parameters, as always"))
        .arg(
            Arg::new("verify")
                .long("verify")
                .action(clap::ArgAction::SetTrue)
                .help("Read the key again until IAM reports the new status, which the AWS CLI does not do"),
        )
        .after_help(
            "A parameter may be file://PATH. Prints nothing and ends with 0 once IAM has accepted the change; errors are \
             worded as in AWS CLI 2, and what IAM's model forbids is refused before it is sent, with 252. There is no \
             call without a signature and no prompt: those options of the AWS CLI are refused.",
        )
}
