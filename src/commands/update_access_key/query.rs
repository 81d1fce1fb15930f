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
    fn valid_and_invalid_expressions_are_distinguished() {
        for text in [
            "a",
            "_a1",
            "\"a b\"",
            "@",
            "*",
            "a.b",
            "a.*",
            "a[0]",
            "a[-1]",
            "a[1:2]",
            "a[::2]",
            "a[*].b",
            "[*]",
            "[]",
            "a[].b[]",
            "a[?b=='c'].d",
            "a[?b > `1`] | [0]",
            "{A: b, \"B\": c.d}",
            "[a, b]",
            "a.[b, c]",
            "a.{b: c}",
            "length(a)",
            "sort_by(a, &b)",
            "now()",
            "!a && (b || c)",
            "'raw'",
            "`{\"a\": 1}`",
            "a | b",
            "a[?b][]",
            "Users[?starts_with(Name, 'x')].[Name,Arn]",
            "[0]",
            "[0:1]",
            " a . b ",
            "a\n| b",
            "*.a",
        ] {
            assert!(is_expression(text), "{text}");
        }
        for text in [
            "",
            " ",
            "[",
            "a.",
            ".a",
            "a b",
            "-1",
            "1",
            "a[",
            "a[b]",
            "a[1",
            "a[0:1:2:3]",
            "a[1 2]",
            "{",
            "{a}",
            "{a:}",
            "a(",
            "\"a\"(b)",
            "a[0](b)",
            "a..b",
            "a=b",
            "a ==",
            "'x",
            "`x",
            "\"x",
            "é",
            "a-b",
            "#",
            "()",
            "a,b",
            "[a,]",
            "a.1",
            "a.'x'",
            "-",
            "$",
            "a[?b",
            "*a",
            "[]a",
            "a)",
        ] {
            assert!(!is_expression(text), "{text}");
        }
        assert!(
            !is_expression(&format!("{}*", "*.".repeat(4_000))),
            "each star is nested in the one before"
        );
        for text in ["(", "[", "{a:", "!", "a[?", "a.", "a|"] {
            assert!(!is_expression(&text.repeat(100_000)), "{text} without end");
        }
    }
}
