//! `keyflip update-access-key`: behaves like
//! [`aws iam update-access-key`](https://docs.aws.amazon.com/cli/latest/reference/iam/update-access-key.html)
//! of AWS CLI version 2.36, with the same options, errors and exit codes.
//!
//! Differences:
//! - Parameters that IAM's service model does not allow (a status, a character,
//!   a length) are refused before anything is sent, with 252. The AWS CLI sends
//!   them, and ends with 254.
//! - If the configuration has rules for accounts, one more call reads the
//!   account.
//! - `--query` is checked, but prints no `null`.
//! - `--no-sign-request` and `--cli-auto-prompt` are unknown options.
//! - A role that STS refuses ends with 255, not 254.
//! - `cli_error_format` in a profile is ignored.
//! - Dates in YAML are strings, and numbers beyond 64 bits are printed as floats.

mod arg_parser;
mod error_format;
mod execute;
mod global_options;
mod input;
mod messages;
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
        Err(rejection) => execute::print_rejection(&rejection),
    }
}

/// The meaning of the arguments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ParsedCommand {
    /// One call of UpdateAccessKey.
    Change(Box<UpdateRequest>),
    /// Only this text on standard output, and exit code 0.
    Print(String),
}

/// A validated call of UpdateAccessKey.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateRequest {
    /// The key's user; `None` if no UserName is sent.
    pub user: Option<UserName>,
    /// The key.
    pub key: KeyId,
    /// Activate or deactivate.
    pub direction: Direction,
    /// True to read the key until IAM reports the new status.
    pub verify: bool,
    /// The format of errors.
    format: ErrorFormat,
    /// The global options.
    pub global: GlobalArgs,
}

/// Arguments that were refused; nothing was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rejection {
    /// The exit code.
    pub code: u8,
    /// The text for standard error, with a line feed at its end.
    pub stderr: String,
    /// The global options, if only values are wrong: the AWS CLI looks for the
    /// profile before it validates those.
    pub global: Option<Box<GlobalArgs>>,
}

/// An error in the arguments.
enum ParseError {
    /// They cannot be parsed.
    Usage(CliError),
    /// They can be parsed, but IAM's service model does not allow the values.
    Values(CliError, Box<GlobalArgs>),
}

impl From<CliError> for ParseError {
    fn from(error: CliError) -> Self {
        Self::Usage(error)
    }
}

/// The template for `--cli-input-json`.
const SKELETON_JSON: &str = "\
{
    \"UserName\": \"\",
    \"AccessKeyId\": \"\",
    \"Status\": \"Active\"
}
";

/// The template for `--cli-input-yaml`.
const SKELETON_YAML: &str = "\
UserName: ''  # The name of the user whose key you want to update.
AccessKeyId: '' # [REQUIRED] The access key ID of the secret access key you want to update.
Status: Active # [REQUIRED]  The status you want to assign to the secret access key. Valid values are: Active, Inactive, Expired.
";

/// The options of the operation, in the order of the service model. All others
/// are parsed before them, wherever they stand.
const OPERATION_OPTIONS: [&str; 7] = [
    "user-name",
    "access-key-id",
    "status",
    "cli-input-json",
    "cli-input-yaml",
    "generate-cli-skeleton",
    "verify",
];

/// Parses the arguments. Reads the files that they name, and nothing else.
///
/// # Errors
/// Returns the text for standard error and the exit code.
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
    let rejection = |format: ErrorFormat, error: ParseError| {
        let (error, global) = match error {
            ParseError::Usage(error) => (error, None),
            ParseError::Values(error, global) => (error, Some(global)),
        };
        Rejection { code: error.0, stderr: format.render(&error), global }
    };
    let first = arg_parser::parse_args(&others, words)
        .map_err(|error| rejection(ErrorFormat::find(None), usage_error(&error).into()))?;
    let format = ErrorFormat::find(first.value("cli-error-format"));
    let global =
        global_options::read(&others, &first).map_err(|error| rejection(format, error.into()))?;
    parse_operation_args(&own, &first, (global, format)).map_err(|error| rejection(format, error))
}

/// Parses the arguments that are not global options.
fn parse_operation_args(
    own: &[OptionSpec],
    first: &arg_parser::ParsedArgs,
    parsed: (GlobalArgs, ErrorFormat),
) -> Result<ParsedCommand, ParseError> {
    let second = arg_parser::parse_args(own, &first.rest).map_err(|error| usage_error(&error))?;
    if second.asks_for_help() {
        return Ok(ParsedCommand::Print(cli::update_access_key_help()));
    }
    let missing = missing_options(&first.rest, &second);
    if !missing.is_empty() {
        return Err(usage_error(&messages::missing_options(&missing)).into());
    }
    let unknown = second.unknown();
    if !unknown.is_empty() {
        return Err(CliError(252, ErrorBody::Text(messages::unknown_options(&unknown))).into());
    }
    finish_parsing(parsed, &second)
}

/// Validates the parameters, once all words are known.
fn finish_parsing(
    (global, format): (GlobalArgs, ErrorFormat),
    options: &arg_parser::ParsedArgs,
) -> Result<ParsedCommand, ParseError> {
    let members = input::members(options).map_err(|error| invalid_parameter(&error))?;
    match options.value("generate-cli-skeleton") {
        Some("input") => return Ok(ParsedCommand::Print(SKELETON_JSON.to_owned())),
        Some("yaml-input") => return Ok(ParsedCommand::Print(SKELETON_YAML.to_owned())),
        _ => {}
    }
    let (user, key, direction) = match validation::validate(&members) {
        Ok(checked) => checked,
        Err(error) => return Err(ParseError::Values(invalid_parameter(&error), Box::new(global))),
    };
    if options.has("generate-cli-skeleton") {
        // The template of the output, which is empty.
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

/// Returns the required options that are missing. As in the AWS CLI, none are
/// required if there is an input document in a word of its own, or a template
/// of the input is printed. `--cli-input-json=…` in one word does not count.
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

/// A wrong option: the sentence and the usage.
fn usage_error(sentence: &str) -> CliError {
    invalid_parameter(&messages::with_usage(sentence))
}

/// A wrong parameter.
fn invalid_parameter(sentence: &str) -> CliError {
    CliError(252, ErrorBody::Cli("ParamValidation", sentence.to_owned()))
}

#[cfg(test)]
mod tests;
