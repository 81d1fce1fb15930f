//! The sentences of `update-access-key`.
//!
//! Those of missing and unknown options, of documents and parameters, and of
//! failed calls are worded as in AWS CLI version 2.36, since scripts may match
//! them: `tests/data/aws-cli-v2.jsonl` has its recorded output.

use std::fmt;

use super::error::{ParameterError, UpdateError};
use crate::aws;
use crate::model::{Endpoint, ErrorKind, ServiceError, escape_hidden};

/// The usage of the command.
pub(super) const USAGE: &str = "\
usage: keyflip [options] update-access-key [parameters]
To see help text, you can run:

  keyflip help
  keyflip update-access-key help
";

/// The error without credentials.
const NO_CREDENTIALS: &str =
    "Unable to locate credentials. You can configure credentials by running \"aws login\".";

/// Returns a sentence on a line of its own, after the name of the program.
pub(super) fn error_line(sentence: &str) -> String {
    format!("\nkeyflip: [ERROR]: {sentence}\n")
}

/// Returns a sentence with the error's code and operation, if it has them.
pub(super) fn with_code(error: &UpdateError) -> String {
    let Some(code) = error.code() else { return error.to_string() };
    let operation = match error {
        UpdateError::Call { error, retries, .. } if error.code.is_some() => {
            let retries = retries.map(|n| format!(" (reached max retries: {n})"));
            let retries = retries.unwrap_or_default();
            format!(" when calling the {} operation{retries}", error.operation)
        }
        _ => String::new(),
    };
    format!("An error occurred ({code}){operation}: {error}")
}

impl fmt::Display for UpdateError {
    /// Writes the message, without code and operation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usage = USAGE.trim_end();
        match self {
            Self::Options(sentence) => write!(f, "{sentence}\n\n{usage}"),
            Self::UnknownOptions(words) => write!(f, "Unknown options: {}", words.join(", ")),
            Self::MissingOptions(options) => {
                let options = options.join(", ");
                write!(f, "the following arguments are required: {options}\n\n{usage}")
            }
            Self::InvalidTimeout(option, value) => {
                write!(f, "{option} takes a whole number of seconds, not '{value}'.")
            }
            Self::MissingScheme(url) => write!(
                f,
                "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
                 http://<hostname>/ or https://<hostname>/"
            ),
            Self::InvalidQuery(query) => {
                write!(f, "Bad value for --query {query}: not a JMESPath expression.")
            }
            Self::SeveralInputs => f.write_str("Only one --cli-input- parameter may be specified."),
            Self::NotAMap(option, found) => {
                write!(f, "Error parsing parameter '--{option}': expected a map, got {found}")
            }
            Self::InvalidDocument(option, format) => {
                write!(f, "Error parsing parameter '{option}': Invalid {format} received.")
            }
            Self::UnreadableFile(option, value, error) => write!(
                f,
                "Error parsing parameter '--{option}': Unable to load paramfile {value}: {error}"
            ),
            Self::Parameters(errors) => {
                f.write_str("Parameter validation failed:")?;
                errors.iter().try_for_each(|error| write!(f, "\n{error}"))
            }
            Self::UnknownProfile(profile) => {
                let profile = escape_hidden(profile);
                write!(f, "The config profile ({profile}) could not be found")
            }
            Self::Journal(error) => error.fmt(f),
            Self::NotSent(why) => why.fmt(f),
            Self::Call { error, endpoint, .. } => fmt_call(f, error, endpoint.as_ref()),
            Self::Outcome(_, sentence) => f.write_str(sentence),
            Self::Interrupted => Ok(()),
        }
    }
}

/// Writes the error of a call.
fn fmt_call(
    f: &mut fmt::Formatter<'_>,
    error: &ServiceError,
    endpoint: Option<&Endpoint>,
) -> fmt::Result {
    if let (ErrorKind::Unreachable, Some(proxy)) = (error.kind, &error.proxy) {
        return write!(f, "Failed to connect to proxy URL: \"{proxy}\"");
    }
    match (error.kind, endpoint) {
        _ if error.code.is_some() => f.write_str(&error.message),
        (ErrorKind::NoCredentials, _) if *error.message == *aws::NO_CREDENTIALS_MESSAGE => {
            f.write_str(NO_CREDENTIALS)
        }
        (ErrorKind::Unreachable, Some(Endpoint::Custom(url))) => {
            write!(f, "Could not connect to the endpoint URL: \"{}\"", with_root(url))
        }
        (ErrorKind::BadCertificate, Some(Endpoint::Custom(url))) => {
            let hint = error.hint.as_deref().unwrap_or_default();
            write!(f, "SSL validation failed for {} {}. {hint}", with_root(url), error.message)
        }
        (ErrorKind::NoCredentials | ErrorKind::CredentialSourceFailed, _) => {
            let hint = error.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
            write!(f, "{}{hint}", error.message)
        }
        _ => fmt::Display::fmt(error, f),
    }
}

/// Returns a URL with its path, which is `/` if it has none.
fn with_root(url: &str) -> String {
    let root = if url.matches('/').count() < 3 { "/" } else { "" };
    format!("{url}{root}")
}

impl fmt::Display for ParameterError {
    /// Writes the parameter and what is wrong with it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "Missing required parameter in input: \"{name}\""),
            Self::Unknown(name) => write!(
                f,
                "Unknown parameter in input: \"{}\", must be one of: UserName, AccessKeyId, Status",
                escape_hidden(name)
            ),
            Self::NotAString(name, found) => {
                write!(f, "Invalid type for parameter {name}: expected a string, got {found}")
            }
            Self::Length { name, length, min } => {
                let limit = if length < min {
                    format!("valid min length: {min}")
                } else {
                    "valid max length: 128".to_owned()
                };
                write!(f, "Invalid length for parameter {name}, value: {length}, {limit}")
            }
            Self::Characters(name, value, allowed) => write!(
                f,
                "Invalid characters in parameter {name}, value: {}, valid characters: {allowed}",
                escape_hidden(value)
            ),
            Self::Secret(name) => write!(
                f,
                "Invalid value for parameter {name}: it has the form of a secret access key"
            ),
            Self::Status(value) => write!(
                f,
                "Invalid value for parameter Status, value: {}, valid values: Active, Inactive",
                escape_hidden(value)
            ),
        }
    }
}
