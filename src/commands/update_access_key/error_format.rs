//! Formats errors: as a sentence, or with `--cli-error-format` as code and
//! message.

use super::messages;
use crate::model::escape_json;

/// An error: its exit code and its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CliError(pub(super) u8, pub(super) ErrorBody);

/// The content of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ErrorBody {
    /// A complete text, with a line feed at its end.
    Text(String),
    /// A sentence without a code.
    Sentence(String),
    /// An error of the AWS CLI: code and message.
    Cli(&'static str, String),
    /// An error of the service: code, operation and message.
    Service(String, String, String),
}

/// The formats of the AWS CLI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ErrorFormat {
    /// A sentence with the code.
    #[default]
    Enhanced,
    /// The sentence as before version 2.34, with the codes of service errors
    /// only.
    Legacy,
    /// Code and message as JSON.
    Json,
    /// Code and message as YAML.
    Yaml,
    /// Code and message, separated by a tab.
    Text,
    /// Code and message in a frame.
    Table,
}

impl ErrorFormat {
    /// Returns the format of this name, or the one of `AWS_CLI_ERROR_FORMAT`.
    pub(super) fn find(option: Option<&str>) -> Self {
        let variable = || std::env::var("AWS_CLI_ERROR_FORMAT").ok();
        match option
            .map(str::to_owned)
            .or_else(variable)
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "legacy" => Self::Legacy,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "text" => Self::Text,
            "table" => Self::Table,
            _ => Self::Enhanced,
        }
    }

    /// Returns the text for standard error.
    pub(super) fn render(self, error: &CliError) -> String {
        let sentence = messages::error_line;
        let (code, message, whole) = match &error.1 {
            ErrorBody::Text(text) => return text.clone(),
            ErrorBody::Sentence(text) => return sentence(text),
            ErrorBody::Cli(_, message) if self == Self::Legacy => return sentence(message),
            ErrorBody::Cli(code, message) => (*code, message, messages::cli_error(code, message)),
            ErrorBody::Service(code, operation, message) => {
                (code.as_str(), message, messages::service_error(code, operation, message))
            }
        };
        match self {
            Self::Enhanced | Self::Legacy => sentence(&whole),
            Self::Json => format!(
                "{{\n    \"Code\": {},\n    \"Message\": {}\n}}\n",
                quoted(code),
                quoted(message)
            ),
            // A JSON string is also a YAML string.
            Self::Yaml => format!("Code: {code}\nMessage: {}\n", quoted(message)),
            Self::Text => format!("{code}\t{message}\n"),
            Self::Table => table(code, message),
        }
    }
}

fn quoted(text: &str) -> String {
    escape_json(&serde_json::Value::from(text).to_string()).into_owned()
}

/// Returns two rows under a title, in a frame as wide as the longer row.
fn table(code: &str, message: &str) -> String {
    let width = code.chars().count().max(message.chars().count()) + 3;
    let rule = format!("+---------+{}+\n", "-".repeat(width + 2));
    let whole = width + 12;
    let (edge, title) = ("-".repeat(whole + 2), "error");
    format!(
        "{edge}\n|{title:^whole$}|\n{rule}|  Code   |  {code:<width$}|\n|  Message|  {message:<width$}|\n{rule}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_formatted_for_people_and_for_programs() {
        let wrong = CliError(252, ErrorBody::Cli("ParamValidation", "It \"is\"\nwrong".to_owned()));
        let refused = ["NoSuchEntity", "UpdateAccessKey operation", "Gone"].map(str::to_owned);
        let [code, operation, message] = refused;
        let refused = CliError(254, ErrorBody::Service(code, operation, message));
        for (name, own, service) in [
            (
                "enhanced",
                "\nkeyflip: [ERROR]: An error occurred (ParamValidation): It \"is\"\nwrong\n",
                "\nkeyflip: [ERROR]: An error occurred (NoSuchEntity) when calling the UpdateAccessKey operation: Gone\n",
            ),
            (
                "legacy",
                "\nkeyflip: [ERROR]: It \"is\"\nwrong\n",
                "\nkeyflip: [ERROR]: An error occurred (NoSuchEntity) when calling the UpdateAccessKey operation: Gone\n",
            ),
            (
                "json",
                "{\n    \"Code\": \"ParamValidation\",\n    \"Message\": \"It \\\"is\\\"\\nwrong\"\n}\n",
                "{\n    \"Code\": \"NoSuchEntity\",\n    \"Message\": \"Gone\"\n}\n",
            ),
            ("text", "ParamValidation\tIt \"is\"\nwrong\n", "NoSuchEntity\tGone\n"),
            (
                "yaml",
                "Code: ParamValidation\nMessage: \"It \\\"is\\\"\\nwrong\"\n",
                "Code: NoSuchEntity\nMessage: \"Gone\"\n",
            ),
        ] {
            assert_eq!(ErrorFormat::find(Some(name)).render(&wrong), own, "{name}");
            assert_eq!(ErrorFormat::find(Some(name)).render(&refused), service, "{name}");
        }
        assert_eq!(
            ErrorFormat::Json.render(&CliError(255, ErrorBody::Sentence("No code.".to_owned()))),
            "\nkeyflip: [ERROR]: No code.\n"
        );
    }
}
