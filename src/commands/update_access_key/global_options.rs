//! The global options, as `update-access-key` parses them.

use super::error_format::{CliError, ErrorBody};
use super::{arg_parser, invalid_parameter, messages, query};
use crate::cli::{self, GlobalArgs, OptionSpec};
use crate::model::escape_hidden;

/// Parses the global options with clap, except those that the AWS CLI parses
/// differently: an empty profile or region means none, and a URL is validated
/// when it is called.
///
/// # Errors
/// Returns the first error.
pub(super) fn read(
    specs: &[OptionSpec],
    args: &arg_parser::ParsedArgs,
) -> Result<GlobalArgs, CliError> {
    if let Some(query) = args.value("query").filter(|query| !query::is_expression(query)) {
        return Err(invalid_parameter(&messages::invalid_query(&escape_hidden(query))));
    }
    let url = args.value("endpoint-url");
    // One that may contain a password is refused where it is used, and not shown.
    if let Some(url) = url.filter(|url| !has_scheme(url) && !url.contains('@')) {
        return Err(invalid_parameter(&messages::missing_scheme(url)));
    }
    let (read, connect) =
        (seconds(args, "cli-read-timeout")?, seconds(args, "cli-connect-timeout")?);
    let by_clap =
        |name: &str| !matches!(name, "endpoint-url" | "cli-read-timeout" | "cli-connect-timeout");
    let mut line = Vec::new();
    for spec in specs.iter().filter(|spec| spec.global && by_clap(&spec.name)) {
        match (args.value(&spec.name), args.has(&spec.name)) {
            (Some(""), _) if matches!(spec.name.as_str(), "profile" | "region") => {}
            (Some(value), _) => line.push(format!("--{}={value}", spec.name)),
            (None, true) => line.push(format!("--{}", spec.name)),
            (None, false) => {}
        }
    }
    let global = cli::parse_global(&line)
        .map_err(|usage| CliError(usage.code, ErrorBody::Text(usage.text)))?;
    let endpoint_url = url.map(|url| url.trim().to_owned());
    Ok(GlobalArgs { endpoint_url, cli_read_timeout: read, cli_connect_timeout: connect, ..global })
}

fn has_scheme(url: &str) -> bool {
    let scheme = url.trim_start().split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Parses a timeout in seconds. As in the AWS CLI, a wrong one is not a usage
/// error.
fn seconds(args: &arg_parser::ParsedArgs, name: &str) -> Result<Option<u32>, CliError> {
    let Some(text) = args.value(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| {
        CliError(255, ErrorBody::Sentence(messages::invalid_seconds(name, &escape_hidden(text))))
    })
}

#[cfg(test)]
mod tests {
    use crate::commands::update_access_key::Rejection;
    use crate::commands::update_access_key::tests::{
        invalid_sentence, request, run, usage_sentence, with,
    };

    #[test]
    fn a_wrong_global_option_is_refused_too() {
        assert_eq!(
            invalid_sentence(with(&["--endpoint-url", "x"])),
            "Bad value for --endpoint-url \"x\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/"
        );
        assert_eq!(
            with(&["--cli-read-timeout", "soon", "--wat"]).unwrap_err(),
            Rejection {
                code: 255,
                stderr: "\nkeyflip: [ERROR]: --cli-read-timeout takes a whole number of seconds, not 'soon'.\n".into(),
                global: None
            }
        );
        let change = request(with(&[
            "--cli-read-timeout",
            " 5 ",
            "--endpoint-url",
            "HTTP://x",
            "--profile",
            "",
            "--region=",
        ]));
        assert_eq!(
            (change.global.cli_read_timeout, change.global.endpoint_url.as_deref()),
            (Some(5), Some("HTTP://x"))
        );
        assert_eq!(
            (change.global.profile, change.global.region),
            (None, None),
            "an empty value means none"
        );
    }

    #[test]
    fn a_query_is_checked_and_prints_nothing() {
        let change = request(with(&["--query", "Users[?Path=='/'].[UserName]"]));
        assert_eq!(change, request(with(&[])));
        assert_eq!(
            invalid_sentence(with(&["--query", "a b", "--endpoint-url", "x"])),
            "Bad value for --query a b: not a JMESPath expression."
        );
    }

    #[test]
    fn an_error_has_the_format_of_the_option_wherever_it_stands() {
        let stderr = |words: &[&str]| run(words).unwrap_err().stderr;
        assert_eq!(
            stderr(&["--cli-error-format", "text", "--access-key-id", "x", "--status", "Active"]),
            "ParamValidation\tParameter validation failed:\nInvalid length for parameter AccessKeyId, value: 1, valid min length: 16\n"
        );
        assert!(
            stderr(&["--status", "Active", "--cli-error-format=json"])
                .starts_with("{\n    \"Code\": \"ParamValidation\",")
        );
        assert!(
            usage_sentence(with(&["--cli-error-format", "xml"])).contains("invalid choice 'xml'")
        );
    }
}
