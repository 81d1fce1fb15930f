//! `keyflip update-access-key`: from its words to one request, worded where
//! it fails as AWS CLI version 2.36 words it.
//!
//! Read here, and never sent: what IAM's model forbids (a status that can't be
//! set, a character, a length). The AWS CLI sends such a request and shows the
//! service's refusal (254); keyflip refuses it itself, in the same shape (252).
//! Where the configuration has rules for accounts, one more call asks which
//! it is. Also unlike there:
//! `--query` is checked and prints no `null`, `--no-sign-request` and
//! `--cli-auto-prompt` are unknown options, a role that STS refuses ends with
//! 255 (not 254), `cli_error_format` in a profile is not read, dates in YAML
//! are texts, and numbers beyond 64 bits print as floats.

mod arg_parser;
mod error_format;
mod execute;
mod global_options;
mod input;
mod paramfile;
mod query;
mod validation;

use crate::cli::{self, GlobalArgs, OptionSpec, ValueSpec};
use crate::commands::output;
use crate::commands::output::Exit;
use crate::model::{Direction, KeyId, UserName};
use error_format::{CliError, ErrorBody, ErrorFormat};

/// Runs the command.
pub(crate) fn run(words: &[String]) -> Exit {
    match parse(words) {
        Ok(ParsedCommand::Print(text)) => output::print(&text),
        Ok(ParsedCommand::Change(request)) => execute::run(*request),
        Err(refusal) => execute::print_rejection(&refusal),
    }
}

/// What the words ask for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ParsedCommand {
    /// One call of UpdateAccessKey.
    Change(Box<UpdateRequest>),
    /// Nothing but this text on standard output, and exit code 0.
    Print(String),
}

/// One call of UpdateAccessKey, checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateRequest {
    /// The key's user; `None` where no UserName is to be sent.
    pub user: Option<UserName>,
    /// The key.
    pub key: KeyId,
    /// Which way.
    pub direction: Direction,
    /// Whether to read the key again until IAM reports the new status.
    pub verify: bool,
    /// How an error is told.
    format: ErrorFormat,
    /// The options that stand for the whole program.
    pub global: GlobalArgs,
}

/// A refusal: nothing was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rejection {
    /// The exit code.
    pub code: u8,
    /// What stands on standard error, to the last line end.
    pub stderr: String,
    /// The options for the whole program, where only values are wrong: the
    /// AWS CLI looks for the profile before it looks at those.
    pub global: Option<Box<GlobalArgs>>,
}

/// What is wrong with the words.
enum ParseError {
    /// They can't be understood.
    Usage(CliError),
    /// They can, and ask for what IAM's model forbids.
    Values(CliError, Box<GlobalArgs>),
}

impl From<CliError> for ParseError {
    fn from(fault: CliError) -> Self {
        Self::Usage(fault)
    }
}

const USAGE: &str = "\
usage: keyflip [options] update-access-key [parameters]
To see help text, you can run:

  keyflip help
  keyflip update-access-key help
";

const SKELETON_JSON: &str = "\
{
    \"UserName\": \"\",
    \"AccessKeyId\": \"\",
    \"Status\": \"Active\"
}
";

const SKELETON_YAML: &str = "\
UserName: ''  # The name of the user whose key you want to update.
AccessKeyId: '' # [REQUIRED] The access key ID of the secret access key you want to update.
Status: Active # [REQUIRED]  The status you want to assign to the secret access key. Valid values are: Active, Inactive, Expired.
";

/// The operation's own options, in the service model's order; all others are
/// read before them, wherever they stand.
const OPERATION_OPTIONS: [&str; 7] = [
    "user-name",
    "access-key-id",
    "status",
    "cli-input-json",
    "cli-input-yaml",
    "generate-cli-skeleton",
    "verify",
];

