//! `--query`: the output is empty, so there is nothing to query, but an invalid
//! [JMESPath](https://jmespath.org/specification.html) expression is refused before anything is
//! sent.

/// The maximum length of an expression, far beyond any that people write.
const MAX_EXPRESSION_BYTES: usize = 10_000;

/// The maximum number of opening characters. The parser is recursive, and
/// several hundred would overflow its stack.
const MAX_NESTING: usize = 100;

/// Returns whether the text is a JMESPath expression.
pub(super) fn is_expression(text: &str) -> bool {
    let opens = text.chars().filter(|c| "([{!&*".contains(*c)).count();
    text.len() <= MAX_EXPRESSION_BYTES && opens <= MAX_NESTING && jmespath::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_and_deeply_nested_expressions_are_refused() {
        for text in ["a", "Users[?Path=='/'].[UserName]", "{A: b, \"B\": c.d}", "sort_by(a, &b)"] {
            assert!(is_expression(text), "{text}");
        }
        for text in ["", "a b", "a.", "a[?b", "é", "[a,]"] {
            assert!(!is_expression(text), "{text}");
        }
        for text in ["(", "[", "{a:", "!", "a[?", "a.", "a|"] {
            assert!(!is_expression(&text.repeat(100_000)), "{text} without end");
        }
        assert!(!is_expression(&format!("{}*", "*.".repeat(4_000))), "a star nests what follows");
    }
}
