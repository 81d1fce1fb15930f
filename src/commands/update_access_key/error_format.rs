//! Formats errors: as a sentence, or with `--cli-error-format` as code and
//! message.

use std::fmt;

use super::error::UpdateError;
use super::messages;
use crate::commands::exit::Exit;
use crate::model::escape_json;

/// The format of errors. `table` of the AWS CLI is the same as `enhanced` here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorFormat {
    /// A sentence with the code.
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
}

impl ErrorFormat {
    /// Returns the format of the option in `words`, or else the one of
    /// `AWS_CLI_ERROR_FORMAT`. The words need not be valid.
    pub(super) fn find(words: &[String]) -> Self {
        let given = words.iter().enumerate().rev().find_map(|(at, word)| {
            match word.strip_prefix("--cli-error-format")? {
                "" => words.get(at + 1).cloned(),
                rest => rest.strip_prefix('=').map(str::to_owned),
            }
        });
        let name = given.or_else(|| std::env::var("AWS_CLI_ERROR_FORMAT").ok());
        match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            "legacy" => Self::Legacy,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "text" => Self::Text,
            _ => Self::Enhanced,
        }
    }

    /// Returns the text for standard error.
    pub(super) fn render(self, error: &UpdateError) -> String {
        let message = error.to_string();
        let (code, format) = match (error, error.code()) {
            (UpdateError::Interrupted, _) => return String::new(),
            (UpdateError::UnknownOptions(_), _) => {
                return format!("\n{}\n{}", messages::USAGE, messages::error_line(&message));
            }
            (_, None) => return messages::error_line(&message),
            (UpdateError::Call { error, .. }, Some(code))
                if error.code.is_some() && self == Self::Legacy =>
            {
                (code, Self::Enhanced)
            }
            (_, Some(code)) => (code, self),
        };
        // A JSON string is also a YAML string.
        let quoted = |text: &str| escape_json(&serde_json::json!(text).to_string()).into_owned();
        match format {
            Self::Enhanced => messages::error_line(&messages::with_code(error)),
            Self::Legacy => messages::error_line(&message),
            Self::Json => format!(
                "{{\n    \"Code\": {},\n    \"Message\": {}\n}}\n",
                quoted(code),
                quoted(&message)
            ),
            Self::Yaml => format!("Code: {code}\nMessage: {}\n", quoted(&message)),
            Self::Text => format!("{code}\t{message}\n"),
        }
    }
}

/// The errors of a call, with the format in which they are printed.
#[derive(Debug)]
pub(in crate::commands) struct UpdateErrors {
    /// The errors; the exit code is that of the first.
    pub(super) errors: Vec<UpdateError>,
    /// The format.
    pub(super) format: ErrorFormat,
}

impl UpdateErrors {
    /// Returns the exit code.
    pub(in crate::commands) fn exit(&self) -> Exit {
        self.errors.first().map_or(Exit::Done, UpdateError::exit)
    }
}

impl fmt::Display for UpdateErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.errors.iter().try_for_each(|error| f.write_str(&self.format.render(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::update_access_key::error::ParameterError;
    use crate::model::{ErrorKind, ServiceError};

    #[test]
    fn errors_are_formatted_for_people_and_for_programs() {
        let wrong = UpdateError::Parameters(vec![ParameterError::Missing("Status")]);
        let refused = UpdateError::Call {
            error: Box::new(ServiceError {
                kind: ErrorKind::NotFound,
                code: Some("NoSuchEntity".into()),
                message: "Gone".into(),
                hint: None,
                ..ServiceError::internal("UpdateAccessKey")
            }),
            retries: None,
            endpoint: None,
        };
        let message =
            "Parameter validation failed:\nMissing required parameter in input: \"Status\"";
        let escaped = message.replace('\n', "\\n").replace('"', "\\\"");
        let sentence = |text: &str| format!("\nkeyflip: [ERROR]: {text}\n");
        let gone = sentence(
            "An error occurred (NoSuchEntity) when calling the UpdateAccessKey operation: Gone",
        );
        let enhanced = sentence(&format!("An error occurred (ParamValidation): {message}"));
        for (name, own, service) in [
            ("enhanced", enhanced.clone(), gone.clone()),
            ("table", enhanced, gone.clone()),
            ("legacy", sentence(message), gone),
            (
                "json",
                format!(
                    "{{\n    \"Code\": \"ParamValidation\",\n    \"Message\": \"{escaped}\"\n}}\n"
                ),
                "{\n    \"Code\": \"NoSuchEntity\",\n    \"Message\": \"Gone\"\n}\n".to_owned(),
            ),
            ("text", format!("ParamValidation\t{message}\n"), "NoSuchEntity\tGone\n".to_owned()),
            (
                "yaml",
                format!("Code: ParamValidation\nMessage: \"{escaped}\"\n"),
                "Code: NoSuchEntity\nMessage: \"Gone\"\n".to_owned(),
            ),
        ] {
            let format = ErrorFormat::find(&[format!("--cli-error-format={name}")]);
            assert_eq!(format.render(&wrong), own, "{name}");
            assert_eq!(format.render(&refused), service, "{name}");
        }
        assert_eq!(
            ErrorFormat::Json.render(&UpdateError::UnknownProfile("x".to_owned())),
            sentence("The config profile (x) could not be found")
        );
    }
}
