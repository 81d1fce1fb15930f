//! How an error is told: a sentence, or under `--cli-error-format` its code
//! and message for a program to read.

use crate::model::escape_json;

/// An error, before it is told: the exit code, and what there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CliError(pub(super) u8, pub(super) ErrorBody);

/// What there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ErrorBody {
    /// A whole text, to its last line end.
    Text(String),
    /// A sentence that has no code.
    Sentence(String),
    /// An error of the AWS CLI's own: code and message.
    Cli(&'static str, String),
    /// An error of the service: code, what was called how, and message.
    Service(String, String, String),
}

/// The ways to tell it, by the AWS CLI's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ErrorFormat {
    /// The sentence with its code.
    #[default]
    Enhanced,
    /// The sentence as it was before version 2.34: only the service's have a
    /// code.
    Legacy,
    /// Code and message as JSON.
    Json,
    /// The same as YAML.
    Yaml,
    /// The same with a tab between them.
    Text,
    /// The same in a frame.
    Table,
}

impl ErrorFormat {
    /// The format of that name, or else that of the environment.
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

    /// What to write on standard error.
    pub(super) fn render(self, fault: &CliError) -> String {
        let sentence = |text: &str| format!("\nkeyflip: [ERROR]: {text}\n");
        let (code, message, whole) = match &fault.1 {
            ErrorBody::Text(text) => return text.clone(),
            ErrorBody::Sentence(text) => return sentence(text),
            ErrorBody::Cli(_, message) if self == Self::Legacy => return sentence(message),
            ErrorBody::Cli(code, message) => {
                (*code, message, format!("An error occurred ({code}): {message}"))
            }
            ErrorBody::Service(code, operation, message) => {
                let whole =
                    format!("An error occurred ({code}) when calling the {operation}: {message}");
                (code.as_str(), message, whole)
            }
        };
        match self {
            Self::Enhanced | Self::Legacy => sentence(&whole),
            Self::Json => format!(
                "{{\n    \"Code\": {},\n    \"Message\": {}\n}}\n",
                quoted(code),
                quoted(message)
            ),
            // A text in JSON's quotes is one in YAML too.
            Self::Yaml => format!("Code: {code}\nMessage: {}\n", quoted(message)),
            Self::Text => format!("{code}\t{message}\n"),
            Self::Table => table(code, message),
        }
    }
}

fn quoted(text: &str) -> String {
    escape_json(&serde_json::Value::from(text).to_string()).into_owned()
}

/// Two rows under a title, in a frame as wide as the longer one.
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
    fn an_error_is_told_to_a_reader_or_to_a_program() {
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
