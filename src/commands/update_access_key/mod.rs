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

mod call;
mod check;
mod document;
mod global;
mod paramfile;
mod query;
mod told;
mod words;

use crate::cli::{self, Global, OptionSpec, ValueSpec};
use crate::commands::out::{self, Exit};
use crate::model::{Direction, KeyId, UserName};
use told::{Fault, Format, Said};

/// Runs the command.
pub(crate) fn run(words: &[String]) -> Exit {
    match plan(words) {
        Ok(Plan::Print(text)) => out::print(&text),
        Ok(Plan::Change(request)) => call::run(*request),
        Err(refusal) => call::refuse(&refusal),
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
    /// How an error is told.
    format: Format,
    /// The options that stand for the whole program.
    pub global: Global,
}

/// A refusal: nothing was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    /// The exit code.
    pub code: u8,
    /// What stands on standard error, to the last line end.
    pub stderr: String,
    /// The options for the whole program, where only values are wrong: the
    /// AWS CLI looks for the profile before it looks at those.
    pub global: Option<Box<Global>>,
}

/// What is wrong with the words.
enum Wrong {
    /// They can't be understood.
    Words(Fault),
    /// They can, and ask for what IAM's model forbids.
    Values(Fault, Box<Global>),
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self::Words(fault)
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
    let refused = |format: Format, wrong: Wrong| {
        let (fault, global) = match wrong {
            Wrong::Words(fault) => (fault, None),
            Wrong::Values(fault, global) => (fault, Some(global)),
        };
        Refusal { code: fault.0, stderr: format.tell(&fault), global }
    };
    let first = words::take(&others, words).map_err(|wrong| refused(Format::find(None), usage(&wrong).into()))?;
    let format = Format::find(first.value("cli-error-format"));
    let global = global::read(&others, &first).map_err(|fault| refused(format, fault.into()))?;
    understood(&own, &first, (global, format)).map_err(|wrong| refused(format, wrong))
}

/// What the words ask for that are not for the whole program.
fn understood(own: &[OptionSpec], first: &words::Taken, whole: (Global, Format)) -> Result<Plan, Wrong> {
    let second = words::take(own, &first.rest).map_err(|wrong| usage(&wrong))?;
    if second.asks_for_help() {
        return Ok(Plan::Print(cli::update_access_key_help()));
    }
    let missing = required(&first.rest, &second);
    if !missing.is_empty() {
        return Err(usage(&format!("the following arguments are required: {}", missing.join(", "))).into());
    }
    let unknown = second.unknown();
    if !unknown.is_empty() {
        let text = format!("\n{USAGE}\n\nkeyflip: [ERROR]: Unknown options: {}\n", unknown.join(", "));
        return Err(Fault(252, Said::Text(text)).into());
    }
    carry_on(whole, &second)
}

/// What follows once every word is known.
fn carry_on((global, format): (Global, Format), options: &words::Taken) -> Result<Plan, Wrong> {
    let members = document::members(options).map_err(|wrong| invalid(&wrong))?;
    match options.value("generate-cli-skeleton") {
        Some("input") => return Ok(Plan::Print(SKELETON_JSON.to_owned())),
        Some("yaml-input") => return Ok(Plan::Print(SKELETON_YAML.to_owned())),
        _ => {}
    }
    let (user, key, direction) = match check::check(&members) {
        Ok(checked) => checked,
        Err(wrong) => return Err(Wrong::Values(invalid(&wrong), Box::new(global))),
    };
    if options.has("generate-cli-skeleton") {
        // The answer's skeleton: there is nothing in it.
        return Ok(Plan::Print(String::new()));
    }
    let prove = options.has("prove");
    Ok(Plan::Change(Box::new(Request { user, key, direction, prove, format, global })))
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

/// A wrong option: the sentence, and how the command is used.
fn usage(sentence: &str) -> Fault {
    invalid(&format!("{sentence}\n\n{}", USAGE.trim_end()))
}

/// A wrong parameter.
fn invalid(sentence: &str) -> Fault {
    Fault(252, Said::Own("ParamValidation", sentence.to_owned()))
}

#[cfg(test)]
mod tests;
