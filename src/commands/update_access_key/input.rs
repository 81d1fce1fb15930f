//! The members of the request, from the options and the input document. Options
//! override the document.

use std::fmt::Write as _;

use serde_json::Value;

use super::paramfile::{self, Loaded};
use super::{arg_parser, messages};

/// The parameters with their names in the service model, options first.
pub(super) type Members = Vec<(String, MemberValue)>;

/// The value of a parameter.
#[derive(Debug)]
pub(super) enum MemberValue {
    /// A string, or another value of a document.
    Value(Value),
    /// The bytes of a file, which no parameter of this operation takes.
    Bytes(Vec<u8>),
}

impl MemberValue {
    /// Returns the string, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Value(value) => value.as_str(),
            Self::Bytes(_) => None,
        }
    }

    /// Returns the type as the AWS CLI prints it.
    pub(super) fn python_type(&self) -> &'static str {
        match self {
            Self::Value(value) => python_type(value),
            Self::Bytes(_) => "<class 'bytes'>",
        }
    }

    /// Returns the value as the AWS CLI prints it.
    pub(super) fn python_repr(&self) -> String {
        match self {
            Self::Value(value) => python_repr(value),
            Self::Bytes(bytes) => {
                let quote =
                    if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
                let other = if quote == '"' { '\'' } else { '"' };
                let escaped = bytes
                    .escape_ascii()
                    .to_string()
                    .replace(&format!("\\{other}"), &other.to_string());
                format!("b{quote}{escaped}{quote}")
            }
        }
    }
}

/// The options and their members, in the order of the service model.
const MEMBER_OPTIONS: [(&str, &str); 3] =
    [("user-name", "UserName"), ("access-key-id", "AccessKeyId"), ("status", "Status")];

/// Returns the members of the options and the input document.
///
/// # Errors
/// Returns a sentence of the AWS CLI.
pub(super) fn members(options: &arg_parser::ParsedArgs) -> Result<Members, String> {
    let mut members = Members::new();
    for (option, member) in MEMBER_OPTIONS {
        if let Some(value) = options.value(option) {
            let given = match paramfile::load(option, value)? {
                Loaded::Text(text) => MemberValue::Value(text.into_owned().into()),
                Loaded::Bytes(bytes) => MemberValue::Bytes(bytes),
            };
            members.push((member.to_owned(), given));
        }
    }
    let document = |option: &str| {
        let loaded =
            options.value(option).map(|value| paramfile::load(option, value)).transpose()?;
        Ok::<_, String>(loaded.map(|loaded| match loaded {
            Loaded::Text(text) => text,
            Loaded::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        }))
    };
    let (json, yaml) = (document("cli-input-json")?, document("cli-input-yaml")?);
    let (option, read) = match (json, yaml) {
        (None, None) => return Ok(members),
        (Some(_), Some(_)) => {
            return Err(messages::SEVERAL_INPUTS.to_owned());
        }
        (Some(json), None) => ("cli-input-json", from_json(&json)?),
        (None, Some(yaml)) => ("cli-input-yaml", from_yaml(&yaml)?),
    };
    let Value::Object(map) = read else {
        return Err(messages::input_not_a_map(option, python_type(&read)));
    };
    let given = members.len();
    for (name, value) in map {
        if !members[..given].iter().any(|(member, _)| *member == name) {
            members.push((name, MemberValue::Value(value)));
        }
    }
    Ok(members)
}

fn from_json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|_| messages::INVALID_JSON.to_owned())
}

fn from_yaml(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    // YAML 1.2: `yes` and `on` are strings.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|_| messages::INVALID_YAML.to_owned())
}

fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<class 'NoneType'>",
        Value::Bool(_) => "<class 'bool'>",
        Value::Number(number) if number.is_f64() => "<class 'float'>",
        Value::Number(_) => "<class 'int'>",
        Value::String(_) => "<class 'str'>",
        Value::Array(_) => "<class 'list'>",
        Value::Object(_) => "<class 'dict'>",
    }
}

fn python_repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => python_float(float),
            None => number.to_string(),
        },
        Value::String(text) => python_str(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(python_repr).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) => {
            let items = map
                .iter()
                .map(|(name, value)| format!("{}: {}", python_str(name), python_repr(value)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Returns a float as Python's
/// [`repr`](https://docs.python.org/3/library/functions.html#repr): the shortest
/// digits that parse to the same value, with an exponent of at least two digits
/// below 0.0001 and from 1e16.
fn python_float(float: f64) -> String {
    let scientific = format!("{float:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{float:?}"),
    }
}

/// Returns a string as Python's `repr`: in single quotes, or in double quotes if
/// it contains only single ones. Invisible characters are escaped.
fn python_str(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut printed = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => printed.push_str("\\n"),
            '\r' => printed.push_str("\\r"),
            '\t' => printed.push_str("\\t"),
            '\\' => printed.push_str("\\\\"),
            c if c == quote => printed.extend(['\\', c]),
            c if crate::model::escape_hidden(c.encode_utf8(&mut [0; 4])).len() == c.len_utf8() => {
                printed.push(c);
            }
            c => {
                let code = u32::from(c);
                // Writing to a String cannot fail.
                let _ = match code {
                    ..=0xff => write!(printed, "\\x{code:02x}"),
                    0x100..=0xffff => write!(printed, "\\u{code:04x}"),
                    _ => write!(printed, "\\U{code:08x}"),
                };
            }
        }
    }
    printed.push(quote);
    printed
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_document_is_read_or_refused_in_the_cli_s_words(text in any::<String>(), yaml in "[-:{}\\[\\]&*!|>'\"#% a-z0-9\n]{0,80}") {
            for text in [&text, &yaml] {
                for (read, kind) in [(from_json(text), "JSON"), (from_yaml(text), "YAML")] {
                    match read {
                        Ok(value) => drop((python_type(&value), python_repr(&value))),
                        Err(error) => prop_assert!(error.ends_with(&format!("Invalid {kind} received.")), "{}", error),
                    }
                }
            }
        }

        #[test]
        fn what_json_can_say_yaml_reads_alike(name in "[A-Za-z]{1,12}", value in "[ -~]{0,20}") {
            let text = serde_json::json!({ name: value }).to_string();
            prop_assert_eq!(from_json(&text), from_yaml(&text));
        }
    }

    #[test]
    fn documents_that_unfold_or_nest_without_end_are_refused_at_once() {
        let start = Instant::now();
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let inside = format!("*a{}, ", level - 1).repeat(10);
            bomb = format!("{bomb}a{level}: &a{level} [{inside}]\n");
        }
        for deep in [bomb, "[".repeat(100_000), "{\"a\":".repeat(100_000), "- ".repeat(100_000)] {
            assert!(from_yaml(&deep).is_err());
            assert!(from_json(&deep).is_err());
        }
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}
