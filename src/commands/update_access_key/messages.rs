//! The sentences of `update-access-key`.
//!
//! Most of them are those of AWS CLI version 2.36, which scripts may match:
//! `tests/data/aws-cli-v2.jsonl` has its recorded output. Do not change their
//! words. Only the last group is keyflip's own.

use std::fmt::Display;

// Usage errors, as in the AWS CLI.

/// The usage of the command.
pub(super) const USAGE: &str = "\
usage: keyflip [options] update-access-key [parameters]
To see help text, you can run:

  keyflip help
  keyflip update-access-key help
";

/// A usage error with the usage of the command.
pub(super) fn with_usage(sentence: &str) -> String {
    format!("{sentence}\n\n{}", USAGE.trim_end())
}

/// Words that are no options.
pub(super) fn unknown_options(words: &[&str]) -> String {
    format!("\n{USAGE}\n\nkeyflip: [ERROR]: Unknown options: {}\n", words.join(", "))
}

/// Required options that are missing.
pub(super) fn missing_options(options: &[&str]) -> String {
    format!("the following arguments are required: {}", options.join(", "))
}

/// A flag with a value.
pub(super) fn unexpected_value(option: &str, value: &str) -> String {
    format!("argument --{option}: ignored explicit argument '{value}'")
}

/// An option without its value.
pub(super) fn missing_value(option: &str) -> String {
    format!("argument --{option}: expected one argument")
}

/// A value that is not among the choices.
pub(super) fn invalid_choice(option: &str, value: &str) -> String {
    format!("argument --{option}: Found invalid choice '{value}'\n")
}

/// An abbreviation that matches several options.
pub(super) fn ambiguous_option(word: &str, options: &[String]) -> String {
    format!("ambiguous option: {word} could match {}", options.join(", "))
}

/// An endpoint URL without a scheme.
pub(super) fn missing_scheme(url: &str) -> String {
    format!(
        "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
         http://<hostname>/ or https://<hostname>/"
    )
}

// Input documents and files, as in the AWS CLI.

/// Two input documents.
pub(super) const SEVERAL_INPUTS: &str = "Only one --cli-input- parameter may be specified.";

/// An input document that is not a map.
pub(super) fn input_not_a_map(option: &str, python_type: &str) -> String {
    format!(
        "Error parsing parameter '--{option}': Invalid type: expecting map, received {python_type}"
    )
}

/// An input document that is not valid JSON.
pub(super) const INVALID_JSON: &str =
    "Error parsing parameter 'cli-input-json': Invalid JSON received.";

/// An input document that is not valid YAML.
pub(super) const INVALID_YAML: &str =
    "Error parsing parameter 'cli-input-yaml': Invalid YAML received.";

/// A file that could not be read; `value` is the value of the option.
pub(super) fn file_failed(
    option: &str,
    value: &str,
    error: &std::io::Error,
    path: &dyn Display,
) -> String {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text);
    let number = error.raw_os_error().unwrap_or_default();
    format!(
        "Error parsing parameter '--{option}': Unable to load paramfile {value}: [Errno {number}] \
         {reason}: '{path}'"
    )
}

/// A file that is not a text.
pub(super) fn file_not_text(option: &str, path: &dyn Display) -> String {
    format!(
        "Error parsing parameter '--{option}': Unable to load paramfile ({path}), text contents \
         could not be decoded.  If this is a binary file, please use the fileb:// prefix instead \
         of the file:// prefix."
    )
}

// Parameters, as in the AWS CLI.

/// All errors of the parameters.
pub(super) fn validation_failed(errors: &[String]) -> String {
    format!("Parameter validation failed:\n{}", errors.join("\n"))
}

/// A required parameter that is missing.
pub(super) fn missing_parameter(name: &str) -> String {
    format!("Missing required parameter in input: \"{name}\"")
}

/// A parameter that does not exist.
pub(super) fn unknown_parameter(name: &str, known: &str) -> String {
    format!("Unknown parameter in input: \"{name}\", must be one of: {known}")
}

/// A value that is too short.
pub(super) fn too_short(name: &str, length: usize, min: usize) -> String {
    format!("Invalid length for parameter {name}, value: {length}, valid min length: {min}")
}

/// A value that is not a string.
pub(super) fn not_a_string(name: &str, python_repr: &str, python_type: &str) -> String {
    format!(
        "Invalid type for parameter {name}, value: {python_repr}, type: {python_type}, valid \
         types: <class 'str'>"
    )
}

// Parameters that IAM's service model does not allow: the AWS CLI sends them,
// keyflip refuses them in the same form.

/// A value that is too long.
pub(super) fn too_long(name: &str, length: usize) -> String {
    format!("Invalid length for parameter {name}, value: {length}, valid max length: 128")
}

/// A value with characters that are not allowed.
pub(super) fn invalid_characters(name: &str, value: &str, allowed: &str) -> String {
    format!("Invalid characters in parameter {name}, value: {value}, valid characters: {allowed}")
}

/// A status that cannot be set.
pub(super) fn invalid_status(value: &str) -> String {
    format!("Invalid value for parameter Status, value: {value}, valid values: Active, Inactive")
}

// Errors before and after the call, as in the AWS CLI.

/// The command's error on a line of its own.
pub(super) fn error_line(sentence: &str) -> String {
    format!("\nkeyflip: [ERROR]: {sentence}\n")
}

/// An error of the AWS CLI with its code.
pub(super) fn cli_error(code: &str, message: &str) -> String {
    format!("An error occurred ({code}): {message}")
}

/// An error of the service with its code.
pub(super) fn service_error(code: &str, operation: &str, message: &str) -> String {
    format!("An error occurred ({code}) when calling the {operation}: {message}")
}

/// The operation of a service error; `retries` if all retries were used.
pub(super) fn operation(name: &str, retries: Option<u32>) -> String {
    let retries =
        retries.map(|retries| format!(" (reached max retries: {retries})")).unwrap_or_default();
    format!("{name} operation{retries}")
}

/// An endpoint that could not be reached.
pub(super) fn connection_failed(url: &str) -> String {
    format!("Could not connect to the endpoint URL: \"{url}\"")
}

/// There are no credentials.
pub(super) const NO_CREDENTIALS: &str =
    "Unable to locate credentials. You can configure credentials by running \"aws login\".";

/// A profile that does not exist.
pub(super) fn profile_not_found(profile: &str) -> String {
    format!("The config profile ({profile}) could not be found")
}

// keyflip's own sentences.

/// A query that cannot be parsed.
pub(super) fn invalid_query(query: &str) -> String {
    format!("Bad value for --query {query}: not a JMESPath expression.")
}

/// A timeout that is not a number.
pub(super) fn invalid_seconds(option: &str, value: &str) -> String {
    format!("--{option} takes a whole number of seconds, not '{value}'.")
}
