//! `keyflip update-access-key`: from its words to one request, worded where
//! it fails as AWS CLI version 2.36 words it.
//!
//! Read here, and never sent: what IAM's model forbids (a status that can't be
//! set, a character, a length). The AWS CLI sends such a request and shows the
//! service's refusal (254); keyflip refuses it itself, in the same shape (252).
//! Where the configuration makes an account read-only and the account is not
//! told by the credentials, one more call asks for it. Also unlike there: `--query`, `--no-sign-request` and `--cli-auto-prompt`
//! are unknown options, a timeout that is no number is a usage error (252, not
//! 255), dates in YAML are texts, and numbers beyond 64 bits print as floats.

mod call;
mod check;
mod document;
mod paramfile;
mod words;

use crate::cli::{self, Global, OptionSpec, ValueSpec};
use crate::commands::out::{self, Exit};
use crate::model::{Direction, KeyId, UserName};

/// Runs the command.
pub(crate) fn run(words: &[String]) -> Exit {
    match plan(words) {
        Ok(Plan::Print(text)) => out::print(&text),
        Ok(Plan::Change(request)) => call::run(*request),
        Err(refusal) => Exit::refused(refusal.code, &refusal.stderr),
    }
}

/// What the words ask for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plan {
    /// One call of UpdateAccessKey.
    Change(Box<Request>),
    /// Nothing but this text on standard output, and exit code 0.
    Print(String),
}

/// One call of UpdateAccessKey, checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    /// The key's user; `None` where no UserName is to be sent.
    pub user: Option<UserName>,
    /// The key.
    pub key: KeyId,
    /// Which way.
    pub direction: Direction,
    /// Whether to read the key again until IAM reports the new status.
    pub prove: bool,
    /// The options that stand for the whole program.
    pub global: Global,
}

/// A refusal: nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The exit code.
    pub code: u8,
    /// What stands on standard error, to the last line end.
    pub stderr: String,
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
const OPERATION: [&str; 7] =
    ["user-name", "access-key-id", "status", "cli-input-json", "cli-input-yaml", "generate-cli-skeleton", "prove"];

/// What the words ask for. Reads the files that they name, and nothing else.
///
/// # Errors
/// What to print on standard error, and the exit code.
pub(crate) fn plan(words: &[String]) -> Result<Plan, Refusal> {
    let before_dashes = || words.iter().take_while(|word| *word != "--");
    if before_dashes().any(|word| word == "--version") {
        return Ok(Plan::Print(cli::version()));
    }
    if before_dashes().any(|word| word == "--help" || word == "-h") {
        return Ok(Plan::Print(cli::update_access_key_help()));
    }
    let specs = cli::update_access_key_options();
    let (own, others): (Vec<_>, Vec<_>) = specs.into_iter().partition(|spec| OPERATION.contains(&&*spec.name));
    let first = words::take(&others, words).map_err(|wrong| usage(&wrong))?;
    let second = words::take(&own, &first.rest).map_err(|wrong| usage(&wrong))?;
    let unknown: Vec<&str> = second.rest.iter().map(String::as_str).filter(|word| *word != "--").collect();
    if unknown == ["help"] {
        return Ok(Plan::Print(cli::update_access_key_help()));
    }
    let missing = required(&first.rest, &second);
    if !missing.is_empty() {
        return Err(usage(&format!("the following arguments are required: {}", missing.join(", "))));
    }
    if !unknown.is_empty() {
        let error = format!("\n{USAGE}\n\nkeyflip: [ERROR]: Unknown options: {}\n", unknown.join(", "));
        return Err(Refusal { code: 252, stderr: error });
    }
    carry_on(global(&others, &first)?, &second)
}

/// What follows once every word is known.
fn carry_on(global: Global, options: &words::Taken) -> Result<Plan, Refusal> {
    let members = document::members(options).map_err(|wrong| invalid(&wrong))?;
    match options.value("generate-cli-skeleton") {
        Some("input") => return Ok(Plan::Print(SKELETON_JSON.to_owned())),
        Some("yaml-input") => return Ok(Plan::Print(SKELETON_YAML.to_owned())),
        _ => {}
    }
    let (user, key, direction) = check::check(&members).map_err(|wrong| invalid(&wrong))?;
    if options.has("generate-cli-skeleton") {
        // The answer's skeleton: there is nothing in it.
        return Ok(Plan::Print(String::new()));
    }
    let prove = options.has("prove");
    Ok(Plan::Change(Box::new(Request { user, key, direction, prove, global })))
}

/// The required options that are missing. As in the AWS CLI, none is where
/// an input document is named in a word of its own, or a skeleton of it asked
/// for; `--cli-input-json=…` in one word does not count.
fn required(words: &[String], options: &words::Taken) -> Vec<&'static str> {
    let skeleton = words.iter().position(|word| word == "--generate-cli-skeleton");
    let of_input = skeleton.is_some_and(|at| words.get(at + 1).is_none_or(|kind| kind != "output"));
    if of_input || words.iter().any(|word| word == "--cli-input-json" || word == "--cli-input-yaml") {
        return Vec::new();
    }
    let needed = [("access-key-id", "--access-key-id"), ("status", "--status")];
    needed.into_iter().filter(|(name, _)| !options.has(name)).map(|(_, option)| option).collect()
}

/// The options for the whole program, read by clap like everywhere else.
fn global(specs: &[OptionSpec], taken: &words::Taken) -> Result<Global, Refusal> {
    if let Some(url) = taken.value("endpoint-url").filter(|url| !url.contains(':')) {
        let form = "Must be of the form http://<hostname>/ or https://<hostname>/";
        return Err(invalid(&format!("Bad value for --endpoint-url \"{url}\": scheme is missing.  {form}")));
    }
    let mut line = Vec::new();
    for spec in specs.iter().filter(|spec| spec.global) {
        match (taken.value(&spec.name), taken.has(&spec.name)) {
            (Some(value), _) => line.push(format!("--{}={value}", spec.name)),
            (None, true) => line.push(format!("--{}", spec.name)),
            (None, false) => {}
        }
    }
    cli::parse_global(&line).map_err(|usage| Refusal { code: usage.code, stderr: usage.text })
}

/// A wrong option: the sentence, and how the command is used.
fn usage(sentence: &str) -> Refusal {
    invalid(&format!("{sentence}\n\n{}", USAGE.trim_end()))
}

/// A wrong parameter.
fn invalid(sentence: &str) -> Refusal {
    let stderr = format!("\nkeyflip: [ERROR]: An error occurred (ParamValidation): {sentence}\n");
    Refusal { code: 252, stderr }
}

#[cfg(test)]
mod tests;
