//! The members of the request, from the options and the input document. Options
//! override the document.

use clap::ArgMatches;
use serde_json::Value;

use super::error::{ParameterError, UpdateError};
use super::paramfile;

/// The parameters by their names in the service model, options first.
pub(super) type Members = serde_json::Map<String, Value>;

/// The options and their members, in the order of the service model.
const MEMBER_OPTIONS: [(&str, &str); 3] =
    [("user-name", "UserName"), ("access-key-id", "AccessKeyId"), ("status", "Status")];

/// Returns the members of the options and the input document.
///
/// # Errors
/// Returns an error if a file or the document cannot be read.
pub(super) fn members(options: &ArgMatches) -> Result<Members, UpdateError> {
    let mut members = Members::new();
    for (option, member) in MEMBER_OPTIONS {
        let Some(value) = options.get_one::<String>(option) else { continue };
        if value.starts_with("fileb://") {
            let error = ParameterError::NotAString(member, "the bytes of a file");
            return Err(UpdateError::Parameters(vec![error]));
        }
        members.insert(member.to_owned(), paramfile::load(option, value)?.into());
    }
    let document = |option| {
        let value = options.get_one::<String>(option);
        value.map(|value| paramfile::load(option, value)).transpose()
    };
    let (option, read) = match (document("cli-input-json")?, document("cli-input-yaml")?) {
        (None, None) => return Ok(members),
        (Some(_), Some(_)) => return Err(UpdateError::SeveralInputs),
        (Some(json), None) => ("cli-input-json", from_json(&json)?),
        (None, Some(yaml)) => ("cli-input-yaml", from_yaml(&yaml)?),
    };
    let Value::Object(map) = read else {
        return Err(UpdateError::NotAMap(option, type_name(&read)));
    };
    for (name, value) in map {
        members.entry(name).or_insert(value);
    }
    Ok(members)
}

fn from_json(text: &str) -> Result<Value, UpdateError> {
    serde_json::from_slice(text.as_bytes())
        .map_err(|_| UpdateError::InvalidDocument("cli-input-json", "JSON"))
}

fn from_yaml(text: &str) -> Result<Value, UpdateError> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    // YAML 1.2: `yes` and `on` are strings.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|_| UpdateError::InvalidDocument("cli-input-yaml", "YAML"))
}

/// Returns the type of a value, with its article.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_document_is_read_or_refused_as_invalid(text in any::<String>(), yaml in "[-:{}\\[\\]&*!|>'\"#% a-z0-9\n]{0,80}") {
            for text in [&text, &yaml] {
                for (read, kind) in [(from_json(text), "JSON"), (from_yaml(text), "YAML")] {
                    if let Err(error) = read {
                        prop_assert!(matches!(error, UpdateError::InvalidDocument(_, of) if of == kind));
                    }
                }
            }
        }

        #[test]
        fn json_is_also_read_as_yaml(name in "[A-Za-z]{1,12}", value in "[ -~]{0,20}") {
            let text = serde_json::json!({ name: value }).to_string();
            prop_assert_eq!(from_json(&text).unwrap(), from_yaml(&text).unwrap());
        }
    }

    #[test]
    fn documents_that_expand_or_nest_without_end_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let inside = format!("*a{}, ", level - 1).repeat(10);
            bomb = format!("{bomb}a{level}: &a{level} [{inside}]\n");
        }
        for deep in [bomb, "[".repeat(100_000), "{\"a\":".repeat(100_000), "- ".repeat(100_000)] {
            assert!(from_yaml(&deep).is_err());
            assert!(from_json(&deep).is_err());
        }
    }
}
