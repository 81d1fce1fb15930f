//! `--query`: a [JMESPath](https://jmespath.org/specification.html) expression about the output,
//! which is an empty object. An invalid one is refused before anything is sent.

use jmespath::Variable;
use serde_json::Value;

/// The maximum length of an expression, far beyond any that people write.
const MAX_EXPRESSION_BYTES: usize = 10_000;

/// The maximum number of opening characters. The parser is recursive, and
/// several hundred would overflow its stack.
const MAX_NESTING: usize = 100;

/// Returns the result for the output of the call; `None` if the text is not a JMESPath expression,
/// or cannot be applied to an empty object.
pub(super) fn result(text: &str) -> Option<Value> {
    let opens = text.chars().filter(|c| "([{!&*".contains(*c)).count();
    if text.len() > MAX_EXPRESSION_BYTES || opens > MAX_NESTING {
        return None;
    }
    let found = jmespath::compile(text).ok()?.search(Variable::Object([].into())).ok()?;
    serde_json::to_value(&*found).ok()
}

/// Returns what the AWS CLI prints of a result: JSON, or text. Only a list of lists, or an object
/// with more than values in it, is JSON in both.
pub(super) fn printed(result: &Value, is_text: bool) -> String {
    match result {
        Value::Object(fields) if fields.is_empty() => String::new(),
        Value::Array(items) if is_text && items.is_empty() => String::new(),
        Value::Object(fields) if is_text && fields.values().all(is_scalar) => {
            tab_separated(fields.values())
        }
        Value::Array(items) if is_text && items.iter().all(is_scalar) => {
            tab_separated(items.iter())
        }
        scalar if is_text && is_scalar(scalar) => tab_separated(std::iter::once(scalar)),
        other => indented(other),
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Returns values as Python writes them, on one line.
fn tab_separated<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    let text = |value: &Value| match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    values.map(text).collect::<Vec<_>>().join("\t") + "\n"
}

/// Returns JSON with the AWS CLI's indentation of four spaces.
fn indented(value: &Value) -> String {
    let text = format!("{value:#}");
    let lines = text.lines().map(|line| {
        let rest = line.trim_start_matches(' ');
        format!("{}{rest}\n", " ".repeat(2 * (line.len() - rest.len())))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_and_deeply_nested_expressions_are_refused() {
        for text in ["a", "Users[?Path=='/'].[UserName]", "{A: b, \"B\": c.d}", "@"] {
            assert!(result(text).is_some(), "{text}");
        }
        for text in ["", "a b", "a.", "a[?b", "é", "[a,]", "length(a)", "sort_by(a, &b)"] {
            assert!(result(text).is_none(), "{text}");
        }
        for text in ["(", "[", "{a:", "!", "a[?", "a.", "a|"] {
            assert!(result(&text.repeat(100_000)).is_none(), "{text} without end");
        }
        assert!(result(&format!("{}*", "*.".repeat(4_000))).is_none(), "a star nests what follows");
    }

    #[test]
    fn results_are_printed_as_by_the_aws_cli() {
        for (query, json, text) in [
            ("UserName", "null\n", "None\n"),
            ("length(@)", "0\n", "0\n"),
            ("@", "", ""),
            ("`true`", "true\n", "True\n"),
            ("'done'", "\"done\"\n", "done\n"),
            ("keys(@)", "[]\n", ""),
            ("{A: a, B: 'b'}", "{\n    \"A\": null,\n    \"B\": \"b\"\n}\n", "None\tb\n"),
        ] {
            let result = result(query).unwrap();
            assert_eq!([printed(&result, false), printed(&result, true)], [json, text], "{query}");
        }
    }
}