/// What the words ask for. Reads the files that they name, and nothing else.
///
/// # Errors
/// What to print on standard error, and the exit code.
pub(crate) fn parse(words: &[String]) -> Result<ParsedCommand, Rejection> {
    let before_dashes = || words.iter().take_while(|word| *word != "--");
    if before_dashes().any(|word| word == "--version") {
        return Ok(ParsedCommand::Print(cli::version()));
    }
    if before_dashes().any(|word| word == "--help" || word == "-h") {
        return Ok(ParsedCommand::Print(cli::update_access_key_help()));
    }
    let specs = cli::update_access_key_options();
    let (own, others): (Vec<_>, Vec<_>) =
        specs.into_iter().partition(|spec| OPERATION_OPTIONS.contains(&&*spec.name));
    let refused = |format: ErrorFormat, wrong: ParseError| {
        let (fault, global) = match wrong {
            ParseError::Usage(fault) => (fault, None),
            ParseError::Values(fault, global) => (fault, Some(global)),
        };
        Rejection { code: fault.0, stderr: format.render(&fault), global }
    };
    let first = arg_parser::parse_args(&others, words)
        .map_err(|wrong| refused(ErrorFormat::find(None), usage_error(&wrong).into()))?;
    let format = ErrorFormat::find(first.value("cli-error-format"));
    let global =
        global_options::read(&others, &first).map_err(|fault| refused(format, fault.into()))?;
    parse_operation_args(&own, &first, (global, format)).map_err(|wrong| refused(format, wrong))
}

/// What the words ask for that are not for the whole program.
fn parse_operation_args(
    own: &[OptionSpec],
    first: &arg_parser::ParsedArgs,
    whole: (GlobalArgs, ErrorFormat),
) -> Result<ParsedCommand, ParseError> {
    let second = arg_parser::parse_args(own, &first.rest).map_err(|wrong| usage_error(&wrong))?;
    if second.asks_for_help() {
        return Ok(ParsedCommand::Print(cli::update_access_key_help()));
    }
    let missing = missing_options(&first.rest, &second);
    if !missing.is_empty() {
        return Err(usage_error(&format!(
            "the following arguments are required: {}",
            missing.join(", ")
        ))
        .into());
    }
    let unknown = second.unknown();
    if !unknown.is_empty() {
        let text =
            format!("\n{USAGE}\n\nkeyflip: [ERROR]: Unknown options: {}\n", unknown.join(", "));
        return Err(CliError(252, ErrorBody::Text(text)).into());
    }
    finish_parsing(whole, &second)
}

/// What follows once every word is known.
fn finish_parsing(
    (global, format): (GlobalArgs, ErrorFormat),
    options: &arg_parser::ParsedArgs,
) -> Result<ParsedCommand, ParseError> {
    let members = input::members(options).map_err(|wrong| invalid_parameter(&wrong))?;
    match options.value("generate-cli-skeleton") {
        Some("input") => return Ok(ParsedCommand::Print(SKELETON_JSON.to_owned())),
        Some("yaml-input") => return Ok(ParsedCommand::Print(SKELETON_YAML.to_owned())),
        _ => {}
    }
    let (user, key, direction) = match validation::validate(&members) {
        Ok(checked) => checked,
        Err(wrong) => return Err(ParseError::Values(invalid_parameter(&wrong), Box::new(global))),
    };
    if options.has("generate-cli-skeleton") {
        // The answer's skeleton: there is nothing in it.
        return Ok(ParsedCommand::Print(String::new()));
    }
    let verify = options.has("verify");
    Ok(ParsedCommand::Change(Box::new(UpdateRequest {
        user,
        key,
        direction,
        verify,
        format,
        global,
    })))
}

/// The required options that are missing. As in the AWS CLI, none is where
/// an input document is named in a word of its own, or a skeleton of it asked
/// for; `--cli-input-json=…` in one word does not count.
fn missing_options(words: &[String], options: &arg_parser::ParsedArgs) -> Vec<&'static str> {
    let skeleton = words.iter().position(|word| word == "--generate-cli-skeleton");
    let of_input = skeleton.is_some_and(|at| words.get(at + 1).is_none_or(|kind| kind != "output"));
    if of_input || words.iter().any(|word| word == "--cli-input-json" || word == "--cli-input-yaml")
    {
        return Vec::new();
    }
    let needed = [("access-key-id", "--access-key-id"), ("status", "--status")];
    needed.into_iter().filter(|(name, _)| !options.has(name)).map(|(_, option)| option).collect()
}

/// A wrong option: the sentence, and how the command is used.
fn usage_error(sentence: &str) -> CliError {
    invalid_parameter(&format!("{sentence}\n\n{}", USAGE.trim_end()))
}

/// A wrong parameter.
fn invalid_parameter(sentence: &str) -> CliError {
    CliError(252, ErrorBody::Cli("ParamValidation", sentence.to_owned()))
}

#[cfg(test)]
mod tests;
