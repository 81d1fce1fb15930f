//! `keyflip update-access-key`: behaves like [`aws iam
//! update-access-key`](https://docs.aws.amazon.com/cli/latest/reference/iam/update-access-key.html)
//! of AWS CLI version 2.36, with the same options and exit codes, and the same errors of the
//! service.
//!
//! Differences:
//! - Parameters that IAM's service model does not allow (a status, a character,
//!   a length) are refused before anything is sent, with 252. The AWS CLI sends
//!   them, and ends with 254.
//! - If the configuration has rules for accounts, one more call reads the
//!   account.
//! - The result of `--query` is JSON in all formats but `text`, and the format
//!   is that of `--output` only. An expression that fails for the output is
//!   refused before anything is sent.
//! - `--no-sign-request` and `--cli-auto-prompt` are unknown options.
//! - A role that STS refuses ends with 255, not 254.
//! - `cli_error_format` in a profile is ignored.
//! - Of several unknown options only the first is named, and a wrong value is
//!   reported before a profile that does not exist.
//! - `--cli-error-format table` prints a sentence, and wrong types of parameters
//!   are named in keyflip's words.

mod error;
mod error_format;
mod execute;
mod input;
mod messages;
mod paramfile;
mod query;
mod request;
mod validation;

use clap::{ArgMatches, FromArgMatches as _};

use crate::cli::{self, GlobalArgs};
use crate::commands::error::CommandError;
use crate::commands::exit::Exit;
use crate::commands::output;
use error::UpdateError;
use error_format::ErrorFormat;
pub(super) use error_format::UpdateErrors;
use request::UpdateRequest;

/// Runs the command.
pub(super) fn run(words: &[String]) -> Result<Exit, CommandError> {
    let options = cli::update_access_key_options();
    let words = cli::spell_out(&options, words);
    let format = ErrorFormat::find(&words);
    match parse(options, &words) {
        Ok(ParsedCommand::Print(text)) => output::print(&text),
        Ok(ParsedCommand::Change(request)) => execute::run(*request, format),
        Err(error) => {
            Err(CommandError::UpdateAccessKey(UpdateErrors { errors: vec![error], format }))
        }
    }
}

/// The meaning of the arguments.
#[derive(Debug)]
enum ParsedCommand {
    /// One call of UpdateAccessKey.
    Change(Box<UpdateRequest>),
    /// Only this text on standard output, and exit code 0.
    Print(String),
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

/// Parses the arguments. Reads the files that they name, and nothing else.
///
/// # Errors
/// Returns the first error, or all errors of the parameters.
fn parse(options: clap::Command, words: &[String]) -> Result<ParsedCommand, UpdateError> {
    let before_dashes = || words.iter().take_while(|word| *word != "--");
    if before_dashes().any(|word| word == "--version") {
        return Ok(ParsedCommand::Print(cli::version()));
    }
    let help = |is_short| {
        let columns = output::terminal_columns();
        Ok(ParsedCommand::Print(cli::update_access_key_help(is_short, columns)))
    };
    if let Some(word) = before_dashes().find(|word| *word == "--help" || *word == "-h") {
        return help(word == "-h");
    }
    let args = options.no_binary_name(true).try_get_matches_from(words)?;
    let others: Vec<_> = args.get_many::<String>(cli::OTHER_WORDS).into_iter().flatten().collect();
    if others.first().is_some_and(|word| *word == "help") {
        return help(false);
    }
    let missing = missing_options(&args);
    if !missing.is_empty() {
        return Err(UpdateError::MissingOptions(missing));
    }
    // An empty word, as from an unset variable of a script, is ignored.
    if others.iter().any(|word| !word.is_empty()) {
        return Err(UpdateError::UnknownOptions(others.into_iter().cloned().collect()));
    }
    let global = global_args(&args)?;
    let members = input::members(&args)?;
    let skeleton = skeleton(&args);
    match skeleton {
        Some("input") => return Ok(ParsedCommand::Print(SKELETON_JSON.to_owned())),
        Some("yaml-input") => return Ok(ParsedCommand::Print(SKELETON_YAML.to_owned())),
        _ => {}
    }
    let (user, key, direction) = validation::validate(&members).map_err(UpdateError::Parameters)?;
    if skeleton.is_some() {
        // The template of the output, which is empty.
        return Ok(ParsedCommand::Print(String::new()));
    }
    let (verify, output) = (args.get_flag("verify"), query_output(&args)?);
    let request = UpdateRequest { user, key, direction, verify, output, global };
    Ok(ParsedCommand::Change(Box::new(request)))
}

/// Returns the global options. As in the AWS CLI, an empty profile or region
/// means none.
fn global_args(args: &ArgMatches) -> Result<GlobalArgs, UpdateError> {
    query_output(args)?;
    let mut global = GlobalArgs::from_arg_matches(args)?;
    // One that may contain a password is refused where it is used, and not shown.
    let url = global.endpoint_url.as_ref();
    if let Some(url) = url.filter(|url| !url.contains("://") && !url.contains('@')) {
        return Err(UpdateError::MissingScheme(url.clone()));
    }
    global.profile.take_if(|profile| profile.is_empty());
    global.region.take_if(|region| region.is_empty());
    Ok(global)
}

/// Returns what `--query` prints after the call.
///
/// # Errors
/// Returns an error for an invalid expression.
fn query_output(args: &ArgMatches) -> Result<String, UpdateError> {
    let Some(query) = args.get_one::<String>("query") else { return Ok(String::new()) };
    let result = query::result(query).ok_or_else(|| UpdateError::InvalidQuery(query.clone()))?;
    Ok(match args.get_one::<String>("output").map(String::as_str) {
        Some("off") => String::new(),
        format => query::printed(&result, format == Some("text")),
    })
}

/// Returns the kind of the template to print, if any; without a value it is the
/// input as JSON.
fn skeleton(args: &ArgMatches) -> Option<&str> {
    let kind = args.get_one::<String>("generate-cli-skeleton").map(String::as_str);
    kind.or_else(|| args.contains_id("generate-cli-skeleton").then_some("input"))
}

/// Returns the required options that are missing. None are required if there is
/// an input document, or a template of the input is printed.
fn missing_options(args: &ArgMatches) -> Vec<&'static str> {
    let has = |name: &&str| args.contains_id(name);
    if matches!(skeleton(args), Some("input" | "yaml-input"))
        || ["cli-input-json", "cli-input-yaml"].iter().any(has)
    {
        return Vec::new();
    }
    let options = [("access-key-id", "--access-key-id"), ("status", "--status")];
    options.into_iter().filter(|(name, _)| !has(name)).map(|(_, option)| option).collect()
}

#[cfg(test)]
mod tests;
