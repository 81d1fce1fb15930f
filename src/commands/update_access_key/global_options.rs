//! The options that stand for the whole program.

use super::error_format::{CliError, ErrorBody};
use super::{arg_parser, invalid_parameter, query};
use crate::cli::{self, GlobalArgs, OptionSpec};
use crate::model::escape_hidden;

/// The options, read by clap like everywhere else, but for those that the AWS
/// CLI reads otherwise: an empty profile or region is none, and a URL is
/// looked at when it is called.
///
/// # Errors
/// The first that is wrong.
pub(super) fn read(
    specs: &[OptionSpec],
    taken: &arg_parser::ParsedArgs,
) -> Result<GlobalArgs, CliError> {
    if let Some(query) = taken.value("query").filter(|query| !query::is_expression(query)) {
        return Err(invalid_parameter(&format!(
            "Bad value for --query {}: it is no JMESPath expression.",
            escape_hidden(query)
        )));
    }
    let url = taken.value("endpoint-url");
    // One with a password in it is refused where it is used, and not shown.
    if let Some(url) = url.filter(|url| !has_scheme(url) && !url.contains('@')) {
        let form = "Must be of the form http://<hostname>/ or https://<hostname>/";
        return Err(invalid_parameter(&format!(
            "Bad value for --endpoint-url \"{url}\": scheme is missing.  {form}"
        )));
    }
    let (read, connect) =
        (seconds(taken, "cli-read-timeout")?, seconds(taken, "cli-connect-timeout")?);
    let by_clap =
        |name: &str| !matches!(name, "endpoint-url" | "cli-read-timeout" | "cli-connect-timeout");
    let mut line = Vec::new();
    for spec in specs.iter().filter(|spec| spec.global && by_clap(&spec.name)) {
        match (taken.value(&spec.name), taken.has(&spec.name)) {
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

/// A length of time in seconds. To the AWS CLI a wrong one is no usage error.
fn seconds(taken: &arg_parser::ParsedArgs, name: &str) -> Result<Option<u32>, CliError> {
    let Some(text) = taken.value(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| {
        let sentence =
            format!("--{name} takes a whole number of seconds, not '{}'.", escape_hidden(text));
        CliError(255, ErrorBody::Sentence(sentence))
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
            "what is empty is not given"
        );
    }

    #[test]
    fn a_query_is_checked_and_has_nothing_to_show() {
        let change = request(with(&["--query", "Users[?Path=='/'].[UserName]"]));
        assert_eq!(change, request(with(&[])));
        assert_eq!(
            invalid_sentence(with(&["--query", "a b", "--endpoint-url", "x"])),
            "Bad value for --query a b: it is no JMESPath expression."
        );
    }

    #[test]
    fn an_error_is_told_in_the_format_asked_for_wherever_the_option_stands() {
        let told = |words: &[&str]| run(words).unwrap_err().stderr;
        assert_eq!(
            told(&["--cli-error-format", "text", "--access-key-id", "x", "--status", "Active"]),
            "ParamValidation\tParameter validation failed:\nInvalid length for parameter AccessKeyId, value: 1, valid min length: 16\n"
        );
        assert!(
            told(&["--status", "Active", "--cli-error-format=json"])
                .starts_with("{\n    \"Code\": \"ParamValidation\",")
        );
        assert!(
            usage_sentence(with(&["--cli-error-format", "xml"])).contains("invalid choice 'xml'")
        );
    }
}
